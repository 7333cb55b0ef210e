"""Move columns of narrow boxes sideways to the letters typed in them, on layouts never seen.

Yes/no boxes stand alone at the right edge of a page, often with no label near that says how far to the side they went.
What they hold is one letter, and the letters of a column stand under each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from parsers.document import Box
from parsers.extract.plan import Grid, Place

_NARROW = 25.0
_LETTER = 9.0
"""Widths in points: of a box for one letter at most, and of a letter."""
_COLUMN = 2.0
"""Left edges of one column differ by less."""
_FARTHEST = 24.0
_INSIDE = 1.5
"""A letter begins at least so far inside its box."""
_LEVEL = 7.0
_LEAST = 2


def sided(places: Sequence[Place], words: Sequence[Box]) -> tuple[Place, ...]:
    """Return the boxes of a page, the columns of narrow ones moved to where single letters stand beside them."""
    letters = [word for word in words if word[2] - word[0] <= _LETTER]
    if not letters:
        return tuple(places)
    grid = Grid(places)
    homes = [(letter, grid.home(letter)) for letter in letters]
    moved: dict[int, Place] = {}
    for column in _columns(places):
        mine = {id(place) for place in column}
        # What stands in a box of another column is that one's.
        free = [letter for letter, home in homes if home is None or id(home) in mine]
        shift = _shift(column, free, places)
        for place in column if shift else ():
            x0, top, x1, bottom = place.box
            moved[id(place)] = replace(place, box=(x0 + shift, top, x1 + shift, bottom))
    return tuple(moved.get(id(place), place) for place in places)


def _columns(places: Sequence[Place]) -> Iterator[list[Place]]:
    """Yield the narrow boxes for text that stand under each other."""
    column: list[Place] = []
    for place in sorted((one for one in places if _narrow(one)), key=lambda one: (one.box[0], one.box[1])):
        if column and place.box[0] - column[-1].box[0] > _COLUMN:
            yield column
            column = []
        column.append(place)
    if column:
        yield column


def _narrow(place: Place) -> bool:
    return place.kind == "text" and place.box[2] - place.box[0] <= _NARROW


def _shift(column: Sequence[Place], letters: Sequence[Box], places: Sequence[Place]) -> float:
    """Return how far a column goes so that most letters beside it stand in it, 0 where they do or nothing says so."""
    offs = sorted(off for place in column for off in _offs(place, letters))
    here = sum(_INSIDE - 1.0 <= off <= _inner(column) for off in offs)
    if len(offs) - here < _LEAST or here > len(offs) - here:
        return 0.0
    near = max((sum(abs(other - off) <= _COLUMN for other in offs), -abs(off), off) for off in offs)
    shift = near[2] - _INSIDE - 1.0
    if near[0] < _LEAST or any(_taken(place, shift, places) for place in column):
        return 0.0
    return shift


def _inner(column: Sequence[Place]) -> float:
    return column[0].box[2] - column[0].box[0] - _INSIDE - 2.0


def _offs(place: Place, letters: Sequence[Box]) -> Iterator[float]:
    """Yield how far from the left edge of a box the letters on its line begin."""
    x0, top, _, bottom = place.box
    for letter in letters:
        level = abs((letter[1] + letter[3]) - (top + bottom)) / 2
        if level <= _LEVEL and abs(letter[0] - x0) <= _FARTHEST:
            yield letter[0] - x0


def _taken(place: Place, shift: float, places: Sequence[Place]) -> bool:
    """Return whether another box stands where a moved one would."""
    x0, top, x1, bottom = place.box
    return any(
        other is not place
        and min(other.box[2], x1 + shift) - max(other.box[0], x0 + shift) > _COLUMN + 1
        and min(other.box[3], bottom) - max(other.box[1], top) > 0.5 * (bottom - top)
        for other in places
    )
