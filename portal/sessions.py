"""Browser sessions: a random token in a cookie, its hash and everything else in SQL, ended there at once.

An agent has one cookie for each submission they opened, so that two lists in two tabs do not end each other; a member
of staff has one. Opening and signing in always make a new session, so that none can be planted beforehand.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from fastapi import Request, Response

from pipeline.office import Office
from pipeline.records import access
from pipeline.records.access import WebSession
from pipeline.records.session import Transaction, reading

STAFF = "staff"
VISITOR = "visitor"
LINK_LIVES = timedelta(hours=12)
STAFF_LIVES = timedelta(hours=10)


def of_submission(ref: str) -> str:
    """Return the name of the cookie that opens one submission's pages."""
    return f"list-{ref.upper()}"


def find(request: Request, name: str) -> WebSession | None:
    """Return the good session behind a cookie, looked up once a request."""
    known: dict[str, WebSession | None] = request.scope.setdefault("state", {}).setdefault("sessions", {})
    if name not in known:
        token = request.cookies.get(_full(request, name))
        known[name] = _look_up(request.app.state.office, token) if token else None
    return known[name]


def _look_up(office: Office, token: str) -> WebSession | None:
    with reading(office.engine) as tx:
        return access.session_by_token(tx, token, now=office.clock.now())


def start(
    tx: Transaction,
    *,
    at: datetime,
    expires_at: datetime,
    level: str,
    person_id: int | None = None,
    link_id: int | None = None,
) -> str:
    """Begin a session and return its token, for ``set_cookie``."""
    token = secrets.token_urlsafe(32)
    access.create_session(
        tx,
        token,
        csrf_secret=secrets.token_urlsafe(32),
        level=level,
        expires_at=expires_at,
        at=at,
        person_id=person_id,
        link_id=link_id,
    )
    return token


def end(tx: Transaction, request: Request, name: str, *, at: datetime) -> None:
    """End the session behind a cookie, if there is one."""
    session = find(request, name)
    if session is not None:
        access.revoke_session(tx, session.id, at=at)


def set_cookie(request: Request, response: Response, name: str, value: str, *, lives: timedelta | None) -> None:
    """Give the browser a cookie that scripts and other sites never see; without ``lives`` it ends with the browser."""
    response.set_cookie(
        _full(request, name),
        value,
        max_age=int(lives.total_seconds()) if lives else None,
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(_full(request, name), path="/", secure=_is_https(request), httponly=True, samesite="lax")


def form_secret(request: Request) -> str | None:
    """Return what signs the forms of this browser: its session behind this page, else its visitor cookie."""
    ref = request.path_params.get("ref")
    session = find(request, of_submission(ref) if ref and _is_agents(request) else STAFF)
    if session is not None:
        return session.csrf_secret
    visitor = request.cookies.get(_full(request, VISITOR))
    return visitor_secret(request.app.state.office, visitor) if visitor else None


def visitor_secret(office: Office, visitor: str) -> str:
    """Return the form secret of a browser without a session."""
    return hmac.new(office.secret, f"visitor:{visitor}".encode(), hashlib.sha256).hexdigest()


def _is_agents(request: Request) -> bool:
    return request.url.path.startswith("/my/")


def _is_https(request: Request) -> bool:
    return str(request.app.state.office.settings.public_url).startswith("https:")


def _full(request: Request, name: str) -> str:
    # "__Host-": the browser takes it over https only, for this host and the whole site.
    return f"__Host-{name}" if _is_https(request) else name
