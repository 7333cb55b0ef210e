"""Tables in a mail: lines of its text that stand in columns, and the tables of its HTML page.

Lines belong together where they are cut the same way: by tabs, by bars, by commas, or by gaps of blanks that all of
them share. What stands between two such lines is kept as a row of one cell, so that the reader of lists books it: a row
that a mail program broke in two must not vanish unseen.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from parsers.document import Cell, Location, Table
from parsers.extract.grids import find_grid
from parsers.extract.listed import kinds, listed
from parsers.readers.cells import place

_GAP = re.compile(r"\s{2,}")
_RULER = re.compile(r"^[\s|+:=_-]{3,}$")
_CAPTION = re.compile(r"^\s*(?:\S+\s+){0,5}\S+:\s*$")
_FIGURES = re.compile(r"\d{3}")
_BETWEEN = 2
"""Lines that may stand between two lines of one table."""
_LONGEST = 20_000
_WIDEST = 2_000_000
"""Characters of a page beyond which its tables are not looked for."""
_FEWEST_COLUMNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A table of running text and the lines it takes: first and last (exclusive), counted from 0."""

    table: Table
    first: int
    last: int


def kind_of(table: Table) -> str | None:
    """Return the kind of list that a table is by its header, or None: the kind that names most of its columns."""
    best: tuple[int, str] | None = None
    for kind, name in _sorts().items():
        sort = listed(name)
        grid = find_grid(table, sort.columns, sort.enough)
        if grid and len(grid.columns) >= _FEWEST_COLUMNS and (best is None or len(grid.columns) > best[0]):
            best = (len(grid.columns), kind)
    return best[1] if best else None


@cache
def _sorts() -> Mapping[str, str]:
    """Return the first kind of each sort of list."""
    found: dict[str, str] = {}
    for kind, name in kinds().items():
        found.setdefault(name, kind)
    return {kind: name for name, kind in found.items()}


def without(text: str, tables: Sequence[TextTable]) -> str:
    """Return a text without the lines of its tables, which are no sentences."""
    if not tables:
        return text
    lines = text.split("\n")
    taken = {number for one in tables for number in range(_caption(lines, one.first), one.last)}
    return "\n".join(line for number, line in enumerate(lines) if number not in taken)


def _caption(lines: Sequence[str], first: int) -> int:
    """Return the line where a table begins with its caption: a few words and a colon above it."""
    for number in range(first - 1, max(first - 3, -1), -1):
        if lines[number].strip():
            return number if _CAPTION.match(lines[number]) else first
    return first


def text_tables(text: str) -> tuple[TextTable, ...]:
    """Return the tables of a text, top to bottom; each has a header that names a list."""
    lines = text.split("\n")
    if len(lines) > _LONGEST or not _may_have_table(lines):
        return ()
    found: list[TextTable] = []
    for cut in (_tabs, _bars, _gaps, _commas):
        taken = {number for one in found for number in range(one.first, one.last)}
        free = ["" if number in taken else line for number, line in enumerate(lines)]
        for first, last in _blocks(free, cut):
            found.extend(_tables(free, first, last, cut))
    return tuple(sorted(found, key=lambda one: one.first))


Cut = Callable[[str], list[str]]


def _tabs(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("\n\r ").split("\t")] if "\t" in line else []


def _bars(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")] if line.count("|") >= 2 else []


def _gaps(line: str) -> list[str]:
    cells = _GAP.split(line.strip())
    return cells if len(cells) > 1 else []


def _commas(line: str) -> list[str]:
    if line.count(",") < 2 or line.rstrip().endswith((".", ",", ":")):
        return []
    return [cell.strip() for cell in next(csv.reader([line], skipinitialspace=True), [])]


def _may_have_table(lines: Sequence[str]) -> bool:
    """Return at once for most mails: two lines that could be rows are the least a table has."""
    likely = 0
    for line in lines:
        likely += "\t" in line or "   " in line.strip() or "|" in line or line.count(",") >= 2 or "  " in line.strip()
        if likely > 1:
            return True
    return False


def _blocks(lines: Sequence[str], cut: Cut) -> Iterator[tuple[int, int]]:
    """Yield runs of lines that are cut the same way, with at most a few others between them."""
    first: int | None = None
    last = 0
    for number, line in enumerate(lines):
        if not cut(line):
            continue
        if first is not None and number - last > _BETWEEN:
            yield from ((first, last),) if last - first > 1 else ()
            first = None
        first = number if first is None else first
        last = number + 1
    if first is not None and last - first > 1:
        yield first, last


def _tables(lines: Sequence[str], first: int, last: int, cut: Cut) -> Iterator[TextTable]:
    """Yield the lists of a block: each begins at a header and ends before the header of another list."""
    heads = [(number, kind) for number in range(first, last) if (kind := _header(cut(lines[number])))]
    starts = [heads[0]] if heads else []
    starts += [after for before, after in pairwise(heads) if after[1] != before[1]]
    for index, (start, _) in enumerate(starts):
        end = starts[index + 1][0] if index + 1 < len(starts) else last
        while end > start and not cut(lines[end - 1]):
            end -= 1
        table = _aligned(lines, start, end) if cut is _gaps else _cut(lines, start, end, cut)
        if len(table.rows) > 1 and kind_of(table):
            yield TextTable(table=table, first=start, last=end)


def _header(cells: Sequence[str]) -> str | None:
    """Return the kind of list whose header these cells are."""
    if len(cells) < _FEWEST_COLUMNS or sum(bool(_FIGURES.search(cell)) for cell in cells) * 4 > len(cells):
        return None
    return kind_of(Table(rows=(tuple(Cell(text=cell, at=Location()) for cell in cells),)))


def _cut(lines: Sequence[str], first: int, last: int, cut: Cut) -> Table:
    rows = ((number, cut(lines[number]) or [lines[number].strip()]) for number in range(first, last))
    return Table(rows=tuple(_row(number, cells) for number, cells in rows if not _RULER.match(lines[number])))


def _aligned(lines: Sequence[str], first: int, last: int) -> Table:
    """Cut lines where all of them that have columns are blank: two blanks wide, or one under a gap of the header."""
    rows = [(number, lines[number].expandtabs()) for number in range(first, last) if not _RULER.match(lines[number])]
    columned = [line for _, line in rows if _gaps(line)]
    width = max(map(len, columned))
    blank = [all(line[at : at + 1] in ("", " ") for line in columned) for at in range(width)]
    ends = _gutters(blank)
    return Table(rows=tuple(_row(number, _sliced(line, ends)) for number, line in rows if line.strip()))


def _gutters(blank: Sequence[bool]) -> list[tuple[int, int]]:
    """Return first and last (exclusive) character of every column."""
    spans: list[tuple[int, int]] = []
    start: int | None = None
    for at in range(len(blank) + 1):
        gap = at == len(blank) or (blank[at] and (at + 1 >= len(blank) or blank[at + 1]))
        if start is None and not (at < len(blank) and blank[at]) and at < len(blank):
            start = at
        elif start is not None and gap:
            spans.append((start, at))
            start = None
    return spans


def _sliced(line: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    if not _gaps(line):
        return [line.strip()]
    return [line[start:end].strip() for start, end in spans]


def _row(number: int, cells: Sequence[str]) -> tuple[Cell, ...]:
    """Return a row whose cells say on which line of the text they stand."""
    return tuple(Cell(text=text, at=Location(cell=place(number, column))) for column, text in enumerate(cells))


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPage:
    """A page whose tables are taken out; where each stood, ``mark(number)`` stands alone on its line."""

    html: str
    tables: tuple[Table, ...]


def mark(number: int) -> str:
    """Return what stands in the place of a table: no mail has these characters."""
    return f"\ue000table{number}\ue000"


def page_tables(html: str) -> MarkedPage:
    """Return the innermost tables of a page that have rows of cells, and the page with marks in their places.

    A mark in a ``blockquote`` has a ``>`` before it, as quoted text has.
    """
    if len(html) > _WIDEST or "<table" not in html.lower():
        return MarkedPage(html=html, tables=())
    from lxml import etree
    from lxml import html as pages

    from parsers.readers.html import table_of

    try:
        tree = pages.document_fromstring(html, parser=pages.HTMLParser(no_network=True, huge_tree=False))
    except (etree.ParserError, ValueError):
        return MarkedPage(html=html, tables=())
    etree.strip_elements(tree, "script", "style", "template", etree.Comment, with_tail=False)
    tables: list[Table] = []
    for element in list(tree.iter("table")):
        table = None if next(element.iterdescendants("table"), None) is not None else table_of(element)
        if table is None or sum(len(row) > 1 for row in table.rows) < 2:
            continue
        quoted = next(element.iterancestors("blockquote"), None) is not None
        paragraph = pages.Element("p")
        paragraph.text = f"{'> ' if quoted else ''}{mark(len(tables))}"
        paragraph.tail = element.tail
        if (parent := element.getparent()) is not None:
            parent.replace(element, paragraph)
            tables.append(table)
    return MarkedPage(html=etree.tostring(tree, encoding="unicode", method="html"), tables=tuple(tables))


__all__ = ["MarkedPage", "TextTable", "kind_of", "mark", "page_tables", "text_tables", "without"]
