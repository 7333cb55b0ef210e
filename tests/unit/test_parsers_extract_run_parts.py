"""Loss runs that tell a claim part by part, large losses before all, and terms by their years alone."""

from __future__ import annotations

from datetime import date

import pytest

from fixtures.lists import cases
from parsers.document import ExtractedTable, ParsedDocument
from parsers.extract.lossruns import read_loss_run
from parsers.limits import Limits
from parsers.readers import delimited, docx, pdf, sheet

TODAY = date(2026, 11, 20)
READERS = {"pdf": pdf, "csv": delimited, "docx": docx, "xlsx": sheet}
TOLD = ("policy_number", "term_from", "term_to", "line", "claim_count", "incurred")


def read(document: ParsedDocument) -> tuple[ExtractedTable, ExtractedTable]:
    terms, claims = read_loss_run(document, (1, max(len(document.pages), 1)), TODAY).tables
    return terms, claims


def typed(text: str) -> tuple[ExtractedTable, ExtractedTable]:
    return read(ParsedDocument(sha256="0" * 64, media_type="text/plain", status="read", text=text))


@pytest.mark.parametrize("style", ["kept_package", "kept_history", "kept_running", "kept_statement", "kept_workbook"])
def test_the_terms_of_a_run_are_those_of_the_account(style: str) -> None:
    for case in cases("tune", "loss_run", 3, style=style):
        document = READERS[case.file_name.rsplit(".", 1)[1]].read(
            case.file, case.file_name, Limits(cpu_seconds=100_000)
        )
        found = {tuple(row.values.get(name) for name in TOLD) for row in read(document)[0].rows}
        assert found == {tuple(term[name] for name in TOLD) for term in case.tables["terms"]}, case.name


YEARS = """PRAIRIE STATE MUTUAL INSURANCE COMPANY
Insured: Delta Framing LLC
All terms incept 10/01 and run twelve months.       Valued 09/30/2026
Policy term 2023/24     Policy WC-445566-00
Claim No    Loss Date    Claimant      Status   Paid       Reserve    Incurred
A-100234    02/03/2024   Smith, John   Closed   1,250.00      0.00    1,250.00
A-100235    03/17/2024   Doe, Jane     Open     4,000.50  2,500.00    6,500.50
Total, 2 claims                                 5,250.50  2,500.00    7,750.50
"""


def test_terms_told_by_years_begin_on_the_day_the_head_tells() -> None:
    terms, _ = typed(YEARS)
    assert [(row.values["term_from"], row.values["term_to"]) for row in terms.rows] == [("2023-10-01", "2024-10-01")]


PARTS = """PRAIRIE STATE MUTUAL INSURANCE COMPANY
Insured: Delta Framing LLC                       Valued 09/30/2026
Policy CPP 445566   Term 01/01/2025 - 01/01/2026   General Liability
Claim No    Loss Date    Claimant      Status                Paid       Reserve    Incurred
A-100234    02/03/2025   Smith, John   Closed   Loss         1,250.00      0.00    1,250.00
                                                Expense        250.00      0.00      250.00
                                                Claim Total  1,500.00      0.00    1,500.00
A-100235    03/17/2025   Doe, Jane     Open     Loss         4,000.50  2,500.00    6,500.50
                                                Expense        100.00    400.00      500.00
                                                Claim Total  4,100.50  2,900.00    7,000.50
"""


def test_a_claim_is_the_whole_of_its_parts() -> None:
    _, claims = typed(PARTS)
    names = ("paid", "expense", "reserve", "incurred")
    assert [tuple(row.values.get(name) for name in names) for row in claims.rows] == [
        ("1250.00", "250.00", "0.00", "1500.00"),
        ("4000.50", "100.00", "2900.00", "7000.50"),
    ]


def test_parts_that_do_not_make_their_whole_leave_a_run_unproven() -> None:
    _, claims = typed(PARTS.replace("1,500.00      0.00    1,500.00", "1,600.00      0.00    1,600.00"))
    assert not claims.proof.proven


def test_a_heading_with_an_abbreviation_is_no_sentence_of_a_letter() -> None:
    text = PARTS.replace("Policy CPP 445566   Term 01/01/2025 - 01/01/2026   General Liability",
                         "Pol. 945547-0 Annual term effective 01-JAN-2025 Workers' Compensation")  # fmt: skip
    terms, _ = typed(text)
    assert column_of(terms, "policy_number") == ["945547-0"]
    assert column_of(terms, "term_from") == ["2025-01-01"]


def column_of(table: ExtractedTable, name: str) -> list[object]:
    return [row.values.get(name) for row in table.rows]
