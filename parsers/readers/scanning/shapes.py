"""Put right what an engine misreads for want of context: the size of letters, and a lone upright stroke."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.readers.scanning.typed import Line

# Letters whose small form is the large one made smaller: only their height tells which it is.
_ALIKE = frozenset("cosuvwxz")
_UPRIGHT = frozenset("4iIlL|!}{]['/t")
_TALL = 0.88
_NARROW = 0.62


def settle(text: str, line: Line, capital: float) -> str:
    """Return a reading of a line as its shapes have it; ``capital`` is a capital's height on the page in pixels.

    A word of nothing but ambiguous letters is in capitals where it is as tall as capitals are, and one narrow upright
    stroke that stands alone in a box is a one.
    """
    height, width = line.picture.shape
    if line.pieces == 1 and text in _UPRIGHT and width - 6 < _NARROW * (height - 6):
        return "1"
    if line.pieces == 1 and len(text) == 2 and text[0].lower() == text[1].lower():
        return text[0].upper()
    if text and set(text) <= _ALIKE and line.letters >= _TALL * capital:
        return text.upper()
    return text


def capital(lines: Sequence[Line]) -> float:
    """Return the usual height of a capital or digit among lines cut from one page, in pixels."""
    tall = [line.letters for line in lines]
    return float(np.percentile(tall, 60)) if tall else 0.0
