"""Move boxes that stay empty to the lines of typing that stand in no box, on layouts never seen.

A row far from every label is guessed too far off for ``snapping`` to reach its line. What was typed in it then stands
in no box, and begins at the left edges of its columns. A row goes to such a line where nothing speaks against it: no
other row fits as well, and no box with a label of its own lies between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from parsers.document import Box
from parsers.extract.plan import OWN_LABEL, Place

_FARTHEST = 90.0
"""How far a row goes to its line, in points."""
_EDGE = 3.5
"""Text begins so near the place in its box where typing begins, in points."""
_INDENT = 2.0
_OVER = 4.0
"""Points by which text may run over the right edge of its box."""
_ONE_LINE, _FIRST_LINE = 19.0, 6.5
_LEVEL = 3.0
_SPACE = 0.75
_CLEARLY = 24.0
"""Another row that fits as well must be farther by so many points."""


@dataclass(frozen=True, slots=True)
class _Line:
    """Texts of one line, as boxes, and the height of its middle."""

    middle: float
    texts: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class _Fit:
    """A row of empty boxes for a line: how many of its texts begin in them, and how far the row would go."""

    row: tuple[Place, ...]
    texts: int
    shift: float


def settled(places: Sequence[Place], filled: Iterable[Place], loose: Sequence[Box]) -> tuple[Place, ...]:
    """Return the boxes of a page, rows of empty ones moved to lines of loose typing.

    ``filled`` are those in which something was typed, ``loose`` the words that were typed in none.
    """
    taken = {id(place) for place in filled}
    free = [one for one in places if one.kind == "text" and one.sure < OWN_LABEL and id(one) not in taken]
    if not free or not loose:
        return tuple(places)
    stay = [one for one in places if id(one) in taken or one.sure >= OWN_LABEL]
    rows = list(_rows(free))
    moved: dict[int, Place] = {}
    for line in _lines(loose):
        fits = [fit for row in rows if (fit := _fit(row, line)) and not _crosses(fit, stay)]
        best = _best(fits)
        if best is not None:
            rows.remove(best.row)
            moved.update({id(place): _shifted(place, best.shift) for place in best.row})
            stay += [moved[id(place)] for place in best.row]
    return tuple(moved.get(id(place), place) for place in places)


def _rows(places: Sequence[Place]) -> Iterator[tuple[Place, ...]]:
    """Yield boxes that lie side by side at one height."""
    row: list[Place] = []
    for place in sorted(places, key=lambda one: (_aim(one), one.box[0])):
        if row and _aim(place) - _aim(row[-1]) > _LEVEL:
            yield tuple(row)
            row = []
        row.append(place)
    if row:
        yield tuple(row)


def _aim(place: Place) -> float:
    """Return the height at which the first line typed in a box stands."""
    _, top, _, bottom = place.box
    return top + _FIRST_LINE if bottom - top > _ONE_LINE else (top + bottom) / 2


def _lines(words: Sequence[Box]) -> Iterator[_Line]:
    """Yield words line by line from the top, those that follow each other as one text."""
    line: list[Box] = []
    for box in sorted(words, key=lambda one: (one[1] + one[3], one[0])):
        if line and (box[1] + box[3]) / 2 - (line[-1][1] + line[-1][3]) / 2 > _LEVEL:
            yield _line(line)
            line = []
        line.append(box)
    if line:
        yield _line(line)


def _line(words: Sequence[Box]) -> _Line:
    texts: list[Box] = []
    for x0, top, x1, bottom in sorted(words):
        if texts and x0 - texts[-1][2] <= _SPACE * (bottom - top):
            texts[-1] = texts[-1][0], min(texts[-1][1], top), x1, max(texts[-1][3], bottom)
        else:
            texts.append((x0, top, x1, bottom))
    return _Line(sum(box[1] + box[3] for box in words) / (2 * len(words)), tuple(texts))


def _fit(row: tuple[Place, ...], line: _Line) -> _Fit | None:
    """Return how a row fits a line, None where it does not, or another line would do as well."""
    shift = line.middle - sum(map(_aim, row)) / len(row)
    if abs(shift) > _FARTHEST:
        return None
    inside = sum(any(_begins(text, place) for place in row) for text in line.texts)
    left, right = min(place.box[0] for place in row), max(place.box[2] for place in row)
    across = sum(left <= (text[0] + text[2]) / 2 <= right for text in line.texts)
    return _Fit(row, inside, shift) if inside and inside == across else None


def _begins(text: Box, place: Place) -> bool:
    return abs(text[0] - place.box[0] - _INDENT) <= _EDGE and text[2] <= place.box[2] + _OVER


def _crosses(fit: _Fit, stay: Sequence[Place]) -> bool:
    """Return whether a row would pass a box that stays, or come to lie on one, of those in its columns."""
    for place in fit.row:
        x0, top, x1, bottom = place.box
        low, high = min(top, top + fit.shift), max(bottom, bottom + fit.shift)
        for other in stay:
            if min(other.box[2], x1) - max(other.box[0], x0) > _OVER:
                middle = (other.box[1] + other.box[3]) / 2
                if low < middle < high and not top < middle < bottom:
                    return True
    return False


def _best(fits: Sequence[_Fit]) -> _Fit | None:
    """Return the row that fits a line best: most texts, then the nearest; None where another is hardly worse."""
    ordered = sorted(fits, key=lambda fit: (-fit.texts, abs(fit.shift)))
    if not ordered:
        return None
    best = ordered[0]
    others = [fit for fit in ordered[1:] if fit.texts == best.texts]
    return None if any(abs(fit.shift) - abs(best.shift) < _CLEARLY for fit in others) else best


def _shifted(place: Place, shift: float) -> Place:
    x0, top, x1, bottom = place.box
    return replace(place, box=(x0, round(top + shift, 2), x1, round(bottom + shift, 2)))
