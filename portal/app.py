"""Put the web pages together: security outermost, then the error page, then the routers, each named here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from pipeline.office import Office
from portal import errorpage
from portal.csrf import checked_form
from portal.pages import (
    agent,
    agent_answers,
    agent_documents,
    landing,
    staff,
    staff_door,
    staff_papers,
    staff_quarantine,
    staff_record,
    staff_review,
    staff_sorting,
)
from portal.roles import NotSignedIn
from portal.security import BodyLimit, SecurityHeaders, refuse_foreign_posts

ROUTERS: tuple[APIRouter, ...] = (
    landing.router,
    agent.router,
    agent_answers.router,
    agent_documents.router,
    staff_door.router,
    staff.router,
    staff_record.router,
    staff_papers.router,
    staff_sorting.router,
    staff_review.router,
    staff_quarantine.router,
)
STATIC = Path(__file__).parent / "static"


def create_app(office: Office, ring: Callable[[], object]) -> FastAPI:
    """Return the web application of one office; ``ring`` wakes the worker after something came in by a page."""
    app = FastAPI(
        title="submission-intake",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(refuse_foreign_posts), Depends(checked_form)],
    )
    app.state.office = office
    app.state.ring = ring
    app.add_exception_handler(HTTPException, errorpage.of_status)
    app.add_exception_handler(RequestValidationError, errorpage.of_bad_request)
    app.add_exception_handler(NotSignedIn, errorpage.of_stranger)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit)
    app.add_middleware(errorpage.ErrorPage)
    app.add_middleware(SecurityHeaders, https=office.settings.public_url.startswith("https:"))
    app.add_api_route("/health", health, methods=["GET", "HEAD"])
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def health() -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok")
