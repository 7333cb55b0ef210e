"""Cut a page's text layer into words with boxes.

One call fetches the whole text; only the first and the last character of a word are asked for their boxes, which is
enough, because a character's box has the full height of its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parsers.document import Box, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.readers.pdfium import Ends, TextLayer
    from parsers.readers.space import PageSpace

_HYPHENS = "\x02\ufffe"
"""What PDFium writes for a hyphen that ends a line."""
_WORD = re.compile(rf"[^\s\x00{_HYPHENS}]+[{_HYPHENS}]?|[{_HYPHENS}]")

_MOSTLY = 0.5
"""A page with a larger part of its words unseen shows them otherwise, as outlines: there they are what it says.

On one with more seams than words programs drew letter by letter."""
_LEVEL = 0.3
"""Points by which the edges of turned signs on one base line may differ."""

Bounds = tuple[float, float, float, float]


@dataclass(slots=True)
class Looks:
    """How the words of a page look: the place of each one's font in the layer's, and by their places the unseen ones.

    ``seams`` are (word, character in it, left edge in points) where another text begins that was drawn on its own.
    """

    fonts: list[int] = field(default_factory=list)
    unseen: list[int] = field(default_factory=list)
    seams: list[tuple[int, int, float]] = field(default_factory=list)

    def settle(self, words: int) -> None:
        """Forget what says nothing because most of the page is so."""
        if len(self.unseen) >= _MOSTLY * words:
            self.unseen.clear()
        if len(self.seams) > words:
            self.seams.clear()


def words(layer: TextLayer, space: PageSpace, looks: Looks | None = None) -> tuple[Word, ...]:
    """Return the words in the order of the text layer; those that lie wholly off the page are left out.

    ``looks``, where it is given, gets how each word looks.
    """
    found: list[Word] = []
    ends: list[Ends] = []
    text, wide, high, placed = layer.text, space.width, space.height, space.box
    spans = [match.span() for match in _WORD.finditer(text)]
    for (start, end), level in zip(spans, layer.level(spans), strict=True):
        word = text[start:end]
        # Nearly every word: both ends on one base line, left to right.
        if level is not None:
            left, bottom, right, top, height = level
            box = placed(left, bottom, right, top)
            if box[2] > 0 and box[3] > 0 and box[0] < wide and box[1] < high:
                found.append(Word(word if word.isascii() and word.isprintable() else _clean(word), box))
                ends.append((start, end - 1, height))
            continue
        for piece, bounds in _pieces(layer, word, start):
            box = placed(*bounds)
            if box[2] > 0 and box[3] > 0 and box[0] < wide and box[1] < high:
                found.append(Word(_clean(piece), box))
                ends.append((start, start, None))
    if looks is not None:
        _look(layer, space, ends, looks)
    return tuple(found)


def _look(layer: TextLayer, space: PageSpace, ends: Sequence[Ends], looks: Looks) -> None:
    looks.fonts, looks.unseen, composed = layer.looks(ends)
    for word in composed:
        first, last, _ = ends[word]
        looks.seams += _seams(layer, space, word, first, layer.seams(first, last))
    looks.settle(len(ends))


def _seams(
    layer: TextLayer, space: PageSpace, word: int, start: int, positions: Sequence[int]
) -> Iterator[tuple[int, int, float]]:
    for at in positions:
        if bounds := layer.box(at):
            yield word, at - start, space.box(*bounds)[0]


def _pieces(layer: TextLayer, text: str, start: int) -> list[tuple[str, Bounds]]:
    first, last = layer.box(start), layer.box(start + len(text) - 1)
    if first and last and _one_line(first, last):
        return [(text, _union(first, last))]
    return _walked(layer, text, start)


def _one_line(first: Bounds, last: Bounds) -> bool:
    """Two boxes whose heights overlap by half belong to one line."""
    high = min(first[3], last[3]) - max(first[1], last[1])
    return high > 0.5 * min(first[3] - first[1], last[3] - last[1])


def _turned(before: Bounds, after: Bounds) -> bool:
    """Return whether a sign follows another in turned text: as wide, and touching it; a sign a line below does not."""
    if abs(before[0] - after[0]) > _LEVEL or abs(before[2] - after[2]) > _LEVEL:
        return False
    return max(before[1], after[1]) - min(before[3], after[3]) <= _LEVEL


def _walked(layer: TextLayer, text: str, start: int) -> list[tuple[str, Bounds]]:
    """Box character by character where the ends disagree, and cut where the line changes."""
    pieces: list[tuple[str, Bounds]] = []
    before: Bounds | None = None
    for offset, sign in enumerate(text):
        box = layer.box(start + offset)
        if box is None:
            continue
        if pieces and before and (_one_line(before, box) or _turned(before, box)):
            pieces[-1] = (pieces[-1][0] + sign, _union(pieces[-1][1], box))
        else:
            pieces.append((sign, box))
        before = box
    return pieces


def _union(one: Bounds, other: Bounds) -> Box:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    for hyphen in _HYPHENS:
        text = text.replace(hyphen, "-")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
