"""Whatever happens to the bytes of a mail, reading, unpacking, screening and unwinding it never raise."""

from __future__ import annotations

import base64
import io
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.forwards import unwind
from intake.links import cloud_links
from intake.mime import parse
from intake.reasons import REASONS
from intake.screen import screen
from intake.threads import keys
from intake.unpack import unpack


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("runs/2024.pdf", b"%PDF-1.4 " + b"a" * 400)
        archive.writestr("note.txt", b"hello")
    return stream.getvalue()


ENCODED = base64.encodebytes(_zip())
TNEF = base64.encodebytes(
    b"\x78\x9f\x3e\x22\x01\x00"
    b"\x02\x02\x90\x06\x00\x02\x00\x00\x00ab\x00\x00"
    b"\x02\x10\x80\x01\x00\x06\x00\x00\x00a.pdf\x00\x00\x00"
    b"\x02\x0f\x80\x06\x00\x04\x00\x00\x00%PDF\x00\x00"
)
REPLY = """\
Return-Path: <ann@a.example>
Received: by mx; Tue, 3 Nov 2026 10:15:00 -0600
From: =?utf-8?q?Ann_F=C3=AFeld?= <ann@a.example>
To: Submissions <submissions+tok_123456@house.example>
Subject: RE: [EXTERNAL] =?iso-8859-1?B?UGXxYQ==?= SUB-26-004512
Content-Type: multipart/mixed; boundary="=_x"

--=_x
Content-Type: multipart/alternative; boundary=in

--in
Content-Type: text/plain; charset=windows-1252
Content-Transfer-Encoding: quoted-printable

Caf=E9 =96 see below

On Mon, Nov 2, 2026 at 9:00 AM, Desk <desk@house.example> wrote:
> 1) FEIN?
47-1839204
> 2) Roof?
--in
Content-Type: text/html

<p>Caf&eacute;<img src=cid:1@x></p>
--in--
--=_x
Content-Type: application/zip; name="runs.zip"
Content-Transfer-Encoding: base64

{zip}
--=_x
Content-Type: application/ms-tnef; name*=utf-8''win%6Dail.dat
Content-Transfer-Encoding: base64

{tnef}
--=_x
Content-Type: message/rfc822

From: c@d.example
Subject: inner

hello
--=_x--
"""
FORWARD = """\
From: desk@house.example
Subject: FW: Oak Hollow
Content-Type: text/plain

see below

-----Original Message-----
From: Bo Ray [mailto:bo@b.example]
Sent: Monday, November 2, 2026 4:12 PM
To: Desk
Subject: Oak Hollow

Please quote. https://www.dropbox.com/s/abc/x.zip
--\x20
Bo
"""
REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example
Subject: Undeliverable
Content-Type: multipart/report; report-type=delivery-status; boundary=r

--r

failed
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx

Final-Recipient: rfc822; j@a.example
Action: failed
Status: 5.1.1

--r
Content-Type: text/rfc822-headers

Message-ID: <o@house.example>
--r--
"""
SAMPLES = (
    REPLY.format(zip=ENCODED.decode().strip(), tnef=TNEF.decode().strip()).encode().replace(b"\n", b"\r\n"),
    FORWARD.encode(),
    REPORT.encode().replace(b"\n", b"\r\n"),
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw a sample with bytes replaced, cut out, doubled or put in."""
    raw = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(raw)))
        size = draw(st.integers(0, 40))
        action = draw(st.sampled_from(("replace", "cut", "double", "insert")))
        if action == "replace":
            raw[at : at + size] = draw(st.binary(min_size=0, max_size=40))
        elif action == "cut":
            del raw[at : at + size * 10]
        elif action == "double":
            raw[at:at] = raw[at : at + size * 10]
        else:
            raw[at:at] = draw(st.sampled_from((b"\r", b"\n", b"\0", b"--", b'"', b"=?", b"<", b">", b"\xff\xfe", b":")))
    return bytes(raw)


def follow(raw: bytes) -> None:
    """Send one message through the whole room and check what must hold for every message."""
    message = parse(raw)
    assert {defect.reason for defect in message.defects} <= REASONS.keys()
    (message.text + message.subject + (message.html or "")).encode()
    unpacked = unpack(message)
    top = [line for line in unpacked.ledger if len(line.path) == 1]
    assert len(top) >= len(message.attachments)
    assert len(unpacked.ledger) >= len(unpacked.files) + len(unpacked.artefacts) + len(unpacked.refused)
    screened = screen(message, own_addresses=("submissions@house.example",), own_domain="house.example")
    assert screened.disposition in ("accept", "hold", "discard")
    unwound = unwind(message, own_domain="house.example")
    ranges = sorted([*unwound.new_ranges, *((block.start, block.end) for block in unwound.quoted)])
    assert "".join(message.text[start:end] for start, end in ranges) == message.text
    keys(message, new_text=unwound.new_text, token_domain="house.example")
    cloud_links(unwound.new_text, message.html)


def test_the_samples_go_through_whole() -> None:
    first, second, third = (parse(raw) for raw in SAMPLES)
    assert [one.name for one in unpack(first).files] == ["2024.pdf", "note.txt", "a.pdf"]
    assert unwind(second, own_domain="house.example").kind == "forward"
    assert screen(third, own_addresses=(), own_domain="house.example").reason == "bounce"
    for raw in SAMPLES:
        follow(raw)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(mutated())
def test_a_mutated_mail_never_raises(raw: bytes) -> None:
    follow(raw)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=600))
def test_any_bytes_are_a_message(raw: bytes) -> None:
    follow(raw)
