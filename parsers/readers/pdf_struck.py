"""Tell which words of a page are struck through: by a line about as long as they are, or by a viewer's tool."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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


def struck(words: Sequence[Word], lines: Iterable[Line]) -> tuple[int, ...]:
    """Return the places of the words that level lines (height, from, to) strike through."""
    level = sorted(lines)
    heights = [height for height, _, _ in level]
    crossed: dict[int, list[int]] = defaultdict(list)
    for n, word in enumerate(words if level else ()):
        left, top, right, bottom = word.box
        high = bottom - top
        for at in range(bisect_left(heights, top + _FROM * high), bisect_right(heights, top + _TO * high)):
            _, x0, x1 = level[at]
            if min(right, x1) - max(left, x0) >= _COVERED * (right - left):
                crossed[at].append(n)
    found: set[int] = set()
    for at, some in crossed.items():
        _, x0, x1 = level[at]
        if _span(words, some) >= _AS_LONG * (x1 - x0):
            found.update(some)
    return tuple(sorted(found))


def under(words: Sequence[Word], boxes: Sequence[Box]) -> tuple[int, ...]:
    """Return the places of the words whose middles lie in one of some boxes."""
    return tuple(n for n, word in enumerate(words) if any(_holds(box, word.box) for box in boxes))


def _span(words: Sequence[Word], some: Sequence[int]) -> float:
    return max(words[n].box[2] for n in some) - min(words[n].box[0] for n in some)


def _holds(box: Box, word: Box) -> bool:
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
