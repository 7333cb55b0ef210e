"""What stands in the boxes of a page: their words, put together to text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from parsers.document import Box, Word
from parsers.extract.plan import Grid, Place

_SPACE = 0.75
"""Most room between words of one value, in heights of the text: what runs on behind a box is still its value."""


@dataclass(slots=True)
class Content:
    """What stands in one box: the indices of its words, whether it is ticked, and what speaks against it.

    ``against`` says why it is not known what is meant: several texts over each other, text nobody sees, struck text.
    """

    place: Place
    words: list[int] = field(default_factory=list)
    ticked: bool = False
    doubts: float = 0.0
    against: str = ""


def run_on(words: Sequence[Word], contents: Iterable[Content], loose: list[int]) -> list[int]:
    """Add to each box the words that run on behind its right edge, and return the words left over."""
    rest = sorted(loose, key=lambda n: words[n].box[0])
    last: list[tuple[Box, Content]] = [
        (max((words[n].box for n in content.words), key=lambda box: box[2]), content)
        for content in contents
        if content.words and content.place.kind == "text"
    ]
    levels = _Levels(end for end, _ in last)
    left: list[int] = []
    for n in rest:
        box = words[n].box
        high = box[3] - box[1]
        for place in levels.beside(box):
            end, content = last[place]
            level = abs((end[1] + end[3]) - (box[1] + box[3])) / 2
            if level <= 0.2 * high and -1.0 <= box[0] - end[2] <= _SPACE * high:
                content.words.append(n)
                content.doubts += 0.05
                last[place] = (box, content)
                levels.put(place, box)
                break
        else:
            left.append(n)
    return left


def join_overflowing(words: Sequence[Word], contents: Iterable[Content]) -> None:
    """Give words that ran on into the next box back to the box they began in.

    They follow a word that fills its own box to the edge, and do not begin where typing in theirs would.
    """
    texts = [content for content in contents if content.words and content.place.kind == "text"]
    homes = {n: content for content in texts for n in content.words}
    typed = list(homes)
    levels = _Levels(words[n].box for n in typed)
    for content in texts:
        for n in sorted(content.words, key=lambda n: words[n].box[0]):
            before = _before(words, n, (typed[place] for place in levels.beside(words[n].box)))
            if before is None:
                continue
            home = homes[before]
            full = words[before].box[2] > home.place.box[2] - _FULL
            # Where a box lies is known less well on a layout never seen.
            edge = _EDGE if content.place.sure >= 1.0 else 2 * _EDGE
            at_edge = 0.0 <= words[n].box[0] - content.place.box[0] <= edge
            if home is not content and full and not at_edge:
                content.words.remove(n)
                home.words.append(n)
                homes[n] = home
                home.doubts += 0.05


def part_wide(words: Sequence[Word], contents: Iterable[Content]) -> None:
    """Give what stands apart at the end of a box for one line to the empty box right beside it, where it begins.

    On a layout never seen the edge between the two may have been put behind it.
    """
    texts = [content for content in contents if content.place.kind == "text"]
    empty = [content for content in texts if not content.words]
    for content in texts if empty else ():
        if len(content.words) < 2 or content.place.multiline:
            continue
        ordered = sorted(content.words, key=lambda n: words[n].box[0])
        for at, (before, n) in enumerate(pairwise(ordered), start=1):
            box, apart = words[n].box, words[n].box[0] - words[before].box[2]
            beside = next((one for one in empty if _takes(one.place, content.place, box)), None)
            if apart > _APART * (box[3] - box[1]) and beside is not None and not beside.words:
                content.words, beside.words = ordered[:at], ordered[at:]
                beside.doubts += _PARTED
                break


def _takes(place: Place, left: Place, word: Box) -> bool:
    """Return whether a box is the one beside another at the right, and begins about where a word does."""
    x0, top, x1, bottom = place.box
    level = abs((left.box[1] + left.box[3]) - (top + bottom)) / 2 <= 0.5 * (bottom - top)
    beside = abs(x0 - left.box[2]) <= _BESIDE
    return level and beside and -_BEFORE <= word[0] - x0 <= _EDGE and word[2] <= x1 + _FULL


_APART, _BESIDE, _BEFORE, _PARTED = 1.5, 12.0, 16.0, 0.1
"""Room that parts two texts, in heights; between two boxes of a row; and from where a text begins to its box, in
points; and what is taken off for it."""


def mark_overflowing(words: Sequence[Word], contents: Mapping[int, Content], grid: Grid) -> None:
    """Put in doubt the boxes whose words reach into the box beside them, and that box: where one ends is not known.

    ``contents`` are by the id of their place.
    """
    for content in list(contents.values()):
        if content.place.kind != "text":
            continue
        for n in content.words:
            for other in _reached(words[n].box, content.place, grid):
                content.doubts = max(content.doubts, _OVERFLOW)
                contents[id(other)].doubts = max(contents[id(other)].doubts, _OVERFLOW)


def mark_beside(words: Iterable[Box], contents: Mapping[int, Content], grid: Grid) -> None:
    """Put in doubt the boxes into which words reach that stand in no box: part of their value may be in them."""
    for x0, top, x1, bottom in words:
        for end in ((x0, top, x0 + 2, bottom), (x1 - 2, top, x1, bottom)):
            home = grid.home(end)
            if home and home.kind == "text":
                contents[id(home)].doubts = max(contents[id(home)].doubts, _OVERFLOW)


def _reached(word: Box, place: Place, grid: Grid) -> Iterator[Place]:
    """Yield the boxes to the left and to the right of a word's own that the word reaches into."""
    x0, top, x1, bottom = word
    if x1 > place.box[2] + _FULL:
        right = grid.home((x1 - 2, top, x1, bottom))
        if right and right is not place and right.kind == "text" and right.box[0] >= place.box[2] - _FULL:
            yield right
    if x0 < place.box[0] - _FULL:
        left = grid.home((x0, top, x0 + 2, bottom))
        if left and left is not place and left.kind == "text" and left.box[2] <= place.box[0] + _FULL:
            yield left


_OVERFLOW = 0.3
"""What is taken off for text that runs from one box into another."""


class _Levels:
    """Numbered boxes by the height they stand at, so that a word looks only at those on its line."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._rows: dict[int, set[int]] = defaultdict(set)
        for place, box in enumerate(boxes):
            self.put(place, box)

    def put(self, place: int, box: Box) -> None:
        """Note that a number stands at a box too."""
        self._rows[int((box[1] + box[3]) // _ROW)].add(place)

    def beside(self, box: Box) -> list[int]:
        """Return in order the numbers that may stand on a box's line: a quarter of its height up and down at least."""
        middles, reach = box[1] + box[3], (box[3] - box[1]) / 2
        rows = range(int((middles - reach) // _ROW), int((middles + reach) // _ROW) + 1)
        return sorted(set().union(*(self._rows[row] for row in rows if row in self._rows)))


_ROW = 8.0
"""Rows by twice the height of a box's middle: four points."""


def _before(words: Sequence[Word], n: int, others: Iterable[int]) -> int | None:
    """Return the first of some words that stands right before one on its line, within a space."""
    box = words[n].box
    high = box[3] - box[1]
    for other in others:
        end = words[other].box
        if abs(end[1] + end[3] - box[1] - box[3]) < 0.4 * high and -1.0 <= box[0] - end[2] <= _SPACE * high:
            return other if other != n else None
    return None


_FULL, _EDGE = 3.0, 4.5


def crowded(words: Sequence[Word], content: Content) -> bool:
    """Return whether a box for one line holds several, which says that the box is not the one the text was typed in."""
    if content.place.multiline or not content.words:
        return False
    levels = [(words[n].box[1] + words[n].box[3]) / 2 for n in content.words]
    return max(levels) - min(levels) > 0.6 * (words[content.words[0]].box[3] - words[content.words[0]].box[1])


def mark_clashing(words: Sequence[Word], contents: Iterable[Content]) -> None:
    """Note the boxes in which different words stand over each other: something was typed over something else."""
    for content in contents:
        said = [words[n] for n in content.words if any(sign.isalnum() for sign in words[n].text)]
        if any(_over(one.box, other.box) for n, one in enumerate(said) for other in said[:n]):
            content.against = "several texts stand over each other"
            content.doubts += _CLASH


def mark_wavering(contents: Iterable[Content]) -> None:
    """Note the boxes of rows of which it is not plain which row of their table they are."""
    for content in contents:
        if content.place.wavers and not content.against:
            content.against = "the text may stand in the row above or below"
            content.doubts += _CLASH


def mark_hidden(contents: Iterable[Content], unseen: Collection[int], struck: Collection[int]) -> None:
    """Note the boxes whose text nobody can see or is struck through; of text people see some, the rest says nothing."""
    for content in contents:
        seen = [n for n in content.words if n not in unseen]
        if not seen and content.words:
            content.against = "the text cannot be seen"
        elif any(n in struck for n in seen):
            content.words, content.against = seen, "the text is struck through"
        else:
            content.words = seen
        content.doubts += _CLASH if content.against else 0.0


def _over(one: Box, other: Box) -> bool:
    """Return whether two words lie over each other: lines set tight share less of their height."""
    high = min(one[3], other[3]) - max(one[1], other[1])
    wide = min(one[2], other[2]) - max(one[0], other[0])
    lower, narrower = (min(one[end] - one[end - 2], other[end] - other[end - 2]) for end in (3, 2))
    return high > 0.6 * lower and wide > 0.25 * narrower


_CLASH = 0.5
"""What is taken off for several texts over each other."""


def text_of(words: Sequence[Word], content: Content) -> str:
    """Return the words of a box line by line; the lines of a box for one line are joined by spaces."""
    lines: list[list[int]] = []
    for n in sorted(content.words, key=lambda n: (words[n].box[1] + words[n].box[3], words[n].box[0])):
        box = words[n].box
        if lines:
            other = words[lines[-1][0]].box
            if abs((box[1] + box[3]) - (other[1] + other[3])) / 2 <= 0.5 * (other[3] - other[1]):
                lines[-1].append(n)
                continue
        lines.append([n])
    said = (" ".join(words[n].text for n in sorted(line, key=lambda n: words[n].box[0])) for line in lines)
    return ("\n" if content.place.multiline else " ").join(said)
