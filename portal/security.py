"""What every request and answer passes: a limit on the body, no posts from other sites, and the security headers.

Browsers send ``Origin: null`` with our own forms because pages carry ``Referrer-Policy: no-referrer`` (Fetch standard,
"append a request Origin header"); ``Sec-Fetch-Site`` decides where the browser knows it, and the form's token always.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MIB = 1024 * 1024
FORM_BYTES = 1 * MIB
UPLOAD_BYTES = 100 * MIB
UPLOAD_ENDING = "/files"
"""Routes that take files end like this; every other body is a form."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
YEAR = 31_536_000


class SecurityHeaders:
    """Add the headers that keep pages ours: no foreign script, style, frame, referrer or cache."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with a nonce of its own."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), nonce, lasting=_is_lasting(scope))
            await send(message)

        await self.app(scope, receive, with_headers)

    def _add(self, headers: MutableHeaders, nonce: str, *, lasting: bool) -> None:
        headers["Content-Security-Policy"] = policy(nonce)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "geolocation=(), microphone=(), camera=()"
        headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if lasting else "no-store"
        if self.https:
            headers["Strict-Transport-Security"] = f"max-age={YEAR}"


def _is_lasting(scope: Scope) -> bool:
    # A static file asked for with the digest of its content never changes; everything else may be personal.
    return bool(scope["path"].startswith("/static/") and scope["query_string"].startswith(b"v="))


def policy(nonce: str) -> str:
    """Return the content security policy of one page: our stylesheet, and scripts and styles that carry the nonce."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class BodyLimit:
    """End a request whose body is larger than its kind of route takes, declared or not, before it is parsed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the body while it is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = UPLOAD_BYTES if scope["path"].endswith(UPLOAD_ENDING) else FORM_BYTES
        declared = Headers(scope=scope).get("content-length", "")
        too_large = declared.isdecimal() and int(declared) > limit
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            if too_large:
                raise HTTPException(413)
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)


async def refuse_foreign_posts(request: Request) -> None:
    """Raise 403 when another site sent this form."""
    if request.method not in SAFE and _is_foreign(request):
        raise HTTPException(403)


def _is_foreign(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site != "same-origin"
    origin = request.headers.get("origin", "null")
    if origin == "null":
        return False
    ours = urlsplit(request.app.state.office.settings.public_url).netloc
    return urlsplit(origin).netloc not in (ours, request.headers.get("host"))
