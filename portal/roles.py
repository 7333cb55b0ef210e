"""Who may do what, as one table, and the one place where it is checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from fastapi import Request
from starlette.exceptions import HTTPException

from pipeline.office import Office
from pipeline.records import access, people, submissions
from pipeline.records.access import WebSession
from pipeline.records.people import Person
from pipeline.records.session import reading
from pipeline.records.submissions import Submission
from portal import sessions

Role = Literal["link", "intake", "underwriter", "ops", "admin"]
"""``link`` is whoever opened a mailed link; the others are our staff."""

Door = Literal["link", "staff"]
Action = Literal[
    "checklist.see",
    "item.answer",
    "document.send",
    "submission.list",
    "submission.see",
    "field.settle",
    "mail.mend",
    "mail.sort",
    "session.end",
]

LINK: frozenset[Role] = frozenset({"link"})
ALL_STAFF: frozenset[Role] = frozenset({"intake", "underwriter", "ops", "admin"})

PERMITTED: Mapping[Action, frozenset[Role]] = {
    "checklist.see": LINK,
    "item.answer": LINK,
    "document.send": LINK,
    "submission.list": ALL_STAFF,
    "submission.see": ALL_STAFF,
    "field.settle": frozenset({"intake", "underwriter", "admin"}),
    "mail.mend": frozenset({"intake", "ops", "admin"}),
    "mail.sort": frozenset({"intake", "underwriter", "admin"}),
    "session.end": ALL_STAFF,
}
"""Action → roles. An action belongs to the agent's door or to ours, never to both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person at one door, let in: their session, their role, and for a link the one submission it opens."""

    session: WebSession
    role: Role
    person: Person | None
    submission: Submission | None = None

    @property
    def opened(self) -> Submission:
        """Return the submission that the link opens."""
        if self.submission is None:
            raise HTTPException(404)
        return self.submission


class NotSignedIn(Exception):
    """Nobody is signed in at that door."""

    def __init__(self, door: Door) -> None:
        super().__init__(door)
        self.door = door


def door_of(action: Action) -> Door:
    """Return the door behind which an action happens."""
    return "link" if "link" in PERMITTED[action] else "staff"


def require(action: Action) -> Callable[[Request], Visit]:
    """Return the dependency that lets in whoever may do this.

    It raises NotSignedIn for strangers, HTTPException 403 for a role that may not, and 404 for another's submission.
    """

    def let_in(request: Request) -> Visit:
        visit = _by_link(request) if door_of(action) == "link" else _of_staff(request)
        if visit.role not in PERMITTED[action]:
            raise HTTPException(403)
        return visit

    return let_in


def _by_link(request: Request) -> Visit:
    office: Office = request.app.state.office
    ref = request.path_params["ref"]
    session = sessions.find(request, sessions.of_submission(ref))
    if session is None or session.link_id is None:
        raise NotSignedIn("link")
    with reading(office.engine) as tx:
        link = access.link_by_id(tx, session.link_id)
        submission = submissions.standing(tx, link.submission_id) if link else None
        person = people.person_by_id(tx, link.person_id) if link and link.person_id else None
    # The cookie's name is the browser's word; what the link opens is ours.
    if submission is None or submission.ref != ref:
        raise NotSignedIn("link")
    return Visit(session=session, role="link", person=person, submission=submission)


def _of_staff(request: Request) -> Visit:
    office: Office = request.app.state.office
    session = sessions.find(request, sessions.STAFF)
    if session is None or session.person_id is None:
        raise NotSignedIn("staff")
    with reading(office.engine) as tx:
        person = people.person_by_id(tx, session.person_id)
    if person is None or person.kind != "staff" or person.role not in ALL_STAFF:
        raise NotSignedIn("staff")
    role: Role = person.role
    return Visit(session=session, role=role, person=person)
