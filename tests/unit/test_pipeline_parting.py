"""The insureds of one mail are told apart by their applications, and by nothing less."""

from __future__ import annotations

from datetime import UTC, datetime

from parsers.document import FieldCandidate
from pipeline import numbers
from pipeline.names import telling, trade_names_in
from pipeline.parting import parted
from pipeline.records.documents import ReadDocument
from pipeline.submission import FiledDocument, Source, SourcedCandidate


def paper(mark: str, kind: str, insured: str | None, fein: str | None = None) -> ReadDocument:
    filed = FiledDocument(
        id=f"{mark * 64}:1",
        sha256=mark * 64,
        name=f"{mark}.pdf",
        kind=kind,
        confidence=0.98,
        pages=(1, 2),
        status="read",
        received_at=datetime(2026, 11, 20, tzinfo=UTC),
        insured=insured,
    )
    said = {"named_insureds[0].name": insured, "named_insureds[0].fein": fein}
    source = Source(label=kind)
    found = tuple(
        SourcedCandidate(
            candidate=FieldCandidate(field=field, value=value, raw=value, confidence=0.98, method="widget"),
            source=source,
        )
        for field, value in said.items()
        if value
    )
    return ReadDocument(filed=filed, candidates=found)


ALDER, BROOK = paper("a", "acord_125", "Alder Masonry LLC"), paper("b", "acord_125", "Brook Florist Inc")


def test_two_applications_of_two_insureds_share_the_other_papers_by_name() -> None:
    run = paper("c", "loss_run", "BROOK FLORIST")
    found = parted([ALDER, BROOK, run])
    assert found is not None and found.unclear == ()
    assert [(one.insured, one.documents) for one in found.shares] == [
        ("Alder Masonry LLC", (ALDER,)),
        ("Brook Florist Inc", (BROOK, run)),
    ]


def test_a_paper_that_names_nobody_is_unclear_where_there_are_two() -> None:
    sheet = paper("d", "sov", None)
    found = parted([ALDER, BROOK, sheet])
    assert found is not None and found.unclear == (sheet,)


def test_a_loss_run_of_somebody_else_makes_no_second_insured() -> None:
    assert parted([ALDER, paper("c", "loss_run", "Brook Florist Inc")]) is None


def test_one_fein_or_one_name_is_one_insured() -> None:
    one = paper("a", "acord_125", "Alder Masonry LLC", "471839205")
    assert parted([one, paper("b", "acord_130", "Cool Stone Works", "471839205")]) is None
    assert parted([ALDER, paper("b", "acord_130", "ALDER MASONRY, L.L.C.")]) is None


def test_policy_numbers_are_one_whatever_their_blanks_dashes_and_terms() -> None:
    for written in ("CPP 100-2345-00", "cpp1002345", "CPP-100-2345", "CPP 100 2345 01"):
        assert numbers.policy_key(written) == "CPP1002345"
        assert "CPP1002345" in numbers.policies_in(f"Runs for policy # {written}, attached.")
    assert numbers.policies_in("the policy is fine, policies for 2024 and 2025") == ()
    assert numbers.customers_in("Client ID FOXG-108: the list") == ("FOXG108",)


def test_words_that_tell_a_name_are_neither_trades_nor_numerals() -> None:
    assert telling("Oak Hollow III Construction LLC dba Kestrel Roofing") == ("oak", "hollow", "kestrel")
    assert trade_names_in("The insured does business as Kestrel Grove Bakery.\nFEIN") == ("Kestrel Grove Bakery",)
