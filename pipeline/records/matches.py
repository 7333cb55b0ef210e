"""Which submissions a message may belong to: index look-ups only; the judging is done elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, bindparam, select, union

from pipeline.records.accounts import Account, account_by_id, accounts_like
from pipeline.records.models import AddressRow, FilingRow, MessageRow, OutgoingRow, SubmissionRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.records.submissions import Submission, submissions_by_id

How = Literal["token", "our_mail", "ref", "fein", "name", "thread", "subject"]

_submissions = table(SubmissionRow)
_outgoing = table(OutgoingRow)
_messages = table(MessageRow)
_filings = table(FilingRow)
_addresses = table(AddressRow)

THREAD_DAYS = timedelta(days=30)
"""How long the same subject from the same sender may mean the same submission."""

MOST = 50
"""Candidates returned at most, the newest first; more would be a shared FEIN or a very common name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchKeys:
    """What a message offers for matching.

    ``message_ids`` are those of In-Reply-To and References; ``name_keys`` normalised names of insureds and their DBAs;
    ``thread_key`` the subject without its reply marks. ``at`` is when the message was received.
    """

    at: datetime
    reply_tokens: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    fein: str | None = None
    name_keys: tuple[str, ...] = ()
    thread_key: str | None = None
    sender: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchCandidate:
    """A submission that shares at least one key with the message; ``how`` says which keys."""

    submission: Submission
    account: Account | None
    how: frozenset[How]

    @property
    def effective_date(self) -> date | None:
        """Return the submission's effective date."""
        return self.submission.effective_date


def candidates_for(tx: Transaction, keys: MatchKeys) -> tuple[MatchCandidate, ...]:
    """Return the submissions that share a key with the message, newest first, and by which keys."""
    accounts = accounts_like(tx, fein=keys.fein, name_keys=keys.name_keys)
    how: dict[int, set[How]] = {}
    for key, query in _queries(keys).items():
        for submission in tx.execute(query).scalars():
            how.setdefault(submission, set()).add(key)
    for submission, account in tx.execute(_of_accounts([account.id for account in accounts])) if accounts else ():
        named = next(known for known in accounts if known.id == account)
        same_fein = bool(keys.fein) and named.details.fein == keys.fein
        how.setdefault(submission, set()).add("fein" if same_fein else "name")
    newest = sorted(how, reverse=True)[:MOST]
    found = {submission.id: submission for submission in submissions_by_id(tx, newest)}
    known = {account.id: account for account in accounts}
    return tuple(
        MatchCandidate(
            submission=found[submission],
            account=_account_of(tx, found[submission], known),
            how=frozenset(how[submission]),
        )
        for submission in newest
    )


def senders_of(tx: Transaction, submission: int) -> frozenset[str]:
    """Return the addresses that speak for a submission: its agent's, and those of the messages filed to it."""
    addresses = tx.execute(_SENDERS, {"submission": submission}).scalars()
    return frozenset(address.lower() for address in addresses if address)


def _senders() -> CompoundSelect[Any]:
    agent = (
        select(_addresses.c.email)
        .select_from(_submissions.join(_addresses, _addresses.c.person_id == _submissions.c.agent_id))
        .where(_submissions.c.id == bindparam("submission"))
    )
    joined = _filings.join(_messages, _messages.c.id == _filings.c.message_id)
    wrote = select(_messages.c.sender).select_from(joined)
    return union(agent, wrote.where(_filings.c.submission_id == bindparam("submission")))


_SENDERS = _senders()
"""Put together once: building a statement costs more than running it."""


def _queries(keys: MatchKeys) -> Mapping[How, Select[Any]]:
    queries: dict[How, Select[Any]] = {}
    if keys.reply_tokens:
        queries["token"] = _ids(_submissions.c.reply_token.in_(keys.reply_tokens))
    if keys.refs:
        queries["ref"] = _ids(_submissions.c.ref.in_(tuple(ref.upper() for ref in keys.refs)))
    if keys.message_ids:
        ours = _outgoing.c.message_id.in_(keys.message_ids)
        queries["our_mail"] = select(_outgoing.c.submission_id).where(ours)
        queries["thread"] = _filed(_messages.c.message_id.in_(keys.message_ids))
    if keys.thread_key and keys.sender:
        recent = _messages.c.received_at.between(keys.at - THREAD_DAYS, keys.at)
        same = and_(_messages.c.thread_key == keys.thread_key, _messages.c.sender == keys.sender, recent)
        queries["subject"] = _filed(same)
    return queries


def _ids(where: ColumnElement[bool]) -> Select[Any]:
    return select(_submissions.c.id).where(where)


def _filed(where: ColumnElement[bool]) -> Select[Any]:
    joined = _filings.join(_messages, _messages.c.id == _filings.c.message_id)
    return select(_filings.c.submission_id).select_from(joined).where(where)


def _of_accounts(accounts: Iterable[int]) -> Select[Any]:
    query = select(_submissions.c.id, _submissions.c.account_id).where(_submissions.c.account_id.in_(tuple(accounts)))
    return query.order_by(_submissions.c.id.desc()).limit(MOST)


def _account_of(tx: Transaction, submission: Submission, known: Mapping[int, Account]) -> Account | None:
    if submission.account_id is None:
        return None
    return known.get(submission.account_id) or account_by_id(tx, submission.account_id)
