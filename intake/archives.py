"""Files inside a zip, under limits counted on bytes produced, never on what the archive says about itself.

The standard library reads overlapping entries (a 241 KB archive gave 5,000 MiB) and believes declared sizes; here the
entries must lie one behind the other, and each is inflated by hand up to the limit that is left.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from intake import names
from intake.ledger import Limits

#: Small files may grow beyond the ratio: a page of blanks packs a thousandfold.
RATIO_FREE_BYTES: Final = 16 * 1024 * 1024
_ENTRY_MARK: Final = b"PK\x01\x02"
_LOCAL_MARK: Final = b"PK\x03\x04"
_LOCAL: Final = struct.Struct("<4s22xHH")
#: An entry of this name makes a zip a document of its own: Office, OpenDocument, e-book.
_DOCUMENT_MARKS: Final = frozenset({"[Content_Types].xml", "mimetype", "word/document.xml", "xl/workbook.xml"})
_ENCRYPTED: Final = 0x1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of an archive: its path inside, and its bytes or the reason why there are none."""

    path: str
    content: bytes = b""
    reason: str = ""


@dataclass(slots=True)
class Quota:
    """How many bytes opening may still produce in this message."""

    left: int

    def take(self, size: int) -> None:
        """Count bytes produced."""
        self.left -= size


@dataclass(frozen=True, slots=True, kw_only=True)
class _Extent:
    info: zipfile.ZipInfo
    start: int
    end: int


def is_zip(content: bytes) -> bool:
    """Tell whether the bytes begin like a zip archive, an Office document included."""
    return content.startswith((_LOCAL_MARK, b"PK\x05\x06"))


def is_document(content: bytes) -> bool:
    """Tell whether a zip is one document (docx, xlsx, odt, epub) and therefore no archive to open."""
    directory = _directory(content)
    return directory is not None and any(info.filename in _DOCUMENT_MARKS for info in directory[0][:200])


def read(content: bytes, limits: Limits, quota: Quota) -> list[Entry] | str:
    """Return the files of an archive, each with bytes or a reason; or one reason when it is refused as a whole."""
    # Counting marks first is one search; the standard library would build an object for each of a million entries.
    if content.count(_ENTRY_MARK) > limits.entries * 2:
        return "too_many_files"
    directory = _directory(content)
    if directory is None:
        return "archive_damaged"
    infos, end = directory
    if len(infos) > limits.entries:
        return "too_many_files"
    extents = _extents(content, infos, end)
    if isinstance(extents, str):
        return extents
    return list(_entries(content, extents, limits, quota))


def _directory(content: bytes) -> tuple[list[zipfile.ZipInfo], int] | None:
    """Return the entries as the directory lists them, and where the directory begins."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist(), archive.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError, OverflowError, EOFError):
        return None


def _extents(content: bytes, infos: list[zipfile.ZipInfo], end: int) -> list[_Extent] | str:
    """Return where each entry's packed bytes lie, in directory order; a reason when they lie on one another."""
    extents = []
    for info in infos:
        local = content[info.header_offset : info.header_offset + 30]
        if len(local) < 30 or not local.startswith(_LOCAL_MARK):
            return "archive_damaged"
        _, name_size, extra_size = _LOCAL.unpack(local)
        start = info.header_offset + 30 + name_size + extra_size
        extents.append(_Extent(info=info, start=start, end=start + info.compress_size))
    ordered = sorted(extents, key=lambda extent: extent.info.header_offset)
    followers = [extent.info.header_offset for extent in ordered[1:]] + [end]
    if any(extent.end > follower for extent, follower in zip(ordered, followers, strict=True)):
        return "archive_overlap"
    return extents


def _entries(content: bytes, extents: list[_Extent], limits: Limits, quota: Quota) -> Iterator[Entry]:
    for extent in extents:
        info = extent.info
        if info.is_dir() and not info.compress_size:
            continue
        path = names.shown_path(info.filename) or "unnamed"
        reason = _refusal(info)
        if reason:
            yield Entry(path=path, reason=reason)
            continue
        result = _inflate(content, extent, limits, quota)
        if isinstance(result, str):
            yield Entry(path=path, reason=result)
        else:
            quota.take(len(result))
            yield Entry(path=path, content=result)


def _refusal(info: zipfile.ZipInfo) -> str:
    if stat.S_ISLNK(info.external_attr >> 16):
        return "symlink"
    if info.flag_bits & _ENCRYPTED:
        return "locked"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "compression_unknown"
    return ""


def _inflate(content: bytes, extent: _Extent, limits: Limits, quota: Quota) -> bytes | str:
    """Return the unpacked bytes, or the reason why not; never produces more than the smallest limit left."""
    packed = extent.end - extent.start
    caps = {
        "unpack_ratio": max(RATIO_FREE_BYTES, packed * limits.ratio),
        "too_large": limits.file_bytes,
        "total_too_large": max(0, quota.left),
    }
    cap = min(caps.values())
    data = memoryview(content)[extent.start : extent.end]
    if extent.info.compress_type == zipfile.ZIP_STORED:
        produced, whole = bytes(data[: cap + 1]), True
    else:
        engine = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            produced = engine.decompress(data, cap + 1)
        except zlib.error:
            return "entry_damaged"
        whole = engine.eof
    if len(produced) > cap:
        quota.take(cap if cap < caps["total_too_large"] else 0)
        return next(reason for reason, size in caps.items() if size == cap)
    return produced if whole and zlib.crc32(produced) == extent.info.CRC else "entry_damaged"
