"""Say what a message wants: one inference over its new text, subject and attachment kinds, then the tie-breakers.

Machine mail (bounces, automatic replies) is told by its headers before anything comes here.

1. The model gives each intent a raw probability, from the message, its subject and its sentences.
2. The rules of ``tiebreak`` move it where a fact settles what words leave open.
3. A curve for each intent says how often such a probability was right; what it says is the confidence.
4. What is likely enough is named, the likeliest first; otherwise the message is ``unknown`` and keeps its best guesses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from classifiers import artefact, blending, tiebreak
from classifiers.calibration import Curve
from classifiers.judgement import Cue, Intent
from classifiers.wording import message_features, without_boilerplate

UNKNOWN = "unknown"
SECONDARY = 0.5
"""Confidence from which a second wish is named: a wrong one costs more than a missed one, for people see the mail."""
GUESSES = 3
"""Guesses that follow ``unknown`` for the person who sorts the message."""
GUESSED = 0.1
"""Confidence below which nothing is worth a guess."""
_STRAIGHT: Mapping[str, Curve] = {}


def judge(
    *,
    subject: str,
    new_text: str,
    attachment_kinds: Sequence[str],
    has_our_reference: bool,
    is_reply: bool,
    is_forward: bool,
    is_internal: bool = False,
    expires_with_us: bool = False,
    sure: float | None = None,
) -> tuple[Intent, ...]:
    """Return the intents of a message, likeliest first; the first one is primary and there always is one.

    ``new_text`` is what the sender wrote himself, without quoted history; ``is_internal`` says that a colleague of ours
    passed the message on, ``expires_with_us`` that the policy which expires is ours. ``sure`` is the confidence below
    which nothing is named, that of the model when not given.
    When nothing is likely enough the first is ``unknown``, followed by up to three guesses. Raises ModelUnavailable
    without the shipped model.
    """
    given = {"reply": is_reply, "forward": is_forward, "ours": has_our_reference, "internal": is_internal}
    flags = [name for name, on in given.items() if on]
    found = message_features(subject=subject, text=new_text, attachment_kinds=attachment_kinds, flags=flags)
    model = artefact.model("intents")
    silent = not new_text.strip() and not subject.strip() and not attachment_kinds
    return decide(
        {} if silent else probabilities(model, found, subject=subject, new_text=new_text),
        sure=model.facts.threshold if sure is None else sure,
        subject=subject,
        new_text=new_text,
        attachment_kinds=attachment_kinds,
        flags=flags,
        expires_with_us=expires_with_us,
        curves=model.curves,
    )


def probabilities(model: artefact.Model, found: Sequence[str], *, subject: str, new_text: str) -> dict[str, float]:
    """Return what the model says of each intent, by the features of a message, its subject and its sentences."""
    seen = blending.evidence(model.scores(blending.texts(found, subject, new_text)))
    return blending.blended(seen, model.blends)


def settled(
    told: Mapping[str, float],
    *,
    subject: str,
    new_text: str,
    attachment_kinds: Sequence[str],
    flags: Sequence[str],
    expires_with_us: bool = False,
) -> tiebreak.Case:
    """Return the model's probabilities ``told`` as the rules leave them, with the reasons."""
    return tiebreak.settle(
        tiebreak.Case(
            text=f"{subject}\n{without_boilerplate(new_text)}",
            attachments=frozenset(attachment_kinds),
            ours="ours" in flags,
            reply="reply" in flags,
            forward="forward" in flags,
            internal="internal" in flags,
            with_us=expires_with_us,
            told=dict(told),
        )
    )


def decide(
    told: Mapping[str, float],
    *,
    sure: float,
    subject: str,
    new_text: str,
    attachment_kinds: Sequence[str],
    flags: Sequence[str],
    expires_with_us: bool = False,
    curves: Mapping[str, Curve] = _STRAIGHT,
) -> tuple[Intent, ...]:
    """Return the ranked intents for the model's probabilities ``told``; pure, the tie-breakers included.

    ``sure`` is the confidence below which the message is ``unknown``; ``curves`` turn what the rules left into
    confidence, intent by intent.
    """
    case = settled(
        told,
        subject=subject,
        new_text=new_text,
        attachment_kinds=attachment_kinds,
        flags=flags,
        expires_with_us=expires_with_us,
    )
    likely = {name: _confidence(name, probability, curves) for name, probability in case.told.items()}
    # A colleague's forward comes first: it says how the message is handled, whatever the agent wants.
    ranked = sorted(
        likely.items(), key=lambda pair: (pair[0] not in tiebreak.BY_FACT, -pair[1], -case.told[pair[0]], pair[0])
    )
    intents = [_intent(name, probability, case) for name, probability in ranked if name != UNKNOWN]
    strange = likely.get(UNKNOWN, 0.0)
    best = max((intent.confidence for intent in intents if intent.intent not in tiebreak.BY_FACT), default=0.0)
    facts = [intent for intent in intents if intent.intent in tiebreak.BY_FACT and intent.confidence >= sure]
    if best < sure or strange > best:
        unknown = Intent(
            intent=UNKNOWN, confidence=round(max(strange, 1.0 - best), 4), cues=(Cue(how="threshold", what=str(sure)),)
        )
        guesses = [_as_guess(one) for one in intents if one not in facts and one.confidence >= GUESSED]
        return (*(facts or [unknown]), *guesses[:GUESSES])
    named = [intent for intent in intents if intent.confidence >= SECONDARY]
    return tuple(named or intents[:1])


def _confidence(name: str, probability: float, curves: Mapping[str, Curve]) -> float:
    curve = curves.get(name)
    return curve.probability(probability) if curve else probability


def _as_guess(intent: Intent) -> Intent:
    return Intent(intent=intent.intent, confidence=intent.confidence, cues=intent.cues, guess=True)


def _intent(name: str, probability: float, case: tiebreak.Case) -> Intent:
    cues = (Cue(how="vocabulary", what=name), *case.cues.get(name, ()))
    return Intent(intent=name, confidence=round(probability, 4), cues=cues)
