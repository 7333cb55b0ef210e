"""What a revision asks, and that a number once given keeps its meaning."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from outbound.checklist import Checklist, fingerprint, from_json, listed, number, revise, to_json
from pipeline.submission import Item

BLOCKING = Item(
    code="WC-130",
    line="workers_compensation",
    subject="",
    severity="blocking",
    state="open",
    ask="ACORD 130.",
    title="WC",
)
QUOTE = replace(BLOCKING, code="INS-START", line=None, severity="needed_to_quote", title="Start", ask="Year started.")
NICE = replace(BLOCKING, code="INS-WEBSITE", line=None, severity="nice", title="Website", ask="Website or none.")
BIND = replace(BLOCKING, code="SIG-APPLICANT", line=None, severity="needed_to_bind", title="Signature")
INTERNAL = replace(BLOCKING, code="WC-MONOPOLISTIC", severity="internal", title="State fund")


def revision(items: list[Item], last: Checklist | None = None) -> Checklist | None:
    return revise(
        ref="SUB-26-000001",
        insured="Three Forks Drywall, Inc.",
        lines=("general_liability", "workers_compensation"),
        effective=date(2027, 1, 15),
        gate="blocked",
        score=60,
        items=items,
        last=last,
    )


def test_what_blocks_is_asked_first() -> None:
    assert [ask.code for ask in number([NICE, QUOTE, BLOCKING])] == ["WC-130", "INS-START", "INS-WEBSITE"]


def test_internal_work_and_bind_time_papers_are_never_asked() -> None:
    assert number([INTERNAL, BIND]) == ()


def test_closed_items_are_never_asked_again() -> None:
    assert number([replace(QUOTE, state="satisfied"), replace(NICE, state="waived")]) == ()


def test_an_item_keeps_its_number_when_others_close() -> None:
    first = revision([BLOCKING, QUOTE, NICE])
    assert first is not None
    second = revision([QUOTE, NICE], first)
    assert second is not None
    assert [(ask.code, ask.number) for ask in second.asks] == [("INS-START", 2), ("INS-WEBSITE", 3)]
    assert second.closed == ("WC",)


def test_a_new_item_takes_a_number_nobody_had() -> None:
    first = revision([BLOCKING])
    second = revision([BLOCKING, QUOTE], first)
    assert second is not None
    assert [ask.number for ask in second.asks] == [1, 2]


def test_the_number_of_a_closed_item_is_never_given_to_another() -> None:
    first = revision([BLOCKING, QUOTE])
    second = revision([BLOCKING], first)
    third = revision([BLOCKING, NICE], second)
    assert third is not None
    assert [(ask.code, ask.number) for ask in third.asks] == [("WC-130", 1), ("INS-WEBSITE", 3)]


def test_the_same_list_is_no_new_revision() -> None:
    first = revision([BLOCKING, QUOTE])
    assert revision([BLOCKING, QUOTE], first) is None


def test_a_complete_submission_still_gets_its_first_revision() -> None:
    first = revision([])
    assert first is not None
    assert (first.revision, first.asks) == (1, ())


@given(st.lists(st.sampled_from([BLOCKING, QUOTE, NICE, BIND, INTERNAL]), unique=True))
def test_kept_checklists_read_back_as_they_were(items: list[Item]) -> None:
    kept = revision(items)
    assert kept is not None
    assert from_json(to_json(kept)) == kept


def test_the_fingerprint_sees_words_and_not_revision_numbers() -> None:
    first = revision([BLOCKING])
    assert first is not None
    assert fingerprint(first) == fingerprint(replace(first, revision=9))
    assert fingerprint(first) != fingerprint(replace(first, insured="Another LLC"))


def test_lists_read_as_english() -> None:
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
