"""The queue of record: work is a row, a lease is a column, and what died three times is dead until somebody looks.

A step is claimed by raising its attempts in a transaction of its own, before the work: a process that is killed has
spent an attempt. ``attempts`` is the fencing token: whoever lost the lease can no longer complete the step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, exists, func, insert, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from pipeline.records import ledger
from pipeline.records.models import StepRow
from pipeline.records.models.columns import table
from pipeline.records.session import LeaseLost, Transaction, database_now
from pipeline.records.upsert import insert_unless_known

StepState = Literal["due", "leased", "done", "dead"]

MAX_ATTEMPTS = 3
LEASE = timedelta(seconds=120)
BACKOFF = (timedelta(seconds=5), timedelta(seconds=30))
"""Waits after the first and second failure: with three attempts a poison message is set aside within two minutes."""

MESSAGE_KINDS = "message."
"""Steps of these kinds have a message as their subject; when one dies its message is shunted."""

_steps = table(StepRow)
_waiting = _steps.alias("waiting")
_siblings = _steps.alias("siblings")

# Put together once: building a statement costs more than running it.
_SAME = and_(_steps.c.kind == bindparam("of_kind"), _steps.c.subject_id == bindparam("of_subject"))
_NEWEST = (
    select(_steps.c.id, _steps.c.generation, _steps.c.state, _steps.c.due_at, _steps.c.priority)
    .where(_SAME)
    .order_by(case((_steps.c.state == "due", 0), else_=1), _steps.c.generation.desc())
    .limit(1)
)
_ALTER = update(_steps).where(_steps.c.id == bindparam("step"))
_HELD = and_(
    _steps.c.id == bindparam("step"),
    _steps.c.state == "leased",
    _steps.c.lease_owner == bindparam("owner"),
    _steps.c.attempts == bindparam("attempt"),
)
_ALTER_HELD = update(_steps).where(_HELD)
_ALREADY_DONE = select(_steps.c.id).where(
    _steps.c.id == bindparam("step"), _steps.c.state == "done", _steps.c.attempts == bindparam("attempt")
)
_INSERT = insert(_steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One piece of work, as claimed or as listed."""

    id: int
    kind: str
    subject_id: int
    generation: int
    state: StepState
    priority: int
    attempts: int
    due_at: datetime
    lease_owner: str | None
    lease_until: datetime | None
    reason: str | None
    created_at: datetime
    finished_at: datetime | None


def enqueue(tx: Transaction, kind: str, subject_id: int, *, due_at: datetime, priority: int = 100) -> int:
    """Make a step due and return its id; lower ``priority`` goes first.

    A step of that kind and subject that waits already is brought forward instead. One that is being worked on is
    followed by a new one, because its worker may not have seen what happened since.
    """
    same = {"of_kind": kind, "of_subject": subject_id}
    newest = tx.execute(_NEWEST, same).one_or_none()
    if newest is not None and newest.state == "due":
        sooner = {"due_at": min(newest.due_at, due_at), "priority": min(newest.priority, priority)}
        tx.execute(_ALTER, {"step": newest.id, **sooner})
        return int(newest.id)
    row = {
        "kind": kind,
        "subject_id": subject_id,
        "generation": newest.generation + 1 if newest else 1,
        "state": "due",
        "priority": priority,
        "due_at": due_at,
        "created_at": database_now(tx),
    }
    created = insert_unless_known(tx, _steps, row)
    # On PostgreSQL another transaction may have made the very same generation due meanwhile: that one serves.
    return created if created is not None else _latest(tx, same)


def enqueue_many(tx: Transaction, kind: str, subjects: Iterable[int], *, due_at: datetime, priority: int = 100) -> None:
    """Make first steps due for subjects that never had one of that kind, in one statement."""
    rows = [
        {
            "kind": kind,
            "subject_id": subject,
            "generation": 1,
            "state": "due",
            "priority": priority,
            "due_at": due_at,
            "attempts": 0,
            "created_at": due_at,
        }
        for subject in subjects
    ]
    if rows:
        tx.execute(_INSERT, rows)


def claim(tx: Transaction, owner: str, now: datetime, kinds: Iterable[str] | None = None) -> Step | None:
    """Lease the first due step to ``owner``: by priority, then due time, then id; None when nothing is due.

    ``now`` is the product's clock and says what is due; leases run by the database's clock. Commit before working.
    """
    asked = {"now": now, "owner": owner, "until": database_now(tx) + LEASE}
    if kinds is None:
        row = tx.execute(_claiming(any_kind=True), asked).one_or_none()
    else:
        row = tx.execute(_claiming(any_kind=False), {**asked, "kinds": tuple(kinds)}).one_or_none()
    return None if row is None else _step(row)


def complete(tx: Transaction, step: Step) -> None:
    """Mark a leased step done; raise LeaseLost when somebody else holds it now.

    Call it inside the transaction that holds the effects, so that they vanish with a lost lease. A second call for
    the same attempt changes nothing.
    """
    done = {"state": "done", "lease_owner": None, "lease_until": None, "reason": None, "finished_at": database_now(tx)}
    if tx.execute(_ALTER_HELD, {**_held_by(step), **done}).rowcount:
        return
    if tx.execute(_ALREADY_DONE, {"step": step.id, "attempt": step.attempts}).one_or_none() is None:
        raise LeaseLost(f"step {step.id} ({step.kind}) is no longer leased to {step.lease_owner}")


def fail(tx: Transaction, step: Step, reason: str, *, now: datetime, patient: bool = True) -> StepState:
    """Give a failed step back with a wait, or let it die after its last attempt; return its new state.

    ``patient=False`` makes it due at once, for runs that nobody waits beside. A lost lease changes nothing.
    """
    if step.attempts >= MAX_ATTEMPTS:
        return _bury(tx, step, reason, now)
    wait = BACKOFF[min(step.attempts, len(BACKOFF)) - 1] if patient else timedelta(0)
    again = {"state": "due", "due_at": now + wait, "lease_owner": None, "lease_until": None, "reason": reason}
    tx.execute(_ALTER_HELD, {**_held_by(step), **again})
    return "due"


def give_back(tx: Transaction, step: Step) -> None:
    """Make a leased step due again as if it had never been claimed: the worker was asked to stop."""
    again = {"state": "due", "lease_owner": None, "lease_until": None, "attempts": _steps.c.attempts - 1}
    tx.execute(_ALTER_HELD.values(again), _held_by(step))


def postpone(tx: Transaction, step: Step, due_at: datetime) -> None:
    """Make a leased step due later as if it had never been claimed: what it needs is not there yet."""
    later = {"state": "due", "due_at": due_at, "lease_owner": None, "lease_until": None}
    tx.execute(_ALTER_HELD.values({**later, "attempts": _steps.c.attempts - 1}), _held_by(step))


def any_live(tx: Transaction, kind: str) -> bool:
    """Return whether a step of that kind is due or being worked on."""
    live = and_(_steps.c.kind == kind, _steps.c.state.in_(("due", "leased")))
    return bool(tx.execute(select(exists().where(live))).scalar_one())


def renew(tx: Transaction, step: Step) -> None:
    """Prolong a lease for work that takes long; raise LeaseLost when it is gone."""
    if not tx.execute(_ALTER_HELD, {**_held_by(step), "lease_until": database_now(tx) + LEASE}).rowcount:
        raise LeaseLost(f"step {step.id} ({step.kind}) is no longer leased to {step.lease_owner}")


def release_expired(tx: Transaction, *, now: datetime) -> int:
    """Give back the steps whose lease ran out, by the database's clock; return how many."""
    expired = and_(_steps.c.state == "leased", _steps.c.lease_until < database_now(tx))
    return _release(tx, expired, "lease expired", now)


def release_dead(tx: Transaction, prefix: str, is_alive: Callable[[str], bool], *, now: datetime) -> int:
    """Give back the steps of owners beginning with ``prefix`` (one machine) that are not alive; return how many."""
    local = and_(_steps.c.state == "leased", _steps.c.lease_owner.startswith(prefix, autoescape=True))
    owners = tx.execute(select(_steps.c.lease_owner).where(local).distinct()).scalars()
    gone = [owner for owner in owners if not is_alive(owner)]
    if not gone:
        return 0
    return _release(tx, and_(_steps.c.state == "leased", _steps.c.lease_owner.in_(gone)), "worker died", now)


def due_count(tx: Transaction, now: datetime) -> int:
    """Return how many steps could be claimed at ``now``."""
    query = select(func.count()).select_from(_steps).where(_steps.c.state == "due", _steps.c.due_at <= now)
    return int(tx.execute(query).scalar_one())


def next_due(tx: Transaction) -> datetime | None:
    """Return when the next waiting step is due, or None when nothing waits."""
    found: datetime | None = tx.execute(select(func.min(_steps.c.due_at)).where(_steps.c.state == "due")).scalar_one()
    return found


def steps_in(tx: Transaction, state: StepState, *, limit: int = 100) -> tuple[Step, ...]:
    """Return steps of one state, oldest first."""
    query = select(_steps).where(_steps.c.state == state).order_by(_steps.c.id).limit(limit)
    return tuple(_step(row) for row in tx.execute(query))


def revive(tx: Transaction, step: int, *, now: datetime) -> bool:
    """Make a dead step due again with all its attempts; return whether it was dead."""
    again = {"state": "due", "due_at": now, "attempts": 0, "reason": None, "finished_at": None}
    where = and_(_steps.c.id == step, _steps.c.state == "dead")
    return bool(tx.execute(update(_steps).where(where).values(again)).rowcount)


@cache
def _claiming(*, any_kind: bool) -> ReturningUpdate[Any]:
    """Return the statement that leases the first due step, of any kind or of some."""
    due = (_waiting.c.state == "due", _waiting.c.due_at <= bindparam("now"), ~_being_worked_on())
    picked = select(_waiting.c.id).where(*due)
    if not any_kind:
        picked = picked.where(_waiting.c.kind.in_(bindparam("kinds", expanding=True)))
    ordered = picked.order_by(_waiting.c.priority, _waiting.c.due_at, _waiting.c.id)
    first = ordered.limit(1).with_for_update(skip_locked=True)
    leased = {
        "state": "leased",
        "lease_owner": bindparam("owner"),
        "lease_until": bindparam("until"),
        "attempts": _steps.c.attempts + 1,
    }
    return update(_steps).where(_steps.c.id == first.scalar_subquery()).values(leased).returning(*_steps.c)


def _being_worked_on() -> ColumnElement[bool]:
    same = and_(_siblings.c.kind == _waiting.c.kind, _siblings.c.subject_id == _waiting.c.subject_id)
    return exists().where(same, _siblings.c.state == "leased")


def _held_by(step: Step) -> dict[str, Any]:
    """Return what ``_HELD`` asks: still leased to this owner, in this attempt."""
    return {"step": step.id, "owner": step.lease_owner, "attempt": step.attempts}


def _release(tx: Transaction, where: ColumnElement[bool], reason: str, now: datetime) -> int:
    rows = tx.execute(select(_steps).where(where).with_for_update(skip_locked=True)).all()
    for row in rows:
        fail(tx, _step(row), reason, now=now, patient=False)
    return len(rows)


def _bury(tx: Transaction, step: Step, reason: str, now: datetime) -> StepState:
    dead = {"state": "dead", "lease_owner": None, "lease_until": None, "reason": reason, "finished_at": now}
    if tx.execute(_ALTER_HELD, {**_held_by(step), **dead}).rowcount and step.kind.startswith(MESSAGE_KINDS):
        ledger.finish_message(tx, step.subject_id, "shunted", f"{step.kind}: {reason}", at=now)
    return "dead"


def _latest(tx: Transaction, same: Mapping[str, Any]) -> int:
    return int(tx.execute(select(func.max(_steps.c.id)).where(_SAME), dict(same)).scalar_one())


def _step(row: Row[Any]) -> Step:
    return Step(**row._mapping)
