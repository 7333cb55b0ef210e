"""Turn what was read into what decisions look at: candidates with their sources, and documents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from intake.unpack import Artefact, Refused
from pipeline import bodies, kinds
from pipeline.assembly import insured_of
from pipeline.records.documents import ReadDocument
from pipeline.stages import ReadFile, ReadMessage, ReadPart
from pipeline.standing import own_defects
from pipeline.submission import FiledDocument, Origin, Source, SourcedCandidate

REFUSED_AS: Mapping[str, str] = {
    "locked": "locked",
    "encrypted": "locked",
    "empty": "empty",
    "archive_damaged": "damaged",
    "entry_damaged": "damaged",
    "tnef_damaged": "damaged",
    "outlook_damaged": "damaged",
    "timeout": "timeout",
    "out_of_memory": "out_of_memory",
    "parser_crashed": "parser_crashed",
    "too_large": "too_large",
    "total_too_large": "too_large",
}
"""Why something attached was not opened → why a document is unreadable; whatever else is ``unsupported``."""

SECURE_STUB = "secure_stub"
"""Kind of the page that a secure mail service sends in place of the message."""


def read_documents(read: ReadMessage) -> tuple[ReadDocument, ...]:
    """Return every document of a message with its candidates; what could not be opened is one that is unreadable."""
    opened = [_document(read, file, part) for file in read.files for part in file.parts]
    written = [_written(read, number, part) for number, part in enumerate(read.said.lists, start=1)]
    refused = [_unopened(read, one.sha256, one.path, one.name, _reason(one)) for one in read.unpacked.refused]
    behind = [_behind(read, one) for one in read.unpacked.artefacts if one.kind == SECURE_STUB]
    return (*opened, *written, *refused, *behind)


def _written(read: ReadMessage, number: int, part: ReadPart) -> ReadDocument:
    """Return a list that stands in the mail itself as a document: the mail's own words are its file."""
    found = part.classification
    sha256 = bodies.sha256_of(read.message)
    filed = FiledDocument(
        id=f"{sha256}:{number}",
        sha256=sha256,
        name=bodies.called(found.kind, number),
        kind=found.kind,
        confidence=found.confidence,
        pages=found.pages,
        status=part.standing.status,
        reason=part.standing.reason,
        received_at=read.received_at,
        tables=part.extraction.tables,
        findings=part.extraction.defects,
    )
    return ReadDocument(filed=filed)


def _reason(refused: Refused) -> str:
    return REFUSED_AS.get(refused.reason, "unsupported")


def _behind(read: ReadMessage, stub: Artefact) -> ReadDocument:
    """Return the page of a mail service, behind which the real message lies, as a document nobody can read here."""
    found = stub.attachment
    return _unopened(read, found.sha256, found.path, found.name, "secure_link")


def _unopened(read: ReadMessage, sha256: str | None, path: tuple[str, ...], shown: str, reason: str) -> ReadDocument:
    name = sha256 or hashlib.sha256("/".join(path).encode()).hexdigest()
    filed = FiledDocument(
        id=f"{name}:1",
        sha256=name,
        name=shown,
        kind="unknown",
        confidence=0.0,
        pages=(1, 1),
        status="unreadable",
        reason=reason,
        received_at=read.received_at,
    )
    return ReadDocument(filed=filed)


def body_candidates(read: ReadMessage, *, origin: Origin) -> tuple[SourcedCandidate, ...]:
    """Return the facts that stand in the message's own words."""
    source = Source(
        label="e-mail", message=read.message.message_id, kind="message", method="text", received_at=read.received_at
    )
    return tuple(
        SourcedCandidate(candidate=candidate, source=source, origin=origin) for candidate in read.said.facts.fields
    )


def _document(read: ReadMessage, file: ReadFile, part: ReadPart) -> ReadDocument:
    found = part.classification
    candidates = _candidates(read, file, part)
    filed = FiledDocument(
        id=document_id(file, part),
        sha256=file.sha256,
        name=file.name,
        kind=found.kind,
        confidence=found.confidence,
        pages=found.pages,
        status=part.standing.status,
        reason=part.standing.reason,
        form=found.form,
        edition=found.edition,
        state=found.state,
        received_at=read.received_at,
        tables=part.extraction.tables,
        insured=insured_of(candidates).name or _insured_of_tables(part),
        filled_ratio=part.filled_ratio,
        findings=(*own_defects(file.document, found.pages), *part.extraction.defects),
    )
    return ReadDocument(filed=filed, candidates=candidates)


def document_id(file: ReadFile, part: ReadPart) -> str:
    """Return the lasting name of a document: the file's sha256 and the first page."""
    return f"{file.sha256}:{part.classification.pages[0]}"


def _candidates(read: ReadMessage, file: ReadFile, part: ReadPart) -> tuple[SourcedCandidate, ...]:
    kind = part.classification.kind
    return tuple(
        SourcedCandidate(
            candidate=candidate,
            source=Source(
                label=kinds.label(kind),
                document=document_id(file, part),
                message=read.message.message_id,
                kind=kind,
                page=candidate.at.page,
                box=candidate.at.box,
                method=candidate.method,
                elabel=candidate.elabel,
                received_at=read.received_at,
                detail=candidate.defect.detail if candidate.defect else "",
            ),
        )
        for candidate in part.extraction.fields
    )


def _insured_of_tables(part: ReadPart) -> str | None:
    for table in part.extraction.tables:
        for row in table.rows:
            if row.values.get("insured"):
                return str(row.values["insured"])
    return None
