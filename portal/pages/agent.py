"""An agent's list: what is asked, what we have, whose turn it is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from portal.cases import agent_case
from portal.pages.doorway import READ, Desk, Seeing
from portal.presenters.agent import list_view
from portal.rendering import page

router = APIRouter()


@router.api_route("/my/{ref}", methods=READ)
def checklist(request: Request, office: Desk, visit: Seeing) -> HTMLResponse:
    """Show the list."""
    view = list_view(agent_case(office, visit.opened))
    return page(request, "agent/list.html", {"view": view, "head": view.head}, forms=False)
