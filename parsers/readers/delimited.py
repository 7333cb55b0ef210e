"""Read delimited text (CSV and its relatives) as one table."""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import TYPE_CHECKING

from parsers import sniff
from parsers.document import Cell, Defect, Location, ParsedDocument, Table
from parsers.packed import letters
from parsers.readers.charset import decode
from parsers.readers.decimals import with_points

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.limits import Limits

_LONGEST_CELL = 1_000_000
_DEFAULT = ","


def read(data: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Return one table; ``partial`` when it was cut or its quotes never close.

    Where ``;`` stands between the values, commas may stand before decimals: such columns are written with points.
    """
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
    kept, damaged = limits.kept_cells, list[Defect]()
    try:
        for number, (values, is_cut) in enumerate(_values(text, sign), start=1):
            row = tuple(_cells(values, str(number)))
            kept -= len(row)
            if kept < 0:
                return tuple(rows), [*damaged, Defect(reason="too_many_cells", detail=f"the rows from {number} on")]
            if is_cut and not damaged:
                damaged.append(Defect(reason="damaged", detail=f"a quote in row {number} never closes"))
            rows.append(row)
    except csv.Error:
        return tuple(rows), [*damaged, Defect(reason="damaged", detail=f"the rows from {len(rows) + 1} on")]
    return with_points(rows) if sign == ";" else tuple(rows), damaged


def _values(text: str, sign: str) -> Iterator[tuple[list[str], bool]]:
    """Yield the values of each row, and whether it comes behind a quote that never closes.

    Such a quote would swallow the rows behind it: from there on quotes are letters like others.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    widest, read = 0, 0
    odd = text.count('"') % 2 == 1
    lines = text.count("\n")
    for values in reader:
        if reader.line_num > read + 1 and _swallows(values, sign, widest, odd and reader.line_num >= lines):
            rest = islice(io.StringIO(text, newline=""), read, None)
            for plain in csv.reader(rest, delimiter=sign, quoting=csv.QUOTE_NONE):
                yield [value.strip().removeprefix('"').removesuffix('"') for value in plain], True
            return
        yield values, False
        widest, read = max(widest, len(values)), reader.line_num


def _swallows(values: Sequence[str], sign: str, widest: int, at_end: bool) -> bool:
    """Return whether a cell of several lines holds whole rows; ``at_end`` when the file ends before its quote does."""
    inside = [line for value in values if "\n" in value or "\r" in value for line in value.splitlines()]
    most = max((line.count(sign) for line in inside), default=0)
    return bool(inside) and (most >= max(2, (widest - 1) // 2) or (at_end and most > 0))


def _cells(values: list[str], number: str) -> Iterator[Cell]:
    texts = [value.strip() for value in values]
    while texts and not texts[-1]:
        texts.pop()
    for column, text in enumerate(texts):
        yield Cell(text=text, at=Location(cell=letters(column) + number))
