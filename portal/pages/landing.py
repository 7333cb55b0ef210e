"""Where a mailed link leads: a page that shows nothing personal, and the button that opens the list.

Mail scanners fetch and follow links, so GET and HEAD change nothing and open nothing; only the button does. A link that
does not open, for whatever reason, always gives the same page.
"""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline import events
from pipeline.office import Office
from pipeline.records import access, people, submissions
from pipeline.records.access import Link
from pipeline.records.session import Transaction, reading, transaction
from portal import sessions
from portal.pages.doorway import READ, Desk
from portal.rendering import page

ASKED_AGAIN = timedelta(hours=24)
"""One request for a new link a day is kept on the record."""

router = APIRouter()


@router.api_route("/", methods=READ)
def front(request: Request) -> HTMLResponse:
    """Say what this is to whoever comes without a link."""
    return page(request, "agent/front.html", {}, forms=False)


@router.api_route("/l/{token}", methods=READ)
def landing(request: Request, token: str, office: Desk) -> HTMLResponse:
    """Say who asks and until when, and offer the button."""
    with reading(office.engine) as tx:
        link = _good_link(office, tx, token)
    if link is None:
        return _does_not_open(request, token)
    return page(request, "agent/landing.html", {"token": token, "until": link.expires_at.date()})


@router.post("/l/{token}/open")
def open_list(request: Request, token: str, office: Desk) -> Response:
    """Open the list: note it, begin a session for this submission, and leave the token behind."""
    now = office.clock.now()
    with transaction(office.engine) as tx:
        link = _good_link(office, tx, token)
        if link is None:
            return _does_not_open(request, token)
        ref = submissions.standing(tx, link.submission_id).ref
        cookie = sessions.of_submission(ref)
        sessions.end(tx, request, cookie, at=now)
        until = min(link.expires_at, now + sessions.LINK_LIVES)
        session = sessions.start(tx, at=now, expires_at=until, level="link", link_id=link.id)
        access.open_link(tx, link.id, at=now)
        if link.person_id:
            people.confirm_person(tx, link.person_id, at=now)
        _tell(tx, link, "link.opened", office)
    response = RedirectResponse(f"/my/{ref}", status_code=303)
    sessions.set_cookie(request, response, cookie, session, lives=sessions.LINK_LIVES)
    return response


@router.post("/l/{token}/renew")
def ask_for_new_link(token: str, office: Desk) -> Response:
    """Put a request for a new link on the record, where the link was once ours; say the same to everybody."""
    with transaction(office.engine) as tx:
        link = access.link_by_token(tx, token)
        if link is not None and not _asked_lately(tx, link, office):
            _tell(tx, link, "link.requested", office)
    return RedirectResponse("/link-requested", status_code=303)


@router.api_route("/link-requested", methods=READ)
def requested(request: Request) -> HTMLResponse:
    """Say what happens next, whoever asked for whatever link."""
    return page(request, "agent/link_requested.html", {}, forms=False)


def _good_link(office: Office, tx: Transaction, token: str) -> Link | None:
    link = access.link_by_token(tx, token)
    return link if link is not None and link.valid(office.clock.now()) else None


def _does_not_open(request: Request, token: str) -> HTMLResponse:
    return page(request, "agent/link_closed.html", {"token": token}, status=404)


def _asked_lately(tx: Transaction, link: Link, office: Office) -> bool:
    since = office.clock.now() - ASKED_AGAIN
    story = events.events_of(tx, events.submission_stream(link.submission_id))
    return any(one.kind == "link.requested" and one.payload["link"] == link.id and one.at > since for one in story)


def _tell(tx: Transaction, link: Link, kind: str, office: Office) -> None:
    stream = events.submission_stream(link.submission_id)
    events.append(tx, stream, kind, {"link": link.id}, actor=f"link:{link.id}", at=office.clock.now())
