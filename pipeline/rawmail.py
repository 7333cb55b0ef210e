"""The bytes a message is read from: as received or as somebody mended them; the largest without their largest parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake import mime, oversize, repairs
from intake.archive import Archive
from intake.budget import DEFAULT_BUDGET, Budget
from intake.ledger import DEFAULT_LIMITS, Limits
from intake.message import InboundMessage
from pipeline import containers
from pipeline.containers import Unpacker

if TYPE_CHECKING:
    from pipeline.records.repairs import Repair

WIDE_LIMITS = Limits(depth=8, files=5_000, entries=10_000, total_bytes=400 * 1024 * 1024)
"""How far the attachments of a message are opened that a person gave more room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """Bytes to read, where something was cut out of them, and how much room the reading has."""

    raw: bytes
    cut: tuple[int, ...] = ()
    budget: Budget = DEFAULT_BUDGET
    limits: Limits = DEFAULT_LIMITS

    def message(self, unpacker: Unpacker) -> InboundMessage:
        """Return the message; of a file that Outlook saved, the mail inside."""
        inner = containers.mail_of(self.raw, unpacker)
        return mime.parse(inner, budget=self.budget, cut=self.cut if inner is self.raw else ())


def of_bytes(archive: Archive, repair: Repair | None, sha256: str) -> RawMail:
    """Return what is read under that hash, or instead of it by a repair. Raises ArchiveError when it is not there."""
    name = repair.sha256 if repair else sha256
    wide = bool(repair and repair.widened)
    budget = repairs.WIDE_BUDGET if wide else DEFAULT_BUDGET
    limits = WIDE_LIMITS if wide else DEFAULT_LIMITS
    if archive.size(name) <= oversize.WHOLE_BYTES:
        return RawMail(raw=archive.get(name), budget=budget, limits=limits)
    slim = oversize.slimmed(archive.parts(name))
    return RawMail(raw=slim.raw, cut=slim.cut, budget=budget, limits=limits)
