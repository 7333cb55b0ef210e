"""What people put over a PDF's pages with a viewer's tools: typed text, stamps, and strokes of a pen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from parsers.document import Box, Mark, Word
from parsers.readers.pdf_nodes import Node
from parsers.readers.space import PageSpace
from parsers.readers.widget_rules import Note, tidy

_UNSEEN: Final = 2 | 32
"""Flags of annotations that are hidden or not shown on a screen."""
_SIZE = re.compile(r"([\d.]+)\s+Tf")
_CHARACTER, _PITCH = 0.5, 1.17
"""Mean width of a character and the distance of two lines, in parts of the font size."""
_SMALL = 20.0
_LONGEST: Final = 20_000
"""Characters of one note that are read: some four pages of text."""
KINDS: Final = frozenset({"FreeText", "Stamp", "Ink", "StrikeOut"})
"""Subtypes of annotations that are read."""


def noted(node: Node, page: int, space: PageSpace, contents: str, painted: str | None) -> Note | None:
    """Return what an annotation says; ``contents`` is its own text, ``painted`` what its appearance paints.

    Words are placed by the annotation's box and font size, roughly; None for hidden, empty and other annotations.
    """
    kind = str(node.subtype).removeprefix("/")
    if kind not in KINDS or int(node.shown or 0) & _UNSEEN:
        return None
    x0, y0, x1, y1 = map(float, node.rect)
    box = space.box(x0, y0, x1, y1)
    if kind == "StrikeOut":
        return Note(page=page, font=kind, struck=(box,))
    if kind == "Ink":
        marks = tuple(Mark(shape="stroke", box=each) for each in _strokes(node.ink, space))
        return Note(page=page, font=kind, marks=marks) if marks else None
    text = tidy(contents[:_LONGEST]) if kind == "FreeText" else painted or ""
    size = _size(node.style, box, text or painted or "")
    if words := tuple(_placed(text or painted or "", box, size)):
        return Note(page=page, font=f"{kind} {round(2 * size) / 2:g}", words=words)
    if kind == "Stamp" and max(box[2] - box[0], box[3] - box[1]) <= _SMALL:
        return Note(page=page, font=kind, marks=(Mark(shape="fill", box=box),))
    return None


def _strokes(listed: Any, space: PageSpace) -> Iterable[Box]:
    """Return the boxes of the strokes of a pen, those that meet together."""
    boxes: list[Box] = []
    for stroke in listed if isinstance(listed, list) else ():
        across, along = [float(x) for x in stroke[0::2]], [float(y) for y in stroke[1::2]]
        if along:
            boxes.append(space.box(min(across), min(along), max(across), max(along)))
    merged: list[Box] = []
    for box in boxes:
        if merged and _meet(merged[-1], box):
            last = merged.pop()
            box = (min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
        merged.append(box)
    return merged


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _size(style: Any, box: Box, text: str) -> float:
    """Return the font size the annotation states, else the one that fills its box."""
    found = _SIZE.search(str(style or ""))
    size = float(found[1]) if found and found[1].strip(".") and found[1].count(".") < 2 else 0.0
    lines = max(text.count("\n") + 1, 1)
    return size if size > 0 else max((box[3] - box[1]) / lines / _PITCH, 1.0)


def _placed(text: str, box: Box, size: float) -> Iterable[Word]:
    """Set the text as a viewer does: from the box's top left corner, broken where the line is full."""
    step = size * _CHARACTER
    top = box[1]
    for line in _broken(text.split("\n"), (box[2] - box[0]) / step):
        # A line that is longer than its box was set narrower than we think.
        scale = min(1.0, (box[2] - box[0]) / max(len(line) * step, 0.1))
        at = 0
        for word in line.split():
            at = line.index(word, at)
            left = box[0] + at * step * scale
            right = left + len(word) * step * scale
            yield Word(word, (round(left, 2), round(top, 2), round(right, 2), round(top + size * _PITCH, 2)))
            at += len(word)
        top += size * _PITCH


def _broken(lines: Sequence[str], room: float) -> Iterable[str]:
    for line in lines:
        # Our widths are estimates: only a line that is clearly too long was broken.
        if len(line) <= 1.3 * room:
            yield line
            continue
        held = ""
        for word in line.split():
            if held and len(held) + 1 + len(word) > room:
                yield held
                held = word
            else:
                held = f"{held} {word}".strip()
        yield held
