"""What the columns of claims are by what stands in them, where no header says: days, states, numbers, names, stories.

Two columns of days a year apart are those of a policy. Of other days the first is that of the loss, and what is never
earlier, and is there in every row, that of the notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import permutations

from parsers.extract.runheads import line_id
from parsers.extract.runnames import beside
from parsers.extract.runvalued import dated

Cells = Sequence[Sequence[str]]
"""The texts of columns below a header, row by row."""
DAY = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}")
_CODE = re.compile(r"(?=.*\d)[A-Z0-9#][\w./#*+-]{3,}(?: [\w./#-]+){0,2}")
_STATE = re.compile(
    r"(?:o|c|r|open|closed|clsd|cls|re-?opened|reopen|pending|final)(?: - \w+| w/o payment)?", re.IGNORECASE
)
_NAME = re.compile(r"[A-Z][\w'.-]*,? (?:[A-Z]\.? )?[A-Z][\w'.-]*")
_FEWEST = 2
_MOST = 0.8
_SURE = 0.9
_LONG = 3.0
"""Words a story has on average."""


def by_cells(heads: Sequence[str], rows: Cells, names: dict[int, str], taken: frozenset[str] = frozenset()) -> None:
    """Name columns that no header names by their cells; a doubt names nothing.

    What is ``taken`` is told in another line of a record. Heads of what no row of a claim tells stay as they are.
    """
    known = {*names.values(), *taken}
    columns = {at: column(rows, at) for at, head in enumerate(heads) if at not in names and not beside(head)}
    days = {at: found for at, cells in columns.items() if share(cells, is_day) > _MOST and (found := _days(cells))}
    if not known & {"term", "term_to"}:
        _terms(days, names, rows)
    if "date_of_loss" not in known:
        _losses({at: found for at, found in days.items() if at not in names}, names, rows)
    free = {at: cells for at, cells in columns.items() if at not in names and at not in days}
    for name, fits in _SORTS:
        alike = [at for at, cells in free.items() if fits(cells)]
        if name not in known and len(alike) == 1:
            names[alike[0]] = name
            del free[alike[0]]


def column(rows: Cells, at: int) -> list[str]:
    """Return the texts of a column, blank where a row ends before it."""
    return [row[at].strip() if at < len(row) else "" for row in rows]


def is_day(text: str) -> bool:
    """Return whether a text is nothing but a date."""
    return DAY.fullmatch(text) is not None


def share(cells: Sequence[str], fits: Callable[[str], object]) -> float:
    """Return which part of the filled cells fits; nothing where they are too few to tell."""
    filled = [text for text in cells if text]
    return sum(map(bool, map(fits, filled))) / len(filled) if len(filled) >= _FEWEST else 0.0


def _days(cells: Sequence[str]) -> list[date | None]:
    """Return the days of a column, row by row; nothing where one that is there cannot be read."""
    found = [date.fromisoformat(day) if is_day(text) and (day := dated(text, None)) else None for text in cells]
    return found if any(found) else []


def _terms(days: dict[int, list[date | None]], names: dict[int, str], rows: Cells) -> None:
    """Name the two columns of days that stand a year apart in every row."""
    told = {name: at for at, name in names.items()}
    if "term_from" in told:
        days = {**days, told["term_from"]: _days(column(rows, told["term_from"]))}
    for one, other in permutations(days, 2):
        pairs = [(a, b) for a, b in zip(days[one], days[other], strict=True) if a and b]
        if len(pairs) >= _FEWEST and all(map(_a_year, pairs)) and told.get("term_from", one) == one:
            names[one], names[other] = "term_from", "term_to"
            return


def _a_year(days: tuple[date, date]) -> bool:
    """Return whether the second day is the first a year later; of a leap day it is the one before or after."""
    start, end = days
    return (
        end.year == start.year + 1 and abs((end - start.replace(year=start.year + 1, day=min(start.day, 28))).days) < 4
    )


def _gaps(one: Sequence[date | None], other: Sequence[date | None]) -> Iterator[int]:
    yield from ((b - a).days for a, b in zip(one, other, strict=True) if a and b)


def _losses(days: dict[int, list[date | None]], names: dict[int, str], rows: Cells) -> None:
    """Name the day of the loss, and of the notice: the earliest, and the next that is never earlier."""
    later = {at: _days(column(rows, at)) for at, name in names.items() if name in ("reported", "closed")}
    first = [
        at for at in days if all(_follows(days[at], other) for key, other in {**days, **later}.items() if key != at)
    ]
    if len(days) == 1 and not first:
        first = list(days)
    if len(first) != 1:
        return
    names[first[0]] = "date_of_loss"
    there = [at for at, day in enumerate(days[first[0]]) if day]
    rest = {at: [found[row] for row in there] for at, found in days.items() if at != first[0]}
    full = [at for at, found in rest.items() if all(found)]
    if "reported" not in names.values() and len(full) == 1:
        names[full[0]] = "reported"
        rest.pop(full[0])
    if "closed" not in names.values() and len(rest) == 1 and not all(*rest.values()):
        names[next(iter(rest))] = "closed"


def _follows(one: Sequence[date | None], other: Sequence[date | None]) -> bool:
    gaps = list(_gaps(one, other))
    return bool(gaps) and sum(gap >= 0 for gap in gaps) >= _SURE * len(gaps)


def _distinct_codes(cells: Sequence[str]) -> bool:
    filled = [text for text in cells if text]
    if len(filled) < _FEWEST or len(set(filled)) < len(filled) * _SURE:
        return False
    return share(filled, lambda text: bool(_CODE.fullmatch(text)) and not DAY.fullmatch(text)) > _SURE


def _states(cells: Sequence[str]) -> bool:
    return share(cells, _STATE.fullmatch) > _SURE


def _lines(cells: Sequence[str]) -> bool:
    return share(cells, lambda text: line_id(text) and not any(map(str.isdigit, text))) == 1.0


def _policies(cells: Sequence[str]) -> bool:
    """Return whether codes with several digits stand in several rows each: policies have more claims than one."""
    filled = [text for text in cells if text]
    codes = share(filled, lambda text: bool(_CODE.fullmatch(text)) and sum(map(str.isdigit, text)) > _LONG)
    return codes == 1.0 and 1 < len(set(filled)) * 2 <= len(filled)


def _people(cells: Sequence[str]) -> bool:
    return share(cells, _NAME.fullmatch) > _SURE


def _stories(cells: Sequence[str]) -> bool:
    filled = [text for text in cells if text]
    told = [len(text.split()) for text in filled if 2 * sum(map(str.isalpha, text)) > len(text)]
    return len(filled) >= _FEWEST and sum(told) >= _LONG * len(filled)


_SORTS: tuple[tuple[str, Callable[[Sequence[str]], bool]], ...] = (
    ("claim_number", _distinct_codes),
    ("status", _states),
    ("line", _lines),
    ("policy_number", _policies),
    ("description", _stories),
    ("claimant", _people),
)
"""What a column may be besides days, in the order asked; only one column may look like it."""
