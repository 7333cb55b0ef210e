"""Text of a row that ran over into a line of its own, put back where it belongs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from parsers.extract.booking import Record, is_lone
from parsers.extract.listed import Listed


def joined(found: Iterable[Record], listed: Listed) -> Iterator[Record]:
    """Yield records with the text that ran over into a line of its own put back into the row above it."""
    held: Record | None = None
    for record in found:
        if held and record.role == "loose" and (whole := _with_more(held, record, listed)):
            yield replace(record, role="more")
            held = whole
            continue
        if held:
            yield held
        held = record if record.role == "row" else None
        if not held:
            yield record
    if held:
        yield held


def _with_more(row: Record, record: Record, listed: Listed) -> Record | None:
    """Return a row with the one cell of the line below it, where that can only be more of its text.

    Of a name one word may follow; what begins with a figure begins something else.
    """
    if len(record.cells) != 1 or not is_lone(record.texts):
        return None
    ((name, text),) = record.cells.items()
    column = listed.columns[name]
    if column.fit not in ("words", "street", "text") or name not in row.cells or text[0].isdigit():
        return None
    if column.type == "person" and len(text.split()) > 1:
        return None
    return replace(row, cells={**row.cells, name: f"{row.cells[name]} {text}"})
