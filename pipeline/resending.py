"""Mail that is encrypted as a whole: nobody here can read it, so its sender may be asked to send it again, once.

It waits for a person either way. Whose it is can be told without its words: by its sender, and by the mail of ours that
it answers.
"""

from __future__ import annotations

from pipeline import vouching
from pipeline.joining import Work
from pipeline.placing import place
from pipeline.producer import agency_of
from pipeline.records import queue, resends
from pipeline.stages import SEALED, ReadMessage

ASKED = "encrypted_asked"
"""Why such a message is held once its sender was asked; until then it is the screen's rule."""
ASK_AGAIN = "encrypted.ask"
"""The step that asks."""
MACHINE = "machine_sender"
"""Why a machine is not asked, whatever one of us says of the sender."""
_SURE_THREADS = frozenset({"token", "thread"})


def note(work: Work) -> None:
    """Keep who sent an encrypted message and which record it answers, and make asking them due."""
    tx, read, message = work.tx, work.read, work.message.id
    sender = read.message.sender
    if sender is None:
        return
    doubt = vouching.look(work.office, tx, message, read, at=work.now)
    agency = agency_of(tx, sender, on=work.now.date())
    speaks_for = agency.id if agency and agency.status == "active" else None
    placed = place(tx, read, (), agency=speaks_for, house=work.office.house)
    own = read.message.message_id
    content = {
        "recipient_name": "" if "@" in sender.name else sender.name,
        "subject": read.message.subject,
        "references": [*read.message.references[:8], *([own] if own else [])],
    }
    answered = placed.submission if placed.match.how in _SURE_THREADS else None
    is_new = resends.add(tx, message, submission=answered, to_address=sender.email, content=content, at=work.now)
    why_not = MACHINE if _is_machine(read) else doubt.reason if doubt else None
    if is_new and why_not is None:
        queue.enqueue(tx, ASK_AGAIN, message, due_at=work.now)
    elif is_new:
        resends.record(tx, message, "suppressed", at=work.now, reason=why_not)


def _is_machine(read: ReadMessage) -> bool:
    """Return whether the screen saw more than that it is encrypted: a list, spam, a machine or a robot's address."""
    return any(hit.rule not in (SEALED, "over_budget") for hit in read.screening.hits)
