"""Which values of a submission a person should look at, in which order, and the name of settling one once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from parsers.extract.sureness import ACCEPT
from pipeline.submission import ResolvedField
from pipeline.vocabulary import word_of

SURE = 0.85
"""From this confidence on a value needs no second look by itself."""
_BOXES = frozenset({"widget", "layout", "ocr"})
"""How values in the boxes of forms are read. There confidence is measured, and ACCEPT is where the measure holds."""

SETTLED = frozenset({"agent_confirmed", "uw_overridden"})
"""Standings that came from people; the machine asks nobody about them again."""


def is_doubtful(fact: ResolvedField) -> bool:
    """Return whether a value is contested, did not parse, or was read with too little confidence."""
    if fact.status in SETTLED or fact.status == "derived":
        return False
    return fact.status == "conflict" or fact.defect is not None or is_unsure(fact)


def is_unsure(fact: ResolvedField) -> bool:
    """Return whether a value was read with too little confidence for the way it was read."""
    return fact.confidence < enough(fact)


def enough(fact: ResolvedField) -> float:
    """Return the confidence from which a value read like this one needs no second look."""
    return ACCEPT if fact.source.method in _BOXES else SURE


def doubts(facts: Iterable[ResolvedField]) -> tuple[ResolvedField, ...]:
    """Return the doubtful values: those with most at stake first, fields of one page together."""
    doubtful = [fact for fact in facts if is_doubtful(fact)]
    stakes: dict[tuple[str | None, int | None], float] = {}
    for fact in doubtful:
        stakes[_page(fact)] = max(stakes.get(_page(fact), 0.0), _risk(fact))
    return tuple(
        sorted(
            doubtful,
            key=lambda fact: (-stakes[_page(fact)], fact.source.document or "", fact.source.page or 0, *_spot(fact)),
        )
    )


def settlement_key(ref: str, fact: ResolvedField) -> str:
    """Return the name of settling this value as it stands: whoever settles it second settles nothing."""
    seen = [ref, fact.field, fact.value, fact.raw, fact.status, fact.source.document, fact.source.message]
    rivals = [[rival.value, rival.source.document] for rival in fact.rivals]
    digest = hashlib.sha256(json.dumps([*seen, rivals], default=str).encode()).hexdigest()
    return f"review-{digest[:40]}"


def _risk(fact: ResolvedField) -> float:
    doubt = 1.0 if fact.status == "conflict" or fact.defect else 1.0 - fact.confidence
    return round(doubt * word_of(fact.field).impact, 3)


def _page(fact: ResolvedField) -> tuple[str | None, int | None]:
    return fact.source.document, fact.source.page


def _spot(fact: ResolvedField) -> tuple[float, float, str]:
    box = fact.source.box
    return (box[1], box[0], fact.field) if box else (0.0, 0.0, fact.field)
