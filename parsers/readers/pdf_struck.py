"""Tell which words of a page are struck through: by a line about as long as they are, or by a viewer's tool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from parsers.document import Box, Word
from parsers.readers.pdf_marks import Line

_FROM, _TO = 0.35, 0.72
"""A line through a word crosses it between these parts of its height; below it stands on the line."""
_COVERED = 0.6
"""A struck word is crossed over this share of its width at least."""
_AS_LONG = 0.5
"""Words fill at least this share of what strikes them through; a form's rulings run on without any."""
_ROW = 2.0


def struck(words: Sequence[Word], lines: Iterable[Line]) -> tuple[int, ...]:
    """Return the places of the words that level lines (height, from, to) strike through."""
    rows: dict[int, list[int]] = defaultdict(list)
    for n, word in enumerate(words):
        _, top, _, bottom = word.box
        high = bottom - top
        for row in range(int((top + _FROM * high) // _ROW), int((top + _TO * high) // _ROW) + 1):
            rows[row].append(n)
    found: set[int] = set()
    for y, x0, x1 in lines:
        crossed = [n for n in rows.get(int(y // _ROW), ()) if _crossed(words[n].box, y, x0, x1)]
        if crossed and _span(words, crossed) >= _AS_LONG * (x1 - x0):
            found.update(crossed)
    return tuple(sorted(found))


def under(words: Sequence[Word], boxes: Sequence[Box]) -> tuple[int, ...]:
    """Return the places of the words whose middles lie in one of some boxes."""
    return tuple(n for n, word in enumerate(words) if any(_holds(box, word.box) for box in boxes))


def _crossed(box: Box, y: float, x0: float, x1: float) -> bool:
    left, top, right, bottom = box
    high = bottom - top
    if not top + _FROM * high <= y <= top + _TO * high:
        return False
    return min(right, x1) - max(left, x0) >= _COVERED * (right - left)


def _span(words: Sequence[Word], some: Sequence[int]) -> float:
    return max(words[n].box[2] for n in some) - min(words[n].box[0] for n in some)


def _holds(box: Box, word: Box) -> bool:
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
