"""Turn a person's words into answers to items and into facts they vouch for.

Words come by mail ("2) yes" under our numbered list) or through the page's doors, whose messages name the item.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast

from parsers import values
from parsers.document import FieldCandidate
from parsers.extract import prose
from pipeline import doors, vocabulary
from pipeline.gathering import body_candidates
from pipeline.records.items import ItemRecord
from pipeline.stages import ReadMessage
from pipeline.submission import AGENTS_WORD, OUR_WORD, Answer, Item, Origin, Source, SourcedCandidate

ItemKey = tuple[str, str, str]
AnswerKind = Literal["value", "none", "waived", "not_applicable"]

_NONE = re.compile(
    r"^\W*(?:none|n/?a|not applicable|no(?:ne)? (?:exists?|such)|(?:it )?does(?: not|n't) exist|"
    r"we (?:do not|don't) have)\b",
    re.I,
)
STRICT = frozenset({"fein", "vin", "date", "zip", "state", "entity", "yn"})
"""Types whose words are a value or none at all; what does not parse stays open. Other words wait for a person."""

ORIGINS: Mapping[str, Origin] = {"agent": "agent_confirmed", "staff": "uw_overridden"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What people said in one message: answers to items, facts they vouch for, and what could not be understood."""

    answers: tuple[Answer, ...] = ()
    candidates: tuple[SourcedCandidate, ...] = ()
    unclear: tuple[ItemKey, ...] = ()


def hear_mail(read: ReadMessage, items: Sequence[ItemRecord], asked: Mapping[int, ItemKey], *, is_reply: bool) -> Heard:
    """Return what a mail says. ``asked`` are the numbers of the last checklist; words of a reply are vouched for."""
    heard = Heard(candidates=body_candidates(read, origin="agent_confirmed" if is_reply else "extracted"))
    if not is_reply:
        return heard
    known = {record.item.key: record.item for record in items}
    author = read.author.email if read.author else "agent"
    for number, text in read.said.numbered.items():
        item = known.get(asked.get(number, ("", "", "")))
        if item is not None and text:
            heard = _with(heard, _answer(item, text, by=author, role="agent", at=read.received_at), read)
    return heard


def hear_door(read: ReadMessage, items: Sequence[ItemRecord]) -> Heard:
    """Return what was said on a page; the message's headers name the item or the field."""
    header = read.message.header
    role = cast(Literal["agent", "staff"], header(doors.ROLE_HEADER) or "agent")
    author = read.message.sender.email if read.message.sender else role
    text = read.message.text.strip()
    field = header(doors.FIELD_HEADER)
    if field:
        candidate = _candidate(field, header(doors.TYPE_HEADER), text)
        return Heard(candidates=(_vouched(candidate, read, role),))
    kind = cast(AnswerKind, header(doors.KIND_HEADER) or "value")
    item = _item_of(header(doors.ITEM_HEADER), items)
    if item is None or not (text or kind != "value"):
        return Heard()
    return _with(Heard(), _answer(item, text, by=author, role=role, at=read.received_at, kind=kind), read)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """One answer with the item it is for and the facts it sets, if any."""

    item: Item
    answer: Answer
    candidates: tuple[FieldCandidate, ...] = ()
    is_clear: bool = True


def _answer(
    item: Item, text: str, *, by: str, role: Literal["agent", "staff"], at: datetime, kind: AnswerKind = "value"
) -> _Reply:
    code, line, subject = item.key
    said = Answer(code=code, line=line or None, subject=subject, kind=kind, text=text, by=by, role=role, at=at)
    if kind == "value" and item.accepts_none and _NONE.match(text):
        return _Reply(item=item, answer=replace(said, kind="none"))
    if kind != "value" or item.field is None:
        return _Reply(item=item, answer=said)
    found = _facts(item.field, item.field_type, text)
    if any(one.value is not None for one in found):
        return _Reply(item=item, answer=said, candidates=found)
    if (item.field_type or vocabulary.word_of(item.field).type) in STRICT:
        return _Reply(item=item, answer=said, is_clear=False)
    return _Reply(item=item, answer=replace(said, kind="unverified"))


def _facts(field: str, field_type: str | None, text: str) -> tuple[FieldCandidate, ...]:
    """Return what an answer sets: its typed value, else what its words state ("1M/2M/2M" is three limits)."""
    typed = _candidate(field, field_type or vocabulary.word_of(field).type, text)
    if typed.value is not None:
        return (typed,)
    stated = prose.read(text).fields
    return stated if any(one.field == field and one.value is not None for one in stated) else ()


def _with(heard: Heard, reply: _Reply, read: ReadMessage) -> Heard:
    """Add one reply; a typed value that cannot be right closes nothing and is named as unclear."""
    if not reply.is_clear:
        return replace(heard, unclear=(*heard.unclear, reply.item.key))
    vouched = tuple(_vouched(one, read, reply.answer.role) for one in reply.candidates)
    return replace(heard, answers=(*heard.answers, reply.answer), candidates=(*heard.candidates, *vouched))


def _candidate(field: str, field_type: str | None, text: str) -> FieldCandidate:
    parsed = values.parse(field_type or "text", text)
    return FieldCandidate(
        field=field,
        value=parsed.value,
        raw=text,
        confidence=1.0,
        method="text",
        defect=parsed.defect,
        restricted=parsed.restricted,
    )


def _vouched(candidate: FieldCandidate, read: ReadMessage, role: str) -> SourcedCandidate:
    source = Source(
        label=AGENTS_WORD if role == "agent" else OUR_WORD,
        message=read.message.message_id,
        kind="message",
        received_at=read.received_at,
    )
    return SourcedCandidate(candidate=candidate, source=source, origin=ORIGINS[role])


def _item_of(header: str | None, items: Sequence[ItemRecord]) -> Item | None:
    if not header:
        return None
    named: Any = json.loads(header)
    return next((record.item for record in items if list(record.item.key) == named), None)
