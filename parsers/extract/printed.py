"""Printed labels on a page, found by a form map's own words for them, and which of them a box belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import fuzz

from parsers.document import Box, Word
from parsers.forms.anchors import Hit, PageText, key

_ALIKE = 90.0
"""Likeness in percent from which a misread label counts as found, if it is long enough to stand a fault or two."""
_LONG = 8
_REACH_LEFT, _REACH_ABOVE, _REACH_RIGHT = 130.0, 26.0, 30.0
"""How far from its box a label stands at most, in points."""
_REACH_INLINE = 100.0
_SLACK = 3.0
_NUMBERED = re.compile(r"(?:^|\s)\d+[a-z]?$")
"""Numbers of questions, whose own words the maps do not keep; a number alone is printed in too many places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One place where a label stands: its key, its box in points, and the indices of its words.

    ``stands`` is ``before`` where its box is on its line to the right, ``over`` where its box begins under it, and
    ``unclear`` where there are both.
    """

    label: str
    box: Box
    words: tuple[int, ...]
    stands: Literal["before", "over", "unclear", ""] = ""


def find_labels(words: Sequence[Word], labels: Iterable[str]) -> tuple[Printed, ...]:
    """Return where the labels stand, longer ones first; no word belongs to two labels.

    A label may be broken into two lines, and may be misread by a sign or two. In the middle of a sentence it is none.
    """
    text = PageText(words)
    used: set[int] = set()
    found: list[Printed] = []
    keys = {key(label): label for label in labels if not _NUMBERED.search(label)}
    for wanted in sorted((k for k in keys if len(k) > 1), key=lambda k: (-len(k), k)):
        for taken in (*_whole(text, wanted), *_broken(text, keys[wanted])):
            if not used.intersection(taken) and _starts(words, taken, used):
                taken = (*taken, *_aside(words, taken))
                used.update(taken)
                found.append(Printed(label=wanted, box=union(words[n].box for n in taken), words=taken))
    return tuple(found)


def _aside(words: Sequence[Word], taken: Sequence[int]) -> list[int]:
    """Return the words in brackets that go with a label, right after it or under it: ``(A/C, No, Ext):``."""
    x0, top, x1, bottom = union(words[n].box for n in taken)
    height = words[taken[0]].box[3] - words[taken[0]].box[1]
    run: list[int] = []
    for n, word in sorted(enumerate(words), key=lambda pair: pair[1].box[0]):
        left, middle = word.box[0], (word.box[1] + word.box[3]) / 2
        if run:
            before = words[run[-1]].box
            goes_on = before[1] < middle < before[3] and -1 < left - before[2] < height
        else:
            after = top < middle < bottom and -1 < left - x1 < height
            under = bottom < middle < bottom + height and abs(left - x0) < _SLACK
            goes_on = word.text.startswith("(") and (after or under)
        if goes_on:
            run.append(n)
            if ")" in word.text:
                break
    closed = bool(run) and ")" in words[run[-1]].text
    return run if closed and not any(sign.isdigit() for n in run for sign in words[n].text) else []


def _whole(text: PageText, wanted: str) -> Iterator[tuple[int, ...]]:
    hits = text.hits(wanted)
    if not hits and len(wanted) >= _LONG:
        best = fuzz.partial_ratio_alignment(wanted, text.text, score_cutoff=_ALIKE)
        near = text.text[best.dest_start : best.dest_end] if best else ""
        hits = text.hits(near) if near and "\n" not in near else ()
    return (hit.words for hit in hits)


def _broken(text: PageText, label: str) -> Iterator[tuple[int, ...]]:
    """Yield the words of a label in two lines, one above the other."""
    parts = label.split()
    for cut in range(1, len(parts)):
        upper, lower = key("".join(parts[:cut])), key("".join(parts[cut:]))
        if len(upper) > 1 and len(lower) > 1:
            for first in text.hits(upper):
                for second in text.hits(lower):
                    if _stacked(text.words, first, second):
                        yield (*first.words, *second.words)


def _stacked(words: Sequence[Word], first: Hit, second: Hit) -> bool:
    height = words[first.words[0]].box[3] - words[first.words[0]].box[1]
    shared = min(first.x1, second.x1) - max(first.x0, second.x0)
    return 0.5 * height < second.middle - first.middle < 1.6 * height and shared > 0


def _starts(words: Sequence[Word], taken: Sequence[int], used: set[int]) -> bool:
    """Tell whether no word of a sentence runs into the label from the left."""
    x0, top, _, bottom = words[taken[0]].box
    height, middle = bottom - top, (top + bottom) / 2
    for n, word in enumerate(words):
        touches = 0 <= x0 - word.box[2] < 0.8 * height and word.box[1] < middle < word.box[3]
        if touches and n not in used and len(key(word.text)) > 1 and not word.text.endswith(":"):
            return False
    return True


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around some boxes; there must be one."""
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return min(x0s), min(tops), max(x1s), max(bottoms)


def over(upper: Box, lower: Box) -> bool:
    """Tell whether one label is printed right over another, as the lines of one head are."""
    gap = lower[1] - upper[3]
    return -2 < gap < 0.8 * (upper[3] - upper[1]) and min(upper[2], lower[2]) > max(upper[0], lower[0])


def placed(printed: Printed, words: Sequence[Word], boxes: Sequence[Box]) -> Printed:
    """Return the label with where it stands, as far as the boxes on its line and under it tell."""
    above, before = any(_heads(printed.box, box) for box in boxes), _inline(printed, words, boxes)
    if above and before:
        return replace(printed, stands="unclear")
    return replace(printed, stands="over" if above else "before" if before else "")


def _heads(label: Box, box: Box) -> bool:
    """Tell whether the box begins where the label does, right under it."""
    return abs(box[0] - label[0]) <= _SLACK and -_SLACK <= box[1] - label[3] <= 2 * _SLACK


def _inline(printed: Printed, words: Sequence[Word], boxes: Sequence[Box]) -> bool:
    """Tell whether a box stands right of the label on its line, so that the label is none for a box below it.

    What is printed on after the label belongs to it; what comes after a space is another label, whose the box is.
    """
    _, top, x1, bottom = printed.box
    height, middle = bottom - top, (top + bottom) / 2
    line = [
        word.box for word in words if key(word.text) and word.box[0] >= x1 - 1 and word.box[1] < middle < word.box[3]
    ]
    others: list[float] = []
    for left, _, right, _ in sorted(line):
        if not others and left - x1 < 0.8 * height:
            x1 = right
        else:
            others.append(left)
    end = min(others, default=x1 + _REACH_INLINE)
    return any(
        box[1] <= middle <= box[3] and -_SLACK <= box[0] - x1 <= _REACH_INLINE and box[0] < end + _SLACK
        for box in boxes
    )


def label_of(
    box: Box, kind: Literal["text", "check"], labels: Sequence[Printed], boxes: Sequence[Box]
) -> tuple[Printed, float] | None:
    """Return the label a box belongs to, with its distance: the nearest to its left or above it, for a tick box also
    to its right.

    A label on the far side of another of the ``boxes`` is that one's.
    """
    best: tuple[float, int] | None = None
    for n, printed in enumerate(labels):
        far = _distance(box, kind, printed)
        if far is not None and (best is None or far < best[0]) and not _between(box, printed.box, boxes):
            best = far, n
    return (labels[best[1]], best[0]) if best else None


def _distance(box: Box, kind: str, printed: Printed) -> float | None:
    label, beside = printed.box, printed.stands == "before"
    middle = (label[1] + label[3]) / 2
    if box[1] - _SLACK <= middle <= box[3] + _SLACK:
        if kind == "check" and -_SLACK <= label[0] - box[2] <= _REACH_RIGHT:
            return max(0.0, label[0] - box[2])
        if -_SLACK <= box[0] - label[2] <= _REACH_LEFT and (kind == "check" or printed.stands != "over"):
            # What stands to the right of a tick box is its own; what stands to the left mostly another's.
            return max(0.0, box[0] - label[2]) + (2 * _REACH_RIGHT if kind == "check" else 0)
    if beside and kind == "text":
        return None
    shared = min(box[2], label[2]) - max(box[0], label[0])
    gap = box[1] - label[3]
    inside = min(6.0, 0.4 * (box[3] - box[1]))
    if shared >= min(0.5 * (label[2] - label[0]), 0.8 * (box[2] - box[0])) and -inside - _SLACK <= gap <= _REACH_ABOVE:
        return max(0.0, gap) + (_REACH_RIGHT if kind == "check" else 0)
    return None


def _between(box: Box, label: Box, boxes: Sequence[Box]) -> bool:
    """Tell whether another box lies on the way from the label to the box."""
    x0, x1 = sorted((label[2], box[0])) if label[2] <= box[0] + _SLACK else sorted((box[2], label[0]))
    beside = box[1] - _SLACK <= (label[1] + label[3]) / 2 <= box[3] + _SLACK
    for other in boxes:
        if other == box:
            continue
        across, down = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
        if beside and x0 < across < x1 and box[1] < down < box[3]:
            return True
        if not beside and label[3] < down < box[1] and other[0] < (box[0] + box[2]) / 2 < other[2]:
            return True
    return False
