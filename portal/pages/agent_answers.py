"""One item at a time: answer it, say that it does not exist, or upload what is asked; and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from pipeline import doors
from pipeline.answers import DOCUMENT
from pipeline.office import Office
from pipeline.records.items import ItemRecord
from portal import forms, slips
from portal.cases import AgentCase, agent_case, sent_case
from portal.csrf import Posted
from portal.forms import FormError, Typed
from portal.pages.doorway import READ, Answering, Desk, Seeing, Sending, sent, speaker
from portal.presenters.agent import head_of, item_view
from portal.presenters.papers import sent_view
from portal.rendering import page
from portal.roles import Visit

PATIENT_ROUNDS = 30
"""Rounds of two seconds after which the page looks less often."""

router = APIRouter()


@router.api_route("/my/{ref}/item/{number}", methods=READ)
def item(request: Request, number: int, office: Desk, visit: Seeing) -> HTMLResponse:
    """Show one item with the ways to answer it."""
    case = agent_case(office, visit.opened)
    return _item_page(request, case, _found(case.numbered(number)))


@router.post("/my/{ref}/item/{number}/answer")
def answer(request: Request, office: Desk, visit: Answering, form: Posted) -> Response:
    """Take an answer in words."""
    case, record = _asked(office, visit, form)
    if record.item.field_type == DOCUMENT:
        raise HTTPException(400)
    typed = forms.read_answer(form, record.item.field_type)
    return _answered(request, case, record, visit, form, kind="value", typed=typed)


@router.post("/my/{ref}/item/{number}/none")
def does_not_exist(request: Request, office: Desk, visit: Answering, form: Posted) -> Response:
    """Take that something does not exist, with the reason."""
    case, record = _asked(office, visit, form)
    if not record.item.accepts_none:
        raise HTTPException(400)
    return _answered(request, case, record, visit, form, kind="none", typed=forms.read_reason(form))


@router.post("/my/{ref}/item/{number}/files")
def files(request: Request, office: Desk, visit: Sending, form: Posted) -> Response:
    """Take files for one item."""
    case, record = _asked(office, visit, form)
    uploads, errors = forms.read_files(form)
    if errors:
        return _item_page(request, case, record, errors=errors)
    ref, key = visit.opened.ref, record.item.key
    content = [part for upload in uploads for part in (upload.name.encode(), upload.content)]
    once = slips.key(ref, slips.digest(key), _number(form), content)
    by = speaker(office, visit)
    return sent(request, visit, doors.upload_files(office, ref=ref, item=key, files=uploads, by=by, once=once))


@router.api_route("/my/{ref}/sent/{message}", methods=READ)
def result(request: Request, message: int, office: Desk, visit: Seeing, again: int = 0) -> HTMLResponse:
    """Show what became of what was sent; while it is in work, the page looks again by itself."""
    found = sent_case(office, visit.opened, message)
    if found is None:
        raise HTTPException(404)
    case = agent_case(office, visit.opened)
    values = {
        "head": head_of(case),
        "view": sent_view(case, found),
        "again": f"/my/{visit.opened.ref}/sent/{message}?again={min(again, PATIENT_ROUNDS) + 1}",
        "wait": 2 if again < PATIENT_ROUNDS else 15,
    }
    return page(request, "agent/sent.html", values, forms=False)


def _asked(office: Office, visit: Visit, form: FormData) -> tuple[AgentCase, ItemRecord]:
    # The form names its item by digest: numbers may have moved since the page was shown.
    case = agent_case(office, visit.opened)
    return case, _found(case.named(str(form.get("item", ""))))


def _found(record: ItemRecord | None) -> ItemRecord:
    if record is None:
        raise HTTPException(404)
    return record


def _number(form: FormData) -> str:
    number = form.get(slips.FIELD)
    if not isinstance(number, str) or not slips.is_number(number):
        raise HTTPException(400)
    return number


def _answered(
    request: Request,
    case: AgentCase,
    record: ItemRecord,
    visit: Visit,
    form: FormData,
    *,
    kind: Literal["value", "none"],
    typed: Typed,
) -> Response:
    if typed.errors:
        return _item_page(request, case, record, errors=typed.errors, typed=typed, form=form)
    office: Office = request.app.state.office
    ref, key = visit.opened.ref, record.item.key
    once = slips.key(ref, slips.digest(key), _number(form), (kind.encode(), typed.value.encode()))
    arrival = doors.answer_item(
        office, ref=ref, item=key, kind=kind, text=typed.value, by=speaker(office, visit), once=once
    )
    return sent(request, visit, arrival)


def _item_page(
    request: Request,
    case: AgentCase,
    record: ItemRecord,
    *,
    errors: Sequence[FormError] = (),
    typed: Typed = Typed(),  # noqa: B008  frozen
    form: FormData | None = None,
) -> HTMLResponse:
    view = item_view(case, record)
    values = {
        "head": head_of(case),
        "item": view,
        "field": forms.input_for(view.field_type),
        "errors": errors,
        "typed": typed.typed,
        "once": slips.fresh(),
    }
    return page(request, "agent/item.html", values, status=422 if errors else 200)
