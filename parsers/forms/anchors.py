"""Find printed labels again among the words of a page: exactly, as scans garble them, and near where they should be."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from parsers.document import Box, Word

_NO_KEY = re.compile(r"[^A-Z0-9]+")
# What optical readers take for each other in small capitals.
_ALIKE = str.maketrans("01568L", "OISGBI")
_SAME_LINE = 0.4
"""Share of a word's height that the middles of words of one line may differ by."""
_GAP = 3.0
"""Gap between two words of one label, in heights."""
_LONG_KEY = 8
"""Keys from this length on are found inside words that a reader glued together."""


class Hit(NamedTuple):
    """One place on the page where a label's text stands: left edge, middle height and right edge in points."""

    x0: float
    middle: float
    x1: float
    words: tuple[int, ...]


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """Return the capitals and digits of a text, which is what labels are compared by."""
    return _NO_KEY.sub("", text.upper())


def alike(text: str) -> str:
    """Return a key with the signs that readers confuse made one."""
    return text.translate(_ALIKE)


@dataclass(slots=True)
class _Line:
    """Words of about one height while a page is taken apart into lines."""

    middle: float
    words: list[int]


class PageText:
    """The words of one page as lines of keys in which a label is looked up at once."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self._owners: list[int] = []
        self._starts: set[int] = set()
        self._ends: set[int] = set()
        self._first: set[int] = set()
        self.text = "".join(self._pieces())
        self._hits: dict[str, tuple[Hit, ...]] = {}

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The distinct keys of single words."""
        return frozenset(key(word.text) for word in self.words)

    @cached_property
    def garbled(self) -> str:
        """The lines with confusable signs made one; as long as ``text``."""
        return alike(self.text)

    def _pieces(self) -> Iterator[str]:
        words, owners = self.words, self._owners
        place = 0
        for line in in_lines(words):
            before: Box | None = None
            for index in line:
                word = words[index]
                shown = key(word.text)
                box = word.box
                if before and box[0] - before[2] > _GAP * (box[3] - box[1]):
                    owners.append(-1)
                    place += 1
                    yield "\n"
                    before = None
                if before is None:
                    self._first.add(index)
                before = box
                if shown:
                    self._starts.add(place)
                    place += len(shown)
                    self._ends.add(place)
                    owners.extend([index] * len(shown))
                    yield shown
            owners.append(-1)
            place += 1
            yield "\n"

    def hits(self, wanted: str) -> tuple[Hit, ...]:
        """Return where a label of this key stands: its own signs, or where there are none, those taken for them."""
        if wanted not in self._hits:
            found = tuple(self._found(self.text, wanted)) if wanted else ()
            if not found and len(wanted) > 3:
                found = tuple(self._found(self.garbled, alike(wanted)))
            self._hits[wanted] = found
        return self._hits[wanted]

    def only(self, wanted: str) -> Hit | None:
        """Return where a label stands that is printed once: one that begins a text before those inside of others."""
        hits = self.hits(wanted)
        if len(hits) > 1:
            hits = tuple(hit for hit in hits if hit.words[0] in self._first)
        return hits[0] if len(hits) == 1 else None

    def _found(self, text: str, wanted: str) -> Iterator[Hit]:
        size = len(wanted)
        place = text.find(wanted)
        while place >= 0:
            whole = place in self._starts and place + size in self._ends
            if whole or (size >= _LONG_KEY and (place in self._starts or place + size in self._ends)):
                yield self._hit(place, place + size)
            place = text.find(wanted, place + 1)

    def _hit(self, start: int, end: int) -> Hit:
        owners = self._owners[start:end]
        indices = tuple(dict.fromkeys(owners))
        boxes = [self.words[index].box for index in indices]
        middle = sum(box[1] + box[3] for box in boxes) / (2 * len(boxes))
        left, right = boxes[0][0], boxes[-1][2]
        if start not in self._starts:
            before = start - self._owners.index(owners[0])
            size = len(key(self.words[owners[0]].text))
            left += (boxes[0][2] - boxes[0][0]) * before / size
        return Hit(left, middle, right, indices)

    @cached_property
    def _levels(self) -> tuple[list[float], list[int]]:
        levels = [word.box[1] + word.box[3] for word in self.words]
        order = sorted(range(len(levels)), key=levels.__getitem__)
        return [levels[n] / 2 for n in order], order

    def near(self, box: Box, reach: float) -> list[int]:
        """Return the indices of words whose middle lies in ``box`` widened by ``reach`` points, from left to right."""
        levels, order = self._levels
        first, last = bisect_left(levels, box[1] - reach), bisect_left(levels, box[3] + reach)
        found = [
            n
            for n in order[first:last]
            if box[0] - reach <= (self.words[n].box[0] + self.words[n].box[2]) / 2 <= box[2] + reach
        ]
        return sorted(found, key=lambda n: self.words[n].box[0])

    def closest(self, wanted: str, box: Box, reach: float, distance: float) -> Hit | None:
        """Return the words near ``box`` that read most like ``wanted``, none where over ``distance`` of it differs."""
        row = [n for n in self.near(box, reach) if key(self.words[n].text)]
        best: tuple[float, tuple[int, ...]] | None = None
        for first in range(len(row)):
            text = ""
            for last in range(first, min(len(row), first + 10)):
                text += key(self.words[row[last]].text)
                if len(text) > len(wanted) * 1.5 + 2:
                    break
                if abs(len(text) - len(wanted)) <= distance * len(wanted):
                    apart = differing(alike(text), alike(wanted)) / len(wanted)
                    if apart <= distance and (best is None or apart < best[0]):
                        best = apart, tuple(row[first : last + 1])
        if best is None:
            return None
        boxes = [self.words[n].box for n in best[1]]
        middle = sum(box[1] + box[3] for box in boxes) / (2 * len(boxes))
        return Hit(boxes[0][0], middle, boxes[-1][2], best[1])


# A page is looked at twice: to tell which form it is, and to read its boxes.
@lru_cache(maxsize=32)
def text_of(words: tuple[Word, ...]) -> PageText:
    """Return the words of a page as lines of keys; those of the last pages are kept."""
    return PageText(words)


def differing(one: str, other: str) -> int:
    """Return how many signs must be put in, left out or changed to make ``one`` of ``other``."""
    row = list(range(len(other) + 1))
    for n, sign in enumerate(one, 1):
        before, row[0] = row[0], n
        for m, want in enumerate(other, 1):
            before, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, before + (sign != want))
    return row[-1]


def shortened(said: str, word: str) -> bool:
    """Return whether a word of capitals is another or its abbreviation: its beginning, or its consonants in order."""
    if len(said) < 3 or said[0] != word[0]:
        return False
    if word.startswith(said) or (said.startswith(word) and len(said) - len(word) <= 1):
        return True
    rest = iter(word)
    return len(said) >= 4 and all(sign in rest for sign in said) and len(said) * 2 >= len(word)


def in_lines(words: Sequence[Word]) -> Iterator[list[int]]:
    """Yield the indices of the words of each line from left to right, the lines from the top.

    Labels and the values below them make lines of their own.
    """
    lefts = [word.box[0] for word in words]
    levels = [word.box[1] + word.box[3] for word in words]
    lines: list[_Line] = []
    for n in sorted(range(len(words)), key=levels.__getitem__):
        _, top, _, bottom = words[n].box
        middle = levels[n] / 2
        if lines and middle - lines[-1].middle <= _SAME_LINE * min(bottom - top, 14.0):
            line = lines[-1]
            line.words.append(n)
            line.middle += (middle - line.middle) / len(line.words)
        else:
            lines.append(_Line(middle, [n]))
    for line in lines:
        yield sorted(line.words, key=lefts.__getitem__)
