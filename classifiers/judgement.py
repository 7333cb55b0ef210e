"""What a classifier says: a kind or an intent, how sure it is, and the cues it rests on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One piece of evidence: what was seen, and how (fingerprint, footer, title, vocabulary, name)."""

    how: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """One document inside a file: its kind, its pages (first and last, 1-based) and, for forms, number and edition.

    ``kind`` is an id of the document taxonomy or ``unknown``; ``confidence`` is in [0, 1].
    """

    kind: str
    confidence: float
    pages: tuple[int, int]
    form: str | None = None
    edition: str | None = None
    state: str | None = None
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One thing a message wants, with a calibrated confidence in [0, 1].

    A ``guess`` is too unlikely to act upon; it is for the person who sorts the message.
    """

    intent: str
    confidence: float
    cues: tuple[Cue, ...] = ()
    guess: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineJudgement:
    """One line of business a message or document asks for, with the place that says so."""

    line: str
    confidence: float
    cues: tuple[Cue, ...] = ()
