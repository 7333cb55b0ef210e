"""Measure the reading of forms, rung by rung: what was found, how much of it is right, whether the goals are met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from parsers.sandbox import Sandbox
from pipeline.measuring import goals as data
from pipeline.measuring import reliability
from pipeline.measuring.comparing import BoxResult, CaseResult
from pipeline.measuring.corpus import Corpus, Split
from pipeline.measuring.figures import Figures, figures
from pipeline.measuring.goals import Reached
from pipeline.measuring.intervals import Share
from pipeline.measuring.reading import read_cases
from pipeline.report import masked

Advance = Callable[[CaseResult], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """What one rung came to, with every goal beside what was reached, and its boxes for those who ask why."""

    figures: Figures
    goals: tuple[Reached, ...]
    boxes: tuple[BoxResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All rungs together: the reliability diagram, the calibration error, and what is accepted without a person."""

    bins: tuple[reliability.Bin, ...]
    error: float
    error_by_family: Mapping[str, float]
    accepted: Share
    accepted_right: Share
    goals: tuple[Reached, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One sort of error of one box: where, how often, and an example with restricted values masked."""

    rung: str
    form: str
    elabel: str
    family: str
    verdict: str
    times: int
    truth: str
    said: str
    confidence: float


def counts(rungs: Sequence[str], count: int | None, corpus: Corpus) -> dict[str, int]:
    """Return how many files of which rungs to read: ``count`` of each, or as many as the goals say."""
    return {rung: count or data.shipped().files(rung) for rung in rungs or corpus.RUNGS}


def opened() -> Sandbox:
    """Return a place to read in; use it as a context manager."""
    return Sandbox()


def measure(rung: str, count: int, *, split: Split, advance: Advance, corpus: Corpus, sandbox: Sandbox) -> Rung:
    """Read so many files of a rung and say what they come to; ``advance`` is told of each."""
    results = []
    for result in read_cases(corpus.cases(split, rung, count), sandbox):
        advance(result)
        results.append(result)
    found = figures(rung, results)
    boxes = tuple(box for result in results for box in result.boxes)
    return Rung(figures=found, goals=tuple(data.reached(found, data.shipped())), boxes=boxes)


def summary(rungs: Iterable[Rung]) -> Summary:
    """Return what the values of all rungs together say about confidence."""
    told = tuple(rungs)
    boxes = [box for rung in told for box in rung.boxes]
    error = reliability.error(boxes)
    bound = data.shipped().every.get("calibration_error")
    return Summary(
        bins=reliability.bins(boxes),
        error=error,
        error_by_family=reliability.errors_by_family(boxes),
        accepted=_sum(rung.figures.accepted for rung in told),
        accepted_right=_sum(rung.figures.accepted_right for rung in told),
        goals=() if bound is None else (Reached(name="calibration_error", value=error, bound=bound),),
    )


def faults(rungs: Iterable[Rung], *, most: int) -> tuple[Fault, ...]:
    """Return the commonest errors, the boxes of one name and one rung together."""
    groups: dict[tuple[str, str, str, str], list[BoxResult]] = {}
    for rung in rungs:
        for box in rung.boxes:
            if _is_fault(box):
                groups.setdefault((box.rung, box.form or "–", _column(box.elabel), box.verdict), []).append(box)
    worst = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))[:most]
    return tuple(_fault(name, boxes) for name, boxes in worst)


def _is_fault(box: BoxResult) -> bool:
    return box.verdict in {"wrong", "invented", "missed"} or (box.verdict == "asked" and box.truth is not None)


def _column(elabel: str) -> str:
    """Return an eLabel without its occurrence letter."""
    return elabel.rpartition("_")[0] or elabel


def _fault(name: tuple[str, str, str, str], boxes: Sequence[BoxResult]) -> Fault:
    rung, form, elabel, verdict = name
    surest = max(boxes, key=lambda box: box.confidence)
    hide = any(box.restricted for box in boxes)
    truth, said = ("" if one is None else str(masked(one) if hide else one) for one in (surest.truth, surest.said))
    return Fault(
        rung=rung,
        form=form,
        elabel=elabel,
        family=surest.family,
        verdict=verdict,
        times=len(boxes),
        truth=truth,
        said=said,
        confidence=surest.confidence,
    )


def _sum(shares: Iterable[Share]) -> Share:
    return sum(shares, start=Share(hits=0, n=0))
