"""How well intents are told: precision, recall and F1 of each, and how far confidence is from truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from classifiers.judgement import Intent

BINS = 10
"""Equal steps of confidence that the calibration error is summed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How often one intent was told rightly, told wrongly and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall; 0 where it was never right."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right else 0.0


def by_intent(truths: Iterable[Collection[str]], answers: Iterable[Collection[str]]) -> Mapping[str, Told]:
    """Return what came of every intent that was there or was told."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for truth, answer in zip(truths, answers, strict=True):
        right.update(set(truth) & set(answer))
        wrong.update(set(answer) - set(truth))
        missed.update(set(truth) - set(answer))
    names = sorted({*right, *wrong, *missed})
    return {name: Told(right=right[name], wrong=wrong[name], missed=missed[name]) for name in names}


def macro_f1(told: Mapping[str, Told]) -> float:
    """Return the F1 of all intents, each counting as much as the others; 0 of none."""
    return sum(one.f1 for one in told.values()) / len(told) if told else 0.0


def names(intents: Iterable[Intent]) -> tuple[str, ...]:
    """Return what is named, without the guesses."""
    return tuple(one.intent for one in intents if not one.guess)


def confidences(truth: Collection[str], intents: Sequence[Intent]) -> tuple[tuple[float, bool], ...]:
    """Return each confidence of one message with whether it was right: of what is named, else of the best guess."""
    named = [one for one in intents if not one.guess and one.intent != "unknown"]
    looked_at = named or [one for one in intents if one.guess][:1]
    return tuple((one.confidence, one.intent in truth) for one in looked_at)


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error: |confidence - truth| by step of confidence, weighed by its size."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, hit in pairs:
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, hit))
    gaps = (abs(sum(confidence - hit for confidence, hit in one)) for one in bins.values())
    return sum(gaps) / len(pairs) if pairs else 0.0
