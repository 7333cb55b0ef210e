"""Doubtful values over all open submissions, for those who review them one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select

from pipeline.records.models import FactRow, MessageRow, SubmissionRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction

_facts = table(FactRow)
_messages = table(MessageRow)
_submissions = table(SubmissionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """One submission with how many doubtful values it has."""

    ref: str
    values: int
    place: tuple[date, str]


def place_of(ref: str, effective: date | None) -> tuple[date, str]:
    """Return where a submission stands among those to review: nearest effective date first, undated ones last."""
    return (effective or date.max, ref)


def submissions_in_doubt(tx: Transaction) -> tuple[InDoubt, ...]:
    """Return the open submissions with doubtful values, in the order in which they are reviewed."""
    joined = _facts.join(_submissions, _submissions.c.id == _facts.c.submission_id)
    query = (
        select(_submissions.c.ref, _submissions.c.effective_date, func.count())
        .select_from(joined)
        .where(_facts.c.doubtful, _submissions.c.status != "Closed")
        .group_by(_submissions.c.id, _submissions.c.ref, _submissions.c.effective_date)
    )
    found = (
        InDoubt(ref=ref, values=int(count), place=place_of(ref, effective))
        for ref, effective, count in tx.execute(query)
    )
    return tuple(sorted(found, key=lambda one: one.place))


def settled_already(tx: Transaction, source: str, keys: Iterable[str]) -> frozenset[str]:
    """Return which of these settlements came in already, whether or not they were worked on yet."""
    given = tuple(keys)
    if not given:
        return frozenset()
    known = and_(_messages.c.source == source, _messages.c.source_key.in_(given))
    return frozenset(tx.execute(select(_messages.c.source_key).where(known)).scalars())
