"""Mailboxes that are watched: who may speak to them, how far their folders are read, what is left to mark there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, func, or_, select, update

from pipeline.records.models import MailboxFolderRow, MailboxMarkRow, MailboxRow, MailboxTokenRow, MessageRow
from pipeline.records.models.columns import table
from pipeline.records.session import LeaseLost, Transaction, database_now
from pipeline.records.upsert import insert_into, insert_or_replace, insert_unless_known

LEASE = timedelta(seconds=90)
"""How long a watcher that died keeps others waiting."""

_mailboxes = table(MailboxRow)
_folders = table(MailboxFolderRow)
_marks = table(MailboxMarkRow)
_messages = table(MessageRow)
_tokens = table(MailboxTokenRow)
_MARKED_TOGETHER = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One mailbox as its watchers left it. ``trouble`` is a sentence about what stands in the way since then."""

    id: int
    name: str
    lease_owner: str | None
    lease_until: datetime | None
    contact_at: datetime | None
    trouble: str | None
    trouble_kind: str | None
    trouble_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderCursor:
    """How far a folder is read; ``uid_validity`` is None before the first visit."""

    id: int
    mailbox_id: int
    name: str
    uid_validity: int | None
    last_uid: int
    modseq: int | None
    reconciled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredToken:
    """The newest refresh token of a mailbox, sealed, and when it was given."""

    mailbox: str
    sealed: str
    stored_at: datetime


def mailbox_of(tx: Transaction, name: str) -> Mailbox:
    """Return a mailbox by name, entering it when it is new."""
    insert_unless_known(tx, _mailboxes, {"name": name})
    return _mailbox(tx.execute(select(_mailboxes).where(_mailboxes.c.name == name)).one())


def mailboxes(tx: Transaction) -> tuple[Mailbox, ...]:
    """Return every mailbox ever watched, by name."""
    return tuple(_mailbox(row) for row in tx.execute(select(_mailboxes).order_by(_mailboxes.c.name)))


def take_lease(tx: Transaction, mailbox: int, owner: str) -> bool:
    """Take or prolong the right to speak to a mailbox; False while another holds it. The database's clock counts."""
    now = database_now(tx)
    free = or_(_mailboxes.c.lease_owner.is_(None), _mailboxes.c.lease_owner == owner, _mailboxes.c.lease_until < now)
    where = and_(_mailboxes.c.id == mailbox, free)
    values = {"lease_owner": owner, "lease_until": now + LEASE}
    return bool(tx.execute(update(_mailboxes).where(where).values(values)).rowcount)


def hold_lease(tx: Transaction, mailbox: int, owner: str) -> None:
    """Prolong the lease inside a transaction that must not happen without it; raise LeaseLost when it is gone."""
    if not take_lease(tx, mailbox, owner):
        raise LeaseLost(f"mailbox {mailbox} is no longer leased to {owner}")


def drop_lease(tx: Transaction, mailbox: int, owner: str) -> None:
    """Give a lease back, if it is still this owner's."""
    where = and_(_mailboxes.c.id == mailbox, _mailboxes.c.lease_owner == owner)
    tx.execute(update(_mailboxes).where(where).values(lease_owner=None, lease_until=None))


def note_contact(tx: Transaction, mailbox: int, at: datetime, *, well: bool = True) -> None:
    """Note that the server answered, and, unless it is not ``well``, that nothing stands in the way."""
    gone = {"trouble": None, "trouble_kind": None, "trouble_since": None} if well else {}
    tx.execute(update(_mailboxes).where(_mailboxes.c.id == mailbox).values(contact_at=at, **gone))


def note_trouble(tx: Transaction, mailbox: int, *, kind: str, sentence: str, at: datetime) -> None:
    """Note what stands in the way; trouble of the same kind keeps the time it began."""
    same = _mailboxes.c.trouble_kind == kind
    since = func.coalesce(
        select(_mailboxes.c.trouble_since).where(_mailboxes.c.id == mailbox, same).scalar_subquery(), at
    )
    values = {"trouble": sentence, "trouble_kind": kind, "trouble_since": since}
    tx.execute(update(_mailboxes).where(_mailboxes.c.id == mailbox).values(values))


def folder_of(tx: Transaction, mailbox: int, name: str) -> FolderCursor:
    """Return how far a folder is read, entering it when it is new."""
    insert_unless_known(tx, _folders, {"mailbox_id": mailbox, "name": name, "last_uid": 0})
    where = and_(_folders.c.mailbox_id == mailbox, _folders.c.name == name)
    return FolderCursor(**tx.execute(select(_folders).where(where)).one()._mapping)


def begin_again(tx: Transaction, folder: int, uid_validity: int) -> None:
    """Start a folder from its first UID: those noted, and those to be marked, are void."""
    fresh = {"uid_validity": uid_validity, "last_uid": 0, "modseq": None, "reconciled_at": None}
    tx.execute(update(_folders).where(_folders.c.id == folder).values(fresh))
    tx.execute(delete(_marks).where(_marks.c.folder_id == folder))


def advance(tx: Transaction, folder: int, *, last_uid: int) -> None:
    """Move the cursor on, never back."""
    where = and_(_folders.c.id == folder, _folders.c.last_uid < last_uid)
    tx.execute(update(_folders).where(where).values(last_uid=last_uid))


def note_modseq(tx: Transaction, folder: int, modseq: int | None) -> None:
    """Note the state of a folder all of which was read."""
    tx.execute(update(_folders).where(_folders.c.id == folder).values(modseq=modseq))


def note_reconciled(tx: Transaction, folder: int, at: datetime) -> None:
    """Note that every message of a folder was held against the ledger."""
    tx.execute(update(_folders).where(_folders.c.id == folder).values(reconciled_at=at))


def add_marks(tx: Transaction, folder: int, uids: Iterable[int]) -> None:
    """Note messages to be flagged or moved after this commit."""
    rows = [{"folder_id": folder, "uid": uid} for uid in uids]
    if rows:
        tx.execute(insert_into(tx, _marks).on_conflict_do_nothing(), rows)


def marks_of(tx: Transaction, folder: int) -> tuple[int, ...]:
    """Return the UIDs of a folder that are still to be marked, oldest first, a thousand at most."""
    query = select(_marks.c.uid).where(_marks.c.folder_id == folder).order_by(_marks.c.uid).limit(_MARKED_TOGETHER)
    return tuple(tx.execute(query).scalars())


def drop_marks(tx: Transaction, folder: int, uids: Iterable[int]) -> None:
    """Take messages that are marked now off the list."""
    tx.execute(delete(_marks).where(_marks.c.folder_id == folder, _marks.c.uid.in_(tuple(uids))))


def token_of(tx: Transaction, mailbox: str) -> StoredToken | None:
    """Return the newest refresh token of a mailbox, if its provider ever gave one."""
    row = tx.execute(select(_tokens).where(_tokens.c.mailbox == mailbox)).one_or_none()
    return None if row is None else StoredToken(**row._mapping)


def store_token(tx: Transaction, mailbox: str, sealed: str, *, at: datetime) -> None:
    """Keep the newest refresh token of a mailbox in the place of the one before."""
    row = {"mailbox": mailbox, "sealed": sealed, "stored_at": at}
    tx.execute(insert_or_replace(tx, _tokens, ("mailbox",), ("sealed", "stored_at")), row)


def keys_of(tx: Transaction, source: str) -> frozenset[str]:
    """Return the keys of all messages that ever came from a source."""
    return frozenset(tx.execute(select(_messages.c.source_key).where(_messages.c.source == source)).scalars())


def arrivals_of(tx: Transaction, source_prefix: str, *, limit: int = 200) -> tuple[datetime, ...]:
    """Return when the newest messages came from the sources that begin so, newest first."""
    where = _messages.c.source.startswith(source_prefix, autoescape=True)
    query = select(_messages.c.received_at).where(where).order_by(_messages.c.id.desc()).limit(limit)
    return tuple(tx.execute(query).scalars())


def _mailbox(row: Row[Any]) -> Mailbox:
    return Mailbox(**row._mapping)
