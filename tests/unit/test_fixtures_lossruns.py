"""Loss runs as made: equal bytes on every run, and truth that adds up."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from fixtures.account import Account, Claim, Term
from fixtures.cases import insureds
from fixtures.lossruns import blue_prairie, harborline
from fixtures.made import Made

VALUED = date(2026, 10, 1)


def a_claim(day: int, **changes: object) -> Claim:
    claim = Claim(
        number=f"GL-24-{day:04}",
        date_of_loss=date(2024, 3, 1 + day % 28),
        reported=date(2024, 4, 2),
        claimant="M. Alvarez",
        description="Water damage to customer unit",
        status="closed",
        paid=Decimal("1180.00"),
        expense=Decimal("200.50"),
        reserve=Decimal(0),
    )
    return replace(claim, **changes)


def a_term(claims: int) -> Term:
    return Term(
        line="general_liability",
        carrier="Harborline Mutual",
        policy_number="HM-GL-448120-02",
        start=date(2024, 1, 15),
        end=date(2025, 1, 15),
        premium=21_000,
        claims=tuple(a_claim(day) for day in range(claims)),
    )


def words_of(made: Made) -> list[str]:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(made.content)
    try:
        return [page.get_textpage().get_text_bounded() for page in pdf]
    finally:
        pdf.close()


def rows_of(made: Made, sheet: int = 0) -> list[list[object]]:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(made.content)).get_sheet_by_index(sheet).to_python()


@pytest.fixture
def account() -> Account:
    return insureds.redstone()


def test_two_harborline_reports_of_one_history_are_equal_to_the_byte(account: Account) -> None:
    made = [harborline(account, [a_term(3), a_term(0)], valued=VALUED) for _ in range(2)]
    assert made[0].content == made[1].content


def test_a_harborline_report_says_valued_as_of_and_repeats_its_heads_on_every_page(account: Account) -> None:
    made = harborline(account, [a_term(60)], valued=VALUED)
    pages = words_of(made)
    assert made.pages == (1, len(pages))
    assert len(pages) >= 3
    for page in pages[:-1]:
        assert "Loss History Report" in page
        assert "Valued as of 10/01/2026" in page
        assert "Term 01/15/2024 to 01/15/2025" in page
        assert "Total Incurred" in page


def test_a_harborline_term_without_claims_says_so(account: Account) -> None:
    made = harborline(account, [a_term(0)], valued=VALUED)
    assert "No claims reported for this policy term." in words_of(made)[0]
    assert made.truth["terms"][0]["zero_claims"] is True
    assert made.truth["claims"] == []


def test_a_recovery_is_printed_in_parentheses_and_taken_off(account: Account) -> None:
    term = replace(a_term(0), claims=(a_claim(1, recovery=Decimal("500.00")),))
    made = harborline(account, [term], valued=VALUED)
    assert "(500.00)" in words_of(made)[0]
    assert made.truth["claims"][0]["incurred"] == "880.50"


def test_the_printed_totals_of_a_run_are_the_sums_of_its_claims(account: Account) -> None:
    truth = harborline(account, [a_term(7)], valued=VALUED).truth
    claimed = sum(Decimal(claim["incurred"]) for claim in truth["claims"])
    assert Decimal(truth["terms"][0]["incurred"]) == claimed == Decimal("9663.50")


def test_the_export_has_its_header_on_row_eleven_and_true_numbers_and_dates(account: Account) -> None:
    rows = rows_of(blue_prairie(account, [a_term(2), a_term(0)], valued=VALUED))
    assert rows[0][0] == "Loss Run"
    assert rows[2][1:3] == ["Evaluation Date", VALUED]
    assert rows[10][0] == "PolicyNumber"
    assert rows[10][-1] == "NetIncurred"
    assert rows[11][1] == date(2024, 1, 15)
    assert rows[11][-1] == 1380.5


def test_the_export_has_subtotals_a_zero_claim_row_and_a_summary(account: Account) -> None:
    made = blue_prairie(account, [a_term(2), a_term(0)], valued=VALUED)
    rows = rows_of(made)
    assert [row[0] for row in rows if str(row[0]).startswith("Subtotal")] == ["Subtotal HM-GL-448120-02"] * 2
    assert sum("0 claims" in row for row in rows) == 1
    assert rows_of(made, sheet=1)[1] == ["General Liability", 2.0, 2.0, 2761.0]


def test_two_exports_are_equal_to_the_byte_whatever_the_clock_says(account: Account) -> None:
    made = [blue_prairie(account, [a_term(2)], valued=VALUED) for _ in range(2)]
    assert made[0].content == made[1].content
    assert b"2026-01-02T03:04:06Z" in _core(made[0])


def _core(made: Made) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        return archive.read("docProps/core.xml")


def test_a_run_can_name_another_insured(account: Account) -> None:
    made = harborline(account, [a_term(1)], valued=VALUED, insured="Tallgrass Fabricators LLC")
    assert "Tallgrass Fabricators LLC" in words_of(made)[0]
    assert made.truth["terms"][0]["insured"] == "Tallgrass Fabricators LLC"
