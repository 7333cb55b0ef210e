"""One probability of each wish from what the whole message says, its plainest sentence, its subject, and their rivals.

A second wish drowns in the rest of a long message, and a sentence alone knows neither the subject nor what is attached;
words that several wishes share speak for the strongest of them. How much each of these counts is learned wish by wish,
on messages by hands the model had not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classifiers.calibration import log_odds, sigmoid
from classifiers.concepts import SENTENCE_END
from classifiers.wording import sentence_features, subject_features, without_boilerplate

UNKNOWN = "unknown"
SHORTEST = 3
"""Words a sentence has at least: greetings and signatures are shorter."""
MOST = 60
"""Sentences looked at; what a message wants stands above them."""
SIGNALS = ("offset", "whole", "sentence", "subject", "rival", "rival in the sentence")
"""What is weighed, in the order of the weights; all but the first are log-odds."""

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the model says of a whole message, of its subject alone (None without one) and of each sentence."""

    whole: Scores
    subject: Scores | None = None
    sentences: Sequence[Scores] = ()


def texts(found: Sequence[str], subject: str, new_text: str) -> list[Sequence[str]]:
    """Return the features the model is asked about: of the message, of its subject, of each sentence with a wish."""
    plain = without_boilerplate(new_text)
    sentences = [one for one in SENTENCE_END.split(plain) if len(one.split()) >= SHORTEST][:MOST]
    return [found, subject_features(subject), *map(sentence_features, sentences)]


def evidence(scores: Sequence[Scores]) -> Evidence:
    """Return the evidence from the model's answers to ``texts``; an empty answer says nothing."""
    whole, subject, *sentences = scores
    return Evidence(whole=whole, subject=subject or None, sentences=[one for one in sentences if one])


def signals(seen: Evidence, label: str) -> tuple[float, ...]:
    """Return what is weighed for one label, see ``SIGNALS``; what is not there says what the whole says.

    For ``unknown`` the plainest sentence is the one that is plainest of any wish.
    """
    whole = log_odds(seen.whole[label])
    plainest = max(seen.sentences, key=lambda one: _said(one, label), default=None)
    return (
        1.0,
        whole,
        whole if plainest is None else log_odds(_said(plainest, label)),
        whole if seen.subject is None else log_odds(seen.subject[label]),
        log_odds(_best_other(seen.whole, label)),
        whole if plainest is None else log_odds(_best_other(plainest, label)),
    )


def blended(seen: Evidence, blends: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the probability of each label, by its weights of the signals; without weights that of the whole."""
    return {
        label: _weighed(signals(seen, label), blends[label]) if label in blends else probability
        for label, probability in seen.whole.items()
    }


def _weighed(values: Sequence[float], weights: Sequence[float]) -> float:
    return sigmoid(sum(value * weight for value, weight in zip(values, weights, strict=True)))


def _said(scores: Scores, label: str) -> float:
    return _best_other(scores, label) if label == UNKNOWN else scores[label]


def _best_other(scores: Scores, label: str) -> float:
    return max(probability for other, probability in scores.items() if other != label)
