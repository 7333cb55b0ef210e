"""Submissions as people list and open them: creating, finding, filtering, and the few columns set by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Update, and_, bindparam, exists, func, insert, or_, select, update

from pipeline.records.counters import next_value
from pipeline.records.models import AgencyRow, CoverageRow, ItemRow, PersonRow, SubmissionRow
from pipeline.records.models.columns import table
from pipeline.records.session import RecordsError, StaleVersion, Transaction
from pipeline.submission import CLOSED_ITEM_STATES, Gate, Line

_submissions = table(SubmissionRow)
_coverages = table(CoverageRow)
_agencies = table(AgencyRow)
_people = table(PersonRow)
_items = table(ItemRow)
_owner = _people.alias("owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One submission as it stands. ``state`` is internal; ``status`` is what the agent reads."""

    id: int
    ref: str
    cycle: int
    version: int
    account_id: int | None
    agency_id: int | None
    agency_name: str | None
    agent_id: int | None
    agent_name: str | None
    owner_id: int | None
    owner_name: str | None
    queue: str | None
    reply_token: str | None
    insured_name: str | None
    lines: tuple[Line, ...]
    line_scores: Mapping[Line, int]
    states: tuple[str, ...]
    primary_state: str | None
    effective_date: date | None
    state: str
    status: str
    status_reason: str | None
    score: int | None
    score_override: int | None
    score_override_reason: str | None
    gate: Gate | None
    flags: tuple[str, ...]
    legal_hold: bool
    received_at: datetime
    first_response_at: datetime | None
    state_at: datetime
    status_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    merged_into_id: int | None
    open_items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list shows; None means any. ``agencies`` limits to those agencies, an empty tuple shows nothing."""

    status: str | None = None
    line: Line | None = None
    gate: Gate | None = None
    queue: str | None = None
    owner: int | None = None
    agent: int | None = None
    agencies: tuple[int, ...] | None = None
    account: int | None = None
    words: str | None = None
    """Part of the reference or the insured's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of a list, and how many there are in all."""

    submissions: tuple[Submission, ...]
    total: int


def _query() -> Select[Any]:
    open_item = and_(_items.c.submission_id == _submissions.c.id, _items.c.state.not_in(CLOSED_ITEM_STATES))
    wanted = and_(open_item, _items.c.severity != "internal")
    joined = (
        _submissions.outerjoin(_agencies, _agencies.c.id == _submissions.c.agency_id)
        .outerjoin(_people, _people.c.id == _submissions.c.agent_id)
        .outerjoin(_owner, _owner.c.id == _submissions.c.owner_id)
    )
    return select(
        *_submissions.c,
        _agencies.c.name.label("agency_name"),
        _people.c.name.label("agent_name"),
        _owner.c.name.label("owner_name"),
        select(func.count()).where(wanted).scalar_subquery().label("open_items"),
    ).select_from(joined)


# Put together once: building a statement costs more than running it.
_ALL = _query()
_BY_ID = _ALL.where(_submissions.c.id.in_(bindparam("wanted", expanding=True))).order_by(_submissions.c.id)
_BY_REF = _ALL.where(_submissions.c.ref == bindparam("wanted"))
_COVERS = (
    select(_coverages.c.submission_id, _coverages.c.line, _coverages.c.score)
    .where(_coverages.c.submission_id.in_(bindparam("wanted", expanding=True)))
    .order_by(_coverages.c.position)
)
_CREATE = insert(_submissions).returning(_submissions.c.id)
_FIRST_ANSWER = update(_submissions).where(
    _submissions.c.id == bindparam("submission"), _submissions.c.first_response_at.is_(None)
)


def next_ref(tx: Transaction, year: int) -> str:
    """Return the next reference of a year, ``SUB-26-000001`` first; rolled back transactions leave no gap."""
    return f"SUB-{year % 100:02d}-{next_value(tx, f'submissions.{year}'):06d}"


def create(
    tx: Transaction,
    *,
    ref: str,
    received_at: datetime,
    at: datetime,
    account_id: int | None = None,
    agency_id: int | None = None,
    agent_id: int | None = None,
    reply_token: str | None = None,
    insured_name: str | None = None,
) -> int:
    """Create an empty submission in state ``ingested`` and return its id. Hold ``filing_lock`` from matching on."""
    row: dict[str, Any] = {
        "ref": ref,
        "account_id": account_id,
        "agency_id": agency_id,
        "agent_id": agent_id,
        "reply_token": reply_token,
        "insured_name": insured_name,
        "states": [],
        "flags": [],
        "state": "ingested",
        "status": "Received",
        "received_at": received_at,
        "state_at": at,
        "status_at": at,
        "updated_at": at,
    }
    return int(tx.execute(_CREATE, row).scalar_one())


def submission_by_id(tx: Transaction, submission: int) -> Submission | None:
    """Return one submission by its id."""
    return next(iter(_load(tx, _BY_ID, {"wanted": (submission,)})), None)


def by_ref(tx: Transaction, ref: str) -> Submission | None:
    """Return one submission by its reference, in any case."""
    return next(iter(_load(tx, _BY_REF, {"wanted": ref.upper()})), None)


def submissions_by_id(tx: Transaction, submissions: Iterable[int]) -> tuple[Submission, ...]:
    """Return several submissions in the order of their ids."""
    wanted = tuple(submissions)
    return _load(tx, _BY_ID, {"wanted": wanted}) if wanted else ()


def listing(tx: Transaction, wanted: Filter, *, limit: int = 50, offset: int = 0) -> Listing:
    """Return one page of submissions, the latest changed first."""
    where = _conditions(wanted)
    total = tx.execute(select(func.count()).select_from(_submissions).where(*where)).scalar_one()
    ordered = _ALL.where(*where).order_by(_submissions.c.updated_at.desc(), _submissions.c.id.desc())
    return Listing(submissions=_load(tx, ordered.limit(limit).offset(offset)), total=int(total))


def status_counts(tx: Transaction, agencies: Sequence[int] | None = None) -> Mapping[str, int]:
    """Return how many submissions stand in each agent-facing status, of these agencies or of all."""
    query = select(_submissions.c.status, func.count()).group_by(_submissions.c.status)
    if agencies is not None:
        query = query.where(_submissions.c.agency_id.in_(tuple(agencies)))
    return {status: int(count) for status, count in tx.execute(query)}


def assign(
    tx: Transaction, submission: int, *, version: int, queue: str | None, owner_id: int | None, at: datetime
) -> None:
    """Put a submission into a queue and into somebody's hands; raise StaleVersion when it was saved meanwhile."""
    _set(tx, submission, version, {"queue": queue, "owner_id": owner_id, "updated_at": at})


def identify(
    tx: Transaction,
    submission: int,
    *,
    account_id: int | None = None,
    agency_id: int | None = None,
    agent_id: int | None = None,
    reply_token: str | None = None,
) -> None:
    """Fill in whose submission it is where that is still open; what is known stays."""
    given = {"account_id": account_id, "agency_id": agency_id, "agent_id": agent_id, "reply_token": reply_token}
    known = {name: value for name, value in given.items() if value is not None}
    if known:
        tx.execute(_completing(tuple(known)), {"submission": submission, **known})


def set_flags(tx: Transaction, submission: int, flags: Iterable[str], *, version: int, at: datetime) -> None:
    """Replace the escalation flags; raise StaleVersion when the submission was saved meanwhile."""
    _set(tx, submission, version, {"flags": sorted(set(flags)), "updated_at": at})


def override_score(
    tx: Transaction, submission: int, score: int | None, reason: str, *, version: int, at: datetime
) -> None:
    """Set a score by hand beside the computed one, with the reason; None takes it back."""
    values = {"score_override": score, "score_override_reason": reason, "updated_at": at}
    _set(tx, submission, version, values)


def mark_answered(tx: Transaction, submission: int, *, at: datetime) -> None:
    """Keep when we first answered; later calls change nothing."""
    tx.execute(_FIRST_ANSWER, {"submission": submission, "first_response_at": at})


def _set(tx: Transaction, submission: int, version: int, values: Mapping[str, Any]) -> None:
    where = and_(_submissions.c.id == submission, _submissions.c.version == version)
    raised = {**values, "version": _submissions.c.version + 1}
    if not tx.execute(update(_submissions).where(where).values(raised)).rowcount:
        raise StaleVersion(f"submission {submission} was saved by somebody else since version {version}")


@cache
def _completing(columns: tuple[str, ...]) -> Update:
    """Return the statement that sets these columns where they are open."""
    values = {name: func.coalesce(_submissions.c[name], bindparam(name)) for name in columns}
    return update(_submissions).where(_submissions.c.id == bindparam("submission")).values(values)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    equal = {
        "status": wanted.status,
        "gate": wanted.gate,
        "queue": wanted.queue,
        "owner_id": wanted.owner,
        "agent_id": wanted.agent,
        "account_id": wanted.account,
    }
    where: list[ColumnElement[bool]] = [
        _submissions.c[name] == value for name, value in equal.items() if value is not None
    ]
    if wanted.agencies is not None:
        where.append(_submissions.c.agency_id.in_(wanted.agencies))
    if wanted.line is not None:
        where.append(exists().where(_coverages.c.submission_id == _submissions.c.id, _coverages.c.line == wanted.line))
    if wanted.words:
        ref = _submissions.c.ref.icontains(wanted.words, autoescape=True)
        where.append(or_(ref, _submissions.c.insured_name.icontains(wanted.words, autoescape=True)))
    return where


def _load(tx: Transaction, query: Select[Any], asked: Mapping[str, Any] | None = None) -> tuple[Submission, ...]:
    rows = tx.execute(query, dict(asked or {})).all()
    if not rows:
        return ()
    lines: dict[int, dict[Line, int | None]] = {row.id: {} for row in rows}
    for submission, line, score in tx.execute(_COVERS, {"wanted": tuple(lines)}):
        lines[submission][line] = score
    return tuple(_submission(row, lines[row.id]) for row in rows)


def _submission(row: Row[Any], lines: Mapping[Line, int | None]) -> Submission:
    given = {
        **row._mapping,
        "lines": tuple(lines),
        "line_scores": {line: score for line, score in lines.items() if score is not None},
        "states": tuple(row.states),
        "flags": tuple(row.flags),
    }
    return Submission(**given)


def existing(tx: Transaction, submission: int) -> Submission:
    """Return one submission; raise RecordsError when there is none."""
    found = submission_by_id(tx, submission)
    if found is None:
        raise RecordsError(f"there is no submission {submission}")
    return found


def standing(tx: Transaction, submission: int) -> Submission:
    """Return the submission that stands for one: itself, or the one it was merged into; raise RecordsError for none."""
    found = existing(tx, submission)
    return existing(tx, found.merged_into_id) if found.merged_into_id is not None else found
