"""Doubtful values over all open submissions, for those who review them one after the other."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, func, or_, select

from pipeline.doubts import SETTLED, SURE
from pipeline.records.models import FactRow, MessageRow, SubmissionRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction

_facts = table(FactRow)
_messages = table(MessageRow)
_submissions = table(SubmissionRow)


def submissions_in_doubt(tx: Transaction, *, limit: int = 200) -> tuple[tuple[str, int], ...]:
    """Return the references of open submissions with doubtful values and how many, nearest effective date first."""
    joined = _facts.join(_submissions, _submissions.c.id == _facts.c.submission_id)
    query = (
        select(_submissions.c.ref, func.count())
        .select_from(joined)
        .where(_doubtful(), _submissions.c.status != "Closed")
        .group_by(_submissions.c.id, _submissions.c.ref, _submissions.c.effective_date)
        .order_by(_submissions.c.effective_date.is_(None), _submissions.c.effective_date, _submissions.c.id)
    )
    return tuple((ref, int(count)) for ref, count in tx.execute(query.limit(limit)))


def settled_already(tx: Transaction, source: str, keys: Iterable[str]) -> frozenset[str]:
    """Return which of these settlements came in already, whether or not they were worked on yet."""
    given = tuple(keys)
    if not given:
        return frozenset()
    known = and_(_messages.c.source == source, _messages.c.source_key.in_(given))
    return frozenset(tx.execute(select(_messages.c.source_key).where(known)).scalars())


def _doubtful() -> ColumnElement[bool]:
    open_to_doubt = _facts.c.status.not_in((*SETTLED, "derived"))
    contested = or_(_facts.c.status == "conflict", _facts.c.defect.is_not(None))
    return and_(open_to_doubt, or_(contested, _facts.c.confidence < SURE))
