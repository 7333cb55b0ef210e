"""Which group a carrier's name belongs to, and which line of a letterhead names a carrier."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_DROPPED = frozenset(
    {
        "the",
        "a",
        "company",
        "co",
        "corp",
        "corporation",
        "inc",
        "ins",
        "insurance",
        "group",
        "of",
        "and",
        "companies",
        "cos",
    }
)
_CARRIER_WORD = re.compile(
    r"\b(mutual|insurance|assurance|indemnity|casualty|underwriters|specialty|surety|reinsurance|insurers|fire(?!\s*/)|fund"
    r"|auto & transit|compensation|(?:risk|insurance|claims?)\s+(?:pool|trust|exchange|authority)|reciprocal)\b",
    re.IGNORECASE,
)
_NOT_A_CARRIER = re.compile(
    r"\b(agency|agent|broker\w*|services|report|history|summary|claims?|experience|loss(es)?|confidential|insured|policy"
    r"|page|account|applicant|coverages?|workers|line)\b",
    re.IGNORECASE,
)

_AGENCY = re.compile(
    r"\b(?:brokers?|brokerage|partners|advisors?|associates|risk|portal|valu\w+|date)\b", re.IGNORECASE
)
_SMALL_WORD = re.compile(r"\b(?!(?:of|and|the|in|for|de|et|du)\b)[a-z]{2,}")
"""A word in small letters, which no name has."""


def _words(name: str) -> tuple[str, ...]:
    text = re.sub(r"[^a-z0-9 ]", "", name.casefold().replace("&", " and ").replace("-", " "))
    return tuple(word for word in text.split() if word not in _DROPPED)


@cache
def _groups() -> Mapping[tuple[str, ...], str]:
    data = tomllib.loads((Path(__file__).parent / "carriers.toml").read_text(encoding="utf-8"))
    return {_words(name): group for group, names in data["groups"].items() for name in (group, *names)}


def known_group(name: str) -> str | None:
    """Return the group whose alias begins the name, or None: ``Charter Oak Fire Insurance Company`` is Travelers."""
    words = _words(name)
    fits = [alias for alias in _groups() if alias and words[: len(alias)] == alias]
    return _groups()[max(fits, key=len)] if fits else None


def carrier_group(name: str) -> str:
    """Return the group a carrier belongs to, or its own name where no group is known."""
    return known_group(name) or " ".join(name.split())


def names_a_carrier(text: str) -> bool:
    """Return whether a line of a letterhead reads as an insurer's name."""
    if len(text) > 70 or ":" in text or _NOT_A_CARRIER.search(text) or _SMALL_WORD.search(text):
        return False
    return known_group(text) is not None or bool(_CARRIER_WORD.search(text))


def reads_as_a_name(text: str) -> bool:
    """Return whether a text may be a company's name: two to six words with capitals, no title of a report."""
    words = text.split()
    if not 2 <= len(words) <= 6 or ":" in text or any(map(str.isdigit, text)):
        return False
    plain = not _NOT_A_CARRIER.search(text) and not _SMALL_WORD.search(text) and not _AGENCY.search(text)
    return plain and not re.match(r"re\b", text, re.IGNORECASE)
