"""Whether the policy that expires is ours: by the carrier that the papers name last, or by the words of the mail.

Our own name in a mail alone says nothing: agents greet us by it. That another carrier is named says nothing either: a
house writes through companies that nobody may have listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from parsers.document import ExtractedTable, Extraction
from pipeline import names

_ROW: Final = re.compile(
    r"(?P<list>prior_carriers|wc_prior)\[(?P<row>\d+)\]\.(?:(?P<line>\w+)_)?(?P<what>carrier|year)"
)
_EXPIRING: Final = "expiring_carrier"
_NOW: Final = ""
#: What stands before the name of whoever insures today, and what stands after it.
_BEFORE: Final = (
    r"(?:expir\w+|insured|written|currently|now|renew\w*|polic(?:y|ies)(?: is| are)?) (?:with|by)"
    r"|(?:current|present|expiring|existing|incumbent|prior) (?:carrier|insurer|market|company)(?: is| was)?"
    r"|incumbent(?: is| was)?"
)
_AFTER: Final = (
    r"(?:s )?(?:(?:current |expiring |existing )?polic(?:y|ies)|renewal|writes|insures"
    r"|is the (?:incumbent|current|expiring|present))"
)
_TRADE: Final = frozenset({"insurance", "ins", "assurance", "group"})


def is_ours(text: str, papers: Iterable[Extraction], house: Sequence[str]) -> bool:
    """Return whether one of the names of our ``house`` is that of the carrier whose policy expires."""
    house = [name for name in house if _words(name)]
    if not house:
        return False
    told = " ".join(re.findall(r"[a-z0-9]+", text.casefold()))
    if any(_says(name).search(told) for name in house):
        return True
    return any(_is_named(carrier, house) for carrier in _latest(papers))


@lru_cache(maxsize=64)
def _says(name: str) -> re.Pattern[str]:
    mine = re.escape(" ".join(_key(name)))
    return re.compile(rf"\b(?:{_BEFORE}) (?:the )?{mine}\b|\b{mine} ?{_AFTER}\b")


def _is_named(carrier: str, house: Iterable[str]) -> bool:
    """Return whether a carrier is called like us; behind the name may stand what it issues."""
    found = _words(carrier)
    return any(found[: len(key)] == key for key in map(_key, house))


def _key(name: str) -> list[str]:
    """Return the words by which a company is known: without what all of its trade are called, if two are left."""
    words = _words(name)
    kept = len(words)
    while kept > 2 and words[kept - 1] in _TRADE:
        kept -= 1
    return words[:kept]


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", names.normalise(name))


def _latest(papers: Iterable[Extraction]) -> tuple[str, ...]:
    """Return the carriers of the last year that any paper tells of: forms and runs list former ones too."""
    told = [one for paper in papers for one in _told(paper)]
    last = max((year for year, _ in told if year != _NOW), default=_NOW)
    return tuple(carrier for year, carrier in told if year in (last, _NOW))


def _told(paper: Extraction) -> Iterator[tuple[str, str]]:
    """Yield each year with its carrier; ``_NOW`` where a paper says that it is the one which expires."""
    yield from ((_NOW, str(one.value)) for one in paper.fields if one.field == _EXPIRING and one.value)
    yield from _of_form(paper)
    for table in paper.tables:
        if table.name in ("terms", "prior_carriers"):
            yield from _of_table(table)


def _of_form(paper: Extraction) -> Iterator[tuple[str, str]]:
    """Yield the years of a form's rows; of rows without one the first is the newest, as the form has them."""
    found = [(match, str(one.value)) for one in paper.fields if one.value and (match := _ROW.fullmatch(one.field))]
    years = {(match["list"], match["row"]): value for match, value in found if match["what"] == "year"}
    for match, value in found:
        year = years.get((match["list"], match["row"]), "")
        if match["what"] == "carrier" and (year or match["row"] == "0"):
            yield year[:4] or _NOW, value


def _of_table(table: ExtractedTable) -> Iterator[tuple[str, str]]:
    for row in table.rows:
        when = str(row.values.get("term_from") or row.values.get("year") or "")[:4]
        if when and row.values.get("carrier"):
            yield when, str(row.values["carrier"])
