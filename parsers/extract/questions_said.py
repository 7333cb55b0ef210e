"""One answered question, and how to tell a question from other text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.document import Location, Method

YES_NO = re.compile(r"^(?:yes|no|y|n)$", re.IGNORECASE)
LONGEST = 320
"""Letters of a question; what is longer is a paragraph."""
_NUMBER = re.compile(r"^\s*(?:(?i:(?:q(?:uestion)?\s*)?\d{1,3}\s*[.):])|\d{1,2}(?=\s+[A-Z])|(?i:\(?[a-z]\s*[.)]))\s*")
_ASKS = re.compile(
    r"^(?:are|is|do|does|did|has|have|had|will|would|can|any|what|which|how|when|where|who|list|describe|explain|number|"
    r"annual|percent\w*|total|maximum|minimum|average|years?|type|cost|amount|hours|name|date|estimated|indicate|"
    r"receipts|sales|payroll|gross|radius|seating|square|age|please\s+(?:describe|list|explain|indicate))\b",
    re.IGNORECASE,
)
_NOT_ASKED = re.compile(
    r"\b(?:signature|signed|signs?|page \d|submit to|supplemental|questionnaire|becomes part|any person who|warrant\w*|"
    r"please answer|attach additional|printed|fraud|title|agent|producer)\b"
    r"|^(?:re|to|from|cc|subject|date|by|name|phone|fax|email)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A question as printed, without its number, and what was answered."""

    question: str
    answer: str
    at: Location
    method: Method


def is_numbered(text: str) -> bool:
    """Return whether the text begins with the number of a question."""
    return _NUMBER.match(text) is not None


def without_number(text: str) -> str:
    """Return a question without its number, the colon behind it and the dots that lead to its answer."""
    return _NUMBER.sub("", text, count=1).strip().rstrip(":._ ").strip()


def asks(text: str) -> bool:
    """Return whether a label reads as something that is asked of an applicant."""
    plain = without_number(text)
    if not 3 <= len(plain) <= LONGEST or _NOT_ASKED.search(plain):
        return False
    return plain.endswith("?") or is_numbered(text) or _ASKS.match(plain) is not None


def bare(text: str) -> str:
    """Return the letters and digits of a question alone, to tell whether two are the same."""
    return re.sub(r"[^a-z0-9]", "", without_number(text).casefold())
