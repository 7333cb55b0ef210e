"""What every line under a header is: a row of the list, or one of the things that stand among rows and are none.

No line is passed over: what is neither a row nor anything known is ``loose``, and a list with loose lines is not
proven.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter, eq
from typing import Final, Literal

from parsers.document import Cell, Location, Row
from parsers.extract.grids import Grid, is_header_again, place
from parsers.extract.headers import Column, looks_right
from parsers.extract.listed import Listed
from parsers.extract.sentences import is_sentence
from parsers.values.amounts import decimal_of

Role = Literal[
    "row", "place", "total", "subtotal", "header", "units", "note", "group", "blank", "more", "loose", "block"
]
"""``more`` is a line whose text was joined to the row above it, ``block`` stands for many rows."""

_TOTAL = re.compile(
    r"^\W*(?:(?P<part>sub\s*-?|section|page|location|entity|state|class)\s*|(?:grand|overall|report|schedule)\s+|all\s+)?"
    r"(?:totals?|sum)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_TOTAL_OF = re.compile(r"^\W*[A-Za-z][\w .,&'-]{0,40}?\s+(?:sub-?)?totals?\W*$", re.IGNORECASE)
_FORWARD = re.compile(r"^\W*(?:carried|brought)\s+forward\b", re.IGNORECASE)
_NOTE = re.compile(
    r"^\W*(?:\*|notes?\b|source\b|please\b|prepared\b|as of\b|see\b|page\s+\d|\d+\s+of\s+\d+$"
    r"|values?\s+(?:per|as|are)\b|printed\b|generated\b|run date\b|report\b|end of\b|confidential\b|https?:|\(c\)|©)"
    r"|\bcontinued\b|\bpage\s+\d+|incl(?:uded|\.)?\s+above",
    re.IGNORECASE,
)
_MARKED = re.compile(
    r"^\W*(?:\*|notes?\b\s*[:.\d]|page\s+\d|\d+\s+of\s+\d+$|https?:|\(c\)|©|end of (?:list|report|schedule))",
    re.IGNORECASE,
)
"""What begins a note even where the names and streets of rows stand."""
_HELD = frozenset({"vin", "licence", "policy_number", "address", "date", "dob", "wc_class", "zip"})
"""Types whose cells, where they look right, make a line a row and no sum of rows."""
_ADDRESS = re.compile(r"^\d+[A-Za-z]?\s+(?=.*[A-Za-z]{2}).{4,}$")
_FURNITURE = re.compile(r"^page\s+\d+(?:\s*(?:of|/)\s*\d+)?$", re.IGNORECASE)
_UNITS = frozenset(
    {
        "$", "($)", "sq ft", "sf", "sq. ft.", "(sf)", "lbs", "lbs.", "miles", "mi", "%", "y/n", "(y/n)", "yyyy", "#",
        "$000s", "$000", "($000s)", "(000s)", "000s", "mm/dd/yyyy", "mm/dd/yy", "years", "yrs", "usd", "(yr)", "year",
        "feet", "no.", "text", "date", "(sq ft)", "(lbs)", "(miles)", "in $", "us$", "ft", "000", "$ 000", "x1000",
    }
)  # fmt: skip
_LONGEST_UNIT = max(map(len, _UNITS))
_LONG_FIGURE = re.compile(r"\d{3}")
_LETTERS = re.compile(r"[A-Za-z]{2}")
_TOTAL_WORD = re.compile(r"total|sum|forward", re.IGNORECASE)
"""What every line of totals says that has more than sums."""
_SPACED = re.compile(r"[^\S ]|  |\0 | \0")
"""White space other than single blanks between words, in cells put behind one another."""
_WHITE = "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"
"""White space that is no blank, in ASCII."""
_TEXT: Final = attrgetter("text")
FREE = frozenset({"text", "address", "person", "code"})
"""Types whose cells may hold any words, so that they tell no row from a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line under a header: what it is, meaning → cell text (blank cells absent), all its texts, where it stood."""

    role: Role
    cells: Mapping[str, str]
    texts: tuple[str, ...]
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(Record):
    """Lines of the body that are rows and were read; ``cells`` are those of the last, ``figures`` all their amounts."""

    lines: range
    rows: tuple[Row, ...]
    figures: tuple[Decimal, ...]


def records(grid: Grid, listed: Listed, blocks: Sequence[Block] = ()) -> Iterator[Record]:
    """Yield every line under the header with what it is, and in the place of their lines the blocks."""
    start = 0
    for block in blocks:
        yield from _records(grid, grid.body[start : block.lines.start], listed)
        yield block
        start = block.lines.stop
    yield from _records(grid, grid.body[start:] if start else grid.body, listed)


def _records(grid: Grid, body: Sequence[tuple[Cell, ...]], listed: Listed) -> Iterator[Record]:
    ended = False
    held: Record | None = None
    for line in body:
        texts = _texts(line)
        width = len(texts)
        cells = {name: texts[index] for index, name in grid.columns.items() if index < width and texts[index]}
        role = _role(texts, cells, grid, listed, ended)
        ended = role == "total" or (ended and role != "row")
        record = Record(role=role, cells=cells, texts=texts, at=place(line))
        if held:
            yield _titled(held, record)
            held = None
        if role == "loose" and is_lone(texts) and _leads(texts, grid) and not _LONG_FIGURE.search("".join(texts)):
            held = record  # What follows tells whether it is the title of the rows under a header come again.
        else:
            yield record
    if held:
        yield held


def is_lone(texts: Sequence[str]) -> bool:
    """Return whether a line has one cell."""
    return sum(map(bool, texts)) == 1


def _titled(record: Record, then: Record) -> Record:
    """Return a lone line as the head of a group where the header comes again right below it."""
    return replace(record, role="group") if then.role == "header" else record


def _texts(line: Sequence[Cell]) -> tuple[str, ...]:
    """Return the texts of a line, each with single blanks between its words."""
    texts = tuple(map(_TEXT, line))
    joined = "\0".join(texts)
    if not _SPACED.search(f"\0{joined}\0"):
        return texts
    return tuple([" ".join(text.split()) for text in texts])


def spaced_once(texts: Collection[str]) -> Collection[str]:
    """Return the distinct texts of a column, each with single blanks between its words."""
    joined = "\0".join(texts)
    if joined.isascii() and "  " not in joined and not any(sign in joined for sign in _WHITE):
        return texts  # A sheet's texts have no blanks at their ends.
    return [" ".join(text.split()) for text in texts]


def may_be_total(texts: Collection[str]) -> set[str]:
    """Return those of a column's distinct texts that have a word of totals in them."""
    joined = "\0".join(texts).casefold()
    if not any(word in joined for word in ("total", "sum", "forward")):
        return set()
    return {text for text in texts if _TOTAL_WORD.search(text)}


def nothing_named(distinct: Collection[str]) -> set[str]:
    """Return those of a column's distinct texts that may stand in a line of units or page numbers."""
    found = {text for text in distinct if len(text) <= _LONGEST_UNIT and text.casefold() in _UNITS}
    if "page" in "\0".join(distinct).casefold():
        found |= {text for text in distinct if _FURNITURE.match(text)}
    return found


def heads_of(grid: Grid) -> tuple[str | None, ...]:
    """Return the heads of a grid with single blanks between their words, None for one without any."""
    return _joined(grid.heads)


def is_furniture(texts: Sequence[str]) -> bool:
    """Return whether a line is nothing but a page number."""
    return all(_FURNITURE.match(text) for text in texts if text)


def _role(texts: tuple[str, ...], cells: Mapping[str, str], grid: Grid, listed: Listed, ended: bool) -> Role:
    filled = [text for text in texts if text]
    if not filled:
        return "blank"
    if is_furniture(filled):
        return "note"
    if total := _total(filled, cells, listed):
        return total
    if all(text.casefold() in _UNITS for text in filled):
        return "units"
    if _same(texts, grid):
        return "header"
    if _is_row(cells, filled, grid, listed):
        return "place" if cells.keys() <= {*listed.place} and "street" in cells else "row"
    if is_header_again(texts, grid) and not _LONG_FIGURE.search(" ".join(filled)):
        return "header"
    return _apart(filled, cells, listed, ended, leading=_leads(texts, grid))


def _leads(texts: Sequence[str], grid: Grid) -> bool:
    """Return whether a line begins where the first column of the list stands, or left of it."""
    first = next(index for index, text in enumerate(texts) if text)
    return first <= min(grid.columns, default=0)


def _same(texts: Sequence[str], grid: Grid) -> bool:
    """Return whether most cells are the heads above them, word by word."""
    heads = _joined(grid.heads)
    filled = sum(map(bool, texts[: len(heads)]))
    return filled > 1 and sum(map(eq, texts, heads)) * 3 >= filled * 2


@lru_cache(maxsize=64)
def _joined(heads: tuple[str, ...]) -> tuple[str | None, ...]:
    """Return heads with single blanks between their words, None for one without any: no cell is like it."""
    return tuple(" ".join(head.split()) or None for head in heads)


def _total(filled: Sequence[str], cells: Mapping[str, str], listed: Listed) -> Role | None:
    """Tell a totals row by its label, or by having nothing but sums."""
    label = _label(filled)
    if not _TOTAL_WORD.search(label) and not cells.keys() <= {*listed.summed}:
        return None
    if any(_is_known_by(listed.columns[name], text) for name, text in cells.items()):
        return None  # A store called Total Wine has a street; a sum has none.
    found = _TOTAL.match(label)
    if _FORWARD.match(label):
        return "subtotal"
    if found and (cells.keys() & {*listed.summed} or len(filled) <= 2):
        return "subtotal" if found["part"] or re.search(r"[A-Za-z]{2}", found["rest"]) else "total"
    if _TOTAL_OF.match(label) and cells.keys() & {*listed.summed} and len(filled) <= len(listed.summed) + 2:
        return "subtotal"
    if not found and cells and cells.keys() <= {*listed.summed} and len(filled) == len(cells):
        return "subtotal" if all(decimal_of(text) is not None for text in cells.values()) else None
    return None


def _is_known_by(column: Column, text: str) -> bool:
    """Return whether a cell is what only a row has, and no label."""
    return column.type in _HELD and any(map(str.isdigit, text)) and not _TOTAL.match(text) and looks_right(column, text)


def _label(filled: Sequence[str]) -> str:
    """Return the words a line begins with; a label may stand in two cells."""
    words = []
    for text in filled[:3]:
        if not _LETTERS.search(text):
            break
        words.append(text)
    return " ".join(words)


def _is_row(cells: Mapping[str, str], filled: Sequence[str], grid: Grid, listed: Listed) -> bool:
    """A row has something to be known by, and cells that look like their columns."""
    if len(cells) < 2 or not cells.keys() & listed.identity:
        return False
    if len(cells) * 3 >= len(grid.columns):
        return True
    told = ((listed.columns[name], text) for name, text in cells.items())
    return any(looks_right(column, text) for column, text in told if column.type not in FREE)


def _apart(filled: Sequence[str], cells: Mapping[str, str], listed: Listed, ended: bool, *, leading: bool) -> Role:
    """Tell what is no row: a note, the head of a group of rows, or a line with nothing but the place of some.

    A line with a figure where amounts stand is none of these, whatever its words.
    """
    if any(decimal_of(text) is not None for name, text in cells.items() if name in listed.summed):
        return "loose"
    joined = " ".join(filled)
    if len(filled) == 1:
        return _alone(joined, cells, listed, leading=leading)
    figures = any(any(map(str.isdigit, text)) for text in filled[1:])
    if (_NOTE.search(joined) or listed.called.search(joined)) and not figures:
        return "note"
    if ended and not any(any(map(str.isdigit, text)) for text in filled):
        return "note"
    if len(filled) == 2 and not cells.keys() & listed.identity and joined.count(":"):
        return "note"
    return "loose"


def _alone(text: str, cells: Mapping[str, str], listed: Listed, *, leading: bool) -> Role:
    """Tell what a line of one cell is: words where rows have their names and streets may be a row of nothing else.

    The head of a group stands where rows begin, and is nothing that a row has in that column.
    """
    if listed.called.search(text) or _MARKED.search(text) or is_sentence(text):
        return "note"
    if not _LETTERS.search(text):
        return "loose"
    if "street" in cells and listed.place and _ADDRESS.match(text):
        return "place"
    if any(_may_be_one(name, text, listed) for name in cells) or (cells and not leading):
        return "loose"
    if _NOTE.search(text):
        return "note"
    return "loose" if not leading else "note" if len(text.split()) >= 5 else "group"


def _may_be_one(name: str, text: str, listed: Listed) -> bool:
    """Return whether a cell alone may be all that is told of a row."""
    column = listed.columns[name]
    if name in ("number", "building_number"):
        return False
    named = name in listed.identity or name.endswith("name")
    return named or (column.type not in FREE and looks_right(column, text))
