"""Every message is on the ledger once, in one state, and the numbers add up."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from pipeline.records import ledger, queue
from pipeline.records.ledger import AttachmentOutcome
from pipeline.records.session import Engine, RecordsError, Transaction, reading, transaction

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def receive(tx: Transaction, key: str, **more: Any) -> int:
    given = {"source": "box", "source_key": key, "sha256": key * 8, "size": 10, "received_at": NOW, **more}
    return ledger.record_received(tx, **given)[0]


def describe(tx: Transaction, message: int, *, content: str, message_id: str | None) -> None:
    ledger.describe_message(
        tx,
        message,
        content_sha256=content,
        message_id=message_id,
        sender="kim@oak.example",
        sender_name="Kim",
        subject="Re: Dunlap",
        thread_key="dunlap",
        references=["a@x", "b@x"],
        intents=["new_business"],
        disposition="accept",
    )


def test_the_same_delivery_is_recorded_once(engine: Engine) -> None:
    given: dict[str, Any] = {"source": "box", "source_key": "1", "sha256": "a", "size": 1, "received_at": NOW}
    with transaction(engine) as tx:
        first = ledger.record_received(tx, **given)
    with transaction(engine) as tx:
        assert ledger.record_received(tx, **given) == (first[0], False)
        assert first[1]
        assert ledger.accounting(tx).received == 1


def test_the_same_key_of_another_source_is_another_message(engine: Engine) -> None:
    with transaction(engine) as tx:
        assert receive(tx, "1") != receive(tx, "1", source="other")


def test_every_message_is_counted_in_exactly_one_state(engine: Engine) -> None:
    with transaction(engine) as tx:
        messages = [receive(tx, str(number)) for number in range(7)]
        queue.enqueue_many(tx, "message.file", messages, due_at=NOW)
        for message, state in zip(messages, ("filed", "filed", "held", "discarded", "shunted"), strict=False):
            ledger.finish_message(tx, message, state, "why", at=NOW)
        ledger.begin_message(tx, messages[5])
        count = ledger.accounting(tx)
    assert (count.received, count.filed, count.held, count.discarded, count.shunted) == (7, 2, 1, 1, 1)
    assert (count.in_work, count.stranded, count.adds_up) == (2, 0, True)


def test_a_message_that_vanished_shows_in_the_accounting(engine: Engine) -> None:
    with transaction(engine) as tx:
        ledger.finish_message(tx, receive(tx, "1"), "filed", "why", at=NOW)
        ledger.finish_message(tx, receive(tx, "2"), "filed", "why", at=NOW)
    with transaction(engine) as tx:
        tx.execute(text("DELETE FROM messages WHERE source_key = '1'"))
        assert not ledger.accounting(tx).adds_up


def test_a_message_in_work_that_no_step_will_pick_up_shows_in_the_accounting(engine: Engine) -> None:
    with transaction(engine) as tx:
        receive(tx, "1")
        count = ledger.accounting(tx)
    assert (count.stranded, count.adds_up) == (1, False)


def test_a_message_ends_in_a_final_state_only(engine: Engine) -> None:
    with transaction(engine) as tx:
        message = receive(tx, "1")
        with pytest.raises(RecordsError, match="not processing"):
            ledger.finish_message(tx, message, "processing", "why", at=NOW)
        with pytest.raises(RecordsError, match="no message 99"):
            ledger.finish_message(tx, 99, "filed", "why", at=NOW)


def test_a_state_outside_the_list_is_refused_by_the_database(engine: Engine) -> None:
    with pytest.raises(IntegrityError), transaction(engine) as tx:
        message = receive(tx, "1")
        tx.execute(text("UPDATE messages SET state = 'lost' WHERE id = :id"), {"id": message})


def test_what_reading_told_is_kept(engine: Engine) -> None:
    with transaction(engine) as tx:
        message = receive(tx, "1")
        describe(tx, message, content="c1", message_id="m@x")
        ledger.finish_message(tx, message, "filed", "filed to SUB-26-000001", at=NOW)
    with reading(engine) as tx:
        found = ledger.message_by_source(tx, "box", "1")
    assert found is not None
    assert (found.id, found.sender, found.references) == (message, "kim@oak.example", ("a@x", "b@x"))
    assert (found.intents, found.state, found.finished_at) == (("new_business",), "filed", NOW)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        pytest.param(("c1", "m@x"), ("c1", "m@x"), True, id="delivered twice"),
        pytest.param(("c1", "m@x"), ("c2", "m@x"), False, id="message id used again for other content"),
        pytest.param(("c1", "m@x"), ("c1", "n@x"), False, id="same words sent again on purpose"),
        pytest.param(("c1", None), ("c1", None), True, id="no message id in both"),
    ],
)
def test_a_duplicate_is_the_same_mail_delivered_again(
    engine: Engine, first: tuple[str, str | None], second: tuple[str, str | None], same: bool
) -> None:
    with transaction(engine) as tx:
        messages = [receive(tx, "1"), receive(tx, "2")]
        for message, (content, message_id) in zip(messages, (first, second), strict=True):
            describe(tx, message, content=content, message_id=message_id)
        found = ledger.find_duplicate(tx, messages[1], message_id=second[1], content_sha256=second[0])
        assert found == (messages[0] if same else None)
        assert ledger.find_duplicate(tx, messages[0], message_id=first[1], content_sha256=first[0]) is None


def test_the_same_raw_bytes_are_a_duplicate_whatever_was_read(engine: Engine) -> None:
    with transaction(engine) as tx:
        first, second = receive(tx, "1", sha256="raw"), receive(tx, "2", sha256="raw")
        assert ledger.find_duplicate(tx, second, message_id="new@x", content_sha256="c9") == first


def test_the_attachment_ledger_is_replaced_as_a_whole(engine: Engine) -> None:
    outcomes = [
        AttachmentOutcome(path=f"2/{name}", name=name, media_type="application/pdf", sha256="f", size=3, outcome="read")
        for name in ("b.pdf", "a.pdf")
    ]
    with transaction(engine) as tx:
        message = receive(tx, "1")
        ledger.record_attachments(tx, message, outcomes)
        ledger.record_attachments(tx, message, outcomes)
    with reading(engine) as tx:
        assert ledger.attachments_of(tx, message) == tuple(outcomes)


def test_messages_of_a_state_are_listed_newest_first_page_by_page(engine: Engine) -> None:
    with transaction(engine) as tx:
        messages = [receive(tx, str(number)) for number in range(5)]
        page = ledger.messages_in(tx, "received", limit=2)
        rest = ledger.messages_in(tx, "received", before=page[-1].id)
    assert [message.id for message in (*page, *rest)] == messages[::-1]
