"""What every page of our staff shares: who is signed in, what they may do, and the submission in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from pipeline.records import documents, submissions
from pipeline.records.documents import DocumentRecord
from pipeline.records.session import Transaction
from pipeline.records.submissions import Submission
from portal.rendering import page
from portal.roles import PERMITTED, Visit


def desk_page(
    request: Request, visit: Visit, template: str, values: Mapping[str, Any], *, status: int = 200
) -> Response:
    """Return one page of the desk. ``may_settle`` also opens the papers: they show what the record masks."""
    shared = {
        "who": visit.person.name if visit.person else "",
        "role": visit.role,
        "may_settle": visit.role in PERMITTED["field.settle"],
        "here": request.url.path,
    }
    return page(request, template, {**values, **shared}, status=status)


def typed_ref(form: Mapping[str, Any]) -> str:
    """Return the number of a submission as typed, without what no number holds and no database takes."""
    return "".join(char for char in str(form.get("target", "")) if char.isprintable()).strip()[:40]


def submission_of(tx: Transaction, ref: str) -> Submission:
    """Return the submission of a reference; raise 404 when there is none, or when it is spelt otherwise."""
    found = submissions.by_ref(tx, ref)
    if found is None or found.ref != ref:
        raise HTTPException(404)
    return found


def document_of(tx: Transaction, submission: Submission, document: int) -> DocumentRecord:
    """Return a document of this very submission; raise 404 for any other."""
    found = documents.document_by_id(tx, document)
    if found is None or found.submission_id != submission.id:
        raise HTTPException(404)
    return found
