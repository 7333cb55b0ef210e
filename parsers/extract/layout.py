"""A page without ruled lines → a table, by the places of its words under the words of its header.

Between two heads a column ends where the fewest words of the page stand in the way. Words further apart than words of
a sentence are belong to different cells. Lines that only go on with the text of the line above belong to its row.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, pstdev

from parsers.document import Cell, Location, Page, Table, Word
from parsers.extract.grids import Enough, around
from parsers.extract.headers import Vocabulary, assign, looks_right, meanings
from parsers.extract.lines import visual_lines
from parsers.values.amounts import decimal_of

_WIDE, _WIDE_MONO, _WIDE_SCAN = 0.42, 0.9, 0.6
"""Room between two words of different cells, in heights of the page's text."""
_DEEPEST = 3
_STEP = 0.5
_LEADING, _LEADING_SCAN = 1.3, 1.9
"""Most room from one line of a cell to its next, in heights of the page's text."""
_TALLEST = 2.4
"""Heights of the page's text beyond which a scanned word is no word: a column of figures read as one, a stamp."""
_STROKES = re.compile(r"[|¦}{\]\[]")
_BETWEEN_STROKES = re.compile(r"[^|¦}{\]\[]+")
_MEANT = re.compile(r"[^\W_]|[#%$&-]")
_RUNNING = frozenset({"words", "street", "text"})

Run = list[Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a laid-out page: their heads, what they mean, and the places where one ends and the next begins."""

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
    page = _cleaned(page) if page.scan else page
    if not page.words:
        return None
    room = _room(page)
    lines = [_runs(line, room) for line in visual_lines(page)]
    leading = (_LEADING_SCAN if page.scan else _LEADING) * _high(page)
    found = _header(lines, vocabulary, enough, leading)
    if found is None:
        if going_on is None or not _fits(lines, going_on, vocabulary, page.number):
            return None
        body = _rows(lines, going_on, page.number)
        head = _heads_row(going_on.heads, (), page.number)
        return LaidOut(table=Table(rows=(head, *body), page=page.number), columns=going_on, header=0)
    start, depth, heads = found
    body_lines = lines[start + depth :]
    columns = _columns(heads, body_lines, vocabulary, page)
    above = tuple((_whole(line, page.number),) for line in lines[:start])
    head = _heads_row(columns.heads, heads, page.number)
    rows = (*above, head, *_rows(body_lines, columns, page.number))
    return LaidOut(table=Table(rows=rows, page=page.number), columns=columns, header=len(above))


def _cleaned(page: Page) -> Page:
    """Return a scanned page without what its ruling lines were read as, and without words taller than its lines."""
    if not page.words:
        return page
    most = _TALLEST * _high(page)
    words = [part for word in page.words if word.box[3] - word.box[1] <= most for part in _parted(word)]
    return Page(number=page.number, width=page.width, height=page.height, words=tuple(words), scan=page.scan)


def _parted(word: Word) -> Iterator[Word]:
    """Cut a word at upright strokes, which are lines between cells."""
    if not _STROKES.search(word.text):
        if _MEANT.search(word.text):
            yield word
        return
    x0, top, x1, bottom = word.box
    each = (x1 - x0) / len(word.text)
    for found in _BETWEEN_STROKES.finditer(word.text):
        if _MEANT.search(found[0]):
            yield Word(found[0], (x0 + each * found.start(), top, x0 + each * found.end(), bottom))


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


def _header(
    lines: Sequence[Sequence[Run]], vocabulary: Vocabulary, enough: Enough, leading: float
) -> tuple[int, int, list[Run]] | None:
    """Return the line where the header begins, over how many lines it goes, and the words of each head.

    Lines of one header stand as close as the lines of a cell; of headers that say as much, the one of more lines is
    meant, where the others hold no figures.
    """
    best: tuple[tuple[int, int], int, int, list[Run]] | None = None
    for start, line in enumerate(lines):
        if best and start > best[1] + best[2] + 2:
            break
        heads: list[Run] = []
        plain = True
        for depth, more in enumerate(lines[start : start + _DEEPEST], start=1):
            if depth > 1 and (_gap(lines, start + depth - 1) > leading or len(line) < 2):
                break
            plain = depth == 1 or (plain and not _counts(more))
            heads = [list(run) for run in more] if depth == 1 else _stacked(heads, more)
            named = {min(names) for run in heads if (names := meanings(_said(run), vocabulary))}
            if len(named) < 2 or len(named) * 10 < len(heads) * 4 or not enough(_possible(heads, vocabulary)):
                continue
            score = (len(named), depth if plain else -depth)
            if best is None or score > best[0]:
                best = (score, start, depth, heads)
    return best[1:] if best else None


def _counts(line: Sequence[Run]) -> bool:
    return any(character.isdigit() for run in line for word in run for character in word.text)


def _possible(heads: Sequence[Run], vocabulary: Vocabulary) -> set[str]:
    return {name for run in heads for name in meanings(_said(run), vocabulary)}


def _stacked(heads: Sequence[Run], below: Sequence[Run]) -> list[Run]:
    """Put each run of a lower header line under the one head it stands below; one below several or none is its own."""
    found = [list(run) for run in heads]
    for run in below:
        left, right = run[0].box[0], run[-1].box[2]
        over = [head for head in found if _left(head) < right and left < _right(head)]
        if len(over) == 1 and not any(other is not run and _under(other, over[0]) for other in below):
            over[0].extend(run)
        else:
            found = [head for head in found if head not in over] if len(over) == 1 else found
            found.append(list(run))
    return sorted(found, key=_left)


def _under(run: Run, head: Run) -> bool:
    return _left(head) < run[-1].box[2] and run[0].box[0] < _right(head)


def _left(run: Run) -> float:
    return min(word.box[0] for word in run)


def _right(run: Run) -> float:
    return max(word.box[2] for word in run)


def _said(run: Sequence[Word]) -> str:
    return " ".join(word.text for word in run)


def _columns(heads: Sequence[Run], body: Sequence[Sequence[Run]], vocabulary: Vocabulary, page: Page) -> Columns:
    words = [word for line in body if len(line) > 1 for run in line for word in run]
    cover = _covered(words, page.width)
    cuts = tuple(_cut(cover, _right(one), _left(other)) for one, other in pairwise(heads))
    texts = tuple(_said(run) for run in heads)
    leading = (_LEADING_SCAN if page.scan else _LEADING) * _high(page)
    bare = Columns(heads=texts, names={}, cuts=cuts, running=frozenset(), leading=leading)
    sample = [[cell.text for cell in row] for row in _rows(body[:60], bare, page.number)]
    sample = [row for row in sample if sum(bool(text) for text in row) > 1]
    names = assign(texts, sample, vocabulary)
    running = frozenset(
        index for index in range(len(texts)) if index not in names or vocabulary[names[index]].fit in _RUNNING
    )
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
        if held is not None and _goes_on(rows[-1], cells, columns, _gap(lines, index) <= tight):
            for column, words in enumerate(cells):
                rows[-1][column].extend(words)
            continue
        rows.append([list(words) for words in cells])
        held = index
    return [_cells(row, page) for row in rows]


def _middle(line: Sequence[Run]) -> float:
    box = line[0][0].box
    return (box[1] + box[3]) / 2


def _gap(lines: Sequence[Sequence[Run]], index: int) -> float:
    return _middle(lines[index]) - _middle(lines[index - 1])


def _tight(lines: Sequence[Sequence[Run]], most: float) -> float:
    """Return the room between lines up to which they may belong to one row: below the first jump among all rooms."""
    gaps = sorted(round(_gap(lines, index), 1) for index in range(1, len(lines)))
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
        Cell(text=_said(words), at=Location(page=page, box=around([word.box for word in words]))) for words in row
    )


def _heads_row(texts: Sequence[str], heads: Sequence[Run], page: int) -> tuple[Cell, ...]:
    boxes = [around([word.box for word in run]) for run in heads] or [None] * len(texts)
    return tuple(Cell(text=text, at=Location(page=page, box=box)) for text, box in zip(texts, boxes, strict=True))


def _whole(line: Sequence[Run], page: int) -> Cell:
    words = [word for run in line for word in run]
    return Cell(text=_said(words), at=Location(page=page, box=around([word.box for word in words])))
