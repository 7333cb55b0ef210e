"""File one read message: one transaction from the screen's verdict to a submission decided anew.

machine mail and duplicates end on the ledger → one insured or several → place it → open a submission or join one →
keep its documents and words → decide → save what changed, tell the log, and make the answer due.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline import booking, events, explaining, parting, resending, returned, statusasks, vouching, wanting
from pipeline.doors import SOURCE as PORTAL
from pipeline.drafts import is_draft, look_at
from pipeline.gathering import read_documents
from pipeline.joining import ANSWER, Joined, Work, join, keep_words
from pipeline.matching import Match
from pipeline.office import Office
from pipeline.opening import open_submission
from pipeline.placing import EFFECTIVE, NAME, SURE, Placed, place
from pipeline.producer import Producer, producer_of
from pipeline.records import ledger, outbox, queue, submissions, wishes
from pipeline.records.documents import ReadDocument
from pipeline.records.ledger import Message, MessageState
from pipeline.records.session import RecordsError, Transaction, filing_lock
from pipeline.records.wishes import Guess
from pipeline.stages import SEALED, ReadMessage

OPENING = frozenset({"new_business", "renewal"})
"""Intents that open a submission."""

JOINING = OPENING | {"missing_info_reply", "internal_forward", "unknown"}
"""Intents whose documents and words become part of the submission they belong to."""

APPLICATIONS = frozenset({"acord_125", "acord_126", "acord_127", "acord_130", "acord_131", "acord_140", "acord_160"})

SUBMITTED = APPLICATIONS | {"loss_run", "sov", "driver_list", "vehicle_schedule", "supplemental_app", "exmod_worksheet"}
"""Papers that somebody sends because a submission needs them."""


_UNFILED = ("preflight.", "encrypted.")
"""How the ids of mails begin that we send about no submission."""


class TooEarly(Exception):
    """A reply came up before what it answers was filed or sent: another worker still has that in hand."""


def file_message(office: Office, tx: Transaction, message: Message, read: ReadMessage) -> None:
    """File one message. Nothing is kept unless all of it is.

    Raises:
        TooEarly: work on it again in a moment.
    """
    filing_lock(tx)
    read = read if message.source == PORTAL else vouching.settled(tx, message.id, read)
    work = Work(office=office, tx=tx, message=message, read=read, now=office.clock.now())
    if not work.is_portal and _is_too_early(work):
        raise TooEarly
    if not work.is_portal and work.read.screening.disposition != "discard" and is_draft(read.message, office.settings):
        look_at(work)
        return
    booking.describe(tx, message.id, read)
    if read.screening.disposition != "accept" and not work.is_portal:
        _set_aside(work)
        return
    earlier = _earlier(work)
    if earlier is not None:
        _finish(work, "discarded", "duplicate", duplicate_of=earlier)
        return
    wishes.keep(tx, message.id, urgent=wanting.urgent((*read.intents, *read.guesses)), guesses=_guesses(read))
    doubt = None if work.is_portal else vouching.look(office, tx, message.id, read, at=work.now)
    if doubt is not None:
        _hold_for(work, doubt.reason, doubt.sentence)
        return
    _file_business(work)


def _guesses(read: ReadMessage) -> tuple[Guess, ...]:
    return tuple(
        Guess(intent=one.intent, confidence=one.confidence, why=tuple(f"{cue.how}: {cue.what}" for cue in one.cues))
        for one in read.guesses
    )


def file_by_hand(office: Office, tx: Transaction, message: Message, read: ReadMessage, submission: int) -> None:
    """File a message where a person says it belongs.

    Raises:
        RecordsError: the screen stopped it, so that it was not read.
    """
    if read.unwound is None:
        raise RecordsError(
            f"message {message.id} was stopped at the screen ({read.screening.reason}), and was not read"
        )
    work = Work(office=office, tx=tx, message=message, read=read, now=office.clock.now())
    filing_lock(tx)
    record = submissions.existing(tx, submission)
    match = Match(how="token", ref=record.ref, confidence=1.0, reasons=("placed by one of us",))
    weighed = {"sentence": f"Filed to {record.ref}: placed by one of us.", "confidence": 1.0}
    producer = producer_of(office, tx, read, at=work.now)
    keep_words(work, record.id, producer)
    joined = Joined(record=record, is_new=False, how=match, weighed=weighed)
    join(work, joined, read_documents(read), producer)
    _finish(work, "filed", "by_hand")


def _is_too_early(work: Work) -> bool:
    """Return whether it answers a mail of ours that is not written yet, while work that may write it goes on."""
    tx, keys, domain = work.tx, work.read.keys, work.office.house.domain
    ours = [known for known in keys.message_ids if known.endswith(f"@{domain}") and not known.startswith(_UNFILED)]
    waits = any(outbox.outgoing_by_message_id(tx, known) is None for known in ours)
    return waits and (ledger.earlier_in_work(tx, work.message.id) or queue.any_live(tx, ANSWER))


def _earlier(work: Work) -> int | None:
    """Return the message that this one is another delivery of, if it is one."""
    ids = work.read.message.message_id
    return ledger.find_duplicate(work.tx, work.message.id, message_id=ids, content_sha256=work.read.content_sha256)


def _set_aside(work: Work) -> None:
    """End machine mail on the ledger, tied to the mail of ours it is about."""
    screening = work.read.screening
    if _earlier(work) is None:
        returned.note(work.tx, work.read, message=work.message.id, at=work.now)
        if screening.reason == SEALED:
            resending.note(work)
    _finish(work, "held" if screening.disposition == "hold" else "discarded", screening.reason)


def _file_business(work: Work) -> None:
    found = read_documents(work.read)
    producer = producer_of(work.office, work.tx, work.read, at=work.now)
    if work.is_portal:
        _file_there(work, _at_the_door(work), found, producer)
        return
    shares = parting.parted(found)
    if shares is not None:
        _file_shares(work, shares, producer)
        return
    counted_up = parting.listed(work.read) if _asks_by_words(work.read, found) else ()
    if counted_up:
        named = ", ".join(counted_up)
        _hold_for(
            work, "several_insureds", f"Not filed: its words ask for {named}, and no application tells them apart."
        )
        return
    placed = _place(work, found, producer)
    if placed.submission is not None and statusasks.asks(work.read, domain=work.office.house.domain):
        statusasks.note(work, placed.submission, producer)
        return
    if _waits(work, found, placed):
        _hold(work, placed)
    else:
        _file_there(work, placed, found, producer)


def _place(work: Work, found: Sequence[ReadDocument], producer: Producer, *, by_words: bool = True) -> Placed:
    agency = producer.vouched_agency_id
    return place(work.tx, work.read, found, agency=agency, house=work.office.house, by_words=by_words)


def _waits(work: Work, found: Sequence[ReadDocument], placed: Placed) -> bool:
    """Return whether only a person can say where a message belongs."""
    if placed.asks_person:
        return True
    if placed.submission is not None:
        return False
    return not opens(work.read, found) and not _is_other_business(work.read, placed)


def _file_shares(work: Work, parted: parting.Parted, producer: Producer) -> None:
    """File the documents of several insureds each where it belongs; words that are about all of them speak for none."""
    places = [(share, _place(work, share.documents, producer, by_words=False)) for share in parted.shares]
    if parted.unclear or any(placed.asks_person for _, placed in places):
        unclear = ", ".join(one.filed.name for one in parted.unclear) or "where one of them belongs"
        named = ", ".join(share.insured for share in parted.shares)
        _hold_for(work, "several_insureds", f"Not filed: it is about {named}, and nothing tells whose {unclear} is.")
        return
    for share, placed in places:
        _file_there(work, placed, share.documents, producer, speaks=False)


def _file_there(
    work: Work, placed: Placed, found: Sequence[ReadDocument], producer: Producer, *, speaks: bool = True
) -> None:
    """Make a message part of the submission it was placed in, which is opened where there is none."""
    read, is_new = work.read, placed.submission is None
    if placed.submission is None:
        record = open_submission(work.office, work.tx, read, producer, at=work.now)
    else:
        record = submissions.existing(work.tx, placed.submission)
    keep_words(work, record.id, producer)
    vouching.tell_record(work.tx, work.message.id, record.id, at=work.now)
    # What opens a submission is always part of it, whatever else it wants most.
    if is_new or work.is_portal or not speaks or read.intent in JOINING:
        weighed = explaining.weighed(placed.match, placed.claims, opens=is_new)
        join(
            work,
            Joined(record=record, is_new=is_new, how=placed.match, weighed=weighed, speaks=speaks),
            found,
            producer,
        )
    _finish(work, "filed", PORTAL if work.is_portal else read.intent)


def _hold(work: Work, placed: Placed) -> None:
    """End a message that belongs nowhere.

    A service request that no submission comes near is filed as such; other business waits for a person.
    """
    intent = work.read.intent
    papers = {part.classification.kind for file in work.read.files for part in file.parts}
    weighed = explaining.weighed(placed.match, placed.claims, opens=False)
    comes_near = any(not one.against for one in placed.match.candidates)
    if comes_near or intent in JOINING or papers & SUBMITTED:
        _tell(work, weighed)
        _finish(work, "held", "no_match")
    else:
        _finish(work, "filed", intent)


def _hold_for(work: Work, reason: str, sentence: str) -> None:
    _tell(work, {"sentence": sentence, "confidence": 0.0, "claims": [], "candidates": []})
    _finish(work, "held", reason)


def _tell(work: Work, weighed: dict[str, object]) -> None:
    """Keep on the message's own log why it waits."""
    stream = events.message_stream(work.message.id)
    events.append(work.tx, stream, "message.held", weighed, actor="rules", at=work.now)


def _is_other_business(read: ReadMessage, placed: Placed) -> bool:
    """Return whether a mail on an old thread names an insured or a term that the thread is not about: new business."""
    names_insured = any(one.field == NAME and one.value for one in read.said.facts.fields)
    return names_insured and any(one.against and one.named for one in placed.match.candidates)


def _at_the_door(work: Work) -> Placed:
    """Return the submission a page's message names; the door has checked who may speak there."""
    ref = next(iter(work.read.keys.references), "")
    known = submissions.by_ref(work.tx, ref)
    if known is None:
        raise RecordsError(f"the page named submission {ref!r}, which does not exist")
    match = Match(how="token", ref=known.ref, confidence=1.0, reasons=("the portal",))
    return Placed(match=match, submission=known.id)


def _asks_by_words(read: ReadMessage, found: Sequence[ReadDocument]) -> bool:
    """Return whether a mail asks for new business without an application."""
    return any(one.intent in OPENING for one in read.intents) and not any(
        one.filed.kind in APPLICATIONS for one in found
    )


def opens(read: ReadMessage, found: Sequence[ReadDocument]) -> bool:
    """Return whether a message that belongs nowhere opens a submission: it asks for one, or an application came."""
    if any(one.intent in OPENING for one in read.intents):
        return True
    if read.intent == "unknown" and _describes_a_risk(read):
        return True
    return read.intent in JOINING and any(one.filed.kind in APPLICATIONS for one in found)


def _describes_a_risk(read: ReadMessage) -> bool:
    """Return whether a fresh mail says for whom, from when and in which lines, whatever it is taken for."""
    sure = {one.field for one in read.said.facts.fields if one.value and one.confidence >= SURE}
    is_fresh = bool(read.unwound and read.unwound.kind != "reply")
    return is_fresh and {NAME, EFFECTIVE} <= sure and bool(read.said.lines)


def _finish(work: Work, state: MessageState, reason: str, *, duplicate_of: int | None = None) -> None:
    ledger.finish_message(work.tx, work.message.id, state, reason, at=work.now, duplicate_of=duplicate_of)
