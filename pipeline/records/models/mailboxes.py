"""The mailboxes that are watched, how far each folder is read, what is left to mark there, and their tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.records.models.columns import Id, Row, Strange, points_to


class MailboxRow(Row):
    """One mailbox. The lease lets one watcher at a time speak to it; ``trouble`` is what stands in the way now."""

    __tablename__ = "mailboxes"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    contact_at: Mapped[datetime | None]
    trouble: Mapped[Strange | None]
    trouble_kind: Mapped[str | None]
    trouble_since: Mapped[datetime | None]


class MailboxFolderRow(Row):
    """How far one folder is read: every UID up to ``last_uid`` of this ``uid_validity`` is on the ledger or ignored."""

    __tablename__ = "mailbox_folders"
    __table_args__ = (UniqueConstraint("mailbox_id", "name"),)

    id: Mapped[Id]
    mailbox_id: Mapped[int] = points_to("mailboxes.id", index=False)
    name: Mapped[Strange]
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    modseq: Mapped[int | None] = mapped_column(BigInteger)
    reconciled_at: Mapped[datetime | None]


class MailboxMarkRow(Row):
    """A message that is ours since a commit and is still to be flagged or moved in its folder."""

    __tablename__ = "mailbox_marks"

    folder_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uid: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class MailboxTokenRow(Row):
    """The newest refresh token a provider gave for a mailbox, sealed; it is kept before it is used."""

    __tablename__ = "mailbox_tokens"

    mailbox: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[str]
    stored_at: Mapped[datetime]
