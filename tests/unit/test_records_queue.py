"""A step is worked on by one worker at a time, completed once, and set aside after three attempts."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.records import ledger, queue
from pipeline.records.queue import Step
from pipeline.records.session import Engine, LeaseLost, Transaction, reading, transaction

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

CLAIM_ALL = """
import sys
from datetime import datetime, UTC
from pipeline.records import queue
from pipeline.records.session import open_engine, transaction
engine = open_engine(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
while True:
    with transaction(engine) as tx:
        step = queue.claim(tx, sys.argv[2], datetime(2026, 11, 20, 12, tzinfo=UTC))
    if step is None:
        break
    print(step.id, flush=True)
    with transaction(engine) as tx:
        queue.complete(tx, step)
"""


def enqueue(engine: Engine, kind: str = "outgoing.send", subject: int = 1, **more: int) -> int:
    with transaction(engine) as tx:
        return queue.enqueue(tx, kind, subject, due_at=NOW, **more)


def claim(engine: Engine, owner: str = "host:1:1", now: datetime = NOW) -> Step | None:
    with transaction(engine) as tx:
        return queue.claim(tx, owner, now)


def must_claim(engine: Engine, owner: str = "host:1:1") -> Step:
    step = claim(engine, owner)
    assert step is not None
    return step


def state_of(engine: Engine, step: int) -> Step:
    with reading(engine) as tx:
        return next(s for state in ("due", "leased", "done", "dead") for s in queue.steps_in(tx, state) if s.id == step)


def receive(tx: Transaction) -> int:
    given = {"source": "box", "source_key": "1", "sha256": "a", "size": 1}
    return ledger.record_received(tx, received_at=NOW, **given)[0]  # type: ignore[arg-type]


def test_steps_are_claimed_by_priority_then_due_time_then_age(engine: Engine) -> None:
    with transaction(engine) as tx:
        late = queue.enqueue(tx, "a", 1, due_at=NOW)
        early = queue.enqueue(tx, "a", 2, due_at=NOW - timedelta(hours=1))
        urgent = queue.enqueue(tx, "a", 3, due_at=NOW, priority=1)
        same = queue.enqueue(tx, "a", 4, due_at=NOW)
        queue.enqueue(tx, "a", 5, due_at=NOW + timedelta(seconds=1))
    claimed = [claim(engine) for _ in range(5)]
    assert [step and step.id for step in claimed] == [urgent, early, late, same, None]


def test_four_processes_claim_every_step_exactly_once(engine: Engine, database_url: str) -> None:
    with transaction(engine) as tx:
        queue.enqueue_many(tx, "a", range(120), due_at=NOW)
    command = [sys.executable, "-c", CLAIM_ALL, database_url]
    workers = [
        subprocess.Popen([*command, f"host:{n}:1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for n in range(4)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    outputs = [worker.communicate(timeout=60)[0].split() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4
    claimed = [int(step) for output in outputs for step in output]
    assert len(claimed) == len(set(claimed)) == 120
    if engine.dialect.name == "postgresql":  # SQLite lets whoever holds its one lock go on as long as they like.
        assert sum(1 for output in outputs if output) > 1
    with reading(engine) as tx:
        assert {step.attempts for step in queue.steps_in(tx, "done", limit=200)} == {1}


def test_a_kind_nobody_here_knows_is_left_alone(engine: Engine) -> None:
    enqueue(engine, "from.tomorrow")
    with transaction(engine) as tx:
        assert queue.claim(tx, "host:1:1", NOW, ("outgoing.send",)) is None


def test_an_attempt_is_spent_before_the_work(engine: Engine) -> None:
    step = enqueue(engine)
    claim(engine)
    assert (state_of(engine, step).state, state_of(engine, step).attempts) == ("leased", 1)


def test_a_step_that_waits_already_is_brought_forward_and_not_doubled(engine: Engine) -> None:
    with transaction(engine) as tx:
        first = queue.enqueue(tx, "a", 1, due_at=NOW + timedelta(days=1), priority=50)
        second = queue.enqueue(tx, "a", 1, due_at=NOW, priority=90)
    assert first == second
    assert (state_of(engine, first).due_at, state_of(engine, first).priority) == (NOW, 50)


def test_a_step_that_is_worked_on_is_followed_by_another_which_waits_for_it(engine: Engine) -> None:
    first = enqueue(engine)
    step = must_claim(engine)
    second = enqueue(engine)
    assert first != second
    assert claim(engine, "host:2:1") is None
    with transaction(engine) as tx:
        queue.complete(tx, step)
    assert must_claim(engine, "host:2:1").id == second


def test_completing_twice_changes_nothing(engine: Engine) -> None:
    enqueue(engine)
    step = must_claim(engine)
    for _ in range(2):
        with transaction(engine) as tx:
            queue.complete(tx, step)
    assert state_of(engine, step.id).state == "done"


def test_who_lost_the_lease_can_neither_complete_nor_keep_the_effects(engine: Engine) -> None:
    enqueue(engine)
    frozen = must_claim(engine)
    with transaction(engine) as tx:
        queue.release_dead(tx, "host:", lambda owner: False, now=NOW)
    other = must_claim(engine, "host:2:1")
    with pytest.raises(LeaseLost), transaction(engine) as tx:
        receive(tx)
        queue.complete(tx, frozen)
    with transaction(engine) as tx:
        assert ledger.accounting(tx).received == 0
        with pytest.raises(LeaseLost):
            queue.renew(tx, frozen)
        queue.fail(tx, frozen, "too late", now=NOW)
        queue.renew(tx, other)
        queue.complete(tx, other)
    assert (state_of(engine, other.id).state, state_of(engine, other.id).reason) == ("done", None)


def test_a_failed_step_waits_longer_each_time_and_dies_after_three_attempts(engine: Engine) -> None:
    step = enqueue(engine)
    waits = []
    now = NOW
    for _ in range(3):
        claimed = claim(engine, now=now)
        assert claimed is not None
        with transaction(engine) as tx:
            state = queue.fail(tx, claimed, "ValueError at x.py:1", now=now)
        waits.append((state, state_of(engine, step).due_at - now))
        now = state_of(engine, step).due_at
    assert waits[:2] == [("due", timedelta(seconds=5)), ("due", timedelta(seconds=30))]
    assert waits[2][0] == "dead"
    assert claim(engine, now=NOW + timedelta(days=1)) is None
    assert now - NOW < timedelta(minutes=2)


def test_the_message_of_a_dead_step_is_shunted_with_the_reason(engine: Engine) -> None:
    with transaction(engine) as tx:
        message = receive(tx)
        queue.enqueue(tx, "message.file", message, due_at=NOW)
    for _ in range(3):
        step = must_claim(engine)
        with transaction(engine) as tx:
            queue.fail(tx, step, "ValueError at x.py:1", now=NOW, patient=False)
    with reading(engine) as tx:
        found = ledger.message_by_id(tx, message)
        count = ledger.accounting(tx)
    assert found is not None
    assert (found.state, found.reason) == ("shunted", "message.file: ValueError at x.py:1")
    assert (count.shunted, count.adds_up) == (1, True)


def test_three_dead_workers_set_a_message_aside(engine: Engine) -> None:
    with transaction(engine) as tx:
        message = receive(tx)
        queue.enqueue(tx, "message.file", message, due_at=NOW)
    for pid in range(3):
        must_claim(engine, f"host:{pid}:1")
        with transaction(engine) as tx:
            assert queue.release_dead(tx, "host:", lambda owner: False, now=NOW) == 1
    with reading(engine) as tx:
        found = ledger.message_by_id(tx, message)
    assert found is not None
    assert (found.state, found.reason) == ("shunted", "message.file: worker died")


def test_only_dead_workers_of_this_machine_lose_their_steps(engine: Engine) -> None:
    for subject, owner in enumerate(("here:1:1", "here:2:1", "there:1:1")):
        enqueue(engine, subject=subject)
        must_claim(engine, owner)
    with transaction(engine) as tx:
        assert queue.release_dead(tx, "here:", lambda owner: owner == "here:1:1", now=NOW) == 1
        assert [step.lease_owner for step in queue.steps_in(tx, "leased")] == ["here:1:1", "there:1:1"]


def test_an_expired_lease_is_given_back_by_the_clock_of_the_database(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue(engine)
    with transaction(engine) as tx:
        queue.claim(tx, "there:1:1", NOW)
        assert queue.release_expired(tx, now=NOW) == 0
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=-1))
    with transaction(engine) as tx:
        queue.renew(tx, queue.steps_in(tx, "leased")[0])
        assert queue.release_expired(tx, now=NOW) == 1
        assert queue.steps_in(tx, "due")[0].reason == "lease expired"


def test_a_step_given_back_has_all_its_attempts(engine: Engine) -> None:
    enqueue(engine)
    step = must_claim(engine)
    with transaction(engine) as tx:
        queue.give_back(tx, step)
    assert must_claim(engine).attempts == 1


def test_a_dead_step_can_be_tried_again(engine: Engine) -> None:
    enqueue(engine)
    for _ in range(3):
        step = must_claim(engine)
        with transaction(engine) as tx:
            queue.fail(tx, step, "x", now=NOW, patient=False)
    with transaction(engine) as tx:
        assert queue.revive(tx, step.id, now=NOW)
        assert not queue.revive(tx, step.id, now=NOW)
        assert (queue.due_count(tx, NOW), queue.next_due(tx)) == (1, NOW)
    assert must_claim(engine).attempts == 1


def test_a_step_given_back_is_no_longer_held_though_the_attempt_has_the_same_number(engine: Engine) -> None:
    enqueue(engine)
    old = must_claim(engine, "host:1:1")
    with transaction(engine) as tx:
        queue.give_back(tx, old)
    must_claim(engine, "host:2:1")
    with pytest.raises(LeaseLost), transaction(engine) as tx:
        queue.complete(tx, old)


def test_another_thread_of_the_same_process_holds_a_lease_of_its_own(engine: Engine) -> None:
    enqueue(engine)
    old = must_claim(engine)
    with transaction(engine) as tx:
        queue.release_dead(tx, "host:", lambda owner: False, now=NOW)
    again = must_claim(engine)
    assert again.lease_owner == old.lease_owner
    with pytest.raises(LeaseLost), transaction(engine) as tx:
        queue.complete(tx, old)
