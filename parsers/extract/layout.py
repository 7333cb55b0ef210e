"""A page without ruled lines → a table, by the places of its words under the words of its header.

Between two heads a column ends where the fewest words of the page stand in the way. Words further apart than words of
a sentence are belong to different cells. Lines that only go on with the text of the line above belong to its row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, pstdev

from parsers.document import Cell, Location, Page, Table, Word
from parsers.extract.grids import Enough, Grid, around
from parsers.extract.headers import Vocabulary, assign, looks_right
from parsers.extract.heads import Run, gap, header_of, left_of, right_of, said
from parsers.extract.lines import visual_lines
from parsers.extract.strokes import cleaned, cut_apart
from parsers.values.amounts import decimal_of

_WIDE, _WIDE_MONO, _WIDE_SCAN = 0.42, 0.9, 0.6
"""Room between two words of different cells, in heights of the page's text."""
_STEP = 0.5
_LEADING, _LEADING_SCAN = 1.3, 1.9
"""Most room from one line of a cell to its next, in heights of the page's text."""
_RUNNING = frozenset({"words", "street", "text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a laid-out page: their heads, what they mean, and the ``cuts`` where one ends and the next begins.

    ``running`` are columns of text, which may go on over several lines; ``leading`` is the most room between these.
    """

    heads: tuple[str, ...]
    names: dict[int, str]
    cuts: tuple[float, ...]
    running: frozenset[int]
    leading: float

    def of(self, word: Word) -> int:
        """Return the column in which the middle of a word stands."""
        return bisect_right(self.cuts, (word.box[0] + word.box[2]) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """A page as a table, its header first; without a header of its own it goes on with the columns given."""

    table: Table
    columns: Columns
    header: int


def laid_out(page: Page, vocabulary: Vocabulary, enough: Enough, going_on: Columns | None = None) -> LaidOut | None:
    """Return a page's lines as rows of cells under its header, or None when it has none and goes on with nothing."""
    page = cleaned(page) if page.scan else page
    if not page.words:
        return None
    room = _room(page)
    lines = [_runs(line, room) for line in visual_lines(page)]
    leading = (_LEADING_SCAN if page.scan else _LEADING) * _high(page)
    found = header_of(lines, vocabulary, enough, leading)
    if found is None:
        if going_on is None or not _fits(lines, going_on, vocabulary, page.number):
            return None
        body = _rows(lines, going_on, page.number)
        head = _heads_row(going_on.heads, (), page.number)
        return LaidOut(table=Table(rows=(head, *body), page=page.number), columns=going_on, header=0)
    start, depth, heads = found
    body_lines = lines[start + depth :]
    columns = _columns(heads, body_lines, vocabulary, page)
    if page.scan:
        body_lines = [cut_apart(line, columns.cuts) for line in body_lines]
        columns = _columns(heads, body_lines, vocabulary, page)
    above = tuple((_whole(line, page.number),) for line in lines[:start])
    head = _heads_row(columns.heads, heads, page.number)
    rows = (*above, head, *_rows(body_lines, columns, page.number))
    return LaidOut(table=Table(rows=rows, page=page.number), columns=columns, header=len(above))


def columns_of(grid: Grid, vocabulary: Vocabulary, page: Page) -> Columns | None:
    """Return the columns of a ruled table, for words that were typed below it; None where its lines are not known."""
    boxes = [cell.at.box for cell in grid.table.rows[grid.header]]
    edges = [box[0] for box in boxes if box]
    if len(edges) != len(grid.heads) or edges != sorted(edges):
        return None
    names = grid.columns
    running = _running(grid.heads, names, vocabulary)
    leading = _LEADING * _high(page)
    return Columns(heads=grid.heads, names=names, cuts=tuple(edges[1:]), running=running, leading=leading)


def _running(heads: Sequence[str], names: Mapping[int, str], vocabulary: Vocabulary) -> frozenset[int]:
    return frozenset(
        index for index in range(len(heads)) if index not in names or vocabulary[names[index]].fit in _RUNNING
    )


def cells_on(page: Page) -> list[list[Cell]]:
    """Return the lines of a page, each as the cells it seems to have."""
    if not page.words:
        return []
    room = _room(page)
    return [[_whole([run], page.number) for run in _runs(line, room)] for line in visual_lines(page)]


def lines_on(page: Page) -> tuple[list[list[Run]], float]:
    """Return the lines of a page as runs of words, and the most room between two lines of one cell."""
    room = _room(page)
    return [_runs(line, room) for line in visual_lines(page)], _LEADING * _high(page)


def runs_on(page: Page) -> list[int]:
    """Return for each line of a page how many cells it seems to have."""
    if not page.words:
        return []
    room = _room(page)
    return [len(_runs(line, room)) for line in visual_lines(page)]


def _fits(lines: Sequence[Sequence[Run]], columns: Columns, vocabulary: Vocabulary, page: int) -> bool:
    """Return whether most cells of a page look right in the columns of another."""
    rows = [[cell.text for cell in row] for row in _rows(lines[:60], columns, page)]
    looks = [
        looks_right(vocabulary[name], row[index])
        for row in rows
        for index, name in columns.names.items()
        if row[index] and sum(bool(text) for text in row) > 1
    ]
    return sum(looks) * 10 >= len(looks) * 7 and len(looks) > 1


def _runs(line: Sequence[Word], room: float) -> list[Run]:
    """Cut a line where words stand further apart than in a sentence."""
    runs: list[Run] = [[line[0]]]
    for word in line[1:]:
        if word.box[0] - runs[-1][-1].box[2] > room:
            runs.append([])
        runs[-1].append(word)
    return runs


def _room(page: Page) -> float:
    """Return the least room between two cells of a page, wider where every letter takes the same room."""
    high = _high(page)
    if page.scan:
        return _WIDE_SCAN * high
    widths = [(word.box[2] - word.box[0]) / len(word.text) for word in page.words[:400] if len(word.text) > 2]
    even = len(widths) > 5 and pstdev(widths) < 0.03 * median(widths)
    return (_WIDE_MONO if even else _WIDE) * high


def _high(page: Page) -> float:
    return median(word.box[3] - word.box[1] for word in page.words)


def _columns(heads: Sequence[Run], body: Sequence[Sequence[Run]], vocabulary: Vocabulary, page: Page) -> Columns:
    words = [word for line in body if len(line) > 1 for run in line for word in run]
    cover = _covered(words, page.width)
    cuts = tuple(_cut(cover, right_of(one), left_of(other)) for one, other in pairwise(heads))
    texts = tuple(said(run) for run in heads)
    leading = (_LEADING_SCAN if page.scan else _LEADING) * _high(page)
    bare = Columns(heads=texts, names={}, cuts=cuts, running=frozenset(), leading=leading)
    sample = [[cell.text for cell in row] for row in _rows(body[:60], bare, page.number)]
    sample = [row for row in sample if sum(bool(text) for text in row) > 1]
    names = assign(texts, sample, vocabulary)
    running = _running(texts, names, vocabulary)
    return Columns(heads=texts, names=names, cuts=cuts, running=running, leading=leading)


def _covered(words: Sequence[Word], width: float) -> list[int]:
    """Return for each half point across the page how many words stand there."""
    steps = [0] * (int(width / _STEP) + 4)
    last = len(steps) - 1
    for word in words:
        steps[min(max(int(word.box[0] / _STEP), 0), last)] += 1
        steps[min(max(int(word.box[2] / _STEP) + 1, 0), last)] -= 1
    for index in range(1, len(steps)):
        steps[index] += steps[index - 1]
    return steps


def _cut(cover: Sequence[int], start: float, end: float) -> float:
    """Return the middle of the widest stretch between two heads where the fewest words stand."""
    first, last = int(start / _STEP) + 1, max(int(end / _STEP), int(start / _STEP) + 2)
    between = cover[first:last]
    if not between:
        return (start + end) / 2
    least = min(between)
    widest, at = 0, first
    begun = 0
    for index, count in enumerate([*between, least + 1]):
        if count != least:
            if index - begun > widest:
                widest, at = index - begun, first + begun
            begun = index + 1
    return (at + widest / 2) * _STEP


def _rows(lines: Sequence[Sequence[Run]], columns: Columns, page: int) -> list[tuple[Cell, ...]]:
    """Return the rows under the header, each of one line or more."""
    placed = [_placed(line, columns) for line in lines]
    rows: list[list[list[Word]]] = []
    tight = _tight(lines, columns.leading)
    held: int | None = None
    for index, cells in enumerate(placed):
        if held is not None and _goes_on(rows[-1], cells, columns, gap(lines, index) <= tight):
            for column, words in enumerate(cells):
                rows[-1][column].extend(words)
            continue
        rows.append([list(words) for words in cells])
        held = index
    return [_cells(row, page) for row in rows]


def _tight(lines: Sequence[Sequence[Run]], most: float) -> float:
    """Return the room between lines up to which they may belong to one row: below the first jump among all rooms."""
    gaps = sorted(round(gap(lines, index), 1) for index in range(1, len(lines)))
    for one, other in pairwise(gaps):
        if 0 < one <= most and other > 1.2 * one:
            return min((one + other) / 2, most)
    return most


def _placed(line: Sequence[Run], columns: Columns) -> list[list[Word]]:
    cells: list[list[Word]] = [[] for _ in columns.heads]
    if len(line) == 1 and len({columns.of(word) for word in line[0]}) > 1 and not _figures(line[0]):
        cells[0] = list(line[0])  # One sentence across the columns: a note, not a row.
        return cells
    for run in line:
        last: int | None = None
        for word in run:
            column = columns.of(word)
            if last is not None and column != last and _astride(run, word, columns.cuts[max(column, last) - 1]):
                column = last
            cells[column].append(word)
            last = column
    return cells


def _figures(run: Run) -> bool:
    return all(decimal_of(word.text) is not None for word in run)


def _astride(run: Run, word: Word, cut: float) -> bool:
    """Return whether a cut goes through a word of a run rather than between two of them."""
    before = run[run.index(word) - 1]
    return not before.box[2] - 0.5 <= cut <= word.box[0] + 0.5


def _goes_on(row: Sequence[Sequence[Word]], cells: Sequence[Sequence[Word]], columns: Columns, near: bool) -> bool:
    """Return whether a line is more text of the row above: near it, and nothing but text in columns of text."""
    filled = {index for index, words in enumerate(cells) if words}
    above = {index for index, words in enumerate(row) if words}
    lone = filled if len(filled) <= len(above) else above
    if not near or not lone or not lone <= columns.running or len(lone) * 2 > max(len(filled), len(above)):
        return False
    return filled <= above or above <= filled


def _cells(row: Sequence[Sequence[Word]], page: int) -> tuple[Cell, ...]:
    return tuple(
        Cell(text=said(words), at=Location(page=page, box=around([word.box for word in words]))) for words in row
    )


def _heads_row(texts: Sequence[str], heads: Sequence[Run], page: int) -> tuple[Cell, ...]:
    boxes = [around([word.box for word in run]) for run in heads] or [None] * len(texts)
    return tuple(Cell(text=text, at=Location(page=page, box=box)) for text, box in zip(texts, boxes, strict=True))


def _whole(line: Sequence[Run], page: int) -> Cell:
    words = [word for run in line for word in run]
    return Cell(text=said(words), at=Location(page=page, box=around([word.box for word in words])))
