"""Blocks of a sheet's rows that are plainly rows and plainly read: taken column by column, not one by one.

A line is in a block where nothing it could be but a row comes into question, and every cell of it can be read. All
others, and the first and the last line of each run of such rows, are looked at one by one: a block gives what they
would, in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from parsers.document import Location, Row, Scalar
from parsers.extract.booking import Block, heads_of, may_be_total, nothing_named, spaced_once
from parsers.extract.grids import Grid
from parsers.extract.laws import AMOUNTS
from parsers.extract.rows import finish, finish_columns
from parsers.extract.typed import AGES, AS_IT_STANDS, OF_THE_STATE, Typing, state_of, value_of
from parsers.packed import SheetRows, letters
from parsers.values.amounts import decimal_of

_FEWEST = 50
"""Shorter runs are read line by line."""
_ABSENT: Final = object()
_UNREAD: Final = object()

Columns = Mapping[str, Sequence[str]]
"""Meaning → the texts of its column, row by row."""


def blocks_of(grid: Grid, how: Typing) -> list[Block]:
    """Return the blocks of a grid from top to bottom; none where it is short or no sheet."""
    body = grid.body
    if not isinstance(body, SheetRows) or len(body) < _FEWEST or AGES.keys() & {*grid.columns.values()}:
        return []
    texts = [spaced_once(column) for column in body.columns]
    columns = {name: texts[index] for index, name in grid.columns.items() if index < len(texts)}
    needed = _needed(columns, how)
    if not needed:
        return []
    values = {name: _values(name, columns, how) for name in columns}
    odd = {
        *_unlike_rows(columns, needed, len(grid.columns)),
        *_unclear(texts, grid),
        *(at for column in values.values() for at, one in enumerate(column) if one is _UNREAD),
        *(at for name in needed for at, one in enumerate(values[name]) if one is _ABSENT),
    }
    return [
        _block(body, columns, values, how, range(before + 2, after - 1))
        for before, after in pairwise([-1, *sorted(odd), len(body)])
        if after - before > _FEWEST
    ]


def _needed(columns: Columns, how: Typing) -> list[str]:
    """Return the columns that a plain row fills: one it is known by, and one that is no part of a place."""
    listed = how.listed
    own = [name for name in columns if name in listed.identity and name not in listed.summed]
    apart = [name for name in columns if name not in listed.place]
    if not own or not apart:
        return []
    fullest = [max(names, key=lambda name: sum(map(bool, columns[name]))) for names in (own, apart)]
    return [*fullest, *(["street"] if "street" in columns and listed.place else [])]


def _unlike_rows(columns: Columns, needed: Sequence[str], width: int) -> Iterator[int]:
    """Yield the lines without a needed cell, with too few cells, or known by nothing but a unit or a page number."""
    for name in needed:
        yield from (at for at, text in enumerate(columns[name]) if not text)
    if nameless := nothing_named(columns[needed[0]]):
        yield from (at for at, text in enumerate(columns[needed[0]]) if text in nameless)
    full = sum("" not in column for column in columns.values())
    if full < 2 or full * 3 < width:
        filled = (len(row) - row.count("") for row in zip(*columns.values(), strict=True))
        yield from (at for at, count in enumerate(filled) if count < 2 or count * 3 < width)


def _unclear(texts: Sequence[Sequence[str]], grid: Grid) -> Iterator[int]:
    """Yield the lines in which a cell says that sums may stand there, or what its head says."""
    heads = heads_of(grid)
    for index, column in enumerate(texts):
        said = may_be_total(column)
        if index < len(heads) and (head := heads[index]) and head in column:
            said.add(head)
        if said:
            yield from (at for at, text in enumerate(column) if text in said)


def _values(name: str, columns: Columns, how: Typing) -> list[Scalar | object]:
    """Return what the cells of a column are read as; what cannot be read without a doubt is marked as unread."""
    kind, texts = how.listed.columns[name].type, columns[name]
    if kind in OF_THE_STATE:
        found: list[Scalar | object] = []
        for at, text in enumerate(texts):
            state = state_of({column: cells[at] for column, cells in columns.items() if cells[at]}, how)
            found.append(_read(name, text, state, how))
        return found
    shape = None if how.scale != 1 and name in how.listed.money else AS_IT_STANDS.get(kind)
    told: dict[str, Scalar | object] = {}
    for text in dict.fromkeys(texts):
        told[text] = text if shape and shape.fullmatch(text) else _read(name, text, None, how)
    return list(map(told.__getitem__, texts))


def _read(name: str, text: str, state: str | None, how: Typing) -> Scalar | object:
    if not text:
        return _ABSENT
    value, reason = value_of(name, text, state, how)
    if reason:
        return _ABSENT if value is None and reason == "non_answer" else _UNREAD
    return value


def _block(
    body: SheetRows, columns: Columns, values: Mapping[str, Sequence[Scalar | object]], how: Typing, lines: range
) -> Block:
    told = _told(how.listed.name, {name: list(column[lines.start : lines.stop]) for name, column in values.items()})
    rows = tuple([Row(values=row, at=at) for row, at in zip(told, _places(body, lines), strict=True)])
    last = {name: column[lines[-1]] for name, column in columns.items() if column[lines[-1]]}
    figures = [
        number
        for name in AMOUNTS.get(how.listed.name, ())
        if name in columns
        for number in _amounts(name, columns[name][lines.start : lines.stop], how)
    ]
    return Block(role="block", cells=last, texts=(), at=rows[0].at, lines=lines, rows=rows, figures=tuple(figures))


def _told(table: str, columns: dict[str, list[Scalar | object]]) -> list[dict[str, Scalar]]:
    """Return what each row says."""
    done = finish_columns(table, columns)
    names = tuple(columns)
    told: list[Any] = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for name, column in columns.items():
        for values, value in zip(told, column, strict=True):
            if value is _ABSENT:
                del values[name]
    return told if done else [finish(table, values) for values in told]


def _places(body: SheetRows, lines: range) -> Iterable[Location]:
    """Return where the rows stand: each at its first cell."""
    found: dict[int, str] = {}
    left: Sequence[int] = lines
    for index, column in enumerate(body.columns):
        letter = letters(index)
        found.update((at, f"{letter}{body.first + at}") for at in left if column[at])
        left = [at for at in left if not column[at]]
        if not left:
            break
    return (Location(sheet=body.sheet, cell=found[at]) for at in lines)


def _amounts(name: str, texts: Sequence[str], how: Typing) -> Iterator[Decimal]:
    scale = how.scale if name in how.listed.money else 1
    told = {text: number * scale for text in set(texts) if (number := decimal_of(text)) is not None}
    return (told[text] for text in texts if text in told)
