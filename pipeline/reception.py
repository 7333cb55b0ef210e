"""Take a message in: its bytes to the disk, a line on the ledger, a step on the queue; only then is it ours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from intake.sources.source import Fetched, Unreadable
from pipeline.office import Office
from pipeline.records import ledger, queue
from pipeline.records.session import transaction

READ_AND_FILE = "message.file"
"""The step that reads a message and files it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message as it came in: its id on the ledger, and whether it is new there."""

    message: int
    is_new: bool


def receive(office: Office, *, raw: bytes, source: str, key: str) -> Arrival:
    """Take one message in. The same source and key is the same delivery, however often it comes."""
    sha256 = office.archive.put(raw)
    now = office.clock.now()
    with transaction(office.engine) as tx:
        message, is_new = ledger.record_received(
            tx, source=source, source_key=key, sha256=sha256, size=len(raw), received_at=now
        )
        if is_new:
            queue.enqueue_many(tx, READ_AND_FILE, [message], due_at=now)
    return Arrival(message=message, is_new=is_new)


def receive_all(
    office: Office, fetched: Iterable[Fetched | Unreadable], *, source: str
) -> Iterator[Arrival | Unreadable]:
    """Take in what a source yields, in its order. A changed file under a known name is another message."""
    for one in fetched:
        if isinstance(one, Unreadable):
            yield one
        else:
            digest = hashlib.sha256(one.raw).hexdigest()[:16]
            yield receive(office, raw=one.raw, source=source, key=f"{one.key}#{digest}")
