"""Mail as written: equal bytes, a Received line on top, parts that a stock reader finds."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from fixtures.cases.truth import Case, to_toml
from fixtures.letters import logo
from fixtures.made import EML, PDF, Made
from fixtures.mails import (
    Mail,
    checklist_id,
    delivered_again,
    html_table,
    logo_html,
    mail_id,
    phone,
    quoted_block,
    render,
    sent_at,
)


def a_mail(**changes: object) -> Mail:
    values: dict[str, object] = {
        "sender": "Priya Raman <priya@agency.example>",
        "subject": "New submission",
        "sent": sent_at(3, 10, 2),
        "message_id": "<one@agency.example>",
        "text": "Please quote.\n",
    }
    return Mail(**(values | changes))  # type: ignore[arg-type]


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)  # type: ignore[return-value]


def a_file(name: str = "run.pdf") -> Made:
    return Made(filename=name, media_type=PDF, content=b"%PDF-1.4 nothing", kind="loss_run")


def test_a_mail_is_the_same_bytes_every_time() -> None:
    mail = a_mail(attachments=(a_file(),), html="<p>Please quote.</p>", inline=logo("Bayline"))
    assert render(mail) == render(mail)


def test_the_received_line_stands_on_top_with_the_time_of_receipt() -> None:
    message = read(render(a_mail()))
    assert message.keys()[:2] == ["Return-Path", "Received"]
    assert str(message["Received"]).endswith("Tue, 03 Nov 2026 16:02:42 +0000")


def test_lines_end_with_carriage_return_and_line_feed() -> None:
    raw = render(a_mail(attachments=(a_file(),)))
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_attachments_keep_name_type_and_bytes() -> None:
    message = read(render(a_mail(attachments=(a_file("Loss run 2024.pdf"),))))
    (part,) = message.iter_attachments()
    assert part.get_filename() == "Loss run 2024.pdf"
    assert part.get_content_type() == PDF
    assert part.get_content() == b"%PDF-1.4 nothing"


def test_a_logo_stands_beside_the_html_and_is_shown_by_its_content_id() -> None:
    picture = logo("Bayline")
    message = read(render(a_mail(html=logo_html("Please quote.", picture), inline=picture, attachments=(a_file(),))))
    images = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert [part.get_content_disposition() for part in images] == ["inline"]
    assert images[0]["Content-ID"] == "<image001.png@01DC>"
    assert "cid:image001.png@01DC" in message.get_body(("html",)).get_content()


def test_a_mail_inside_a_mail_comes_out_whole() -> None:
    inner = Made(filename="package.eml", media_type=EML, content=render(a_mail(subject="Inner")), kind="nested_mail")
    message = read(render(a_mail(attachments=(inner,))))
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "message/rfc822"
    assert part.get_content()["Subject"] == "Inner"


def test_a_second_delivery_differs_in_our_trace_only() -> None:
    mail = a_mail()
    first = render(mail)
    second = delivered_again(first, mail, after=timedelta(hours=5))
    assert first != second
    assert first.partition(b"From:")[2] == second.partition(b"From:")[2]
    assert read(second)["Message-ID"] == read(first)["Message-ID"]


def test_a_checklist_id_names_reference_and_revision() -> None:
    assert checklist_id("SUB-26-000003", 2) == "<sub-26-000003.2@intake.example>"


def test_message_ids_follow_from_their_parts() -> None:
    assert mail_id("agency.example", "a") == mail_id("agency.example", "a") != mail_id("agency.example", "b")


def test_a_forwarded_block_has_the_four_lines_of_outlook() -> None:
    block = quoted_block("Priya", sent_at(3, 10), "Pam", "GL", "Please quote.")
    assert block.startswith(
        "-----Original Message-----\nFrom: Priya\nSent: Tuesday, November 3, 2026 10:00 AM\nTo: Pam\n"
    )


def test_a_phone_says_so_and_a_pasted_table_has_cells() -> None:
    assert phone("ok").endswith("Sent from my iPhone\n")
    assert html_table("a", [["Insured", "B & C"]], "z").count("<td") == 2
    assert "B &amp; C" in html_table("a", [["Insured", "B & C"]], "z")


def test_truth_names_the_real_agent_when_somebody_forwarded() -> None:
    import tomllib

    case = Case(slug="x", mail=a_mail(), intents=("internal_forward",), sends=True, true_sender="agent@bayline.example")
    truth = tomllib.loads(to_toml(case))
    assert truth["sender"] == "priya@agency.example"
    assert truth["true_sender"] == "agent@bayline.example"
    assert truth["message_id"] == "one@agency.example"


def test_headers_stand_on_one_line_and_base64_in_lines_of_76() -> None:
    subject = "New business: " + "Very Long Name of a Mechanical Contractor LLC, " * 2 + "GL"
    lines = render(a_mail(subject=subject, attachments=(a_file(),) * 2)).decode().split("\r\n")
    assert f"Subject: {subject}" in lines
    assert max(len(line) for line in lines[12:]) <= 100
    big = Made(filename="big.pdf", media_type=PDF, content=bytes(5_000), kind="loss_run")
    assert max(map(len, render(a_mail(attachments=(big,))).decode().split("\r\n"))) <= 100
