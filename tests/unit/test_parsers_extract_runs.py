"""Loss runs of every layout → their terms and claims, found by structure; what was lost or altered breaks the proof."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from fixtures.lists import ListCase, cases, styles
from parsers.document import Cell, ExtractedTable, Extraction, Location, Page, ParsedDocument, Table, Word
from parsers.extract import extract
from parsers.extract.runwords import counted
from parsers.limits import Limits
from parsers.readers import delimited, docx, pdf, sheet

TODAY = date(2026, 11, 20)
PATIENT = Limits(cpu_seconds=100_000)
READERS = {"pdf": pdf, "csv": delimited, "docx": docx, "xlsx": sheet}
# Sideways pages of the fixture may be cut by its own edge; scans need an engine. Those of the third hand were drawn
# after the readers: ``intake bench lists`` measures them.
STYLES = [
    name for name in styles("tune", "loss_run") if not name.startswith(("scan", "third", "kept")) and name != "turned"
]
UNCLAIMED = {"valuation_basis"}


@cache
def drawn(style: str, rows: int | None = None) -> tuple[ListCase, ...]:
    return tuple(cases("tune", "loss_run", 3, style=style, rows=rows))


def parsed(case: ListCase) -> ParsedDocument:
    return READERS[case.file_name.rsplit(".", 1)[-1]].read(case.file, case.file_name, PATIENT)


def read(document: ParsedDocument) -> Extraction:
    return extract(document, kind="loss_run", pages=(1, 9_999), as_of=TODAY)


def table(found: Extraction, name: str) -> ExtractedTable:
    return next(each for each in found.tables if each.name == name)


def folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def typed(text: str) -> ParsedDocument:
    return ParsedDocument(sha256="0" * 64, media_type="text/plain", status="read", text=text)


def page(*lines: tuple[float, str], number: int = 1) -> Page:
    """Set lines as a page, every sign four points wide; ``lines`` are how far down and the text with its spaces."""
    words = []
    for top, text in lines:
        at = 0
        for part in text.split(" "):
            if part:
                words.append(Word(part, (4.0 * at, top, 4.0 * (at + len(part)), top + 7)))
            at += len(part) + 1
    return Page(number=number, width=792, height=612, words=tuple(words))


def paper(*pages: Page) -> ParsedDocument:
    return ParsedDocument(sha256="0" * 64, media_type="application/pdf", status="read", pages=pages)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_reads_back_whole(style: str) -> None:
    for case in drawn(style):
        found = read(parsed(case))
        for name, truth in case.tables.items():
            rows = {_key(row.values, truth): row.values for row in table(found, name).rows}
            assert len(table(found, name).rows) == len(truth), (case.name, name)
            for expected in truth:
                got = rows[_key(expected, truth)]
                wrong = {
                    column: (value, got.get(column))
                    for column, value in expected.items()
                    if column not in UNCLAIMED and folded(got.get(column)) != folded(value)
                }
                assert wrong == {}, (case.name, name)


def _key(row: Any, truth: Any) -> tuple[Any, ...]:
    if "zero_claims" in truth[0]:
        return folded(row["policy_number"]), row["term_from"]
    if truth[0].get("claim_number"):
        return (folded(row["claim_number"]),)
    return tuple(row.get(column) for column in ("date_of_loss", "incurred", "paid", "reserve", "description"))


@pytest.mark.parametrize("style", ["harborline", "northgate", "table", "two_line", "facing", "blue_prairie_csv"])
def test_a_long_run_loses_no_row_and_proves_it(style: str) -> None:
    case = next(cases("tune", "loss_run", 1, style=style, rows=700))
    found = table(read(parsed(case)), "claims")
    assert len(found.rows) == len(case.tables["claims"]) == 700
    assert found.proof.proven


def test_a_line_of_a_host_print_that_is_missing_breaks_the_proof() -> None:
    whole = HOST.format(lost="2300002     03-09-23  BACK STRAIN                   200.00        200.00 \n")
    assert table(read(typed(whole)), "claims").proof.proven
    assert not table(read(typed(HOST.format(lost=""))), "claims").proof.proven


HOST = """NORTHGATE SPECIALTY                    CLAIM EXPERIENCE                RUN DATE 09-15-26
INSURED OAK HOLLOW LP
CLM#        DOL       DESC                        TOT PD       TOT INC
----------------------------------------------------------------------
POLICY NGS1234501   TERM 01-01-23 TO 01-01-24   LINE WC
2300001     02-03-23  LACERATION OF LEFT           100.00        100.00
                      HAND
{lost}\f2300003     05-03-23  REFUND                        50.00-        50.00-
* TERM TOTAL    3 CLAIMS                           250.00        250.00
"""


def test_a_host_print_has_wrapped_lines_form_feeds_and_trailing_minus() -> None:
    found = read(typed(HOST.format(lost="2300002     03-09-23  BACK STRAIN                   200.00        200.00 \n")))
    claims = [row.values for row in table(found, "claims").rows]
    assert [claim["incurred"] for claim in claims] == ["100.00", "200.00", "-50.00"]
    assert claims[0]["description"] == "LACERATION OF LEFT HAND"
    (term,) = table(found, "terms").rows
    assert (term.values["policy_number"], term.values["term_from"]) == ("NGS1234501", "2023-01-01")
    assert (term.values["line"], term.values["insured"]) == ("workers_compensation", "OAK HOLLOW LP")
    assert (term.values["valuation_date"], term.values["valuation_basis"]) == ("2026-09-15", "run_date")


def test_a_carried_sum_is_no_claim_and_must_agree() -> None:
    top = [
        (20.0, "Harborline Mutual"),
        (40.0, "Policy HM-1   Term 01/01/2025 to 01/01/2026"),
        (60.0, "Claim No    Loss Date     Paid       Reserve    Incurred"),
        (75.0, "H1          02/03/2025    100.00     0.00       100.00"),
    ]
    told = "Carried forward           {paid}     0.00       100.00"
    for paid, proven in (("100.00", True), ("999.00", False)):
        found = read(
            paper(
                page(
                    *top,
                    (90.0, told.format(paid=paid)),
                    (105.0, "Total: 1 claim            100.00     0.00       100.00"),
                )
            )
        )
        assert len(table(found, "claims").rows) == 1
        assert table(found, "claims").proof.proven is proven


def test_amounts_among_the_rows_that_nobody_reads_are_told() -> None:
    found = read(
        paper(
            page(
                (20.0, "Claim No    Loss Date     Paid       Reserve    Incurred"),
                (35.0, "H1          02/03/2025    100.00     0.00       100.00"),
                (50.0, "see adjuster              777.00     0.00       777.00"),
                (65.0, "Total: 1 claim            100.00     0.00       100.00"),
            )
        )
    )
    proof = table(found, "claims").proof
    assert not proof.proven
    assert any(not check.ok and check.name.startswith("no line among the rows is left over") for check in proof.checks)


def test_halves_of_rows_meet_by_claim_number() -> None:
    left = page(
        (20.0, "Policy HM-1   Term 01/01/2025 to 01/01/2026"),
        (40.0, "Claim No    Loss Date     Claimant     Status"),
        (55.0, "H1          02/03/2025    Ann Poe      Open"),
        (70.0, "H2          03/03/2025    Bo Dee       Closed"),
    )
    right = page(
        (40.0, "Claim No    Paid       Reserve    Incurred"),
        (55.0, "H1          100.00     50.00      150.00"),
        (70.0, "H2          7.00       0.00       7.00"),
        number=2,
    )
    rows = [row.values for row in table(read(paper(left, right)), "claims").rows]
    assert [(row["claimant"], row["incurred"]) for row in rows] == [("Ann Poe", "150.00"), ("Bo Dee", "7.00")]


def test_a_policy_that_was_not_found_is_no_evidence_of_no_losses() -> None:
    found = read(
        typed("Harborline Mutual\nPolicy HM-1   Term 01/01/2025 to 01/01/2026\nNo policy found. No claims found.")
    )
    assert all(row.values["zero_claims"] is not True for row in table(found, "terms").rows)


def test_no_losses_without_a_term_is_no_evidence() -> None:
    found = read(typed("Harborline Mutual\nPolicy HM-1\nNo losses reported."))
    assert all(row.values["zero_claims"] is not True for row in table(found, "terms").rows)


def test_each_term_has_the_insured_it_stands_under() -> None:
    rows = (
        ["Insured: Oak Hollow LP"],
        ["Policy A-1 Term 01/01/2025 to 01/01/2026"],
        ["Claim No", "Loss Date", "Paid", "Reserve", "Incurred"],
        ["H1", "02/03/2025", "1.00", "0.00", "1.00"],
        ["Insured: Elm Street LLC"],
        ["Policy B-1 Term 01/01/2025 to 01/01/2026"],
        ["H2", "02/04/2025", "2.00", "0.00", "2.00"],
    )
    cells = tuple(tuple(Cell(text=t, at=Location(sheet="S", cell="A1")) for t in row) for row in rows)
    document = ParsedDocument(sha256="0" * 64, media_type="x", status="read", tables=(Table(rows=cells, sheet="S"),))
    terms = [row.values for row in table(read(document), "terms").rows]
    assert [(term["policy_number"], term["insured"]) for term in terms] == [
        ("A-1", "Oak Hollow LP"),
        ("B-1", "Elm Street LLC"),
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [("Term total: 5 claims", 5), ("Policy Totals Claims: 0", 0), ("Cumulative: 7", 7), ("Total", None)],
)
def test_a_total_may_say_how_many(text: str, count: int | None) -> None:
    assert counted(text) == count
