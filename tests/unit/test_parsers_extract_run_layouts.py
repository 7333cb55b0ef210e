"""Loss runs in layouts drawn by a grammar: read whole by what columns, lines and figures are, not by a pattern."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pytest

from fixtures.lists.case import Drawn, Order
from fixtures.lists.loss_setting import composed
from fixtures.lists.loss_styles_more import PLANS, STYLES
from parsers.document import Cell, ExtractedTable, Extraction, Location, ParsedDocument, Row, Table
from parsers.extract.lossruns import read_loss_run
from parsers.extract.runnames import meant
from parsers.extract.runspans import span_of, without_span
from parsers.extract.runvalued import valuation_of
from parsers.extract.runvalues import named
from parsers.limits import Limits
from parsers.readers import delimited, docx, pdf, sheet

TODAY = date(2026, 11, 20)
PATIENT = Limits(cpu_seconds=100_000)
READERS = {"pdf": pdf, "csv": delimited, "docx": docx, "xlsx": sheet}


def read(drawn: Drawn) -> Extraction:
    document = READERS[drawn.suffix].read(drawn.file, f"{drawn.stem}.{drawn.suffix}", PATIENT)
    return read_loss_run(document, (1, 9_999), TODAY)


def table(found: Extraction, name: str) -> ExtractedTable:
    return next(each for each in found.tables if each.name == name)


def sheet_of(*rows: tuple[str, ...]) -> Extraction:
    """Read rows as a sheet of a workbook under a head that names one policy and its term."""
    head = (("Harborline Mutual",), ("Insured:", "Acme Hauling LLC"), ("Valued as of 10/01/2026",),
            ("Policy Number: GL-1001   Policy Period: 01/01/2024 - 01/01/2025",))  # fmt: skip
    cells = tuple(
        tuple(
            Cell(text=text, at=Location(sheet="Runs", cell=f"{'ABCDEFGHIJ'[at]}{number}"))
            for at, text in enumerate(row)
        )
        for number, row in enumerate((*head, *rows), 1)
    )
    document = ParsedDocument(
        sha256="0" * 64, media_type="text/csv", status="read", tables=(Table(rows=cells, sheet="Runs"),)
    )
    return read_loss_run(document, (1, 1), TODAY)


def terms_of(rows: tuple[Row, ...]) -> list[tuple[object, ...]]:
    return sorted(
        (str(row.values["policy_number"]).replace(" ", ""), row.values["term_from"], row.values["term_to"],
         row.values["claim_count"], row.values["incurred"]) for row in rows
    )  # fmt: skip


@pytest.mark.parametrize("style", sorted(PLANS))
def test_every_drawn_layout_gives_its_terms_and_claims(style: str) -> None:
    drawn = STYLES[style](Order(split="tune"), random.Random(f"layouts/{style}"))
    found = read(drawn)
    told = [
        (
            str(row["policy_number"]).replace(" ", ""),
            row["term_from"],
            row["term_to"],
            row["claim_count"],
            row["incurred"],
        )
        for row in drawn.tables["terms"]
    ]
    assert terms_of(table(found, "terms").rows) == sorted(told)
    assert [row.values.get("claim_number") for row in table(found, "claims").rows] == [
        row["claim_number"] for row in drawn.tables["claims"]
    ]
    assert {row.values["valuation_date"] for row in table(found, "terms").rows} == {drawn.facts["valuation_date"]}


def test_layouts_drawn_anew_are_read_whole() -> None:
    wrong = []
    for number in range(30):
        drawn = composed(Order(split="tune", rows=8), random.Random(f"anew/{number}"))
        rows = table(read(drawn), "terms").rows
        total = sum((Decimal(str(row.values["incurred"] or 0)) for row in rows), Decimal(0))
        if len(rows) != len(drawn.tables["terms"]) or total != Decimal(drawn.facts["incurred"]):
            wrong.append(number)
    assert not wrong


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Dt of Loss", "date_of_loss"),
        ("LossDate", "date_of_loss"),
        ("Resv Balance", "reserve"),
        ("O/S Resv", "reserve"),
        ("Losses Paid", "paid"),
        ("ALAE Payments", "expense"),
        ("Net Tot Incurred", "incurred"),
        ("Gross Incurred", "gross"),
        ("Med Payments", "medical_paid"),
        ("PolEffDate", "term_from"),
        ("Clmt Name", "claimant"),
        ("Claim Identifier", "claim_number"),
        ("Adjuster", ""),
        ("No losses", ""),
    ],
)
def test_a_header_means_what_its_words_stand_for(header: str, name: str) -> None:
    found = meant(header)
    assert max(found, key=lambda each: found[each], default="") == name


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Policy Term: 01/01/2024 to 25", ("2024-01-01", "2025-01-01")),
        ("12 mos from 6/15/24", ("2024-06-15", "2025-06-15")),
        ("Mar 15, 2025 / Mar 15, 2026", ("2025-03-15", "2026-03-15")),
        ("Eff 1/1/24 Exp 1/1/25", ("2024-01-01", "2025-01-01")),
        ("2023-10-15-2024-10-15", ("2023-10-15", "2024-10-15")),
        ("Losses 01/01/2020 to 01/01/2026", (None, None)),
    ],
)
def test_a_term_is_told_in_many_ways(text: str, span: tuple[str | None, str | None]) -> None:
    assert span_of(text, TODAY) == span


def test_a_policy_number_beside_a_term_is_not_part_of_its_dates() -> None:
    assert "WC 796028-00" in without_span("Policy WC 796028-00   Term 01/01/2024 to 01/01/2025")


@pytest.mark.parametrize(
    ("text", "valued"),
    [
        ("Losses evaluated at September 30, 2026", ("stated", "2026-09-30")),
        ("Report run through 10/01/2026", ("as_of", "2026-10-01")),
        ("Printed 11/02/2026\nData as of 10/31/2026", ("as_of", "2026-10-31")),
        ("Date of report: 11/02/2026", ("run_date", "2026-11-02")),
        ("Policy period from 01/01/2024 to 01/01/2025", None),
    ],
)
def test_the_words_before_a_date_say_whether_figures_are_of_it(text: str, valued: tuple[str, str] | None) -> None:
    assert valuation_of(text, TODAY) == valued


def test_arithmetic_names_what_no_header_does() -> None:
    heads = ["Claim No", "Loss Date", "Status", "Settled so far", "Set aside", "Bottom line"]
    rows = [["A-101", "03/04/2024", "Closed", "1,000.00", "0.00", "1,000.00"],
            ["A-102", "05/04/2024", "Open", "250.00", "400.00", "650.00"],
            ["A-103", "06/04/2024", "Closed", "75.00", "0.00", "75.00"]]  # fmt: skip
    assert named(heads, rows) == {
        0: "claim_number", 1: "date_of_loss", 2: "status", 3: "paid", 4: "reserve", 5: "incurred",
    }  # fmt: skip


def test_what_arithmetic_alone_names_is_not_proven() -> None:
    found = sheet_of(
        ("Claim No", "Loss Date", "Status", "Settled so far", "Set aside", "Incurred"),
        ("A-101", "03/04/2024", "Open", "1000", "20", "1020"),
        ("A-102", "05/04/2024", "Open", "250", "400", "650"),
        ("Total", "", "", "1250", "420", "1670"),
    )
    assert [row.values["incurred"] for row in table(found, "claims").rows] == ["1020.00", "650.00"]
    assert not table(found, "claims").proof.proven


@pytest.mark.parametrize("day", ["06/2024", "Pending", "TBD", ""])
def test_a_claim_without_a_day_is_kept_and_told(day: str) -> None:
    found = sheet_of(
        ("Claim No", "Loss Date", "Claimant", "Description", "Status", "Paid", "Reserve", "Incurred"),
        ("HM-1", "03/04/2024", "J Roe", "Rear end", "Closed", "1000", "500", "1500"),
        ("HM-2", day, "A Poe", "Fire total loss", "Open", "900", "100", "1000"),
    )
    rows = table(found, "claims").rows
    assert [row.values.get("claim_number") for row in rows] == ["HM-1", "HM-2"]
    assert rows[1].values.get("date_of_loss") is None and rows[1].values["incurred"] == "1000.00"
    assert any("HM-2" in (defect.detail or "") for defect in found.defects)


def test_blank_amounts_are_nothing_and_credits_are_negative() -> None:
    found = sheet_of(
        ("Claim No", "Loss Date", "Status", "Paid", "Reserve", "Recovery", "Incurred"),
        ("HM-1", "03/04/2024", "Closed", "1,000.00", "", "250.00 CR", "750.00"),
        ("HM-2", "03/05/2024", "Open", "-", "$ 100.00", "", "100.00"),
    )
    first, second = (row.values for row in table(found, "claims").rows)
    assert (first["reserve"], first["recovery"], second["paid"], second["reserve"]) == (
        "0.00",
        "250.00",
        "0.00",
        "100.00",
    )


def test_the_same_row_twice_is_not_proven() -> None:
    row = ("HM-1", "03/04/2024", "Closed", "1000", "500", "1500")
    found = sheet_of(("Claim No", "Loss Date", "Status", "Paid", "Reserve", "Incurred"), row, row)
    assert not table(found, "claims").proof.proven and not table(found, "terms").proof.proven


def test_a_term_that_says_nothing_of_its_claims_has_no_count_and_no_proof() -> None:
    found = sheet_of(
        ("Claim No", "Loss Date", "Status", "Paid", "Reserve", "Incurred"),
        ("HM-1", "03/04/2024", "Closed", "1000", "500", "1500"),
        ("Policy Number: GL-1002   Policy Period: 01/01/2025 - 01/01/2026",),
        ("See separate report",),
    )
    terms = {row.values["policy_number"]: row.values for row in table(found, "terms").rows}
    assert terms["GL-1002"]["claim_count"] is None and terms["GL-1002"]["zero_claims"] is False
    assert not table(found, "terms").proof.proven


def test_claims_told_of_and_none_read_are_not_proven() -> None:
    found = sheet_of(
        ("Policy Number", "Effective", "Expiration", "# Claims", "Incurred"),
        ("GL-1001", "01/01/2024", "01/01/2025", "3", "4500"),
    )
    assert table(found, "terms").rows[0].values["claim_count"] == "3"
    assert not table(found, "claims").proof.proven


def test_a_total_of_a_group_of_years_is_no_total_of_the_term() -> None:
    found = sheet_of(
        ("Claim No", "Loss Date", "Status", "Paid", "Reserve", "Incurred"),
        ("HM-1", "03/04/2024", "Closed", "1000", "0", "1000"),
        ("Subtotal  1 claim", "", "", "1000", "0", "1000"),
        ("HM-2", "12/04/2024", "Closed", "500", "0", "500"),
        ("Subtotal  1 claim", "", "", "500", "0", "500"),
        ("All years", "", "", "1500", "0", "1500"),
    )
    (term,) = table(found, "terms").rows
    assert (term.values["claim_count"], term.values["incurred"]) == ("2", "1500.00")
    assert table(found, "claims").proof.proven
