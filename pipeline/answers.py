"""Which answer of a person belongs to which item, and whether it closes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.agreement import digits
from pipeline.checks.units import NO_ANSWER
from pipeline.submission import Answer, Item, ItemState

DOCUMENT = "document"
"""The answer type of items that only a document closes; words about it do not."""

_PROMISE = re.compile(
    r"\b(?:will|shall|going to|to follow|tomorrow|next week|by (?:mon|tues|wednes|thurs|fri)day)\b", re.I
)


def answer_for(item: Item, answers: Sequence[Answer]) -> Answer | None:
    """Return the newest answer that speaks of the item; one about "2021, 2022" also speaks of "2022".

    ``answers`` are in the order given, which decides between two of the same second. A clear answer is not taken back
    by a later one that a person has yet to read.
    """
    mine = [(answer.at, place, answer) for place, answer in enumerate(answers) if _speaks_of(answer, item)]
    clear = [one for one in mine if one[2].kind != "unverified"]
    return max(clear or mine)[2] if mine else None


def close(item: Item, answer: Answer) -> Item:
    """Return the item in the state that the answer brings it to; one that does not close it leaves it as it is."""
    state = _state(item, answer)
    if state is None:
        return item
    return replace(item, state=state, satisfied_share=0.5 if state == "received_unverified" else 1.0)


def _speaks_of(answer: Answer, item: Item) -> bool:
    if (answer.code, answer.line or "") != (item.code, item.line or ""):
        return False
    return set(item.subject.split(", ")) <= set(answer.subject.split(", "))


def _state(item: Item, answer: Answer) -> ItemState | None:
    if answer.kind in ("waived", "not_applicable"):
        if answer.role != "staff":
            return None
        return "waived" if answer.kind == "waived" else "not_applicable"
    if answer.kind == "none":
        return _none_state(item)
    if item.field_type == DOCUMENT:
        return None
    if answer.kind == "unverified":
        return "received_unverified"
    return "satisfied" if _is_value(answer.text, item.field_type) else None


def _none_state(item: Item) -> ItemState | None:
    """Return where "it does not exist" brings an item: a person has to believe it where the item blocks."""
    if not item.accepts_none:
        return None
    return "received_unverified" if item.severity == "blocking" else "satisfied"


def _is_value(text: str, field_type: str | None) -> bool:
    """Return whether a text answers: "TBD", a promise and a FEIN of eight digits do not."""
    plain = text.strip()
    if not plain or NO_ANSWER.match(plain):
        return False
    if field_type == "fein":
        return len(digits(plain)) == 9
    return not (len(plain) < 60 and _PROMISE.search(plain) and not digits(plain))
