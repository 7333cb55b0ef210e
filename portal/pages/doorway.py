"""What the agent's pages share: the office behind the request, who is visiting, and the way on after a form."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse

from pipeline.doors import Person
from pipeline.office import Office
from pipeline.reception import Arrival
from portal.roles import Visit, require

READ = ["GET", "HEAD"]


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


Desk = Annotated[Office, Depends(_office)]
Seeing = Annotated[Visit, Depends(require("checklist.see"))]
Answering = Annotated[Visit, Depends(require("item.answer"))]
Sending = Annotated[Visit, Depends(require("document.send"))]


def speaker(office: Office, visit: Visit) -> Person:
    """Return who speaks through the page: the person the link was mailed to."""
    known = visit.person
    if known is None or not known.emails:
        # A link that was mailed to nobody we know speaks in our own name; no agency is made up for it.
        return Person(email=f"link@{office.house.domain}", name="", role="agent")
    return Person(email=known.emails[0], name=known.name, role="agent")


def sent(request: Request, visit: Visit, arrival: Arrival) -> RedirectResponse:
    """Wake the worker and lead on to what became of it."""
    request.app.state.ring()
    return RedirectResponse(f"/my/{visit.opened.ref}/sent/{arrival.message}", status_code=303)
