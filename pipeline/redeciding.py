"""Decide a submission anew on everything known of it, and save what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline import deciding, status
from pipeline.deciding import Decision
from pipeline.office import Office
from pipeline.records import assessments
from pipeline.records.assessments import Assessment, Case, Changes
from pipeline.records.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Redecided:
    """What deciding anew came to, and what of it changed."""

    decision: Decision
    assessment: Assessment
    changes: Changes


def redecide(
    office: Office, tx: Transaction, case: Case, *, as_of: date, actor: str, is_new: bool = False
) -> Redecided:
    """Decide a submission on everything known of it as of a day, and save what changed.

    ``is_new``: this very transaction opened it. Raises IllegalMove where the table of moves knows no way there.
    """
    # A mail that arrives late must not take the submission back to its own day.
    as_of = max([as_of, *(filing.at.date() for filing in case.filings)])
    decision = deciding.decide(
        candidates=case.candidates,
        documents=[one.filed for one in case.documents],
        answers=case.answers,
        mentions=case.mentions,
        mail_lines=case.asked_lines,
        as_of=as_of,
        received_at=case.submission.received_at,
        rules=office.rules,
        cloud_hosts=case.cloud_hosts,
        said=case.said,
    )
    before = case.submission.state
    state = status.after_deciding(before, decision.internal_state)
    status.require_move(status.seen_as(before), status.seen_as(state))
    assessment = _assessment(decision, state)
    changes = assessments.save_decision(
        tx,
        case.submission.id,
        assessment,
        at=office.clock.now(),
        version=case.submission.version,
        by=actor,
        opened=case.submission if is_new else None,
    )
    return Redecided(decision=decision, assessment=assessment, changes=changes)


def _assessment(decision: Decision, state: str) -> Assessment:
    facts = decision.facts
    effective = facts.value("proposed_effective_date")
    name = facts.value("named_insureds[0].name")
    return Assessment(
        fields=facts.fields,
        completeness=decision.completeness,
        lines=facts.lines,
        state=state,
        status=status.seen_as(state),
        states=decision.states,
        effective_date=date.fromisoformat(str(effective)) if effective else None,
        insured_name=str(name) if name else None,
    )
