"""What the pages of messages that were set aside show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline import mending
from pipeline.log import event_words
from pipeline.mending import Bench, Offer, PartLine, Trouble
from pipeline.records.ledger import Message
from pipeline.records.repairs import Repair
from portal.presenters.staff_list import MAIL_STATES
from portal.presenters.staff_sorting import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message of the list."""

    id: int
    at: datetime
    sender: str
    subject: str
    state: str
    reason: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One part of the tree. ``indent`` counts steps, at most six; ``real`` is empty where it is as declared."""

    number: str
    indent: int
    name: str
    declared: str
    real: str
    facts: str
    outcome: str
    bad: bool
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One repair that was made."""

    number: int
    name: str
    by: str
    at: datetime
    undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The bench. ``open`` is whether anything can be done with the message now."""

    line: Line
    open: bool
    working: bool
    lost: str
    parts: tuple[PartView, ...]
    offers: tuple[Offer, ...]
    done: tuple[Done, ...]
    can_undo: bool
    told: str
    nearest: tuple[str, ...]
    can_place: bool


def line(message: Message) -> Line:
    """Return one message of the list."""
    return Line(
        id=message.id,
        at=message.received_at,
        sender=message.sender or "not read yet",
        subject=event_words(message.subject) or "(no subject)",
        state=MAIL_STATES[message.state],
        reason=(message.reason or "").replace("_", " "),
        why=mending.why(message),
    )


def bench(message: Message, found: Bench | None, told: Sequence[Mapping[str, Any]] = ()) -> View:
    """Return the bench of a message; without one for a message that is not set aside any more.

    ``told`` is what the log tells of why filing could not place it, the latest first.
    """
    history = found.history if found else ()
    latest = told[0] if told else {}
    return View(
        line=line(message),
        open=found is not None,
        working=message.state in ("received", "processing"),
        lost=found.lost if found else "",
        parts=tuple(_part(one) for one in found.parts) if found else (),
        offers=found.offers if found else (),
        done=tuple(_done(one) for one in history),
        can_undo=any(one.undone_at is None for one in history),
        told=event_words(str(latest.get("sentence", ""))),
        nearest=nearest(latest),
        can_place=found is not None and message.reason in mending.PLACEABLE,
    )


def _part(part: PartLine) -> PartView:
    facts = [part.charset, part.encoding, _size(part.size) if part.real else ""]
    return PartView(
        number=part.number,
        indent=min(part.depth, 6),
        name=part.name,
        declared=part.declared,
        real="" if part.real in ("", part.declared) else part.real,
        facts=", ".join(fact for fact in facts if fact),
        outcome=part.outcome.replace("_", " "),
        bad=part.outcome.startswith(("refused", "not")) or bool(part.troubles),
        troubles=part.troubles,
    )


def _done(one: Repair) -> Done:
    return Done(number=one.number, name=one.name, by=one.by, at=one.at, undone=one.undone_at is not None)


def _size(size: int) -> str:
    if size < 1024:
        return f"{size} bytes"
    return f"{size / 1024:,.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:,.1f} MB"
