"""Blocks beside each other: a line that says the same header or label twice tells where the right block begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from parsers.document import Box, Word
from parsers.extract.grids import around
from parsers.extract.runcolumns import stacked_names
from parsers.extract.runheads import line_id
from parsers.extract.runlines import Strip, of_words
from parsers.extract.runnames import may_name, meant

_KEYS = frozenset({"claim_number", "date_of_loss", "policy_number"})
_MARGIN = 5.0
_WIDE = 0.75
_AIR = 0.6
"""Blocks stand at least this share of a line's height apart."""


@dataclass(frozen=True, slots=True)
class _Twice:
    """Where the second of two equal headers or labels begins, and which it is."""

    left: float
    name: str


def in_order(lines: Sequence[Strip]) -> list[Strip]:
    """Return the lines of a page, those of blocks beside each other block by block."""
    tabled = _beside(lines)
    if tabled:
        return _by_tables(lines, tabled)
    seen = [_twice(strip) if strip.words else None for strip in lines]
    seen = [twice if twice and not _once(lines, at, twice.name) else None for at, twice in enumerate(seen)]
    if not any(seen):
        return list(lines)
    for at in range(len(lines) - 1):
        if (twice := seen[at + 1]) and not seen[at] and _two_lines(lines[at], twice.left):
            seen[at] = twice
    done: list[Strip] = []
    pending: tuple[list[Strip], list[Strip]] = ([], [])
    cut, begun = 0.0, ""
    for strip, twice in zip(lines, seen, strict=True):
        if twice:
            if twice.name == begun and len(pending[0]) > 2:
                done += [*pending[0], *pending[1]]
                pending = ([], [])
            begun = twice.name if not pending[0] else begun
            cut = twice.left
        halves = _halves(strip, cut) if cut and strip.words else None
        if halves is None:
            done += [*pending[0], *pending[1], strip]
            pending = ([], [])
            continue
        for side, words in zip(pending, halves, strict=True):
            if words:
                side.append(of_words(words, strip.page, 1 if side is pending[0] else 2))
    return [*done, *pending[0], *pending[1]]


def _once(lines: Sequence[Strip], at: int, name: str) -> bool:
    """Return whether a header of two lines says only once what its first line seems to say twice."""
    return stacked_names(lines, at).count(name) == 1


def _two_lines(strip: Strip, cut: float) -> bool:
    """Return whether a line is two headings beside each other, each a line of business."""
    halves = _halves(strip, cut) if strip.words else None
    if not halves or not all(halves):
        return False
    return all(len(words) < 6 and line_id(" ".join(word.text for word in words)) for words in halves)


def _beside(lines: Sequence[Strip]) -> tuple[float, float, float] | None:
    """Return where the right of two ruled tables beside each other begins, and from where to where they stand."""
    boxes: dict[int, list[Box]] = {}
    for strip in lines:
        boxes.setdefault(strip.table, []).extend(cell.at.box for cell in strip.cells if cell.at.box)
    around_all = sorted(box for table, found in boxes.items() if table >= 0 and (box := around(found)))
    for one, other in pairwise(around_all):
        if other[0] > one[2] - 1 and min(one[3], other[3]) > max(one[1], other[1]):
            return other[0] - 1, min(one[1], other[1]), max(one[3], other[3])
    return None


def _by_tables(lines: Sequence[Strip], tabled: tuple[float, float, float]) -> list[Strip]:
    """Return the lines with those of the left table before those of the right one."""
    cut, top, bottom = tabled
    above, left, right, below = [], [], [], []  # type: list[Strip], list[Strip], list[Strip], list[Strip]
    for strip in lines:
        halves = _halves(strip, cut) if strip.words and top - 40 < strip.top < bottom else None
        if strip.cells:
            boxes = [cell.at.box for cell in strip.cells if cell.at.box]
            (right if boxes and boxes[0][0] >= cut else left).append(strip)
        elif halves and (strip.top > top or _two_lines(strip, cut)):
            left += [of_words(halves[0], strip.page, 1)] if halves[0] else []
            right += [of_words(halves[1], strip.page, 2)] if halves[1] else []
        else:
            (above if strip.top < top else below).append(strip)
    return [*above, *left, *right, *below]


def _halves(strip: Strip, cut: float) -> tuple[list[Word], list[Word]] | None:
    """Return the words left and right of a cut, or None where one stands across it."""
    left = [word for word in strip.words if word.box[2] <= cut]
    right = [word for word in strip.words if word.box[2] > cut]
    if right and right[0].box[0] < cut - 1.5:
        return None
    if left and right:
        height = left[-1].box[3] - left[-1].box[1]
        if right[0].box[0] - left[-1].box[2] < _AIR * height:
            return None
    return left, right


def _twice(strip: Strip) -> _Twice | None:
    """Return where a header or label of a claim or a policy stands a second time."""
    first: dict[str, int] = {}
    if not 4 <= len(strip.words) <= 80:
        return None
    words = tuple(strip.words)
    names = _labels(words)
    for at, name in names:
        if name in first and name in _KEYS and _apart(words[at - 1], words[at]):
            return _Twice(words[at].box[0] - _MARGIN, name)
        first.setdefault(name, at)
    return None


def _apart(one: Word, other: Word) -> bool:
    """Return whether more than a space parts two words."""
    return other.box[0] - one.box[2] > _WIDE * (one.box[3] - one.box[1])


def _together(words: Sequence[Word]) -> bool:
    """Return whether no wide gap parts words."""
    return all(b.box[0] - a.box[2] < _AIR * (a.box[3] - a.box[1]) for a, b in pairwise(words))


def _labels(words: Sequence[Word]) -> list[tuple[int, str]]:
    """Return the longest known headers from left to right, and where each begins.

    What more words follow closely, which are neither a value nor another header, is but the first word of a header
    nobody knows: ``Claim Rep`` is no number of a claim.
    """
    found: list[tuple[int, str]] = []
    texts = [word.text for word in words]
    ends = _ends(texts)
    known = [_known(words, texts, at, ends[at]) for at in range(len(words))]
    at = 0
    while at < len(words):
        length, name = known[at]
        after = at + length
        closely = after < len(words) and _together(words[after - 1 : after + 1])
        if not length or (closely and _goes_on(texts, after, known)):
            at += 1
        else:
            found.append((at, name))
            at = after
    return found


def _known(words: Sequence[Word], texts: Sequence[str], at: int, end: int) -> tuple[int, str]:
    """Return how many words from one on are a known header, and what it means; none where there is no such."""
    for length in range(min(end - at, 3), 0, -1):
        named = [name for name, weight in meant(" ".join(texts[at : at + length]).rstrip(":")).items() if weight == 1.0]
        if named and _together(words[at : at + length]):
            return length, named[0]
    return 0, ""


def _goes_on(texts: Sequence[str], after: int, known: Sequence[tuple[int, str]]) -> bool:
    """Return whether the word after a header is of the same header: no value and no header of its own."""
    text = texts[after]
    return not (
        texts[after - 1].endswith(":") or any(map(str.isdigit, text)) or known[after][0] or not text[0].isalpha()
    )


def _ends(texts: Sequence[str]) -> list[int]:
    """Return for each word where the words end, from it on, that may be parts of headers."""
    ends = [len(texts)] * len(texts)
    for at in range(len(texts) - 1, -1, -1):
        if not may_name(texts[at]):
            ends[at] = at
        elif at + 1 < len(texts):
            ends[at] = ends[at + 1] if ends[at + 1] > at + 1 else at + 1
    return ends
