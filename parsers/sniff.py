"""Tell what a file is by its bytes; its name decides only between kinds of plain text.

Container formats are opened: a zip is known by the parts it lists, an OLE2 file by its directory entries. Nothing here
inflates or follows data further than a bounded number of steps, so it may run outside the sandbox.
"""

from __future__ import annotations

import codecs
import re
import struct
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSB: Final = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
ODT: Final = "application/vnd.oasis.opendocument.text"
XLS: Final = "application/vnd.ms-excel"
DOC: Final = "application/msword"
MSG: Final = "application/vnd.ms-outlook"
LOCKED_OFFICE: Final = "application/x-encrypted-office"
OLE: Final = "application/x-ole-storage"
ZIP: Final = "application/zip"
CUT_ZIP: Final = "application/x-cut-zip"
RTF: Final = "application/rtf"
HTML: Final = "text/html"
XML: Final = "application/xml"
SVG: Final = "image/svg+xml"
CSV: Final = "text/csv"
TEXT: Final = "text/plain"
MAIL: Final = "message/rfc822"
EMPTY: Final = "application/x-empty"
POLYGLOT: Final = "application/x-polyglot"
UNKNOWN: Final = "application/octet-stream"

HEAD = 4096
_TEXT_HEAD = 65_536
_NOTHING = b"\0 \t\r\n\f\v\xef\xbb\xbf"
_ZIP_ENTRIES = 2_000
_OLE_SECTORS = 256

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"{\\rtf", RTF),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"MSCF", "application/vnd.ms-cab-compressed"),
    (b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (b"%!PS", "application/postscript"),
    (b"-----BEGIN PGP", "application/pgp-encrypted"),
)
_EXECUTABLE = (b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xcf\xfa\xed\xfe", b"#!")
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|object|embed|style|\?xml|a\s|div|table)", re.I)
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HTML_TAGS = re.compile(rb"<(?:table|div|p|br|span|td|tr|meta|title|font|h[1-6])\b[^<]{0,300}>", re.I)
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]")
_MAIL_HEADERS = re.compile(rb"^(?:from|to|subject|date|message-id|received|mime-version|return-path):", re.I | re.M)
_OLE_ENTRIES: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", LOCKED_OFFICE),
    ("__properties_version1.0", MSG),
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
_ZIP_PARTS: tuple[tuple[str, str], ...] = (
    ("word/document.xml", DOCX),
    ("xl/workbook.bin", XLSB),
    ("xl/workbook.xml", XLSX),
    ("ppt/presentation.xml", PPTX),
)


def sniff(data: bytes, name: str = "") -> str:
    """Name the media type of a file by its content. Never raises.

    ``name`` breaks a tie between CSV and other plain text only. A file that is two things at once (markup before a PDF
    header, a PDF that is also a zip) is ``application/x-polyglot``; programs and what is not known are
    ``application/octet-stream``.
    """
    head = data[:HEAD]
    if not head.strip(_NOTHING) and not data.strip(_NOTHING):
        return EMPTY
    pdf = head[:1024].find(b"%PDF-")
    if pdf >= 0:
        return _pdf(data, head[:pdf])
    return _binary(data, head) or _textual(data, name)


def _pdf(data: bytes, before: bytes) -> str:
    """Accept a PDF header that follows white space or a stray byte, not one that hides behind another format."""
    foreign = _MARKUP.search(before) or before.startswith(_EXECUTABLE) or before[:2] in (b"PK", b"MZ")
    if foreign or _binary(before, before):
        return POLYGLOT
    return POLYGLOT if _ends_as_zip(data) else PDF


def _ends_as_zip(data: bytes) -> bool:
    """A zip is read from its end: an end record whose comment reaches exactly to the last byte makes one."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    return end >= 0 and end + 22 <= len(data) and end + 22 + struct.unpack_from("<H", data, end + 20)[0] == len(data)


def _binary(data: bytes, head: bytes) -> str | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip(data)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(data)
    if head.startswith(_EXECUTABLE) or _windows_program(data):
        return UNKNOWN
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:12] in _HEIC_BRANDS else UNKNOWN
    return next((media for magic, media in _MAGIC if head.startswith(magic) and not _text_bmp(magic, head)), None)


def _text_bmp(magic: bytes, head: bytes) -> bool:
    """``BM`` also begins words: a bitmap has four zero bytes after its length."""
    return magic == b"BM" and head[6:10] != b"\0\0\0\0"


def _windows_program(data: bytes) -> bool:
    if data[:2] != b"MZ" or len(data) < 64:
        return False
    at = struct.unpack_from("<I", data, 60)[0]
    return data[at : at + 2] in (b"PE", b"NE", b"LE") or b"\0" in data[:64]


def zip_names(data: bytes) -> Iterator[str]:
    """Yield the names a zip's central directory lists, at most the first 2,000, without inflating anything."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if end < 0 or end + 22 > len(data):
        return
    at = struct.unpack_from("<I", data, end + 16)[0]
    for _ in range(_ZIP_ENTRIES):
        if data[at : at + 4] != b"PK\x01\x02" or at + 46 > len(data):
            return
        name, extra, comment = struct.unpack_from("<HHH", data, at + 28)
        yield data[at + 46 : at + 46 + name].decode("utf-8", "replace")
        at += 46 + name + extra + comment


def _zip(data: bytes) -> str:
    if b"PK\x05\x06" not in data[-65_557:]:
        return next((media for part, media in _ZIP_PARTS if part.encode() in data), CUT_ZIP)
    names = frozenset(part.replace("\\", "/").lstrip("/") for part in zip_names(data))
    if "[Content_Types].xml" in names:
        return next((media for part, media in _ZIP_PARTS if part in names), ZIP)
    if "mimetype" in names or "content.xml" in names:
        # OpenDocument keeps its type as the first, stored entry.
        first = data[:200]
        return next((media for media in (ODS, ODT) if media.encode() in first), ZIP)
    return ZIP


def _ole(data: bytes) -> str:
    names = frozenset(_ole_names(data))
    return next((media for entry, media in _OLE_ENTRIES if entry in names), OLE)


def _ole_names(data: bytes) -> Iterator[str]:
    """Yield the directory entry names of an OLE2 file ([MS-CFB] 2.6), following at most 256 sectors."""
    if len(data) < 512:
        return
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        return
    size = 1 << shift
    for sector in islice(_ole_chain(data, size), _OLE_SECTORS):
        block = data[(sector + 1) * size : (sector + 2) * size]
        for at in range(0, len(block) - 127, 128):
            length = min(struct.unpack_from("<H", block, at + 64)[0], 64)
            yield block[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")


def _ole_chain(data: bytes, size: int) -> Iterator[int]:
    sector = struct.unpack_from("<I", data, 48)[0]
    tables = struct.unpack_from("<109I", data, 76)
    per_table = size // 4
    while sector < len(data) // size:
        yield sector
        table, entry = divmod(sector, per_table)
        if table >= len(tables):
            return
        at = (tables[table] + 1) * size + entry * 4
        if at + 4 > len(data):
            return
        sector = struct.unpack_from("<I", data, at)[0]


def _textual(data: bytes, name: str) -> str:
    text = _decoded(data[:_TEXT_HEAD])
    if text is None:
        return UNKNOWN
    head = text[:_TEXT_HEAD].encode("utf-8", "replace")
    if _HTML_START.match(head):
        return HTML
    start = head.lstrip()[:300].lower()
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in head[:2000]):
        return SVG
    if start.startswith(b"<?xml"):
        return XML
    if _HEADER.match(head) and len(_MAIL_HEADERS.findall(head[:8192].split(b"\n\n")[0])) >= 3:
        return MAIL
    if len(_HTML_TAGS.findall(head)) >= 3:
        return HTML
    if name.lower().endswith((".csv", ".tsv")) or delimiter(text):
        return CSV
    return TEXT


def _decoded(head: bytes) -> str | None:
    """Decode the beginning of a text, or None when the bytes are no text."""
    for mark, charset in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return head[len(mark) :].decode(charset, "replace").replace("\r\n", "\n")
    if len(head) >= 4 and head[1::2].count(0) > len(head) * 0.4:
        return head.decode("utf-16-le", "replace").replace("\r\n", "\n")
    strange = sum(head.count(byte) for byte in _CONTROLS)
    if strange > len(head) // 500:
        return None
    return head.decode("utf-8", "replace").replace("\r\n", "\n")


_CONTROLS = tuple(code for code in (*range(32), 127) if code not in b"\t\n\r\f\x1b")


def delimiter(text: str) -> str | None:
    """Find the sign that cuts most lines of ``text`` into the same number of cells, or None for prose.

    Quoted cells do not count. At least two lines must agree, and commas of prose do not: nine lines of ten must hold
    the same number of them.
    """
    lines = [_QUOTED.sub("", line) for line in text.split("\n")[:200] if line.strip()]
    if len(lines) < 2:
        return None
    best: tuple[int, str] | None = None
    for sign in "\t;|,":
        cuts = [line.count(sign) for line in lines]
        usual = max(set(cuts), key=lambda cut: (cuts.count(cut), cut))
        # One comma a line is a letter's greeting and closing.
        enough = usual > 1 or (usual == 1 and sign != ",")
        if enough and cuts.count(usual) >= 0.9 * len(cuts) and (best is None or usual > best[0]):
            best = (usual, sign)
    return best[1] if best else None


_QUOTED = re.compile(r'"(?:[^"\n]|"")*"')
