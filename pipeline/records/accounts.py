"""Insureds across their submissions: found by FEIN or normalised name, merged and kept apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, Select, bindparam, func, insert, or_, select, update

from pipeline.records.models import AccountRow, AliasRow
from pipeline.records.models.columns import table
from pipeline.records.session import RecordsError, Transaction
from pipeline.records.upsert import insert_unless_known

_accounts = table(AccountRow)
_aliases = table(AliasRow)


# Put together once: building a statement costs more than running it.
_ALL: Select[Any] = select(_accounts).order_by(_accounts.c.id)
_BY_ID = _ALL.where(_accounts.c.id == bindparam("account"))
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_LIKE = _ALL.where(
    or_(
        _accounts.c.fein_hash == bindparam("hash"),
        _accounts.c.name_key.in_(_KEYS),
        _accounts.c.id.in_(select(_aliases.c.account_id).where(_aliases.c.name_key.in_(_KEYS))),
    ),
    _accounts.c.merged_into_id.is_(None),
)
_CREATE = insert(_accounts).returning(_accounts.c.id)
_ALIASES = (
    select(_aliases.c.account_id, _aliases.c.name, _aliases.c.name_key)
    .where(_aliases.c.account_id.in_(bindparam("accounts", expanding=True)))
    .order_by(_aliases.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDetails:
    """What is known of an insured. ``name_key`` is the normalised name, ``fein`` nine digits or None."""

    name: str
    name_key: str
    dba: str | None = None
    entity_type: str | None = None
    fein: str | None = None
    naics: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One insured with the other names it goes by; ``merged_into`` names the account that took its place."""

    id: int
    details: AccountDetails
    aliases: tuple[str, ...]
    alias_keys: tuple[str, ...]
    merged_into: int | None
    created_at: datetime
    updated_at: datetime


def fein_hash(fein: str) -> str:
    """Return the key under which a nine-digit FEIN is looked up."""
    return hashlib.sha256(b"fein:" + fein.encode()).hexdigest()


def create_account(tx: Transaction, details: AccountDetails, *, at: datetime) -> int:
    """Create an account and return its id. Hold ``filing_lock`` from matching on."""
    row = {**_values(details), "created_at": at, "updated_at": at}
    return int(tx.execute(_CREATE, row).scalar_one())


def complete_account(tx: Transaction, account: int, details: AccountDetails, *, at: datetime) -> None:
    """Fill in what was not known of an account; what is known stays, another name becomes an alias."""
    known = account_by_id(tx, account)
    if known is None:
        raise RecordsError(f"there is no account {account}")
    given = {name: value for name, value in _values(details).items() if value is not None}
    missing = {name: func.coalesce(_accounts.c[name], value) for name, value in given.items()}
    tx.execute(update(_accounts).where(_accounts.c.id == account).values({**missing, "updated_at": at}))
    if details.name_key and details.name_key != known.details.name_key:
        add_alias(tx, account, details.name, details.name_key)


def add_alias(tx: Transaction, account: int, name: str, name_key: str, kind: str = "alias") -> None:
    """Add another name of an account: ``alias``, ``dba`` or ``former``."""
    row = {"account_id": account, "name": name, "name_key": name_key, "kind": kind}
    insert_unless_known(tx, _aliases, row)


def account_by_id(tx: Transaction, account: int) -> Account | None:
    """Return one account."""
    return next(iter(_load(tx, _BY_ID, {"account": account})), None)


def accounts_like(tx: Transaction, *, fein: str | None, name_keys: Iterable[str]) -> tuple[Account, ...]:
    """Return the accounts with that FEIN or one of those normalised names, aliases counted; merged ones left out."""
    keys = tuple(name_keys)
    if not keys and not fein:
        return ()
    return _load(tx, _LIKE, {"keys": keys, "hash": fein_hash(fein) if fein else ""})


def merge_account(tx: Transaction, account: int, into: int | None, *, at: datetime) -> None:
    """Say that an account is really another one, or with None that it stands for itself again.

    Submissions keep the account they were filed under, so that a merge can be taken back.
    """
    if into == account:
        raise RecordsError("an account cannot be merged into itself")
    tx.execute(update(_accounts).where(_accounts.c.id == account).values(merged_into_id=into, updated_at=at))


def account_family(tx: Transaction, account: int) -> tuple[int, ...]:
    """Return the account and those merged into it."""
    members = or_(_accounts.c.id == account, _accounts.c.merged_into_id == account)
    return tuple(tx.execute(select(_accounts.c.id).where(members).order_by(_accounts.c.id)).scalars())


def _values(details: AccountDetails) -> dict[str, Any]:
    values = {name: getattr(details, name) for name in AccountDetails.__slots__}
    return {**values, "fein_hash": fein_hash(details.fein) if details.fein else None}


def _load(tx: Transaction, query: Select[Any], asked: Mapping[str, Any]) -> tuple[Account, ...]:
    rows = tx.execute(query, dict(asked)).all()
    if not rows:
        return ()
    aliases: dict[int, list[tuple[str, str]]] = {row.id: [] for row in rows}
    for account, name, key in tx.execute(_ALIASES, {"accounts": tuple(aliases)}):
        aliases[account].append((name, key))
    return tuple(_account(row, aliases[row.id]) for row in rows)


def _account(row: Row[Any], aliases: list[tuple[str, str]]) -> Account:
    return Account(
        id=row.id,
        details=AccountDetails(**{name: row._mapping[name] for name in AccountDetails.__slots__}),
        aliases=tuple(name for name, _ in aliases),
        alias_keys=tuple(key for _, key in aliases),
        merged_into=row.merged_into_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
