"""Name the places of a sheet and write cell values as a person reads them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from math import isfinite
from typing import Final, TypeAlias, cast

from parsers.packed import letters

Value: TypeAlias = str | bool | int | float | datetime.datetime | datetime.date | datetime.time | datetime.timedelta


_EXACT = 2**53
"""Beyond it a spreadsheet's numbers have gaps, and the shortest digits that mean the same number are the ones typed."""


def place(row: int, column: int) -> str:
    """Name the cell of a 0-based row and column, such as ``C12``."""
    return f"{letters(column)}{row + 1}"


def columns_of(values: Sequence[Sequence[Value]]) -> list[list[str]]:
    """Return rows of values, all of one length, as columns of texts."""
    return list(map(_texts, zip(*values, strict=True)))


def _texts(column: Sequence[Value]) -> list[str]:
    """Write the values of a column, each number and day once: the same ones come again and again."""
    kinds = set(map(type, column))
    if kinds == {str}:
        texts = list(map(str.strip, cast("Sequence[str]", column)))
    elif kinds <= _ALIKE:
        texts = list(map(_Told().__getitem__, column))
    else:
        told = _Told()
        # True is the same key as 1.0.
        texts = [told[value] if type(value) in _ALIKE else shown(value) for value in column]
    return list(map(shown, texts)) if "\0" in "".join(texts) else texts


class _Told(dict[Value, str]):
    """Values as they are written, each worked out once."""

    def __missing__(self, value: Value) -> str:
        text = self[value] = value.strip() if type(value) is str else shown(value)
        return text


_ALIKE: Final = {str, float, datetime.datetime, datetime.date}
"""Types of which two values that are equal are written alike."""


def shown(value: Value) -> str:
    """Write one value: ISO dates, whole numbers without ``.0``, never an exponent, at most 15 significant digits."""
    if isinstance(value, str):
        return value.replace("\0", "").strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time.min else value.isoformat(" ", "seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    if -_EXACT < value < _EXACT and value == (whole := int(value)):
        return str(whole)
    if not isfinite(value):
        return ""
    if value == int(value):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    # Fifteen digits are what a spreadsheet keeps; more shows the noise of binary fractions.
    text = format(Decimal(f"{value:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
