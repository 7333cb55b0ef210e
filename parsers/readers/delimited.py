"""Read delimited text (CSV and its relatives) as one table."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from parsers import sniff
from parsers.document import Cell, Defect, Location, ParsedDocument, Table
from parsers.readers.cells import letters
from parsers.readers.charset import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.limits import Limits

_LONGEST_CELL = 1_000_000
_DEFAULT = ","


def read(data: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Return one table; ``partial`` when it was cut or its quotes never close."""
    text, sure = decode(data)
    text, stated = _stated_delimiter(text)
    defects = [] if sure else [Defect(reason="damaged", detail="some characters belong to no known charset")]
    sign = stated or sniff.delimiter(text) or _commonest(text)
    rows, cut = _rows(text, sign, limits)
    defects.extend(cut)
    return ParsedDocument(
        sha256="",
        media_type=sniff.CSV,
        status="partial" if cut else "read",
        reason=cut[0].reason if cut else None,
        tables=(Table(rows=rows),),
        defects=tuple(defects),
    )


def _stated_delimiter(text: str) -> tuple[str, str | None]:
    """Excel lets a first line ``sep=;`` name the delimiter."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return rest, first.strip()[4]
    return text, None


def _commonest(text: str) -> str:
    """Choose by count where lines disagree, as below a title block."""
    head = text[:20_000]
    count, sign = max((head.count(sign), sign) for sign in "\t;|,")
    return sign if count else _DEFAULT


def _rows(text: str, sign: str, limits: Limits) -> tuple[tuple[tuple[Cell, ...], ...], list[Defect]]:
    csv.field_size_limit(_LONGEST_CELL)
    rows: list[tuple[Cell, ...]] = []
    kept = limits.kept_cells
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    try:
        for number, values in enumerate(reader, start=1):
            row = tuple(_cells(values, str(number)))
            kept -= len(row)
            if kept < 0:
                return tuple(rows), [Defect(reason="too_many_cells", detail=f"the rows from {number} on")]
            rows.append(row)
    except csv.Error:
        return tuple(rows), [Defect(reason="damaged", detail=f"the rows from {len(rows) + 1} on")]
    return tuple(rows), []


def _cells(values: list[str], number: str) -> Iterator[Cell]:
    texts = [value.strip() for value in values]
    while texts and not texts[-1]:
        texts.pop()
    for column, text in enumerate(texts):
        yield Cell(text=text, at=Location(cell=letters(column) + number))
