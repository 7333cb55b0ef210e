"""Portal links and web sessions. Callers hold tokens; only their sha256 is looked up and kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, insert, or_, select, update

from pipeline.records.models import LinkRow, PersonRow, WebSessionRow
from pipeline.records.models.columns import table
from pipeline.records.session import Transaction

_links = table(LinkRow)
_sessions = table(WebSessionRow)
_people = table(PersonRow)

_CREATE_LINK = insert(_links).returning(_links.c.id)
_LINKS_OF = select(_links).where(_links.c.submission_id == bindparam("submission")).order_by(_links.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link mailed out for one submission; ``revision`` is the checklist it went out with."""

    id: int
    submission_id: int
    person_id: int | None
    revision: int | None
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    opens: int
    revoked_at: datetime | None

    def valid(self, now: datetime) -> bool:
        """Return whether the link still opens."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSession:
    """A browser session: of a member of staff (``person_id``) or of whoever opened a link (``link_id``)."""

    id: int
    csrf_secret: str
    person_id: int | None
    link_id: int | None
    level: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def token_hash(token: str) -> str:
    """Return what is kept of a token. Tokens are 256 random bits, so that a plain sha256 cannot be reversed."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_link(
    tx: Transaction,
    token: str,
    *,
    submission_id: int,
    expires_at: datetime,
    at: datetime,
    person_id: int | None = None,
    revision: int | None = None,
) -> int:
    """Keep a new link by the hash of its token and return its id."""
    row = {
        "token_sha256": token_hash(token),
        "submission_id": submission_id,
        "person_id": person_id,
        "revision": revision,
        "created_at": at,
        "expires_at": expires_at,
        "opens": 0,
    }
    return int(tx.execute(_CREATE_LINK, row).scalar_one())


def link_by_token(tx: Transaction, token: str) -> Link | None:
    """Return the link of a token, valid or not."""
    return _link(tx, _links.c.token_sha256 == token_hash(token))


def link_by_id(tx: Transaction, link: int) -> Link | None:
    """Return one link."""
    return _link(tx, _links.c.id == link)


def links_of(tx: Transaction, submission: int) -> tuple[Link, ...]:
    """Return every link of a submission, oldest first."""
    return tuple(_as_link(row) for row in tx.execute(_LINKS_OF, {"submission": submission}))


def open_link(tx: Transaction, link: int, *, at: datetime) -> None:
    """Note that a link was opened; the first time is kept."""
    values = {"opened_at": func.coalesce(_links.c.opened_at, at), "opens": _links.c.opens + 1}
    tx.execute(update(_links).where(_links.c.id == link).values(values))


def revoke_links(tx: Transaction, submission: int, *, at: datetime) -> None:
    """Revoke every link of a submission and the sessions opened with them."""
    mine = and_(_links.c.submission_id == submission, _links.c.revoked_at.is_(None))
    tx.execute(update(_links).where(mine).values(revoked_at=at))
    opened = select(_links.c.id).where(_links.c.submission_id == submission)
    tx.execute(update(_sessions).where(_sessions.c.link_id.in_(opened)).values(revoked_at=at))


def create_session(
    tx: Transaction,
    token: str,
    *,
    csrf_secret: str,
    level: str,
    expires_at: datetime,
    at: datetime,
    person_id: int | None = None,
    link_id: int | None = None,
) -> int:
    """Keep a new session by the hash of its token and return its id; it belongs to a person or to a link."""
    row = {
        "token_sha256": token_hash(token),
        "csrf_secret": csrf_secret,
        "level": level,
        "person_id": person_id,
        "link_id": link_id,
        "created_at": at,
        "seen_at": at,
        "expires_at": expires_at,
    }
    return int(tx.execute(insert(_sessions).values(row).returning(_sessions.c.id)).scalar_one())


def session_by_token(tx: Transaction, token: str, *, now: datetime) -> WebSession | None:
    """Return the session of a token while it, its link and its person are good, otherwise None."""
    columns = [_sessions.c[name] for name in WebSession.__slots__]
    link_good = and_(_links.c.revoked_at.is_(None), _links.c.expires_at > now)
    with_links = _sessions.outerjoin(_links, _links.c.id == _sessions.c.link_id)
    joined = with_links.outerjoin(_people, _people.c.id == _sessions.c.person_id)
    query = (
        select(*columns)
        .select_from(joined)
        .where(_sessions.c.token_sha256 == token_hash(token))
        .where(_sessions.c.revoked_at.is_(None), _sessions.c.expires_at > now)
        .where(or_(_sessions.c.link_id.is_(None), link_good))
        .where(or_(_sessions.c.person_id.is_(None), _people.c.active))
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else WebSession(**row._mapping)


def revoke_session(tx: Transaction, session: int, *, at: datetime) -> None:
    """End a session at once."""
    tx.execute(update(_sessions).where(_sessions.c.id == session).values(revoked_at=at))


def revoke_sessions_of(tx: Transaction, person: int, *, at: datetime) -> None:
    """End every session of a person at once."""
    tx.execute(update(_sessions).where(_sessions.c.person_id == person).values(revoked_at=at))


def _link(tx: Transaction, where: ColumnElement[bool]) -> Link | None:
    row = tx.execute(select(_links).where(where)).one_or_none()
    return None if row is None else _as_link(row)


def _as_link(row: Row[Any]) -> Link:
    return Link(**{name: row._mapping[name] for name in Link.__slots__})
