"""Mail that landed on the wrong record: move a message, make two records one, and take either back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from pipeline import explaining, regrouping
from pipeline.office import Office
from pipeline.records import documents, ledger, people, regroupings, submissions
from pipeline.records.regroupings import Regrouping
from pipeline.records.session import RecordsError, Transaction, reading, transaction
from pipeline.records.submissions import Submission
from portal.csrf import Posted
from portal.pages.staff_frame import desk_page, submission_of, typed_ref
from portal.presenters import staff_sorting
from portal.roles import Visit, require

router = APIRouter(prefix="/staff/s/{ref}/mail")

Sorter = Annotated[Visit, Depends(require("mail.sort"))]
OWN = "own"
"""What the button says that gives a message a record of its own."""


@router.get("")
def show(request: Request, ref: str, visit: Sorter) -> Response:
    """Show the messages of a record with why each is here, and what was moved."""
    return _page(request, visit, ref)


@router.post("/move")
def move(request: Request, ref: str, form: Posted, visit: Sorter) -> Response:
    """Move a message to the record that is named, or to one of its own."""
    message, own = _number(form.get("message")), form.get("to") == OWN

    def act(office: Office, tx: Transaction, source: Submission, by: str, reason: str) -> None:
        if own:
            regrouping.split(office, tx, message, source.id, by=by, reason=reason)
        else:
            target = _named(tx, form)
            regrouping.move(office, tx, message, source.id, target.id, by=by, reason=reason)

    return _do(request, visit, ref, form, act)


@router.post("/merge")
def merge(request: Request, ref: str, form: Posted, visit: Sorter) -> Response:
    """Make the record part of the one that is named."""

    def act(office: Office, tx: Transaction, source: Submission, by: str, reason: str) -> None:
        regrouping.merge(office, tx, source.id, _named(tx, form).id, by=by, reason=reason)

    return _do(request, visit, ref, form, act)


@router.post("/undo")
def undo(request: Request, ref: str, form: Posted, visit: Sorter) -> Response:
    """Take a move or a merging back that this record was part of."""
    number = _number(form.get("move"))

    def act(office: Office, tx: Transaction, source: Submission, by: str, reason: str) -> None:
        if number not in {one.id for one in regroupings.regroupings_of(tx, source.id)}:
            raise HTTPException(404)
        regrouping.undo(office, tx, number, by=by)

    return _do(request, visit, ref, {"reason": "taken back"}, act)


Act = Callable[[Office, Transaction, Submission, str, str], None]


def _do(request: Request, visit: Visit, ref: str, form: Mapping[str, Any], act: Act) -> Response:
    office: Office = request.app.state.office
    reason = " ".join(str(form.get("reason", "")).split())[:500]
    if not reason:
        return _page(request, visit, ref, problem="Say why, for the record.", typed=form)
    try:
        with transaction(office.engine) as tx:
            act(office, tx, submission_of(tx, ref), f"person:{visit.person.id if visit.person else 0}", reason)
    except RecordsError as refusal:
        return _page(request, visit, ref, problem=f"{str(refusal)[:1].upper()}{str(refusal)[1:]}.", typed=form)
    request.app.state.ring()
    return RedirectResponse(f"/staff/s/{ref}/mail?{urlencode({'done': 1})}", status_code=303)


def _named(tx: Transaction, form: Mapping[str, Any]) -> Submission:
    """Return the record whose number was typed, or the one it became part of."""
    ref = typed_ref(form)
    found = submissions.by_ref(tx, ref) if ref else None
    if found is None:
        raise RecordsError(f"there is no submission {ref}" if ref else "name the submission it belongs to")
    return submissions.standing(tx, found.id)


def _number(given: object) -> int:
    if not isinstance(given, str) or not given.isdecimal() or len(given) > 17:
        raise HTTPException(404)
    return int(given)


def _page(
    request: Request, visit: Visit, ref: str, *, problem: str = "", typed: Mapping[str, Any] | None = None
) -> Response:
    office: Office = request.app.state.office
    with reading(office.engine) as tx:
        values = _values(tx, submission_of(tx, ref))
    # What is taken back is only a button: nothing was typed there.
    kept = typed if typed and "target" in typed else {}
    shown = {
        **values,
        "problem": problem,
        "typed": {
            "message": str(kept.get("message", "")),
            "target": typed_ref(kept),
            "reason": str(kept.get("reason", "")),
        },
        "done": "done" in request.query_params,
    }
    return desk_page(request, visit, "staff/sorting.html", shown, status=422 if problem else 200)


def _values(tx: Transaction, one: Submission) -> Mapping[str, Any]:
    papers = documents.documents_of(tx, one.id)
    found = [ledger.message_by_id(tx, message) for message in regroupings.messages_of(tx, one.id)]
    moves = regroupings.regroupings_of(tx, one.id)
    into = submissions.standing(tx, one.id) if one.merged_into_id else None
    return {
        "ref": one.ref,
        "insured": one.insured_name or "Insured not named yet",
        "into": into.ref if into else "",
        "messages": [
            staff_sorting.message_view(mail, papers, explaining.placings_of(tx, mail.id, (one.id,)), one.ref)
            for mail in found
            if mail is not None
        ],
        "moves": [_move(tx, each) for each in moves],
    }


def _move(tx: Transaction, one: Regrouping) -> staff_sorting.MoveView:
    refs = [submissions.existing(tx, each).ref for each in (one.source_id, one.target_id)]
    kind, _, number = one.by.partition(":")
    person = people.person_by_id(tx, int(number)) if kind == "person" and number.isdecimal() else None
    newest = one.undone_at is None and not regroupings.later_than(tx, one)
    return staff_sorting.move_view(one, refs, by=person.name if person else kind, can_undo=newest)
