"""Load what a submission's decisions look at, and save what they came to: one load, one save, told as changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from pipeline.records.answers import answers_of
from pipeline.records.documents import Filing, ReadDocument, filings_of, read_documents
from pipeline.records.facts import FactChange, save_facts
from pipeline.records.items import ItemChange, save_items
from pipeline.records.models import CoverageRow, SubmissionRow
from pipeline.records.models.columns import table
from pipeline.records.session import RecordsError, StaleVersion, Transaction
from pipeline.records.submissions import Submission, existing
from pipeline.submission import Answer, Completeness, Line, ResolvedField, SourcedCandidate

_submissions = table(SubmissionRow)
_coverages = table(CoverageRow)

# Put together once: building a statement costs more than running it.
_LOCK = select(_submissions).where(_submissions.c.id == bindparam("submission")).with_for_update()
_ALTER = update(_submissions).where(_submissions.c.id == bindparam("submission"))
_LINES = (
    select(_coverages.c.line, _coverages.c.score)
    .where(_coverages.c.submission_id == bindparam("submission"))
    .order_by(_coverages.c.position)
)
_DROP_LINES = delete(_coverages).where(_coverages.c.submission_id == bindparam("submission"))
_ADD_LINES = insert(_coverages)


_DECIDED = (
    "state",
    "status",
    "status_reason",
    "states",
    "primary_state",
    "effective_date",
    "insured_name",
    "score",
    "gate",
)
"""The submission's own columns that decisions set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything decisions look at: the submission, its documents, its messages' words and what people said."""

    submission: Submission
    documents: tuple[ReadDocument, ...]
    filings: tuple[Filing, ...]
    answers: tuple[Answer, ...]

    @property
    def candidates(self) -> tuple[SourcedCandidate, ...]:
        """Return every candidate, those of documents first, in the order received."""
        read = chain.from_iterable(document.candidates for document in self.documents)
        said = chain.from_iterable(filing.candidates for filing in self.filings)
        return (*read, *said)

    @property
    def mentions(self) -> frozenset[str]:
        """Return the document kinds that a mail says are attached."""
        return frozenset(chain.from_iterable(filing.mentions for filing in self.filings))

    @property
    def cloud_hosts(self) -> tuple[str, ...]:
        """Return the hosts of file-sharing links in mails, each once."""
        return tuple(dict.fromkeys(chain.from_iterable(filing.cloud_hosts for filing in self.filings)))

    @property
    def said(self) -> str:
        """Return the new words of all messages, in the order filed."""
        return "\n\n".join(filing.said for filing in self.filings if filing.said)

    @property
    def asked_lines(self) -> tuple[Line, ...]:
        """Return the lines that mails ask for, each once, in the order first asked."""
        return tuple(dict.fromkeys(chain.from_iterable(filing.lines for filing in self.filings)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What the decisions came to. ``state`` is internal, ``status`` what the agent reads, with its reason."""

    fields: Mapping[str, ResolvedField]
    completeness: Completeness
    lines: tuple[Line, ...]
    state: str
    status: str
    status_reason: str | None = None
    states: tuple[str, ...] = ()
    effective_date: date | None = None
    insured_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one save changed; ``columns`` maps the submission's own columns to (before, after)."""

    version: int
    facts: tuple[FactChange, ...] = ()
    items: tuple[ItemChange, ...] = ()
    columns: Mapping[str, tuple[Any, Any]]

    def __bool__(self) -> bool:
        return bool(self.facts or self.items or self.columns)


def load(tx: Transaction, submission: int) -> Case:
    """Return everything that decisions about a submission look at; raise RecordsError when there is none."""
    return Case(
        submission=existing(tx, submission),
        documents=read_documents(tx, submission),
        filings=filings_of(tx, submission),
        answers=answers_of(tx, submission),
    )


def save_decision(
    tx: Transaction,
    submission: int,
    assessment: Assessment,
    *,
    at: datetime,
    version: int | None = None,
    by: str = "rules",
    due_on: date | None = None,
    opened: Submission | None = None,
) -> Changes:
    """Save an assessment and return what changed; saving the same again changes nothing.

    ``version`` is the one that was loaded: raise StaleVersion when somebody saved since. ``due_on`` is for new items.
    ``opened`` is the submission where this very transaction opened it: nobody else can see it, nothing is stored yet.
    """
    is_new = opened is not None
    row = opened or _locked(tx, submission)
    if version is not None and row.version != version:
        raise StaleVersion(f"submission {row.ref} is at version {row.version}, not {version}: load it again")
    facts = save_facts(tx, submission, assessment.fields, is_new=is_new)
    items = save_items(tx, submission, assessment.completeness.items, at=at, by=by, due_on=due_on, is_new=is_new)
    columns = _changed_columns(row, assessment)
    values = _values(columns, at)
    if _save_lines(tx, submission, assessment, is_new=is_new):
        columns["lines"] = (None, list(assessment.lines))
    raised = row.version
    if facts or items or columns:
        raised += 1
        tx.execute(_ALTER, {"submission": submission, **values, "version": raised, "updated_at": at})
    return Changes(version=raised, facts=facts, items=items, columns=columns)


def _locked(tx: Transaction, submission: int) -> Row[Any]:
    row = tx.execute(_LOCK, {"submission": submission}).one_or_none()
    if row is None:
        raise RecordsError(f"there is no submission {submission}")
    return row


def _changed_columns(row: Row[Any] | Submission, assessment: Assessment) -> dict[str, tuple[Any, Any]]:
    stored = {name: getattr(row, name) for name in _DECIDED}
    stored["states"] = list(stored["states"])
    wanted: dict[str, Any] = {
        "state": assessment.state,
        "status": assessment.status,
        "status_reason": assessment.status_reason,
        "states": list(assessment.states),
        "primary_state": assessment.states[0] if assessment.states else None,
        "effective_date": assessment.effective_date,
        "insured_name": assessment.insured_name or row.insured_name,
        "score": assessment.completeness.score,
        "gate": assessment.completeness.gate,
    }
    return {name: (stored[name], value) for name, value in wanted.items() if stored[name] != value}


def _values(changed: Mapping[str, tuple[Any, Any]], at: datetime) -> dict[str, Any]:
    """Return the changed columns as they are to be, with the times at which state and status moved."""
    values = {name: after for name, (_, after) in changed.items()}
    times: dict[str, Any] = {f"{name}_at": at for name in ("state", "status") if name in changed}
    if "status" in changed:
        times["closed_at"] = at if values["status"] == "Closed" else None
    return {**values, **times}


def _save_lines(tx: Transaction, submission: int, assessment: Assessment, *, is_new: bool) -> bool:
    stored = [] if is_new else [(line, score) for line, score in tx.execute(_LINES, {"submission": submission})]
    wanted = [(line, assessment.completeness.lines.get(line)) for line in assessment.lines]
    if stored == wanted:
        return False
    if stored:
        tx.execute(_DROP_LINES, {"submission": submission})
    rows = [
        {"submission_id": submission, "line": line, "position": position, "score": score}
        for position, (line, score) in enumerate(wanted)
    ]
    if rows:
        tx.execute(_ADD_LINES, rows)
    return True
