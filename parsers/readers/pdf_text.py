"""Cut a page's text layer into words with boxes.

One call fetches the whole text; only the first and the last character of a word are asked for their boxes, which is
enough, because a character's box has the full height of its line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.document import Box, Word

if TYPE_CHECKING:
    from parsers.readers.pdfium import TextLayer
    from parsers.readers.space import PageSpace

_HYPHENS = "\x02\ufffe"
"""What PDFium writes for a hyphen that ends a line."""
_ODD = re.compile(r"[^\s!-~]")
"""What is not plain ASCII, and has to be cleaned."""
_WORD = re.compile(rf"[^\s\x00{_HYPHENS}]+[{_HYPHENS}]?|[{_HYPHENS}]")

_MOSTLY = 0.5
"""A page with a larger part of its words unseen shows them otherwise, as outlines: there they are what it says."""
_LEVEL = 0.3
"""Points by which the edges of turned signs on one base line may differ."""

Bounds = tuple[float, float, float, float]


def words(layer: TextLayer, space: PageSpace, fonts: list[int] | None = None) -> tuple[Word, ...]:
    """Return the words in the order of the text layer; those that lie wholly off the page are left out.

    ``fonts``, where it is given, gets the place in the layer's fonts of each word's first character; then words that
    nobody can see are left out too.
    """
    found: list[Word] = []
    unseen: list[int] = []
    wide, high = space.width, space.height
    level, placed = layer.level, space.box
    odd = _ODD.search(layer.text) is not None
    for match in _WORD.finditer(layer.text):
        text = match.group()
        start, end = match.span()
        # Nearly every word: both ends on one base line, left to right.
        if flat := level(start, end - 1):
            left, bottom, right, top, even = flat
            box = placed(left, bottom, right, top)
            if box[2] > 0 and box[3] > 0 and box[0] < wide and box[1] < high:
                found.append(Word(_clean(text) if odd else text, box))
                if fonts is not None:
                    fonts.append(layer.font(start, even))
                    if layer.unseen(start):
                        unseen.append(len(found) - 1)
            continue
        for piece, bounds in _pieces(layer, text, start):
            box = placed(*bounds)
            if box[2] > 0 and box[3] > 0 and box[0] < wide and box[1] < high:
                found.append(Word(_clean(piece) if odd else piece, box))
                if fonts is not None:
                    fonts.append(layer.font(start))
                    if layer.unseen(start):
                        unseen.append(len(found) - 1)
    if fonts is not None and 0 < len(unseen) < _MOSTLY * len(found):
        _leave_out(unseen, found, fonts)
    return tuple(found)


def _leave_out(places: list[int], found: list[Word], fonts: list[int]) -> None:
    for at in reversed(places):
        del found[at], fonts[at]


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
