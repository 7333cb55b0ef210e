"""What machines say about mails of ours: a bounce marks the mail that failed, an absence is told where it was sent.

Neither reopens anything or is answered; both stand in the log of the submission that the mail belonged to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipeline import events
from pipeline.records import outbox
from pipeline.records.outbox import Outgoing
from pipeline.records.session import Transaction
from pipeline.stages import ReadMessage

ACTOR = "mail system"
_ANSWERS = frozenset({"auto_reply", "machine_mail", "list"})


def note(tx: Transaction, read: ReadMessage, *, message: int, at: datetime) -> None:
    """Tie a screened message to the mail of ours that it answers, if it answers one."""
    bounce = read.screening.bounce
    if bounce is not None:
        ours = outbox.outgoing_by_message_id(tx, bounce.original_message_id) if bounce.original_message_id else None
        if ours is not None and bounce.permanent:
            outbox.record_bounce(tx, ours.id, permanent=True, reason=bounce.status or "bounced")
        if ours is not None:
            kind = "mail.bounced" if bounce.permanent else "mail.delayed"
            _tell(tx, ours, kind, message=message, at=at, status=bounce.status)
    elif read.screening.reason in _ANSWERS:
        for ours in _answered(tx, read):
            _tell(tx, ours, "mail.auto_replied", message=message, at=at)


def _answered(tx: Transaction, read: ReadMessage) -> Iterator[Outgoing]:
    """Yield the newest mail of ours among those a message answers."""
    for known in (*read.message.in_reply_to, *reversed(read.message.references)):
        ours = outbox.outgoing_by_message_id(tx, known)
        if ours is not None:
            yield ours
            return


def _tell(tx: Transaction, ours: Outgoing, kind: str, *, message: int, at: datetime, **more: object) -> None:
    payload = {"message": message, "outgoing": ours.id, **more}
    events.append(tx, events.submission_stream(ours.submission_id), kind, payload, actor=ACTOR, at=at)
