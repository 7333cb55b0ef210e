"""What a file is, told by its bytes."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import docx
import openpyxl
import pytest
from PIL import Image

from parsers import registry, sniff
from parsers.limits import REASONS


def zipped(*names: str, first: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, first)
    return out.getvalue()


def ole(*entries: str) -> bytes:
    """Build a minimal OLE2 file: header, one FAT sector, one directory sector with these entries."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    directory = b""
    for entry in ("Root Entry", *entries):
        name = entry.encode("utf-16-le")
        directory += (name.ljust(64, b"\0") + struct.pack("<H", len(name) + 2)).ljust(128, b"\0")
    return bytes(header) + table + directory.ljust(512, b"\0")


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (b"%PDF-1.7\n...", sniff.PDF),
        (b"\r\n  %PDF-1.4\n...", sniff.PDF),
        (zipped("[Content_Types].xml", "word/document.xml"), sniff.DOCX),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), sniff.XLSX),
        (zipped("[Content_Types].xml", "xl/workbook.bin"), sniff.XLSB),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), sniff.PPTX),
        (zipped("mimetype", "content.xml", first=sniff.ODS.encode()), sniff.ODS),
        (zipped("mimetype", "content.xml", first=sniff.ODT.encode()), sniff.ODT),
        (zipped("a.pdf", "b.pdf"), sniff.ZIP),
        (zipped(), sniff.ZIP),
        (zipped("a.pdf", "b.pdf")[:-30], sniff.CUT_ZIP),
        (zipped("[Content_Types].xml", "word/document.xml")[:-30], sniff.DOCX),
        (ole("Workbook"), sniff.XLS),
        (ole("Book"), sniff.XLS),
        (ole("WordDocument"), sniff.DOC),
        (ole("__properties_version1.0"), sniff.MSG),
        (ole("EncryptedPackage", "EncryptionInfo"), sniff.LOCKED_OFFICE),
        (ole("Something"), sniff.OLE),
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("GIF"), "image/gif"),
        (picture("TIFF"), "image/tiff"),
        (picture("WEBP"), "image/webp"),
        (picture("BMP"), "image/bmp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"<!DOCTYPE html><html><body>x</body></html>", sniff.HTML),
        (b"<div>a</div><table><tr><td>b</td></tr></table>", sniff.HTML),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", sniff.SVG),
        (b"<?xml version='1.0'?><data/>", sniff.XML),
        (b"{\\rtf1\\ansi hello}", sniff.RTF),
        (b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nhello", sniff.MAIL),
        (b"loc,street,value\n1,Main,100\n2,Oak,200\n", sniff.CSV),
        (b"loc;street\n1;Main\n2;Oak\n", sniff.CSV),
        ("loc\tstreet\n1\tMain\n".encode("utf-16"), sniff.CSV),
        (b"Dear Kim,\nplease quote,\nThanks,\n", sniff.TEXT),
        (b"BMW of Tulsa is the insured.", sniff.TEXT),
        (b"MZ" + bytes(62), sniff.UNKNOWN),
        (b"\x7fELF\x02\x01\x01" + bytes(50), sniff.UNKNOWN),
        (b"", sniff.EMPTY),
        (b" \r\n\0\0", sniff.EMPTY),
    ],
)
def test_content_decides(data: bytes, media: str) -> None:
    assert sniff.sniff(data, "anything.pdf") == media


def test_office_writers_are_recognised() -> None:
    book, letter = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(book)
    docx.Document().save(letter)

    assert sniff.sniff(book.getvalue()) == sniff.XLSX
    assert sniff.sniff(letter.getvalue()) == sniff.DOCX


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script>\n%PDF-1.4\n%%EOF",
        b"MZ\x90\0 %PDF-1.4\n%%EOF",
        b"GIF89a %PDF-1.4\n%%EOF",
        b"%PDF-1.4\n%%EOF\n" + zipped("evil.js"),
        zipped("a.txt")[:60] + b"%PDF-1.4",
    ],
)
def test_a_pdf_that_is_something_else_too_is_refused(data: bytes) -> None:
    media = sniff.sniff(data, "application.pdf")

    assert media == sniff.POLYGLOT
    assert registry.REFUSED[media][0] == "not_a_document"


def test_the_name_breaks_the_tie_between_kinds_of_text_only() -> None:
    assert sniff.sniff(b"Schedule of values\nloc,street\n1,Main", "sov.csv") == sniff.CSV
    assert sniff.sniff(b"Schedule of values\nloc,street\n1,Main", "sov.txt") == sniff.TEXT
    assert sniff.sniff(b"plain words", "form.docx") == sniff.TEXT


def test_looped_ole_directory_ends() -> None:
    data = bytearray(ole("Nothing"))
    struct.pack_into("<I", data, 512 + 4, 1)

    assert sniff.sniff(bytes(data)) == sniff.OLE


def test_random_bytes_never_raise_and_always_have_a_way() -> None:
    rng = random.Random(7)
    heads = [b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"\xff\xfe", b"RIFF"]
    for number in range(500):
        data = heads[number % len(heads)] + rng.randbytes(rng.randrange(2000))
        media = sniff.sniff(data, "x.csv")
        assert media in registry.READERS or media in registry.REFUSED


def test_every_refusal_has_a_reason_of_the_closed_list() -> None:
    assert {reason for reason, _ in registry.REFUSED.values()} <= set(REASONS)
    assert not set(registry.READERS) & set(registry.REFUSED)


def test_every_sentence_is_one_plain_sentence() -> None:
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in REASONS.values())
