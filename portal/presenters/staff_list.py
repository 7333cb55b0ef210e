"""What the list of submissions and the mail ledger show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from pipeline.records.ledger import Accounting, Message
from pipeline.records.submissions import Filter, Listing, Submission
from pipeline.records.wishes import Guess, Waiting
from pipeline.status import STATUSES
from pipeline.submission import LINES
from pipeline.wanting import PLAYBOOK
from portal.presenters.staff_words import GATE, short_line

PER_PAGE = 50
_NO_GUESSES: Mapping[int, tuple[Guess, ...]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of the list asks for; words nobody knows are dropped."""

    status: str | None = None
    line: str | None = None
    gate: str | None = None
    words: str | None = None
    page: int = 1

    @property
    def filter(self) -> Filter:
        """Return it as the records want it."""
        return Filter(status=self.status, line=self.line, gate=self.gate, words=self.words)  # type: ignore[arg-type]

    @property
    def offset(self) -> int:
        """Return how many submissions stand before this page."""
        return (self.page - 1) * PER_PAGE

    def address(self, **changed: object) -> str:
        """Return the address of the list with some of it changed; None takes a part away."""
        parts = {"status": self.status, "line": self.line, "gate": self.gate, "words": self.words, "page": None}
        kept = {name: value for name, value in {**parts, **changed}.items() if value}
        return f"/staff/?{urlencode(kept)}" if kept else "/staff/"


def asked(query: Mapping[str, str]) -> Asked:
    """Read the address of the list."""
    page = query.get("page", "")
    return Asked(
        status=_one_of(query.get("status"), STATUSES),
        line=_one_of(query.get("line"), tuple(LINES)),
        gate=_one_of(query.get("gate"), ("blocked", "quotable", "complete")),
        words=query.get("words", "").strip()[:100] or None,
        page=max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One submission of the list."""

    ref: str
    insured: str
    lines: str
    effective: date | None
    status: str
    score: int | None
    gate: str
    gate_words: str
    open_items: int
    agency: str
    agent: str
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One status to filter by, with its count."""

    title: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a filter."""

    value: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The mail accounting in one sentence, and whether it adds up."""

    text: str
    detail: str
    good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The list, one page of it."""

    asked: Asked
    tabs: tuple[Tab, ...]
    lines: tuple[Option, ...]
    gates: tuple[Option, ...]
    rows: tuple[Row, ...]
    total: int
    first: int
    last: int
    before: str | None
    after: str | None


def account(mail: Accounting) -> Account:
    """Return the first line of the list: received = filed + held + discarded + set aside + in work."""
    parts = f"{mail.filed} filed + {mail.held} held + {mail.discarded} discarded + {mail.shunted} set aside"
    total = f"received {mail.received} = {parts} + {mail.in_work} in work"
    if mail.adds_up:
        return Account(text="All mail accounted for:", detail=total, good=True)
    stranded = f"; {mail.stranded} of them without a next step" if mail.stranded else ""
    text = "Mail is NOT accounted for:" if not mail.stranded else "Mail is stuck:"
    return Account(text=text, detail=total.replace(" = ", " against ", 1) + stranded, good=False)


def page_of(wanted: Asked, found: Listing, counts: Mapping[str, int]) -> Page:
    """Return one page of the list."""
    last = wanted.offset + len(found.submissions)
    return Page(
        asked=wanted,
        tabs=_tabs(wanted, counts),
        lines=_options(LINES.items(), wanted.line),
        gates=_options(((gate, GATE[gate]) for gate in ("blocked", "quotable", "complete")), wanted.gate),
        rows=tuple(_row(one) for one in found.submissions),
        total=found.total,
        first=min(wanted.offset + 1, last),
        last=last,
        before=wanted.address(page=wanted.page - 1) if wanted.page > 1 else None,
        after=wanted.address(page=wanted.page + 1) if last < found.total else None,
    )


def _tabs(wanted: Asked, counts: Mapping[str, int]) -> tuple[Tab, ...]:
    everything = Tab(
        title="All", count=sum(counts.values()), address=wanted.address(status=None), chosen=wanted.status is None
    )
    each = (
        Tab(
            title=status,
            count=counts.get(status, 0),
            address=wanted.address(status=status),
            chosen=wanted.status == status,
        )
        for status in STATUSES
        if counts.get(status) or wanted.status == status
    )
    return (everything, *each)


def _row(one: Submission) -> Row:
    return Row(
        ref=one.ref,
        insured=one.insured_name or "Insured not named yet",
        lines=", ".join(short_line(line) for line in one.lines) or "none yet",
        effective=one.effective_date,
        status=one.status,
        score=one.score,
        gate=one.gate or "none",
        gate_words=GATE[one.gate],
        open_items=one.open_items,
        agency=one.agency_name or "unknown",
        agent=one.agent_name or "",
        updated=one.updated_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLine:
    """One message of the ledger."""

    id: int
    at: datetime
    sender: str
    subject: str
    state: str
    reason: str
    source: str
    refs: tuple[str, ...]
    guesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentLine:
    """A message that people must see at once, and what to do about it."""

    id: int
    at: datetime
    sender: str
    subject: str
    what: str
    playbook: str


def urgent_lines(waiting: Iterable[Waiting]) -> tuple[UrgentLine, ...]:
    """Return the urgent messages nobody took yet, claims before orders to bind, the oldest first."""
    order = list(PLAYBOOK)
    return tuple(
        UrgentLine(
            id=one.id,
            at=one.at,
            sender=one.sender or "unknown",
            subject=one.subject or "(no subject)",
            what=f"{one.urgent.replace('_', ' ').capitalize()}:",
            playbook=PLAYBOOK[one.urgent],
        )
        for one in sorted(waiting, key=lambda one: order.index(one.urgent))
    )


def _guess(one: Guess) -> str:
    why = "; ".join(one.why)
    return f"perhaps {one.intent.replace('_', ' ')} ({one.confidence:.0%}, {why})"


MAIL_STATES: Mapping[str, str] = {
    "held": "held",
    "shunted": "set aside",
    "discarded": "discarded",
    "filed": "filed",
    "processing": "in work",
    "received": "waiting",
}
"""State of a message → the word on the page, in the order people look at them."""


def mail_lines(
    messages: Sequence[Message],
    refs: Mapping[int, tuple[str, ...]],
    guesses: Mapping[int, tuple[Guess, ...]] = _NO_GUESSES,
) -> tuple[MailLine, ...]:
    """Return the lines of the mail ledger; ``guesses`` are what messages may want whose wish nobody could tell."""
    return tuple(
        MailLine(
            id=one.id,
            at=one.received_at,
            sender=one.sender or "not read yet",
            subject=one.subject or "(no subject)",
            state=MAIL_STATES[one.state],
            reason=(one.reason or "").replace("_", " "),
            source=one.source,
            refs=refs.get(one.id, ()),
            guesses=tuple(map(_guess, guesses.get(one.id, ()))),
        )
        for one in messages
    )


def _options(pairs: Iterable[tuple[str, str]], chosen: str | None) -> tuple[Option, ...]:
    return tuple(Option(value=value, title=title, chosen=value == chosen) for value, title in pairs)


def _one_of(given: str | None, known: Sequence[str]) -> str | None:
    return given if given in known else None
