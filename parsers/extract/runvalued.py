"""The day a loss run's figures are of: every date is weighed by the words right before it.

A valuation beats "as of" and "through", which beat the day the report was run or printed. Dates of policies, of losses
and of notices are none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from parsers.values import Context, parse

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
DATE = (
    r"(?:(?<![\d/.-])(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})(?!\d)|\d{4}[-/]\d{2}[-/]\d{2}"
    rf"|\d{{1,2}}[- ]{MONTH}[- ,]{{1,2}}(?:\d{{4}}|\d\d)(?!\d)|{MONTH}\s+\d{{1,2}},?\s+\d{{4}}))"
)
"""A date as loss runs print it."""
_DATE = re.compile(DATE, re.IGNORECASE)
_COMPACT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_BASES = ("stated", "as_of", "run_date")
_NEAR = 7
"""Words: what is said of a date stands this near before it."""
_VALUED = re.compile(r"\b(?:re)?(?:e?valu\w*|val)\b", re.IGNORECASE)
_AS_OF = re.compile(
    r"\bas\s+(?:of|at)\b|\b(?:current|snapshot|cut\W?off)\b"
    r"|\b(?:data|loss(?:es)?|report(?:ed)?|run|info\w*|activity|claims?|experience|figures|transactions|includ\w*|\w+ed|valid)"
    r"\b.*\b(?:through|thru|to|until|up\s+to)\W*$",
    re.IGNORECASE,
)
_RUN = re.compile(
    r"\b(?:run|report|print\w*|prepared?|generat\w*|creat\w*|produc\w*|updated?|issued?|extract\w*|processed|compiled"
    r"|refresh\w*|download\w*|export\w*)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:polic\w+|pol|terms?|periods?|eff\w*|exp(?:ir\w*|\.)?|inception|renew\w*|loss\s+da\w+|dol|of\s+loss|occur\w*"
    r"|accident|injury|since|from|notified|notice|received|closed|opened|born|birth|hire\w*|claim\s+date|written|dear)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)  # The dates of a term stand in each of its rows, those of claims in many.
def dated(text: str, as_of: date | None) -> str | None:
    """Return a date in ISO form, or None."""
    if _COMPACT.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    value = parse("date", text, Context(as_of=as_of, serial=True)).value
    return value if isinstance(value, str) else None


def valuation_of(text: str, as_of: date | None) -> tuple[str, str] | None:
    """Return how a valuation date is stated and the date, the strongest statement first; None without any."""
    told = dict(_told(text, as_of))
    return next(((basis, told[basis]) for basis in _BASES if basis in told), None)


def _told(text: str, as_of: date | None) -> Iterator[tuple[str, str]]:
    """Yield what is stated of which date, the first of each sort last, so that it is kept."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        done = 0
        for day in _DATE.finditer(line):
            label, done = line[done : day.start()], day.end()
            if (basis := _basis(label)) and (value := dated(day.group(), as_of)):
                found.append((basis, value))
    return reversed(found)


def _basis(label: str) -> str | None:
    """Return what the words before a date say of it; what they say last is nearest."""
    words = " ".join(label.split()[-_NEAR:])
    if _VALUED.search(words):
        return "stated"
    if _OTHER.search(words):
        return None
    if _AS_OF.search(words):
        return "as_of"
    return "run_date" if _RUN.search(words) else None
