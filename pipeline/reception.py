"""Take messages in: bytes to the disk, a line each on the ledger, a step on the queue; only then are they ours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from intake.sources.source import Fetched, Unreadable
from pipeline.office import Office
from pipeline.records import ledger, queue
from pipeline.records.session import Transaction, transaction

READ_AND_FILE = "message.file"
"""The step that reads a message and files it."""

GONE = "gone_before_read"
"""Why a message ends discarded that somebody deleted or moved away before its bytes could be fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message as it came in: its id on the ledger, and whether it is new there."""

    message: int
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message whose bytes are in the archive; ``gone`` when there were none left to fetch.

    ``reusable`` is a key that a server may give again to another message, as one restored from a backup does.
    """

    key: str
    sha256: str
    size: int
    gone: bool = False
    reusable: bool = False


def receive(office: Office, *, raw: bytes, source: str, key: str) -> Arrival:
    """Take one message in. The same source and key is the same delivery, however often it comes."""
    delivery = Delivery(key=key, sha256=office.archive.put(raw), size=len(raw))
    return receive_together(office, [delivery], source=source)[0]


def receive_together(
    office: Office,
    deliveries: Sequence[Delivery],
    *,
    source: str,
    also: Callable[[Transaction], None] = lambda tx: None,
) -> tuple[Arrival, ...]:
    """Enter messages on the ledger in one transaction, with whatever else must be true from then on."""
    with transaction(office.engine) as tx:
        arrivals = tuple(_enter(office, tx, one, source) for one in deliveries)
        also(tx)
    return arrivals


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


def _enter(office: Office, tx: Transaction, one: Delivery, source: str) -> Arrival:
    now = office.clock.now()
    message, is_new = ledger.record_received(
        tx, source=source, source_key=one.key, sha256=one.sha256, size=one.size, received_at=now
    )
    if not is_new and one.reusable and not one.gone and _is_another(tx, message, one):
        key = f"{one.key}#{one.sha256[:16]}"
        message, is_new = ledger.record_received(
            tx, source=source, source_key=key, sha256=one.sha256, size=one.size, received_at=now
        )
    if is_new and one.gone:
        ledger.finish_message(tx, message, "discarded", GONE, at=now)
    elif is_new:
        queue.enqueue_many(tx, READ_AND_FILE, [message], due_at=now)
    return Arrival(message=message, is_new=is_new)


def _is_another(tx: Transaction, known: int, one: Delivery) -> bool:
    """Tell whether a known key brings other bytes."""
    line = ledger.message_by_id(tx, known)
    return line is not None and line.sha256 != one.sha256
