"""Which reader reads which kind of file, in the order they are tried, and what is refused with which advice."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from parsers import sniff
from parsers.packing import Container

_IMAGE = ("parsers.readers.image",)
_SHEET = ("parsers.readers.sheet",)

READERS = MappingProxyType(
    {
        sniff.PDF: ("parsers.readers.pdf", "parsers.readers.pdf_spare"),
        sniff.DOCX: ("parsers.readers.docx",),
        sniff.XLSX: (*_SHEET, "parsers.readers.sheet_spare"),
        sniff.XLSB: _SHEET,
        sniff.XLS: _SHEET,
        sniff.ODS: _SHEET,
        sniff.CSV: ("parsers.readers.delimited",),
        sniff.HTML: ("parsers.readers.html",),
        sniff.TEXT: ("parsers.readers.text",),
        "image/png": _IMAGE,
        "image/jpeg": _IMAGE,
        "image/gif": _IMAGE,
        "image/tiff": _IMAGE,
        "image/webp": _IMAGE,
        "image/bmp": _IMAGE,
        "image/heic": _IMAGE,
    }
)
"""Media type → modules with ``read(data, name, limits) -> ParsedDocument``; the next is tried when one fails."""

CONTAINERS: Mapping[Container, str] = MappingProxyType(
    {"archive": "parsers.readers.archive", "outlook": "parsers.readers.outlook"}
)
"""Kind of container → module with ``unpack(data, room) -> Opened``."""

RENDERERS = MappingProxyType(
    {
        sniff.PDF: "parsers.readers.pdfium",
        **{media: _IMAGE[0] for media in READERS if media.startswith("image/") and media != "image/heic"},
    }
)
"""Media type → module with ``render(data, page=, dpi=, limits=) -> Picture``."""

SCANNER = "parsers.readers.scan"
"""Module with ``scan(data, media_type=, page=, limits=) -> ParsedDocument``, which reads one page by its looks."""

SCANNED = frozenset(RENDERERS)
"""Media types whose pages may be scans."""

OCR_CHOICES = ("auto", "tesseract", "rapid", "none")
"""What ``INTAKE_OCR`` may say; ``auto`` takes Tesseract where its library and English data are, else RapidOCR."""

CONVERTED = MappingProxyType(
    {
        sniff.DOC: ("doc", "docx", sniff.DOCX),
        sniff.RTF: ("rtf", "docx", sniff.DOCX),
        sniff.ODT: ("odt", "docx", sniff.DOCX),
        sniff.PPTX: ("pptx", "pdf", sniff.PDF),
        "application/vnd.ms-powerpoint": ("ppt", "pdf", sniff.PDF),
    }
)
"""Media type → the suffix LibreOffice knows it by, what it is made into, and the media type of that.

Only where LibreOffice is installed; elsewhere these are refused with their advice.
"""

REFUSED = MappingProxyType(
    {
        sniff.EMPTY: ("empty", ""),
        sniff.POLYGLOT: ("not_a_document", "another format stands before or behind the PDF"),
        sniff.LOCKED_OFFICE: ("locked", "save it without a password"),
        sniff.DOC: ("unsupported", "save it as .docx or PDF"),
        sniff.RTF: ("unsupported", "save it as .docx or PDF"),
        sniff.ODT: ("unsupported", "save it as .docx or PDF"),
        sniff.PPTX: ("unsupported", "save it as PDF"),
        "application/vnd.ms-powerpoint": ("unsupported", "save it as PDF"),
        "application/postscript": ("unsupported", "save it as PDF"),
        "application/pgp-encrypted": ("locked", "send it unencrypted"),
        sniff.ZIP: ("unsupported", "an archive is unpacked before its files are read"),
        "application/x-7z-compressed": ("unsupported", "send the files themselves or a .zip"),
        "application/vnd.rar": ("unsupported", "send the files themselves or a .zip"),
        "application/gzip": ("unsupported", "send the files themselves or a .zip"),
        "application/vnd.ms-cab-compressed": ("unsupported", "send the files themselves or a .zip"),
        sniff.CUT_ZIP: ("damaged", "the end of the file is missing"),
        sniff.MSG: ("unsupported", "a message is unpacked before its files are read"),
        sniff.MAIL: ("unsupported", "a message is unpacked before its files are read"),
        "application/vnd.ms-tnef": ("unsupported", "a message is unpacked before its files are read"),
        sniff.XML: ("unsupported", "save it as PDF"),
        sniff.SVG: ("unsupported", "save it as PDF"),
        sniff.OLE: ("not_a_document", ""),
        sniff.UNKNOWN: ("not_a_document", ""),
    }
)
"""Media type → reason and the advice that mends it."""
