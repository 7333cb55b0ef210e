"""Find what to show of the place where a value stood: its page, the lines of its document, or the words of its mail."""

from __future__ import annotations

from dataclasses import replace

from pipeline import pictures
from pipeline.log import event_words
from pipeline.office import Office
from pipeline.records import correspondence, documents, ledger
from pipeline.records.documents import DocumentRecord
from pipeline.records.session import Transaction, reading
from pipeline.records.submissions import Submission
from pipeline.submission import ResolvedField, Source
from portal.presenters import staff_evidence
from portal.presenters.staff_evidence import Evidence

CLOSE = pictures.RESOLUTIONS[-1]
"""Boxes are looked at closely."""
RIVALS_SHOWN = 3
REASONS = {"not_in_archive": "The original is not in the archive.", "locked": "The file is locked with a password."}


def evidence_of(office: Office, submission: Submission, fact: ResolvedField) -> Evidence:
    """Return what there is to look at for one value."""
    source = fact.source
    if source.document is None:
        return _in_words(office, submission, fact)
    with reading(office.engine) as tx:
        known = documents.documents_of(tx, submission.id)
    document = next((one for one in known if one.filed.id == source.document), None)
    if document is None:
        return staff_evidence.nothing(source, "Its document is no longer on the record.")
    return _on_paper(office, submission.ref, document, fact)


def all_evidence_of(office: Office, submission: Submission, fact: ResolvedField) -> tuple[Evidence, ...]:
    """Return what there is to look at for a value and, where sources differ, for its rivals."""
    rivals = fact.rivals[:RIVALS_SHOWN] if fact.status == "conflict" else ()
    others = [replace(fact, value=rival.value, raw=rival.raw, source=rival.source) for rival in rivals]
    return tuple(evidence_of(office, submission, one) for one in (fact, *others))


def _on_paper(office: Office, ref: str, document: DocumentRecord, fact: ResolvedField) -> Evidence:
    source, address = fact.source, f"/staff/s/{ref}/documents/{document.id}"
    page = source.page or document.filed.pages[0]
    whole = f"{address}?page={page}"
    picture = pictures.page_picture(office, document, page, CLOSE)
    if picture.png:
        size = (picture.page_width, picture.page_height)
        image = f"{address}/page/{page}.png?dpi={CLOSE}"
        return staff_evidence.of_picture(source, image=image, whole=whole, size=size)
    if picture.reason == "unsupported":
        lines = pictures.text_view(office, document)
        return staff_evidence.of_text(source, fact.raw, lines, whole=whole, alone=fact.restricted)
    words = REASONS.get(picture.reason or "", f"The page cannot be drawn ({(picture.reason or '').replace('_', ' ')}).")
    return staff_evidence.nothing(source, words, whole=whole)


def _in_words(office: Office, submission: Submission, fact: ResolvedField) -> Evidence:
    with reading(office.engine) as tx:
        body = _words_of(tx, submission, fact.source)
    if body is None:
        return staff_evidence.nothing(fact.source, "It comes from no paper.")
    return staff_evidence.of_text(fact.source, fact.raw, event_words(body).splitlines(), alone=fact.restricted)


def _words_of(tx: Transaction, submission: Submission, source: Source) -> str | None:
    """Return the words of the mail a value stands in, found by the mail's own Message-ID."""
    for said in correspondence.communications_of(tx, submission.id, ("agent", "agency", "internal", "underwriting")):
        message = ledger.message_by_id(tx, said.message_id) if said.message_id else None
        if message is not None and message.message_id == source.message:
            return said.body
    return None
