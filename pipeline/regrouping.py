"""Put mail right that landed on the wrong record: move a message, merge two submissions, and take either back.

A message moves with its documents, words and answers; both sides are decided anew. A merged submission is closed and
leads to the one it became part of: its number, reply address, threads and links go on working.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from pipeline import events, foundby, telling
from pipeline.joining import ANSWER
from pipeline.office import Office
from pipeline.opening import keep_account
from pipeline.records import assessments, documents, queue, regroupings, submissions
from pipeline.records.assessments import Case
from pipeline.records.session import RecordsError, Transaction, filing_lock
from pipeline.records.submissions import Submission
from pipeline.redeciding import redecide
from pipeline.revising import revise


def move(office: Office, tx: Transaction, message: int, source: int, target: int, *, by: str, reason: str) -> int:
    """Move a message from one submission to another and return the number it is taken back by.

    Where nothing stays behind, the submission becomes part of the other.

    Raises:
        RecordsError: the message is not there, or one of both is no submission that stands for itself.
    """
    filing_lock(tx)
    one, other = _standing(tx, source), _standing(tx, target)
    if one.id == other.id:
        raise RecordsError(f"the message is on {one.ref} already")
    if regroupings.messages_of(tx, source) == (message,):
        return merge(office, tx, source, target, by=by, reason=reason)
    now = office.clock.now()
    regroupings.carry(tx, message, source, target)
    detail = {"messages": [message]}
    kept = regroupings.record_regrouping(
        tx, kind="move", message=message, source=source, target=target, by=by, reason=reason, at=now, detail=detail
    )
    told = {"move": kept, "message": message, "from": one.ref, "to": other.ref, "reason": reason}
    for submission in (source, target):
        _decide_anew(office, tx, submission, ("message.moved", told), by=by, at=now)
    return kept


def split(office: Office, tx: Transaction, message: int, source: int, *, by: str, reason: str) -> tuple[int, str]:
    """Move a message to a submission of its own; return the number it is taken back by, and the new reference.

    Raises:
        RecordsError: the message is not there, or it is all there is.
    """
    filing_lock(tx)
    one = _standing(tx, source)
    if regroupings.messages_of(tx, source) == (message,):
        raise RecordsError(f"message {message} is all there is of {one.ref}")
    now = office.clock.now()
    ref = submissions.next_ref(tx, one.received_at.year)
    opened = submissions.create(
        tx,
        ref=ref,
        received_at=one.received_at,
        at=now,
        agency_id=one.agency_id,
        agent_id=one.agent_id,
        reply_token=office.reply_token(ref),
    )
    return move(office, tx, message, source, opened, by=by, reason=reason), ref


def merge(office: Office, tx: Transaction, source: int, target: int, *, by: str, reason: str) -> int:
    """Make a submission part of another and return the number it is taken back by.

    Raises:
        RecordsError: one of both is merged already, or they are of two agencies.
    """
    filing_lock(tx)
    one, other = _standing(tx, source), _standing(tx, target)
    if one.id == other.id:
        raise RecordsError(f"{one.ref} cannot be merged into itself")
    if one.agency_id != other.agency_id:
        raise RecordsError(f"{one.ref} and {other.ref} are of two agencies: neither may see what the other sent")
    now, messages = office.clock.now(), regroupings.messages_of(tx, source)
    for message in messages:
        regroupings.carry(tx, message, source, target)
    earlier = regroupings.close_as_merged(tx, source, target, at=now)
    detail = {"messages": list(messages), "state": one.state, "status": one.status, "earlier": list(earlier)}
    kept = regroupings.record_regrouping(
        tx, kind="merge", source=source, target=target, by=by, reason=reason, at=now, detail=detail
    )
    told = {"move": kept, "from": one.ref, "to": other.ref, "messages": list(messages), "reason": reason}
    events.append(tx, events.submission_stream(source), "submission.merged", told, actor=by, at=now)
    _decide_anew(office, tx, target, ("submission.merged", told), by=by, at=now)
    return kept


def undo(office: Office, tx: Transaction, regrouping: int, *, by: str) -> None:
    """Take a move or a merging back; both sides are as they were, with what came since where it came.

    Raises:
        RecordsError: there is none, it was taken back already, or a later one stands on it.
    """
    filing_lock(tx)
    known = regroupings.regrouping(tx, regrouping)
    if known.undone_at is not None:
        raise RecordsError(f"move {regrouping} was taken back already")
    later = regroupings.later_than(tx, known)
    if later:
        raise RecordsError(f"move {later[-1]} came after it: take that back first")
    now, source, target = office.clock.now(), known.source_id, known.target_id
    if known.kind == "merge":
        detail = known.detail
        regroupings.reopen(tx, source, detail["state"], detail["status"], detail["earlier"], at=now)
    messages: list[int] = known.detail["messages"]
    for message in messages:
        regroupings.carry(tx, message, target, source)
    regroupings.mark_undone(tx, regrouping, at=now)
    refs = [submissions.existing(tx, each).ref for each in (source, target)]
    told = {"move": regrouping, "back_to": refs[0], "from": refs[1], "messages": messages}
    for submission in (source, target):
        _decide_anew(office, tx, submission, (f"{_noun(known.kind)}_undone", told), by=by, at=now)


def _noun(kind: str) -> str:
    return "submission.merge" if kind == "merge" else "message.move"


def _standing(tx: Transaction, submission: int) -> Submission:
    found = submissions.existing(tx, submission)
    if found.merged_into_id is not None:
        raise RecordsError(f"{found.ref} is part of another submission")
    return found


def _decide_anew(
    office: Office, tx: Transaction, submission: int, told: tuple[str, dict[str, Any]], *, by: str, at: datetime
) -> None:
    """Tell versions anew, decide on what is there now, tell the log, and make the answer due."""
    case = _versions_anew(tx, assessments.load(tx, submission), at=at)
    redecided = redecide(office, tx, case, as_of=case.submission.received_at.date(), actor=by)
    if case.submission.account_id is None:
        keep_account(tx, case.submission, redecided.decision, at=at)
    foundby.keep_keys(tx, case, redecided.decision.facts)
    story = [told, *telling.decided(redecided)]
    events.append_all(tx, events.submission_stream(submission), story, actor=by, at=at)
    queue.enqueue(tx, ANSWER, submission, due_at=at)


def _versions_anew(tx: Transaction, case: Case, *, at: datetime) -> Case:
    """Tie papers to the papers they are versions of, message by message, as if they had come here at once."""
    regroupings.forget_versions(tx, case.submission.id)
    by_key = {one.filed.id: one for one in documents.read_documents(tx, case.submission.id)}
    order: dict[int | None, list[str]] = {}
    for record in documents.documents_of(tx, case.submission.id):
        order.setdefault(record.message_id, []).append(record.filed.id)
    grown = replace(case, documents=())
    for new in order.values():
        grown = replace(grown, documents=(*grown.documents, *(by_key[key] for key in new)))
        grown, _ = revise(tx, grown, new, at=at)
    return grown
