"""Archives other than zip, by libarchive: 7z, rar, tar, cab, and single files packed by gzip, bzip2 or xz."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import Any, Final

from parsers.packing import Opened, Packed, Room

#: A page of blanks packs a thousandfold: below this size no ratio is held against an archive.
_RATIO_FREE: Final = 16 * 1024 * 1024
_BLOCK: Final = 65_536
_LIBRARY: Final = "libarchive.so.13"
#: What packs one file without its name: gzip, bzip2, xz.
_SINGLE: Final = (b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00")
_LOCKED: Final = ("passphrase", "encrypt", "password")


def unpack(data: bytes, room: Room) -> Opened:
    """Return the files of an archive. ``reason`` is ``locked``, ``archive_damaged`` or ``unsupported``."""
    # Its binding looks for the library by starting programs, which a confined process may not.
    os.environ.setdefault("LIBARCHIVE", _LIBRARY)
    try:
        import libarchive  # type: ignore[import-untyped]
    except (ImportError, OSError, TypeError, AttributeError):
        # The binding fails in several ways where the library itself is not installed.
        return Opened(reason="unsupported")
    files: list[Packed] = []
    form = "raw" if data.startswith(_SINGLE) and not _holds_tar(libarchive, data) else "all"
    try:
        with libarchive.memory_reader(data, format_name=form) as archive:
            files.extend(_taken(archive, room, len(data)))
    except libarchive.ArchiveError as error:
        words = str(error).lower()
        reason = "locked" if any(word in words for word in _LOCKED) else "archive_damaged"
        return Opened(files=tuple(files), reason=reason)
    return Opened(files=tuple(files))


def _holds_tar(libarchive: Any, data: bytes) -> bool:
    """Tell whether what is packed as one file is an archive itself."""
    try:
        with libarchive.memory_reader(data) as archive:
            return any(True for _ in archive)
    except libarchive.ArchiveError:
        return False


def _taken(archive: Any, room: Room, packed: int) -> Iterator[Packed]:
    ratio = max(_RATIO_FREE, packed * room.ratio)
    left, over = min((ratio, "unpack_ratio"), (room.total_bytes, "total_too_large"))
    for number, entry in enumerate(archive):
        if number >= room.entries:
            yield Packed(path="(rest)", trouble="too_many_files")
            return
        path = _name(entry.pathname) or f"unnamed-{number + 1}"
        if stat.S_ISDIR(entry.mode) or entry.isdir:
            continue
        if entry.issym or entry.islnk:
            yield Packed(path=path, trouble="symlink")
            continue
        content = _content(entry, min(room.file_bytes, left))
        if content is None:
            trouble = over if left < room.file_bytes else "too_large"
            yield Packed(path=path, trouble=trouble)
            if left < room.file_bytes:
                return
            continue
        left -= len(content)
        yield Packed(path=path, content=content)


def _name(told: str | bytes | None) -> str:
    """Return a path as text; one written in no Unicode comes as bytes, mostly from a Windows machine."""
    return told.decode("cp1252", "replace") if isinstance(told, bytes) else told or ""


def _content(entry: Any, most: int) -> bytes | None:
    """Return an entry's bytes, or None once there are more than allowed; what it says of its size is not believed."""
    parts: list[bytes] = []
    size = 0
    for block in entry.get_blocks(_BLOCK):
        size += len(block)
        if size > most:
            return None
        parts.append(bytes(block))
    return b"".join(parts)
