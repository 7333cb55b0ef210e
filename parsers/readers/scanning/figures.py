"""Read what has a form of its own, as dates, amounts and telephone numbers have, sign by sign where each must stand."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from parsers.readers.scanning.pens import SPACE, Path
from parsers.readers.scanning.stencils import SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from parsers.readers.scanning.pens import Row

_A_SIGN, _A_MARK = 1.0, 0.5
# A form is tried where it is as wide as the ink, give or take some of a digit's width and of its own.
_WIDER, _SHARE = 0.9, 0.02
_STRETCHES = (0.99, 1.0, 1.01)
_SHORT = 5
_STARTS = 8
_DIGITS: Final = "0123456789"
_OFF: Final = -50.0


def _forms() -> Iterator[tuple[str, ...]]:
    months = (("0", _DIGITS[1:]), ("1", "012"), (_DIGITS[1:],))
    days = (("0", _DIGITS[1:]), ("12", _DIGITS), ("3", "01"), (_DIGITS[1:],))
    years = ((_DIGITS, _DIGITS), ("2", "0", _DIGITS, _DIGITS), ("1", "9", _DIGITS, _DIGITS))
    for between, month, day, year in product("/-", months, days, years):
        yield (*month, between, *day, between, *year)
    for currency, many, groups, cents in product(("", "$"), range(1, 4), range(1, 3), (0, 1)):
        whole = (*currency, _DIGITS[1:], *[_DIGITS] * (many - 1), *(",", _DIGITS, _DIGITS, _DIGITS) * groups)
        yield (*whole, *(".", _DIGITS, _DIGITS) * cents)
    for written in ("(ddd) ddd-dddd", "ddd-ddd-dddd", "ddd.ddd.dddd", "dd-ddddddd", "ddddd-dddd"):
        yield tuple(_DIGITS if sign == "d" else sign for sign in written)


FORMS: Final = tuple(_forms())
"""For each place of a form the signs that may stand in it."""


@cache
def _numbers(signs: str) -> NDArray[Any]:
    return np.array([SIGNS.index(sign) for sign in signs])


def read(row: Row, wide: float) -> Path | None:
    """Return the likeliest reading of a line by any of the forms that are as wide as its ink; None by none."""
    spare = _WIDER * float(row.widths[SIGNS.index("0")])
    best = None
    for form in FORMS:
        moves = [float(row.widths[SPACE if signs == " " else SIGNS.index(signs[0])]) for signs in form]
        whole = sum(moves)
        if abs(whole - wide) <= spare + _SHARE * wide:
            found = _laid(row, form, moves)
            best = found if best is None or found.total > best.total else best
    return best


def _laid(row: Row, form: Sequence[str], moves: Sequence[float]) -> Path:
    """Return a form's likeliest signs where it lies best: a little wider or narrower, from wherever the ink begins."""
    starts = np.arange(max(row.first - 1, 0), max(row.first - 1, 0) + _STARTS)
    offsets = np.cumsum([0.0, *moves[:-1]])
    fits = [_read(row, form, starts, offsets * by) for by in (_STRETCHES if len(form) >= _SHORT else (1.0,))]
    return max(fits, key=lambda fit: fit.total)


def _read(row: Row, form: Sequence[str], starts: NDArray[Any], offsets: NDArray[Any]) -> Path:
    last = row.scores.shape[1] - 1
    total = np.zeros(len(starts))
    signs = []
    for allowed, offset in zip(form, offsets, strict=True):
        places = np.round(starts + offset).astype(int)
        if allowed == " ":
            signs.append(np.full(len(starts), SPACE))
            continue
        numbers = _numbers(allowed)
        scores = row.scores[numbers][:, np.minimum(places, last)]
        total += np.where(places <= last, scores.max(axis=0), _OFF) - _A_SIGN
        total -= 0.0 if allowed[0].isdigit() else _A_MARK
        signs.append(numbers[scores.argmax(axis=0)])
    at = int(total.argmax())
    pens = tuple(round(float(starts[at] + offset)) for offset in offsets)
    return Path(tuple(int(column[at]) for column in signs), pens, float(total[at]))
