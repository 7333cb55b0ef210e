"""Take a message in that is larger than a process should hold: its structure whole, parts beyond measure cut out.

The bytes come in pieces and are held only as far as they are kept. They are looked at as stretches between lines that
begin with two dashes, as every boundary does and no line of base64: a stretch that grows too long keeps its beginning,
which holds the headers of the part, and loses the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

WHOLE_BYTES: Final = 64 * 1024 * 1024
"""Messages up to this size are held whole; above what any large mail service lets through."""
PART_BYTES: Final = 64 * 1024 * 1024
TOTAL_BYTES: Final = 64 * 1024 * 1024
_HEAD_BYTES: Final = 64 * 1024
_SPARE_BYTES: Final = 8 * 1024 * 1024
_STRETCHES: Final = 100_000
"""Far more lines of dashes than honest mail has; whoever writes more writes them to waste our time."""
_MARK: Final = b"\n--"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slim:
    """What is left of a message, and the offsets in it where something was cut out."""

    raw: bytes
    cut: tuple[int, ...]


def slimmed(pieces: Iterable[bytes], *, part_bytes: int = PART_BYTES, total_bytes: int = TOTAL_BYTES) -> Slim:
    """Return a message without the bodies of parts longer than ``part_bytes``, in all hardly more than ``total_bytes``.

    The pieces are read to their end, whatever is kept of them.
    """
    stretch = _Stretches(part_bytes, total_bytes)
    rest = b""
    for piece in pieces:
        if stretch.full:
            continue
        text = rest + piece if rest else piece
        start = 0
        while not stretch.full and (at := text.find(_MARK, start)) >= 0:
            stretch.add(text[start : at + 1])
            stretch.begin()
            start = at + 1
        # What may be the beginning of a boundary line waits for the next piece.
        held = max(start, len(text) - len(_MARK) + 1)
        stretch.add(text[start:held])
        rest = text[held:]
    stretch.add(rest)
    return Slim(raw=bytes(stretch.kept), cut=tuple(stretch.cut))


class _Stretches:
    """Keeps stretches one behind the other; each starts with room of its own."""

    def __init__(self, part_bytes: int, total_bytes: int) -> None:
        self.kept = bytearray()
        self.cut: list[int] = []
        self._part_bytes = part_bytes
        self._total_bytes = total_bytes
        self._start = 0
        self._dropping = False
        self._count = 0

    @property
    def full(self) -> bool:
        """Return whether nothing more is kept of this message, whatever comes."""
        return self._count > _STRETCHES or len(self.kept) > self._total_bytes + _SPARE_BYTES

    def begin(self) -> None:
        """Begin the next stretch; one too many is the last."""
        self._count += 1
        if self.full and not self._dropping:
            self.cut.append(len(self.kept))
        self._start, self._dropping = len(self.kept), self.full

    def add(self, piece: bytes) -> None:
        """Keep more of the stretch, or cut it where it is too long or the message has had its share."""
        if self._dropping or not piece:
            return
        size = len(self.kept) - self._start + len(piece)
        room = self._part_bytes if len(self.kept) + len(piece) <= self._total_bytes else _HEAD_BYTES
        if size <= room:
            self.kept += piece
            return
        del self.kept[self._start + _HEAD_BYTES :]
        self.kept += piece[: max(0, self._start + _HEAD_BYTES - len(self.kept))]
        self.cut.append(len(self.kept))
        self.kept += b"\r\n"
        self._dropping = True
