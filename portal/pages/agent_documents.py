"""The papers of a submission as its agent sees them, and an upload for all of it."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from pipeline import doors
from pipeline.office import Office
from portal import forms, slips
from portal.cases import agent_case, papers_of
from portal.csrf import Posted
from portal.forms import FormError
from portal.pages.doorway import READ, Desk, Seeing, Sending, sent, speaker
from portal.presenters.agent import head_of
from portal.presenters.papers import paper_views
from portal.rendering import page
from portal.roles import Visit

router = APIRouter()


@router.api_route("/my/{ref}/documents", methods=READ)
def documents(request: Request, office: Desk, visit: Seeing) -> HTMLResponse:
    """List what was received, and offer the upload."""
    return _documents_page(request, office, visit)


@router.post("/my/{ref}/documents/files")
def upload(request: Request, office: Desk, visit: Sending, form: Posted) -> Response:
    """Take files for the whole submission."""
    number = form.get(slips.FIELD)
    if not isinstance(number, str) or not slips.is_number(number):
        raise HTTPException(400)
    uploads, errors = forms.read_files(form)
    if errors:
        return _documents_page(request, office, visit, errors=errors)
    ref = visit.opened.ref
    content = [part for file in uploads for part in (file.name.encode(), file.content)]
    once = slips.key(ref, slips.WHOLE, number, content)
    by = speaker(office, visit)
    return sent(request, visit, doors.upload_files(office, ref=ref, item=None, files=uploads, by=by, once=once))


def _documents_page(
    request: Request, office: Office, visit: Visit, *, errors: Sequence[FormError] = ()
) -> HTMLResponse:
    values = {
        "head": head_of(agent_case(office, visit.opened)),
        "papers": paper_views(papers_of(office, visit.opened)),
        "errors": errors,
        "once": slips.fresh(),
    }
    return page(request, "agent/documents.html", values, status=422 if errors else 200)
