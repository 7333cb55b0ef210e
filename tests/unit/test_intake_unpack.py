"""Opening attachments: every one is accounted for, and no archive can ask for more than the limits."""

from __future__ import annotations

import hashlib
import io
import struct
import warnings
import zipfile
import zlib

import pytest

from intake.ledger import DEFAULT_LIMITS, Limits
from intake.message import Attachment, Defect, InboundMessage
from intake.reasons import REFUSALS
from intake.unpack import Unpacked, unpack

PDF = b"%PDF-1.7 loss run"


def att(name: str, content: bytes = PDF, media_type: str = "application/octet-stream", **more: str) -> Attachment:
    """Return an attachment as reading a message gives it."""
    return Attachment(
        name=name,
        media_type=media_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        path=(more.pop("number", "2"),),
        disposition=more.get("disposition"),
        content_id=more.get("content_id"),
    )


def opened(*attachments: Attachment, html: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Unpacked:
    """Unpack a message that carries these attachments."""
    message = InboundMessage(
        sha256="0" * 64, size=1, message_id=None, subject="", sender=None, html=html, attachments=attachments
    )
    return unpack(message, limits=limits)


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of the entries, equal names allowed."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


def png(width: int, height: int, padding: int = 100) -> bytes:
    """Return the head of a PNG of that size."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\0" * padding


def gif(width: int, height: int) -> bytes:
    """Return the head of a GIF of that size."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0" * 50


def jpeg(width: int, height: int, padding: int = 100) -> bytes:
    """Return a JPEG head with an application segment before the frame."""
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width)
    return b"\xff\xd8\xff\xe0\x00\x10" + b"J" * 14 + frame + b"\0" * padding


def tnef(*files: tuple[str, bytes]) -> bytes:
    """Return a winmail.dat of the files."""

    def attribute(tag: int, value: bytes) -> bytes:
        return struct.pack("<BII", 2, tag, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)

    parts = [b"\x78\x9f\x3e\x22\x01\x00"]
    for name, content in files:
        long_name = name.encode("utf-16-le") + b"\0\0"
        props = struct.pack("<IHHI", 2, 0x0003, 0x3705, 1)
        props += struct.pack("<HHII", 0x001F, 0x3707, 1, len(long_name)) + long_name + b"\0" * (-len(long_name) % 4)
        parts += [attribute(0x00069002, b"\0" * 14), attribute(0x00018010, b"SHORT~1.PDF\0")]
        parts += [attribute(0x0006800F, content), attribute(0x00069005, props)]
    return b"".join(parts)


def reasons(result: Unpacked) -> list[tuple[str, str]]:
    """Return name and reason of every refusal."""
    return [(one.name, one.reason) for one in result.refused]


def test_a_plain_file_is_a_file() -> None:
    result = opened(att("a.pdf"))
    assert [(one.name, one.path) for one in result.files] == [("a.pdf", ("2",))]
    assert [(line.fate, line.name) for line in result.ledger] == [("file", "a.pdf")]


def test_files_inside_a_zip_are_files_with_their_path() -> None:
    result = opened(att("runs.zip", zipped(("2024/a.pdf", PDF), ("b.pdf", PDF + b"2"))))
    assert [(one.name, one.path, one.content) for one in result.files] == [
        ("a.pdf", ("2", "runs.zip", "2024/a.pdf"), PDF),
        ("b.pdf", ("2", "runs.zip", "b.pdf"), PDF + b"2"),
    ]
    assert [(line.fate, line.detail) for line in result.ledger] == [("opened", "archive"), ("file", ""), ("file", "")]


def test_a_zip_is_known_by_its_content_and_not_by_its_name() -> None:
    assert [one.name for one in opened(att("runs.pdf", zipped(("a.pdf", PDF)))).files] == ["a.pdf"]


@pytest.mark.parametrize("marker", ["[Content_Types].xml", "word/document.xml", "mimetype"])
def test_an_office_document_is_no_archive(marker: str) -> None:
    result = opened(att("sov.dat", zipped((marker, b"<x/>"), ("xl/sheet1.xml", b"<x/>"))))
    assert [one.name for one in result.files] == ["sov.dat"]


def test_a_damaged_docx_stays_a_file_for_the_reader_to_report() -> None:
    assert [one.name for one in opened(att("a.docx", b"PK\x03\x04 broken")).files] == ["a.docx"]


def test_a_damaged_zip_is_refused() -> None:
    assert reasons(opened(att("a.zip", zipped(("a.pdf", PDF))[:40]))) == [("a.zip", "archive_damaged")]


def test_an_attached_mail_gives_its_attachments_and_the_message() -> None:
    mail = b"From: bo@b.example\nSubject: inner\nContent-Type: application/pdf; name=in.pdf\n\n" + PDF
    result = opened(att("fw.eml", mail, "message/rfc822"))
    assert [(one.name, one.path) for one in result.files] == [("in.pdf", ("2", "fw.eml", "1"))]
    assert [one.subject for one in result.messages] == ["inner"]


def test_a_zip_in_a_mail_in_a_zip_is_opened() -> None:
    inner = zipped(("deep.pdf", PDF))
    head = b"Subject: s\nContent-Type: application/zip; name=in.zip\nContent-Transfer-Encoding: binary\n\n"
    result = opened(att("out.zip", zipped(("mail.eml", head + inner))))
    assert [one.path for one in result.files] == [("2", "out.zip", "mail.eml", "1", "in.zip", "deep.pdf")]


def test_the_sixth_level_is_refused() -> None:
    content = zipped(("a.pdf", PDF))
    for level in range(6):
        content = zipped((f"{level}.zip", content))
    result = opened(att("x.zip", content))
    assert result.files == ()
    assert [one.reason for one in result.refused] == ["too_deep"]


def test_attached_mails_nested_fifty_deep_end_at_the_limit() -> None:
    result = opened(att("x.eml", b"Content-Type: message/rfc822\n\n" * 50 + b"hi", "message/rfc822"))
    assert len(result.messages) == 5
    assert [one.reason for one in result.refused] == ["too_deep"]


def test_files_in_winmail_dat_are_taken_out_with_their_long_names() -> None:
    result = opened(att("winmail.dat", tnef(("Loss run Ñ 2024.pdf", PDF), ("b.pdf", PDF)), "application/ms-tnef"))
    assert [(one.name, one.content) for one in result.files] == [("Loss run Ñ 2024.pdf", PDF), ("b.pdf", PDF)]


def test_a_cut_winmail_dat_gives_what_is_whole_and_says_that_it_is_damaged() -> None:
    whole = tnef(("a.pdf", PDF), ("b.pdf", PDF))
    result = opened(att("winmail.dat", whole[:-60]))
    assert [one.name for one in result.files][:1] == ["a.pdf"]
    assert [one.reason for one in result.refused] == ["tnef_damaged"]
    assert reasons(opened(att("winmail.dat", whole[:9]))) == [("winmail.dat", "tnef_damaged")]


def test_an_encrypted_entry_is_locked_and_the_others_are_read() -> None:
    content = bytearray(zipped(("secret.pdf", PDF), ("open.pdf", PDF)))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    result = opened(att("a.zip", bytes(content)))
    assert reasons(result) == [("secret.pdf", "locked")]
    assert [one.name for one in result.files] == ["open.pdf"]


def test_a_link_inside_an_archive_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("passwords")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert reasons(opened(att("a.zip", stream.getvalue()))) == [("passwords", "symlink")]


@pytest.mark.parametrize(
    ("entry", "shown", "path"),
    [
        ("../../etc/cron.pdf", "cron.pdf", "etc/cron.pdf"),
        ("/root/a.pdf", "a.pdf", "root/a.pdf"),
        ("C:\\temp\\a.pdf", "a.pdf", "temp/a.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf", "afdp.exe.pdf"),
        ("con.pdf", "_con.pdf", "_con.pdf"),
        ("n" * 5000 + ".pdf", "n" * 176 + ".pdf", "n" * 176 + ".pdf"),
    ],
)
def test_entry_names_lead_nowhere(entry: str, shown: str, path: str) -> None:
    (found,) = opened(att("a.zip", zipped((entry, PDF)))).files
    assert (found.name, found.path[-1]) == (shown, path)


def test_two_entries_of_one_name_are_both_read() -> None:
    result = opened(att("a.zip", zipped(("a.pdf", PDF), ("a.pdf", PDF + b"2"))))
    assert [one.content for one in result.files] == [PDF, PDF + b"2"]


def test_an_entry_that_grows_past_the_ratio_is_refused() -> None:
    bomb = zipped(("bomb.bin", b"\0" * (40 * 1024 * 1024)))
    assert len(bomb) < 60_000
    assert reasons(opened(att("a.zip", bomb))) == [("bomb.bin", "unpack_ratio")]


def test_an_entry_past_the_file_limit_is_refused() -> None:
    content = zipped(("big.bin", bytes(range(256)) * 100), method=zipfile.ZIP_STORED)
    assert reasons(opened(att("a.zip", content), limits=Limits(file_bytes=20_000))) == [("big.bin", "too_large")]


def test_the_bytes_of_all_archives_count_together() -> None:
    content = zipped(*((f"{n}.bin", bytes([n]) * 5_000) for n in range(10)))
    result = opened(att("a.zip", content), att("b.zip", content, number="3"), limits=Limits(total_bytes=60_000))
    assert len(result.files) == 12
    assert {one.reason for one in result.refused} == {"total_too_large"}
    assert len(result.ledger) == 22


def test_entries_that_share_one_body_are_refused_before_anything_is_read() -> None:
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(b"\0" * 1_000_000) + body.flush()
    local = struct.pack(
        "<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, zlib.crc32(b"\0" * 1_000_000), len(packed), 1_000_000, 1, 0
    )
    directory = b"".join(
        struct.pack(
            "<4s6H3I5H2I",
            *(b"PK\x01\x02", 20, 20, 0, 8, 0, 0, zlib.crc32(b"\0" * 1_000_000), len(packed), 1_000_000),
            *(1, 0, 0, 0, 0, 0, 0),
        )
        + b"a"
        for _ in range(500)
    )
    front = local + b"a" + packed
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 500, 500, len(directory), len(front), 0)
    assert reasons(opened(att("a.zip", front + directory + end))) == [("a.zip", "archive_overlap")]


def test_an_entry_whose_body_reaches_into_the_next_one_is_refused() -> None:
    content = bytearray(zipped(("a.bin", b"x" * 100), ("b.bin", b"y" * 100), method=zipfile.ZIP_STORED))
    at = content.index(b"PK\x01\x02")
    content[at + 20 : at + 24] = struct.pack("<I", 150)
    assert reasons(opened(att("a.zip", bytes(content)))) == [("a.zip", "archive_overlap")]


def test_an_entry_that_lies_about_its_content_is_damaged() -> None:
    content = bytearray(zipped(("a.bin", b"x" * 100), method=zipfile.ZIP_STORED))
    content[content.index(b"xxxx")] = ord("z")
    assert reasons(opened(att("a.zip", bytes(content)))) == [("a.bin", "entry_damaged")]


def test_an_entry_that_says_it_is_small_is_not_believed() -> None:
    content = bytearray(zipped(("a.bin", b"\0" * 30_000_000)))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    assert reasons(opened(att("a.zip", bytes(content)))) == [("a.bin", "unpack_ratio")]


def test_an_archive_of_a_million_entries_is_refused_by_its_count() -> None:
    fake = zipped(("a", b"")) + b"PK\x01\x02" * 1_000_000
    assert reasons(opened(att("a.zip", fake))) == [("a.zip", "too_many_files")]


def test_files_past_the_limit_are_refused_one_by_one() -> None:
    result = opened(*(att(f"{n}.pdf", number=str(n)) for n in range(8)), limits=Limits(files=5))
    assert len(result.files) == 5
    assert [one.reason for one in result.refused] == ["too_many_files"] * 3


@pytest.mark.parametrize(
    ("attachment", "reason"),
    [
        (att("a.pdf", b""), "empty"),
        (att("quote.exe"), "executable"),
        (att("quote.pdf", b"MZ" + b"\0" * 58 + b"\x40\0\0\0PE\0\0"), "executable"),
        (att("a.rar", b"Rar!\x1a\x07\x00"), "archive_kind"),
        (att("a.7z", b"7z\xbc\xaf\x27\x1c"), "archive_kind"),
        (att("mail.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "outlook_item"),
        (att("x.asc", b"-----BEGIN PGP MESSAGE-----\n"), "encrypted"),
        (
            att("smime.p7m", b"0\x80\x06\x09" + bytes.fromhex("2a864886f70d010703"), "application/pkcs7-mime"),
            "encrypted",
        ),
        (
            att("smime.p7m", b"0\x80\x06\x09" + bytes.fromhex("2a864886f70d010702"), "application/pkcs7-mime"),
            "opaque_signed",
        ),
    ],
)
def test_what_is_not_opened_is_refused_with_its_reason(attachment: Attachment, reason: str) -> None:
    result = opened(attachment)
    assert [one.reason for one in result.refused] == [reason]
    assert result.refused[0].detail == REFUSALS[reason]


@pytest.mark.parametrize(
    ("attachment", "kind"),
    [
        (att("image001.png", png(120, 60), disposition="inline"), "inline_logo"),
        (att("logo.png", png(150, 150), content_id="logo@x"), "inline_logo"),
        (att("image002.png", png(120, 90), disposition="attachment"), "inline_logo"),
        (att("Outlook-abc123.png", png(600, 120), disposition="inline"), "signature_banner"),
        (att("track.gif", gif(1, 1)), "inline_logo"),
        (att("big-banner.jpg", jpeg(1200, 300, 200_000), disposition="inline"), "signature_banner"),
        (att("ATT00001.txt", b"This is confidential."), "disclaimer_txt"),
        (att("ATT00002.htm", b"<html><body><br></body></html>"), "disclaimer_txt"),
        (att("invite.ics", b"BEGIN:VCALENDAR"), "calendar_invite"),
        (att("part-2.bin", b"BEGIN:VCALENDAR", "text/calendar"), "calendar_invite"),
        (att("ann.vcf", b"BEGIN:VCARD"), "vcard"),
        (att("smime.p7s", b"0\x80", "application/pkcs7-signature"), "smime_sig"),
        (att("signature.asc", b"-----BEGIN PGP SIGNATURE-----"), "pgp_sig"),
        (att("part-2.bin", b"x", "message/disposition-notification"), "read_receipt"),
        (att("message.html", b"<p>You have received a secure message</p>"), "secure_stub"),
        (att("Thumbs.db", b"x"), "system_file"),
    ],
)
def test_parts_of_the_mail_are_artefacts_and_no_documents(attachment: Attachment, kind: str) -> None:
    result = opened(attachment, html='<img src="cid:logo@x">')
    assert [one.kind for one in result.artefacts] == [kind]
    assert [(line.fate, line.detail) for line in result.ledger] == [("artefact", kind)]


@pytest.mark.parametrize(
    "attachment",
    [
        att("IMG_2231.jpg", jpeg(3000, 2000, 900_000), disposition="inline"),
        att("fax.png", png(1700, 2200, 40_000), disposition="inline"),
        att("roof.jpg", jpeg(100, 100), disposition="attachment"),
        att("ATT00001.txt", b"The roof was redone in 2019."),
        att("message.html", b"<p>Schedule of vehicles</p>"),
    ],
)
def test_photos_faxed_pages_and_real_texts_stay_documents(attachment: Attachment) -> None:
    assert opened(attachment).files == (attachment,)


def test_parts_left_undecoded_stand_in_the_ledger() -> None:
    message = InboundMessage(
        sha256="0" * 64,
        size=1,
        message_id=None,
        subject="",
        sender=None,
        defects=(Defect(reason="decoded_budget", detail="big.pdf", where="3"), Defect(reason="charset_lies")),
    )
    assert [(line.path, line.name, line.fate) for line in unpack(message).ledger] == [(("3",), "big.pdf", "refused")]


def test_every_attachment_has_exactly_one_line() -> None:
    result = opened(
        att("a.pdf", number="1"),
        att("image001.png", png(50, 50), number="2", disposition="inline"),
        att("a.zip", zipped(("b.pdf", PDF), ("c.exe", b"MZ")), number="3"),
        att("d.rar", b"Rar!\x1a\x07", number="4"),
    )
    assert [(line.path[-1], line.fate) for line in result.ledger] == [
        ("1", "file"),
        ("2", "artefact"),
        ("3", "opened"),
        ("b.pdf", "file"),
        ("c.exe", "refused"),
        ("4", "refused"),
    ]
    assert len({line.path for line in result.ledger}) == len(result.ledger)
