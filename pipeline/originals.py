"""Find the bytes of a filed document again: its message comes out of the archive and is opened once more.

Attachments are not stored a second time; the message as received is the one original.
"""

from __future__ import annotations

from dataclasses import dataclass

from intake import unpack
from intake.errors import ArchiveError
from parsers import sniff
from pipeline import bodies, containers, rawmail
from pipeline.office import Office
from pipeline.rawmail import RawMail
from pipeline.records import ledger, repairs
from pipeline.records.documents import DocumentRecord
from pipeline.records.session import reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """One file as the sender gave it; ``media_type`` is what the sender declared and must not be believed."""

    name: str
    media_type: str
    content: bytes


def original_of(office: Office, document: DocumentRecord) -> Original | None:
    """Return the file of a document, or None when its message is not in the archive or no longer holds it."""
    mail = _mail(office, document.message_id)
    if mail is None:
        return None
    message = mail.message(office.sandbox)
    files = unpack.unpack(message, limits=mail.limits, opener=containers.opener(office.sandbox)).files
    found = next((file for file in files if file.sha256 == document.filed.sha256), None)
    if found is None and bodies.sha256_of(message) == document.filed.sha256:
        content, media_type = bodies.shown(message)
        return Original(
            name="e-mail.html" if media_type == sniff.HTML else "e-mail.txt", media_type=media_type, content=content
        )
    return Original(name=found.name, media_type=found.media_type, content=found.content) if found else None


def _mail(office: Office, message: int | None) -> RawMail | None:
    """Return what a message is read from, or None when it is not there."""
    if message is None:
        return None
    with reading(office.engine) as tx:
        line = ledger.message_by_id(tx, message)
        repair = repairs.in_force(tx, message)
    if line is None:
        return None
    try:
        return rawmail.of_bytes(office.archive, repair, line.sha256)
    except ArchiveError:
        return None


def raw_message(office: Office, message: int | None) -> bytes | None:
    """Return a message exactly as received, or None when it is not there."""
    if message is None:
        return None
    with reading(office.engine) as tx:
        line = ledger.message_by_id(tx, message)
    if line is None:
        return None
    try:
        return office.archive.get(line.sha256)
    except ArchiveError:
        return None
