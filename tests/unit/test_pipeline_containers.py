"""What strangers packed is opened in a confined process: other archives than zip, and mails that Outlook saved."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import libarchive
import pytest

from fixtures.outlook import SavedFile, SavedMail, saved
from intake import mime, unpack
from intake.ledger import Limits
from intake.unpack import Unpacked
from parsers.sandbox import Sandbox
from pipeline import containers

PDF = b"%PDF-1.4 " + b"words " * 50
FILES = {"runs/2024.pdf": PDF, "sov.csv": b"street,city\n1 Main,Tulsa\n"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


def packed(form: str, *, files: dict[str, bytes] = FILES, options: str = "", passphrase: str | None = None) -> bytes:
    out = io.BytesIO()

    def keep(block: bytes) -> int:
        return out.write(bytes(block))

    with libarchive.custom_writer(keep, form, options=options, passphrase=passphrase) as archive:
        for name, content in files.items():
            archive.add_file_from_memory(name, len(content), content)
    return out.getvalue()


def tarred(mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in FILES.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("evil")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return out.getvalue()


def opened(sandbox: Sandbox, name: str, content: bytes, limits: Limits | None = None) -> Unpacked:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ann@agency.example", "submissions@intake.example", "files"
    mail.set_content("attached")
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    message = mime.parse(mail.as_bytes())
    found = unpack.unpack(message, limits=limits or Limits(), opener=containers.opener(sandbox))
    assert all(line.detail or line.fate == "file" for line in found.ledger)
    return found


@pytest.mark.parametrize(
    ("name", "content"),
    [("all.7z", packed("7zip")), ("all.tar", tarred()), ("all.tgz", tarred("w:gz")), ("all.tar.xz", tarred("w:xz"))],
)
def test_archives_of_other_kinds_give_their_files(sandbox: Sandbox, name: str, content: bytes) -> None:
    found = opened(sandbox, name, content)
    assert {file.path[-1]: file.content for file in found.files} == FILES
    assert [one.reason for one in found.refused] == (["symlink"] if "t" in name.partition(".")[2] else [])


def test_a_name_in_no_unicode_is_read_as_windows_wrote_it(sandbox: Sandbox) -> None:
    found = io.BytesIO()
    with tarfile.open(fileobj=found, mode="w", encoding="cp1252", format=tarfile.GNU_FORMAT) as archive:
        entry = tarfile.TarInfo("Fläche.csv")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"a,b"))
    assert [file.name for file in opened(sandbox, "all.tar", found.getvalue()).files] == ["Fläche.csv"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("list.csv.gz", gzip.compress(FILES["sov.csv"])), ("list.csv.xz", lzma.compress(FILES["sov.csv"]))],
)
def test_a_single_packed_file_gets_the_name_it_had(sandbox: Sandbox, name: str, content: bytes) -> None:
    (file,) = opened(sandbox, name, content).files
    assert (file.name, file.content) == ("list.csv", FILES["sov.csv"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (packed("7zip")[:-30], "archive_damaged"),
        (b"7z\xbc\xaf\x27\x1c" + b"\0" * 100, "empty"),
        (b"Rar!\x1a\x07\x00" + b"\xff" * 100, "archive_damaged"),
    ],
)
def test_damage_is_a_reason(sandbox: Sandbox, content: bytes, reason: str) -> None:
    assert [one.reason for one in opened(sandbox, "broken.7z", content).refused] == [reason]


def test_an_archive_that_grows_without_end_is_refused(sandbox: Sandbox) -> None:
    bomb = packed("7zip", files={"big.bin": b"\0" * 60_000_000})
    assert len(bomb) < 100_000
    found = opened(sandbox, "bomb.7z", bomb)
    assert not found.files
    assert [one.reason for one in found.refused] == ["unpack_ratio"]


def test_files_beyond_the_number_and_the_size_allowed_are_refused(sandbox: Sandbox) -> None:
    many = packed("7zip", files={f"{number}.txt": b"x" for number in range(20)})
    found = opened(sandbox, "many.7z", many, Limits(entries=5))
    assert len(found.files) == 5
    assert [one.reason for one in found.refused] == ["too_many_files"]
    large = packed("7zip", files={"large.txt": bytes(range(256)) * 400})
    assert [one.reason for one in opened(sandbox, "l.7z", large, Limits(file_bytes=1_000)).refused] == ["too_large"]


def mail(**changes: object) -> SavedMail:
    given: dict[str, object] = {
        "subject": "Lakeline – GL",
        "sender": "ann@agency.example",
        "sender_name": "Ann Ryder",
        "to": "submissions@intake.example",
        "body": "Please quote.",
        "sent": datetime(2026, 11, 2, 9, tzinfo=UTC),
    }
    return SavedMail(**(given | changes))  # type: ignore[arg-type]


def test_a_saved_mail_is_the_mail_it_was(sandbox: Sandbox) -> None:
    runs = SavedFile(name="r.pdf", content=PDF)
    inner = mail(subject="Runs", sender="bo@carrier.example", sender_name="Bo", files=(runs,))
    files = (SavedFile(name="Äpp.pdf", content=PDF * 40), SavedFile(name="fw", mail=inner))
    outer = mail(html="<p>Please <b>quote</b>.</p>", files=files)
    message = mime.parse(containers.mail_of(saved(outer), sandbox))
    assert message.sender is not None
    assert (message.sender.email, message.sender.name) == ("ann@agency.example", "Ann Ryder")
    assert message.subject == "Lakeline – GL"
    assert message.date == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert message.text == "Please quote."
    assert [address.email for address in message.to] == ["submissions@intake.example"]
    found = unpack.unpack(message, opener=containers.opener(sandbox))
    assert [(file.name, file.content) for file in found.files] == [("Äpp.pdf", PDF * 40), ("r.pdf", PDF)]
    assert [one.subject for one in found.messages] == ["Runs"]


def test_a_saved_mail_of_a_sender_in_another_script_is_read(sandbox: Sandbox) -> None:
    message = mime.parse(containers.mail_of(saved(mail(sender="jörg@büro.example", sender_name="Jörg, B.")), sandbox))
    assert message.text == "Please quote."
    assert message.sender is not None
    assert (message.sender.email, message.sender.name) == ("jörg@büro.example", "Jörg, B.")


def test_a_saved_mail_among_the_attachments_is_opened(sandbox: Sandbox) -> None:
    found = opened(sandbox, "from agent.msg", saved(mail(files=(SavedFile(name="125.pdf", content=PDF),))))
    assert [file.name for file in found.files] == ["125.pdf"]
    assert [one.text for one in found.messages] == ["Please quote."]


def test_headers_of_the_way_are_kept_and_tell_the_thread(sandbox: Sandbox) -> None:
    headers = (
        "Received: from mx.agency.example by mx.intake.example; Mon, 2 Nov 2026 09:00:00 +0000\r\n"
        'From: "Ann" <ann@agency.example>\r\nMessage-ID: <7@agency.example>\r\n'
        "References: <a@x.example>\r\n\t<b@x.example>\r\n"
        "Content-Type: multipart/related;\r\n\tboundary=old\r\nMIME-Version: 1.0\r\n"
    )
    message = mime.parse(containers.mail_of(saved(mail(headers=headers)), sandbox))
    assert message.message_id == "7@agency.example"
    assert message.references == ("a@x.example", "b@x.example")
    assert message.text == "Please quote."


@pytest.mark.parametrize("cut", [600, 2_000, 9_000])
def test_a_damaged_saved_mail_is_a_reason(sandbox: Sandbox, cut: int) -> None:
    whole = saved(mail(files=(SavedFile(name="a.pdf", content=PDF * 40),)))
    found = opened(sandbox, "broken.msg", whole[:cut])
    assert [one.reason for one in found.refused] == ["outlook_damaged"] or found.messages


def test_random_bytes_behind_the_mark_of_outlook_end_in_a_reason(sandbox: Sandbox) -> None:
    import random

    rng = random.Random(5)
    whole = saved(mail(files=(SavedFile(name="a.pdf", content=PDF * 40),)))
    for _ in range(40):
        broken = bytearray(whole)
        for _ in range(30):
            broken[rng.randrange(8, len(broken))] = rng.randrange(256)
        found = opened(sandbox, "broken.msg", bytes(broken))
        assert len(found.ledger) >= 1
