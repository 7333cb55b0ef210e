"""Reading messages: honest ones whole, hostile ones without an exception and inside their budget."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from intake.mime import Budget, parse
from intake.reasons import REASONS

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 8
HEAD = b"From: Ann Field <ann@fieldagency.example>\r\nTo: submissions@house.example\r\nSubject: Dunlap GL\r\n"


def mixed(*parts: bytes, boundary: bytes = b"cut", final: bool = True) -> bytes:
    """Return a multipart message of raw parts (headers, empty line, body)."""
    head = (
        HEAD + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\npreamble\r\n'
    )
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return head + body + (b"--" + boundary + b"--\r\n" if final else b"")


def attached(content: bytes, *, headers: bytes) -> bytes:
    """Return a base64 part."""
    return headers + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content).replace(b"\n", b"\r\n")


def text(body: bytes = b"Please quote.", extra: bytes = b"") -> bytes:
    """Return a plain text part."""
    return b"Content-Type: text/plain; charset=utf-8\r\n" + extra + b"\r\n" + body


def reasons(raw: bytes) -> set[str]:
    """Return the reasons of a message's defects."""
    return {defect.reason for defect in parse(raw).defects}


def test_an_honest_message_is_read_whole_and_without_defects() -> None:
    message = EmailMessage()
    message["Received"] = "from a by b; Tue, 03 Nov 2026 10:15:00 -0600"
    message["From"] = "Ann Field <Ann@FieldAgency.example>"
    message["To"] = "Submissions <submissions@house.example>, copy@house.example"
    message["Cc"] = "bo@fieldagency.example"
    message["Reply-To"] = "team@fieldagency.example"
    message["Subject"] = "Dunlap Mechanical – GL/Auto ✓"
    message["Date"] = "Tue, 03 Nov 2026 10:14:30 -0600"
    message["Message-ID"] = "<m1@fieldagency.example>"
    message["In-Reply-To"] = "<ours-2@house.example>"
    message["References"] = "<ours-1@house.example> <ours-2@house.example>"
    message.set_content("Pls quote attached.\nNeed by 12/18 – thanks.")
    message.add_alternative("<p>Pls quote <b>attached</b>.</p>", subtype="html")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="Acord 125 – Dunlap.pdf")
    read = parse(message.as_bytes())

    assert read.defects == ()
    assert read.sender is not None
    assert (read.sender.email, read.sender.name) == ("Ann@fieldagency.example", "Ann Field")
    assert [one.email for one in read.to] == ["submissions@house.example", "copy@house.example"]
    assert [one.email for one in (*read.cc, *read.reply_to)] == ["bo@fieldagency.example", "team@fieldagency.example"]
    assert read.subject == "Dunlap Mechanical – GL/Auto ✓"
    assert read.received_at == datetime(2026, 11, 3, 16, 15, tzinfo=UTC)
    assert read.date == datetime(2026, 11, 3, 16, 14, 30, tzinfo=UTC)
    assert read.message_id == "m1@fieldagency.example"
    assert read.in_reply_to == ("ours-2@house.example",)
    assert read.references == ("ours-1@house.example", "ours-2@house.example")
    assert read.text.strip() == "Pls quote attached.\nNeed by 12/18 – thanks."
    assert read.html is not None and "<b>attached</b>" in read.html
    assert [(one.name, one.media_type, one.content) for one in read.attachments] == [
        ("Acord 125 – Dunlap.pdf", "application/pdf", PDF)
    ]
    assert read.attachments[0].path == ("2",)


def test_text_is_made_from_html_when_no_plain_part_came_and_tables_keep_their_rows() -> None:
    page = (
        b"<html><style>p{color:red}</style><table><tr><td>Driver</td><td>DOB</td></tr><tr><td>Lee</td><td>x</td></tr>"
    )
    read = parse(HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + page)
    lines = [line.split() for line in read.text.splitlines() if line.strip()]
    assert lines == [["Driver", "DOB"], ["Lee", "x"]]
    assert "color" not in read.text


def test_zero_width_characters_and_hard_spaces_of_a_page_do_not_reach_the_text() -> None:
    page = "<p>FEIN:&nbsp;47\u200b-1839204&shy;</p>".encode()
    assert parse(HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + page).text.strip() == "FEIN: 47-1839204"


def test_an_inline_pdf_is_an_attachment() -> None:
    inline = attached(PDF, headers=b"Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: inline\r\n")
    read = parse(mixed(text(), inline))
    assert [(one.name, one.disposition, one.content) for one in read.attachments] == [("a.pdf", "inline", PDF)]


def test_a_pdf_declared_as_plain_text_is_an_attachment_and_not_the_body() -> None:
    read = parse(mixed(text(), attached(PDF, headers=b"Content-Type: text/plain\r\n")))
    assert read.attachments[0].content == PDF
    assert read.text.strip() == "Please quote."


def test_an_attached_message_is_an_attachment_named_after_its_subject() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\nSubject: =?utf-8?q?Lo=C3=B1a_GL/Auto?=\r\n\r\nhi"
    read = parse(mixed(text(), inner))
    assert [(one.name, one.media_type) for one in read.attachments] == [("Loña GL-Auto.eml", "message/rfc822")]
    assert read.text.strip() == "Please quote."


def test_two_text_parts_around_a_pdf_are_both_body() -> None:
    pdf = attached(PDF, headers=b"Content-Type: application/pdf; name=a.pdf\r\n")
    read = parse(mixed(text(b"Before."), pdf, text(b"After.")))
    assert read.text == "Before.\nAfter."


def test_an_html_body_with_a_plain_list_footer_keeps_the_body() -> None:
    page = b"Content-Type: text/html\r\n\r\n<p>The real letter about Dunlap.</p>"
    read = parse(mixed(page, text(b"-- list footer --")))
    assert "real letter" in read.text and "list footer" in read.text


HOSTILE: dict[str, tuple[bytes, str]] = {
    "name star without a value": (HEAD + b"Content-Type: text/plain; name*\r\n\r\nx", "parameter_malformed"),
    "address in a comment only": (b"From: a@b.example\r\nTo: (c)\r\n\r\nx", "address_malformed"),
    "unknown character set": (HEAD + b"Content-Type: text/plain; charset=martian\r\n\r\nx", "charset_unknown"),
    "a codec that is no text": (HEAD + b"Content-Type: text/plain; charset=zip\r\n\r\nx", "charset_unknown"),
    "multipart without a boundary": (
        HEAD + b"Content-Type: multipart/mixed\r\n\r\n--q\r\n\r\nx\r\n--q--",
        "boundary_missing",
    ),
    "boundary that stands nowhere": (
        HEAD + b"Content-Type: multipart/mixed; boundary=zz\r\n\r\nhello",
        "boundary_not_found",
    ),
    "no final boundary": (mixed(text(), final=False), "boundary_unclosed"),
    "text behind the end": (mixed(text()) + b"y" * 500, "epilogue"),
    "utf-8 called latin-1": (
        HEAD + b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\ncaf\xc3\xa9",
        "charset_lies",
    ),
    "latin-1 called utf-8": (
        HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\nJos\xe9 Pe\xf1a, calle \xe1lamo",
        "charset_lies",
    ),
    "utf-7": (HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n+AOk-", "charset_lies"),
    "NUL bytes": (HEAD + b"\r\na\x00b", "nul_bytes"),
    "controls in a header": (b"Subject: a\x07b\r\n\r\nx", "header_controls"),
    "8-bit header": (b"Subject: caf\xe9\r\n\r\nx", "header_8bit"),
    "carriage returns only": (b"From: a@b.example\rSubject: s\r\rbody", "line_endings"),
    "broken base64": (
        HEAD + b"Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8gd29ybGQh!SGVsbG8*",
        "base64_broken",
    ),
    "padding inside base64": (HEAD + b"Content-Transfer-Encoding: base64\r\n\r\nSGk=SGk=\r\n", "base64_broken"),
    "unknown transfer encoding": (HEAD + b"Content-Transfer-Encoding: rot13\r\n\r\nx", "transfer_encoding_unknown"),
    "date nobody can read": (HEAD + b"Date: yesterday\r\n\r\nx", "date_malformed"),
    "no sender": (b"Subject: x\r\n\r\nx", "sender_missing"),
    "nothing at all": (b"", "empty_message"),
    "two From headers": (HEAD + b"From: z@z.example\r\n\r\nx", "header_repeated"),
    "a line among the headers that is none": (
        b"Subject: x\r\nbroken wrap\r\nFrom: a@b.example\r\n\r\nx",
        "header_malformed",
    ),
    "encoded word that never ends": (b"Subject: =?utf-8?q?abc\r\n\r\nx", "header_word_broken"),
    "name with a path": (
        mixed(text(), attached(b"x", headers=b'Content-Type: text/csv; name="..\\\\..\\\\x.csv"\r\n')),
        "name_changed",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_damaged_message_is_read_and_the_damage_is_named(case: str) -> None:
    raw, reason = HOSTILE[case]
    assert reason in reasons(raw)


def test_every_defect_has_a_meaning() -> None:
    found = {defect.reason for raw, _ in HOSTILE.values() for defect in parse(raw).defects}
    assert found <= REASONS.keys()
    assert all(sentence.endswith(".") for sentence in REASONS.values())


def test_an_encoded_line_break_in_a_header_makes_no_second_header() -> None:
    read = parse(
        b"From: =?utf-8?q?a=0D=0ABcc=3A_x=40y=2Eexample?= <a@b.example>\r\nSubject: =?utf-8?q?a=0Ab?=\r\n\r\nx"
    )
    assert read.sender is not None
    assert "\n" not in read.sender.name + read.subject
    assert read.subject == "a b"


def test_a_message_id_in_strange_brackets_is_kept() -> None:
    assert parse(b"Message-ID: <[x@y.example]>\r\n\r\nx").message_id == "x@y.example"
    assert parse(b"Message-ID: no brackets\r\n\r\nx").message_id == "no brackets"
    assert parse(b"Message-ID: <>\r\n\r\nx").message_id is None


def test_headers_that_end_without_an_empty_line_leave_the_body_whole() -> None:
    read = parse(b"From: a@b.example\nSubject: s\nHello there\n\nsecond paragraph")
    assert read.subject == "s"
    assert read.text == "Hello there\n\nsecond paragraph"


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"\r\n\r\n", b"From ann Tue Nov  3 10:15:00 2026\r\n"])
def test_what_stands_before_the_headers_is_stepped_over(prefix: bytes) -> None:
    read = parse(prefix + HEAD + b"\r\nbody")
    assert (read.subject, read.text) == ("Dunlap GL", "body")


def test_line_feeds_alone_are_enough() -> None:
    raw = mixed(text(), attached(PDF, headers=b"Content-Type: application/pdf; name=a.pdf\r\n"))
    assert parse(raw.replace(b"\r\n", b"\n")).attachments[0].content == PDF


def test_an_inner_multipart_without_end_does_not_swallow_the_next_part() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\n" + text(b"inside")
    pdf = attached(PDF, headers=b"Content-Type: application/pdf; name=a.pdf\r\n")
    read = parse(mixed(inner, pdf))
    assert read.text.strip() == "inside"
    assert [one.content for one in read.attachments] == [PDF]


def test_a_boundary_that_begins_another_one_does_not_cut_it() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=cutter\r\n\r\n--cutter\r\n" + text(b"one") + b"\r\n--cutter--"
    assert parse(mixed(inner, text(b"two"))).text == "one\ntwo"


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        (b'Content-Disposition: attachment; filename="loss runs.pdf"\r\n', "loss runs.pdf"),
        (b"Content-Disposition: attachment; filename*=utf-8''Pe%C3%B1a%20SOV.xlsx\r\n", "Peña SOV.xlsx"),
        (b"Content-Disposition: attachment; filename*0*=utf-8''Pe%C3%B1; filename*1=a.pdf\r\n", "Peña.pdf"),
        (b"Content-Disposition: attachment; filename*1=b.pdf; filename*0=a\r\n", "ab.pdf"),
        (b'Content-Disposition: attachment; filename="=?utf-8?B?UGXDsWEucGRm?="\r\n', "Peña.pdf"),
        (b'Content-Disposition: attachment; filename="a;b.pdf"\r\n', "a;b.pdf"),
        (b'Content-Disposition: attachment; filename="../../etc/passwd"\r\n', "passwd"),
        (b'Content-Disposition: attachment; filename="C:\\temp\\run.pdf"\r\n', "run.pdf"),
        (b'Content-Disposition: attachment; filename="C:run.pdf"\r\n', "run.pdf"),
        ('Content-Disposition: attachment; filename="gpj.\u202eexe.pdf"\r\n'.encode(), "gpj.exe.pdf"),
        (b'Content-Disposition: attachment; filename="nul.pdf"\r\n', "_nul.pdf"),
        (b'Content-Disposition: attachment; filename="a\x00b.pdf"\r\n', "ab.pdf"),
        (b'Content-Disposition: attachment; filename="..."\r\n', "part-2.csv"),
        (b"Content-Disposition: attachment\r\n", "part-2.csv"),
    ],
)
def test_file_names_are_decoded_and_made_safe(parameters: bytes, name: str) -> None:
    part = attached(b"a,b", headers=b"Content-Type: text/csv\r\n" + parameters)
    assert [one.name for one in parse(mixed(text(), part)).attachments] == [name]


def test_a_very_long_file_name_is_cut_and_keeps_its_ending() -> None:
    part = attached(b"x", headers=b'Content-Type: text/csv; name="' + b"n" * 5000 + b'.xlsx"\r\n')
    (found,) = parse(mixed(text(), part)).attachments
    assert len(found.name) <= 180
    assert found.name.endswith(".xlsx")


def test_broken_base64_keeps_what_can_be_decoded() -> None:
    encoded = base64.encodebytes(PDF)
    torn = encoded[:400] + b"\x80\x81 ~~~ \r\n" + encoded[400:-3]
    part = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + torn
    read = parse(mixed(text(), part))
    assert read.attachments[0].content.startswith(PDF[:1500])
    assert [(one.reason, one.where) for one in read.defects] == [("base64_broken", "2")]


def test_uuencoded_parts_are_decoded() -> None:
    head = b"Content-Type: text/csv; name=a.csv\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n"
    part = head + b"begin 644 a\r\n#0V%T\r\n`\r\nend"
    assert parse(mixed(text(), part)).attachments[0].content == b"Cat"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"=?iso-8859-1?Q?Pe=F1a?= =?iso-8859-1?Q?_SOV?=", "Peña SOV"),
        (b"=?utf-8?B?UGXDsQ==?= =?utf-8?B?YQ==?=", "Peña"),
        (b"=?utf-8?B?UGXD?= =?utf-8?B?sWE=?=", "Peña"),
        (b"a =?utf-8?q?b?= c", "a b c"),
        (b"50% off =? no word", "50% off =? no word"),
        (b"plain \\ backslash", "plain \\ backslash"),
    ],
)
def test_subjects_with_encoded_words(value: bytes, expected: str) -> None:
    assert parse(b"Subject: " + value + b"\r\n\r\nx").subject == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b'"Field, Ann" <ann@a.example>, bo@b.example', [("ann@a.example", "Field, Ann"), ("bo@b.example", "")]),
        (b"Field, Ann <ann@a.example>", [("ann@a.example", "Field, Ann")]),
        (b"team: ann@a.example, bo@b.example;", [("ann@a.example", ""), ("bo@b.example", "")]),
        (b"ann@a.example (Ann)", [("ann@a.example", "Ann")]),
        (b'"Ann <ann@a.example>', [("ann@a.example", "Ann")]),
        (b"=?utf-8?q?Jos=C3=A9?= <jose@a.example>", [("jose@a.example", "José")]),
        (b"<@relay.example:ann@a.example>", [("ann@a.example", "")]),
        (b"undisclosed-recipients:;", []),
        (b"ann@", []),
    ],
)
def test_addresses_in_all_their_shapes(value: bytes, expected: list[tuple[str, str]]) -> None:
    assert [(one.email, one.name) for one in parse(b"To: " + value + b"\r\n\r\nx").to] == expected


def test_a_null_return_path_is_told_from_a_missing_one() -> None:
    assert parse(b"Return-Path: <>\r\n\r\nx").return_path == ""
    assert parse(HEAD + b"\r\nx").return_path is None


def test_parts_stop_at_the_budget_with_a_defect() -> None:
    raw = mixed(*[text(b"x")] * 40)
    read = parse(raw, budget=Budget(parts=10))
    assert read.text.split() == ["x"] * 9  # the root is a part too
    assert "too_many_parts" in {defect.reason for defect in read.defects}


def test_a_hundred_thousand_parts_end_at_five_hundred() -> None:
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000 + b"--b--"
    read = parse(raw)
    assert len(read.text.split()) == 499
    assert [defect.reason for defect in read.defects] == ["too_many_parts"]


def test_lines_that_only_begin_like_the_boundary_are_not_counted_for_ever() -> None:
    read = parse(HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--ab\r\n" * 200_000)
    assert "too_many_parts" in {defect.reason for defect in read.defects}


def test_a_header_of_a_megabyte_is_cut_and_the_others_are_kept() -> None:
    read = parse(b"X-Filler: " + b"a" * 1_000_000 + b"\r\n" + HEAD + b"\r\nbody")
    assert read.sender is not None
    assert (read.subject, read.text) == ("Dunlap GL", "body")
    assert sum(len(name) + len(value) for name, value in read.headers) <= 256 * 1024
    assert "header_budget" in {defect.reason for defect in read.defects}


def test_headers_past_the_budget_are_left_unread_but_structure_is_kept() -> None:
    raw = b"X-Filler: aaaaaaaa\r\n" * 30_000 + b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n<b>body</b>"
    read = parse(raw)
    assert read.sender is not None
    assert read.text.strip() == "body"
    assert "header_budget" in {defect.reason for defect in read.defects}


def test_twenty_thousand_recipients_are_cut_at_the_budget() -> None:
    raw = b"From: a@b.example\r\nTo: " + b", ".join(b"u%d@x.example" % n for n in range(20_000)) + b"\r\n\r\nx"
    read = parse(raw)
    assert len(read.to) == 1_000
    assert "too_many_recipients" in {defect.reason for defect in read.defects}


@pytest.mark.parametrize("word", [b"=?utf-8?q?abc?= ", b"=?a?q?", b"=?a?b?a", b'"\\', b"(", b"a@:", b"<", b";=*"])
def test_a_header_of_one_repeated_piece_costs_its_length(word: bytes) -> None:
    filler = (word * 60_000)[:240_000]
    read = parse(
        b"Subject: " + filler + b"\r\nTo: " + filler + b"\r\nContent-Type: text/plain;" + filler + b"\r\n\r\nx"
    )
    assert read.text == "x"


def test_multiparts_nested_a_thousand_deep_end_at_the_budget_and_keep_the_rest_unopened() -> None:
    levels = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1000))
    read = parse(HEAD + levels + b"\r\nx")
    assert "too_deep" in {defect.reason for defect in read.defects}
    assert len(read.attachments) == 1


def test_attached_messages_nested_two_thousand_deep_stay_one_attachment() -> None:
    read = parse(HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"hi")
    assert len(read.attachments) == 1


def test_decoded_bytes_stop_at_the_budget_with_a_defect_that_names_the_part() -> None:
    pdf = attached(PDF, headers=b"Content-Type: application/pdf; name=a.pdf\r\n")
    read = parse(mixed(text(), pdf, pdf), budget=Budget(decoded_bytes=3_500))
    assert len(read.attachments) == 1
    assert [(one.reason, one.where, one.detail) for one in read.defects] == [("decoded_budget", "3", "a.pdf")]


def test_a_body_past_the_limit_is_cut_with_a_defect() -> None:
    read = parse(HEAD + b"\r\n" + b"word " * 1000, budget=Budget(text_chars=100))
    assert len(read.text) == 100
    assert "body_cut" in {defect.reason for defect in read.defects}


@pytest.mark.parametrize(
    "page",
    [
        b"<div>" * 50_000 + b"needle" + b"</div>" * 50_000,
        b"<table><tr><td>" * 5_000 + b"needle",
        b"<table>" + b"<tr><td>a</td><td>b</td></tr>" * 20_000 + b"</table>needle",
    ],
)
def test_pages_too_deep_or_too_large_to_lay_out_keep_their_text(page: bytes) -> None:
    read = parse(HEAD + b"Content-Type: text/html\r\n\r\n" + page)
    assert "needle" in read.text
    assert "html_flattened" in {defect.reason for defect in read.defects}


def test_a_page_of_open_brackets_costs_its_length() -> None:
    assert "needle" in parse(HEAD + b"Content-Type: text/html\r\n\r\n" + b"<" * 300_000 + b"p>needle").text


def test_a_margin_of_a_million_lines_makes_no_million_lines() -> None:
    page = b"<div style='margin-top:100000000em'>x</div>" * 100
    assert len(parse(HEAD + b"Content-Type: text/html\r\n\r\n" + page).text) < 5_000


def test_the_same_bytes_give_the_same_message() -> None:
    raw = mixed(text(b"Jos\xe9"), attached(PDF, headers=b"Content-Type: application/pdf\r\n"), final=False)
    assert parse(raw) == parse(raw)
