"""Messages that were set aside: the list, and the bench where one is looked at, mended, tried again or ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from pipeline import explaining, mending, run
from pipeline.mending import Refusal
from pipeline.office import Office
from pipeline.records import documents, ledger, submissions
from pipeline.records.session import RecordsError, reading
from portal.csrf import Posted
from portal.pages.staff_frame import desk_page, typed_ref
from portal.presenters import staff_list, staff_quarantine
from portal.roles import PERMITTED, Visit, require

router = APIRouter(prefix="/staff/quarantine")

SHOWN = 100
Mender = Annotated[Visit, Depends(require("mail.mend"))]


@router.get("/")
def show_list(request: Request, visit: Annotated[Visit, Depends(require("submission.list"))]) -> Response:
    """List what was set aside, those that gave up first."""
    office: Office = request.app.state.office
    with reading(office.engine) as tx:
        mail = ledger.accounting(tx)
        found = [one for state in mending.SET_ASIDE for one in ledger.messages_in(tx, state, limit=SHOWN)]
    values = {
        "account": staff_list.account(mail),
        "lines": [staff_quarantine.line(one) for one in found],
        "may_mend": visit.role in PERMITTED["mail.mend"],
        "left_out": mail.held + mail.shunted - len(found),
    }
    return desk_page(request, visit, "staff/quarantine.html", values)


@router.get("/{message_id}")
def show(request: Request, message_id: int, visit: Mender) -> Response:
    """Show one message: why it is here, its parts, and the repairs worth trying."""
    return _bench(request, visit, message_id)


@router.post("/{message_id}/repair")
def repair(request: Request, message_id: int, form: Posted, visit: Mender) -> Response:
    """Apply one repair; the message is worked on again."""
    name = str(form.get("name", ""))
    return _do(request, visit, message_id, lambda office, by: mending.mend(office, message_id, name, by=by))


@router.post("/{message_id}/undo")
def undo(request: Request, message_id: int, form: Posted, visit: Mender) -> Response:
    """Take the newest repair back; the message is worked on again."""
    return _do(request, visit, message_id, lambda office, by: mending.take_back(office, message_id, by=by))


@router.post("/{message_id}/retry")
def retry(request: Request, message_id: int, form: Posted, visit: Mender) -> Response:
    """Work on a message again as it is."""
    return _do(request, visit, message_id, lambda office, by: mending.retry(office, message_id, by=by))


@router.post("/{message_id}/place")
def place(
    request: Request, message_id: int, form: Posted, visit: Annotated[Visit, Depends(require("mail.sort"))]
) -> Response:
    """File a message that only wants a record to the submission that is named."""
    ref = typed_ref(form)

    def act(office: Office, by: str) -> None:
        with reading(office.engine) as tx:
            known = ledger.message_by_id(tx, message_id)
        if known is not None and known.state == "held" and known.reason not in mending.PLACEABLE:
            raise Refusal("it waits for something else than a record; settle that first")
        run.place(office, message_id, ref, by=by)

    return _do(request, visit, message_id, act)


@router.post("/{message_id}/discard")
def discard(request: Request, message_id: int, form: Posted, visit: Mender) -> Response:
    """End a message as discarded; a reason has to be given."""
    reason = " ".join(str(form.get("reason", "")).split())[:500]
    if not reason:
        return _bench(request, visit, message_id, problem="Say why, for the record.", status=422)
    return _do(request, visit, message_id, lambda office, by: mending.discard(office, message_id, reason, by=by))


def _do(request: Request, visit: Visit, message: int, act: Callable[[Office, str], object]) -> Response:
    office: Office = request.app.state.office
    try:
        act(office, f"person:{visit.person.id if visit.person else 0}")
    except (Refusal, RecordsError) as refusal:
        if not _is_here(office, message):
            raise HTTPException(404) from refusal
        return _bench(request, visit, message, problem=f"{str(refusal)[:1].upper()}{str(refusal)[1:]}.", status=422)
    request.app.state.ring()
    return RedirectResponse(f"/staff/quarantine/{message}", status_code=303)


def _is_here(office: Office, message: int) -> bool:
    with reading(office.engine) as tx:
        known = ledger.message_by_id(tx, message)
    return known is not None and known.state in mending.SET_ASIDE


def _bench(request: Request, visit: Visit, message: int, *, problem: str = "", status: int = 200) -> Response:
    office: Office = request.app.state.office
    with reading(office.engine) as tx:
        known = ledger.message_by_id(tx, message)
        told = explaining.placings_of(tx, message, ())
        found = submissions.submissions_by_id(tx, documents.submissions_of_message(tx, message))
    if known is None:
        raise HTTPException(404)
    bench = mending.look(office, message) if known.state in mending.SET_ASIDE else None
    may_sort = visit.role in PERMITTED["mail.sort"]
    values = {
        "view": staff_quarantine.bench(known, bench, told),
        "problem": problem,
        "may_sort": may_sort,
        "refs": [one.ref for one in found],
    }
    return desk_page(request, visit, "staff/bench.html", values, status=status)
