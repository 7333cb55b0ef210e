"""The two days of a policy term in a text: two dates, a date and a year, a date and so many months, or years alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from parsers.extract.runvalued import DATE, MONTH, dated

# Behind the dash of a span a date may follow at once.
_END = DATE.replace(r"(?<![\d/.-])", r"(?<![\d/.])")
_TO = r"(?:to|through|thru|until|till|and|expir\w*|exp\b\.?|ending|end|expiry)"
_FROM = r"(?:eff(?:ective)?|incept(?:ion|s)?|begin(?:s|ning)?|start(?:s|ing)?|commenc\w*|attach\w*)"
_UNTIL = r"(?:exp(?:iration|iry|ires|ired)?|end(?:s|ing)?|terminat\w*)"
_SPAN = re.compile(
    rf"(?P<start>{DATE})[\s,;()]*(?:-|–|—|/|\|)?[\s,]*(?:{_TO}\W*)?(?:date\W*)?(?P<end>{_END})", re.IGNORECASE
)
_LABELLED_ENDS = re.compile(
    rf"\b(?:{_FROM}|from)\b\W*(?:date\W*)?(?P<start>{DATE})"
    rf".{{0,40}}?\b(?:{_UNTIL}|to)\b\W*(?:date\W*)?(?P<end>{DATE})",
    re.IGNORECASE,
)
_SHORT_END = re.compile(
    rf"(?P<start>{DATE})\s*(?:to|through|thru|until|-|–|—|/)\s*(?P<year>20\d\d|\d\d)(?![\d/.,-]*\d)"
    rf"(?![- ]{MONTH}\W)",
    re.IGNORECASE,
)
_MONTHS = r"(?P<months>\d{1,2})[\s-]*(?:mos?|months?|mths?)\b\.?"
_FOR_MONTHS = re.compile(rf"(?P<start>{DATE})[\s,;()-]*(?:for\b\W*|\+\s*)?(?:a\b\W*)?{_MONTHS}", re.IGNORECASE)
_MONTHS_FROM = re.compile(
    rf"{_MONTHS}\W*(?:term\W*)?(?:from|beginning|starting|eff\w*)\W*(?P<start>{DATE})", re.IGNORECASE
)
_ANNUAL = re.compile(
    rf"(?P<start>{DATE})\W*(?:for\W*)?(?:one|1)[\s-]*(?:year|yr)|(?:annual\w*|(?:one|1)[\s-]year)\b[^\w.]*(?:\w+[^\w.]+){{0,2}}?"
    rf"(?P<later>{DATE})|(?P<first>{DATE})\W*annual",
    re.IGNORECASE,
)
_BEGINS = re.compile(rf"(?:\b{_FROM}\b\W*(?:date\W*|from\W*)?|^\W*from\b\W*)(?P<start>{DATE})", re.IGNORECASE)
_ENDS = re.compile(rf"(?:\b{_UNTIL}\b\W*(?:date\W*)?|^\W*to\b\W*)(?P<end>{DATE})", re.IGNORECASE)
_YEARS = re.compile(r"(?<![\w/-])((?:19|20)\d\d)\s*(?:[-–—/]|to|thru)\s*((?:20)?\d\d)(?![\d/-])", re.IGNORECASE)
_BETWEEN = re.compile(r"(?<=\d{4}-\d\d-\d\d)/(?=\d{4}-\d\d-\d\d)")
_LONGEST_TERM = 600
"""Days: what is longer is the span a report covers, no term of a policy."""
Span = tuple[str | None, str | None]


@lru_cache(maxsize=512)
def span_of(text: str, as_of: date | None) -> Span:
    """Return the two dates of a term in a text, or nothing where they are none of a term."""
    if not any(map(str.isdigit, text)):
        return None, None
    text = _BETWEEN.sub(" - ", text)
    if found := _SPAN.search(text) or _LABELLED_ENDS.search(text):
        start, end = dated(found["start"], as_of), dated(found["end"], as_of)
        if start and end and not 0 < days_between(start, end) <= _LONGEST_TERM:
            return None, None
        return start, end
    return next(_told_shortly(text, as_of), (None, None))


def days_between(start: str, end: str) -> int:
    """Return how many days lie between two dates in ISO form."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def _told_shortly(text: str, as_of: date | None) -> Iterator[Span]:
    """Yield spans whose end is told by its year or by how long they are."""
    if (found := _MONTHS_FROM.search(text) or _FOR_MONTHS.search(text)) and (start := dated(found["start"], as_of)):
        yield start, _later(start, int(found["months"]))
    if (found := _ANNUAL.search(text)) and (start := dated(found["start"] or found["later"] or found["first"], as_of)):
        yield start, _later(start, 12)
    if (found := _SHORT_END.search(text)) and (start := dated(found["start"], as_of)):
        years = int(found["year"][-2:]) - int(start[2:4])
        if 0 < years < 3:
            yield start, _later(start, 12 * years)
    first, last = _BEGINS.search(text), _ENDS.search(text)
    if first or last:
        yield dated(first["start"], as_of) if first else None, dated(last["end"], as_of) if last else None


def _later(start: str, months: int) -> str:
    day = date.fromisoformat(start)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return min(first + timedelta(days=day.day - 1), _last_of(first)).isoformat()


def _last_of(first: date) -> date:
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return after - timedelta(days=1)


def is_round(start: str, end: str) -> bool:
    """Return whether two dates are whole months apart, as those of a policy are."""
    one, other = date.fromisoformat(start), date.fromisoformat(end)
    return 0 < (other - one).days <= _LONGEST_TERM and (one.day == other.day or (other + timedelta(1)).day == one.day)


def without_span(text: str) -> str:
    """Return a text without its dates and the words that bind them."""
    for told in (_SHORT_END, _FOR_MONTHS, _MONTHS_FROM):
        text = told.sub(" | ", text)
    bare = re.sub(rf"(?:{DATE}|{_END}|{_MONTHS}|{_YEARS.pattern})".replace("?P<months>", "?:"), " | ", text, flags=re.I)
    return re.sub(rf"\b(?:{_TO}|from|eff(?:ective)?|inception|for)\b\W*(?=\||$)", " ", bare, flags=re.IGNORECASE)


def year_of(text: str) -> int | None:
    """Return the year a term began by its years alone: ``2024-25`` and ``2024`` are 2024."""
    found = _YEARS.search(text) or re.search(r"(?<![\w/.,-])((?:19|20)\d\d)(?![\w/.,-])", text)
    return int(found[1]) if found else None


def is_years(text: str) -> bool:
    """Return whether a text is nothing but the years of a term."""
    return _YEARS.fullmatch(text) is not None
