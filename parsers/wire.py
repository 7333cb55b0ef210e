"""What passes between a sandbox, its zygote and a reading process, and how it is written down (MessagePack).

Content goes by memory descriptor, file behind file; answers go by pipe, each after its length. Whatever comes out of a
reading process is decoded into the frozen types, field by field, and refused when it does not fit: nothing it sends is
ever run. Packed words and cells travel packed, page by page.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, Literal

from parsers.limits import Limits
from parsers.packing import Room

Action = Literal["read", "render", "scan", "engine", "unpack", "confinement"]
LENGTH: Final = struct.Struct(">Q")
"""How many bytes the answer has that follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One piece of work: run ``reader``, a module of ``parsers.readers``, over the next ``size`` bytes of content."""

    action: Action
    size: int = 0
    reader: str = ""
    media_type: str = ""
    name: str = ""
    limits: Limits = Limits()
    page: int = 1
    dpi: int = 150
    room: Room | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How a reading process ended: its wait status, its largest resident size in bytes, and its processor seconds."""

    status: int
    peak: int
    cpu: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawn page: PNG bytes, size in pixels, and the page's size in points. On failure no bytes and a ``reason``."""

    png: bytes = b""
    width: int = 0
    height: int = 0
    page_width: float = 0.0
    page_height: float = 0.0
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OcrEngine:
    """Which engine reads scanned pages (``none`` where there is none), and what to install for a better one."""

    name: str
    advice: str = ""
