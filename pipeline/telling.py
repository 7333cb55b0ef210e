"""Put what a message did to a submission into events, for the submission's log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.hearing import Heard
from pipeline.matching import Match
from pipeline.redeciding import Redecided
from pipeline.versions import Change, Revision

Told = tuple[str, Mapping[str, Any]]
"""The kind of an event and its payload."""


def filed(message: int, match: Match, weighed: Mapping[str, Any], documents: tuple[str, ...], heard: Heard) -> Told:
    """Return that a message was filed: how it was matched and all that was weighed, new documents, what it answers."""
    return "message.filed", {
        "message": message,
        "how": match.how,
        "reasons": list(match.reasons),
        **weighed,
        "documents": list(documents),
        "answers": [answer.code for answer in heard.answers],
        "unclear": [list(key) for key in heard.unclear],
    }


MOST_CHANGES = 400
"""How many changes of one paper the log lists; their counts are told whole."""


def revised(revisions: Iterable[Revision]) -> Iterator[Told]:
    """Yield that papers are new versions of earlier ones, and what they say otherwise."""
    for revision in revisions:
        yield (
            "document.revised",
            {
                "document": revision.document.id,
                "former": revision.former.id,
                "name": revision.document.name,
                "kind": revision.document.kind,
                "version": revision.document.version,
                "whole": revision.is_whole,
                "counts": _counts(revision.changes),
                "changes": [change.payload for change in revision.changes[:MOST_CHANGES]],
            },
        )


def _counts(changes: Iterable[Change]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for change in changes:
        counts[change.how] = counts.get(change.how, 0) + 1
    return dict(sorted(counts.items()))


def decided(redecided: Redecided) -> Iterator[Told]:
    """Yield what deciding anew changed: facts, items, and where the submission stands."""
    changes, assessment = redecided.changes, redecided.assessment
    if changes.facts:
        yield "facts.changed", {"changes": [change.payload for change in changes.facts]}
    if changes.items:
        yield "items.changed", {"changes": [change.payload for change in changes.items]}
    if {"status", "gate", "score"} & set(changes.columns):
        scored = assessment.completeness
        yield "submission.scored", {"score": scored.score, "gate": scored.gate, "status": assessment.status}
