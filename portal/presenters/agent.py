"""An agent's list and its items as pages show them: records and checklists → words, groups, counters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from outbound.checklist import listed
from pipeline import kinds
from pipeline.answers import DOCUMENT
from pipeline.records.items import ItemRecord
from pipeline.submission import LINES, Severity
from portal import slips
from portal.cases import AgentCase
from portal.presenters.wording import (
    BALLS,
    PROBLEMS,
    ItemStatus,
    StatusWords,
    shown,
    status_words,
    without_title,
)

GROUPS: tuple[tuple[Severity, str, str], ...] = (
    ("blocking", "Needed before we can quote", ""),
    ("needed_to_quote", "Also needed for the quote", "These do not hold up the review."),
    ("nice", "Helpful", "Optional: only if you have it at hand."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One item. ``wants_files`` puts the upload first, ``takes_words`` offers words; ``wanted`` names the papers."""

    number: int
    digest: str
    title: str
    ask: str
    why: str
    example: str
    have: tuple[str, ...]
    status: ItemStatus
    optional: bool
    accepts_none: bool
    field_type: str | None
    wants_files: bool
    takes_words: bool
    wanted: str
    path: str

    @property
    def is_done(self) -> bool:
        """Return whether nothing more is wanted."""
        return self.status == "Done"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """Items of one weight."""

    heading: str
    note: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """The head of every page of one submission."""

    ref: str
    insured: str
    lines: str
    effective: date | None
    status: StatusWords
    ball: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """The whole list."""

    head: SubmissionView
    groups: tuple[GroupView, ...]
    done: tuple[ItemView, ...]
    done_count: int
    total: int
    is_reading: bool


def head_of(case: AgentCase) -> SubmissionView:
    """Return the head of a submission's pages."""
    one = case.submission
    words = status_words(one.status, one.state)
    lines = listed([LINES.get(line, line.replace("_", " ")) for line in one.lines])
    return SubmissionView(
        ref=one.ref,
        insured=shown(one.insured_name or "Your submission"),
        lines=lines[:1].upper() + lines[1:] if lines else "Not known yet",
        effective=one.effective_date,
        status=words,
        ball=BALLS[words.ball],
        path=f"/my/{one.ref}",
    )


def list_view(case: AgentCase) -> ListView:
    """Return the list: what is open by weight, then what is done."""
    views = [(record.item.severity, item_view(case, record)) for record in case.asked]
    wanted = sorted((pair for pair in views if not pair[1].is_done), key=lambda pair: pair[1].number)
    groups = [
        GroupView(heading=heading, note=note, items=tuple(view for weight, view in wanted if weight == severity))
        for severity, heading, note in GROUPS
    ]
    done = tuple(view for _, view in views if view.is_done)
    return ListView(
        head=head_of(case),
        groups=tuple(group for group in groups if group.items),
        done=done,
        done_count=len(done),
        total=len(views),
        is_reading=bool(case.in_work),
    )


def item_view(case: AgentCase, record: ItemRecord) -> ItemView:
    """Return one item as its page shows it."""
    item = record.item
    number = case.numbers[item.key]
    title = shown(item.title)
    wanted = _or(list(dict.fromkeys(kinds.label(kind) for kind in item.kinds)))
    return ItemView(
        number=number,
        digest=slips.digest(item.key),
        title=title,
        ask=without_title(shown(item.ask), title),
        why=item.why,
        example=item.example,
        have=tuple(shown(text) for text in item.have),
        status=item_status(case, record),
        optional=item.severity == "nice",
        accepts_none=item.accepts_none,
        field_type=item.field_type if item.field or item.field_type else None,
        wants_files=bool(wanted) or item.field_type == DOCUMENT,
        takes_words=item.field_type != DOCUMENT,
        wanted=wanted,
        path=f"/my/{case.submission.ref}/item/{number}",
    )


def item_status(case: AgentCase, record: ItemRecord) -> ItemStatus:
    """Return one of the four statuses an item can show."""
    item = record.item
    if not item.is_open:
        return "Done"
    if item.state == "received_unverified" or slips.digest(item.key) in case.in_work:
        return "We are reading it"
    return "There is a problem" if item.code in PROBLEMS else "To do"


def next_item(case: AgentCase) -> ItemView | None:
    """Return the most pressing item that still waits for the agent."""
    view = list_view(case)
    waiting = (item for group in view.groups for item in group.items if item.status != "We are reading it")
    return next(waiting, None)


def _or(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))
