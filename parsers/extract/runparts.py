"""Claims told part by part on lines of their own: what was lost, what was spent on it, and both together.

The words that name the parts stand right before the amounts, all below each other, mostly under no header. They are
taken off their lines, so that no other column swallows them, and kept beside the lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.document import Cell
from parsers.extract.runclaims import amount_in
from parsers.extract.runlines import Strip, of_words
from parsers.extract.runvalues import is_blank

_PART = re.compile(
    r"(?P<expense>(?:(?:allocated|adj\w*|legal|claim)\s+)?(?:expenses?|defen[sc]e(?:\s+costs?)?|alae|lae|legal)|costs?)"
    r"|(?P<whole>(?:claim|loss)?\s*totals?|total\s+(?:claim|loss)|all\s+parts|combined|both)"
    r"|(?P<loss>loss(?:es)?|indemnity(?:\s*/\s*\w+)?|bi|pd|bodily\s+injury|property\s+damage)",
    re.IGNORECASE,
)
_REACH = 4
"""Lines: the sum of the parts stands this near below the second of them."""
_STORY = 8
"""Lines: the claim begins this near above the second of its parts, with its story between them."""
_AWRY = 2.0
"""Points by which words below each other may be out of line."""


def parted(lines: Sequence[Strip]) -> tuple[list[Strip], dict[int, str]]:
    """Return the lines without the names of parts, and part (``loss``, ``expense``, ``whole``) by place of its line."""
    places = {
        place
        for index, strip in enumerate(lines)
        if _alone(strip) == "expense"
        and (place := _begins(strip)) is not None
        and any(_leads(each, place) for each in lines[max(index - _STORY, 0) : index])
        and any(_alone(each) == "whole" and _same(place, _begins(each)) for each in lines[index + 1 : index + _REACH])
    }
    done, parts = list(lines), {}
    for index, strip in enumerate(lines if places else ()):
        for place in sorted(places):
            if found := _taken(strip, place):
                done[index], parts[index] = found
                break
    return done, parts


def _leads(strip: Strip, place: float) -> bool:
    """Return whether a line tells a claim, or what a sum is of, and then the first part of it at a place."""
    taken = _taken(strip, place)
    return taken is not None and taken[1] == "loss" and not _same(place, _begins(strip))


def _alone(strip: Strip) -> str:
    """Return the part a line tells that has nothing but its name and amounts."""
    parts = strip.parts
    told = _PART.fullmatch(parts[0]) if len(parts) > 2 else None
    return (told.lastgroup or "") if told and all(map(_is_figure, parts[1:])) else ""


def _is_figure(text: str) -> bool:
    return is_blank(text) or amount_in(text) is not None


def _begins(strip: Strip) -> float | None:
    """Return where a line begins: its left edge, or its first filled cell."""
    if strip.cells:
        return next((float(at) for at, cell in enumerate(strip.cells) if cell.text.strip()), None)
    return strip.words[0].box[0] if strip.words else None


def _same(one: float, other: float | None) -> bool:
    return other is not None and abs(one - other) <= _AWRY


def _taken(strip: Strip, place: float) -> tuple[Strip, str] | None:
    """Return a line without the name of the part at a place, and that part; None where none stands there."""
    if strip.cells:
        at = int(place)
        told = _PART.fullmatch(" ".join(strip.cells[at].text.split())) if at < len(strip.cells) else None
        after = [cell.text.strip() for cell in strip.cells[at + 1 :] if cell.text.strip()]
        if told is None or not after or not all(map(_is_figure, after)):
            return None
        cells = tuple(Cell(text="", at=cell.at) if n == at else cell for n, cell in enumerate(strip.cells))
        text = "  ".join(" ".join(cell.text.split()) for cell in cells if cell.text)
        return Strip(text, (), cells, strip.page, strip.table, strip.pane), told.lastgroup or ""
    start = next((n for n, word in enumerate(strip.words) if _same(place, word.box[0])), None)
    if start is None:
        return None
    end = next((n for n in range(start, len(strip.words)) if _is_figure(strip.words[n].text)), start)
    told = _PART.fullmatch(" ".join(word.text for word in strip.words[start:end]))
    left = [*strip.words[:start], *strip.words[end:]]
    if told is None or not all(_is_figure(word.text) for word in strip.words[end:]):
        return None
    return of_words(left, strip.page, strip.pane), told.lastgroup or ""
