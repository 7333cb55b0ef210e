"""The account of a message's attachments: every one that came in ends as exactly one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from intake.message import Attachment, InboundMessage

Fate = Literal["file", "artefact", "opened", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far attachments are opened: levels, counts, bytes produced, and bytes produced per packed byte."""

    depth: int = 5
    files: int = 500
    entries: int = 2_000
    file_bytes: int = 100 * 1024 * 1024
    total_bytes: int = 200 * 1024 * 1024
    ratio: int = 200


#: What applies when the caller names no limits.
DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """An attachment that is part of the mail and no document; ``kind`` is its kind id, ``why`` the evidence."""

    attachment: Attachment
    kind: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Something that was not opened or not read; ``reason`` is from the closed list, the bytes stay in the raw mail."""

    name: str
    path: tuple[str, ...]
    reason: str
    sha256: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the ledger; ``detail`` is the artefact's kind, the container's kind, or the refusal's reason."""

    path: tuple[str, ...]
    name: str
    fate: Fate
    detail: str = ""
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What a message holds once everything in it is opened.

    ``files`` are the documents to read, ``messages`` the mails found inside (outermost first, the message itself not
    among them), ``ledger`` one line for every attachment at every level in the order they stand.
    """

    files: tuple[Attachment, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    messages: tuple[InboundMessage, ...] = ()
    refused: tuple[Refused, ...] = ()
    ledger: tuple[Line, ...] = ()
