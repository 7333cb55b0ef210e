"""The token in every form: it shows that the form came from a page we gave to this very browser.

With a session the token is made from the session's own secret; before there is one, from a random visitor cookie. Each
page gets a fresh salt, so that the same token never stands in two answers.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from portal import sessions
from portal.security import SAFE

FIELD = "csrf"
FILES, FIELDS, TEXT_BYTES = 50, 100, 64 * 1024


def token_for(secret: str) -> str:
    """Return a token for one page."""
    salt = secrets.token_urlsafe(12)
    return f"{salt}.{_sign(secret, salt)}"


def is_good(token: str, secret: str) -> bool:
    """Return whether a token was made with that secret."""
    salt, _, signature = token.partition(".")
    return hmac.compare_digest(signature.encode(), _sign(secret, salt).encode())


def _sign(secret: str, salt: str) -> str:
    return hmac.new(secret.encode(), f"csrf:{salt}".encode(), hashlib.sha256).hexdigest()


async def checked_form(request: Request) -> AsyncIterator[FormData | None]:
    """Yield the form of a post whose token is good, None for requests that change nothing; raise 403 otherwise."""
    if request.method in SAFE:
        yield None
        return
    # Whoever has never seen a page of ours is refused before the body is read.
    secret = await run_in_threadpool(sessions.form_secret, request)
    if secret is None:
        raise HTTPException(403)
    async with request.form(max_files=FILES, max_fields=FIELDS, max_part_size=TEXT_BYTES) as form:
        given = form.get(FIELD)
        if not isinstance(given, str) or not is_good(given, secret):
            raise HTTPException(403)
        yield form


def page_secret(request: Request) -> tuple[str, str | None]:
    """Return the secret for the forms of a page, and the visitor cookie to set when the browser has none yet."""
    known = sessions.form_secret(request)
    if known is not None:
        return known, None
    fresh = secrets.token_urlsafe(32)
    return sessions.visitor_secret(request.app.state.office, fresh), fresh


def remember_visitor(request: Request, response: Response, visitor: str) -> None:
    """Give the browser its visitor cookie; it says nothing and ends with the browser."""
    sessions.set_cookie(request, response, sessions.VISITOR, visitor, lives=None)


Posted = Annotated[FormData, Depends(checked_form)]
"""The form of a post, its token checked."""
