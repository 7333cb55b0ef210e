"""The story of a submission and of one of its fields, in words; what machines did stands folded between the mails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from pipeline.explaining import weighed_words
from pipeline.log import event_words
from pipeline.records.timeline import TimelineEntry
from portal.presenters import staff_versions
from portal.presenters import staff_words as words

SAID: Mapping[str, str] = {
    "mail_in": "Mail from",
    "mail_out": "Our mail by",
    "comment": "On the page by",
    "note": "Note by",
    "call": "Call by",
}
CHANGES_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing a machine or a person did."""

    at: datetime
    title: str
    actor: str
    lines: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One entry of the story: something said, or a run of steps."""

    at: datetime
    title: str
    subject: str
    body: str
    audience: str
    message: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One change of one field."""

    at: datetime
    actor: str
    before: str
    after: str


def story(entries: Sequence[TimelineEntry], staff: frozenset[str]) -> tuple[Told, ...]:
    """Return the story, newest first. ``staff`` are our own addresses: what they settled is told by its step alone."""
    told: list[Told] = []
    heard = [entry for entry in entries if entry.kind != "comment" or entry.actor not in staff]
    for is_said, run in groupby(heard, key=lambda entry: entry.kind in SAID):
        together = list(run)
        told += [_said(entry) for entry in together] if is_said else [_run(together)]
    return tuple(reversed(told))


def _said(entry: TimelineEntry) -> Told:
    return Told(
        at=entry.at,
        title=f"{SAID[entry.kind]} {entry.actor}",
        subject=str(entry.payload.get("subject") or ""),
        body=event_words(str(entry.payload.get("body") or "")),
        audience=entry.audience,
        message=entry.payload.get("message"),
        steps=(),
    )


def _run(entries: Sequence[TimelineEntry]) -> Told:
    steps = tuple(_step(entry) for entry in entries)
    count = f"{len(steps)} steps" if len(steps) > 1 else "1 step"
    names = words.listed(list(dict.fromkeys(step.title for step in steps)))
    return Told(
        at=entries[-1].at,
        title=f"{count}: {names}",
        subject="",
        body="",
        audience="internal",
        message=None,
        steps=steps,
    )


def _step(entry: TimelineEntry) -> Step:
    lines = _lines(entry.kind, entry.payload)
    return Step(
        at=entry.at,
        title=TITLES.get(entry.kind, entry.kind.replace(".", " ").replace("_", " ")),
        actor=entry.actor,
        lines=lines[:CHANGES_SHOWN],
        more=max(0, len(lines) - CHANGES_SHOWN),
    )


TITLES: Mapping[str, str] = {
    "message.filed": "message filed",
    "message.placed": "message placed by hand",
    "message.moved": "message moved",
    "message.move_undone": "move taken back",
    "submission.merged": "submissions made one",
    "submission.merge_undone": "submissions made two again",
    "facts.changed": "values changed",
    "items.changed": "items changed",
    "submission.scored": "scored",
    "value.revealed": "value revealed",
    "checklist.sent": "checklist written",
    "message.sender_doubted": "sender in doubt",
    "sender.confirmed": "sender confirmed",
    "checklist.released": "checklist sent after the sender was confirmed",
    "message.resend_asked": "encrypted mail, its sender asked to send it again",
    "mail.bounced": "our mail came back",
    "mail.delayed": "our mail is delayed",
    "mail.auto_replied": "an automatic reply came",
    staff_versions.REVISED: "paper sent anew",
}


def _lines(kind: str, payload: Mapping[str, Any]) -> tuple[str, ...]:
    if kind == "facts.changed":
        return tuple(_fact(change) for change in payload.get("changes", ()))
    if kind == "items.changed":
        return tuple(_item(change) for change in payload.get("changes", ()))
    if kind == staff_versions.REVISED:
        return staff_versions.step_lines(payload)
    if kind == "message.filed":
        documents = len(payload.get("documents", ()))
        counted = f"matched by {payload.get('how', 'nothing')}; {documents} new documents"
        return (*_why(payload), counted)
    if kind == "submission.scored":
        return (f"score {payload.get('score')}, {payload.get('gate')}, {payload.get('status')}",)
    if kind == "value.revealed":
        return (words.field_words(str(payload.get("field", ""))),)
    return tuple(
        f"{name}: {_plain(value)}" for name, value in payload.items() if isinstance(value, str | int) and value != ""
    )


def _why(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why a message was filed here: the sentence, and each submission that was weighed with its keys."""
    sentence = str(payload.get("sentence") or "")
    weighed = tuple(weighed_words(one) for one in payload.get("candidates", ()))
    return (event_words(sentence), *weighed) if sentence else weighed


def _plain(value: str | int) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _fact(change: Mapping[str, Any]) -> str:
    field = str(change.get("field", ""))
    before, after = change.get("before"), change.get("after")
    said = f"{_value(field, before)} → {_value(field, after)}" if before is not None else _value(field, after)
    return f"{words.field_words(field)}: {said}"


def _value(field: str, value: Any) -> str:
    return "nothing" if value is None else words.value_words(field, value)


def _item(change: Mapping[str, Any]) -> str:
    name = " ".join(str(change[part]) for part in ("code", "line", "subject") if change.get(part))
    after = words.ITEM_STATES.get(str(change.get("after")), "gone")
    before = change.get("before")
    return f"{name}: {words.ITEM_STATES.get(str(before), 'gone')} → {after}" if before else f"{name}: {after}"


def turns(entries: Iterable[TimelineEntry], field: str) -> tuple[Turn, ...]:
    """Return the changes of one field, newest first."""
    found = [
        Turn(
            at=entry.at,
            actor=entry.actor,
            before=_value(field, change.get("before")),
            after=_value(field, change.get("after")),
        )
        for entry in entries
        if entry.kind == "facts.changed"
        for change in entry.payload.get("changes", ())
        if change.get("field") == field
    ]
    return tuple(reversed(found))
