"""Raw scores and outcomes → the step tables of ``parsers/extract/confidence.json``, and how well such tables hold.

A family of fewer than ``ENOUGH`` values uses the table of its source: a table of its own would repeat chance. No table
promises more than ``MOST``: drawn forms cannot show what one in a thousand real ones does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from classifiers.calibration import fit
from parsers.calibration import StepTable
from parsers.extract.sureness import Sureness, source_of
from pipeline.measuring import reliability
from pipeline.measuring.comparing import BoxResult
from pipeline.measuring.intervals import Share

ENOUGH = 200
MOST = 0.999
Groups = dict[tuple[str, str], list[BoxResult]]


def grouped(boxes: Iterable[BoxResult]) -> Groups:
    """Return the reported values by source and family, and under family ``""`` all texts of a source, ticks apart."""
    found: Groups = {}
    for box in boxes:
        if box.reported:
            source = source_of(box.method, known_edition=not box.called_new)
            if box.family != "tick":
                found.setdefault((source, ""), []).append(box)
            found.setdefault((source, box.family), []).append(box)
    return {key: some for key, some in found.items() if not key[1] or len(some) >= ENOUGH}


def learned(boxes: Iterable[BoxResult]) -> Sureness:
    """Return the tables that the raw scores of these values give."""
    return Sureness(tables={key: _table(some) for key, some in grouped(boxes).items()})


def _table(boxes: Sequence[BoxResult]) -> StepTable:
    table = fit([box.confidence for box in boxes], [box.verdict == "right" for box in boxes])
    return replace(table, probabilities=tuple(min(one, MOST) for one in table.probabilities))


def told_by(tables: Sureness, boxes: Iterable[BoxResult]) -> list[BoxResult]:
    """Return the boxes with the probabilities that tables give to their raw scores."""
    return [
        replace(
            box,
            confidence=tables.probability(
                source_of(box.method, known_edition=not box.called_new), box.family, box.confidence
            ),
        )
        for box in boxes
        if box.reported
    ]


def held_out_error(boxes: Sequence[BoxResult]) -> float:
    """Return the calibration error where every case is told by tables learned from the other half of the cases."""
    halves: tuple[list[BoxResult], list[BoxResult]] = ([], [])
    for box in boxes:
        halves[hashlib.sha256(f"{box.rung} {box.case}".encode()).digest()[0] % 2].append(box)
    if not all(halves):
        return reliability.error(told_by(learned(boxes), boxes))
    first, second = halves
    return reliability.error(told_by(learned(first), second) + told_by(learned(second), first))


def written(tables: Sureness, groups: Groups) -> dict[str, Any]:
    """Return the tables as JSON values: source → family → values, share right, steps of (score, probability)."""
    data: dict[str, Any] = {}
    for (source, family), table in sorted(tables.tables.items()):
        boxes = groups[source, family]
        right = Share(hits=sum(box.verdict == "right" for box in boxes), n=len(boxes))
        data.setdefault(source, {})[family] = {
            "values": right.n,
            "right": round(right.value or 0.0, 5),
            "steps": [list(step) for step in zip(table.scores, table.probabilities, strict=True)],
        }
    return data


def data_hash(boxes: Iterable[BoxResult]) -> str:
    """Return the sha256 of everything the tables rest on, one line a value."""
    digest = hashlib.sha256()
    for box in boxes:
        line = (
            box.rung,
            box.case,
            box.elabel,
            box.method,
            box.family,
            box.called_new,
            round(box.confidence, 6),
            box.verdict,
        )
        digest.update(repr(line).encode() + b"\n")
    return digest.hexdigest()
