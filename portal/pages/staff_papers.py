"""The papers of a submission for our staff: a page as a picture, the text of what has no pages, the original file."""

from __future__ import annotations

import hashlib
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from pipeline import doors, originals, pictures
from pipeline.office import Office
from pipeline.proofs import unproven, unread
from pipeline.records import documents, items, timeline
from pipeline.records.documents import DocumentRecord
from pipeline.records.session import Transaction, reading
from portal.csrf import Posted
from portal.pages.staff_frame import desk_page, document_of, submission_of
from portal.presenters import staff_record, staff_versions
from portal.roles import Visit, require

router = APIRouter(prefix="/staff/s/{ref}")
COMPARED = "The rows were compared with the document: all are there, as printed."
EMPTY = "The document was looked at: it lists nothing that counts here."

Reviewer = Annotated[Visit, Depends(require("field.settle"))]


@router.get("/documents/{document_id:int}")
def show(request: Request, ref: str, document_id: int, visit: Reviewer) -> Response:
    """Show a document: one page of it, or its text."""
    office: Office = request.app.state.office
    with reading(office.engine) as tx:
        one = submission_of(tx, ref)
        paper, known = document_of(tx, one, document_id), items.items_of(tx, one.id)
        revised = _revised(tx, one.id, paper)
    first, last = paper.filed.pages
    asked = request.query_params.get("page", "")
    page = min(max(int(asked), first), last) if asked.isdecimal() and len(asked) < 6 else first
    picture = pictures.page_picture(office, paper, page)
    values = {
        "ref": ref,
        "document": staff_record.document_view(paper, known),
        "page": page,
        "first": first,
        "last": last,
        "drawn": bool(picture.png),
        "lines": () if picture.png else pictures.text_view(office, paper),
        "revised": revised,
    }
    return desk_page(request, visit, "staff/document.html", values)


@router.post("/documents/{document_id:int}/vouch")
def vouch(request: Request, ref: str, document_id: int, form: Posted, visit: Reviewer) -> Response:
    """Take a reviewer's word that the rows of a document are all there, or that it has none, on the road of mail."""
    person = visit.person
    if person is None or not person.emails:
        raise HTTPException(403)
    filed = _paper(request, ref, document_id).filed
    if not (unproven(filed) or unread(filed)):
        raise HTTPException(409)
    doors.answer_item(
        request.app.state.office,
        ref=ref,
        item=staff_record.list_key(filed),
        kind="value",
        text=EMPTY if unread(filed) else COMPARED,
        by=doors.Person(email=person.emails[0], name=person.name, role="staff"),
        once=f"rows-{hashlib.sha256(f'{ref} {filed.id}'.encode()).hexdigest()[:40]}",
    )
    request.app.state.ring()
    return RedirectResponse(f"/staff/s/{ref}?settled=1", status_code=303)


@router.get("/documents/{document_id:int}/page/{number:int}.png")
def draw(request: Request, ref: str, document_id: int, number: int, visit: Reviewer) -> Response:
    """Return one page as a picture."""
    paper = _paper(request, ref, document_id)
    asked = request.query_params.get("dpi", "")
    dpi = int(asked) if asked.isdecimal() and len(asked) < 6 else pictures.RESOLUTIONS[0]
    picture = pictures.page_picture(request.app.state.office, paper, number, dpi)
    if not picture.png:
        raise HTTPException(404)
    return Response(picture.png, media_type="image/png")


@router.get("/documents/{document_id:int}/original")
def download(request: Request, ref: str, document_id: int, visit: Reviewer) -> Response:
    """Hand out the file as the sender gave it, to be saved and never opened by the browser."""
    original = originals.original_of(request.app.state.office, _paper(request, ref, document_id))
    if original is None:
        raise HTTPException(404)
    return _saved(original.content, original.name or "document")


@router.get("/messages/{message_id:int}/original")
def download_mail(request: Request, ref: str, message_id: int, visit: Reviewer) -> Response:
    """Hand out a message of this submission as it was received."""
    office: Office = request.app.state.office
    with reading(office.engine) as tx:
        if submission_of(tx, ref).id not in documents.submissions_of_message(tx, message_id):
            raise HTTPException(404)
    raw = originals.raw_message(office, message_id)
    if raw is None:
        raise HTTPException(404)
    return _saved(raw, f"{ref}-{message_id}.eml")


def _revised(tx: Transaction, submission: int, paper: DocumentRecord) -> staff_versions.VersionView | None:
    if paper.version < 2:
        return None
    story = timeline.timeline(tx, submission, ("internal",))
    return staff_versions.version_view(paper, documents.documents_of(tx, submission), story)


def _paper(request: Request, ref: str, document: int) -> DocumentRecord:
    with reading(request.app.state.office.engine) as tx:
        return document_of(tx, submission_of(tx, ref), document)


def _saved(content: bytes, name: str) -> Response:
    # RFC 6266; the plain form is for old programs and holds nothing that could end the header early.
    plain = "".join(mark if (mark.isalnum() and mark.isascii()) or mark in "._-" else "_" for mark in name)[:100]
    encoded = quote(name.encode("utf-8", "replace")[:300].decode("utf-8", "ignore"))
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
    return Response(content, media_type="application/octet-stream", headers={"Content-Disposition": disposition})
