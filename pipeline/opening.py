"""Open a submission: whose agency, which agent, which account; each found where it is known, created where not."""

from __future__ import annotations

from datetime import datetime

from pipeline import names
from pipeline.deciding import Decision
from pipeline.office import Office
from pipeline.producer import Producer
from pipeline.records import accounts, agencies, submissions
from pipeline.records.accounts import Account, AccountDetails
from pipeline.records.session import Transaction
from pipeline.records.submissions import Submission
from pipeline.stages import ReadMessage

LIKE_NAME = 0.80
"""Likeness of names from which an equal FEIN means the same account."""


def open_submission(
    office: Office, tx: Transaction, read: ReadMessage, producer: Producer, *, at: datetime
) -> Submission:
    """Create an empty submission for a message and return it."""
    ref = submissions.next_ref(tx, read.received_at.year)
    created = submissions.create(
        tx,
        ref=ref,
        received_at=read.received_at,
        at=at,
        agency_id=producer.agency_id,
        agent_id=producer.person_id,
        reply_token=office.reply_token(ref),
    )
    return submissions.existing(tx, created)


def keep_account(tx: Transaction, submission: Submission, decision: Decision, *, at: datetime) -> int | None:
    """Find or create the account of a submission from its facts, and return its id; None while nobody is named."""
    details = details_of(decision)
    if details is None:
        return None
    known = submission.account_id or _same_account(tx, details)
    if known is None:
        known = accounts.create_account(tx, details, at=at)
    else:
        accounts.complete_account(tx, known, details, at=at)
    submissions.identify(tx, submission.id, account_id=known)
    return known


def keep_agency_name(tx: Transaction, producer: Producer, decision: Decision) -> None:
    """Call an agency that is only known by its mail domain what its own forms call it."""
    name = decision.facts.value("agency_name")
    agency = producer.agency
    if name and agency is not None and agency.name in agency.domains:
        agencies.name_agency(tx, agency.id, str(name))


def details_of(decision: Decision) -> AccountDetails | None:
    """Return the account that a submission's facts describe, or None while nobody is named."""
    facts = decision.facts

    def text(name: str) -> str | None:
        value = facts.value(f"named_insureds[0].{name}")
        return str(value) if value else None

    name = text("name")
    if name is None:
        return None
    return AccountDetails(
        name=name,
        name_key=names.normalise(name),
        dba=text("dba"),
        entity_type=text("entity_type"),
        fein=text("fein"),
        naics=text("naics"),
        street=text("mailing_line1"),
        city=text("mailing_city"),
        state=text("mailing_state"),
        zip=text("mailing_zip"),
    )


def _same_account(tx: Transaction, details: AccountDetails) -> int | None:
    found = accounts.accounts_like(tx, fein=details.fein, name_keys=[details.name_key])
    return next((one.id for one in found if _is_same(one, details)), None)


def _is_same(known: Account, details: AccountDetails) -> bool:
    """Decide by FEIN, name and place: equal FEIN and a like name, or no FEIN on one side, the same name and state."""
    alike = names.best_similarity(details.name, [known.details.name, *known.aliases])
    if known.details.fein and details.fein:
        return known.details.fein == details.fein and alike >= LIKE_NAME
    return alike >= names.SAME_NAME and known.details.state == details.state
