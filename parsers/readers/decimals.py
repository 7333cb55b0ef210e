"""Columns of numbers written with a decimal comma (``1.000.000,50``) → the same numbers with a point."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.document import Cell

Rows = tuple[tuple[Cell, ...], ...]

_COMMA = re.compile(r"-?(?:\$|€|USD)?\s?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d{1,2})?")
_SURELY = re.compile(r"-?(?:\$|€|USD)?\s?(?:(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}|\d{1,3}(?:\.\d{3}){2,})")
_POINT = re.compile(r"-?\$?\s?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.(?:\d{1,2}|\d{4,}))")


def with_points(rows: Sequence[tuple[Cell, ...]]) -> Rows:
    """Return rows whose columns of decimal commas are written with points.

    A column is one when a number of it can be read in no other way and none contradicts.
    """
    columns = {index for row in rows for index, cell in enumerate(row) if _SURELY.fullmatch(cell.text)}
    columns -= {index for row in rows for index in columns if index < len(row) and _POINT.fullmatch(row[index].text)}
    return tuple(_changed(row, columns) for row in rows) if columns else tuple(rows)


def _changed(row: tuple[Cell, ...], columns: set[int]) -> tuple[Cell, ...]:
    if not any(index in columns and _COMMA.fullmatch(cell.text) for index, cell in enumerate(row)):
        return row
    return tuple(
        Cell(text=cell.text.replace(".", "").replace(",", "."), at=cell.at)
        if index in columns and _COMMA.fullmatch(cell.text)
        else cell
        for index, cell in enumerate(row)
    )
