"""A message finds its submission by the first key that holds, and never by one that its insured contradicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.explaining import sentence
from pipeline.matching import (
    Existing,
    Incoming,
    Match,
    match,
    thread_subject,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
REF = "SUB-26-004512"
DUNLAP = Existing(
    ref=REF,
    agency="copperfield",
    insureds=("Dunlap Mechanical LLC",),
    fein="471839205",
    effective=date(2027, 1, 15),
    lines=("general_liability", "commercial_auto"),
    state="AZ",
    zip="85201",
    senders=frozenset({"priya@copperfield.example"}),
    subjects=frozenset({"dunlap mechanical gl/auto"}),
    sent=frozenset({"<ask-1@intake.example>"}),
    received=frozenset({"<first@copperfield.example>"}),
    last_message_at=NOON,
)
OTHER = replace(
    DUNLAP,
    ref="SUB-26-004000",
    insureds=("Granite Tools Inc",),
    fein="881112223",
    sent=frozenset(),
    received=frozenset(),
    subjects=frozenset(),
)


def mail(**changes: object) -> Incoming:
    """A message from Dunlap's producer that names nothing yet."""
    return replace(
        Incoming(sender="priya@copperfield.example", agency="copperfield", received_at=NOON + timedelta(days=3)),
        **changes,
    )


def found(incoming: Incoming, *known: Existing) -> Match:
    return match(incoming, known or (OTHER, DUNLAP))


@pytest.mark.parametrize(
    ("incoming", "how", "confidence"),
    [
        (mail(tokens=(REF,)), "token", 0.99),
        (mail(answers=("<ask-1@intake.example>",)), "thread", 0.97),
        (mail(answers=("<first@copperfield.example>",)), "thread", 0.97),
        (mail(numbers=("sub-26-004512",)), "token", 0.93),
        (mail(fein="47-1839205", effective=date(2027, 2, 1), lines=("general_liability",)), "fein", 0.95),
        (mail(subject="RE: [EXTERNAL] Fwd: Dunlap Mechanical GL/Auto"), "thread", 0.75),
        (mail(insureds=("DUNLAP MECHANICAL",), state="AZ", effective=date(2027, 1, 15)), "name", 0.85),
    ],
)
def test_each_key_finds_the_submission(incoming: Incoming, how: str, confidence: float) -> None:
    result = found(incoming)
    assert (result.how, result.ref, result.confidence) == (how, REF, confidence)
    assert result.reasons


def test_a_message_that_names_nothing_is_new() -> None:
    assert found(mail(subject="New business")) == Match(how="new", ref=None, confidence=1.0)


def test_the_surer_key_wins_over_the_order_of_records() -> None:
    incoming = mail(tokens=(REF,), insureds=("Dunlap Mechanical",), numbers=("SUB-26-004000",))
    assert found(incoming).ref == REF
    assert match(incoming, (DUNLAP, OTHER)).ref == REF


@pytest.mark.parametrize(
    "key", [{"tokens": (REF,)}, {"answers": ("<ask-1@intake.example>",)}, {"subject": "RE: Dunlap Mechanical GL/Auto"}]
)
def test_a_new_insured_on_an_old_thread_is_a_new_submission(key: dict[str, object]) -> None:
    result = found(mail(insureds=("Kessler Interiors Inc",), fein="990001112", **key))
    assert (result.how, result.ref) == ("new", None)
    assert "names another insured" in result.reasons[0]


def test_a_new_name_with_the_same_fein_is_the_same_insured() -> None:
    assert found(mail(answers=("<ask-1@intake.example>",), insureds=("Cool Air",), fein="471839205")).ref == REF


def test_next_years_term_on_the_old_thread_is_a_new_submission() -> None:
    renewal = mail(answers=("<ask-1@intake.example>",), effective=date(2028, 1, 15))
    assert found(renewal).how == "new"
    assert match(renewal, (replace(DUNLAP, doubts_date=True),)).ref == REF


@pytest.mark.parametrize(
    "changes",
    [
        {"answers": ("<ask-1@intake.example>",)},
        {"numbers": (REF,)},
        {"tokens": (REF,)},
        {"fein": "47-1839205", "effective": date(2027, 1, 15)},
        {"insureds": ("Dunlap Mechanical LLC",), "state": "AZ", "effective": date(2027, 1, 15)},
    ],
)
def test_an_address_nobody_knows_reaches_no_submission_whatever_it_names(changes: dict[str, object]) -> None:
    assert found(mail(agency=None, sender="mallory@gmail.com", **changes)).ref is None
    assert found(mail(agency=None, sender="priya@copperfield.example", **changes)).ref == REF


def test_one_of_us_may_pass_on_what_belongs_to_a_submission() -> None:
    assert found(mail(agency=None, sender="desk@intake.example", of_house=True, numbers=(REF,))).ref == REF


@pytest.mark.parametrize(
    "changes",
    [
        {"tokens": (REF,)},
        {"numbers": (REF,)},
        {"fein": "471839205", "effective": date(2027, 1, 15)},
        {"insureds": ("Dunlap Mechanical LLC",), "state": "AZ"},
    ],
)
def test_another_agency_never_reaches_the_submission(changes: dict[str, object]) -> None:
    assert found(mail(agency="bayline", sender="x@bayline.example", **changes)).ref is None


def test_a_fein_far_from_the_date_or_of_another_line_does_not_match() -> None:
    assert found(mail(fein="471839205", effective=date(2027, 5, 1), lines=("general_liability",))).how == "new"
    assert found(mail(fein="471839205", effective=date(2027, 1, 15), lines=("cyber",))).how == "new"


def test_a_similar_name_is_a_candidate_for_a_person() -> None:
    result = found(mail(insureds=("Dunlop Mechanicals Group LLC",), state="AZ"))
    assert (result.how, result.ref) == ("candidate", REF)


def test_the_same_name_in_another_state_is_new() -> None:
    assert found(mail(insureds=("Dunlap Mechanical LLC",), state="OH", zip="43004")).how == "new"


def test_an_old_subject_is_no_thread() -> None:
    late = mail(subject="RE: Dunlap Mechanical GL/Auto", received_at=NOON + timedelta(days=31))
    assert found(late).how == "new"
    assert found(replace(late, received_at=NOON + timedelta(days=30))).how == "thread"


def test_an_open_submission_is_found_before_a_closed_one() -> None:
    closed = replace(DUNLAP, ref="SUB-25-000001", is_open=False)
    assert match(mail(fein="471839205"), (closed, DUNLAP)).ref == REF


def test_subjects_lose_their_prefixes() -> None:
    assert thread_subject("RE: FW: [EXTERNAL] AW:  Dunlap   GL") == "dunlap gl"
    assert thread_subject("Renewal: Dunlap") == "renewal: dunlap"


def test_of_two_threads_in_one_reply_the_nearest_counts() -> None:
    newer = replace(OTHER, insureds=(), fein=None, sent=frozenset({"<ask-9@intake.example>"}))
    reply = mail(answers=("<ask-9@intake.example>", "<ask-1@intake.example>"))
    assert found(reply, newer, DUNLAP).ref == newer.ref


def test_two_submissions_that_are_as_likely_as_each_other_are_left_to_a_person() -> None:
    twin = replace(DUNLAP, ref="SUB-26-004999")
    result = found(mail(insureds=("Dunlap Mechanical LLC",), state="AZ"), DUNLAP, twin)
    assert (result.ref, result.is_open_question) == (None, True)
    assert {one.ref for one in result.candidates} == {DUNLAP.ref, twin.ref}
    dated = mail(insureds=("Dunlap Mechanical LLC",), fein="471839205")
    assert found(dated, DUNLAP, replace(twin, fein=None)).ref == REF


def test_a_fein_that_several_names_share_makes_no_match_by_itself() -> None:
    shared = replace(DUNLAP, shares_fein=True)
    branch = mail(insureds=("Kessler Interiors Inc",), fein="471839205", answers=("<ask-1@intake.example>",))
    assert found(branch, shared).ref is None
    assert found(mail(insureds=("Kessler Interiors Inc",), fein="471839205"), DUNLAP).how == "candidate"


def test_a_subject_that_every_submission_has_is_too_little_for_a_fresh_mail() -> None:
    plain = replace(DUNLAP, subjects=frozenset({"new submission"}))
    assert found(mail(subject="New submission"), plain).how == "candidate"
    assert found(mail(subject="RE: New submission", is_reply=True), plain).ref == REF


def test_every_key_that_spoke_is_kept_and_told_in_one_sentence() -> None:
    result = found(mail(tokens=(REF,), titled=(REF,), numbers=(REF,), insureds=("Dunlap Mechanical",)))
    (best, *_) = result.candidates
    assert [one.how for one in best.signals] == ["token", "token", "name"]
    said = sentence(result, opens=False)
    assert said.startswith(f"Filed to {REF} (99% sure by the best key): it came to the reply address")
    assert said.count(".") == 1
