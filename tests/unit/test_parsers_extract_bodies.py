"""Facts of a mail by the words beside them, measured on mails written by hand; answers between quoted lines."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.extract import bodycues, bodynames, prose
from tests.bodies import hearing

TODAY = date(2026, 11, 22)
HELD_OUT = {
    "insured": (0.95, 0.95),
    "effective": (0.85, 0.93),
    "need_by": (0.85, 0.85),
    "target": (0.85, 0.95),
    "expiring": (0.95, 0.9),
    "occurrence": (0.95, 0.7),
    "csl": (0.95, 0.95),
}
"""Recall and precision that the held-out mails must keep; measured 2026-11-22, see ``docs/decisions.md``."""


def heard(text: str) -> dict[str, object]:
    return {item.field: item.value for item in prose.read(text, as_of=TODAY).fields}


@pytest.mark.parametrize("fact", hearing.FACTS)
def test_what_the_mails_say_that_rules_were_fitted_to_is_heard(fact: str) -> None:
    tally = hearing.tallies("tune")[fact]
    assert (tally.wrong, tally.missed) == (0, 0)


@pytest.mark.parametrize("fact", hearing.FACTS)
def test_held_out_mails_are_heard_as_well_as_measured(fact: str) -> None:
    recall, precision = HELD_OUT[fact]
    tally = hearing.tallies("held_out")[fact]
    assert tally.recall >= recall
    assert tally.precision >= precision


def test_names_without_a_legal_ending_are_heard_where_words_beside_them_say_whose_they_are() -> None:
    tally = hearing.tallies("held_out", without_endings=True)["insured"]
    assert tally.recall >= 0.6
    assert tally.precision >= 0.8


def test_there_are_enough_mails_and_no_mail_is_in_both_parts() -> None:
    tune, held_out = ({mail["text"] for mail in hearing.mails(part)} for part in ("tune", "held_out"))
    assert len(tune) + len(held_out) >= 120
    assert not tune & held_out


@pytest.mark.parametrize(
    ("text", "date_heard"),
    [
        ("The expiring policy was effective 1/1/2026.", None),
        ("Do not bind before 12/20/2026.", None),
        ("Please endorse policy GL-55102 effective 12/1/2026.", None),
        ("Loss runs valued 11/1/2026 are attached.", None),
        ("The effective date moved from 1/1/2027 to 1/15/2027.", "2027-01-15"),
        ("Please use 1/8/2027 rather than 1/1/2027 as the effective date.", None),
        ("Policy term 3/1/2027 to 3/1/2028.", "2027-03-01"),
        ("They renew on July 1, 2027.", "2027-07-01"),
        ("Effective the 15th of January, 2027.", "2027-01-15"),
    ],
)
def test_a_date_counts_for_what_the_words_beside_it_say(text: str, date_heard: str | None) -> None:
    assert heard(text).get("proposed_effective_date") == date_heard


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ABC Builders, Inc. is the landlord. The insured is Wren House LLC.", "Wren House LLC"),
        ("We are Lakes Region Insurance Agency, Inc. and our client is Mooring Point Inc.", "Mooring Point Inc."),
        ("The certificate holder is Big Box Builders, Inc.", None),
        ("Regards,\nTom\nBeckett Supply, Inc.", None),
        ("Please quote Barrow Roofing LP. Eff 1/15/2027.", "Barrow Roofing LP"),
        ("Please quote Workers Compensation and General Liability for", None),
        ("Please quote Sunset Bay Marina, eff 1/15/2027.", "Sunset Bay Marina"),
    ],
)
def test_the_insured_is_told_from_other_companies(text: str, name: str | None) -> None:
    assert heard(text).get(bodynames.FIELD) == name


def test_a_name_without_any_cue_is_less_sure_than_a_named_insured() -> None:
    (lone,) = bodynames.named("Attached you will see Fulton Feed & Seed Co. in good order")
    (told,) = bodynames.named("The named insured is Fulton Feed & Seed Co.")
    assert lone.value == told.value == "Fulton Feed & Seed Co."
    assert 0.6 <= lone.confidence < told.confidence


def test_every_cue_can_be_read() -> None:
    sorts: tuple[bodycues.Sort, ...] = ("date", "amount", "company")
    for sort in sorts:
        assert any(not cue.fact for cue in bodycues.cues(sort))
        assert all(0 < cue.sure <= 1 for cue in bodycues.cues(sort))


def test_answers_between_quoted_lines_go_to_the_item_above() -> None:
    pieces = (
        (True, "Hi, answers below."),
        (False, "> We need:\n> 1. The FEIN of the insured,\n>    nine digits\n"),
        (True, "\n84-1234567\n"),
        (False, "> 2) Roof year?\n"),
        (True, "will send Friday\n\nThanks, Jo"),
    )
    assert prose.inline_answers(pieces) == {1: "84-1234567", 2: ""}


def test_words_below_a_whole_quote_answer_nothing_by_themselves() -> None:
    assert prose.inline_answers(((False, "> 1. FEIN?\n> 2. Roof?\n"), (True, "Got it, thanks"))) == {}
    assert prose.inline_answers(((False, "> Regards,\n> Pat\n"), (True, "ok"), (False, "> more\n"))) == {}


@pytest.mark.parametrize(
    "piece", ["LLC ", "A B LLC ", "1/1 eff ", "by 1/1/27 ", "$1k ", "Aa Bb ", "need quote by ", "and of "]
)
def test_no_text_takes_long(piece: str) -> None:
    before = time.process_time()
    prose.read(piece * (60_000 // len(piece)), as_of=TODAY)
    prose.inline_answers(((False, "> 1) " + piece * 5_000), (True, piece * 5_000)))
    assert time.process_time() - before < 3


@given(st.text(alphabet="ALC Inc.by1/227$k,\n>)efnd&", max_size=200))
def test_any_words_can_be_read(text: str) -> None:
    prose.read(text, as_of=TODAY)
    prose.inline_answers(((False, text), (True, text), (False, text)))
