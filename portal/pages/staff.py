"""The desk of our staff: all submissions with the mail accounting on top, and the mail ledger."""

from __future__ import annotations

from typing import Annotated, get_args

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from pipeline import events
from pipeline.office import Office
from pipeline.records import documents, ledger, submissions, wishes
from pipeline.records.doubts import submissions_in_doubt
from pipeline.records.ledger import Message, MessageState
from pipeline.records.session import Transaction, reading, transaction
from portal.csrf import Posted
from portal.pages.staff_frame import desk_page
from portal.presenters import staff_list
from portal.roles import PERMITTED, Visit, require

router = APIRouter(prefix="/staff")

MAILS_SHOWN = 100
UNKNOWN = "unknown"


@router.get("/")
def show_list(request: Request, visit: Annotated[Visit, Depends(require("submission.list"))]) -> Response:
    """List the submissions, filtered by the address."""
    office: Office = request.app.state.office
    wanted = staff_list.asked(request.query_params)
    with reading(office.engine) as tx:
        mail = ledger.accounting(tx)
        found = submissions.listing(tx, wanted.filter, limit=staff_list.PER_PAGE, offset=wanted.offset)
        counts = submissions.status_counts(tx)
        urgent = wishes.waiting(tx)
        doubtful = sum(one.values for one in submissions_in_doubt(tx))
    values = {
        "account": staff_list.account(mail),
        "list": staff_list.page_of(wanted, found, counts),
        "doubtful": doubtful,
        "urgent": staff_list.urgent_lines(urgent),
        "may_take": visit.role in PERMITTED["submission.list"],
    }
    return desk_page(request, visit, "staff/list.html", values)


@router.get("/messages")
def show_messages(request: Request, visit: Annotated[Visit, Depends(require("submission.list"))]) -> Response:
    """Show the mail ledger, by state."""
    office: Office = request.app.state.office
    state = _state(request.query_params.get("state"))
    before = request.query_params.get("before", "")
    with reading(office.engine) as tx:
        mail = ledger.accounting(tx)
        last = int(before) if before.isdecimal() and len(before) < 18 else None
        found = ledger.messages_in(tx, state, limit=MAILS_SHOWN, before=last)
        refs = {one.id: _refs(tx, one) for one in found}
        guesses = {one.id: wishes.guesses_of(tx, one.id) for one in found if UNKNOWN in one.intents}
        urgent = wishes.waiting(tx)
    values = {
        "account": staff_list.account(mail),
        "state": state,
        "states": staff_list.MAIL_STATES,
        "lines": staff_list.mail_lines(found, refs, guesses),
        "urgent": staff_list.urgent_lines(urgent),
        "may_take": visit.role in PERMITTED["submission.list"],
        "older": found[-1].id if len(found) == MAILS_SHOWN else None,
    }
    return desk_page(request, visit, "staff/messages.html", values)


@router.post("/messages/{message_id}/take")
def take(
    request: Request, message_id: int, form: Posted, visit: Annotated[Visit, Depends(require("submission.list"))]
) -> Response:
    """Note that one of us sees to an urgent message; it leaves the top of the lists."""
    office: Office = request.app.state.office
    now, by = office.clock.now(), f"person:{visit.person.id if visit.person else 0}"
    with transaction(office.engine) as tx:
        if wishes.take(tx, message_id, by=by, at=now):
            events.append(tx, events.message_stream(message_id), "message.taken", {}, actor=by, at=now)
    return RedirectResponse("/staff/messages", status_code=303)


def _state(given: str | None) -> MessageState:
    return given if given in get_args(MessageState) else "held"  # type: ignore[return-value]


def _refs(tx: Transaction, message: Message) -> tuple[str, ...]:
    found = documents.submissions_of_message(tx, message.id)
    return tuple(one.ref for one in submissions.submissions_by_id(tx, found))
