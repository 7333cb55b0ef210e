"""A message goes to another submission and comes back; two submissions become one and two again; nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import events, filing, regrouping
from pipeline.office import Office
from pipeline.records import documents, facts, ledger, matches, regroupings, submissions
from pipeline.records.matches import MatchKeys
from pipeline.records.session import RecordsError, reading, transaction
from pipeline.run import read_now
from tests.flow.installation import troubles, work_off
from tests.two_records import LIST, ONE, TWO, asks, mail, send, two_records


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with two_records(tmp_path) as opened:
        yield opened


def standing(office: Office, ref: str) -> dict[str, Any]:
    with reading(office.engine) as tx:
        record = submissions.by_ref(tx, ref)
        assert record is not None
        return {
            "facts": {name: fact.value for name, fact in facts.facts_of(tx, record.id).items()},
            "documents": [
                (one.filed.name, one.version, one.withdrawn_at) for one in documents.documents_of(tx, record.id)
            ],
            "status": (record.status, record.insured_name, record.effective_date),
            "messages": regroupings.messages_of(tx, record.id),
        }


def ids(office: Office) -> tuple[int, int]:
    with reading(office.engine) as tx:
        one, two = submissions.by_ref(tx, ONE), submissions.by_ref(tx, TWO)
    assert one is not None and two is not None
    return one.id, two.id


def test_two_submissions_become_one_and_two_again(office: Office) -> None:
    before = standing(office, ONE), standing(office, TWO)
    one, two = ids(office)
    assert before[0]["documents"] and before[0]["facts"] != before[1]["facts"]
    with transaction(office.engine) as tx:
        kept = regrouping.merge(office, tx, two, one, by="person:1", reason="sent twice")
    work_off(office)
    assert standing(office, TWO)["status"][0] == "Closed"
    assert standing(office, ONE)["messages"] == (1, 2)
    with transaction(office.engine) as tx:
        regrouping.undo(office, tx, kept, by="person:1")
    work_off(office)
    assert (standing(office, ONE), standing(office, TWO)) == before
    assert troubles(office.engine) == []
    with reading(office.engine) as tx:
        told = [event.kind for event in events.events_of(tx, events.submission_stream(one))]
    assert {"submission.merged", "submission.merge_undone"} <= set(told)


def test_a_merged_submission_leads_to_the_one_it_became_part_of(office: Office) -> None:
    one, two = ids(office)
    with transaction(office.engine) as tx:
        regrouping.merge(office, tx, two, one, by="person:1", reason="sent twice")
        keys = MatchKeys(
            at=office.clock.now(), refs=(TWO,), reply_tokens=(office.reply_token(TWO),), sender="ann@oak.example"
        )
        (found,) = matches.candidates_for(tx, keys)
        assert (found.submission.ref, set(found.how)) == (ONE, {"ref", "token"})
        assert submissions.standing(tx, two).ref == ONE
        with pytest.raises(RecordsError, match="part of another"):
            regrouping.merge(office, tx, two, one, by="person:1", reason="again")


def test_a_message_moves_with_what_it_brought_and_comes_back(office: Office) -> None:
    other = LIST.replace("F-150", "F-350").replace("00001", "00009")
    third = send(office, "c", mail("c", f"Docs {ONE}", "The vehicle list is attached.", other))
    before = standing(office, ONE), standing(office, TWO)
    assert third in before[0]["messages"]
    one, two = ids(office)
    with transaction(office.engine) as tx:
        kept = regrouping.move(office, tx, third, one, two, by="person:1", reason="it is about Brook")
    assert (standing(office, ONE)["messages"], standing(office, TWO)["messages"]) == ((1,), (2, third))
    with transaction(office.engine) as tx:
        regrouping.undo(office, tx, kept, by="person:1")
        with pytest.raises(RecordsError, match="already"):
            regrouping.undo(office, tx, kept, by="person:1")
    work_off(office)
    assert (standing(office, ONE), standing(office, TWO)) == before


def test_a_message_gets_a_submission_of_its_own_unless_it_is_all_there_is(office: Office) -> None:
    third = send(office, "c", mail("c", f"Docs {ONE}", "The vehicle list is attached.", LIST.replace("F-150", "F-350")))
    one, _ = ids(office)
    with transaction(office.engine) as tx:
        _, ref = regrouping.split(office, tx, third, one, by="person:1", reason="another insured")
        with pytest.raises(RecordsError, match="all there is"):
            regrouping.split(office, tx, 1, one, by="person:1", reason="no")
    assert standing(office, ref)["messages"] == (third,)
    assert standing(office, ONE)["messages"] == (1,)


def test_submissions_of_two_agencies_are_never_merged(office: Office) -> None:
    text = asks("Cedar Signs Corp", "47-1839777", "02/01/2027")
    send(office, "d", mail("d", "New business: Cedar Signs Corp", text, From="Max <max@elm.example>"))
    with transaction(office.engine) as tx:
        record = submissions.by_ref(tx, "SUB-26-000003")
        assert record is not None
        with pytest.raises(RecordsError, match="two agencies"):
            regrouping.merge(office, tx, record.id, ids(office)[0], by="person:1", reason="no")


def test_a_message_that_waits_is_filed_where_a_person_says(office: Office) -> None:
    waits = send(
        office,
        "e",
        mail("e", "RE: list", "The missing items are attached, sorry for the wait.", LIST.replace("2021", "2019")),
    )
    with reading(office.engine) as tx:
        message = ledger.message_by_id(tx, waits)
        told = events.events_of(tx, events.message_stream(waits))
    assert message is not None and (message.state, message.reason) == ("held", "no_match")
    assert [event.payload["sentence"] for event in told if event.kind == "message.held"]
    read = read_now(office, message)
    with transaction(office.engine) as tx:
        filing.file_by_hand(office, tx, message, read, ids(office)[0])
    assert waits in standing(office, ONE)["messages"]
    assert troubles(office.engine) == []
