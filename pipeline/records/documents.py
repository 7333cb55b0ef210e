"""The documents of a submission with what was read in them, and the messages filed to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, select, update

from parsers.document import Defect, ExtractedTable
from pipeline.records.models import DocumentRow, FilingRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.records.upsert import insert_or_replace
from pipeline.submission import FiledDocument, Line, SourcedCandidate

_documents = table(DocumentRow)
_filings = table(FilingRow)

_REREAD = (
    "kind",
    "confidence",
    "last_page",
    "status",
    "reason",
    "form",
    "edition",
    "form_state",
    "insured",
    "wrong_insured",
    "filled_ratio",
    "findings",
    "tables",
    "candidates",
)
"""What a second reading of the same pages replaces; who sent them first, and what people set, stays."""

# Put together once: building a statement costs more than running it.
_KNOWN = select(_documents.c.key).where(
    _documents.c.submission_id == bindparam("submission"), _documents.c.key.in_(bindparam("given", expanding=True))
)
_READ = select(_documents).where(_documents.c.submission_id == bindparam("submission")).order_by(_documents.c.id)
_FILED = select(_filings).where(_filings.c.submission_id == bindparam("submission")).order_by(_filings.c.id)

_REHEARD = ("how", "lines", "mentions", "candidates", "cloud_hosts", "said")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """One document and the candidates read in it."""

    filed: FiledDocument
    candidates: tuple[SourcedCandidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """One document as listed: the document itself and what the record adds."""

    id: int
    submission_id: int
    message_id: int | None
    uploaded_by: int | None
    filed: FiledDocument
    version: int
    version_of: str | None
    visibility: str
    retention: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One message filed to a submission: how it was matched, which lines it asks for, what its own text says."""

    message_id: int
    how: str
    lines: tuple[Line, ...]
    mentions: tuple[str, ...]
    candidates: tuple[SourcedCandidate, ...]
    at: datetime
    cloud_hosts: tuple[str, ...] = ()
    said: str = ""


def add_documents(
    tx: Transaction,
    submission: int,
    documents: Iterable[ReadDocument],
    *,
    message: int | None,
    uploaded_by: int | None = None,
    visibility: str = "agency",
) -> tuple[str, ...]:
    """Add documents and return the keys that are new here; pages that are known already are read anew in place."""
    given = {document.filed.id: document for document in documents}
    if not given:
        return ()
    before = set(tx.execute(_KNOWN, {"submission": submission, "given": tuple(given)}).scalars())
    shared = {
        "submission_id": submission,
        "message_id": message,
        "uploaded_by": uploaded_by,
        "visibility": visibility,
        "retention": "submission",
        "version": 1,
    }
    upsert = insert_or_replace(tx, _documents, ("submission_id", "key"), _REREAD)
    tx.execute(upsert, [{**shared, **_values(document)} for document in given.values()])
    return tuple(key for key in given if key not in before)


def read_documents(tx: Transaction, submission: int) -> tuple[ReadDocument, ...]:
    """Return the documents with their candidates, in the order they came; what no longer counts is ``replaced``."""
    rows = tx.execute(_READ, {"submission": submission})
    return tuple(ReadDocument(filed=_filed(row), candidates=_candidates(row.candidates)) for row in rows)


def documents_of(tx: Transaction, submission: int) -> tuple[DocumentRecord, ...]:
    """Return every document ever filed there, without its candidates and tables, in the order they came."""
    columns = [column for column in _documents.c if column.name not in ("candidates", "tables")]
    rows = tx.execute(select(*columns).where(_documents.c.submission_id == submission).order_by(_documents.c.id))
    return tuple(_record(row) for row in rows)


def document_by_id(tx: Transaction, document: int) -> DocumentRecord | None:
    """Return one document with its tables."""
    row = tx.execute(select(_documents).where(_documents.c.id == document)).one_or_none()
    return None if row is None else _record(row)


def replace_document(
    tx: Transaction, submission: int, old: str, new: str, *, at: datetime, also: Iterable[str] = (), whole: bool = True
) -> None:
    """Make the document with key ``new`` the next version of ``old``, which no longer counts where ``whole``.

    ``also`` are earlier versions that end with it.
    """
    mine = _documents.c.submission_id == submission
    row = tx.execute(select(_documents.c.version, _documents.c.version_of).where(mine, _documents.c.key == old)).one()
    lineage = {"version": row.version + 1, "version_of": row.version_of or old}
    tx.execute(update(_documents).where(mine, _documents.c.key == new).values(lineage))
    ended = (*also, old) if whole else tuple(also)
    if ended:
        tx.execute(update(_documents).where(mine, _documents.c.key.in_(ended)).values(withdrawn_at=at))


def file_message(tx: Transaction, submission: int, filing: Filing) -> None:
    """Tie a message to a submission with what its own text says; a second filing of the same message replaces it."""
    row = {
        "submission_id": submission,
        "message_id": filing.message_id,
        "how": filing.how,
        "lines": list(filing.lines),
        "mentions": sorted(filing.mentions),
        "cloud_hosts": list(filing.cloud_hosts),
        "said": filing.said,
        "candidates": filing.candidates,
        "at": filing.at,
    }
    tx.execute(insert_or_replace(tx, _filings, ("message_id", "submission_id"), _REHEARD), row)


def filings_of(tx: Transaction, submission: int) -> tuple[Filing, ...]:
    """Return the messages filed to a submission, in the order they were filed."""
    return tuple(_filing(row) for row in tx.execute(_FILED, {"submission": submission}))


def submissions_of_message(tx: Transaction, message: int) -> tuple[int, ...]:
    """Return the submissions a message was filed to."""
    query = select(_filings.c.submission_id).where(_filings.c.message_id == message).order_by(_filings.c.id)
    return tuple(tx.execute(query).scalars())


def _values(document: ReadDocument) -> dict[str, Any]:
    filed = document.filed
    same = ("sha256", "name", "kind", "confidence", "status", "reason", "form", "edition", "received_at")
    rest = ("tables", "insured", "wrong_insured", "filled_ratio", "findings")
    return {
        "key": filed.id,
        "first_page": filed.pages[0],
        "last_page": filed.pages[1],
        "candidates": document.candidates,
        "form_state": filed.state,
        **{name: getattr(filed, name) for name in (*same, *rest)},
    }


def _filed(row: Row[Any]) -> FiledDocument:
    tables = row._mapping.get("tables") or []
    return FiledDocument(
        id=row.key,
        sha256=row.sha256,
        name=row.name,
        kind=row.kind,
        confidence=row.confidence,
        pages=(row.first_page, row.last_page),
        status=row.status,
        reason=row.reason,
        form=row.form,
        edition=row.edition,
        state=row.form_state,
        received_at=row.received_at,
        tables=msgspec.convert(tables, tuple[ExtractedTable, ...]),
        insured=row.insured,
        wrong_insured=row.wrong_insured,
        filled_ratio=row.filled_ratio,
        findings=msgspec.convert(row.findings, tuple[Defect, ...]),
        version=row.version,
        version_of=row.version_of,
        replaced=row.withdrawn_at is not None,
    )


def _record(row: Row[Any]) -> DocumentRecord:
    return DocumentRecord(
        id=row.id,
        submission_id=row.submission_id,
        message_id=row.message_id,
        uploaded_by=row.uploaded_by,
        filed=_filed(row),
        version=row.version,
        version_of=row.version_of,
        visibility=row.visibility,
        retention=row.retention,
        withdrawn_at=row.withdrawn_at,
    )


def _candidates(stored: Any) -> tuple[SourcedCandidate, ...]:
    return msgspec.convert(stored, tuple[SourcedCandidate, ...])


def _filing(row: Row[Any]) -> Filing:
    return Filing(
        message_id=row.message_id,
        how=row.how,
        lines=tuple(row.lines),
        mentions=tuple(row.mentions),
        cloud_hosts=tuple(row.cloud_hosts),
        said=row.said,
        candidates=_candidates(row.candidates),
        at=row.at,
    )
