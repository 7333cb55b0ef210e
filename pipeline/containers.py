"""Containers that strangers packed are opened where strangers' files are read: in a confined process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from intake import names
from intake.archives import Entry, Quota
from intake.ledger import Limits
from intake.reasons import REFUSALS
from intake.unpack import Opener
from parsers.packing import Container, Opened, Room


class Unpacker(Protocol):
    """What opens containers for us; the sandbox in the product."""

    def unpack(self, content: bytes, *, kind: Container, room: Room) -> Opened:
        """Return what came out; never raise for what a container does."""


def opener(unpacker: Unpacker) -> Opener:
    """Return what a message's attachments are opened with."""

    def opened(content: bytes, kind: str, limits: Limits, quota: Quota) -> Iterable[Entry] | str:
        room = Room(
            entries=limits.entries,
            file_bytes=limits.file_bytes,
            total_bytes=max(0, quota.left),
            ratio=limits.ratio,
        )
        told = unpacker.unpack(content, kind="outlook" if kind == "saved_mail" else "archive", room=room)
        if not told.files:
            return _reason(told.reason or "empty")
        return list(_entries(told, quota))

    return opened


def mail_of(raw: bytes, unpacker: Unpacker) -> bytes:
    """Return a message's bytes: those of the mail inside, where the message is a file that Outlook saved."""
    if not raw.startswith(b"\xd0\xcf\x11\xe0"):
        return raw
    limits = Limits()
    room = Room(entries=1, file_bytes=limits.total_bytes, total_bytes=limits.total_bytes, ratio=limits.ratio)
    told = unpacker.unpack(raw, kind="outlook", room=room)
    return told.files[0].content if told.files else raw


def _entries(told: Opened, quota: Quota) -> Iterator[Entry]:
    for file in told.files:
        quota.take(len(file.content))
        yield Entry(path=names.shown_path(file.path) or "unnamed", content=file.content, reason=file.trouble)
    if told.reason:
        yield Entry(path="(rest)", reason=_reason(told.reason))


def _reason(reason: str) -> str:
    if reason == "unsupported":
        return "archive_kind"
    return reason if reason in REFUSALS else "archive_damaged"
