"""The record of one submission, and one of its values with its evidence and history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from pipeline import events
from pipeline.doubts import doubts, settlement_key
from pipeline.office import Office
from pipeline.records import agencies, documents, facts, items, outbox, people, submissions, timeline
from pipeline.records.correspondence import Audience
from pipeline.records.session import Transaction, reading, transaction
from pipeline.records.submissions import Submission
from pipeline.submission import ResolvedField
from portal.csrf import Posted
from portal.evidence import all_evidence_of
from portal.pages.staff_frame import desk_page, submission_of
from portal.presenters import staff_items, staff_record, staff_review, staff_story, staff_words
from portal.presenters.staff_evidence import Evidence
from portal.roles import PERMITTED, Visit, require

router = APIRouter(prefix="/staff/s/{ref}")

AUDIENCES: tuple[Audience, ...] = get_args(Audience)


@router.get("")
def show(request: Request, ref: str, visit: Annotated[Visit, Depends(require("submission.see"))]) -> Response:
    """Show the record."""
    office: Office = request.app.state.office
    with reading(office.engine) as tx:
        values = _record(tx, submission_of(tx, ref))
    asked = {"settled": "settled" in request.query_params, "may_sort": visit.role in PERMITTED["mail.sort"]}
    return desk_page(request, visit, "staff/record.html", {**values, **asked})


def _record(tx: Transaction, one: Submission) -> Mapping[str, Any]:
    known = items.items_of(tx, one.id)
    papers = documents.documents_of(tx, one.id)
    values = facts.facts_of(tx, one.id)
    agency = agencies.agency_by_id(tx, one.agency_id) if one.agency_id else None
    agent = people.person_by_id(tx, one.agent_id) if one.agent_id else None
    ours = frozenset(email for person in people.staff(tx) for email in person.emails)
    into = submissions.standing(tx, one.id).ref if one.merged_into_id else ""
    return {
        "into": into,
        "head": staff_record.header(one, agency, agent, known),
        "items": staff_items.item_views(one.ref, known, papers),
        "documents": staff_record.document_views(papers, known),
        "groups": staff_record.fact_groups(one.ref, values),
        "doubtful": len(doubts(values.values())),
        "story": staff_story.story(timeline.timeline(tx, one.id, AUDIENCES), ours),
        "mails": staff_record.mail_views(outbox.outgoing_of(tx, one.id)),
    }


@router.get("/field")
def show_field(request: Request, ref: str, visit: Annotated[Visit, Depends(require("submission.see"))]) -> Response:
    """Show one value: where it stood, who disagrees, and how it came to be."""
    return _field_page(request, visit, ref, request.query_params.get("name", ""), reveal=False)


@router.post("/reveal")
def reveal(
    request: Request, ref: str, form: Posted, visit: Annotated[Visit, Depends(require("field.settle"))]
) -> Response:
    """Show one restricted value unmasked, once; the log says who looked."""
    office: Office = request.app.state.office
    name = str(form.get("name", ""))
    with transaction(office.engine) as tx:
        one = submission_of(tx, ref)
        if facts.fact(tx, one.id, name) is None:
            raise HTTPException(404)
        person = visit.person.id if visit.person else 0
        stream = events.submission_stream(one.id)
        events.append(tx, stream, "value.revealed", {"field": name}, actor=f"person:{person}", at=office.clock.now())
    return _field_page(request, visit, ref, name, reveal=True)


def _field_page(request: Request, visit: Visit, ref: str, name: str, *, reveal: bool) -> Response:
    office: Office = request.app.state.office
    with reading(office.engine) as tx:
        one = submission_of(tx, ref)
        fact = facts.fact(tx, one.id, name)
        story = timeline.timeline(tx, one.id, ("internal",))
    if fact is None:
        raise HTTPException(404)
    values = {
        "ref": ref,
        "insured": one.insured_name or ref,
        "title": staff_words.field_words(name),
        "fact": staff_record.fact_view(ref, fact, reveal=reveal),
        "why": staff_review.reasons(fact),
        "turns": staff_story.turns(story, name),
        "seen": settlement_key(ref, fact),
        "evidence": _evidence(office, visit, one, fact, reveal),
        "problem": "",
        "typed": "",
    }
    return desk_page(request, visit, "staff/field.html", values)


def _evidence(office: Office, visit: Visit, one: Submission, fact: ResolvedField, reveal: bool) -> tuple[Evidence, ...]:
    if visit.role not in PERMITTED["field.settle"] or (fact.restricted and not reveal):
        return ()
    return all_evidence_of(office, one, fact)
