"""People's words on values of editions on probation, counted by edition. Rows are only added."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, distinct, func, select

from parsers.extract.newness import EditionName
from pipeline.probation import Confirmations, Word
from pipeline.records.models import EditionWordRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.records.upsert import insert_or_replace

_words = table(EditionWordRow)
_NAME = (_words.c.form, _words.c.edition, _words.c.form_state)


def add_words(tx: Transaction, words: Iterable[Word], *, submission: int, message: int, at: datetime) -> None:
    """Keep what one message said of values; filed again, it counts once."""
    rows = [
        {
            "form": word.edition.form,
            "edition": word.edition.edition,
            "form_state": word.edition.state or "",
            "submission_id": submission,
            "message_id": message,
            "field": word.field,
            "agreed": word.agreed,
            "at": at,
        }
        for word in words
    ]
    if rows:
        tx.execute(insert_or_replace(tx, _words, ("message_id", "field"), ("agreed", "at")), rows)


def confirmations(tx: Transaction) -> tuple[Confirmations, ...]:
    """Return for every edition that people spoke of how often they agreed since they last corrected a value of it."""
    corrected = func.max(case((_words.c.agreed, 0), else_=_words.c.id)).label("corrected")
    last = select(*_NAME, corrected).group_by(*_NAME).subquery()
    name: list[Any] = [last.c[column.name] for column in _NAME]
    since = and_(*(column == last.c[column.name] for column in _NAME), _words.c.id > last.c.corrected)
    counted: list[Any] = [func.count(_words.c.id), func.count(distinct(_words.c.submission_id))]
    query = select(*name, *counted).select_from(last.outerjoin(_words, since)).group_by(*name).order_by(*name)
    return tuple(
        Confirmations(edition=EditionName(form, edition, state or None), agreed=int(agreed), submissions=int(papers))
        for form, edition, state, agreed, papers in tx.execute(query)
    )
