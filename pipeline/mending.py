"""Work on messages that were set aside: look at what they hold, mend them, try them again, or end them.

What was received stays in the archive under its own name; a repair is kept beside it and can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from intake import anatomy, blanking, repairs
from intake.anatomy import PartSeen
from intake.errors import ArchiveError
from intake.reasons import REASONS
from intake.repairs import RepairError
from intake.screening import RULES
from parsers.sniff import sniff
from pipeline import events, rawmail
from pipeline.log import event_words
from pipeline.office import Office
from pipeline.rawmail import RawMail
from pipeline.reception import READ_AND_FILE
from pipeline.records import ledger, queue
from pipeline.records import repairs as mendings
from pipeline.records.ledger import AttachmentOutcome, Message
from pipeline.records.repairs import Repair
from pipeline.records.session import Transaction, reading, transaction

__all__ = ["SET_ASIDE", "Bench", "Refusal", "discard", "fixture", "look", "mend", "retry", "take_back"]

SET_ASIDE: tuple[Literal["shunted"], Literal["held"]] = ("shunted", "held")

HELD_BY_FILING: Mapping[str, str] = {
    "several_insureds": "It is about several insureds, and nothing tells whose each part is.",
    "sender_unclear": "It was passed on, and nobody can say for whom.",
    "sender_unproven": "It claims to be from somebody we know, and nothing vouches for that.",
    "no_match": "It belongs to no submission we know and asks for none.",
    "encrypted_asked": "It is encrypted; its sender was asked to send it in a form we can read.",
    "duplicate": "The same mail came before.",
}
"""Why filing holds a message → the sentence people read."""
PLACEABLE = frozenset({"no_match", "several_insureds"})
"""Why a message is held that was read and only wants a record: a person says which."""


class Refusal(Exception):
    """What was asked cannot be done with this message; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One defect with the sentence people read."""

    reason: str
    sentence: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One part of the tree: what it says it is, what it is by its content, and what came of it.

    ``outcome`` is that of the last reading: file, artefact, opened, refused (with its reason), text, or not reached.
    """

    number: str
    depth: int
    declared: str
    real: str
    name: str
    charset: str
    encoding: str
    size: int
    outcome: str
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One repair worth trying; ``change`` has what is restricted masked."""

    name: str
    what: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A message on the bench. ``why`` is the sentence for its reason; ``lost`` when the archive has no bytes of it."""

    message: Message
    why: str
    parts: tuple[PartLine, ...]
    offers: tuple[Offer, ...]
    history: tuple[Repair, ...]
    lost: str = ""


def why(message: Message) -> str:
    """Return the sentence for what set a message aside."""
    reason = message.reason or ""
    rule = next((rule.why for rule in RULES if rule.id == reason), None)
    if message.state == "shunted":
        return "Working on it failed three times; the reason names the place. Mend it, or try again with a new version."
    return rule or HELD_BY_FILING.get(reason, "It waits for a person.")


def look(office: Office, message: int) -> Bench:
    """Take a message apart as it would be read now. Raises Refusal for one that is not set aside."""
    with reading(office.engine) as tx:
        known = _known(tx, message)
        history = mendings.all_of(tx, message)
        outcomes = ledger.attachments_of(tx, message)
        repair = mendings.in_force(tx, message)
    try:
        mail = rawmail.of_bytes(office.archive, repair, known.sha256)
    except ArchiveError as error:
        return Bench(message=known, why=why(known), parts=(), offers=(), history=history, lost=str(error))
    seen = anatomy.examine(mail.raw, budget=mail.budget)
    return Bench(
        message=known,
        why=why(known),
        parts=tuple(_line(part, outcomes) for part in seen),
        offers=() if mail.cut else _offers(mail, widened=bool(repair and repair.widened)),
        history=history,
    )


def mend(office: Office, message: int, name: str, *, by: str) -> int:
    """Apply a repair, keep its bytes beside the original, and make the message due again; return the repair's number.

    Raises:
        Refusal: not set aside, no such repair, or the bytes are gone.
    """
    with reading(office.engine) as tx:
        known = _known(tx, message)
        before = mendings.in_force(tx, message)
    source = before.sha256 if before else known.sha256
    try:
        mended = repairs.apply(office.archive.get(source), name)
        kept = office.archive.put(mended.raw)
    except (RepairError, ArchiveError) as error:
        raise Refusal(str(error)) from error
    widened = mended.widened or bool(before and before.widened)
    with transaction(office.engine) as tx:
        _known(tx, message)
        now = office.clock.now()
        number = mendings.add(tx, message, name=name, from_sha256=source, sha256=kept, widened=widened, by=by, at=now)
        _tell(office, tx, message, "message.repaired", {"repair": number, "name": name.partition(":")[0]}, by)
        _make_due(office, tx, message)
    return number


def take_back(office: Office, message: int, *, by: str) -> int:
    """Take the newest repair back and make the message due again; return its number. Raises Refusal."""
    with transaction(office.engine) as tx:
        _known(tx, message)
        newest = mendings.in_force(tx, message)
        if newest is None or not mendings.undo(tx, newest.id, at=office.clock.now()):
            raise Refusal(f"message {message} has no repair to take back")
        _tell(office, tx, message, "message.repair_undone", {"repair": newest.number}, by)
        _make_due(office, tx, message)
    return newest.number


def retry(office: Office, message: int, *, by: str) -> None:
    """Make a message due again, with today's code and what is known today. Raises Refusal."""
    with transaction(office.engine) as tx:
        _known(tx, message)
        _tell(office, tx, message, "message.retried", {}, by)
        _make_due(office, tx, message)


def discard(office: Office, message: int, reason: str, *, by: str) -> None:
    """End a message as discarded, with the reason; its bytes stay in the archive. Raises Refusal."""
    with transaction(office.engine) as tx:
        _known(tx, message)
        ledger.finish_message(tx, message, "discarded", f"by hand: {reason}", at=office.clock.now())
        _tell(office, tx, message, "message.discarded", {"reason": reason}, by)


def fixture(office: Office, message: int, *, reveal: bool) -> bytes:
    """Return a message as it is read now, to become a regression test. Raises Refusal.

    Unless ``reveal``, what people wrote is overwritten letter by letter; what is damaged stays damaged.
    """
    with reading(office.engine) as tx:
        known = _known(tx, message)
        repair = mendings.in_force(tx, message)
    try:
        raw = office.archive.get(repair.sha256 if repair else known.sha256)
    except ArchiveError as error:
        raise Refusal(str(error)) from error
    return raw if reveal else blanking.blanked(raw)


def _known(tx: Transaction, message: int) -> Message:
    known = ledger.message_by_id(tx, message)
    if known is None or known.state not in SET_ASIDE:
        raise Refusal(f"message {message} is not in quarantine")
    return known


def _make_due(office: Office, tx: Transaction, message: int) -> None:
    ledger.begin_message(tx, message)
    queue.enqueue(tx, READ_AND_FILE, message, due_at=office.clock.now())


def _tell(office: Office, tx: Transaction, message: int, kind: str, payload: Mapping[str, object], by: str) -> None:
    told = {"message": message, **payload}
    events.append(tx, events.message_stream(message), kind, told, actor=by, at=office.clock.now())


def _offers(mail: RawMail, *, widened: bool) -> tuple[Offer, ...]:
    found = repairs.worth_trying(mail.raw)
    return tuple(
        Offer(name=one.name, what=event_words(one.what), change=event_words(one.change))
        for one in found
        if not (widened and one.name == "budget")
    )


def _line(part: PartSeen, outcomes: tuple[AttachmentOutcome, ...]) -> PartLine:
    return PartLine(
        number=part.number,
        depth=part.depth,
        declared=part.media_type,
        real=sniff(part.content, part.name) if part.is_leaf else "",
        name=event_words(part.name),
        charset=part.charset,
        encoding=part.encoding,
        size=len(part.content),
        outcome=_outcome(part, outcomes),
        troubles=tuple(
            Trouble(reason=one.reason, sentence=REASONS.get(one.reason, one.reason), detail=event_words(one.detail))
            for one in part.defects
        ),
    )


def _outcome(part: PartSeen, outcomes: tuple[AttachmentOutcome, ...]) -> str:
    found = next((one for one in outcomes if one.path == part.number), None)
    if found is not None:
        return f"{found.outcome}: {found.reason}" if found.reason else found.outcome
    if not part.is_leaf:
        return ""
    if part.media_type.startswith("text/") and not part.name:
        return "text"
    return "inside" if "/" in part.number else "not reached"
