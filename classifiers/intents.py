"""Say what a message wants: one inference over its new text, subject and attachment kinds, then the tie-breakers.

Machine mail (bounces, automatic replies) is told by its headers before anything comes here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from classifiers import artefact, tiebreak
from classifiers.judgement import Cue, Intent
from classifiers.wording import message_features, without_boilerplate

UNKNOWN = "unknown"
SECONDARY = 0.6
"""Probability from which a second wish is named: half of them are found, and 6 % of single wishes get a false one."""
GUESSES = 3
"""Guesses that follow ``unknown`` for the person who sorts the message."""


def judge(
    *,
    subject: str,
    new_text: str,
    attachment_kinds: Sequence[str],
    has_our_reference: bool,
    is_reply: bool,
    is_forward: bool,
) -> tuple[Intent, ...]:
    """Return the intents of a message, likeliest first; the first one is primary and there always is one.

    ``new_text`` is what the sender wrote himself, without quoted history. When nothing is likely enough the first is
    ``unknown``, followed by up to three guesses below the threshold. Raises ModelUnavailable without the shipped model.
    """
    flags = [name for name, on in (("reply", is_reply), ("forward", is_forward), ("ours", has_our_reference)) if on]
    found = message_features(subject=subject, text=new_text, attachment_kinds=attachment_kinds, flags=flags)
    model = artefact.model("intents")
    scores = model.scores([found])[0]
    if not new_text.strip() and not subject.strip() and not attachment_kinds:
        scores = {}
    told = {intent: model.table.probability(score) for intent, score in scores.items()}
    return decide(
        told,
        sure=model.facts.threshold,
        subject=subject,
        new_text=new_text,
        attachment_kinds=attachment_kinds,
        flags=flags,
    )


def decide(
    told: Mapping[str, float],
    *,
    sure: float,
    subject: str,
    new_text: str,
    attachment_kinds: Sequence[str],
    flags: Sequence[str],
) -> tuple[Intent, ...]:
    """Return the ranked intents for the model's calibrated probabilities ``told``; pure, the tie-breakers included.

    ``sure`` is the probability below which the message is ``unknown``.
    """
    case = tiebreak.settle(
        tiebreak.Case(
            text=f"{subject}\n{without_boilerplate(new_text)}",
            attachments=frozenset(attachment_kinds),
            ours="ours" in flags,
            reply="reply" in flags,
            forward="forward" in flags,
            told=dict(told),
        )
    )
    ranked = sorted(case.told.items(), key=lambda pair: (-pair[1], pair[0]))
    intents = [_intent(name, probability, case) for name, probability in ranked if name != UNKNOWN]
    strange = case.told.get(UNKNOWN, 0.0)
    best = intents[0].confidence if intents else 0.0
    if best < sure or strange > best:
        unknown = Intent(
            intent=UNKNOWN, confidence=round(max(strange, 1.0 - best), 4), cues=(Cue(how="threshold", what=str(sure)),)
        )
        return (unknown, *intents[:GUESSES])
    return (intents[0], *(intent for intent in intents[1:] if intent.confidence >= SECONDARY))


def _intent(name: str, probability: float, case: tiebreak.Case) -> Intent:
    cues = (Cue(how="vocabulary", what=name), *case.cues.get(name, ()))
    return Intent(intent=name, confidence=round(probability, 4), cues=cues)
