"""Which submission a message belongs to: every key that speaks is scored and kept, and so is all that speaks against.

Keys that name a submission (token, answered mail, number, policy) go before keys that describe it (FEIN, subject,
name). A submission that the insured, the FEIN or the term of the message contradicts is out, whatever the keys say:
agents start new business on old threads. Where two submissions are as likely as each other a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from pipeline import names
from pipeline.agreement import digits
from pipeline.submission import Line

How = Literal["token", "thread", "policy", "customer", "fein", "name", "candidate", "new"]
"""``candidate`` asks a person; ``new`` is no submission we know."""

FEIN_WINDOW, NAME_WINDOW = timedelta(days=90), timedelta(days=45)
TERM_WINDOW = timedelta(days=180)
"""Further apart, two effective dates are two terms of one insured."""
THREAD_WINDOW = timedelta(days=30)
NEAR_NAME = 0.80
"""From here to ``names.SAME_NAME`` a person looks."""
THRESHOLD = 0.75
"""What keys must come to before the machine attaches anything by itself."""
CLEARER = 0.6
"""The doubt left of the best of two equally named submissions must be at most this share of the other's."""

_PREFIX = re.compile(
    r"^\s*(?:(?:re|fw|fwd|aw|wg|tr|sv)\s*(?:\[\d+\])?\s*:|\[(?:external|ext|secure|caution)[^\]]*\])\s*", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What a message says about whose it is. ``insureds`` are the names its documents and words give, best first.

    ``tokens`` are the refs that signed reply tokens in it stand for, ``answers`` the Message-IDs of In-Reply-To and
    References, nearest first, ``numbers`` the submission numbers in subject and text, ``titled`` those in the subject.
    ``policies`` and ``customers`` are normalised. ``agency`` is an id of the sender's agency, ``of_house`` whether the
    sender is one of us, ``asks_new`` whether it asks for new business or a renewal. ``mentioned`` is an effective date
    that an answer mentions: the record's own, the expiring term's, or the next one's.
    """

    sender: str = ""
    agency: str | None = None
    subject: str = ""
    received_at: datetime | None = None
    tokens: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    titled: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    insureds: tuple[str, ...] = ()
    fein: str | None = None
    effective: date | None = None
    mentioned: date | None = None
    lines: tuple[Line, ...] = ()
    state: str | None = None
    zip: str | None = None
    is_reply: bool = False
    of_house: bool = False
    asks_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A submission on record as far as matching looks. ``sent`` are Message-IDs of ours, ``subjects`` its threads'.

    ``numbers`` are its own and those of submissions merged into it. ``senders`` are the addresses that speak for it so
    far: its agent's, and those of the mails filed there. ``shares_fein`` is whether its FEIN is that of other insureds
    as well, as franchises have it. ``doubts_date`` is whether we have asked for its effective date: then another date
    is an answer, not another term.
    """

    ref: str
    agency: str | None = None
    numbers: frozenset[str] = frozenset()
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
    policies: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    last_message_at: datetime | None = None
    shares_fein: bool = False
    is_open: bool = True
    doubts_date: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One key that speaks for a submission, with how sure it is alone, in words."""

    how: How
    confidence: float
    says: str
    names_it: bool = False
    """Whether it is a key of this very submission, no description that others may fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A submission with everything that speaks for it, surest first, and what speaks against it."""

    ref: str
    signals: tuple[Signal, ...]
    against: tuple[str, ...] = ()
    is_open: bool = True

    @property
    def confidence(self) -> float:
        """Return how sure all keys together are, as if they were independent."""
        doubt = 1.0
        for one in self.signals:
            doubt *= 1.0 - one.confidence
        return round(1.0 - doubt, 4)

    @property
    def named(self) -> float:
        """Return how sure the best key is that names this very submission; 0 where none does."""
        return max((one.confidence for one in self.signals if one.names_it), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where a message belongs: ``ref`` is None for a new submission; ``candidate`` asks a person.

    ``confidence`` is that of the surest key alone. ``candidates`` are all that were looked at, likeliest first.
    """

    how: How
    ref: str | None
    confidence: float
    reasons: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = field(default=(), compare=False)

    @property
    def is_open_question(self) -> bool:
        """Return whether two or more submissions are as likely as each other, so that only a person can tell."""
        return self.how == "candidate" and self.ref is None


def match(incoming: Incoming, existing: Sequence[Existing]) -> Match:
    """Return the submission a message belongs to, or that it is a new one. ``existing`` may be in any order."""
    nearest = _nearest(incoming, existing)
    looked_at = [_candidate(incoming, known, nearest) for known in sorted(existing, key=lambda known: known.ref)]
    ranked = tuple(sorted((one for one in looked_at if one.signals), key=_rank))
    refused = tuple(f"{one.signals[0].says}, but {one.against[0]}" for one in ranked if one.against)
    able = [one for one in ranked if not one.against]
    if not able:
        return Match(how="new", ref=None, confidence=1.0, reasons=refused, candidates=ranked)
    best, rivals = able[0], able[1:]
    says = tuple(one.says for one in best.signals)
    sure = best.signals[0].confidence
    if best.confidence < THRESHOLD:
        return Match(how="candidate", ref=best.ref, confidence=sure, reasons=(*refused, *says), candidates=ranked)
    if rivals and not _is_clearer(best, rivals[0]):
        likely = f"{best.ref} and {rivals[0].ref} are as likely as each other"
        return Match(how="candidate", ref=None, confidence=sure, reasons=(*refused, likely), candidates=ranked)
    how = best.signals[0].how
    return Match(how=how, ref=best.ref, confidence=sure, reasons=(*refused, *says), candidates=ranked)


def thread_subject(subject: str) -> str:
    """Return a subject without RE:, FW: and banners, folded."""
    plain, before = subject, None
    while plain != before:
        before, plain = plain, _PREFIX.sub("", plain)
    return " ".join(plain.lower().split())


def _rank(one: Candidate) -> tuple[bool, float, float, bool, str]:
    return (bool(one.against), -one.named, -one.confidence, not one.is_open, one.ref)


def _is_clearer(best: Candidate, other: Candidate) -> bool:
    """Return whether the best is so much likelier than the next that nobody need be asked."""
    if best.named != other.named:
        return True
    if best.is_open != other.is_open:
        return best.is_open
    return 1.0 - best.confidence <= CLEARER * (1.0 - other.confidence)


def _candidate(incoming: Incoming, known: Existing, nearest: frozenset[str]) -> Candidate:
    found = sorted(_signals(incoming, known, nearest), key=lambda one: -one.confidence)
    against = tuple(_against(incoming, known)) if found else ()
    return Candidate(ref=known.ref, signals=tuple(found), against=against, is_open=known.is_open)


def _nearest(incoming: Incoming, existing: Sequence[Existing]) -> frozenset[str]:
    """Return the first of the answered mails that anybody's thread knows: older ones belong to older business."""
    known = frozenset[str]().union(*(one.sent | one.received for one in existing if _same_side(incoming, one)))
    return frozenset([next(iter(each for each in incoming.answers if each in known), "")])


def _signals(incoming: Incoming, known: Existing, nearest: frozenset[str]) -> Iterator[Signal]:
    if not _same_side(incoming, known):
        return
    if known.ref in incoming.tokens:
        yield Signal(how="token", confidence=0.99, says=f"came to the reply address of {known.ref}", names_it=True)
    yield from _by_reply(incoming, known, nearest)
    yield from _by_number(incoming, known)
    if known.policies & frozenset(incoming.policies):
        yield Signal(how="policy", confidence=0.92, says=f"names a policy of {known.ref}", names_it=True)
    if known.customers & frozenset(incoming.customers):
        yield Signal(how="customer", confidence=0.90, says="names the agency's number of the customer", names_it=True)
    yield from _by_fein(incoming, known)
    yield from _by_subject(incoming, known)
    yield from _by_name(incoming, known)


def _by_reply(incoming: Incoming, known: Existing, nearest: frozenset[str]) -> Iterator[Signal]:
    answered = frozenset(incoming.answers)
    if nearest & known.sent:
        yield Signal(how="thread", confidence=0.97, says=f"answers a message we sent about {known.ref}", names_it=True)
    elif nearest & known.received:
        words = f"continues the agent's own mail about {known.ref}"
        yield Signal(how="thread", confidence=0.97, says=words, names_it=True)
    elif answered & (known.sent | known.received):
        yield Signal(how="thread", confidence=0.60, says=f"stands on an older thread of {known.ref}", names_it=True)


def _by_number(incoming: Incoming, known: Existing) -> Iterator[Signal]:
    mine = {number.upper() for number in (known.ref, *known.numbers)}
    if mine & {number.upper() for number in incoming.titled}:
        yield Signal(how="token", confidence=0.93, says=f"names {known.ref} in its subject", names_it=True)
    elif mine & {number.upper() for number in incoming.numbers}:
        sure = 0.60 if incoming.titled else 0.93
        yield Signal(how="token", confidence=sure, says=f"names {known.ref}", names_it=True)


def _by_fein(incoming: Incoming, known: Existing) -> Iterator[Signal]:
    if not _same_fein(incoming, known):
        return
    if not _near(incoming.effective, known.effective, FEIN_WINDOW) or not _lines_meet(incoming, known):
        return
    if incoming.insureds and known.insureds and _name_similarity(incoming, known) < NEAR_NAME:
        yield Signal(how="fein", confidence=0.60, says="has the same FEIN under another name")
    else:
        yield Signal(how="fein", confidence=0.95, says="has the same FEIN, effective date and line")


def _by_subject(incoming: Incoming, known: Existing) -> Iterator[Signal]:
    bare = thread_subject(incoming.subject)
    if not bare or bare not in known.subjects or incoming.sender.lower() not in known.senders:
        return
    if incoming.received_at is None or known.last_message_at is None:
        return
    if abs(incoming.received_at - known.last_message_at) > THREAD_WINDOW:
        return
    says = "has the same thread subject and sender within 30 days"
    # "New submission" is every submission's subject: by itself it says nothing.
    is_telling = any(word in names.tokens(bare) for name in known.insureds for word in names.telling(name))
    yield Signal(how="thread", confidence=0.75 if incoming.is_reply or is_telling else 0.50, says=says)


def _by_name(incoming: Incoming, known: Existing) -> Iterator[Signal]:
    ours, theirs = digits(known.fein), digits(incoming.fein)
    differ = len(ours) == len(theirs) == 9 and ours != theirs
    if differ or not _same_place(incoming, known) or not _near(incoming.effective, known.effective, NAME_WINDOW):
        return
    alike = _name_similarity(incoming, known)
    if alike >= names.SAME_NAME:
        agreed = bool(incoming.state and known.state) or bool(incoming.effective and known.effective)
        words = "has the same insured name, place and date" if agreed else "has the same insured name"
        yield Signal(how="name", confidence=0.85 if agreed else 0.80, says=words)
    elif alike >= NEAR_NAME:
        yield Signal(how="candidate", confidence=0.60, says="has a similar insured name, same place and date")


def _against(incoming: Incoming, known: Existing) -> Iterator[str]:
    """Yield why keys that speak must not count: another insured, or another term of the same one."""
    if incoming.insureds and known.insureds:
        alike = _name_similarity(incoming, known)
        if alike < names.OTHER_NAME and (known.shares_fein or not _same_fein(incoming, known)):
            yield "the message names another insured"
        elif alike < names.SAME_NAME and _other_fein(incoming, known):
            yield "the message names another FEIN and another name"
    if incoming.effective and known.effective:
        if not known.doubts_date and not _near(incoming.effective, known.effective, TERM_WINDOW):
            yield "the effective date is of another term"
    elif _is_of_next_term(incoming, known):
        yield "it is about the next term"


def _is_of_next_term(incoming: Incoming, known: Existing) -> bool:
    if known.effective is None or incoming.effective:
        return False
    if incoming.mentioned and not known.doubts_date and incoming.mentioned - known.effective > TERM_WINDOW:
        return True
    if not incoming.asks_new or incoming.received_at is None:
        return False
    return incoming.received_at.date() - known.effective > TERM_WINDOW


def _same_side(incoming: Incoming, known: Existing) -> bool:
    """Return whether the sender may speak for the record: one of us, of its agency, or somebody known there already."""
    if incoming.of_house:
        return True
    if incoming.agency and known.agency:
        return incoming.agency == known.agency
    return incoming.sender.lower() in known.senders


def _same_fein(incoming: Incoming, known: Existing) -> bool:
    theirs = digits(incoming.fein)
    return len(theirs) == 9 and theirs == digits(known.fein)


def _other_fein(incoming: Incoming, known: Existing) -> bool:
    ours, theirs = digits(known.fein), digits(incoming.fein)
    return len(ours) == len(theirs) == 9 and ours != theirs


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
