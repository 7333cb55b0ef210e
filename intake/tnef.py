"""Files inside winmail.dat, the wrapping Outlook puts around attachments for other Outlooks (MS-OXTNEF).

Only attachments are taken out: title or long file name, and content. The stream is walked once by its length fields.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

SIGNATURE: Final = b"\x78\x9f\x3e\x22"
_ATTRIBUTE: Final = struct.Struct("<BII")
_BEGIN_ATTACHMENT: Final = 0x00069002
_TITLE: Final = 0x00018010
_DATA: Final = 0x0006800F
_PROPERTIES: Final = 0x00069005
_LONG_NAME: Final = 0x3707
_DATA_OBJECT: Final = 0x3701
#: Bytes of fixed MAPI values, padded to four as they stand in the stream (MS-OXCDATA 2.11.1).
_FIXED: Final = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE: Final = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_MANY: Final = 0x1000
_ATTRIBUTES: Final = 20_000
_VALUES: Final = 2_000


@dataclass(slots=True)
class _Attachment:
    name: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Opened:
    """What a winmail.dat gave; ``damaged`` when the stream ended or broke before its end."""

    files: list[tuple[str, bytes]] = field(default_factory=list)
    damaged: bool = False


def is_tnef(content: bytes) -> bool:
    """Tell whether the bytes begin like a TNEF stream."""
    return content.startswith(SIGNATURE)


def read(content: bytes) -> Opened:
    """Return the attached files with their names; what stands before a damage is kept. Never raises."""
    found: list[_Attachment] = []
    opened = Opened()
    try:
        for tag, value in _attributes(content):
            if tag == _BEGIN_ATTACHMENT:
                found.append(_Attachment())
            elif found:
                _apply(found[-1], tag, value)
    except (struct.error, _BrokenStreamError):
        opened.damaged = True
    opened.files = [(one.name or "attachment.bin", one.data) for one in found if one.data]
    return opened


class _BrokenStreamError(Exception):
    """The stream's length fields do not fit its bytes."""


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    for _ in range(_ATTRIBUTES):
        if at >= len(content):
            return
        _, tag, size = _ATTRIBUTE.unpack_from(content, at)
        at += _ATTRIBUTE.size
        if at + size > len(content):
            raise _BrokenStreamError
        yield tag, content[at : at + size]
        at += size + 2


def _apply(attachment: _Attachment, tag: int, value: bytes) -> None:
    if tag == _TITLE and not attachment.name:
        attachment.name = value.partition(b"\0")[0].decode("cp1252", "replace")
    elif tag == _DATA:
        attachment.data = value
    elif tag == _PROPERTIES:
        for prop, kind, raw in _properties(value):
            if prop == _LONG_NAME:
                codec = "utf-16-le" if kind == 0x1F else "cp1252"
                attachment.name = raw.decode(codec, "replace").partition("\0")[0] or attachment.name
            elif prop == _DATA_OBJECT and raw[16:20] == SIGNATURE:
                attachment.data = raw[16:]  # an embedded Outlook message: sixteen bytes of interface id, then TNEF


def _properties(value: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield id, type and bytes of each MAPI property."""
    (count,) = struct.unpack_from("<I", value, 0)
    at = 4
    for _ in range(min(count, _VALUES)):
        kind, prop = struct.unpack_from("<HH", value, at)
        at += 4
        if prop >= 0x8000:
            at = _behind_name(value, at)
        many, base = kind & _MANY, kind & ~_MANY
        counted = bool(many) or base in _VARIABLE
        values = 1
        if counted:
            (values,) = struct.unpack_from("<I", value, at)
            at += 4
        for _ in range(min(values, _VALUES)):
            raw, at = _one(value, at, base)
            yield prop, base, raw


def _behind_name(value: bytes, at: int) -> int:
    """Return the offset behind a named property's name: a GUID, then a number or a padded string."""
    kind, size = struct.unpack_from("<II", value, at + 16)
    return at + 24 + (int(size) + (-int(size) % 4) if kind else 0)


def _one(value: bytes, at: int, base: int) -> tuple[bytes, int]:
    if at > len(value):
        raise _BrokenStreamError
    if base in _FIXED:
        return value[at : at + _FIXED[base]], at + _FIXED[base]
    if base not in _VARIABLE:
        raise _BrokenStreamError
    (size,) = struct.unpack_from("<I", value, at)
    if at + 4 + size > len(value):
        raise _BrokenStreamError
    return value[at + 4 : at + 4 + size], at + 4 + size + (-size % 4)
