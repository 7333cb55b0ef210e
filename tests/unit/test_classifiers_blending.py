"""What the parts of a message say is put together wish by wish, by weights that were learned."""

from __future__ import annotations

import random

import pytest

from classifiers import blending
from classifiers.blending import SIGNALS, Evidence
from classifiers.training.weighing import weights

WHOLE = tuple(float(name == "whole") for name in SIGNALS)
SENTENCE = tuple(float(name == "sentence") for name in SIGNALS)


def test_without_weights_the_whole_message_speaks() -> None:
    seen = Evidence(whole={"renewal": 0.7, "unknown": 0.2}, sentences=[{"renewal": 0.1, "unknown": 0.9}])
    assert blending.blended(seen, {}) == {"renewal": 0.7, "unknown": 0.2}
    assert blending.blended(seen, {"renewal": WHOLE})["renewal"] == pytest.approx(0.7)


def test_the_plainest_sentence_counts_wherever_it_stands() -> None:
    sentences = [{"renewal": 0.1, "bind_request": 0.9}, {"renewal": 0.8, "bind_request": 0.1}]
    seen = Evidence(whole={"renewal": 0.2, "bind_request": 0.9}, sentences=sentences)
    assert blending.blended(seen, {"renewal": SENTENCE})["renewal"] == pytest.approx(0.8)


def test_a_riddle_is_judged_by_the_sentence_that_is_plainest_of_any_wish() -> None:
    sentences = [{"renewal": 0.6, "unknown": 0.99}, {"renewal": 0.9, "unknown": 0.1}]
    seen = Evidence(whole={"renewal": 0.5, "unknown": 0.5}, sentences=sentences)
    assert blending.blended(seen, {"unknown": SENTENCE})["unknown"] == pytest.approx(0.9)


def test_what_is_not_there_says_what_the_whole_says() -> None:
    signals = dict(
        zip(SIGNALS, blending.signals(Evidence(whole={"renewal": 0.7, "unknown": 0.2}), "renewal"), strict=True)
    )
    assert signals["sentence"] == signals["subject"] == signals["whole"]
    assert signals["rival"] < 0 < signals["whole"]


def test_greetings_and_disclaimers_are_no_sentences() -> None:
    text = "Hi Ana,\nPlease bind GL today. Thanks!\nCoverage cannot be bound by e-mail unless we confirm it."
    whole, subject, *sentences = blending.texts(("a",), "GL", text)
    assert whole == ("a",)
    assert "s:gl" in subject
    assert len(sentences) == 1


def test_weights_find_the_signal_that_tells_the_truth() -> None:
    rng = random.Random(3)
    rows = [(1.0, *(rng.gauss(0, 2) for _ in SIGNALS[1:])) for _ in range(3000)]
    hits = [row[2] + rng.gauss(0, 1) > 0 for row in rows]
    found = dict(zip(SIGNALS, weights(rows, hits), strict=True))
    assert found["sentence"] > 1.0
    assert all(abs(weight) < 0.3 for name, weight in found.items() if name != "sentence")
    assert weights(rows, hits) == weights(rows, hits)
