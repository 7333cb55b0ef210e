"""Dates and names as people put them in a sentence: ``1/15``, ``Jan 15``, ``Hartwell Electric, Inc.``"""

from __future__ import annotations

import re
from datetime import date, timedelta

from parsers.values import Context, parse

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
DATE = (
    r"(?:\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|"
    rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)\s+(?:of\s+)?{_MONTH},?\s+\d{{4}})"
)
DAY = rf"(?:\d{{1,2}}/\d{{1,2}}(?![/\d])|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!,?\s*\d))"
ENTITY = r"(?:L\.?L\.?C\.?|Inc\.?|Incorporated|Corp\.?|Corporation|Company|Co\.?|L\.?P\.?|LLP|Ltd\.?|PLLC|P\.?C\.?)"
_WORD = r"(?:[A-Z0-9][\w.'’&/-]*|&|and|of|the)"
COMPANY = rf"(?:[A-Z0-9][\w.'’&/-]*\s+(?:{_WORD}\s+){{0,6}}?)??[A-Z0-9][\w'’&/-]*,?\s+{ENTITY}(?![A-Za-z])"
"""A company's name with its legal suffix, in running text."""

_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)\s+(?:of\s+)?({_MONTH}),?\s+(\d{{4}})", re.IGNORECASE)
# A date up to this many days back is taken for late, not for next year's.
_LATE_DAYS = 30


def whole_date(text: str, as_of: date | None) -> str | None:
    """Return a date with its year in ISO form, or None."""
    text = _DAY_FIRST.sub(r"\2 \1, \3", text)
    value = parse("date", text, Context(as_of=as_of)).value
    return value if isinstance(value, str) else None


def next_date(text: str, as_of: date | None, *, late: int = _LATE_DAYS) -> str | None:
    """Return the next occurrence of a day such as ``1/15`` after ``as_of``, or up to ``late`` days before it."""
    if as_of is None:
        return None
    for year in (as_of.year, as_of.year + 1):
        spelled = f"{text}/{year}" if "/" in text else f"{text}, {year}"
        value = whole_date(spelled, as_of)
        if value and date.fromisoformat(value) >= as_of - timedelta(days=late):
            return value
    return None
