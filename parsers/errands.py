"""What a sandbox is asked to do: one file with its request, what is refused at once, and what a second engine may."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from parsers import registry
from parsers.document import Defect, ParsedDocument
from parsers.limits import MIB, REASONS, SCAN, Limits
from parsers.sniff import CSV, TEXT, sniff
from parsers.verdict import Settled
from parsers.wire import Request

File: TypeAlias = tuple[bytes, str, str | None]
"""Content, name, and the media type the sender declares."""

_NAME = 255
_SPARE_SHARE = 3
"""The second engine gets a third of the time, so that one file never takes more than 4/3 of its limit."""
_MOST_FILES = 16
_MOST_BYTES = 32 * MIB
"""How much one process is handed, so that neither the request nor the memory file grows with the message."""


@dataclass(frozen=True, slots=True, eq=False)
class Errand:
    """One file and what is wanted of it; ``refused`` (a reason and a detail) where no process need look at it."""

    content: bytes
    request: Request
    refused: tuple[str, str] | None = None

    def spare(self, reader: str) -> Errand:
        """Return the same errand for another engine, in less time."""
        limits = self.request.limits
        shorter = replace(
            limits,
            wall_seconds=max(1.0, limits.wall_seconds / _SPARE_SHARE),
            cpu_seconds=max(1, limits.cpu_seconds // _SPARE_SHARE),
        )
        return Errand(self.content, replace(self.request, reader=reader, limits=shorter))

    def scan(self, page: int) -> Errand:
        """Return the errand of reading one page (1-based) of the same file by its looks."""
        given = self.request.limits
        limits = replace(SCAN, pixels=given.pixels, page_points=given.page_points)
        return Errand(
            self.content, replace(self.request, action="scan", reader=registry.SCANNER, page=page, limits=limits)
        )

    def refuse(self, reason: str) -> Errand:
        """Return the errand with the reason why nobody need look at the file."""
        return replace(self, refused=(reason, ""))

    def signed(self, document: ParsedDocument) -> ParsedDocument:
        """Put on a document what no reading process is believed about: the file's hash and kind."""
        digest = hashlib.sha256(self.content).hexdigest()
        return replace(document, sha256=digest, media_type=self.request.media_type)


def errand(content: bytes, name: str, declared: str | None, limits: Limits) -> Errand:
    """Find out what a file is and which engine reads it first."""
    media_type = sniff(content[: limits.input], name)
    if media_type == TEXT and declared in (CSV, "text/tab-separated-values"):
        media_type = CSV
    # A name may hold halves of characters, which cannot be written down.
    plain = name[:_NAME].encode("utf-8", "replace").decode()
    reader = registry.READERS.get(media_type, ("",))[0]
    request = Request(action="read", size=len(content), reader=reader, media_type=media_type, name=plain, limits=limits)
    return Errand(content, request, _refusal(content, media_type, limits))


def together(waiting: Sequence[Errand]) -> Sequence[Errand]:
    """Return the first errands, one at least, that one process is handed."""
    size = 0
    for position, each in enumerate(waiting[:_MOST_FILES]):
        size += len(each.content)
        if position and size > _MOST_BYTES:
            return waiting[:position]
    return waiting[:_MOST_FILES]


def answered(told: Settled[ParsedDocument]) -> ParsedDocument:
    """Return the document, or one that says why there is none, with the seconds it took."""
    document = unreadable(told.answer) if isinstance(told.answer, str) else told.answer
    return replace(document, seconds=round(told.seconds, 4))


def unreadable(reason: str, detail: str = "") -> ParsedDocument:
    """Return a document of which nothing was read."""
    defect = Defect(reason=reason, detail=detail or REASONS[reason])
    return ParsedDocument(sha256="", media_type="", status="unreadable", reason=reason, defects=(defect,))


def second_choice(first: ParsedDocument, spare: ParsedDocument) -> ParsedDocument:
    """Return what a spare engine saved: partial, with the first engine's reason."""
    return replace(
        spare,
        status="partial",
        reason=first.reason,
        defects=(*first.defects, *spare.defects),
        seconds=round(first.seconds + spare.seconds, 4),
    )


def _refusal(content: bytes, media_type: str, limits: Limits) -> tuple[str, str] | None:
    if len(content) > limits.input:
        return "too_large", f"{len(content):,} bytes"
    if media_type in registry.READERS:
        return None
    return registry.REFUSED.get(media_type, ("unsupported", ""))
