"""How much one message may ask for, and the meter that runs along while it is read.

The figures stand against measured attacks on mail readers (100,000 parts, 1 MB of headers, 20,000 recipients) and above
everything honest agencies send.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from intake.message import Defect

#: More notes than this say nothing new about a message.
DEFECTS_KEPT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Limits for one message: counts, bytes, and characters of body text."""

    message_bytes: int = 250 * 1024 * 1024
    parts: int = 500
    depth: int = 20
    header_bytes: int = 256 * 1024
    decoded_bytes: int = 150 * 1024 * 1024
    text_chars: int = 2_000_000
    recipients: int = 1_000


#: What applies when the caller names no limits.
DEFAULT_BUDGET: Final = Budget()


@dataclass(slots=True)
class Meter:
    """What reading one message has used so far, and the defects met."""

    budget: Budget
    parts: int = 0
    header_bytes: int = 0
    decoded_bytes: int = 0
    defects: list[Defect] = field(default_factory=list)
    cut: tuple[int, ...] = ()
    """Where parts too large to be held were cut out of the bytes that are read."""

    def note(self, reason: str, detail: str = "", where: str = "") -> None:
        """Record a defect once; the same defect at the same place is not repeated."""
        defect = Defect(reason=reason, detail=detail[:200], where=where[:200])
        if len(self.defects) < DEFECTS_KEPT and defect not in self.defects:
            self.defects.append(defect)

    def take_part(self) -> bool:
        """Count one part; False when the message may have no more."""
        if self.parts >= self.budget.parts:
            return False
        self.parts += 1
        return True

    def take_header(self, size: int) -> bool:
        """Count header bytes; False (and nothing counted) when they do not fit any more."""
        if self.header_bytes + size > self.budget.header_bytes:
            return False
        self.header_bytes += size
        return True

    def take_decoded(self, size: int) -> bool:
        """Count decoded bytes; False (and nothing counted) when they do not fit any more."""
        if self.decoded_bytes + size > self.budget.decoded_bytes:
            return False
        self.decoded_bytes += size
        return True
