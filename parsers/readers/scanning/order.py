"""Which sorts of signs follow which in what is typed on forms, which letters do, and which signs are seldom."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from parsers.readers.scanning import sheets

if TYPE_CHECKING:
    from numpy.typing import NDArray

SORTS: Final = "capital", "small", "digit", "mark", "space"
FOLLOWS = np.array(
    [
        [0.3, 1.0, 1.0, 1.5, 0.5],
        [4.5, 0.0, 5.0, 2.0, 0.3],
        [2.5, 6.0, 0.0, 1.0, 0.7],
        [1.5, 2.0, 0.7, 2.0, 0.7],
        [0.5, 1.0, 0.7, 2.0, 0.2],
    ],
    np.float32,
)
"""What it costs that a sign of the column's class follows one of the row's, in the order of ``SORTS``."""
RARE: Final = {**dict.fromkeys(":'+@#%", 1.5), **dict.fromkeys("IJQXZjqxz", 0.7)}
"""What signs cost that are seldom typed."""


def sort(sign: str) -> int:
    """Return the place of a sign's sort in ``SORTS``."""
    return 0 if sign.isupper() else 1 if sign.islower() else 2 if sign.isdigit() else 4 if sign == " " else 3


_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_WORD: Final = re.compile(r"[A-Za-z][a-z]+|[A-Z]{2,}")
# Pairs nobody has seen count for something, and half as much again for every letter that was seen.
_UNSEEN, _SHARED = 1.0, 0.5
_LEAST, _FULL = -3.0, 1.5


@cache
def letters() -> NDArray[Any]:
    """Return how much likelier each letter (column) is behind each other (row) than any, in logarithms, cut off.

    The words are those forms have themselves: their labels, and what their fields are called.
    """
    pairs: Counter[str] = Counter()
    texts = {label.text for sheet in sheets.sheets() for label in sheet.page.labels}
    texts |= {field.name for sheet in sheets.sheets() for field in sheet.page.fields}
    for word in {word.casefold() for text in texts for word in _WORD.findall(text)}:
        pairs.update("".join(pair) for pair in pairwise(word))
    counts = np.array([[pairs[one + other] for other in _LETTERS] for one in _LETTERS], float)
    seen = counts.sum(axis=1, keepdims=True)
    many = len(_LETTERS)
    likely = (counts + _SHARED * seen / many + _UNSEEN) / ((1 + _SHARED) * seen + many * _UNSEEN)
    return np.asarray(np.clip(np.log(likely * many), _LEAST, _FULL), dtype=np.float32)


def place(sign: str) -> int:
    """Return the place of a letter, large or small, in the rows and columns of ``letters``; -1 for other signs."""
    return _LETTERS.find(sign.casefold())
