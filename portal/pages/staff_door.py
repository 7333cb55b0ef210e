"""Where our staff sign in and out."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from pipeline.office import Office
from pipeline.records import people
from pipeline.records.session import reading, transaction
from portal import passwords, sessions
from portal.attempts import Attempts
from portal.csrf import Posted
from portal.rendering import page
from portal.roles import Visit, require

log = structlog.get_logger()

router = APIRouter()

HOME = "/staff/"
WRONG = "That address and password do not belong together."
CLOSED = "Too many tries for this address. Wait 15 minutes, or ask an administrator for a new password."
ATTEMPTS = Attempts()


@router.get("/staff/login")
def show(request: Request) -> Response:
    """Show the sign-in."""
    return _form(request, onward=_onward(request.query_params.get("next", "")))


@router.post("/staff/login")
def sign_in(request: Request, form: Posted) -> Response:
    """Let a member of staff in; an unknown address and a wrong password get one answer after one duration."""
    office: Office = request.app.state.office
    email, password = str(form.get("email", "")).strip(), str(form.get("password", ""))
    onward = _onward(str(form.get("next", "")))
    name, now = f"{office.settings.database} {email.lower()}", office.clock.now()
    if ATTEMPTS.closed(name, now):
        return _form(request, onward=onward, email=email, problem=CLOSED, status=429)
    with reading(office.engine) as tx:
        known = people.password_hash_of(tx, email)
    if not passwords.matches(known[1] if known else None, password) or known is None:
        ATTEMPTS.failed(name, now)
        log.info("staff.refused", known=known is not None)
        return _form(request, onward=onward, email=email, problem=WRONG, status=422)
    ATTEMPTS.clear(name)
    return _let_in(request, known[0], RedirectResponse(onward, status_code=303))


@router.post("/staff/logout")
def sign_out(request: Request, visit: Annotated[Visit, Depends(require("session.end"))]) -> Response:
    """End the session, here and now."""
    office: Office = request.app.state.office
    with transaction(office.engine) as tx:
        sessions.end(tx, request, sessions.STAFF, at=office.clock.now())
    response = RedirectResponse("/staff/login", status_code=303)
    sessions.drop_cookie(request, response, sessions.STAFF)
    return response


def _let_in(request: Request, person: int, response: Response) -> Response:
    office: Office = request.app.state.office
    now = office.clock.now()
    with transaction(office.engine) as tx:
        # Whatever session the browser came with ends: nobody can have planted the new one.
        sessions.end(tx, request, sessions.STAFF, at=now)
        token = sessions.start(tx, at=now, expires_at=now + sessions.STAFF_LIVES, level="staff", person_id=person)
    sessions.set_cookie(request, response, sessions.STAFF, token, lives=sessions.STAFF_LIVES)
    return response


def _form(request: Request, *, onward: str, email: str = "", problem: str = "", status: int = 200) -> Response:
    values = {"onward": onward, "email": email, "problem": problem}
    return page(request, "staff/login.html", values, status=status)


def _onward(wanted: str) -> str:
    """Return where to go after signing in: one of our staff pages, nothing else."""
    ours = wanted.startswith(HOME) and "\\" not in wanted and wanted.isprintable()
    return wanted if ours else HOME
