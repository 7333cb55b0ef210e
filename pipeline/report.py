"""What was read and what would happen, as the plain JSON values of docs/contract.md. Restricted values are masked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from parsers.document import ExtractedTable, FieldCandidate, Row, Scalar
from parsers.extract.restricting import speaks_of_one
from pipeline.bodies import called
from pipeline.deciding import Decision
from pipeline.log import event_words
from pipeline.matching import Match
from pipeline.schedules import RESTRICTED
from pipeline.stages import ReadFile, ReadMessage, ReadPart
from pipeline.submission import Item

SCHEMA = 1
DATED = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$")
_NUMBERED = re.compile(r"[^\s'\"]*\d[^\s'\"]*")


def masked(value: Scalar) -> Scalar:
    """Return what may be shown of a restricted value: the last two characters of a number, nothing of a date."""
    if not isinstance(value, str):
        return value
    if len(value) <= 4 or DATED.search(value):
        return "•" * len(value)
    return "•" * (len(value) - 2) + value[-2:]


def file_report(file: ReadFile, *, shown: str, reveal: bool = False) -> dict[str, Any]:
    """Return the object ``intake read --json`` prints for one file; ``shown`` is the path as the caller named it."""
    document = file.document
    return {
        "schema": SCHEMA,
        "file": shown,
        "sha256": file.sha256,
        "media_type": document.media_type,
        "pages": len(document.pages),
        "status": file.standing.status,
        "reason": file.standing.reason,
        "seconds": round(document.seconds, 3),
        "defects": [{"reason": d.reason, "detail": d.detail, "page": d.page} for d in document.defects],
        "documents": [part_report(part, reveal=reveal) for part in file.parts],
    }


def part_report(part: ReadPart, *, reveal: bool = False) -> dict[str, Any]:
    """Return one document of a file: its kind, pages, fields and tables."""
    kind = part.classification
    return {
        "kind": kind.kind,
        "confidence": round(kind.confidence, 3),
        "pages": list(kind.pages),
        "form": kind.form,
        "edition": kind.edition,
        "state": kind.state,
        "defects": [{"reason": d.reason, "detail": d.detail, "page": d.page} for d in part.extraction.defects],
        "fields": [_field(candidate, reveal) for candidate in part.extraction.fields],
        "tables": [_table(table, reveal) for table in part.extraction.tables],
    }


def _field(candidate: FieldCandidate, reveal: bool) -> dict[str, Any]:
    hide = candidate.restricted and not reveal
    return {
        "field": candidate.field,
        "elabel": candidate.elabel,
        "value": masked(candidate.value) if hide else candidate.value,
        "raw": masked(candidate.raw) if hide else candidate.raw,
        "confidence": round(candidate.confidence, 3),
        "method": candidate.method,
        "page": candidate.at.page,
        "box": list(candidate.at.box) if candidate.at.box else None,
        "sheet": candidate.at.sheet,
        "cell": candidate.at.cell,
        "defect": candidate.defect.reason if candidate.defect else None,
        "detail": _detail(candidate, reveal),
    }


def _detail(candidate: FieldCandidate, reveal: bool) -> str | None:
    """Return what a value's defect says about it, such as what the box shows instead.

    Of a restricted value every number in it is hidden, of others what is restricted by its shape.
    """
    said = candidate.defect.detail if candidate.defect else ""
    if not reveal:
        said = _NUMBERED.sub("•••", said) if candidate.restricted else event_words(said)
    return said or None


def _table(table: ExtractedTable, reveal: bool) -> dict[str, Any]:
    return {
        "name": table.name,
        "rows": [_row(row, reveal) for row in table.rows],
        "proof": {
            "proven": table.proof.proven,
            "rows": table.proof.rows,
            "checks": [{"name": check.name, "ok": check.ok} for check in table.proof.checks],
        },
    }


def _row(row: Row, reveal: bool) -> dict[str, Any]:
    values = {name: value if reveal else _shown(name, value) for name, value in row.values.items()}
    return values | {"page": row.at.page}


def _shown(column: str, value: Scalar) -> Scalar:
    """Return a cell as anybody may see it: a description may name a person's number too."""
    if column in RESTRICTED or (isinstance(value, str) and speaks_of_one(value)):
        return masked(value)
    return value


def message_report(
    read: ReadMessage, *, shown: str, seconds: float, decided: Mapping[str, Any] | None, reveal: bool = False
) -> dict[str, Any]:
    """Return the object ``intake preflight --json`` prints for one message; ``decided`` is its submission, if any."""
    message = read.message
    return {
        "schema": SCHEMA,
        "file": shown,
        "message_id": message.message_id,
        "seconds": round(seconds, 3),
        "disposition": read.screening.disposition,
        "reason": read.screening.reason or None,
        "sender": message.sender.email if message.sender else None,
        "true_sender": read.author.email if read.author else None,
        "intents": [{"intent": i.intent, "confidence": round(i.confidence, 3)} for i in read.intents],
        "attachments": len(read.files),
        "artefacts": [{"file": one.attachment.name, "kind": one.kind} for one in read.unpacked.artefacts],
        "refused": [{"file": one.name, "reason": one.reason} for one in read.unpacked.refused],
        "defects": [{"reason": d.reason, "detail": d.detail, "where": d.where} for d in message.defects],
        "documents": [
            part_report(part, reveal=reveal) | {"file": event_words(name), "status": part.standing.status}
            for name, part in _parts(read)
        ],
        "submissions": [dict(decided)] if decided else [],
    }


def _parts(read: ReadMessage) -> Iterator[tuple[str, ReadPart]]:
    """Yield every document with the name of its file; a list in the mail's own words is one too."""
    for file in read.files:
        yield from ((file.name, part) for part in file.parts)
    for number, part in enumerate(read.said.lists, start=1):
        yield called(part.classification.kind, number), part


def submission_report(decision: Decision, match: Match) -> dict[str, Any]:
    """Return one submission of a preflight: what it is, how it was matched, and every open item."""
    facts = decision.facts
    completeness = decision.completeness
    names = {document.id: event_words(document.name) for document in facts.documents}
    return {
        "insured": facts.value("named_insureds[0].name"),
        "lines": list(facts.lines),
        "effective_date": facts.value("proposed_effective_date"),
        "states": list(decision.states),
        "matched": {"how": match.how, "ref": match.ref},
        "score": completeness.score,
        "gate": completeness.gate,
        "line_scores": dict(completeness.lines),
        "status": decision.agent_status,
        "items": [item_report(item, names) for item in completeness.items if item.is_open],
    }


def item_report(item: Item, names: Mapping[str, str]) -> dict[str, Any]:
    """Return one item with the ask, what we have, and where we looked; ``names`` are file names by document id."""
    return {
        "code": item.code,
        "line": item.line,
        "subject": item.subject,
        "severity": item.severity,
        "state": item.state,
        "ask": item.ask,
        "have": list(item.have),
        "looked_at": [
            {"document": names.get(place.document, place.document), "page": place.page} for place in item.looked_at
        ],
    }
