"""Say why a message went where it went: one sentence for our people, and all that was weighed for the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline import events
from pipeline.matching import Candidate, Match
from pipeline.records.session import Transaction

NEAREST = 5
"""Candidates that the log tells of."""


def weighed(found: Match, claims: Sequence[str], *, opens: bool) -> dict[str, Any]:
    """Return the sentence and each candidate with its keys; ``claims`` are references the sender may not speak for."""
    strange = f" It claims to be about {', '.join(claims)}, for which its sender may not speak." if claims else ""
    return {
        "sentence": sentence(found, opens=opens) + strange,
        "confidence": found.confidence if found.ref else 0.0,
        "claims": list(claims),
        "candidates": [_told(one) for one in found.candidates[:NEAREST]],
    }


def _told(one: Candidate) -> dict[str, Any]:
    keys = [{"key": each.how, "confidence": each.confidence, "says": each.says} for each in one.signals]
    return {"ref": one.ref, "confidence": one.confidence, "keys": keys, "against": list(one.against)}


def sentence(found: Match, *, opens: bool) -> str:
    """Return one sentence for our people: where the message went and why."""
    best = found.candidates[0] if found.candidates else None
    if found.ref and found.how != "candidate":
        mine = next((one for one in found.candidates if one.ref == found.ref), None)
        if mine is None:
            # Nothing was weighed: the page or one of us named it.
            return f"Filed to {found.ref}: {', '.join(found.reasons)}."
        out = [f"{one.ref} was out, because {one.against[0]}" for one in found.candidates if one.against]
        said = _listed([one.says for one in mine.signals])
        return f"Filed to {found.ref} ({found.confidence:.0%} sure by the best key): it {said}{_tail(out)}."
    if found.is_open_question:
        return f"Not filed: {found.reasons[-1]}, and nothing tells them apart."
    where = "Opened anew" if opens else "Not filed"
    if best is None:
        return f"{where}: it shares no key with a submission that its sender may speak for."
    if best.against:
        return f"{where}: it {_listed([best.signals[0].says])} ({best.ref}), but {best.against[0]}."
    return (
        f"{where}: {best.ref} comes nearest, as it {_listed([one.says for one in best.signals])}; that is too little."
    )


def _listed(said: Sequence[str]) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _tail(out: Sequence[str]) -> str:
    return f"; {'; '.join(out)}" if out else ""


_PLACINGS = frozenset({"message.filed", "message.held"})


def placings_of(tx: Transaction, message: int, submissions: Iterable[int]) -> tuple[Mapping[str, Any], ...]:
    """Return what the logs tell of where a message was put, the latest first; ``submissions`` are those it is on."""
    streams = (*(events.submission_stream(one) for one in submissions), events.message_stream(message))
    told = (one for stream in streams for one in reversed(events.events_of(tx, stream)) if one.kind in _PLACINGS)
    mine = (one.payload for one in told if one.payload.get("message", message) == message)
    return tuple(one for one in mine if one.get("sentence"))


def sentence_of(tx: Transaction, message: int, submissions: Iterable[int]) -> str:
    """Return the sentence that was written when a message was filed to these submissions, or held."""
    return next((str(one["sentence"]) for one in placings_of(tx, message, submissions)), "")


def weighed_words(one: Mapping[str, Any]) -> str:
    """Return one weighed submission in words: every key with how sure it is alone, and what is against it."""
    keys = "; ".join(f"{each['says']} ({each['confidence']:.2f})" for each in one.get("keys", ()))
    against = "; ".join(one.get("against", ()))
    return f"{one['ref']}, {one['confidence']:.2f}: {keys}{f'; against it: {against}' if against else ''}"
