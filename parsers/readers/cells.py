"""Name the places of a sheet and write cell values as a person reads them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

Value: TypeAlias = str | bool | int | float | datetime.datetime | datetime.date | datetime.time | datetime.timedelta


_EXACT = 2**53
"""Beyond it a spreadsheet's numbers have gaps, and the shortest digits that mean the same number are the ones typed."""


def place(row: int, column: int) -> str:
    """Name the cell of a 0-based row and column, such as ``C12``."""
    return f"{letters(column)}{row + 1}"


@lru_cache(maxsize=16_384)
def letters(column: int) -> str:
    """Name a 0-based column: A, B, … Z, AA."""
    name = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


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
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if value == int(value) and abs(value) < _EXACT:
        return str(int(value))
    if value == int(value):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    # Fifteen digits are what a spreadsheet keeps; more shows the noise of binary fractions.
    text = format(Decimal(f"{value:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
