"""Repairs of damaged mail: offered where they fit, told with what they change, and never touching what came."""

from __future__ import annotations

import base64
from itertools import islice

import pytest

from fixtures.mailcases import hostile
from intake import anatomy, blanking, mime, repairs
from intake.repairs import RepairError

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 12


def two_parts(*, header: str = "XX", body: str = "XX", closed: bool = True) -> bytes:
    lines = [
        "From: kim@oak.example",
        "To: submissions@intake.example",
        "Subject: Oak Street Bakery",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{header}"',
        "",
        f"--{body}",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "Please quote.",
        f"--{body}",
        'Content-Type: application/pdf; name="app.pdf"',
        "Content-Transfer-Encoding: base64",
        "",
        base64.encodebytes(PDF).decode().replace("\n", "\r\n").rstrip(),
        *([f"--{body}--"] if closed else []),
        "",
    ]
    return "\r\n".join(lines).encode()


def names(raw: bytes) -> list[str]:
    return [one.name for one in repairs.worth_trying(raw)]


def mended(raw: bytes, name: str) -> mime.InboundMessage:
    return mime.parse(repairs.apply(raw, name).raw)


def test_a_sound_mail_needs_no_repair() -> None:
    assert names(two_parts()) == []


def test_the_boundary_is_taken_from_the_body_where_the_header_names_another() -> None:
    raw = two_parts(header="other")
    assert mime.parse(raw).attachments == ()
    (offered,) = (one for one in repairs.worth_trying(raw) if one.name.startswith("boundary"))
    assert offered.name == "boundary:1:XX"
    assert "2 parts instead of 1" in offered.change
    message = mended(raw, offered.name)
    assert [one.content for one in message.attachments] == [PDF]
    assert message.text == "Please quote."


def test_an_unclosed_boundary_is_closed() -> None:
    raw = two_parts(closed=False)
    assert "close:0" in names(raw)
    message = mended(raw, "close:0")
    assert [one.content for one in message.attachments] == [PDF]
    assert message.defects == ()


def test_a_line_that_is_no_header_is_dropped_and_the_headers_behind_it_count_again() -> None:
    sound = two_parts()
    raw = sound.replace(b"Subject:", b"this is no header at all\r\nnor this: \x01\r\nSubject:")
    assert mime.parse(raw).subject != "Oak Street Bakery"
    (name,) = (one for one in names(raw) if one.startswith("drop-line"))
    once = repairs.apply(raw, name).raw
    (again,) = (one for one in names(once) if one.startswith("drop-line"))
    assert repairs.apply(once, again).raw == sound


def test_a_text_is_read_in_another_character_set_and_the_offer_shows_a_piece_of_it() -> None:
    text = "Пожалуйста, пришлите расчёт для пекарни на улице Дубовой."
    raw = b"From: kim@oak.example\r\nContent-Type: text/plain; charset=x-unknown\r\n\r\n" + text.encode("cp1251")
    offered = [one for one in repairs.worth_trying(raw) if "1251" in one.name]
    if not offered:
        assert text in mime.parse(raw).text, "the reader found the set by itself"
    assert mended(raw, "charset:1:windows-1251").text == text


def test_base64_with_a_damaged_line_is_decoded_line_by_line() -> None:
    raw = two_parts()
    line = base64.encodebytes(PDF).split(b"\n")[5]
    broken = raw.replace(line, line[:31] + b"!" + line[33:])
    offered = names(broken)
    assert {"base64:2", "base64-lines:2"} <= set(offered)
    (kept,) = mended(broken, "base64-lines:2").attachments
    assert kept.content[:285] == PDF[:285] and kept.content[-2000:] == PDF[-2000:]
    assert mended(broken, "base64:2").defects == ()


def test_an_unknown_transfer_encoding_is_replaced_by_the_one_the_bytes_look_like() -> None:
    raw = two_parts().replace(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: b64")
    assert "decode:2:base64" in names(raw)
    assert mended(raw, "decode:2:base64").attachments[0].content == PDF


def test_a_part_is_taken_as_the_text_where_the_mail_has_none() -> None:
    raw = b"From: kim@oak.example\r\nContent-Type: application/x-note\r\n\r\nPlease quote the bakery.\r\n"
    assert "text:1" in names(raw)
    message = mended(raw, "text:1")
    assert message.text.strip() == "Please quote the bakery." and message.attachments == ()


def test_the_attached_mail_becomes_the_mail_itself() -> None:
    raw = (
        b"From: helpdesk@intake.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: message/rfc822\r\n\r\n" + two_parts() + b"\r\n--b--\r\n"
    )
    assert "open:1" in names(raw)
    assert mended(raw, "open:1").sender.email == "kim@oak.example"  # type: ignore[union-attr]


def test_a_message_over_the_limits_is_given_more_room_and_keeps_its_bytes() -> None:
    part = b"--b\r\nContent-Type: text/plain; name=n.txt\r\n\r\nword\r\n"
    raw = b"From: kim@oak.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 700 + b"--b--\r\n"
    assert "budget" in names(raw)
    wide = repairs.apply(raw, "budget")
    assert wide.widened and wide.raw == raw
    assert len(mime.parse(raw, budget=repairs.WIDE_BUDGET).attachments) == 700


@pytest.mark.parametrize("name", ["", "charm:1", "open:9", "drop-line:0:99", "charset:1:rot13", "close:1"])
def test_a_repair_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(RepairError):
        repairs.apply(two_parts(), name)


def test_only_repairs_that_can_be_made_are_offered() -> None:
    empty = two_parts().replace(b"application/pdf", b"message/rfc822").partition(b"JVBERi")[0] + b"\r\n--XX--\r\n"
    assert not any(name.startswith("open") for name in names(empty))
    assert names(b"Content-Type: multipart/mixed\r\n\r\nno line of dashes") == []


@pytest.mark.parametrize("seed", range(4))
def test_mails_made_to_break_readers_break_no_repair(seed: int) -> None:
    for sample in islice(hostile.cases(200), seed * 40, seed * 40 + 40):
        for offer in repairs.worth_trying(sample.raw):
            if offer.name != "budget":
                mime.parse(repairs.apply(sample.raw, offer.name).raw)
        anatomy.examine(sample.raw)
        assert len(blanking.blanked(sample.raw)) == len(sample.raw)


def test_what_was_received_is_the_same_after_every_repair() -> None:
    raw = two_parts(header="other", closed=False)
    before = bytes(raw)
    for name in names(raw):
        repairs.apply(raw, name)
    assert raw == before


def test_the_parts_are_shown_with_number_type_encoding_and_defects() -> None:
    raw = two_parts(closed=False)
    whole, text, paper = anatomy.examine(raw)
    assert (whole.number, whole.depth, whole.is_leaf) == ("0", 0, False)
    assert [one.reason for one in whole.defects] == ["boundary_unclosed"]
    assert (text.number, text.charset, text.content) == ("1", "utf-8", b"Please quote.")
    assert (paper.number, paper.name, paper.encoding, paper.content) == ("2", "app.pdf", "base64", PDF)


def test_parts_of_attached_mails_are_shown_behind_them() -> None:
    raw = b"Content-Type: message/rfc822\r\n\r\n" + two_parts()
    assert [(one.number, one.depth) for one in anatomy.examine(raw)] == [("1", 0), ("1/0", 1), ("1/1", 2), ("1/2", 2)]
