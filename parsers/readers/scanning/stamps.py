"""Find rubber stamps and large writing on a form: rows of letters taller than any form prints or anyone types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.readers.scanning.pieces import AREA, HEIGHT, LEFT, TOP, WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.document import Box
    from parsers.readers.scanning.pieces import Pieces

# In points: capitals of titles are 13 tall at most. Frames of boxes are hollow, filled bars are not letters.
_TALL, _WIDE = (14.0, 80.0), (2.5, 80.0)
_INKED = (0.1, 0.85)
# Letters of one stamp, in heights of a letter: so alike, so far apart and so level. Four of them are a word.
_ALIKE, _APART, _LEVEL = 1.5, 1.3, 0.6
_FEWEST, _MOST = 4, 300
# Frames of stamps in points: widths and heights between which they are; less of them is ink; turned by so many degrees.
_FRAME, _HOLLOW, _LEAST_TURN = (60.0, 400.0, 22.0, 250.0), 0.35, 2.0


def stamps(found: Pieces, labels: Sequence[Box], unit: float) -> list[Box]:
    """Return the boxes, in points, of groups of large letters that are in no printed label.

    ``found`` are the pieces of ink without ruling lines, ``unit`` their pixels in a point; ``labels`` are in points.
    """
    return rows(found, labels, unit, _TALL, _FEWEST)


def rows(found: Pieces, labels: Sequence[Box], unit: float, tall: tuple[float, float], fewest: int) -> list[Box]:
    """Return the boxes, in points, of groups of so many letters of a height that are in no printed label."""
    letters = _letters(found, unit, tall)
    letters = letters[~_labelled(letters, labels)][:_MOST]
    return [_around(letters[group]) for group in _groups(letters) if len(group) >= fewest]


def frames(found: Pieces, unit: float) -> list[Box]:
    """Return the boxes, in points, of large frames that stand askew, as those of stamps do and a form's do not."""
    stats = found.stats
    wide, tall = stats[:, WIDTH] / unit, stats[:, HEIGHT] / unit
    hollow = stats[:, AREA] < _HOLLOW * stats[:, WIDTH] * stats[:, HEIGHT]
    sized = (wide > _FRAME[0]) & (wide < _FRAME[1]) & (tall > _FRAME[2]) & (tall < _FRAME[3]) & hollow
    sized[0] = False
    return [_around(stats[[n]] / unit) for n in np.flatnonzero(sized) if _askew(found, int(n))]


def _askew(found: Pieces, number: int) -> bool:
    left, top, wide, tall = (int(found.stats[number, edge]) for edge in (LEFT, TOP, WIDTH, HEIGHT))
    mine = found.ids[top : top + tall, left : left + wide] == number
    points = cv2.findNonZero(mine.astype(np.uint8))
    turned = cv2.minAreaRect(points)[2] % 90.0
    return bool(min(turned, 90.0 - turned) > _LEAST_TURN)


def _letters(found: Pieces, unit: float, heights: tuple[float, float]) -> NDArray[Any]:
    stats = found.stats[1:]
    wide, tall = stats[:, WIDTH] / unit, stats[:, HEIGHT] / unit
    share = stats[:, AREA] / np.maximum(stats[:, WIDTH] * stats[:, HEIGHT], 1)
    sized = (tall > heights[0]) & (tall < heights[1]) & (wide > _WIDE[0]) & (wide < _WIDE[1])
    return np.asarray(stats[sized & (share > _INKED[0]) & (share < _INKED[1])] / unit, dtype=np.float64)


def _labelled(letters: NDArray[Any], labels: Sequence[Box]) -> NDArray[np.bool_]:
    x, y = letters[:, LEFT] + letters[:, WIDTH] / 2, letters[:, TOP] + letters[:, HEIGHT] / 2
    inside = np.zeros(len(letters), np.bool_)
    for x0, top, x1, bottom in labels if len(letters) else ():
        inside |= (x > x0) & (x < x1) & (y > top) & (y < bottom)
    return inside


def _groups(letters: NDArray[Any]) -> list[list[int]]:
    """Return the letters in groups: each is like another of its group, beside it, and about level with it."""
    left, top, wide, tall = (letters[:, i] for i in (LEFT, TOP, WIDTH, HEIGHT))
    height = np.maximum(tall[:, None], tall[None, :])
    alike = height < _ALIKE * np.minimum(tall[:, None], tall[None, :])
    apart = np.maximum(left[:, None], left[None, :]) - np.minimum((left + wide)[:, None], (left + wide)[None, :])
    middle = top + tall / 2
    linked = alike & (apart < _APART * height) & (np.abs(middle[:, None] - middle[None, :]) < _LEVEL * height)
    groups, free = [], set(range(len(letters)))
    while free:
        group, edge = [], [min(free)]
        free -= set(edge)
        while edge:
            group.append(edge.pop())
            near = sorted(free & set(np.flatnonzero(linked[group[-1]]).tolist()))
            edge += near
            free -= set(near)
        groups.append(group)
    return groups


def _around(letters: NDArray[Any]) -> Box:
    right, bottom = letters[:, LEFT] + letters[:, WIDTH], letters[:, TOP] + letters[:, HEIGHT]
    edges = letters[:, LEFT].min(), letters[:, TOP].min(), right.max(), bottom.max()
    x0, top, x1, low = (round(float(edge), 2) for edge in edges)
    return x0, top, x1, low
