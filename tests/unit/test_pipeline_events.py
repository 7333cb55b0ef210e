"""The event log cannot be changed unseen, holds nothing restricted, and is read once by each follower."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from pipeline import events
from pipeline.records.session import Engine, reading, transaction

NOW = datetime(2026, 11, 20, 12, 30, 15, 7, tzinfo=UTC)


def append(engine: Engine, stream: str = "submission:1", **payload: Any) -> int:
    with transaction(engine) as tx:
        return events.append(tx, stream, "field.changed", payload, actor="rules", at=NOW)


def test_events_come_back_in_order_as_they_were_said(engine: Engine) -> None:
    append(engine, after="1", nested={"b": [1, 2.5, None, True], "a": "é\x00"})
    append(engine, after="2")
    append(engine, "submission:2", after="3")
    with reading(engine) as tx:
        first, second = events.events_of(tx, "submission:1")
        assert events.verify_all(tx) == ()
    assert (first.seq, second.seq, first.actor, first.at) == (1, 2, "rules", NOW)
    assert first.payload == {"after": "1", "nested": {"a": "é\ufffd", "b": [1, 2.5, None, True]}}


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ("UPDATE events SET payload = '{}' WHERE seq = 2", 2),
        ("UPDATE events SET actor = 'somebody' WHERE seq = 2", 2),
        ("UPDATE events SET kind = 'item.opened' WHERE seq = 3", 3),
        ("UPDATE events SET at = '2020-01-01 00:00:00.000000' WHERE seq = 1", 1),
        ("DELETE FROM events WHERE seq = 1", 1),
        ("DELETE FROM events WHERE seq = 2", 2),
        ("UPDATE events SET hash = prev_hash WHERE seq = 3", 3),
        ("UPDATE events SET stream = 'submission:9' WHERE seq = 4", 1),
    ],
)
def test_a_changed_removed_or_moved_event_is_found(engine: Engine, change: str, broken_at: int) -> None:
    for number in range(4):
        append(engine, n=number)
    with transaction(engine) as tx:
        tx.execute(text(change))
        (verdict,) = events.verify_all(tx)
    assert (verdict.ok, verdict.broken_at) == (False, broken_at)


def test_a_cut_off_end_is_found(engine: Engine) -> None:
    for number in range(4):
        append(engine, n=number)
    with transaction(engine) as tx:
        tx.execute(text("DELETE FROM events WHERE seq = 4"))
        assert events.verify(tx, "submission:1").ok
        assert events.verify_all(tx) == (events.Verdict(stream="*", events=3, broken_at=4),)


def test_a_place_in_a_stream_is_taken_once(engine: Engine) -> None:
    append(engine)
    with pytest.raises(IntegrityError), transaction(engine) as tx:
        columns = "stream, seq, kind, actor, payload, at, prev_hash, hash"
        tx.execute(text(f"INSERT INTO events ({columns}) SELECT {columns} FROM events"))


def test_writers_side_by_side_make_one_unbroken_chain(engine: Engine) -> None:
    threads = [threading.Thread(target=lambda: [append(engine, n=n) for n in range(5)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as tx:
        assert (events.verify(tx, "submission:1").events, events.verify_all(tx)) == (20, ())


def test_nothing_restricted_is_ever_kept(engine: Engine) -> None:
    append(
        engine,
        change={"field": "drivers[0].ssn", "before": None, "after": "123-45-6789"},
        other={"field": "drivers[1].dob", "after": "1980-02-03"},
        fein={"field": "named_insureds[0].fein", "after": "860001234"},
        license_number="D1234567",
        note="his number is 123-45-6789, theirs 86-0001234",
        claim="123456789",
    )
    with reading(engine) as tx:
        kept = str(tx.execute(text("SELECT payload FROM events")).scalar())
    assert not any(secret in kept for secret in ("123-45", "6789,", "1980", "86000", "86-0", "D1234567"))
    assert "1234" in kept
    assert "123456789" in kept


def test_a_follower_reads_every_event_once_and_goes_on_where_it_was(engine: Engine) -> None:
    ids = [append(engine, n=number) for number in range(5)]
    with transaction(engine) as tx:
        first = events.read_on(tx, "mail", limit=2)
        events.advance(tx, "mail", first[-1].id, at=NOW)
    with pytest.raises(ZeroDivisionError), transaction(engine) as tx:
        events.advance(tx, "mail", ids[-1], at=NOW)
        _ = 1 / 0
    with transaction(engine) as tx:
        rest = events.read_on(tx, "mail")
        events.advance(tx, "mail", rest[-1].id, at=NOW)
        assert events.read_on(tx, "mail") == ()
        assert len(events.read_on(tx, "other")) == 5
    assert [event.id for event in (*first, *rest)] == ids
