"""Name the places of a sheet and write cell values as a person reads them."""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from math import isfinite
from typing import Any, Final, TypeAlias, cast

from parsers.document import Cell, Location

Value: TypeAlias = str | bool | int | float | datetime.datetime | datetime.date | datetime.time | datetime.timedelta


BLANK: Final = Cell(text="", at=Location())
"""Stands for every blank cell: there is nothing to point at."""

_new: Callable[[type], Any] = object.__new__


def _setter(kind: type, name: str) -> Callable[[object, object], None]:
    return cast("Callable[[object, object], None]", kind.__dict__[name].__set__)


_SET_TEXT, _SET_AT = _setter(Cell, "text"), _setter(Cell, "at")
_EXACT = 2**53
"""Beyond it a spreadsheet's numbers have gaps, and the shortest digits that mean the same number are the ones typed."""


def place(row: int, column: int) -> str:
    """Name the cell of a 0-based row and column, such as ``C12``."""
    return f"{letters(column)}{row + 1}"


@lru_cache(maxsize=16_384)
def letters(column: int) -> str:
    """Name a 0-based column: A, B, … Z, AA."""
    name = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


def rows_of(
    values: Sequence[Sequence[Value]], sheet: str | None, first: int, columns: Sequence[str]
) -> Iterator[tuple[Cell, ...]]:
    """Return rows of values as cells, blank ones at their ends dropped; ``columns`` are letters, ``first`` the number.

    A sheet has half a million cells, and the checked way of making frozen values takes longer than reading it: their
    slots are set at once, a slot of all cells after the other.
    """
    width = len(columns)
    # The same numbers come again and again. They are looked up as floats alone: True is the same key as 1.0.
    told = _Numbers()
    texts = [
        told[value] if type(value) is float else value.strip() if type(value) is str else shown(value)
        for row in values
        for value in row
    ]
    if "\0" in "".join(texts):
        texts = [shown(text) for text in texts]
    names = [column + number for number in map(str, range(first, first + len(values))) for column in columns]
    places = [Location(sheet=sheet, cell=name) for name in names]
    cells: list[Any] = list(map(_new, repeat(Cell, len(texts))))
    for setter, given in ((_SET_TEXT, texts), (_SET_AT, places)):
        deque(map(setter, cells, given), maxlen=0)
    rows = zip(*[iter(cells)] * width, strict=True)
    return rows if all(texts) else map(_without_blanks, rows)


def _without_blanks(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Return a row whose blank cells are the one blank cell, and are dropped at its end."""
    if all(cell.text for cell in row):
        return row
    cells = [cell if cell.text else BLANK for cell in row]
    while cells and cells[-1] is BLANK:
        cells.pop()
    return tuple(cells)


class _Numbers(dict[float, str]):
    """Numbers as they are written, each worked out once."""

    def __missing__(self, value: float) -> str:
        text = self[value] = _number(value)
        return text


def shown(value: Value) -> str:
    """Write one value: ISO dates, whole numbers without ``.0``, never an exponent, at most 15 significant digits."""
    if isinstance(value, str):
        return value.replace("\0", "").strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time.min else value.isoformat(" ", "seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    if -_EXACT < value < _EXACT and value == (whole := int(value)):
        return str(whole)
    if not isfinite(value):
        return ""
    if value == int(value):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    # Fifteen digits are what a spreadsheet keeps; more shows the noise of binary fractions.
    text = format(Decimal(f"{value:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
