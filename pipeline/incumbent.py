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
    return any(_is_named(carrier, house) for paper in papers for carrier in _latest(paper))


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


def _latest(paper: Extraction) -> Iterator[str]:
    """Yield the carriers of a paper's last year: forms list former ones too."""
    yield from (str(one.value) for one in paper.fields if one.field == _EXPIRING and one.value)
    yield from _newest(list(_of_form(paper)))
    for table in paper.tables:
        if table.name in ("terms", "prior_carriers"):
            yield from _newest(list(_of_table(table)))


def _newest(told: Sequence[tuple[str, str]]) -> Iterator[str]:
    last = max((when for when, _ in told), default="")
    return (carrier for when, carrier in told if when == last)


def _of_form(paper: Extraction) -> Iterator[tuple[str, str]]:
    """Yield when and with whom, by row; rows without a year stand newest first, as the form has them."""
    found = [(match, str(one.value)) for one in paper.fields if one.value and (match := _ROW.fullmatch(one.field))]
    years = {(match["list"], match["row"]): value for match, value in found if match["what"] == "year"}
    for match, value in found:
        if match["what"] == "carrier":
            yield years.get((match["list"], match["row"]), f"{999 - int(match['row']):03}"), value


def _of_table(table: ExtractedTable) -> Iterator[tuple[str, str]]:
    for row in table.rows:
        if row.values.get("carrier"):
            when = row.values.get("term_from") or row.values.get("year") or ""
            yield str(when), str(row.values["carrier"])
