"""Rows of another company in a paper of ours say nothing, and one item tells of them without naming it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from submissions import AS_OF, GL, NOON, RULES, claim, paper, run, term

from parsers.document import ExtractedTable, FieldCandidate, Location, Proof, Row, Scalar
from pipeline.assembly import is_other_insured
from pipeline.deciding import Decision, decide
from pipeline.submission import FiledDocument, Item, Source, SourcedCandidate

OURS, OTHER = "Acme Hauling LLC", "Zeta Freight Inc"
NOWHERE = Location()


def says(document: FiledDocument, field: str, value: Scalar, at: Location = NOWHERE) -> SourcedCandidate:
    said = FieldCandidate(field=field, value=value, raw=str(value), confidence=0.9, method="text", at=at)
    return SourcedCandidate(
        candidate=said, source=Source(label="paper", document=document.id, kind=document.kind, received_at=NOON)
    )


def decided(document: FiledDocument, said: Sequence[SourcedCandidate] = ()) -> Decision:
    application = paper("acord_125")
    name = says(application, "named_insureds[0].name", OURS)
    auto = says(application, "lob_requested.commercial_auto", True)
    liability = says(application, "lob_requested.general_liability", True)
    start = says(application, "proposed_effective_date", "2027-01-15")
    return decide(
        candidates=(name, auto, liability, start, *said), documents=(application, document), as_of=AS_OF, rules=RULES
    )


def asked(decision: Decision) -> Item | None:
    return next((one for one in decision.completeness.items if one.code == "DOC-WRONG-INSURED"), None)


def two_terms() -> FiledDocument:
    ours, theirs = term(GL, 2024, insured=OURS), term(GL, 2025, insured=OTHER)
    return run(
        ours,
        theirs,
        claims=[
            claim(policy_number="HLM-2024", term_from="2024-01-15"),
            claim(claim_number="ZF-9", policy_number="HLM-2025", term_from="2025-01-15", incurred="99000.00"),
        ],
    )


def test_terms_and_claims_of_another_company_are_no_coverage_and_nobody_is_asked_about_them() -> None:
    decision = decided(two_terms())
    gap = next(one for one in decision.completeness.items if one.code == "LOSS-YEARS-GAP")
    assert "2024" in gap.have[0] and "2025" not in gap.have[0]
    assert not any("ZF-9" in one.ask for one in decision.completeness.items)


def test_one_item_names_the_rows_by_their_policy_and_never_the_other_company() -> None:
    item = asked(decided(two_terms()))
    assert item is not None
    assert "1 term and 1 claim (policy HLM-2025) in this loss run" in item.ask
    assert OTHER not in item.ask + item.title


def test_a_run_of_ours_alone_opens_no_item() -> None:
    assert asked(decided(run(term(GL, 2024, insured=OURS), term(GL, 2025, insured="ACME HAULING, L.L.C.")))) is None


def test_a_run_of_two_others_is_set_aside_as_a_whole() -> None:
    item = asked(decided(run(term(GL, 2024, insured=OTHER), term(GL, 2025, insured="Kappa Bakery Corp"))))
    assert item is not None and "set it aside" in item.ask


def drivers(*places: Location) -> FiledDocument:
    rows = tuple(
        Row(values={"name": name}, at=at) for name, at in zip(("Ann Lee", "Bob Ray", "Cid Poe"), places, strict=True)
    )
    table = ExtractedTable(name="drivers", rows=rows, proof=Proof(proven=True, rows=len(rows)))
    return replace(paper("driver_list", "drivers.xlsx"), tables=(table,))


SHEETS = (Location(sheet="A", cell="A3"), Location(sheet="A", cell="A4"), Location(sheet="B", cell="A3"))
ONE_SHEET = (Location(sheet="A", cell="A3"), Location(sheet="A", cell="A4"), Location(sheet="A", cell="A13"))
PAGES = (
    Location(page=1, box=(0, 90, 9, 99)),
    Location(page=1, box=(0, 110, 9, 119)),
    Location(page=1, box=(0, 400, 9, 409)),
)


@pytest.mark.parametrize(
    ("places", "heads"),
    [
        (SHEETS, (Location(sheet="A", cell="A1"), Location(sheet="B", cell="A1"))),
        (ONE_SHEET, (Location(sheet="A", cell="A1"), Location(sheet="A", cell="A11"))),
        (PAGES, (Location(page=1, box=(0, 50, 9, 59)), Location(page=1, box=(0, 380, 9, 389)))),
    ],
)
def test_rows_under_the_heading_of_another_company_are_left_out(
    places: tuple[Location, ...], heads: tuple[Location, Location]
) -> None:
    document = drivers(*places)
    said = [says(document, "document_insured", name, at) for name, at in zip((OURS, OTHER), heads, strict=True)]
    decision = decided(document, said)
    assert [decision.facts.value(f"drivers[{index}].name") for index in decision.facts.group("drivers")] == [
        "Ann Lee",
        "Bob Ray",
    ]
    item = asked(decision)
    assert item is not None and item.ask.startswith("Drivers.xlsx: 1 driver in this driver list")


def test_a_name_that_holds_ours_whole_is_ours() -> None:
    assert not is_other_insured(f"{OURS} and {OTHER}", None, [OURS], None)
    assert is_other_insured(OTHER, None, [OURS], None)
    assert is_other_insured("Oak Hollow III LLC and others", None, ["Oak Hollow II LLC"], None)
