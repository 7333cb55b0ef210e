"""What is known of senders, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.records import agencies, ledger, people, senders
from pipeline.records.senders import SenderCheck
from pipeline.records.session import Engine, RecordsError, Transaction, transaction

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANN = "ann@field.example"


def a_message(tx: Transaction, key: str) -> int:
    created, _ = ledger.record_received(tx, source="test", source_key=key, sha256=key, size=1, received_at=NOW)
    return created


def in_doubt(message: int, **more: object) -> SenderCheck:
    told: dict[str, object] = {"author": ANN, "verdict": "unproven", "vouched": False, "evidence": ("spf=none",)}
    return SenderCheck(message_id=message, **(told | more))  # type: ignore[arg-type]


def test_a_check_is_kept_replaced_and_confirmed_once_for_all(engine: Engine) -> None:
    with transaction(engine) as tx:
        message = a_message(tx, "a")
        assert senders.check_of(tx, message) is None
        senders.keep(tx, in_doubt(message))
        senders.keep(tx, in_doubt(message, warnings=("looks like us",)))
        assert senders.check_of(tx, message) == in_doubt(message, warnings=("looks like us",))
        assert not senders.is_confirmed(tx, ANN)
        senders.confirm(tx, message, by="person:1", at=NOW)
        senders.keep(tx, in_doubt(message))
        assert senders.check_of(tx, message) == in_doubt(message, confirmed_by="person:1", confirmed_at=NOW)
        assert senders.is_confirmed(tx, ANN.upper())


def test_another_author_whom_one_of_us_names_is_the_one_confirmed(engine: Engine) -> None:
    with transaction(engine) as tx:
        message = a_message(tx, "a")
        senders.keep(tx, in_doubt(message))
        senders.confirm(tx, message, by="person:1", at=NOW, said="Bert@Field.example")
        found = senders.check_of(tx, message)
        assert found is not None
        assert (found.author, found.said) == ("bert@field.example", "bert@field.example")
        assert not senders.is_confirmed(tx, ANN)


def test_the_word_on_a_mail_that_failed_speaks_for_no_other(engine: Engine) -> None:
    with transaction(engine) as tx:
        message = a_message(tx, "a")
        senders.keep(tx, in_doubt(message, verdict="failed"))
        senders.confirm(tx, message, by="person:1", at=NOW)
        assert not senders.is_confirmed(tx, ANN)


def test_what_waits_is_what_nobody_spoke_for(engine: Engine) -> None:
    with transaction(engine) as tx:
        first, second, third = (a_message(tx, key) for key in "abc")
        senders.keep(tx, in_doubt(first))
        senders.keep(tx, in_doubt(second))
        senders.keep(tx, in_doubt(third, vouched=True))
        senders.confirm(tx, first, by="person:1", at=NOW)
        assert [one.message_id for one in senders.waiting(tx)] == [second]


def test_a_message_nobody_doubts_cannot_be_confirmed(engine: Engine) -> None:
    with transaction(engine) as tx, pytest.raises(RecordsError, match="nothing is in doubt"):
        senders.confirm(tx, a_message(tx, "a"), by="person:1", at=NOW)


def test_domains_are_those_of_registered_agencies(engine: Engine) -> None:
    with transaction(engine) as tx:
        agencies.create_agency(tx, name="Field", status="active", domains=("field.example",), at=NOW)
        agencies.create_agency(tx, name="Old", status="suspended", domains=("old.example",), at=NOW)
        agencies.create_agency(tx, name="new.example", domains=("new.example",), at=NOW)
        assert senders.registered_domains(tx) == {"field.example": "Field", "old.example": "Old"}


def test_people_are_found_by_name_in_any_case(engine: Engine) -> None:
    with transaction(engine) as tx:
        people.find_or_create_agent(tx, ANN, name="Ann Field", at=NOW)
        people.find_or_create_agent(tx, "bert@field.example", name="Bert", at=NOW)
        assert [one.emails for one in senders.people_named(tx, ("field, ann", "ANN FIELD"))] == [(ANN,)]
        assert senders.people_named(tx, ()) == senders.people_named(tx, ("",)) == ()
