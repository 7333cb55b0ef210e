"""Raw scores and outcomes → the step tables of ``parsers/extract/confidence.json``, and how well such tables hold.

A family of fewer than ``ENOUGH`` values uses the table of its source: a table of its own would repeat chance. No table
promises more than ``MOST``: drawn forms cannot show what one in a thousand real ones does.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from classifiers.calibration import SMALLEST_BLOCK, fit
from parsers.calibration import StepTable
from parsers.extract.sureness import Sureness
from pipeline.measuring import reliability
from pipeline.measuring.comparing import BoxResult
from pipeline.measuring.intervals import Share

ENOUGH = 200
ENOUGH_TICKS = 60
"""Scores of ticks are ink, not letters: even a small table of their own says more than the one of all texts."""
MOST = 0.999
UNSEEN = 0.5
"""Probability of a score lower than any that was ever seen."""
FINEST = 0.0005
"""Least rise worth a step."""
Groups = dict[tuple[str, str], list[BoxResult]]


def grouped(boxes: Iterable[BoxResult]) -> Groups:
    """Return the reported values by source and family, and under family ``""`` all texts of a source, ticks apart."""
    found: Groups = {}
    for box in boxes:
        if box.reported:
            source = box.source
            if box.family != "tick":
                found.setdefault((source, ""), []).append(box)
            found.setdefault((source, box.family), []).append(box)
    least = {"": 0, "tick": ENOUGH_TICKS}
    return {key: some for key, some in found.items() if len(some) >= least.get(key[1], ENOUGH)}


def learned(boxes: Iterable[BoxResult]) -> Sureness:
    """Return the tables that the raw scores of these values give."""
    return Sureness(tables={key: _table(some) for key, some in grouped(boxes).items()})


def _table(boxes: Sequence[BoxResult]) -> StepTable:
    """Return the steps of isotonic regression, each rising no faster than what was seen from its foot upwards allows.

    Equal rates are one step to the regression, and the few lowest scores of it would be believed for what higher ones
    did. Here a score is believed for what scores of its step up to its own did, and one lower than any seen for
    nothing.
    """
    pairs = sorted((box.confidence, box.verdict == "right") for box in boxes)
    table = fit([score for score, _ in pairs], [right for _, right in pairs])
    steps = [(0.0, min(UNSEEN, table.probabilities[0]))]
    for start, step, seen, right in _climb(table, pairs):
        sure = round(min(table.probabilities[step], (right + 1) / (seen + 2), MOST), 4)
        if sure >= steps[-1][1] + FINEST:
            steps.append((start, sure))
    return StepTable(scores=tuple(score for score, _ in steps), probabilities=tuple(sure for _, sure in steps))


def _climb(table: StepTable, pairs: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, int, int, int]]:
    """Yield for each run of outcomes its lowest score, its step, and seen and right of the step up to its end."""
    step = seen = right = fresh = 0
    start = pairs[0][0]
    for place, (score, hit) in enumerate(pairs):
        if bisect_right(table.scores, score) - 1 > step:
            step, seen, right, fresh, start = bisect_right(table.scores, score) - 1, 0, 0, 0, score
        seen, right, fresh = seen + 1, right + hit, fresh + 1
        above = pairs[place + 1][0] if place + 1 < len(pairs) else 2.0
        ends = bisect_right(table.scores, above) - 1 > step or above > 1.0
        if above > score and (fresh >= SMALLEST_BLOCK or ends):
            yield start, step, seen, right
            start, fresh = above, 0


def told_by(tables: Sureness, boxes: Iterable[BoxResult]) -> list[BoxResult]:
    """Return the boxes with the probabilities that tables give to their raw scores."""
    return [
        replace(
            box,
            confidence=tables.probability(box.source, box.family, box.confidence),
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
            box.source,
            round(box.confidence, 6),
            box.verdict,
        )
        digest.update(repr(line).encode() + b"\n")
    return digest.hexdigest()
