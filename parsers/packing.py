"""What comes out of a container: the files in it, each with its bytes or the reason why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Container = Literal["archive", "outlook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much a container may give: files, bytes of one, bytes of all, and bytes given per byte packed."""

    entries: int
    file_bytes: int
    total_bytes: int
    ratio: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One file inside: its path there, and its bytes, or why it was not taken out."""

    path: str
    content: bytes = b""
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """All that came out; ``reason`` when the container could not be opened, or not to its end."""

    files: tuple[Packed, ...] = ()
    reason: str | None = None
