"""What stands on a flat page of which only the labels are known: cells under heads, values beside labels, ticks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from parsers.document import Box, Page, Word
from parsers.extract.ink import feet
from parsers.extract.lettering import Kind, Stems, is_address
from parsers.extract.printed import Printed, over, union
from parsers.forms.anchors import key

_BESIDE, _BELOW, _CELL, _TICK = 0.8, 0.7, 0.75, 0.7
"""Raw confidence of a value beside its label, under it, in a column, and of a tick."""
_LEAST_HEADS = 3
_EVEN = 0.7
"""Share of the lines under a head that are at least half as full as the fullest; below it a line may be half a row."""
_REACH, _DEPTH, _WIDTH = 130.0, 14.0, 220.0
"""How far to the right of a label, or below it, a value begins at most; how wide one is. Points."""
_MOST_LINES = 5
_SIZE = re.compile(r"\s+[\d.]+$")
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_TICKS = frozenset({"x", "✓", "✔", "☒", "✗"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A value that belongs to a label: its text with line breaks, its place in points, its raw confidence.

    ``at`` is the place of the label itself; ``row`` counts the lines of a table from 0. Labels without a value are here
    too, with no text: they count when rows are counted.
    """

    label: str
    kind: Kind
    at: Box
    text: str
    box: Box
    confidence: float
    row: int | None = None


def typed(page: Page, labels: Sequence[Printed]) -> list[Word] | None:
    """Return the words in fonts that no label is printed in, None where fonts do not tell what was filled in."""
    if not page.word_fonts:
        return None
    families = [_SIZE.sub("", font) for font in page.fonts]
    printing = {families[page.word_fonts[n]] for label in labels for n in label.words}
    found = [word for word, font in zip(page.words, page.word_fonts, strict=True) if families[font] not in printing]
    return found or None


def unread(page: Page, labels: Sequence[Printed], read: Sequence[Box]) -> tuple[list[Box], list[Box]]:
    """Return the places of words and of ticks that were filled in, as far as can be told, and are in none of ``read``.

    Where fonts do not tell what was filled in, and yet something was read, any word that is no label may be a value.
    """
    printed = {n for label in labels for n in label.words} | (feet(page.words) & set(range(len(page.words))))
    faces = [_face(font) for font in page.fonts]
    printing = {faces[page.word_fonts[n]] for n in printed if page.word_fonts}
    told = {n for n, font in enumerate(page.word_fonts) if faces[font] not in printing}
    if not told and not read:
        return [], []
    left = [n for n in range(len(page.words)) if n not in printed and (n in told or not told)]
    words = [page.words[n].box for n in left if key(page.words[n].text)]
    marks = [mark.box for mark in page.marks if mark.shape == "cross"]
    return [box for box in words if not _within(box, read)], [box for box in marks if not _within(box, read)]


def _face(font: str) -> str:
    """Return a font's name without its size, its subset, its weight and its slant."""
    return re.split(r"[-,]", _SUBSET.sub("", _SIZE.sub("", font)))[0]


def _within(box: Box, places: Sequence[Box]) -> bool:
    x, y = (box[0] + box[2]) / 2, _middle(box)
    return any(x0 - 1 <= x <= x1 + 1 and top - 1 <= y <= bottom + 1 for x0, top, x1, bottom in places)


def _free(page: Page, labels: Sequence[Printed]) -> list[Word]:
    """Return the words that may be values: those in fonts of their own, or all that are no labels."""
    used = {n for printed in labels for n in printed.words}
    words = typed(page, labels) or [word for n, word in enumerate(page.words) if n not in used]
    return [word for word in words if key(word.text)]


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def cells(page: Page, labels: Sequence[Printed], stems: Stems) -> tuple[list[Found], list[Printed]]:
    """Return the cells of all tables, each with the label of its column, and the labels that are their heads."""
    found: list[Found] = []
    heads: list[Printed] = []
    words = _free(page, labels)
    for head in _heads(labels, stems):
        heads.extend(head)
        if _two_storeys(head, labels):
            continue
        floor = min((label.box[1] for label in labels if label.box[1] > head[0].box[3] + 1), default=page.height)
        columns = [*head, *_unknown(page, labels, head)]
        rows = [list(_split(line, columns, row)) for row, line in enumerate(_rows(words, head, floor))]
        full = max((len(row) for row in rows), default=0)
        if sum(2 * len(row) >= full for row in rows) >= _EVEN * len(rows):
            found.extend(cell for row in rows for cell in row)
    return found, heads


def _two_storeys(head: Sequence[Printed], labels: Sequence[Printed]) -> bool:
    """Tell whether a further label stands right over or under one of the heads, so that a row has two lines."""
    rest = [label for label in labels if label not in head]
    return any(over(one.box, other.box) or over(other.box, one.box) for one in head for other in rest)


def _unknown(page: Page, labels: Sequence[Printed], head: Sequence[Printed]) -> list[Printed]:
    """Return the words among the heads that the map does not know: columns whose values are not ours to name."""
    used = {n for label in labels for n in label.words}
    top, bottom = min(label.box[1] for label in head) - 8, max(label.box[3] for label in head)
    return [
        Printed(label="", box=word.box, words=(n,))
        for n, word in enumerate(page.words)
        if n not in used and key(word.text) and top < _middle(word.box) < bottom
    ]


def _heads(labels: Sequence[Printed], stems: Stems) -> Iterator[list[Printed]]:
    """Yield the labels of one line that are columns of the same rows."""
    rest = [label for label in labels if (mine := stems.get((label.label, "text"))) and mine[0].group]
    rest.sort(key=lambda label: label.box[3])
    while rest:
        first = rest[0]
        group = stems[first.label, "text"][0].group
        line = [
            label
            for label in rest
            if abs(label.box[3] - first.box[3]) < 6 and stems[label.label, "text"][0].group == group
        ]
        rest = [label for label in rest if label not in line]
        if len({label.label for label in line}) >= _LEAST_HEADS:
            yield sorted(line, key=lambda label: label.box[0])


def _rows(words: Sequence[Word], head: Sequence[Printed], floor: float) -> Iterator[list[Word]]:
    """Yield the lines of words under a head, down to the next label or to an empty space of three lines."""
    bottom = max(label.box[3] for label in head)
    left, right = head[0].box[0] - 30, head[-1].box[2] + 80
    below = [word for word in words if bottom - 1 <= _middle(word.box) < floor and left <= word.box[0] <= right]
    line: list[Word] = []
    for word in sorted(below, key=lambda word: _middle(word.box)):
        height = word.box[3] - word.box[1]
        if line and _middle(word.box) - _middle(line[0].box) > 0.5 * height:
            yield line
            line = []
        if word.box[1] - bottom > 3 * max(height, 9.0):
            break
        bottom = max(bottom, word.box[3])
        line.append(word)
    if line:
        yield line


def _split(line: Sequence[Word], head: Sequence[Printed], row: int) -> Iterator[Found]:
    """Yield one value a column: a word goes to the head it stands under, with the word it follows, or to the nearest.

    What lies in two pieces under one head is left out: one of them belongs to a column that the map does not know.
    """
    mine: dict[Printed, list[Word]] = {}
    before: tuple[Word, Printed] | None = None
    for word in sorted(line, key=lambda word: word.box[0]):
        shared = {label: min(word.box[2], label.box[2]) - max(word.box[0], label.box[0]) for label in head}
        best = max(head, key=lambda label: shared[label])
        if shared[best] <= 0 and before and _follows(word, before[0]):
            best = before[1]
        mine.setdefault(best, []).append(word)
        before = word, best
    for label, words in mine.items():
        if label.label and all(_follows(later, sooner) for sooner, later in pairwise(words)):
            box = union(word.box for word in words)
            text = " ".join(word.text for word in words)
            yield Found(label=label.label, kind="text", at=label.box, text=text, box=box, confidence=_CELL, row=row)


def _follows(word: Word, before: Word) -> bool:
    """Tell whether only a space lies between two words."""
    return word.box[0] - before.box[2] < 0.6 * (word.box[3] - word.box[1])


def values(
    page: Page, wanted: Sequence[Printed], labels: Sequence[Printed], stems: Stems, tables: Sequence[Found]
) -> Iterator[Found]:
    """Yield for every wanted label its value, if it has one: to its right up to the next label, or else under it."""
    words = [word for word in _free(page, labels) if not any(_inside(word, cell.box) for cell in tables)]
    for label in wanted:
        mine = stems.get((label.label, "text"))
        if not mine:
            continue
        limit = min((other.box[0] for other in labels if _right_of(label, other)), default=page.width)
        beside = _beside(words, label, limit)
        if beside:
            yield _found(label, [beside], _BESIDE)
        else:
            most = _MOST_LINES if is_address(mine) else 1
            yield _found(label, _below(words, label, labels, limit, most), _BELOW)


def _inside(word: Word, box: Box) -> bool:
    return box[0] <= word.box[0] and word.box[2] <= box[2] and box[1] <= _middle(word.box) <= box[3]


def _found(label: Printed, lines: Sequence[Sequence[Word]], confidence: float) -> Found:
    text = "\n".join(" ".join(word.text for word in line) for line in lines)
    box = union(word.box for line in lines for word in line) if lines else label.box
    return Found(label=label.label, kind="text", at=label.box, text=text, box=box, confidence=confidence)


def _right_of(label: Printed, other: Printed) -> bool:
    height = label.box[3] - label.box[1]
    return other.box[0] >= label.box[2] and abs(_middle(other.box) - _middle(label.box)) < height


def _beside(words: Sequence[Word], label: Printed, limit: float) -> list[Word]:
    """Return the first run of words right of a label, on its line and before the next label."""
    line = [
        word
        for word in words
        if label.box[2] - 1 <= word.box[0] < min(limit, label.box[2] + _REACH + _WIDTH)
        and label.box[1] - 2 <= _middle(word.box) <= label.box[3] + 2
    ]
    run: list[Word] = []
    for word in sorted(line, key=lambda word: word.box[0]):
        if not run and word.box[0] - label.box[2] > _REACH:
            break
        if run and not _follows(word, run[-1]):
            break
        run.append(word)
    return run


def _below(
    words: Sequence[Word], label: Printed, labels: Sequence[Printed], limit: float, most: int
) -> list[list[Word]]:
    """Return the lines of words right under a label, in its column and above the next label of it."""
    left, right = label.box[0] - 4, min(limit, label.box[0] + _WIDTH) - 2
    under = (other.box[1] for other in labels if other.box[1] > label.box[3] - 1 and left <= other.box[0] < right)
    floor = min(under, default=float("inf"))
    column = [w for w in words if left <= w.box[0] < right and label.box[3] - 1 <= _middle(w.box) < floor]
    lines: list[list[Word]] = []
    bottom = label.box[3]
    for word in sorted(column, key=lambda word: (round(_middle(word.box)), word.box[0])):
        if lines and abs(_middle(word.box) - _middle(lines[-1][0].box)) < 3:
            lines[-1].append(word)
        elif word.box[1] - bottom > _DEPTH or len(lines) == most:
            break
        else:
            lines.append([word])
        bottom = max(bottom, word.box[3])
    return lines


def ticks(page: Page, wanted: Sequence[Printed], stems: Stems) -> Iterator[Found]:
    """Yield for every label of a tick box whether it is ticked: by a drawn mark or an X close to its left."""
    drawn = [mark.box for mark in page.marks]
    drawn += [word.box for word in page.words if word.text.strip("[]()").casefold() in _TICKS]
    for label in wanted:
        if (label.label, "check") not in stems:
            continue
        near = [box for box in drawn if 0 <= label.box[0] - box[2] < 14 and box[1] < _middle(label.box) < box[3]]
        text, box = ("X", near[0]) if near else ("", label.box)
        yield Found(label=label.label, kind="check", at=label.box, text=text, box=box, confidence=_TICK)
