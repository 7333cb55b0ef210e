"""The one page for everything that went wrong on the web: neutral words and a number to quote, nothing else."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import structlog
from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.rendering import page
from portal.roles import NotSignedIn

log = structlog.get_logger()

LOGIN = "/staff/login"


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads for one kind of error."""

    title: str
    text: str


WORDS: Mapping[int, Words] = {
    400: Words("We could not read that", "Go back, check what you sent and send it again."),
    403: Words(
        "This cannot be done", "The page may be too old. Go back, load the page again and repeat the last step."
    ),
    404: Words("Page not found", "There is nothing to show here. If you typed the address, please check it."),
    405: Words("Page not found", "There is nothing to show here. Go back and use the buttons of the page."),
    413: Words(
        "That is too large", "All files of one upload together must be smaller than 100 MB. Send them in parts."
    ),
    422: Words("We could not read that", "Go back, check what you sent and send it again."),
    500: Words("Something went wrong on our side", "What you sent before is safe. Please try again in a minute."),
}
LIST_CLOSED = Words(
    "Open your list from our mail", "For your safety this page closes by itself. Use the link in our latest mail again."
)


def of_status(request: Request, error: Exception) -> Response:
    """Answer an HTTP error that a page raised on purpose."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _answer(request, status, WORDS.get(status, WORDS[500 if status >= 500 else 400]))


def of_bad_request(request: Request, error: Exception) -> Response:
    """Answer a request whose address or form has the wrong shape."""
    return _answer(request, 422, WORDS[422])


def of_stranger(request: Request, error: Exception) -> Response:
    """Send our staff to the sign-in; tell agents to use their link, in the same words for every reference."""
    if isinstance(error, NotSignedIn) and error.door == "staff":
        onward = f"?next={quote(request.url.path)}" if request.method == "GET" else ""
        return RedirectResponse(f"{LOGIN}{onward}", status_code=303)
    return _answer(request, 404, LIST_CLOSED)


def _answer(request: Request, status: int, words: Words) -> Response:
    number = secrets.token_hex(4)
    log.info("web.refused", id=number, status=status, method=request.method, route=_route(request.scope))
    return page(request, "error.html", {"words": words, "number": number}, status=status, forms=False)


class ErrorPage:
    """Turn whatever nobody expected into the 500 page; the log gets the number and the places, never the words."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens inside."""
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except ClientDisconnect:
            return
        except Exception as error:
            if scope["type"] != "http":
                raise
            answer = _failed(Request(scope), error)
            if not started:
                await answer(scope, receive, send)


def _failed(request: Request, error: Exception) -> Response:
    # The message of an exception may quote a document or a person.
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
    log.error("web.failed", id=number, error=type(error).__name__, places=places, route=_route(request.scope))
    return page(request, "error.html", {"words": WORDS[500], "number": number}, status=500, forms=False)


def _route(scope: Scope) -> str:
    # The address itself may hold a link's token.
    route = scope.get("route")
    return str(getattr(route, "path", "unknown"))
