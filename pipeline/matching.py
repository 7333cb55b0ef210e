"""Which submission a message belongs to: the first key that holds, its guards included, with the reasons.

token → a message of ours answered → our number → FEIN, date and line → thread subject and sender → name and state.
A key that the insured of the message contradicts does not hold: agents start new business on old threads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from pipeline import names
from pipeline.agreement import digits
from pipeline.submission import Line

How = Literal["token", "thread", "fein", "name", "candidate", "new"]

FEIN_WINDOW, NAME_WINDOW = timedelta(days=90), timedelta(days=45)
TERM_WINDOW = timedelta(days=180)
"""Further apart, two effective dates are two terms of one insured."""
THREAD_WINDOW = timedelta(days=30)
NEAR_NAME = 0.80
"""From here to ``names.SAME_NAME`` a person looks."""

_PREFIX = re.compile(
    r"^\s*(?:(?:re|fw|fwd|aw|wg|tr|sv)\s*(?:\[\d+\])?\s*:|\[(?:external|ext|secure|caution)[^\]]*\])\s*", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What a message says about whose it is. ``insureds`` are the names its documents and words give, best first.

    ``tokens`` are the refs that signed reply tokens in it stand for, ``answers`` the Message-IDs of In-Reply-To and
    References, ``numbers`` the submission numbers in subject and text. ``agency`` is an id of the sender's agency,
    ``of_house`` whether the sender is one of us.
    """

    sender: str = ""
    agency: str | None = None
    subject: str = ""
    received_at: datetime | None = None
    tokens: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    insureds: tuple[str, ...] = ()
    fein: str | None = None
    effective: date | None = None
    lines: tuple[Line, ...] = ()
    state: str | None = None
    zip: str | None = None
    is_reply: bool = False
    of_house: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A submission on record as far as matching looks. ``sent`` are Message-IDs of ours, ``subjects`` its threads'.

    ``senders`` are the addresses that speak for it so far: its agent's, and those of the mails filed there.

    ``doubts_date`` is whether we have asked for its effective date: then another date is an answer, not another term.
    """

    ref: str
    agency: str | None = None
    insureds: tuple[str, ...] = ()
    fein: str | None = None
    effective: date | None = None
    lines: tuple[Line, ...] = ()
    state: str | None = None
    zip: str | None = None
    senders: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()
    received: frozenset[str] = frozenset()
    last_message_at: datetime | None = None
    is_open: bool = True
    doubts_date: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where a message belongs: ``ref`` is None for a new submission; ``candidate`` asks a person."""

    how: How
    ref: str | None
    confidence: float
    reasons: tuple[str, ...] = ()


def match(incoming: Incoming, existing: Sequence[Existing]) -> Match:
    """Return the submission a message belongs to, or that it is a new one. ``existing`` may be in any order."""
    refused: list[str] = []
    ordered = sorted(existing, key=lambda known: (not known.is_open, known.ref))
    for how, confidence, holds in KEYS:
        for known in ordered:
            reason = holds(incoming, known)
            if reason is None:
                continue
            contrary = _contradiction(how, incoming, known)
            if contrary is None:
                return Match(how=how, ref=known.ref, confidence=confidence, reasons=(*refused, reason))
            refused.append(f"{reason}, but {contrary}")
    return Match(how="new", ref=None, confidence=1.0, reasons=tuple(refused))


def thread_subject(subject: str) -> str:
    """Return a subject without RE:, FW: and banners, folded."""
    plain, before = subject, None
    while plain != before:
        before, plain = plain, _PREFIX.sub("", plain)
    return " ".join(plain.lower().split())


def _by_token(incoming: Incoming, known: Existing) -> str | None:
    return f"signed token of {known.ref}" if known.ref in incoming.tokens else None


def _by_reply(incoming: Incoming, known: Existing) -> str | None:
    if set(incoming.answers) & known.sent and _same_side(incoming, known):
        return f"answers a message we sent about {known.ref}"
    if set(incoming.answers) & known.received and _same_side(incoming, known):
        return f"continues the agent's own mail about {known.ref}"
    return None


def _by_number(incoming: Incoming, known: Existing) -> str | None:
    named = known.ref.upper() in {number.upper() for number in incoming.numbers}
    return f"names {known.ref}" if named and _same_side(incoming, known) else None


def _by_fein(incoming: Incoming, known: Existing) -> str | None:
    ours, theirs = digits(known.fein), digits(incoming.fein)
    if len(theirs) != 9 or ours != theirs or not _same_side(incoming, known):
        return None
    if not _near(incoming.effective, known.effective, FEIN_WINDOW) or not _lines_meet(incoming, known):
        return None
    return "same FEIN, effective date and line"


def _by_thread(incoming: Incoming, known: Existing) -> str | None:
    if not (incoming.subject and thread_subject(incoming.subject) in known.subjects):
        return None
    if incoming.sender.lower() not in known.senders or incoming.received_at is None or known.last_message_at is None:
        return None
    recent = abs(incoming.received_at - known.last_message_at) <= THREAD_WINDOW
    return "same thread subject and sender within 30 days" if recent else None


def _by_name(incoming: Incoming, known: Existing) -> str | None:
    return "same insured name, place and date" if _name_fits(incoming, known, names.SAME_NAME, 2.0) else None


def _by_near_name(incoming: Incoming, known: Existing) -> str | None:
    return (
        "similar insured name, same place and date" if _name_fits(incoming, known, NEAR_NAME, names.SAME_NAME) else None
    )


def _name_fits(incoming: Incoming, known: Existing, least: float, below: float) -> bool:
    ours, theirs = digits(known.fein), digits(incoming.fein)
    if len(ours) == len(theirs) == 9 and ours != theirs:
        return False
    if not _same_side(incoming, known) or not _same_place(incoming, known):
        return False
    if not _near(incoming.effective, known.effective, NAME_WINDOW):
        return False
    return least <= _name_similarity(incoming, known) < below


Key = Callable[[Incoming, Existing], str | None]
KEYS: tuple[tuple[How, float, Key], ...] = (
    ("token", 0.99, _by_token),
    ("thread", 0.97, _by_reply),
    ("token", 0.93, _by_number),
    ("fein", 0.95, _by_fein),
    ("thread", 0.75, _by_thread),
    ("name", 0.85, _by_name),
    ("candidate", 0.60, _by_near_name),
)
"""The keys in the order they are tried, each with what it is called and the confidence it gives."""


def _contradiction(how: How, incoming: Incoming, known: Existing) -> str | None:
    """Return why a key that holds must not count: another insured, another term of the same one, or another agency."""
    if how == "token" and not _same_side(incoming, known):
        return "the sender is of another agency"
    if incoming.insureds and known.insureds and _name_similarity(incoming, known) < names.OTHER_NAME:
        same_fein = len(digits(incoming.fein)) == 9 and digits(incoming.fein) == digits(known.fein)
        if not same_fein:
            return "the message names another insured"
    dates = incoming.effective and known.effective and not known.doubts_date
    if dates and not _near(incoming.effective, known.effective, TERM_WINDOW):
        return "the effective date is of another term"
    return None


def _same_side(incoming: Incoming, known: Existing) -> bool:
    """Return whether the sender may speak for the record: one of us, of its agency, or somebody known there already."""
    if incoming.of_house:
        return True
    if incoming.agency and known.agency:
        return incoming.agency == known.agency
    return incoming.sender.lower() in known.senders


def _same_place(incoming: Incoming, known: Existing) -> bool:
    pairs: Iterable[tuple[str | None, str | None]] = ((incoming.state, known.state), (incoming.zip, known.zip))
    known_pairs = [(one, other) for one, other in pairs if one and other]
    return not known_pairs or any(one == other for one, other in known_pairs)


def _near(one: date | None, other: date | None, window: timedelta) -> bool:
    return one is None or other is None or abs(one - other) <= window


def _lines_meet(incoming: Incoming, known: Existing) -> bool:
    return not incoming.lines or not known.lines or bool(set(incoming.lines) & set(known.lines))


def _name_similarity(incoming: Incoming, known: Existing) -> float:
    return max((names.best_similarity(name, known.insureds) for name in incoming.insureds), default=0.0)
