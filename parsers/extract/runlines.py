"""The lines of a loss run in the order they are read: lines of words by place, rows of tables, lines of a host print.

Text printed sideways is turned upright, plain text stands on pages of its own cut at form feeds, and what stands beside
each other as two blocks is read one block after the other (``parsers.extract.runpanes``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from parsers.document import Box, Cell, Location, Page, ParsedDocument, Table, Word
from parsers.extract.grids import around, place, tables_on
from parsers.extract.lines import visual_lines
from parsers.packed import pack_row, pack_words, rows_of

_PITCH, _ADVANCE, _HEIGHT = 12.0, 6.0, 10.5
"""How plain text is set: points from line to line, from sign to sign, and the height of a sign: one space is narrow."""
_WIDE = 0.8
"""A gap of this share of a line's height parts what is said in one line."""
_SPARE = 0.25
"""What a line has above and below its capitals, in their height."""
_SHORT = 60
"""Pages whose lines need not be packed."""
_SIGNS = re.compile(r"\S+")
_LEADER = re.compile(r"\.{2,}(?=:?$)|^[|¦]+$")
_BAR = "|"


@dataclass(frozen=True, slots=True)
class Strip:
    """One line of a run: its words by place, or the cells of a table's row. ``table`` tells tables apart.

    ``text`` has one space between words and two between what stands apart. ``top`` and ``page`` say where it stands.
    Words from ``edge`` on stand on the facing page.
    """

    text: str
    words: Sequence[Word] = ()
    cells: Sequence[Cell] = ()
    page: int | None = None
    table: int = -1
    pane: int = 0
    edge: float = float("inf")

    @property
    def at(self) -> Location:
        """Return where the line stands; plain text stands nowhere."""
        if self.cells:
            return place(self.cells)
        if not self.page:
            return Location()
        return Location(page=self.page, box=around([word.box for word in self.words if word.box[0] < self.edge]))

    @property
    def top(self) -> float:
        """Return how far down its page the line begins."""
        boxes = [word.box for word in self.words] or [cell.at.box for cell in self.cells if cell.at.box]
        return min((box[1] for box in boxes), default=0.0)

    @property
    def bottom(self) -> float:
        """Return how far down its page the line ends."""
        boxes = [word.box for word in self.words] or [cell.at.box for cell in self.cells if cell.at.box]
        return max((box[3] for box in boxes), default=0.0)

    @property
    def parts(self) -> list[str]:
        """Return what stands apart in the line."""
        return [part for part in self.text.split("  ") if part]


def of_words(words: Sequence[Word], page: int | None, pane: int = 0) -> Strip:
    """Return the strip of the words of one line, from left to right."""
    texts = [words[0].text]
    for before, word in pairwise(words):
        wide = _WIDE * min(before.box[3] - before.box[1], word.box[3] - word.box[1])
        texts.append("  " if word.box[0] - before.box[2] > wide else " ")
        texts.append(word.text)
    return Strip("".join(texts), words, (), page, -1, pane)


def of_row(row: Sequence[Cell], table: int, page: int | None) -> Strip:
    """Return the strip of one row of a table."""
    return Strip("  ".join(" ".join(cell.text.split()) for cell in row if cell.text), (), row, page, table)


def read_lines(document: ParsedDocument, pages: tuple[int, int]) -> list[list[Strip]]:
    """Return the lines page by page; sheets and prose make one page each."""
    tables = tables_on(document, pages)
    wanted = [page for page in document.pages if pages[0] <= page.number <= pages[1]]
    if wanted:
        ruled: dict[int, list[tuple[int, Table]]] = {}
        for index, table in enumerate(tables):
            ruled.setdefault(table.page or 0, []).append((index, table))
        lines = (_page_lines(page, ruled.get(page.number, [])) for page in wanted)
        if len(wanted) > _SHORT:
            lines = (list(map(_packed, sheet)) for sheet in lines)
        return [*lines, *_loose(ruled.get(0, []))]
    if document.text and tables and any(not table.sheet for table in tables):
        return [_prose_with_tables(document.text, tables)]
    return _loose(list(enumerate(tables))) + (_typed(document.text) if document.text else [])


def _packed(strip: Strip) -> Strip:
    """Return the line with its words and cells packed: those of a thousand pages are held together."""
    words, cells = pack_words(strip.words), pack_row(strip.cells)
    return Strip(strip.text, words, cells, strip.page, strip.table, strip.pane, strip.edge)


def _loose(tables: Sequence[tuple[int, Table]]) -> list[list[Strip]]:
    return [[of_row(row, index, table.page) for row in table.rows if row] for index, table in tables]


def _page_lines(page: Page, tables: Sequence[tuple[int, Table]]) -> list[Strip]:
    """Return the lines of a page from top to bottom, with the rows of ruled tables in their places."""
    words = upright(page)
    if page.scan:
        page = _with_words(page, words := _loosened(words))
    usable = [] if words is not page.words else [(index, table) for index, table in tables if _usable(table)]
    boxes = [box for _, table in usable if (box := _around(table))]
    free = [word for word in words if not any(_inside(word.box, box) for box in boxes)] if boxes else words
    found = [of_words(line, page.number) for line in visual_lines(_with_words(page, _without_leaders(free)))]
    rows = [of_row(row, index, page.number) for index, table in usable for row in rows_of(table.rows)]
    if not rows:
        return found
    return sorted(_overflown(found, [row for row in rows if row.text]), key=lambda strip: strip.top)


def _loosened(words: Sequence[Word]) -> tuple[Word, ...]:
    """Give words that were found by their ink the height of the line they were set on, as words of a print have it."""
    return tuple(
        Word(w.text, (x0, top - _SPARE * (bottom - top), x1, bottom + _SPARE * (bottom - top)))
        for w in words
        for x0, top, x1, bottom in (w.box,)
    )


def _overflown(lines: Sequence[Strip], rows: list[Strip]) -> list[Strip]:
    """Give text that ran out of a table on its right back to the row it began in."""
    kept: list[Strip] = []
    bands = [(strip.top, strip.bottom, at) for at, strip in enumerate(rows)]
    for line in lines:
        middle, left = (line.top + line.bottom) / 2, (line.words[0].box[0] + line.words[0].box[2]) / 2
        at = next((at for top, bottom, at in bands if top < middle < bottom and _ends_before(rows[at], left)), None)
        if at is None:
            kept.append(line)
        else:
            rows[at] = _longer(rows[at], line.text)
    return kept + rows


def _ends_before(row: Strip, left: float) -> bool:
    boxes = [cell.at.box for cell in row.cells if cell.at.box]
    return bool(boxes) and max(box[2] for box in boxes) <= left


def _longer(row: Strip, text: str) -> Strip:
    last = max(at for at, cell in enumerate(row.cells) if cell.text)
    cells = [*row.cells]
    cells[last] = Cell(text=f"{cells[last].text} {text}", at=cells[last].at)
    return replace(row, cells=tuple(cells), text=f"{row.text} {text}")


def _usable(table: Table) -> bool:
    """A grid whose cells hold columns of figures is a frame around rows, not rows."""
    if max(map(len, table.rows), default=0) < 3:
        return False
    stacked = sum(cell.text.count("\n") >= 3 and len(re.findall(r"\d\.\d\d\b", cell.text)) >= 3
                  for row in table.rows for cell in row)  # fmt: skip
    return stacked < 2


def _with_words(page: Page, words: tuple[Word, ...]) -> Page:
    return Page(number=page.number, width=page.width, height=page.height, words=words)


def _around(table: Table) -> Box | None:
    return around([cell.at.box for row in table.rows for cell in row if cell.at.box])


def _inside(box: Box, frame: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]


def upright(page: Page) -> Sequence[Word]:
    """Return the words of a page; those of a page printed sideways or upside down are laid as one reads them."""
    long = [word for word in page.words if len(word.text) > 3]
    tall = sum(word.box[3] - word.box[1] > word.box[2] - word.box[0] for word in long)
    if len(long) < 4:
        return page.words
    if tall * 2 <= len(long):
        if sum(_step(one.box, other.box, 1, 0) for one, other in pairwise(page.words)) >= 0:
            return page.words
        wide, high = page.width, page.height
        return tuple(Word(w.text, (wide - w.box[2], high - w.box[3], wide - w.box[0], high - w.box[1]))
                     for w in page.words)  # fmt: skip
    climbs = sum(_step(one.box, other.box, 0, 1) for one, other in pairwise(page.words)) < 0
    return tuple(Word(word.text, _turned(word.box, page, climbs)) for word in page.words)


def _step(one: Box, other: Box, across: int, along: int) -> int:
    """Return whether a word follows another in its line forwards (1), backwards (-1), or stands in another line (0)."""
    if abs(one[across] - other[across]) > 2:
        return 0
    return 1 if other[along] > one[along] else -1


def _turned(box: Box, page: Page, climbs: bool) -> Box:
    x0, top, x1, bottom = box
    if climbs:
        return page.height - bottom, x0, page.height - top, x1
    return top, page.width - x1, bottom, page.width - x0


def _typed(text: str) -> list[list[Strip]]:
    """Set plain text on pages, every sign as wide as the next; a form feed begins a page."""
    found = []
    for sheet in text.split("\f"):
        lines = sheet.splitlines()
        barred = sum(line.count(_BAR) > 1 for line in lines) > 1
        found.append([strip for number, line in enumerate(lines) for strip in _typed_line(line, number, barred)])
    return found


def _typed_line(line: str, number: int, barred: bool) -> Iterator[Strip]:
    """Yield the strip of a typed line; on a ``barred`` page one with bars between its cells is a row of a table."""
    if barred and _BAR in line and line.strip(f"{_BAR}-+: "):
        texts = line.strip().strip(_BAR).split(_BAR)
        yield of_row(tuple(Cell(text=text.strip(), at=Location()) for text in texts), 0, None)
    elif words := _set_line(line.expandtabs(), number):
        yield of_words(words, None)


def _set_line(line: str, number: int) -> Sequence[Word]:
    top = number * _PITCH
    return _without_leaders(
        [
            Word(sign.group(), (sign.start() * _ADVANCE, top, sign.end() * _ADVANCE, top + _HEIGHT))
            for sign in _SIGNS.finditer(line)
        ]
    )


def _without_leaders(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return words without the dots that lead from a label to its value, ``Status......: Open``, and without bars."""
    if not any(".." in word.text or word.text[0] in "|¦" for word in words):
        return tuple(words)
    bare = (Word(text, word.box) if (text := _LEADER.sub("", word.text)) != word.text else word for word in words)
    return tuple(word for word in bare if word.text)


def _prose_with_tables(text: str, tables: Sequence[Table]) -> list[Strip]:
    """Put the rows of tables back among the lines they stood between: a row stands in the text with tabs."""
    rows = [(index, row) for index, table in enumerate(tables) for row in table.rows if any(cell.text for cell in row)]
    found: list[Strip] = []
    done = 0
    for number, line in enumerate(text.splitlines()):
        if done < len(rows) and line.strip() == _row_text(rows[done][1]).strip():
            found.append(of_row(rows[done][1], rows[done][0], None))
            done += 1
        elif words := _set_line(line.expandtabs(), number):
            found.append(of_words(words, None))
    if not done:  # Text that was laid out anew: its lines say the rows a second time.
        said = {" ".join(of_row(row, 0, None).text.split()) for _, row in rows}
        found = [strip for strip in found if " ".join(strip.text.split()) not in said]
    return found + [of_row(row, index, None) for index, row in rows[done:]]


def _row_text(row: tuple[Cell, ...]) -> str:
    return "\t".join(cell.text.replace("\n", " ") for cell in row)
