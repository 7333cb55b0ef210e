"""Numbers by which agents call business: policies and their own customers, found in words and normalised.

``CPP 100-2345-00``, ``cpp1002345`` and ``CPP 100 2345 01`` are one policy: the last part tells only its term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_POLICY: Final = re.compile(
    r"\bpol(?:icy|icies)?\b\.?\s{0,2}(?:no\b\.?|nos\b\.?|num(?:ber)?s?\b|#)?\s{0,2}[:#]?\s{0,2}"
    r"(?P<rest>[A-Za-z0-9][A-Za-z0-9 \-/.]{3,40})",
    re.I,
)
_CUSTOMER: Final = re.compile(
    r"\b(?:customer|client|cust\.?|insured)\s{1,2}(?:id|no\.?|number|#|code)\b\s{0,2}[:#]?\s{0,2}(?P<id>[A-Za-z0-9][\w\-]{2,19})",
    re.I,
)
_TERM: Final = re.compile(r"[\s\-/]+\d{2}$")
_PARTS: Final = 5
_LEAST_DIGITS: Final = 4
_LEAST: Final = 6


def policy_key(number: str) -> str:
    """Return a policy number as a key, its term left out; empty where it is too short to mean one policy."""
    plain = " ".join(number.upper().split())
    bare = _TERM.sub("", plain)
    kept = bare if sum(char.isdigit() for char in bare) >= _LEAST_DIGITS else plain
    key = re.sub(r"[^A-Z0-9]", "", kept)
    return key if len(key) >= _LEAST and sum(char.isdigit() for char in key) >= _LEAST_DIGITS else ""


def customer_key(number: str) -> str:
    """Return an agency's number of a customer as a key; empty where it has no digit."""
    key = re.sub(r"[^A-Z0-9]", "", number.upper())
    return key if len(key) >= 4 and any(char.isdigit() for char in key) else ""


def policies_in(text: str) -> tuple[str, ...]:
    """Return keys of the policy numbers that words name, each possible end of a number with blanks counted."""
    return tuple(dict.fromkeys(key for key in _policies(text) if key))


def _policies(text: str) -> Iterator[str]:
    for found in _POLICY.finditer(text):
        parts = found["rest"].split()[:_PARTS]
        for count in range(1, len(parts) + 1):
            last = parts[count - 1].strip(".,;")
            if not any(char.isdigit() for char in last) and last != last.upper():
                break
            yield policy_key(" ".join([*parts[: count - 1], last]))


def customers_in(text: str) -> tuple[str, ...]:
    """Return keys of the customer numbers that words name."""
    keys = (customer_key(found["id"]) for found in _CUSTOMER.finditer(text))
    return tuple(dict.fromkeys(key for key in keys if key))
