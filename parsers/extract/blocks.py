"""Blocks of a sheet's rows that are plainly rows and plainly read: taken column by column, not one by one.

A line is in a block where nothing it could be but a row comes into question, and every cell of it can be read. All
others, and the first and the last line of each run of such rows, are looked at one by one: a block gives what they
would, in a fraction of the time.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, pairwise, repeat
from typing import Any, Final

from parsers.document import Location, Row, Scalar
from parsers.extract.booking import Block, heads_of, may_be_total, nothing_named, spaced_once
from parsers.extract.grids import Grid
from parsers.extract.laws import AMOUNTS
from parsers.extract.rows import finish, finish_columns
from parsers.extract.typed import AGES, AS_IT_STANDS, OF_THE_STATE, Typing, state_of, value_of
from parsers.packed import SheetRows, blanks_in, letters
from parsers.values.amounts import decimal_of

_FEWEST = 50
"""Shorter runs are read line by line."""
_ABSENT: Final = object()
_UNREAD: Final = object()
_OTHERWISE: Final = {
    kind: re.compile(rf"\0(?!(?:{shape.pattern})\0)([^\0]*)(?=\0)") for kind, shape in AS_IT_STANDS.items()
}
"""Type → what of its cells, put behind one another, takes a longer look."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """The texts of a column row by row, each once, and where none stands."""

    texts: Sequence[str]
    distinct: Collection[str]
    blank: Sequence[int]


Columns = Mapping[str, _Cells]
"""Meaning → its column."""


@dataclass(frozen=True, slots=True)
class _Column:
    """What the cells of a column are read as, row by row, where nothing is said, and where it cannot be read."""

    values: Sequence[Scalar | object]
    absent: Sequence[int]
    unread: Sequence[int]


def blocks_of(grid: Grid, how: Typing) -> list[Block]:
    """Return the blocks of a grid from top to bottom; none where it is short or no sheet."""
    body = grid.body
    if not isinstance(body, SheetRows) or len(body) < _FEWEST or AGES.keys() & {*grid.columns.values()}:
        return []
    cells = list(map(_cells, body.columns))
    columns = {name: cells[index] for index, name in grid.columns.items() if index < len(cells)}
    needed = _needed(columns, how)
    if not needed:
        return []
    read = {name: _column(name, columns, how) for name in columns}
    odd = {
        *_unlike_rows(columns, needed, len(grid.columns)),
        *_unclear(cells, grid),
        *(at for column in read.values() for at in column.unread),
        *(at for name in needed for at in read[name].absent),
    }
    return [
        _block(body, columns, read, how, range(before + 2, after - 1))
        for before, after in pairwise([-1, *sorted(odd), len(body)])
        if after - before > _FEWEST
    ]


def _cells(column: Sequence[str]) -> _Cells:
    distinct: Collection[str] = dict.fromkeys(column)
    spaced = spaced_once(distinct)
    if spaced is not distinct:
        column = list(map(dict(zip(distinct, spaced, strict=True)).__getitem__, column))
        distinct = dict.fromkeys(spaced)
    return _Cells(column, distinct, blanks_in(column) if "" in distinct else ())


def _needed(columns: Columns, how: Typing) -> list[str]:
    """Return the columns that a plain row fills: one it is known by, and one that is no part of a place."""
    listed = how.listed
    own = [name for name in columns if name in listed.identity and name not in listed.summed]
    apart = [name for name in columns if name not in listed.place]
    if not own or not apart:
        return []
    fullest = [min(names, key=lambda name: len(columns[name].blank)) for names in (own, apart)]
    return [*fullest, *(["street"] if "street" in columns and listed.place else [])]


def _unlike_rows(columns: Columns, needed: Sequence[str], width: int) -> Iterator[int]:
    """Yield the lines without a needed cell, with too few cells, or known by nothing but a unit or a page number."""
    for name in needed:
        yield from columns[name].blank
    first = columns[needed[0]]
    if nameless := nothing_named(first.distinct):
        yield from (at for at, text in enumerate(first.texts) if text in nameless)
    most = min(len(columns) - 2, (3 * len(columns) - width) // 3)
    if most < 0:
        yield from range(len(first.texts))
        return
    blank = [column.blank for column in columns.values() if column.blank]
    if len(blank) > most:
        yield from (at for at, count in Counter(chain.from_iterable(blank)).items() if count > most)


def _unclear(cells: Sequence[_Cells], grid: Grid) -> Iterator[int]:
    """Yield the lines in which a cell says that sums may stand there, or what its head says."""
    heads = heads_of(grid)
    for index, column in enumerate(cells):
        said = may_be_total(column.distinct)
        if index < len(heads) and (head := heads[index]) and head in column.distinct:
            said.add(head)
        if said:
            yield from (at for at, text in enumerate(column.texts) if text in said)


def _column(name: str, columns: Columns, how: Typing) -> _Column:
    """Return what the cells of a column are read as; what cannot be read without a doubt is marked as unread."""
    kind, cells = how.listed.columns[name].type, columns[name]
    if kind in OF_THE_STATE:
        values = _by_state(name, columns, how)
        nowhere = [at for at, one in enumerate(values) if one is _ABSENT]
        return _Column(values, nowhere, [at for at, one in enumerate(values) if one is _UNREAD])
    other = None if how.scale != 1 and name in how.listed.money else _OTHERWISE.get(kind)
    rest = other.findall("\0".join(["", *cells.distinct, ""])) if other else cells.distinct
    told = {text: value for text in rest if (value := _read(name, text, None, how)) is not text}
    absent, unread = ({text for text, one in told.items() if one is mark} for mark in (_ABSENT, _UNREAD))
    alike = told.keys() <= absent  # What is left out needs no value.
    read = cells.texts if alike else list(map(told.get, cells.texts, cells.texts))
    return _Column(read, _where(absent, cells), _where(unread, cells))


def _where(said: set[str], cells: _Cells) -> Sequence[int]:
    """Return where in a column one of these texts stands."""
    if said <= {""}:
        return cells.blank if said else ()
    return [at for at, text in enumerate(cells.texts) if text in said]


def _by_state(name: str, columns: Columns, how: Typing) -> list[Scalar | object]:
    """Return what the cells of a column are read as that are read by the state beside them."""
    found: list[Scalar | object] = []
    for at, text in enumerate(columns[name].texts):
        state = state_of({other: cells.texts[at] for other, cells in columns.items() if cells.texts[at]}, how)
        found.append(_read(name, text, state, how))
    return found


def _read(name: str, text: str, state: str | None, how: Typing) -> Scalar | object:
    if not text:
        return _ABSENT
    value, reason = value_of(name, text, state, how)
    if reason:
        return _ABSENT if value is None and reason == "non_answer" else _UNREAD
    return value


def _block(body: SheetRows, columns: Columns, read: Mapping[str, _Column], how: Typing, lines: range) -> Block:
    told = _told(how.listed.name, read, lines)
    rows = tuple([Row(values=row, at=at) for row, at in zip(told, _places(body, lines), strict=True)])
    last = {name: cells.texts[lines[-1]] for name, cells in columns.items() if cells.texts[lines[-1]]}
    figures = [
        number
        for name in AMOUNTS.get(how.listed.name, ())
        if name in columns
        for number in _amounts(name, columns[name].texts[lines.start : lines.stop], how)
    ]
    return Block(role="block", cells=last, texts=(), at=rows[0].at, lines=lines, rows=rows, figures=tuple(figures))


def _told(table: str, read: Mapping[str, _Column], lines: range) -> list[dict[str, Scalar]]:
    """Return what each row says."""
    columns = {name: column.values[lines.start : lines.stop] for name, column in read.items()}
    done = finish_columns(table, columns)
    told: list[Any] = list(map(dict, map(zip, repeat(tuple(columns)), zip(*columns.values(), strict=True))))
    for name, column in read.items():
        for at in column.absent[bisect_left(column.absent, lines.start) : bisect_left(column.absent, lines.stop)]:
            del told[at - lines.start][name]
    return told if done else [finish(table, values) for values in told]


def _places(body: SheetRows, lines: range) -> list[Location]:
    """Return where the rows stand: each at its first cell."""
    found: dict[int, str] = {}
    left: Sequence[int] = lines
    for index, column in enumerate(body.columns):
        letter = letters(index)
        if len(left) == len(lines) and "" not in column[lines.start : lines.stop]:
            return [Location(sheet=body.sheet, cell=f"{letter}{body.first + at}") for at in lines]
        found.update((at, f"{letter}{body.first + at}") for at in left if column[at])
        left = [at for at in left if not column[at]]
        if not left:
            break
    return [Location(sheet=body.sheet, cell=found[at]) for at in lines]


def _amounts(name: str, texts: Sequence[str], how: Typing) -> list[Decimal]:
    scale = how.scale if name in how.listed.money else 1
    told = {text: number * scale for text in set(texts) if (number := decimal_of(text)) is not None}
    return [number for number in map(told.get, texts) if number is not None]
