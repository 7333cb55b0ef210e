"""Workbooks that lie, swell, lack results or hide a bomb: every cell that is there, or a reason within the limits."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import openpyxl  # type: ignore[import-untyped]
import pytest

from parsers.document import Location, ParsedDocument
from parsers.limits import MIB, Limits
from parsers.packed import BLANK, SheetRows, texts_of
from parsers.readers import html, sheet, sheet_spare
from parsers.readers.cells import columns_of
from parsers.readers.parts import Parts
from parsers.readers.sheet_formulas import kept_back

SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    active = book.active
    assert active is not None
    for row in rows:
        active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            content = old.read(entry)
            new.writestr(entry, change(content) if entry == name else content)
    return out.getvalue()


def texts(document: ParsedDocument) -> list[list[str]]:
    return [[cell.text for cell in row] for row in document.tables[0].rows]


def test_a_dimension_that_lies_hides_no_row() -> None:
    data = workbook([["a", "b"], ["c", "d"], ["e", "f"]])
    lying = with_part(data, SHEET, lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', xml))
    assert b'ref="A1:A1"' in zipfile.ZipFile(io.BytesIO(lying)).read(SHEET)
    assert texts(sheet.read(lying, "", Limits())) == [["a", "b"], ["c", "d"], ["e", "f"]]


def test_formulas_without_a_result_are_named_and_others_are_not() -> None:
    data = workbook([["x", 1], ["y", "=B1*2"], ["z", "=B1*3"]])
    document = sheet.read(data, "", Limits())
    assert document.status == "read"
    assert [defect.detail for defect in document.defects] == ["2 formulas of Sheet have no result, the first in B2"]
    solved = with_part(data, SHEET, lambda xml: re.sub(rb"</f><v ?/>|</f><v></v>", b"</f><v>7</v>", xml))
    assert sheet.read(solved, "", Limits()).defects == ()


def test_formulas_without_a_result_are_found_where_elements_bear_a_prefix() -> None:
    data = workbook([["x", 1], ["y", "=B1*2"]])
    renamed = with_part(data, SHEET, lambda xml: re.sub(rb"(</?)(\w)", rb"\1x:\2", xml).replace(b"xmlns=", b"xmlns:x="))
    assert b"<x:f>" in zipfile.ZipFile(io.BytesIO(renamed)).read(SHEET)
    assert [defect.detail for defect in kept_back(Parts(renamed, Limits()))] == [
        "1 formulas of Sheet have no result, the first in B2"
    ]


def test_a_workbook_swollen_on_purpose_is_refused_before_it_is_opened() -> None:
    swollen = with_part(workbook([["a"]]), SHEET, lambda xml: xml + b" " * (9 * MIB))
    document = sheet.read(swollen, "", Limits(part=MIB))
    assert (document.status, document.reason) == ("unreadable", "unsafe")


@pytest.mark.parametrize("reader", [sheet, sheet_spare])
def test_entities_of_a_workbook_are_never_multiplied(reader: object) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{"".join([f"&l{n - 1};"] * 10)}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]>'.encode()
    xml = with_part(workbook([["a"]]), "xl/workbook.xml", lambda xml: bomb + re.sub(rb"^<\?xml[^>]*\?>", b"", xml))
    document = reader.read(xml, "", Limits())  # type: ignore[attr-defined]
    assert (document.status, document.reason) == ("unreadable", "unsafe")


def test_half_a_million_cells_are_kept_and_more_rows_are_named() -> None:
    data = workbook([[number, "x"] for number in range(50)])
    cut = sheet.read(data, "", Limits(kept_cells=40))
    assert (len(cut.tables[0].rows), cut.status, cut.reason) == (20, "partial", "too_many_cells")
    assert Limits().kept_cells >= 12 * 50_000


def test_cells_know_their_place_and_blank_ones_at_the_end_are_dropped() -> None:
    values = [["", "a", "", 3.0, ""], ["", "", "", "", ""], ["", "\0b ", 1.5, True, "d"]]
    rows = SheetRows(columns_of(values), "S", 7)
    assert [[cell.text for cell in row] for row in rows] == [["", "a", "", "3"], [], ["", "b", "1.5", "TRUE", "d"]]
    assert [cell.at.cell for cell in rows[0]] == [None, "B7", None, "D7"]
    assert rows[0][2] is BLANK
    assert rows[2:][0][4].at == Location(sheet="S", cell="E9")
    assert [list(line) for line in texts_of(rows)] == [["", "a", "", "3"], [], ["", "b", "1.5", "TRUE", "d"]]


def test_a_cell_over_several_rows_of_a_mail_keeps_the_others_in_their_columns() -> None:
    page = b"<table><tr><td rowspan=2>1</td><td>a</td></tr><tr><td>b</td></tr><tr><td colspan=2>c</td></tr></table>"
    assert texts(html.read(page, "", Limits())) == [["1", "a"], ["", "b"], ["c", ""]]


def test_hidden_rows_are_read_and_named() -> None:
    data = workbook([["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]])
    assert sheet.read(data, "", Limits()).defects == ()
    hidden = with_part(data, SHEET, lambda xml: re.sub(rb'<row r="([23])"', rb'<row r="\1" hidden="1"', xml))
    document = sheet.read(hidden, "", Limits())
    assert len(texts(document)) == 4
    assert [defect.detail for defect in document.defects] == [
        "2 hidden rows of Sheet were read like others, the first is row 2"
    ]
