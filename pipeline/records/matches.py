"""Which submissions a message may belong to: index look-ups only, and only among those its sender may speak for.

Every look-up ends at the submission that stands for the one found (one merged into another leads there), and there the
wall between agencies is asked, in the same query: what another agency sent is never among the candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union,
)

from pipeline.records.accounts import Account, account_by_id, accounts_like
from pipeline.records.models import AddressRow, FilingRow, MessageRow, OutgoingRow, RecordKeyRow, SubmissionRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction
from pipeline.records.submissions import Submission, submissions_by_id

How = Literal["token", "our_mail", "ref", "policy", "customer", "fein", "name", "word", "thread", "subject"]

_submissions = table(SubmissionRow)
_home = _submissions.alias("home")
"""The submission that stands for the one found."""
_outgoing = table(OutgoingRow)
_messages = table(MessageRow)
_filings = table(FilingRow)
_addresses = table(AddressRow)
_keys = table(RecordKeyRow)
_spoken, _heard = _filings.alias("spoken"), _messages.alias("heard")
"""What was filed before, beside the filings and messages that a key is looked up in."""

THREAD_DAYS = timedelta(days=30)
"""How long the same subject from the same sender may mean the same submission."""

MOST = 50
"""Candidates returned at most, the newest first; more would be a shared FEIN or a very common name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchKeys:
    """What a message offers for matching.

    ``message_ids`` are those of In-Reply-To and References; ``name_keys`` normalised names of insureds and their DBAs,
    ``words`` the telling ones of them; ``thread_key`` the subject without its reply marks. ``at`` is when the message
    was received. ``agency`` is the registered agency of the sender, ``of_house`` whether the sender is one of us.
    """

    at: datetime
    reply_tokens: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    fein: str | None = None
    name_keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    thread_key: str | None = None
    sender: str | None = None
    agency: int | None = None
    of_house: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchCandidate:
    """A submission that shares at least one key with the message: ``shared`` maps the kind of key to its values.

    Tokens and references are those of the submission itself or of one merged into it; for ``subject`` the values are
    the times at which a mail with that subject came.
    """

    submission: Submission
    account: Account | None
    shared: Mapping[How, frozenset[str]] = field(default_factory=dict)

    @property
    def how(self) -> frozenset[How]:
        """Return by which kinds of keys it was found."""
        return frozenset(self.shared)

    @property
    def effective_date(self) -> date | None:
        """Return the submission's effective date."""
        return self.submission.effective_date


def candidates_for(tx: Transaction, keys: MatchKeys) -> tuple[MatchCandidate, ...]:
    """Return the submissions that share a key with the message and are its sender's, newest first."""
    accounts = accounts_like(tx, fein=keys.fein, name_keys=keys.name_keys)
    shared: dict[int, dict[How, set[str]]] = {}
    wall = _wall(keys)
    for how, query in _queries(keys, {account.id: account for account in accounts}):
        for submission, value in tx.execute(query.where(wall).order_by(_home.c.id.desc()).limit(MOST)):
            shared.setdefault(submission, {}).setdefault(how, set()).add(str(value))
    newest = sorted(shared, reverse=True)[:MOST]
    found = {submission.id: submission for submission in submissions_by_id(tx, newest)}
    known = {account.id: account for account in accounts}
    return tuple(
        MatchCandidate(
            submission=found[submission],
            account=_account_of(tx, found[submission], known),
            shared={how: frozenset(values) for how, values in shared[submission].items()},
        )
        for submission in newest
    )


def claimed_by(tx: Transaction, keys: MatchKeys) -> tuple[str, ...]:
    """Return the references a message claims to be about, whosever they are: for the eyes of our people alone."""
    found: set[str] = set()
    for _, query in _exact(keys):
        found |= set(tx.execute(query.with_only_columns(_home.c.ref).limit(MOST)).scalars())
    return tuple(sorted(found))


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


def _wall(keys: MatchKeys) -> ColumnElement[bool]:
    """Return who may speak for a submission: one of us, its registered agency, else an address known there already."""
    if keys.of_house:
        return _home.c.id.is_not(None)
    known = _is_known(keys.sender or "")
    if keys.agency is None:
        return known
    return or_(_home.c.agency_id == keys.agency, and_(_home.c.agency_id.is_(None), known))


def _is_known(sender: str) -> ColumnElement[bool]:
    agent = exists().where(_addresses.c.email == sender, _addresses.c.person_id == _home.c.agent_id)
    wrote = exists().where(
        _spoken.c.submission_id == _home.c.id,
        _heard.c.id == _spoken.c.message_id,
        func.lower(_heard.c.sender) == sender,
    )
    return or_(agent, wrote)


def _queries(keys: MatchKeys, accounts: Mapping[int, Account]) -> Iterator[tuple[How, Select[Any]]]:
    """Yield each kind of key with its query for (submission, what was shared)."""
    yield from _exact(keys)
    kinds: Iterable[tuple[How, tuple[str, ...]]] = (
        ("policy", keys.policies),
        ("customer", keys.customers),
        ("word", keys.words),
    )
    for kind, values in kinds:
        if values:
            joined = _keys.join(_submissions, _submissions.c.id == _keys.c.submission_id)
            yield kind, _of(joined, _keys.c.value).where(_keys.c.kind == kind, _keys.c.value.in_(values))
    same_fein = [one for one, known in accounts.items() if keys.fein and known.details.fein == keys.fein]
    by_account: Iterable[tuple[How, list[int]]] = (
        ("fein", same_fein),
        ("name", [one for one in accounts if one not in same_fein]),
    )
    for how, wanted in by_account:
        if wanted:
            yield how, _of(_submissions, _submissions.c.account_id).where(_submissions.c.account_id.in_(wanted))
    if keys.thread_key and keys.sender:
        # The day a mail tells, not the day it came to us: imported mail all comes on one day.
        recent = _filings.c.at.between(keys.at - THREAD_DAYS, keys.at)
        same = and_(_messages.c.thread_key == keys.thread_key, _messages.c.sender == keys.sender, recent)
        yield "subject", _filed(_filings.c.at).where(same)


def _exact(keys: MatchKeys) -> Iterator[tuple[How, Select[Any]]]:
    """Yield the keys that name one submission: our token, our number, a message of its thread."""
    if keys.reply_tokens:
        mine = _submissions.c.reply_token
        yield "token", _of(_submissions, mine).where(mine.in_(keys.reply_tokens))
    if keys.refs:
        refs = tuple(ref.upper() for ref in keys.refs)
        yield "ref", _of(_submissions, _submissions.c.ref).where(_submissions.c.ref.in_(refs))
    if keys.message_ids:
        sent = _outgoing.join(_submissions, _submissions.c.id == _outgoing.c.submission_id)
        yield "our_mail", _of(sent, _outgoing.c.message_id).where(_outgoing.c.message_id.in_(keys.message_ids))
        yield "thread", _filed(_messages.c.message_id).where(_messages.c.message_id.in_(keys.message_ids))


def _of(source: FromClause, shared: ColumnElement[Any]) -> Select[Any]:
    standing = func.coalesce(_submissions.c.merged_into_id, _submissions.c.id)
    return select(_home.c.id, shared).select_from(source.join(_home, _home.c.id == standing))


def _filed(shared: ColumnElement[Any]) -> Select[Any]:
    joined = _messages.join(_filings, _filings.c.message_id == _messages.c.id)
    return _of(joined.join(_submissions, _submissions.c.id == _filings.c.submission_id), shared)


def _account_of(tx: Transaction, submission: Submission, known: Mapping[int, Account]) -> Account | None:
    if submission.account_id is None:
        return None
    return known.get(submission.account_id) or account_by_id(tx, submission.account_id)
