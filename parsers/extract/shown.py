"""Tell evidence where a viewer shows it: places found on a page laid flat and upright, on the page as it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from parsers.document import (
    FLAT,
    Box,
    Defect,
    ExtractedTable,
    Extraction,
    FieldCandidate,
    Location,
    Page,
    ParsedDocument,
    Row,
)

Homography = tuple[float, ...]


def as_shown(document: ParsedDocument, found: Extraction) -> Extraction:
    """Return the extraction with every box of a turned or scanned page moved to where the page shows it."""
    turns = {page.number: shown for page in document.pages if (shown := _shown(page)) != FLAT}
    if not turns:
        return found
    return Extraction(
        fields=tuple(_field(each, turns) for each in found.fields),
        tables=tuple(_table(each, turns) for each in found.tables),
        defects=tuple(_defect(each, turns) for each in found.defects),
    )


def _shown(page: Page) -> Homography:
    return page.scan.shown if page.scan else page.shown


def shown_box(box: Box, shown: Homography) -> Box:
    """Return the smallest upright box around where a box's corners lie on the page as shown, in points."""
    x0, top, x1, bottom = box
    corners = [_moved(x, y, shown) for x in (x0, x1) for y in (top, bottom)]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return round(min(across), 2), round(min(down), 2), round(max(across), 2), round(max(down), 2)


def _moved(x: float, y: float, shown: Homography) -> tuple[float, float]:
    a, b, c, d, e, f, g, h, i = shown
    depth = g * x + h * y + i
    return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth


def _at(at: Location, turns: Mapping[int, Homography]) -> Location:
    shown = turns.get(at.page or 0)
    return msgspec.structs.replace(at, box=shown_box(at.box, shown)) if shown and at.box else at


def _field(each: FieldCandidate, turns: Mapping[int, Homography]) -> FieldCandidate:
    return replace(each, at=_at(each.at, turns))


def _table(each: ExtractedTable, turns: Mapping[int, Homography]) -> ExtractedTable:
    return replace(each, rows=tuple(Row(values=row.values, at=_at(row.at, turns)) for row in each.rows))


def _defect(each: Defect, turns: Mapping[int, Homography]) -> Defect:
    shown = turns.get(each.page or 0)
    return replace(each, box=shown_box(each.box, shown)) if shown and each.box else each
