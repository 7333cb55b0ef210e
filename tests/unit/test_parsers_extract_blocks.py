"""Rows of a sheet taken by the block are those that are read line by line, with the same proof."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures import lists
from parsers.document import ParsedDocument, Table
from parsers.extract.blocks import blocks_of
from parsers.extract.certificate import Evidence
from parsers.extract.listed import listed
from parsers.extract.schedules import held_list
from parsers.extract.sheetwise import sheet_grids
from parsers.extract.typed import Typing
from parsers.limits import Limits
from parsers.packed import SheetRows
from parsers.readers import sheet

FAMILIES = {
    "sov": "buildings",
    "drivers": "drivers",
    "vehicles": "vehicles",
    "equipment": "equipment",
    "payroll": "class_rows",
    "prior_carriers": "prior_carriers",
}
ODD = (
    ["2019", "FORD", "Total", "", "", "31000"],
    ["2019", "FORD", "F-150", "n/a", "AZ", "31000"],
    ["", "", "", "", "", "4000"],
    ["Year", "Make", "Model", "VIN", "State", "Cost New"],
    ["", "", "", "", "", ""],
    ["2019", "FORD", "F-150", "not a VIN", "AZ", "31000"],
    ["2019", "FORD", "F-150", "1FTFW1E50KFA00001", "AZ", "about"],
    ["page 2", "", "", "", "", ""],
    ["2019", "  FORD  DUTY", "F-150", "1FTFW1E50KFA00002", "AZ", "$31,000"],
    ["Vehicles of the shop", "", "", "", "", ""],
)


def by_line(document: ParsedDocument) -> ParsedDocument:
    return replace(document, tables=tuple(replace(table, rows=tuple(table.rows)) for table in document.tables))


def told(evidence: Evidence) -> tuple[object, ...]:
    found = {column: sorted(texts) for column, texts in evidence.seen.items()}
    figures = sorted(evidence.figures or ())
    return evidence.counts, evidence.sums, dict(evidence.drawn), figures, found, evidence.law, evidence.left_over


def blocks_in(document: ParsedDocument, name: str) -> int:
    sort = listed(name)
    grids = sheet_grids(document, (1, 1), sort)
    return sum(len(block.rows) for grid in grids for block in blocks_of(grid, Typing(listed=sort)))


def assert_alike(document: ParsedDocument, name: str) -> None:
    (block_wise, evidence), (line_wise, wanted) = (
        held_list(one, name, (1, 1)) for one in (document, by_line(document))
    )
    assert block_wise == line_wise
    assert told(evidence) == told(wanted)


@pytest.mark.parametrize("style", ["xlsx", "xlsx_tabs", "ods"])
@pytest.mark.parametrize(("family", "name"), FAMILIES.items())
def test_long_sheets_are_read_by_the_block_as_line_by_line(family: str, name: str, style: str) -> None:
    case = next(lists.cases("tune", family, 1, style=style, rows=300))
    document = sheet.read(case.file, case.file_name, Limits())
    assert blocks_in(document, name) > 0
    assert_alike(document, name)


@pytest.mark.parametrize("odd", ODD, ids=[" ".join(line) for line in ODD])
def test_a_line_among_many_rows_that_may_be_none_is_looked_at_by_itself(odd: list[str]) -> None:
    head = ["Year", "Make", "Model", "VIN", "State", "Cost New"]
    rows = [["2021", "RAM", "1500", f"1C6RR7LT4MS{n:06d}", "AZ", str(30000 + n)] for n in range(160)]
    lines = [head, *rows[:80], odd, *rows[80:], ["Total", "", "", "", "", str(sum(30000 + n for n in range(160)))]]
    table = Table(rows=SheetRows(list(zip(*lines, strict=True)), "Fleet"), sheet="Fleet")
    document = ParsedDocument(sha256="", media_type="x", status="read", tables=(table,))
    assert blocks_in(document, "vehicles") >= 156
    assert_alike(document, "vehicles")
