"""Train, calibrate and measure one model: the same steps for both.

1. Leave each training part out once, train on the others, and keep the scores given to the part left out.
2. Learn weights, curves or steps, and the threshold from those scores: nothing is calibrated on text it was trained on.
3. Train on all of these parts, and measure on the held-out part, which no earlier step has seen.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from classifiers import blending, calibration, intents, scoring, tiebreak
from classifiers.blending import Evidence
from classifiers.calibration import Curve, StepTable
from classifiers.judgement import Intent
from classifiers.training.corpus import Example
from classifiers.training.grammar import HELD_OUT
from classifiers.training.weighing import weights

if TYPE_CHECKING:
    from spacy.language import Language

Scores = Sequence[dict[str, float]]
RARE = 4
"""Features seen in fewer training texts are left out of the vocabulary: names and accidents."""
EPOCHS = 12
BATCH = 32
LEARN_RATE = 0.002
DROPPED = 0.5
"""Share of features hidden in each variant of a training text."""
VARIANTS = 4
"""Variants of each text; every one is seen ``EPOCHS / VARIANTS`` times, for making them costs more than learning."""
WEIGHTS = {"intents": 16_384, "kinds": 8_192}
"""Rows of the hashed weight table: labels x rows x 4 bytes stay below 3 MB."""
FEATURES = 5_000
"""Features kept: few enough that the hashed table stays mostly free of collisions."""
FLOOR = {"intents": 0.45, "kinds": 0.7}
"""Lowest threshold, whatever the corpus says: real mail is stranger than made mail."""
PRECISION = {"intents": 0.95, "kinds": 0.98}
"""What an answer above the threshold must reach on texts left out; below it a person decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A trained model with its closed vocabulary, its step table, threshold and scores on the held-out part."""

    nlp: Language
    vocabulary: tuple[str, ...]
    table: StepTable
    threshold: float
    score: float
    scores: dict[str, float]
    curves: Mapping[str, Curve] = field(default_factory=dict)
    blends: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    calibration_error: float | None = None


def build(name: str, examples: Sequence[Example], *, seed: int) -> Trained:
    """Return the model of one corpus; ``name`` is ``intents`` (several labels a text) or ``kinds`` (exactly one)."""
    exclusive = name == "kinds"
    if not exclusive:
        return _wishes(examples, seed=seed)
    told = _left_out(examples, seed=seed)
    best = [(max(scores.items(), key=lambda pair: pair[1]), example.labels) for example, scores in told]
    top, right = [score for (_, score), _ in best], [label in labels for (label, _), labels in best]
    table = calibration.fit(top, right)
    threshold = max(FLOOR[name], calibration.threshold(table, top, right, precision=PRECISION[name]))
    training = [example for example in examples if example.part != HELD_OUT]
    nlp, vocabulary = _train(training, exclusive=True, seed=seed)
    held_out = [example for example in examples if example.part == HELD_OUT]
    by_label = measure(held_out, kinds_told(predict(nlp, vocabulary, held_out)))
    return Trained(
        nlp=nlp,
        vocabulary=tuple(sorted(vocabulary)),
        table=table,
        threshold=threshold,
        score=round(sum(by_label.values()) / len(by_label), 4),
        scores=by_label,
    )


def predict(nlp: Language, vocabulary: frozenset[str], examples: Sequence[Example]) -> list[dict[str, float]]:
    """Return the raw scores per label for each example."""
    return [dict(doc.cats) for doc in nlp.pipe(_docs(nlp, vocabulary, [one.features for one in examples]))]


def kinds_told(scores: Scores) -> list[str]:
    """Return the best kind of each text, whatever the threshold."""
    return [max(told, key=lambda label: told[label]) for told in scores]


def _wishes(examples: Sequence[Example], *, seed: int) -> Trained:
    """Return the model of the messages: its tables and threshold from hands left out, its score from the last one."""
    seen = _seen_left_out(examples, seed=seed)
    left, blends = [example for example, _ in seen], _blends(seen)
    raw = [blending.blended(evidence, blends) for _, evidence in seen]
    curves = _by_label(left, raw)
    threshold = _threshold(left, raw, curves)
    nlp, vocabulary = _train([example for example in examples if example.part != HELD_OUT], exclusive=False, seed=seed)
    held_out = [example for example in examples if example.part == HELD_OUT]
    told = [blending.blended(evidence, blends) for evidence in _seen(nlp, vocabulary, held_out)]
    answers = intents_told(held_out, told, threshold, curves)
    found = scoring.by_intent([example.labels for example in held_out], map(scoring.names, answers))
    pairs = [pair for example, told in zip(held_out, answers, strict=True) for pair in sure_of(example, told)]
    return Trained(
        nlp=nlp,
        vocabulary=tuple(sorted(vocabulary)),
        table=StepTable(scores=(), probabilities=()),
        curves=curves,
        blends=blends,
        threshold=threshold,
        score=round(scoring.macro_f1(found), 4),
        scores={name: round(one.f1, 4) for name, one in found.items()},
        calibration_error=round(scoring.calibration_error(pairs), 4),
    )


def _seen_left_out(examples: Sequence[Example], *, seed: int) -> list[tuple[Example, Evidence]]:
    """Return every whole message of learning as a model sees it that was not trained on its hand."""
    found: list[tuple[Example, Evidence]] = []
    for out in sorted({example.part for example in examples} - {HELD_OUT}):
        rest = [one for one in examples if one.part not in (out, HELD_OUT)]
        left = [one for one in examples if one.part == out and not one.is_piece]
        nlp, vocabulary = _train(rest, exclusive=False, seed=seed)
        found += zip(left, _seen(nlp, vocabulary, left), strict=True)
    return found


def _seen(nlp: Language, vocabulary: frozenset[str], examples: Sequence[Example]) -> Iterator[Evidence]:
    """Yield what a model says of each message, of its subject and of its sentences."""
    asked = [blending.texts(one.features, one.subject, one.text) for one in examples]
    known = [text for texts in asked for text in texts if not vocabulary.isdisjoint(text)]
    scores = iter([dict(doc.cats) for doc in nlp.pipe(_docs(nlp, vocabulary, known))])
    for texts in asked:
        yield blending.evidence([{} if vocabulary.isdisjoint(text) else next(scores) for text in texts])


def _blends(seen: Sequence[tuple[Example, Evidence]]) -> dict[str, tuple[float, ...]]:
    """Return for each intent how much each signal counts."""
    return {
        label: weights(
            [blending.signals(evidence, label) for _, evidence in seen], [label in one.labels for one, _ in seen]
        )
        for label in sorted(seen[0][1].whole)
    }


def sure_of(example: Example, told: Sequence[Intent]) -> tuple[tuple[float, bool], ...]:
    """Return each confidence of one message with whether it was right."""
    return scoring.confidences(example.labels, told)


def intents_told(
    examples: Sequence[Example],
    scores: Scores,
    threshold: float,
    curves: Mapping[str, Curve],
) -> list[tuple[Intent, ...]]:
    """Return what each message wants as the product would judge it, tie-breakers and threshold included."""
    return [
        intents.decide(
            told,
            sure=threshold,
            subject=example.subject,
            new_text=example.text,
            attachment_kinds=example.attachments,
            flags=example.flags,
            curves=curves,
        )
        for example, told in zip(examples, scores, strict=True)
    ]


def _by_label(examples: Sequence[Example], scores: Scores) -> dict[str, Curve]:
    """Return for each intent how often a probability that the rules left was right."""
    pairs: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for example, told in zip(examples, scores, strict=True):
        case = intents.settled(
            told,
            subject=example.subject,
            new_text=example.text,
            attachment_kinds=example.attachments,
            flags=example.flags,
        )
        for label, probability in case.told.items():
            pairs[label].append((probability, label in example.labels))
    return {
        label: calibration.fit_curve([probability for probability, _ in found], [hit for _, hit in found])
        for label, found in sorted(pairs.items())
        if label not in tiebreak.BY_FACT
    }


def _threshold(examples: Sequence[Example], scores: Scores, curves: Mapping[str, Curve]) -> float:
    """Return the lowest confidence from which on what is named first is right often enough."""
    answers = intents_told(examples, scores, 0.0, curves)
    first = [
        (told[0].confidence, told[0].intent in example.labels)
        for example, told in zip(examples, answers, strict=True)
        if told[0].intent not in {intents.UNKNOWN, *tiebreak.BY_FACT}
    ]
    for floor in sorted({confidence for confidence, _ in first if confidence >= FLOOR["intents"]}):
        kept = [hit for confidence, hit in first if confidence >= floor]
        if sum(kept) >= PRECISION["intents"] * len(kept):
            return floor
    return FLOOR["intents"]


def measure(examples: Sequence[Example], answers: Sequence[str]) -> dict[str, float]:
    """Return per label the share of right answers; a message with two wishes is right with one of them first."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for example, answer in zip(examples, answers, strict=True):
        labels = example.labels
        total[labels[0]] += 1
        right[labels[0]] += answer in labels
    return {label: round(right[label] / total[label], 4) for label in sorted(total)}


def _left_out(examples: Sequence[Example], *, seed: int) -> list[tuple[Example, dict[str, float]]]:
    """Return every training text of a kind with the scores of a model that was not trained on its part."""
    told: list[tuple[Example, dict[str, float]]] = []
    for out in sorted({example.part for example in examples} - {HELD_OUT}):
        rest = [example for example in examples if example.part not in (out, HELD_OUT)]
        left = [example for example in examples if example.part == out]
        nlp, vocabulary = _train(rest, exclusive=True, seed=seed)
        told += zip(left, predict(nlp, vocabulary, left), strict=True)
    return told


def _train(examples: Sequence[Example], *, exclusive: bool, seed: int) -> tuple[Language, frozenset[str]]:
    import spacy
    from thinc.api import Adam, fix_random_seed

    fix_random_seed(seed)
    vocabulary = _vocabulary(examples)
    labels = sorted({label for example in examples for label in example.labels} - tiebreak.BY_FACT)
    nlp = spacy.blank("en")
    pipe: Any = nlp.add_pipe("textcat" if exclusive else "textcat_multilabel", config=_config(exclusive))
    for label in labels:
        pipe.add_label(label)
    known = [[feature for feature in example.features if feature in vocabulary] for example in examples]
    rng = random.Random(seed)
    sample = [_pair(nlp, known[i], examples[i], labels, rng) for i in range(0, len(examples), 40)]
    nlp.initialize(lambda: sample)
    optimizer = Adam(LEARN_RATE)
    for _ in range(VARIANTS):
        pairs = [_pair(nlp, kept, example, labels, rng) for kept, example in zip(known, examples, strict=True)]
        for _ in range(EPOCHS // VARIANTS):
            rng.shuffle(pairs)
            for start in range(0, len(pairs), BATCH):
                pipe.update(pairs[start : start + BATCH], sgd=optimizer)
    return nlp, vocabulary


def _pair(nlp: Language, known: Sequence[str], example: Example, labels: Sequence[str], rng: random.Random) -> Any:
    """Return a training pair with some features dropped, so that no single cue carries a judgement alone."""
    from spacy.tokens import Doc
    from spacy.training import Example as Pair

    kept = [feature for feature in known if rng.random() >= DROPPED] or ["xnothing"]
    return Pair.from_dict(
        Doc(nlp.vocab, words=kept), {"cats": {label: float(label in example.labels) for label in labels}}
    )


def _config(exclusive: bool) -> dict[str, Any]:
    return {
        "model": {
            "@architectures": "spacy.TextCatBOW.v3",
            "exclusive_classes": exclusive,
            "ngram_size": 1,
            "no_output_layer": False,
            "length": WEIGHTS["kinds" if exclusive else "intents"],
        }
    }


def _vocabulary(examples: Sequence[Example]) -> frozenset[str]:
    """Return the features that lean most to one label: by how much more often it has them than the average label."""
    by_label: dict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for example in examples:
        total.update(example.features)
        for label in example.labels:
            sizes[label] += 1
            by_label[label].update(example.features)
    leaning = {
        feature: max(by_label[label][feature] / sizes[label] for label in by_label) - count / len(examples)
        for feature, count in total.items()
        if count >= RARE
    }
    return frozenset(sorted(leaning, key=lambda feature: (-leaning[feature], feature))[:FEATURES])


def _docs(nlp: Language, vocabulary: frozenset[str], texts: Sequence[Sequence[str]]) -> list[Any]:
    from spacy.tokens import Doc

    return [Doc(nlp.vocab, words=[f for f in text if f in vocabulary] or ["xnothing"]) for text in texts]
