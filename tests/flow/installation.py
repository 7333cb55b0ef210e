"""An installation in a folder, worked in this process, and what it holds as values that two runs can be compared by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pipeline import events, intake_from, jobs
from pipeline.office import Office, open_office
from pipeline.records import documents, facts, items, ledger, outbox, submissions
from pipeline.records.models import Row
from pipeline.records.session import Engine, Transaction, reading
from pipeline.settings import Settings
from portal import wiring

MAILBOX = Path(__file__).parents[2] / "fixtures" / "mailbox"
TODAY = "2026-11-20"
SECRET = "the same in every run of the tests"
MANY = 100_000

KEPT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    # How often something was tried, by whom and when, is what an interrupted run may differ in.
    "steps": ("kind", "subject_id", "state"),
    "events": ("stream", "seq", "kind", "actor"),
}
DROPPED_COLUMNS: Mapping[str, frozenset[str]] = {"outgoing": frozenset({"attempts"})}


@contextmanager
def installation(folder: Path, **changes: Any) -> Iterator[Office]:
    """Open an installation whose data is in ``folder``, on the day and with the secret of all tests."""
    options: dict[str, Any] = {"data": folder, "today": TODAY, "secret": SECRET} | changes
    with open_office(Settings(**options)) as office:
        yield office


def ingest(office: Office, path: Path) -> int:
    """Take in what is under a path and do everything that is due; return how many messages were new."""
    arrivals = list(intake_from.folder(office, path))
    work_off(office)
    return sum(1 for one in arrivals if not isinstance(one, str) and one.is_new)


def work_off(office: Office) -> jobs.Worked:
    """Do everything that is due."""
    return jobs.drain(office.engine, wiring.all_handlers(office), office.clock)


def contents(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables but for the columns in which two good runs may differ."""
    found = {}
    with reading(engine) as tx:
        for table in Row.metadata.sorted_tables:
            names = KEPT_COLUMNS.get(table.name) or [
                column.name for column in table.columns if column.name not in DROPPED_COLUMNS.get(table.name, ())
            ]
            rows = tx.execute(select(*(table.c[name] for name in names)))
            found[table.name] = sorted((tuple(_plain(value) for value in row) for row in rows), key=repr)
    return found


def row_counts(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has."""
    return {name: len(rows) for name, rows in contents(engine).items()}


def mails_out(folder: Path) -> dict[str, str]:
    """Return the sha256 of each mail that went out, by file name."""
    sent = sorted((folder / "outgoing").glob("*.eml"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sent}


def troubles(engine: Engine) -> list[str]:
    """Return what is wrong with the ledger, the event chains and the queue: nothing, in a sound installation."""
    with reading(engine) as tx:
        account = ledger.accounting(tx)
        broken = events.verify_all(tx)
    found = [f"event chain {verdict.stream} broken at {verdict.broken_at}" for verdict in broken]
    if not account.adds_up:
        found.append(f"the ledger does not add up: {account}")
    if account.in_work or account.shunted:
        found.append(f"messages did not end: {account}")
    return found


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return readable lines for what is in one and not in the other; empty when both are equal."""
    lines = []
    for name in sorted(one.keys() | other.keys()):
        left, right = one.get(name), other.get(name)
        if left == right:
            continue
        if isinstance(left, list) and isinstance(right, list):
            lines += [f"{name}: only in the first: {row}" for row in left if row not in right][:5]
            lines += [f"{name}: only in the second: {row}" for row in right if row not in left][:5]
            lines += [] if len(left) == len(right) else [f"{name}: {len(left)} rows and {len(right)} rows"]
        else:
            lines.append(f"{name}: {left} and {right}")
    return lines


def _plain(value: Any) -> Any:
    return repr(value) if isinstance(value, list | dict) else value


def portable(engine: Engine) -> dict[str, Any]:
    """Return what two installations hold alike whatever their order of work: no ids, references, times or folders."""
    with reading(engine) as tx:
        records = submissions.listing(tx, submissions.Filter(), limit=MANY).submissions
        found: dict[str, Any] = {f"submission {record.insured_name}": _standing(tx, record) for record in records}
        states: tuple[ledger.MessageState, ...] = ("received", "processing", "filed", "held", "discarded", "shunted")
        for state in states:
            for message in ledger.messages_in(tx, state, limit=MANY):
                name = message.source_key.partition("#")[0]
                found[f"message {name}"] = (state, message.reason, message.sender, message.intents)
    return found


def _standing(tx: Transaction, record: submissions.Submission) -> dict[str, Any]:
    return {
        "lines": record.lines,
        "effective": record.effective_date,
        "states": record.states,
        "status": record.status,
        "score": record.score,
        "gate": record.gate,
        "facts": {name: (fact.value, fact.status) for name, fact in facts.facts_of(tx, record.id).items()},
        "items": sorted((*one.item.key, one.item.state) for one in items.items_of(tx, record.id)),
        "documents": sorted(
            (one.filed.sha256, one.filed.pages, one.filed.kind, one.filed.status)
            for one in documents.documents_of(tx, record.id)
        ),
        "mails": [(one.revision, one.state, one.to_address) for one in outbox.outgoing_of(tx, record.id)],
    }
