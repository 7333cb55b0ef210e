"""Lists that nothing in their document proves or that could not be read: what is wrong, and whose word ends it."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.document import ExtractedTable
from parsers.extract.laws import noun
from pipeline.submission import Answer, Facts, FiledDocument

UNPROVEN = "LIST-UNPROVEN"
"""The code of the item that one of us closes after comparing the rows with the document."""


LISTS = frozenset(
    {"sov", "driver_list", "vehicle_schedule", "equipment_schedule", "payroll_schedule", "loss_run", "no_loss_carrier"}
)
"""Kinds that are nothing without their rows."""


def unread(document: FiledDocument) -> bool:
    """Return whether a list is here of which no row was read, be it of ours or of another company."""
    if document.kind not in LISTS or document.status == "unreadable" or document.wrong_insured or document.strange:
        return False
    return not any(table.rows for table in document.tables)


def failing(document: FiledDocument) -> bool:
    """Return whether a check says that rows of a document are not as it has them: nobody is asked about such a row."""
    return any(not check.ok for table in unproven(document) for check in table.proof.checks)


def unproven(document: FiledDocument) -> tuple[ExtractedTable, ...]:
    """Return the lists of a document that are not proven; a document without any row has none to prove."""
    if not any(table.rows for table in document.tables):
        return ()
    return tuple(table for table in document.tables if not table.proof.proven)


def proof_words(document: FiledDocument) -> tuple[str, ...]:
    """Return what is not proven and why: ``12 claims read, not proven: sum incurred = printed total, policy HM-1``."""
    said: dict[str, str] = {}
    for table in unproven(document):
        failed = [check.name for check in table.proof.checks if not check.ok]
        why = "; ".join(failed[:3]) or "the document prints too little to prove them"
        said[table.name] = f"{len(table.rows)} {noun(table.name, len(table.rows))} read, not proven: {why}"
    if "claims" in said:
        said.pop("terms", None)  # Both stand on the same printed figures.
    return tuple(said.values())


def subject_of(document: FiledDocument) -> str:
    """Return the name of a document's list item: the file, with the page where it begins inside of it."""
    first = document.pages[0]
    return document.name if first == 1 else f"{document.name}, page {first}"


def is_vouched(document: FiledDocument, answers: Sequence[Answer]) -> bool:
    """Return whether one of us said that the rows are those of the document, after it came: names are used again."""
    subject = subject_of(document)
    mine = [one for one in answers if one.code == UNPROVEN and one.role == "staff" and one.subject == subject]
    return any(document.received_at is None or one.at >= document.received_at for one in mine)


def doubted(facts: Facts) -> frozenset[str]:
    """Return the ids of the documents whose lists prove nothing on their own."""
    return frozenset(
        document.id
        for document in facts.documents
        if (unproven(document) or unread(document)) and not is_vouched(document, facts.answers)
    )
