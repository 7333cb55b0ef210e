"""One doubtful value after the other: what was read, why it is doubted, what else it may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from pipeline.doubts import enough, is_unsure, settlement_key
from pipeline.records.facts import MASK
from pipeline.submission import ResolvedField
from pipeline.vocabulary import ticked, word_of
from portal.presenters import staff_words as words
from portal.presenters.staff_evidence import Evidence
from portal.presenters.staff_record import FactView, fact_view

AS_READ = "read"

HINTS: Mapping[str, str] = {
    "date": "MM/DD/YYYY",
    "dob": "MM/DD/YYYY",
    "start_date": "MM/DD/YYYY",
    "money": "dollars",
    "limit": "dollars",
    "cents": "dollars",
    "fein": "nine digits",
    "vin": "17 characters",
    "state": "two letters",
    "zip": "five digits",
    "year": "four digits",
    "yn": "yes or no",
    "naics": "six digits",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One value to choose; ``name`` is what the form sends."""

    name: str
    value: str
    source: str
    checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Where a reviewer is: values done in this sitting, left in this submission, and whether all are visited."""

    ref: str
    done: int
    everything: bool

    def address(self, **more: object) -> str:
        """Return the address of a stop on the way."""
        parts = {"done": self.done or None, "all": "1" if self.everything else None, **more}
        kept = {name: value for name, value in parts.items() if value}
        return f"/staff/s/{self.ref}/review" + (f"?{urlencode(kept)}" if kept else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """The page of one value."""

    ref: str
    fact: FactView
    title: str
    printed: str
    raw: str
    why: tuple[str, ...]
    picks: tuple[Pick, ...]
    choices: tuple[str, ...]
    hint: str
    seen: str
    done: int
    left: int
    everything: bool
    skip: str
    back: str | None
    evidence: tuple[Evidence, ...]
    ticked: str | None = None
    """What to send for a tick, where the question is only whether there is one."""


def chosen(queue: Sequence[ResolvedField], *, at: str | None, after: str | None) -> ResolvedField | None:
    """Return the value to show: the one named, the one after another, or the first; None behind the last."""
    fields = [fact.field for fact in queue]
    if at in fields:
        return queue[fields.index(at)]
    if after in fields:
        following = fields.index(after) + 1
        return queue[following] if following < len(queue) else None
    return queue[0] if queue else None


def review(
    walk: Walk, queue: Sequence[ResolvedField], fact: ResolvedField, evidence: tuple[Evidence, ...], *, reveal: bool
) -> ReviewView:
    """Return the page of one value of the queue."""
    place = queue.index(fact) if fact in queue else 0
    known = word_of(fact.field)
    return ReviewView(
        ref=walk.ref,
        fact=fact_view(walk.ref, fact, reveal=reveal),
        title=words.field_words(fact.field),
        printed=known.label,
        raw=MASK if fact.restricted and not reveal else fact.raw,
        why=reasons(fact, reveal=reveal),
        picks=picks(fact, reveal=reveal),
        choices=known.choices,
        hint=HINTS.get(known.type, ""),
        seen=settlement_key(walk.ref, fact),
        done=walk.done,
        left=len(queue),
        everything=walk.everything,
        skip=walk.address(after=fact.field),
        back=walk.address(at=queue[place - 1].field) if place else None,
        evidence=evidence,
        ticked=ticked(fact) if fact.defect == "doubtful_tick" else None,
    )


def reasons(fact: ResolvedField, *, reveal: bool = False) -> tuple[str, ...]:
    """Return why a value is doubted, in sentences; what else its box shows is told unless the value is hidden."""
    found = []
    if fact.status == "conflict":
        found.append("Sources differ.")
    if fact.defect:
        seen = fact.source.detail if reveal or not fact.restricted else ""
        found.append(f"{words.defect_sentence(fact.defect)} {_as_sentence(seen)}".strip())
    if is_unsure(fact):
        found.append(
            f"Its confidence, {fact.confidence:.2f}, is below the {enough(fact):.2f} asked of what is read like this."
        )
    return tuple(found)


def _as_sentence(detail: str) -> str:
    return f"{detail[0].upper()}{detail[1:]}." if detail else ""


def picks(fact: ResolvedField, *, reveal: bool) -> tuple[Pick, ...]:
    """Return the values to choose from: the one we go by, then its rivals; a value that means nothing is no choice."""
    hide = fact.restricted and not reveal
    found = [(AS_READ, fact.value, fact.source)] if fact.value is not None else []
    found += [(str(n), rival.value, rival.source) for n, rival in enumerate(fact.rivals) if rival.value is not None]
    return tuple(
        Pick(
            name=name,
            value=MASK if hide else words.value_words(fact.field, value),
            source=words.source_words(source),
            checked=n == 0,
        )
        for n, (name, value, source) in enumerate(found)
    )


def picked(fact: ResolvedField, name: str) -> ResolvedField | None:
    """Return the fact with the value that a pick stands for, or None for a pick there is not."""
    if name == AS_READ:
        return fact if fact.value is not None else None
    if not name.isdecimal() or int(name) >= len(fact.rivals):
        return None
    rival = fact.rivals[int(name)]
    return None if rival.value is None else replace(fact, value=rival.value, raw=rival.raw)
