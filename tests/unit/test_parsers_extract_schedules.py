"""Schedules of all sorts and formats → every row once, nothing else, and proof that breaks when a row is touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from gridded import book, grid, page, printed

from fixtures.lists import ListCase, cases
from parsers.document import Extraction, ParsedDocument, Row
from parsers.extract import extract
from parsers.extract.certificate import recheck
from parsers.extract.schedules import TABLES, held_list, prior_carriers_in
from parsers.limits import Limits
from parsers.readers import delimited, docx, html, pdf, sheet

TODAY = date(2026, 11, 20)
PATIENT = Limits(cpu_seconds=100_000)
READERS: dict[str, Any] = {"xlsx": sheet, "ods": sheet, "csv": delimited, "pdf": pdf, "docx": docx, "html": html}
FAMILIES = ("sov", "drivers", "vehicles", "equipment", "payroll", "prior_carriers")
STYLES = ("xlsx", "xlsx_rich", "xlsx_tabs", "csv", "pdf_ruled", "pdf_plain", "pdf_wide", "docx", "html", "ods")


def read(case: ListCase) -> ParsedDocument:
    document: ParsedDocument = READERS[case.file_name.rsplit(".", 1)[1]].read(case.file, case.file_name, PATIENT)
    return document


def drawn(family: str, style: str, start: int = 0) -> ListCase:
    return next(iter(cases("tune", family, 1, style=style, start=start)))


def found(document: ParsedDocument, kind: str) -> Extraction:
    return extract(document, kind=kind, pages=(1, 99), as_of=TODAY)


def values(document: ParsedDocument, kind: str) -> list[dict[str, Any]]:
    return [row.values for row in found(document, kind).tables[0].rows]


# Every family in every format


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_row_is_read_once_and_every_cell_as_it_stands(family: str, style: str) -> None:
    for case in cases("tune", family, 3, style=style):
        ((name, truth),) = case.tables.items()
        (table,) = found(read(case), case.kind).tables
        assert table.name == name
        assert [{key: row.values.get(key) for key in want} for want, row in zip(truth, table.rows, strict=True)] == [
            dict(want) for want in truth
        ]
        assert table.proof.proven or not case.provable


def test_buildings_under_a_row_of_their_location_take_its_address() -> None:
    case = drawn("sov", "xlsx_nested")
    rows = values(read(case), "sov")
    assert [row["street"] for row in rows] == [want["street"] for want in case.tables["buildings"]]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("style", ["csv", "pdf_plain", "pdf_wide"])
def test_a_row_lost_or_doubled_breaks_the_proof(family: str, style: str) -> None:
    case = drawn(family, style, start=20)
    held, evidence = held_list(read(case), TABLES[case.kind], (1, 99), TODAY)
    (table,) = held.tables
    last = len(table.rows) - 1
    for rows in (table.rows[1:], table.rows[:-1], (*table.rows, table.rows[last])):
        assert not recheck(replace(table, rows=rows), evidence).proven


@pytest.mark.parametrize(
    ("family", "column"), [("sov", "building_value"), ("payroll", "payroll"), ("equipment", "value")]
)
def test_an_amount_that_was_altered_breaks_the_proof(family: str, column: str) -> None:
    case = drawn(family, "pdf_plain", start=7)
    held, evidence = held_list(read(case), TABLES[case.kind], (1, 99), TODAY)
    (table,) = held.tables
    at = next(index for index, row in enumerate(table.rows) if row.values.get(column))
    row = table.rows[at]
    other = Row(values=row.values | {column: str(int(str(row.values[column])) + 1)}, at=row.at)
    assert table.proof.proven
    assert not recheck(replace(table, rows=(*table.rows[:at], other, *table.rows[at + 1 :])), evidence).proven


# What stands among rows and is none

CLASSES = ["State", "Class Code", "Description", "Payroll"]


def test_subtotals_notes_units_and_headers_come_again_are_no_rows() -> None:
    document = grid(
        CLASSES,
        ["", "", "", "$"],
        ["TX", "8810", "Clerical", "100,000"],
        ["TX", "5537", "HVAC", "50,000"],
        ["Texas total", "", "", "150,000"],
        [],
        CLASSES,
        ["OK", "42", "Landscape gardening", "25,000"],
        ["Subtotal", "", "", "25,000"],
        ["Grand Total", "", "", "175,000"],
        ["* Overtime is left out."],
        ["3 classes listed"],
    )
    (table,) = found(document, "payroll_schedule").tables
    assert [row.values["code"] for row in table.rows] == ["8810", "5537", "0042"]
    assert table.proof.proven
    assert "3 classes printed, 3 read" in [check.name for check in table.proof.checks]


def test_a_line_that_is_neither_row_nor_note_is_named_and_unproves_the_list() -> None:
    document = grid(CLASSES, ["TX", "8810", "Clerical", "100"], ["", "", "", "", "7", "9"], ["Total", "", "", "100"])
    read_back = found(document, "payroll_schedule")
    assert not read_back.tables[0].proof.proven
    assert [defect.detail for defect in read_back.defects] == ["class_rows S E3: a line that is no row"]


def test_a_subtotal_that_does_not_add_up_unproves_the_list() -> None:
    document = grid(CLASSES, ["TX", "8810", "Clerical", "1000"], ["Subtotal", "", "", "900"], ["Total", "", "", "1000"])
    assert not found(document, "payroll_schedule").tables[0].proof.proven


# Several sheets


def test_a_sheet_that_sums_up_the_others_gives_no_rows() -> None:
    rows = [["Loc #", "Address", "Building Value"], ["1", "1 Elm St", "900000"]]
    document = book(Summary=rows, North=rows, South=[rows[0], ["2", "2 Elm St", "500000"]])
    assert [row["number"] for row in values(document, "sov")] == ["1", "2"]


def test_a_sheet_without_a_header_goes_on_with_the_columns_of_the_last() -> None:
    head = ["Unit #", "Year", "Make", "VIN"]
    document = book(
        One=[head, ["1", "2021", "Ford", "1FTFW1E58MKA00101"]], Two=[["2", "2022", "Ram", "3C6UR5CL1KG500101"]]
    )
    assert [row["vin"] for row in values(document, "vehicle_schedule")] == ["1FTFW1E58MKA00101", "3C6UR5CL1KG500101"]


FLEET = [["Unit #", "Year", "Make", "VIN"], ["1", "2021", "Ford", "1FTFW1E58MKA00101"]]


@pytest.mark.parametrize(
    ("rows", "said", "whole"),
    [
        ([["a1", "b", "c", "d"]] * 4, "vehicles Sold row 1 and 3 more: lines that were not read", False),
        ([["a", "b", "c", "d"]] * 4, "vehicles: the sheet Sold was not read as a list", True),
        (
            [["State", "Code", "Duties", "Payroll"], *[["TX", "8810", "Clerical", "100,000"]] * 3],
            "vehicles: the sheet Sold was not read as a list",
            True,
        ),
    ],
)
def test_a_sheet_nobody_read_is_named(rows: list[list[str]], said: str, whole: bool) -> None:
    read_back = found(book(Fleet=FLEET, Sold=rows), "vehicle_schedule")
    assert [defect.detail for defect in read_back.defects] == [said]
    assert read_back.tables[0].proof.proven is whole


def test_a_hidden_sheet_with_rows_is_named() -> None:
    document = book(S=[["Loc #", "Address", "Building Value"], ["1", "1 Elm St", "900000"]])
    hidden = replace(document, tables=(*document.tables, replace(document.tables[0], hidden=True, sheet="Old")))
    assert [defect.detail for defect in found(hidden, "sov").defects] == [
        "buildings: the hidden sheet Old was not read"
    ]


# Values


@pytest.mark.parametrize("words", ["All values in thousands", "Values ($000s)", "in 000s", "(000)"])
def test_values_in_thousands_are_multiplied_where_the_list_says_so(words: str) -> None:
    document = grid([words], ["Loc #", "Address", "Building Value"], ["1", "1 Elm St", "900"], ["Total", "", "900"])
    assert values(document, "sov")[0]["building_value"] == "900000"


def test_values_that_can_only_be_thousands_are_named_and_left() -> None:
    head = ["Loc #", "Address", "Sq Ft", "Building Value"]
    document = grid(head, ["1", "1 Elm St", "20000", "1900"], ["2", "2 Elm St", "30000", "2,400"])
    assert values(document, "sov")[0]["building_value"] == "1900"
    assert [defect.reason for defect in found(document, "sov").defects] == ["ambiguous"]


def test_an_age_gives_a_year_and_says_so() -> None:
    document = grid(["Loc #", "Address", "Age", "Building Value"], ["1", "1 Elm St", "20", "900000"])
    assert values(document, "sov")[0]["year_built"] == "2006"
    assert [defect.detail for defect in found(document, "sov").defects] == ["buildings A2: year_built from an age"]


@pytest.mark.parametrize("number", ["2.4E+17", "1E10"])
def test_an_identifier_that_a_spreadsheet_shortened_is_a_defect(number: str) -> None:
    document = grid(["Description", "Make", "Serial #", "Value"], ["Trencher", "Case", number, "1000"])
    assert values(document, "equipment_schedule")[0]["serial"] is None
    assert [defect.reason for defect in found(document, "equipment_schedule").defects] == ["bad_format"]


@pytest.mark.parametrize(
    ("state", "written", "meant"),
    [("TX", "123456", "00123456"), ("GA", "73152624", "73152624"), ("TX", "12345678", "12345678")],
)
def test_zeros_of_a_licence_are_put_back_only_where_the_length_is_law(state: str, written: str, meant: str) -> None:
    document = grid(["Name", "DOB", "DL #", "State"], ["Ann Poe", "1/2/1980", written, state])
    assert values(document, "driver_list")[0]["license_number"] == meant


@pytest.mark.parametrize(("said", "owned"), [("Owned", True), ("Rented", False), ("Y", True), ("Leased", False)])
def test_owned_or_rented_is_yes_or_no(said: str, owned: bool) -> None:
    document = grid(["Description", "Serial #", "Value", "Owned/Rented"], ["Trencher", "K123", "1000", said])
    assert values(document, "equipment_schedule")[0]["owned"] is owned


@pytest.mark.parametrize(
    ("head", "cells", "want"),
    [
        (["Loc/Bldg", "Full Address"], ["2-1", "1 Elm St, Tempe, AZ 85281"], {"number": "2", "building_number": "1"}),
        (["Loc #", "Full Address"], ["1", "1 Elm St, Tempe, AZ 85281"], {"street": "1 Elm St", "zip": "85281"}),
        (["LOCID", "ADDRESS1"], ["1", "1 Elm St"], {"number": "1", "street": "1 Elm St"}),
        (
            ["Loc #", "Address", "City State Zip"],
            ["1", "1 Elm St", "Tempe, AZ 85281"],
            {"city": "Tempe", "state": "AZ"},
        ),
    ],
)
def test_cells_that_say_several_things_are_taken_apart(head: list[str], cells: list[str], want: dict[str, str]) -> None:
    row = values(grid([*head, "Building Value"], [*cells, "900000"]), "sov")[0]
    assert {name: row.get(name) for name in want} == want


def test_a_narrative_lists_prior_carriers_only_where_it_speaks_of_former_policies() -> None:
    table = (
        "<table><tr><th>Year</th><th>Line</th><th>Carrier</th><th>Premium</th></tr>"
        "<tr><td>2024</td><td>GL</td><td>CNA</td><td>$12,000</td></tr></table>"
    )
    told = [
        extract(html.read(f"<p>{words}</p>{table}".encode(), "", PATIENT), kind="narrative", pages=(1, 1)).tables
        for words in ("Prior insurance carriers of the last years", "Schedule of underlying policies")
    ]

    assert [[row.values["carrier"] for table in tables for row in table.rows] for tables in told] == [["CNA"], []]


def test_prior_carriers_in_a_mail_are_found_and_other_tables_are_not() -> None:
    mail = html.read(
        b"<p>Hi</p><table><tr><th>Policy Period</th><th>Line</th><th>Carrier</th><th>Premium</th></tr>"
        b"<tr><td rowspan=2>01/01/2025 - 01/01/2026</td><td>GL</td><td>CNA</td><td>$12,000</td></tr>"
        b"<tr><td>Umbrella</td><td>Zurich</td><td>$4,000</td></tr></table><table><tr><td>a</td><td>b</td></tr></table>",
        "",
        PATIENT,
    )
    ((first, second),) = [table.rows for table in prior_carriers_in(mail, (1, 1), TODAY)]
    assert (first.values["line"], first.values["premium"]) == ("general_liability", "12000")
    assert (first.values["term_from"], first.values["term_to"]) == ("2025-01-01", "2026-01-01")
    assert second.values["carrier"] == "Zurich"
    assert prior_carriers_in(html.read(b"<table><tr><td>a</td><td>b</td></tr></table>", "", PATIENT), (1, 1)) == ()


# Decoys


@pytest.mark.parametrize("kind", sorted(set(TABLES) - {"acord_139"}))
def test_what_only_looks_like_a_list_gives_no_rows(kind: str) -> None:
    for case in cases("tune", "decoys", 20):
        if case.kind not in TABLES:
            rows = found(read(case), kind).tables[0].rows
            assert rows == (), (case.name, rows[0].values)


# Printed pages


HEAD = ((40, "State"), (100, "Code"), (160, "Duties"), (300, "Payroll"))


def test_a_line_of_text_below_a_row_belongs_to_it() -> None:
    document = printed(
        page(
            (40, HEAD),
            (56, ((40, "TX"), (100, "8810"), (160, "Clerical"), (196, "office"), (300, "100,000"))),
            (65, ((160, "employees"),)),
            (81, ((40, "TX"), (100, "5537"), (160, "HVAC"), (300, "50,000"))),
        )
    )
    rows = values(document, "payroll_schedule")
    assert [row["description"] for row in rows] == ["Clerical office employees", "HVAC"]


def test_a_page_without_a_header_goes_on_with_the_columns_before() -> None:
    row = ((40, "TX"), (100, "5537"), (160, "HVAC"), (300, "50,000"))
    document = printed(page((40, HEAD), (56, row), (72, row)), page((40, row), (56, row), number=2))
    assert len(values(document, "payroll_schedule")) == 4


def test_a_page_of_other_columns_behind_a_list_is_named_and_unproves_it() -> None:
    row = ((40, "TX"), (100, "5537"), (160, "HVAC"), (300, "50,000"))
    odd = ((40, "x"), (150, "y"), (220, "z"), (400, "w"))
    document = printed(page((40, HEAD), (56, row), (72, row)), page((40, odd), (56, odd), (72, odd), number=2))
    read_back = found(document, "payroll_schedule")
    assert not read_back.tables[0].proof.proven
    assert "class_rows page 2: lines that were not read" in [defect.detail for defect in read_back.defects]


HEADS = ["Driver Name", "DOB", "License Number", "License State"]
ANN, BOB = ["Ann Lee", "1980-01-02", "T1234567", "TX"], ["Bob Ray", "1975-05-06", "T2345678", "TX"]


def owners(document: ParsedDocument) -> list[tuple[str, str | None]]:
    return [(one.raw, one.at.sheet) for one in found(document, "driver_list").fields if one.field == "document_insured"]


def test_each_sheet_says_whose_it_is() -> None:
    document = book(One=[["Acme Hauling LLC"], HEADS, ANN, BOB], Two=[["Zeta Freight Inc"], HEADS, BOB, ANN])
    assert owners(document) == [("Acme Hauling LLC", "One"), ("Zeta Freight Inc", "Two")]


def test_a_sheet_under_the_same_name_is_no_second_owner() -> None:
    document = book(One=[["Acme Hauling LLC"], HEADS, ANN, BOB], Two=[["ACME HAULING, LLC"], HEADS, BOB, ANN])
    assert owners(document) == [("Acme Hauling LLC", "One")]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Please quote Acme Hauling LLC eff 12/01/2026.", "Acme Hauling LLC"),
        ("Acme Hauling LLC", "Acme Hauling LLC"),
        ("ACME HAULING, LLC dba Fast Freight", "ACME HAULING, LLC dba Fast Freight"),
        ("Here is what you asked us for, my company sends it today", None),
    ],
)
def test_a_sentence_is_nobodys_name(line: str, name: str | None) -> None:
    assert [raw for raw, _ in owners(book(S=[[line], HEADS, ANN, BOB]))] == ([name] if name else [])
