"""Scanned pages whose ruling lines were read as letters: the strokes between cells are taken out again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median

from parsers.document import Page, Word

_NEAR = 3.0
"""Points by which a slash may stand beside the end of a column that it was."""
_TALLEST = 2.4
"""Heights of the page's text beyond which a scanned word is no word: a column of figures read as one, a stamp."""
_STROKES = re.compile(r"[|¦}{\]\[]")
_BETWEEN_STROKES = re.compile(r"[^|¦}{\]\[]+")
_MEANT = re.compile(r"[^\W_]|[#%$&-]")


def cleaned(page: Page) -> Page:
    """Return a scanned page without what its ruling lines were read as, and without words taller than its lines."""
    if not page.words:
        return page
    most = _TALLEST * median(word.box[3] - word.box[1] for word in page.words)
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


def cut_apart(line: Sequence[list[Word]], cuts: Sequence[float]) -> list[list[Word]]:
    """Return the cells of a line, cut in two where the end of a column was read as a slash."""
    found: list[list[Word]] = []
    for run in line:
        found.append([])
        for word in run:
            at = _slash(word)
            if at is None or not any(abs(cut - at) <= _NEAR for cut in cuts):
                found[-1].append(word)
                continue
            left, _, right = word.text.partition("/")
            found[-1].append(Word(left, (*word.box[:2], at - 0.5, word.box[3])))
            found.append([Word(right, (at + 0.5, *word.box[1:]))])
    return found


def _slash(word: Word) -> float | None:
    """Return where the only slash of a word stands, with something on both sides."""
    if word.text.count("/") != 1 or word.text[0] == "/" or word.text[-1] == "/":
        return None
    return word.box[0] + (word.box[2] - word.box[0]) * (word.text.find("/") + 0.5) / len(word.text)
