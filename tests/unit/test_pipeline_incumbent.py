"""Whose policy expires: by the carrier that papers name last, or by the words of the mail."""

from __future__ import annotations

import pytest

from classifiers import intents
from parsers.document import ExtractedTable, Extraction, FieldCandidate, Proof, Row
from pipeline.incumbent import is_ours

HOUSE = ("Granite Ridge Mutual Insurance Company", "Granite Ridge Casualty")


def form(**values: str) -> Extraction:
    """Return an application form; ``__`` stands for the brackets of a row."""
    named = {key.replace("__", "[", 1).replace("__", "].", 1): value for key, value in values.items()}
    return Extraction(
        fields=tuple(
            FieldCandidate(field=name, value=value, raw=value, confidence=0.99, method="widget")
            for name, value in named.items()
        )
    )


def run(*terms: tuple[str, str]) -> Extraction:
    """Return a loss run of terms, each with its first day and carrier."""
    rows = tuple(Row(values={"term_from": day, "carrier": carrier}) for day, carrier in terms)
    proof = Proof(proven=True, rows=len(rows), checks=())
    return Extraction(tables=(ExtractedTable(name="terms", rows=rows, proof=proof),))


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("The GL expires 2/1 with Granite Ridge Mutual.", False),
        ("Their GL is expiring with Granite Ridge Mutual on 2/1.", True),
        ("Current carrier: Granite Ridge Mutual Ins. Co.", True),
        ("currently written by the Granite  Ridge\nCasualty Company", True),
        ("Granite Ridge Mutual is the incumbent.", True),
        ("Granite Ridge Casualty's policy runs out in May", True),
        ("Dear Granite Ridge Mutual,\nplease quote. They are insured with Harborline.", False),
        ("We would like to place this with Granite Ridge Mutual.", False),
        ("Current carrier: Granite Ridgeway Mutual", False),
        ("", False),
    ],
)
def test_words_tell_whose_policy_expires(text: str, ours: bool) -> None:
    assert is_ours(text, (), HOUSE) is ours


@pytest.mark.parametrize(
    ("paper", "ours"),
    [
        (form(prior_carriers__0__year="2026", prior_carriers__0__gl_carrier="Granite Ridge Mutual"), True),
        (form(prior_carriers__0__year="2026", prior_carriers__0__auto_carrier="GRANITE RIDGE CASUALTY CO"), True),
        (
            form(
                prior_carriers__0__year="2026",
                prior_carriers__0__gl_carrier="Harborline Mutual",
                prior_carriers__1__year="2025",
                prior_carriers__1__gl_carrier="Granite Ridge Mutual",
            ),
            False,
        ),
        (form(wc_prior__0__carrier="Granite Ridge Mutual", wc_prior__1__carrier="Harborline"), True),
        (form(wc_prior__0__carrier="Harborline", wc_prior__1__carrier="Granite Ridge Mutual"), False),
        (form(expiring_carrier="Granite Ridge Mutual Insurance Company Commercial General Liability"), True),
        (run(("2025-01-15", "Harborline"), ("2026-01-15", "Granite Ridge Mutual Ins Co")), True),
        (run(("2026-01-15", "Harborline"), ("2025-01-15", "Granite Ridge Mutual Ins Co")), False),
        (form(carrier_name="Granite Ridge Mutual"), False),
    ],
)
def test_papers_tell_it_by_their_last_year(paper: Extraction, ours: bool) -> None:
    assert is_ours("", [paper], HOUSE) is ours


def test_the_last_year_of_all_papers_together_counts() -> None:
    former = run(("2022-02-01", "Granite Ridge Mutual"), ("2023-02-01", "Granite Ridge Mutual"))
    today = form(prior_carriers__0__year="2026", prior_carriers__0__gl_carrier="Harborline Mutual")
    assert is_ours("", [former], HOUSE)
    assert not is_ours("", [former, today], HOUSE)


def test_without_names_nothing_is_ours() -> None:
    assert not is_ours("expiring with Granite Ridge Mutual", [form(expiring_carrier="Granite Ridge Mutual")], ())


@pytest.mark.parametrize(("ours", "wanted"), [(True, "renewal"), (False, "new_business")])
def test_the_same_mail_is_a_renewal_with_us_and_new_business_without(ours: bool, wanted: str) -> None:
    told = intents.judge(
        subject="Oak Hollow Apartments - GL 2/1/2027",
        new_text="Please see the attached renewal applications. Current carrier is Granite Ridge Mutual. Please quote.",
        attachment_kinds=["acord_125", "acord_126"],
        has_our_reference=False,
        is_reply=False,
        is_forward=False,
        expires_with_us=ours,
    )
    assert told[0].intent == wanted
