"""Loss runs and schedules → rows with proof: nothing lost, totals no rows, doubtful columns told by their cells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fixtures import letters, lossruns, sheets
from fixtures.account import Account
from fixtures.accounts import account
from fixtures.made import Made
from parsers.document import Cell, ExtractedTable, Extraction, Location, Page, ParsedDocument, Table, Word
from parsers.extract import carrier_group, extract
from parsers.extract.headers import normalised
from parsers.extract.runheads import line_id
from parsers.limits import Limits
from parsers.readers import delimited, docx, pdf, sheet

TODAY = date(2026, 11, 20)
VALUED = date(2026, 10, 1)
PATIENT = Limits(cpu_seconds=100_000)
READERS = {"application/pdf": pdf, "text/csv": delimited}
RUN_LINES = {"general_liability", "commercial_property", "commercial_auto", "workers_compensation"}


def hvac() -> Account:
    return account("hvac_contractor", seed=3, effective=date(2027, 1, 15))


def parsed(made: Made) -> ParsedDocument:
    reader = READERS.get(made.media_type, docx if made.filename.endswith("docx") else sheet)
    return reader.read(made.content, made.filename, PATIENT)


def extracted(made: Made) -> Extraction:
    return extract(parsed(made), kind=made.kind, pages=made.pages, as_of=TODAY)


def table(extraction: Extraction, name: str) -> ExtractedTable:
    return next(found for found in extraction.tables if found.name == name)


def grid(*rows: list[str], page: int | None = None) -> ParsedDocument:
    cells = tuple(
        tuple(
            Cell(text=text, at=Location(page=page) if page else Location(sheet="S", cell=f"{chr(65 + column)}{number}"))
            for column, text in enumerate(row)
        )
        for number, row in enumerate(rows, start=1)
    )
    one = Table(rows=cells, page=page, sheet=None if page else "S")
    return ParsedDocument(sha256="0" * 64, media_type="x", status="read", tables=(one,))


def rows_of(document: ParsedDocument, kind: str) -> list[dict[str, Any]]:
    found = extract(document, kind=kind, pages=(1, 9), as_of=TODAY)
    return [row.values for row in found.tables[0].rows]


def missing(truth: list[dict[str, Any]], found: ExtractedTable) -> list[tuple[str, Any, Any]]:
    return [
        (name, value, row.values.get(name))
        for expected, row in zip(truth, found.rows, strict=True)
        for name, value in expected.items()
        if row.values.get(name) != value
    ]


# Loss runs


@pytest.mark.parametrize("carrier", [lossruns.harborline, lossruns.blue_prairie])
@pytest.mark.parametrize("profile", ["hvac_contractor", "trucking", "apartment_owner", "church_school"])
def test_a_loss_run_reads_back_whole_and_proven(profile: str, carrier: Any) -> None:
    one = account(profile, seed=3, effective=date(2027, 1, 15))
    made = carrier(one, [term for term in one.terms if term.line in RUN_LINES], valued=VALUED)
    found = extracted(made)
    for name in ("terms", "claims"):
        assert missing(made.truth[name], table(found, name)) == []
        assert table(found, name).proof.proven
    assert [item.value for item in found.fields if item.field == "document_insured"] == [one.name]


def test_a_claim_taken_out_of_a_run_breaks_its_proof() -> None:
    one = hvac()
    document = parsed(lossruns.blue_prairie(one, [t for t in one.terms if t.claims][:2], valued=VALUED))
    export = document.tables[0]
    lost = next(i for i, row in enumerate(export.rows) if len(row) > 5 and row[4].text.startswith(("H", "B", "2")))
    shorter = replace(export, rows=(*export.rows[:lost], *export.rows[lost + 1 :]))
    found = extract(replace(document, tables=(shorter,)), kind="loss_run", pages=(1, 1))
    assert not table(found, "claims").proof.proven


def test_a_run_without_ruled_lines_is_read_by_its_header() -> None:
    def words(top: float, *texts: tuple[float, str]) -> list[Word]:
        return [Word(text, (x, top, x + 4.0 * len(text), top + 8)) for x, text in texts]

    page = Page(
        number=1,
        width=792,
        height=612,
        words=(
            *words(20, (32, "Harborline"), (76, "Mutual"), (600, "Valued"), (628, "10/01/2026")),
            *words(50, (32, "Policy"), (60, "HM-100-00"), (110, "01/15/2025"), (160, "to"), (175, "01/15/2026")),
            *words(70, (32, "Claim"), (54, "No"), (120, "Loss"), (140, "Date"), (200, "Claimant"), (300, "St")),
            *words(70, (340, "Paid"), (400, "Reserve"), (460, "Total"), (482, "Incurred")),
            *words(90, (32, "H1"), (120, "03/02/2025"), (200, "Ann"), (216, "Poe"), (300, "O")),
            *words(90, (340, "100.00"), (400, "50.00"), (460, "150.00")),
        ),
    )
    document = ParsedDocument(sha256="0" * 64, media_type="application/pdf", status="read", pages=(page,))
    found = extract(document, kind="loss_run", pages=(1, 1))
    (claim,) = table(found, "claims").rows
    assert claim.values["claimant"] == "Ann Poe"
    assert (claim.values["date_of_loss"], claim.values["status"]) == ("2025-03-02", "open")
    assert (claim.values["paid"], claim.values["reserve"], claim.values["incurred"]) == ("100.00", "50.00", "150.00")
    (term,) = table(found, "terms").rows
    assert (term.values["carrier"], term.values["policy_number"]) == ("Harborline Mutual", "HM-100-00")


CLAIM_HEADER = [
    "Policy No",
    "Eff Date",
    "Exp Date",
    "LOB",
    "Claim #",
    "DOL",
    "Status",
    "Paid",
    "O/S",
    "Subro",
    "Incurred",
]
CLAIM = ["P-1", "1/1/25", "1/1/26", "GL", "C-1", "3/2/25", "Open", "1,000.00", "500.00", "(200.00)", "1,300.00"]


def test_recoveries_are_kept_positive_and_rows_add_up() -> None:
    found = extract(grid(CLAIM_HEADER, CLAIM), kind="loss_run", pages=(1, 1), as_of=TODAY)
    (claim,) = table(found, "claims").rows
    assert (claim.values["recovery"], claim.values["incurred"]) == ("200.00", "1300.00")
    assert table(found, "claims").proof.proven


def test_amounts_that_do_not_add_up_are_not_proven() -> None:
    wrong = [*CLAIM[:-1], "9,999.00"]
    assert not table(extract(grid(CLAIM_HEADER, wrong), kind="loss_run", pages=(1, 1)), "claims").proof.proven


def test_a_claim_number_that_a_spreadsheet_shortened_is_a_defect() -> None:
    short = [*CLAIM[:4], "2.4E+17", *CLAIM[5:]]
    assert [defect.reason for defect in extract(grid(CLAIM_HEADER, short), kind="loss_run", pages=(1, 1)).defects] == [
        "bad_format"
    ]


@pytest.mark.parametrize(
    ("top", "basis", "day"),
    [
        (["Run date 11/02/2026", "Valued as of 10/01/2026"], "stated", "2026-10-01"),
        (["Run date 11/02/2026", "Data as of 10/15/2026"], "as_of", "2026-10-15"),
        (["Report date: 11/02/2026"], "run_date", "2026-11-02"),
        (["Evaluation Date", "2026-10-01"], "stated", "2026-10-01"),
        (["Confidential"], None, None),
    ],
)
def test_an_explicit_valuation_beats_as_of_and_that_the_run_date(
    top: list[str], basis: str | None, day: str | None
) -> None:
    heads = [top] if top[0] == "Evaluation Date" else [[text] for text in top]
    found = extract(grid(*heads, CLAIM_HEADER, CLAIM), kind="loss_run", pages=(1, 1), as_of=TODAY)
    (term,) = table(found, "terms").rows
    assert (term.values["valuation_basis"], term.values["valuation_date"]) == (basis, day)


def test_a_letter_without_a_table_states_a_term_without_claims() -> None:
    document = ParsedDocument(
        sha256="0" * 64,
        media_type="text/plain",
        status="read",
        text="Keystone & Union Fire\nInsured: Oak Hollow LP\nGeneral Liability valued as of 11/03/2026\n"
        "Policy KU-778812 01/01/2025 to 01/01/2026\nThere have been no losses.",
    )
    found = extract(document, kind="no_loss_carrier", pages=(1, 1))
    (term,) = table(found, "terms").rows
    assert term.values["zero_claims"] is True
    assert (term.values["policy_number"], term.values["line"]) == ("KU-778812", "general_liability")
    assert term.values["carrier"] == "Keystone & Union Fire"


def test_a_run_that_names_no_policy_proves_nothing() -> None:
    document = ParsedDocument(sha256="0" * 64, media_type="text/plain", status="read", text="No results")
    found = extract(document, kind="loss_run", pages=(1, 1))
    assert table(found, "terms").rows == ()
    assert [defect.reason for defect in found.defects] == ["no_rows"]


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("The Charter Oak Fire Insurance Company", "Travelers"),
        ("TWIN CITY FIRE INS CO", "The Hartford"),
        ("Travelers", "Travelers"),
        ("Harborline Mutual Insurance Company", "Harborline Mutual"),
        ("Unheard Of Mutual", "Unheard Of Mutual"),
    ],
)
def test_a_writing_company_belongs_to_its_group(name: str, group: str) -> None:
    assert carrier_group(name) == group


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("Workers' Compensation", "workers_compensation"),
        ("WC", "workers_compensation"),
        ("Business Auto", "commercial_auto"),
        ("CGL", "general_liability"),
        ("Commercial Umbrella", "umbrella"),
        ("Something", None),
    ],
)
def test_words_for_a_line_are_known(words: str, line: str | None) -> None:
    assert line_id(words) == line


# Schedules


@pytest.mark.parametrize("wording", [0, 1, 2])
@pytest.mark.parametrize(
    ("make", "profile"),
    [
        (sheets.sov, "apartment_owner"),
        (sheets.driver_list, "trucking"),
        (sheets.vehicle_schedule, "trucking"),
        (sheets.payroll_csv, "hvac_contractor"),
    ],
)
def test_a_schedule_reads_back_in_every_wording(make: Any, profile: str, wording: int) -> None:
    made = make(account(profile, seed=2, effective=date(2027, 1, 15)), wording=wording)
    ((name, truth),) = made.truth.items()
    found = table(extracted(made), name)
    assert missing(truth, found) == []
    assert found.rows[0].at.cell


def test_a_totals_row_is_no_location_and_proves_the_rows() -> None:
    document = grid(
        ["Oak Hollow Apartments LP"],
        ["Statement of Values"],
        ["Loc #", "Street Address", "City", "ST", "Building Value", "Contents", "TIV"],
        ["1", "100 Mill St", "Tempe", "AZ", "$1,000,000", "50,000", "1,050,000"],
        ["2", "200 Mill St", "Tempe", "AZ", "500000", "", "500000"],
        ["Total", "", "", "", "1,500,000", "50,000", "1,550,000"],
    )
    found = extract(document, kind="sov", pages=(1, 1))
    buildings = table(found, "buildings")
    assert [row.values["tiv"] for row in buildings.rows] == ["1050000", "500000"]
    assert buildings.proof.proven
    assert {check.name for check in buildings.proof.checks} >= {
        "sum tiv = printed total",
        "rows numbered without a gap",
    }
    assert [item.value for item in found.fields] == ["Oak Hollow Apartments LP"]


def test_a_total_that_differs_from_the_sum_is_not_proven() -> None:
    document = grid(["Loc #", "Address", "Building Value"], ["1", "100 Mill St", "100000"], ["Total", "", "999000"])
    assert not table(extract(document, kind="sov", pages=(1, 1)), "buildings").proof.proven


def test_buildings_under_one_address_share_it() -> None:
    rows = rows_of(
        grid(
            ["Loc", "Bldg", "Address", "City", "State", "Building Limit"],
            ["1", "1", "100 Mill St", "Tempe", "AZ", "900000"],
            ["", "2", "", "", "", "400000"],
        ),
        "sov",
    )
    assert [row["street"] for row in rows] == ["100 Mill St", "100 Mill St"]
    assert [row["building_number"] for row in rows] == ["1", "2"]


def test_a_header_of_two_rows_is_read_as_one() -> None:
    rows = rows_of(
        grid(
            ["Loc #", "Address", "Values", "", ""],
            ["", "", "Bldg Value", "Contents", "BI"],
            ["1", "100 Mill St", "900000", "100000", "50000"],
        ),
        "sov",
    )
    assert (rows[0]["building_value"], rows[0]["contents_value"], rows[0]["bi_value"]) == ("900000", "100000", "50000")


@pytest.mark.parametrize(
    ("header", "cells", "name"),
    [
        ("Protection", ["3", "4"], "protection_class"),
        ("Protection", ["Y", "N"], "sprinklered"),
        ("ISO", ["JM", "Frame"], "construction"),
        ("Class", ["Restaurant", "Office"], "occupancy"),
        ("Bldg", ["1250000", "900000"], "building_value"),
        ("Total", ["1250000", "900000"], "tiv"),
    ],
)
def test_a_header_that_names_two_things_is_told_by_its_cells(header: str, cells: list[str], name: str) -> None:
    rows = rows_of(
        grid(
            ["Street Address", "Year Built", header],
            *([f"{n} Elm St", "1990", cell] for n, cell in enumerate(cells, 1)),
        ),
        "sov",
    )
    assert all(name in row for row in rows)


@pytest.mark.parametrize("header", ["Deductible", "Building Name", "Status", "Estate", "Premium", "% Complete"])
def test_headers_that_only_look_like_ours_are_left_alone(header: str) -> None:
    rows = rows_of(grid(["Street Address", "Year Built", header], ["1 Elm St", "1990", "500000"]), "sov")
    assert rows == [{"street": "1 Elm St", "year_built": "1990"}]


def test_a_construction_billing_sheet_is_no_statement_of_values() -> None:
    document = grid(
        ["Item No", "Description of Work", "Scheduled Value", "% Complete", "Retainage"],
        ["1", "Concrete", "100000", "50", "5000"],
    )
    found = extract(document, kind="sov", pages=(1, 1))
    assert found.tables[0].rows == ()
    assert [defect.reason for defect in found.defects] == ["no_rows"]


def test_a_cell_that_does_not_parse_is_named_without_its_text() -> None:
    document = grid(
        ["First Name", "Last Name", "DOB", "License No.", "State Lic."], ["Ann", "Poe", "02/30/1980", "D1234567", "CA"]
    )
    found = extract(document, kind="driver_list", pages=(1, 1))
    assert found.tables[0].rows[0].values["dob"] is None
    assert [defect.detail for defect in found.defects] == ["drivers A2: dob"]


def test_a_full_name_gives_first_and_last() -> None:
    rows = rows_of(grid(["Driver Name", "DOB", "DL #"], ["Poe, Ann M", "1/2/80", "D1234567"]), "driver_list")
    assert (rows[0]["first_name"], rows[0]["last_name"]) == ("Ann", "Poe")


def test_a_vehicle_in_one_cell_is_split_into_year_make_and_model() -> None:
    rows = rows_of(
        grid(["Unit #", "Vehicle Description", "VIN"], ["1", "2021 FORD F150", "1FTFW1E58MKA00101"]), "vehicle_schedule"
    )
    assert (rows[0]["year"], rows[0]["make"], rows[0]["model"]) == ("2021", "FORD", "F150")


def test_a_hidden_sheet_is_not_read() -> None:
    document = grid(["First Name", "Last Name", "DOB"], ["Ann", "Poe", "1/2/1980"])
    hidden = replace(document, tables=(replace(document.tables[0], hidden=True),))
    assert rows_of(hidden, "driver_list") == []


@pytest.mark.parametrize(
    ("header", "spelled"),
    [("YrBlt", "yr blt"), ("Loc. #", "loc no"), ("% Sprk", "pct sprk"), ("ADDRESS1", "address 1")],
)
def test_headers_are_compared_in_one_spelling(header: str, spelled: str) -> None:
    assert normalised(header) == spelled


# Letters


def test_a_mod_worksheet_gives_factor_rating_date_and_whose_it_is() -> None:
    made = letters.exmod_worksheet(hvac(), rating=date(2027, 1, 15))
    found = {item.field: item.value for item in extracted(made).fields}
    assert (found["wc_mod_factor"], found["wc_rating_effective"]) == (made.truth["mod"], "2027-01-15")
    assert found["document_insured"] == made.truth["insured"]


def test_a_no_loss_letter_gives_its_period() -> None:
    made = letters.no_known_loss_letter(hvac(), signed=date(2026, 11, 1))
    found = {item.field: item.value for item in extracted(made).fields}
    assert (found["no_loss_from"], found["no_loss_to"]) == (made.truth["from"], made.truth["to"])


def test_a_supplement_answers_what_the_forms_ask() -> None:
    one = hvac()
    found = {item.field: item.value for item in extracted(letters.contractor_supplement(one)).fields}
    assert found["con_sub_cost"] == str(one.subcontracted_cost)


def test_a_kind_nobody_reads_says_nothing() -> None:
    assert extract(grid(["a", "b"]), kind="photo", pages=(1, 1)) == Extraction()
