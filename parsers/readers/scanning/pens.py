"""Find the likeliest signs of a line whose signs are of different widths: the pen moves on by the width of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from parsers.readers.scanning import order
from parsers.readers.scanning.stencils import SIGNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[Any]

SPACE: Final = len(SIGNS)
# Costs, in the stencils' logarithms, of a sign at all, and of a pixel beside where the pen stands; and how far such a
# sign takes the pen with it.
_A_SIGN, _BESIDE, _TAKES = 1.0, 0.3, 0.3
_STARTS = 6
_FARTHEST = 64
_CODED = 0.6
_BEAM = 12.0
_NOWHERE = -1e9
_LETTERS_WORTH = 0.5
_MEANT = f"{SIGNS} "
_SELDOM = np.array([order.RARE.get(sign, 0.0) for sign in _MEANT], np.float32)


@cache
def _costs() -> NDArray[Any]:
    """Return what it costs that a sign (column) follows another (row)."""
    sorts = np.array([order.sort(sign) for sign in _MEANT])
    costs = order.FOLLOWS[sorts][:, sorts]
    # Print of figures has letters in it, as codes do.
    costs[np.ix_(sorts == 0, sorts == 2)] = _CODED
    places = np.array([order.place(sign) for sign in _MEANT])
    both = (places[:, None] >= 0) & (places[None, :] >= 0)
    worth = _LETTERS_WORTH * order.letters()[places][:, places]
    return np.asarray(np.where(both, costs - worth, costs), dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line on one base line: the score of every sign where the pen may stand, a pixel beside it allowed for.

    ``aside`` says which pixel that was, ``widths`` how far signs and a space move the pen, ``first`` where it begins.
    """

    scores: Scores
    aside: Scores
    widths: Scores
    first: int


@dataclass(frozen=True, slots=True)
class Path:
    """Signs by their numbers, where the pen stood for each, and the score of the whole."""

    signs: tuple[int, ...]
    pens: tuple[int, ...]
    total: float

    @property
    def text(self) -> str:
        """Return what the signs say, spaces at the ends included: places are counted from the first."""
        return spelled(self.signs)


def spelled(signs: tuple[int, ...]) -> str:
    """Return signs as text."""
    return "".join(f"{SIGNS} "[sign] for sign in signs)


def allowing(scores: Scores) -> tuple[Scores, Scores]:
    """Return the best score of each sign in each column or beside it, and which: -1 before, 1 behind."""
    best, aside = scores.copy(), np.zeros(scores.shape, np.int8)
    for here, there, way in ((np.s_[..., 1:], np.s_[..., :-1], -1), (np.s_[..., :-1], np.s_[..., 1:], 1)):
        better = scores[there] - _BESIDE > best[here]
        best[here] = np.where(better, scores[there] - _BESIDE, best[here])
        aside[here] = np.where(better, np.int8(way), aside[here])
    return best, aside


def decoded(row: Row, allowed: NDArray[np.bool_] | None = None) -> Path:
    """Return the likeliest signs of a line, of those ``allowed`` (a space last)."""
    wide = row.scores.shape[1]
    said = np.vstack([row.scores - _A_SIGN, np.zeros((1, wide), np.float32)]) - _SELDOM[:, None]
    if allowed is not None:
        said[~allowed] = _NOWHERE
    aside = np.vstack([row.aside * np.float32(_TAKES), np.zeros((1, wide), np.float32)])
    total = np.full((wide + _FARTHEST, len(_MEANT)), _NOWHERE, np.float32)
    pen = np.zeros_like(total)
    back = np.full((*total.shape, 2), -1, np.int32)
    begin = max(row.first, 0)
    total[begin : begin + _STARTS, SPACE] = 0.0
    pen[begin : begin + _STARTS, SPACE] = np.arange(begin, min(begin + _STARTS, len(total)))
    every = np.arange(len(_MEANT))
    for at in range(begin, wide):
        active = np.flatnonzero(total[at] > max(float(total[at].max()) - _BEAM, _NOWHERE / 2))
        if not len(active):
            continue
        come = total[at, active][:, None] - _costs()[active]
        source = active[come.argmax(axis=0)]
        whole = come.max(axis=0) + said[:, at]
        pens = pen[at, source] + row.widths + aside[:, at]
        places = np.minimum(np.floor(pens + 0.5).astype(np.int32), len(total) - 1)
        better = np.flatnonzero((whole > total[places, every]) & (places > at))
        to = places[better], better
        total[to], pen[to] = whole[better], pens[better]
        back[to] = np.stack([np.full(len(better), at), source[better]], axis=1)
    return _traced(total - _costs()[:, SPACE], back)


def _traced(total: Scores, back: Scores) -> Path:
    end, last = np.unravel_index(int(total.argmax()), total.shape)
    place, sign = int(end), int(last)
    signs, pens = [], []
    while back[place, sign, 0] >= 0:
        before = int(back[place, sign, 0]), int(back[place, sign, 1])
        signs.append(sign)
        pens.append(before[0])
        place, sign = before
    return Path(tuple(signs[::-1]), tuple(pens[::-1]), float(total[end, last]))
