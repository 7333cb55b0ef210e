"""Review: doubtful values one after the other, each beside its place; a word on one takes the road of mail."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from pipeline import doors, events
from pipeline.doubts import doubts, settlement_key
from pipeline.office import Office
from pipeline.records import facts, submissions
from pipeline.records.doubts import place_of, settled_already, submissions_in_doubt
from pipeline.records.session import Transaction, reading, transaction
from pipeline.records.submissions import Submission
from pipeline.submission import ResolvedField
from pipeline.vocabulary import Entered, accepted, entered
from portal.csrf import Posted
from portal.evidence import all_evidence_of
from portal.pages.staff_frame import desk_page, submission_of
from portal.presenters import staff_review, staff_words
from portal.presenters.staff_review import Walk
from portal.roles import Visit, require

router = APIRouter(prefix="/staff")

Reviewer = Annotated[Visit, Depends(require("field.settle"))]
Queue = tuple[ResolvedField, ...]


@router.get("/review")
def next_of_all(request: Request, visit: Reviewer) -> Response:
    """Go to the next submission that has doubtful values, behind the one named as past."""
    office: Office = request.app.state.office
    done, past = _number(request.query_params.get("done")), request.query_params.get("past")
    with reading(office.engine) as tx:
        waiting = [one for one in submissions_in_doubt(tx) if _queue(tx, submission_of(tx, one.ref))]
        left = submissions.by_ref(tx, past) if past else None
    place = place_of(left.ref, left.effective_date) if left else None
    ahead = next((one for one in waiting if place is None or one.place > place), None)
    if ahead is None:
        values = {"ref": None, "done": done, "skipped": len(waiting), "again": f"/staff/review?done={done}"}
        return desk_page(request, visit, "staff/review_done.html", values)
    return RedirectResponse(Walk(ref=ahead.ref, done=done, everything=True).address(), status_code=303)


@router.get("/s/{ref}/review")
def show(request: Request, ref: str, visit: Reviewer) -> Response:
    """Show one doubtful value of a submission; the address says which, or behind which."""
    query = request.query_params
    walk = Walk(ref=ref, done=_number(query.get("done")), everything=query.get("all") == "1")
    with reading(request.app.state.office.engine) as tx:
        one = submission_of(tx, ref)
        queue = _queue(tx, one)
    fact = staff_review.chosen(queue, at=query.get("at"), after=query.get("after"))
    if fact is None and walk.everything:
        return RedirectResponse(_to_next(walk), status_code=303)
    if fact is None:
        values = {"ref": ref, "done": walk.done, "skipped": len(queue), "again": walk.address()}
        return desk_page(request, visit, "staff/review_done.html", values)
    return _page(request, visit, one, walk, queue, fact)


@router.post("/s/{ref}/review/reveal")
def reveal(request: Request, ref: str, form: Posted, visit: Reviewer) -> Response:
    """Show one restricted value of the queue with its page, once; the log says who looked."""
    office: Office = request.app.state.office
    with transaction(office.engine) as tx:
        one = submission_of(tx, ref)
        queue = _queue(tx, one)
        fact = _named(tx, one, str(form.get("field", "")))
        events.append(
            tx,
            events.submission_stream(one.id),
            "value.revealed",
            {"field": fact.field},
            actor=f"person:{visit.person.id if visit.person else 0}",
            at=office.clock.now(),
        )
    return _page(request, visit, one, _walk(ref, form), queue, fact, reveal=True)


@router.post("/s/{ref}/review")
def settle(request: Request, ref: str, form: Posted, visit: Reviewer) -> Response:
    """Take a reviewer's word on one value and go on to the next."""
    office: Office = request.app.state.office
    with reading(office.engine) as tx:
        one = submission_of(tx, ref)
        fact = _named(tx, one, str(form.get("field", "")))
        queue = _queue(tx, one)
    walk = _walk(ref, form)
    seen = settlement_key(ref, fact)
    if form.get("seen") != seen:
        note = "This value changed while you looked at it. Please look again."
        return _page(request, visit, one, walk, queue, fact, problem=note, status=409)
    word = _word(fact, form)
    if word.reason is not None:
        reason = staff_words.DEFECTS.get(word.reason, word.reason)
        note = f"That cannot be kept: {reason}."
        return _page(request, visit, one, walk, queue, fact, problem=note, typed=str(form.get("text", "")), status=422)
    return _file(request, visit, walk, queue, fact, word, from_field=form.get("back") == "field")


def _file(
    request: Request, visit: Visit, walk: Walk, queue: Queue, fact: ResolvedField, word: Entered, *, from_field: bool
) -> Response:
    """Send the word down the road of mail. A value of the queue is settled once, whoever is first."""
    office: Office = request.app.state.office
    person = visit.person
    if person is None or not person.emails:
        raise HTTPException(403)
    key = settlement_key(walk.ref, fact)
    once = f"{key}-{hashlib.sha256(word.raw.encode()).hexdigest()[:8]}" if from_field else key
    arrival = doors.settle_field(
        office,
        ref=walk.ref,
        field=fact.field,
        field_type=word.type,
        value=word.raw,
        by=doors.Person(email=person.emails[0], name=person.name, role="staff"),
        once=once,
    )
    request.app.state.ring()
    if from_field:
        return RedirectResponse(f"/staff/s/{walk.ref}?settled=1", status_code=303)
    return RedirectResponse(_onward(walk, queue, fact, counts=arrival.is_new), status_code=303)


def _onward(walk: Walk, queue: Queue, fact: ResolvedField, *, counts: bool) -> str:
    """Return where to go after a value: the one behind it, else the next submission or what was skipped here."""
    further = Walk(ref=walk.ref, done=walk.done + int(counts), everything=walk.everything)
    fields = [one.field for one in queue]
    behind = fields[fields.index(fact.field) + 1 :] if fact.field in fields else []
    if behind:
        return further.address(at=behind[0])
    return _to_next(further) if walk.everything else further.address()


def _to_next(walk: Walk) -> str:
    return f"/staff/review?{urlencode({'done': walk.done, 'past': walk.ref})}"


def _word(fact: ResolvedField, form: FormData) -> Entered:
    """Return what the form says about a value: one of its readings, another text, or that there is none."""
    action = form.get("action")
    if action == "absent":
        return entered(fact.field, "")
    if action == "correct":
        word = entered(fact.field, str(form.get("text", "")))
        return word if word.raw else Entered(raw="", type=word.type, reason="non_answer")
    picked = staff_review.picked(fact, str(form.get("pick", "")))
    if action != "accept" or picked is None:
        raise HTTPException(400)
    return accepted(picked)


def _page(
    request: Request,
    visit: Visit,
    one: Submission,
    walk: Walk,
    queue: Queue,
    fact: ResolvedField,
    *,
    reveal: bool = False,
    problem: str = "",
    typed: str = "",
    status: int = 200,
) -> Response:
    office: Office = request.app.state.office
    hidden = fact.restricted and not reveal
    seen = () if hidden else all_evidence_of(office, one, fact)
    values: dict[str, Any] = {
        "insured": one.insured_name or one.ref,
        "view": staff_review.review(walk, queue, fact, seen, reveal=reveal),
        "hidden": hidden,
        "problem": problem,
        "typed": typed,
    }
    return desk_page(request, visit, "staff/review.html", values, status=status)


def _queue(tx: Transaction, one: Submission) -> Queue:
    """Return the doubtful values that nobody has settled yet."""
    doubtful = doubts(facts.facts_of(tx, one.id).values())
    keys = {fact.field: settlement_key(one.ref, fact) for fact in doubtful}
    settled = settled_already(tx, doors.SOURCE, keys.values())
    return tuple(fact for fact in doubtful if keys[fact.field] not in settled)


def _named(tx: Transaction, one: Submission, field: str) -> ResolvedField:
    fact = facts.fact(tx, one.id, field)
    if fact is None:
        raise HTTPException(404)
    return fact


def _walk(ref: str, form: FormData) -> Walk:
    return Walk(ref=ref, done=_number(str(form.get("done", ""))), everything=form.get("all") == "1")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 0
