"""Words and cells kept close together, as one text and one row of numbers, and made when somebody looks at them.

A word by itself takes three hundred bytes, packed it takes forty: a report of a thousand pages is held like this from
the moment a page is read. What was looked at last stays made, so that going over the same page again costs nothing.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Final, TypeAlias, TypeVar, overload

from parsers.document import Box, Cell, Location, Word

Item = TypeVar("Item")
Numbers: TypeAlias = "array[float] | array[int]"
"""Four numbers for each box, in points or in whole hundredths of them."""

BLANK: Final = Cell(text="", at=Location())
"""Stands for every blank cell of a sheet: there is nothing to point at."""
_END: Final = "\0"
"""Stands between the texts of packed things; what holds it is not packed."""
_KEPT_PAGES = 16
_KEPT_LINES = 1024
_LINE = 64
"""As many words may be a line."""
_AT_ONCE = 1000
"""Rows of a sheet made together."""
_FAR = 1e6
_BEYOND = 0
"""Stands for a place that is no number, or too far away; it is not equal to that, so all are kept as they are."""
_SPARSE = 16
"""One blank text in so many is looked for by itself."""


class _Made(Sequence[Item]):
    """A sequence that is made as a whole when it is looked at, and is equal to every sequence of the same things."""

    __slots__ = ()

    def made(self) -> tuple[Item, ...]:
        """Return all things made."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Item]:
        return iter(self.made())

    @overload
    def __getitem__(self, index: int) -> Item: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Item, ...]: ...

    def __getitem__(self, index: int | slice) -> Item | tuple[Item, ...]:
        return self.made()[index]

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return self.made() == tuple(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return repr(self.made())


class Words(_Made[Word]):
    """The words of a page or a line; ``text`` holds theirs with NUL between them, ``boxes`` four numbers a word."""

    __slots__ = ("boxes", "size", "text")

    def __init__(self, count: int, text: str, boxes: Numbers) -> None:
        self.size, self.text, self.boxes = count, text, boxes

    def __len__(self) -> int:
        return self.size

    def made(self) -> tuple[Word, ...]:
        """Return the words."""
        return _line(self) if self.size <= _LINE else _page(self)


def pack_words(words: Sequence[Word]) -> Sequence[Word]:
    """Return the words packed, or as they are where a text forbids it."""
    if not words or isinstance(words, Words):
        return words
    text = _END.join([word.text for word in words])
    if text.count(_END) != len(words) - 1:
        return words
    return Words(len(words), text, numbers_of(list(chain.from_iterable([word.box for word in words]))))


def _words(packed: Words) -> tuple[Word, ...]:
    return tuple(map(Word, packed.text.split(_END), _fours(packed.boxes)))


_page = lru_cache(maxsize=_KEPT_PAGES)(_words)
_line = lru_cache(maxsize=_KEPT_LINES)(_words)


def numbers_of(places: Sequence[float]) -> Numbers:
    """Return numbers in a row: as whole hundredths where all of them are exactly such, which takes half the room."""
    hundredths = [round(place * 100) if abs(place) < _FAR else _BEYOND for place in places]
    exact = [whole / 100 for whole in hundredths] == places
    return array("i", hundredths) if exact else array("d", places)


def _fours(numbers: Numbers) -> Iterator[Box]:
    places = [whole / 100 for whole in numbers] if numbers.typecode == "i" else numbers
    return zip(*[iter(places)] * 4, strict=True)


class PlacedRows(_Made[tuple[Cell, ...]]):
    """The rows of a table on a page; ``widths`` says how many cells each has, ``boxes`` four numbers a cell."""

    __slots__ = ("boxes", "page", "text", "widths")

    def __init__(self, page: int, widths: array[int], text: str, boxes: Numbers) -> None:
        self.page, self.widths, self.text, self.boxes = page, widths, text, boxes

    def __len__(self) -> int:
        return len(self.widths)

    def made(self) -> tuple[tuple[Cell, ...], ...]:
        """Return the rows."""
        return _placed(self)


class Cells(_Made[Cell]):
    """The cells of one row of a table on a page, packed as those of ``PlacedRows``."""

    __slots__ = ("boxes", "page", "size", "text")

    def __init__(self, page: int, count: int, text: str, boxes: Numbers) -> None:
        self.page, self.size, self.text, self.boxes = page, count, text, boxes

    def __len__(self) -> int:
        return self.size

    def made(self) -> tuple[Cell, ...]:
        """Return the cells."""
        return _row(self)


class RowOf(_Made[Cell]):
    """One row of a packed table, which is made with all others of its page."""

    __slots__ = ("at", "rows")

    def __init__(self, rows: PlacedRows, at: int) -> None:
        self.rows, self.at = rows, at

    def __len__(self) -> int:
        return self.rows.widths[self.at]

    def made(self) -> tuple[Cell, ...]:
        """Return the cells."""
        return _placed(self.rows)[self.at]


def rows_of(rows: Sequence[tuple[Cell, ...]]) -> Iterator[Sequence[Cell]]:
    """Yield the rows of a table; those of a packed one stay packed."""
    return (RowOf(rows, at) for at in range(len(rows))) if isinstance(rows, PlacedRows) else iter(rows)


def pack_row(row: Sequence[Cell]) -> Sequence[Cell]:
    """Return one row of a ruled table packed, or as it is; see ``pack_rows``."""
    if isinstance(row, RowOf):
        return row
    packed = pack_rows((tuple(row),)) if row else row
    return Cells(packed.page, len(row), packed.text, packed.boxes) if isinstance(packed, PlacedRows) else row


@lru_cache(maxsize=_KEPT_LINES)
def _row(packed: Cells) -> tuple[Cell, ...]:
    return tuple(_cells(packed.text, packed.page, packed.boxes))


def pack_rows(rows: Sequence[tuple[Cell, ...]]) -> Sequence[tuple[Cell, ...]]:
    """Return the rows of a ruled table packed, or as they are where a cell has no box on the one page."""
    cells = list(chain.from_iterable(rows))
    page = cells[0].at.page if cells else None
    if page is None or any(cell.at.page != page or cell.at.box is None for cell in cells):
        return rows
    text = _END.join([cell.text for cell in cells])
    if text.count(_END) != len(cells) - 1:
        return rows
    boxes = numbers_of(list(chain.from_iterable([cell.at.box or () for cell in cells])))
    return PlacedRows(page, array("I", map(len, rows)), text, boxes)


@lru_cache(maxsize=_KEPT_PAGES)
def _placed(packed: PlacedRows) -> tuple[tuple[Cell, ...], ...]:
    cells = _cells(packed.text, packed.page, packed.boxes)
    return tuple([tuple(islice(cells, width)) for width in packed.widths])


def _cells(text: str, page: int, boxes: Numbers) -> Iterator[Cell]:
    for one, box in zip(text.split(_END), _fours(boxes), strict=True):
        yield Cell(text=one, at=Location(page=page, box=box))


class SheetRows(Sequence[tuple[Cell, ...]]):
    """The rows of a sheet, kept as columns of texts of one length; a row's blank cells at its end are dropped.

    ``first`` is the number of the first row on the sheet, which begins in column A.
    """

    __slots__ = ("columns", "first", "sheet")

    def __init__(self, columns: Sequence[Sequence[str]], sheet: str | None, first: int = 1) -> None:
        self.columns, self.sheet, self.first = columns, sheet, first

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self._some(start, min(start + _AT_ONCE, len(self)))

    @overload
    def __getitem__(self, index: int) -> tuple[Cell, ...]: ...

    @overload
    def __getitem__(self, index: slice) -> SheetRows: ...

    def __getitem__(self, index: int | slice) -> tuple[Cell, ...] | SheetRows:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                raise ValueError("rows of a sheet are cut without steps")
            return SheetRows([column[start:stop] for column in self.columns], self.sheet, self.first + start)
        at = range(len(self))[index]
        return next(self._some(at, at + 1))

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return repr(tuple(self))

    def line(self, index: int) -> tuple[str, ...]:
        """Return the texts of a row, blank ones at its end dropped."""
        return _ended(tuple([column[index] for column in self.columns]))

    def _some(self, start: int, stop: int) -> Iterator[tuple[Cell, ...]]:
        width = len(self.columns)
        texts = list(chain.from_iterable(zip(*[column[start:stop] for column in self.columns], strict=True)))
        heads = [letters(column) for column in range(width)]
        numbers = map(str, range(self.first + start, self.first + stop))
        names = [head + number for number in numbers for head in heads]
        sheet = self.sheet
        cells = [Cell(text=text, at=Location(sheet=sheet, cell=name)) for text, name in zip(texts, names, strict=True)]
        rows = zip(*[iter(cells)] * width, strict=True)
        return rows if all(texts) else map(_without_blanks, rows)


def texts_of(rows: Sequence[tuple[Cell, ...]]) -> Sequence[Sequence[str]]:
    """Return the texts of rows, blank ones at the end of a sheet's row dropped."""
    return _Lines(rows) if isinstance(rows, SheetRows) else [[cell.text for cell in row] for row in rows]


def rows_without(sign: re.Pattern[str], rows: Sequence[tuple[Cell, ...]], start: int) -> Iterator[int]:
    """Yield the numbers of the rows from ``start`` on in none of whose cells the expression is found."""
    if not isinstance(rows, SheetRows):
        yield from (at for at in range(start, len(rows)) if not any(sign.search(cell.text) for cell in rows[at]))
        return
    left: Sequence[int] = range(start, len(rows))
    for column in rows.columns:
        if len(left) * 4 < len(column):
            left = [at for at in left if not sign.search(column[at])]
        else:
            found = {text for text in set(column) if sign.search(text)}
            left = [at for at in left if column[at] not in found]
    yield from left


def blanks_in(texts: Sequence[str]) -> list[int]:
    """Return where in a column nothing stands, from 0."""
    count = texts.count("")
    if count * _SPARSE > len(texts):
        return [at for at, text in enumerate(texts) if not text]
    found: list[int] = []
    for _ in range(count):
        found.append(texts.index("", found[-1] + 1 if found else 0))
    return found


def filled_lines(rows: Sequence[tuple[Cell, ...]]) -> int:
    """Return in how many rows something else than white space stands."""
    if not isinstance(rows, SheetRows):
        return sum(any(cell.text.strip() for cell in row) for row in rows)
    left: Sequence[int] = range(len(rows))
    for column in rows.columns:
        if len(left) == len(column):
            left = blanks_in(list(map(str.strip, column)))
        else:
            left = [at for at in left if not column[at].strip()]
    return len(rows) - len(left)


class _Lines(Sequence[tuple[str, ...]]):
    """The texts of a sheet's rows, put together when they are looked at."""

    def __init__(self, rows: SheetRows) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        for texts in zip(*self.rows.columns, strict=True):
            yield texts if texts[-1] else _ended(texts)

    @overload
    def __getitem__(self, index: int) -> tuple[str, ...]: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[str, ...]]: ...

    def __getitem__(self, index: int | slice) -> tuple[str, ...] | Sequence[tuple[str, ...]]:
        return _Lines(self.rows[index]) if isinstance(index, slice) else self.rows.line(index)


def _ended(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return texts without the blank ones at their end."""
    count = len(texts)
    while count and not texts[count - 1]:
        count -= 1
    return texts[:count]


def _without_blanks(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Return a row whose blank cells are the one blank cell, and are dropped at its end."""
    if all(cell.text for cell in row):
        return row
    cells = [cell if cell.text else BLANK for cell in row]
    while cells and cells[-1] is BLANK:
        cells.pop()
    return tuple(cells)


@lru_cache(maxsize=16_384)
def letters(column: int) -> str:
    """Name a 0-based column: A, B, … Z, AA."""
    name = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name
