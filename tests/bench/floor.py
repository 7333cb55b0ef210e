"""The floor: for each step the cheapest engine call that gets it right, and nothing around it.

No checks, no limits, no child process, no audit: what is left is what the job itself costs.
"""

from __future__ import annotations

import binascii
import ctypes
import io
import re
import sqlite3
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from lxml import etree
from PIL import Image
from python_calamine import CalamineWorkbook

from fixtures.made import DOCX, JPEG, PDF, XLSX
from tests.bench import storage

HYPHEN = "\ufffe"
"""What PDFium writes for a hyphen at the end of a line, instead of the white space behind it."""
WORDS = re.compile(rf"[^\s{HYPHEN}]+{HYPHEN}?")
WORD_NS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def split_mail(content: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Return the text and (header block, content) of every attachment of a flat multipart mail."""
    head, _, body = content.partition(b"\r\n\r\n")
    mark = head.find(b'boundary="')
    if mark < 0:
        return body, []
    boundary = b"--" + head[mark + 10 : head.index(b'"', mark + 10)]
    parts = [part.partition(b"\r\n\r\n") for part in body.split(boundary)[1:-1]]
    text, files = b"", []
    for inner, _, payload in parts:
        if b"base64" in inner:
            files.append((inner, binascii.a2b_base64(payload)))
        else:
            text = binascii.a2b_qp(payload) if b"quoted-printable" in inner else payload
    return text, files


def read_file(media_type: str, content: bytes) -> Any:
    """Read one file with its cheapest engine."""
    return {PDF: read_pdf, XLSX: read_sheet, DOCX: read_docx, JPEG: read_picture}[media_type](content)


def read_pdf(content: bytes) -> tuple[list[list[tuple[str, float, float, float, float]]], dict[str, Any], int]:
    """Return words with boxes per page, form values by name, and the number of ruling lines outside forms."""
    document = pdfium.PdfDocument(content)
    form = document.get_formtype() != raw.FORMTYPE_NONE
    pages, lines = [], 0
    for page in document:
        pages.append(_words(page))
        lines += 0 if form else _lines(page)
        page.close()
    document.close()
    return pages, _widgets(content) if form else {}, lines


def _words(page: Any) -> list[tuple[str, float, float, float, float]]:
    layer = raw.FPDFText_LoadPage(page)
    count = raw.FPDFText_CountChars(layer)
    units = (ctypes.c_ushort * (count + 1))()
    raw.FPDFText_GetText(layer, 0, count, units)
    text = bytes(memoryview(units).cast("B")[: 2 * count]).decode("utf-16-le", "replace")
    box = raw.FS_RECTF()
    pointer = ctypes.byref(box)
    found = []
    for match in WORDS.finditer(text):
        raw.FPDFText_GetLooseCharBox(layer, match.start(), pointer)
        left, top, bottom = box.left, box.top, box.bottom
        raw.FPDFText_GetLooseCharBox(layer, match.end() - 1, pointer)
        found.append((match.group().replace(HYPHEN, "-"), left, top, box.right, bottom))
    raw.FPDFText_ClosePage(layer)
    return found


def _lines(page: Any) -> int:
    bounds = [ctypes.c_float() for _ in range(4)]
    pointers = [ctypes.byref(number) for number in bounds]
    found = 0
    for index in range(raw.FPDFPage_CountObjects(page)):
        item = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_PATH:
            raw.FPDFPageObj_GetBounds(item, *pointers)
            found += 1
    return found


def _widgets(content: bytes) -> dict[str, Any]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found: dict[str, Any] = {}
        _walk(pdf.Root.AcroForm.Fields, "", found)
        return found


def _walk(fields: Any, path: str, found: dict[str, Any]) -> None:
    for field in fields:
        name = f"{path}.{field.get('/T', '')}".strip(".")
        kids = field.get("/Kids")
        if kids is not None and "/T" in kids[0]:
            _walk(kids, name, found)
        else:
            value = field.get("/V")
            found[name] = (None if value is None else str(value), field.get("/Rect"))


def read_sheet(content: bytes) -> list[list[Any]]:
    """Return the rows of every sheet."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]


def read_docx(content: bytes) -> str:
    """Return the paragraphs, one a line."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    paragraphs = body.iter(f"{WORD_NS}p")
    return "\n".join("".join(node.text or "" for node in one.iter(f"{WORD_NS}t")) for one in paragraphs)


def read_picture(content: bytes) -> tuple[int, int]:
    """Return width and height."""
    return Image.open(io.BytesIO(content)).size


def insert_rows(path: Path, number: int, facts: Iterable[tuple[Any, ...]]) -> None:
    """Insert one message, five documents and the facts in one transaction of the plain driver."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("INSERT INTO messages VALUES (?, ?)", (number, storage.MESSAGE))
        connection.executemany("INSERT INTO documents VALUES (?, ?, ?)", storage.documents(number))
        connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?)", [(number, *fact) for fact in facts])
    connection.close()


def write_mail(asks: Iterable[str]) -> bytes:
    """Return a mail with the asks as text and HTML, put together by hand."""
    text = "".join(f"{number}. {ask}\r\n" for number, ask in enumerate(asks, start=1)).encode()
    html = b"<ol>" + b"".join(b"<li>" + line + b"</li>" for line in text.splitlines()) + b"</ol>"
    parts = [(b"plain", text), (b"html", html)]
    body = b"".join(
        b"--b\r\nContent-Type: text/"
        + kind
        + b"; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + binascii.b2a_qp(content)
        + b"\r\n"
        for kind, content in parts
    )
    return (
        b'Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
        + body
        + b"--b--"
    )
