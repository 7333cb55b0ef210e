"""Score and gate from the items alone; arithmetic, nothing else.

1. Per line, the items that apply are put into the groups of ``weights.toml``. General items count in every line.
2. A code with several units (drivers, buildings, classes) counts once, with the mean of its units.
3. Inside a group codes weigh by severity; groups weigh by their points; a group without items leaves the denominator.
4. Waived and not applicable items leave it too, as do items that are for us and not for the agent.
5. An open blocking item makes the gate ``blocked`` and caps the score that is shown at 74; one that is needed to quote
   caps it at 99.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from pipeline.rulebook import Weights
from pipeline.submission import Completeness, Gate, Item, Line

CAP = 74
"""The highest score shown while something blocks: it never reads as ready to quote."""
TOPS: Mapping[Gate, int] = {"blocked": CAP, "quotable": 99, "complete": 100}
"""The highest score per gate: what still wants an answer is not 100."""

_LEFT_OUT = frozenset({"waived", "not_applicable", "superseded"})
BANDS = ((90, "ready for underwriter"), (75, "quotable with open items"), (50, "needs information"), (0, "thin"))


def complete(
    items: Sequence[Item], lines: Sequence[Line], *, weights: Weights, premiums: Mapping[Line, Decimal] | None = None
) -> Completeness:
    """Return score, gate and score per line. ``premiums`` in dollars weigh the lines where all of them are known."""
    gate = gate_of(items)
    by_line = {line: _line_score(line, items, weights) for line in lines}
    exact = _weighted(by_line, premiums or {}) if by_line else _line_score("", items, weights)
    top = TOPS[gate]
    shown = {line: min(round(score), _top(line, items)) for line, score in by_line.items()}
    return Completeness(score=min(round(exact), top), gate=gate, lines=shown, items=tuple(items))


def gate_of(items: Iterable[Item]) -> Gate:
    """Return whether something blocks, something is needed to quote, or nothing holds it."""
    severities = {item.severity for item in items if item.is_open}
    if "blocking" in severities:
        return "blocked"
    return "quotable" if "needed_to_quote" in severities else "complete"


def weakest(completeness: Completeness) -> Line | None:
    """Return the line with the lowest score, the one that drives the queue."""
    return min(completeness.lines, key=lambda line: completeness.lines[line], default=None)


def band(score: int) -> str:
    """Return what a score means in words."""
    return next(words for least, words in BANDS if score >= least)


def _top(line: Line, items: Iterable[Item]) -> int:
    return TOPS[gate_of(item for item in items if item.line in (None, line))]


def _weighted(by_line: Mapping[Line, float], premiums: Mapping[Line, Decimal]) -> float:
    """Average the lines, by premium where every line has one, else equally."""
    known = all(premiums.get(line, 0) > 0 for line in by_line)
    weights = {line: float(premiums[line]) if known else 1.0 for line in by_line}
    return sum(score * weights[line] for line, score in by_line.items()) / sum(weights.values())


def _line_score(line: Line, items: Iterable[Item], weights: Weights) -> float:
    """Return 0 to 100 for one line; 100 when nothing applies."""
    points = weights.of(line)
    reached = possible = 0.0
    for group, codes in _grouped(line, items).items():
        share = _group_share(codes, weights.severity)
        reached += points.get(group, 0) * share
        possible += points.get(group, 0)
    return 100 * reached / possible if possible else 100.0


def _grouped(line: Line, items: Iterable[Item]) -> dict[str, dict[str, list[Item]]]:
    groups: dict[str, dict[str, list[Item]]] = {}
    for item in items:
        counts = item.line in (None, line) and item.state not in _LEFT_OUT and item.severity != "internal"
        if counts:
            groups.setdefault(item.group, {}).setdefault(item.code, []).append(item)
    return groups


def _group_share(codes: Mapping[str, Sequence[Item]], severity: Mapping[str, int]) -> float:
    reached = possible = 0.0
    for units in codes.values():
        weight = max(severity[item.severity] for item in units)
        reached += weight * sum(share(item) for item in units) / len(units)
        possible += weight
    return reached / possible


def share(item: Item) -> float:
    """Return how much of an item is there, 0 to 1. An open item never counts in full."""
    if item.is_open:
        return min(max(item.satisfied_share, 0.0), 0.95)
    return min(max(item.satisfied_share, 0.0), 1.0)
