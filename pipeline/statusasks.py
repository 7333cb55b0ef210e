"""A reply that says STATUS and nothing else: it is told where its submission stands, and files nothing."""

from __future__ import annotations

import re
from datetime import timedelta

from pipeline import events
from pipeline.joining import Work, keep_words
from pipeline.producer import Producer
from pipeline.records import ledger, queue
from pipeline.stages import ReadMessage

ANSWER_STATUS = "status.answer"
"""The step that answers a message which asked for the status."""
REASON = "status_request"
PRIORITY = 5
WINDOW = timedelta(days=1)
_WORD = re.compile(r"\W*status\W*", re.I)


def asks(read: ReadMessage, *, domain: str) -> bool:
    """Return whether a reply to our mail holds the one word and nothing else, no files either."""
    ours = read.keys.tokens or any(known.endswith(f"@{domain}") for known in read.keys.message_ids)
    return bool(ours and not read.files and _WORD.fullmatch(read.text.new_text.strip()[:40]))


def note(work: Work, submission: int, producer: Producer) -> None:
    """Put the request on the record and make its answer due."""
    tx, message = work.tx, work.message.id
    keep_words(work, submission, producer)
    ledger.finish_message(tx, message, "filed", REASON, at=work.now)
    queue.enqueue(tx, ANSWER_STATUS, message, due_at=work.now, priority=PRIORITY)
    stream = events.submission_stream(submission)
    events.append(tx, stream, "status.asked", {"message": message}, actor=work.actor, at=work.now)
