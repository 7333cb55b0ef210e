"""The mail an agent gets, and how it leaves the house."""

from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.checklist import Ask, Checklist
from outbound.compose import Envelope, UnsafeMail, compose, message_id, subject_line
from outbound.courier import FolderCourier, SmtpCourier
from tests.inbox import running_inbox
from tests.servers import free_port

CHECKLIST = Checklist(
    revision=2,
    ref="SUB-26-004512",
    insured="Dunlap Mechanical LLC",
    lines=("general_liability", "commercial_auto"),
    effective=date(2027, 1, 15),
    gate="blocked",
    score=61,
    asks=(
        Ask(number=1, code="A", line=None, subject="", severity="blocking", title="ACORD 130", text="Please send it."),
        Ask(number=4, code="B", line=None, subject="", severity="nice", title="Website", text="Address or 'none'."),
    ),
    closed=("Loss runs, auto",),
)
ENVELOPE = Envelope(
    sender="submissions@intake.example",
    sender_name="Intake desk",
    recipient="priya@copperfield.example",
    recipient_name="Priya Nair",
    reply_to="submissions+abc@intake.example",
    subject=subject_line("Dunlap Mechanical LLC 1/15", "SUB-26-004512"),
    message_id=message_id("SUB-26-004512", 2, "intake.example"),
    in_reply_to="q1@copperfield.example",
    references=("q0@copperfield.example",),
    written_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
    link="https://intake.example/l/abc",
    link_expires=date(2026, 12, 20),
)


def test_the_same_checklist_composes_to_the_same_bytes() -> None:
    assert compose(CHECKLIST, ENVELOPE) == compose(CHECKLIST, ENVELOPE)


def test_the_mail_stands_in_the_agents_thread_and_says_that_a_machine_wrote_it() -> None:
    mail = message_from_bytes(compose(CHECKLIST, ENVELOPE), policy=default)
    assert mail["Message-ID"] == "<sub-26-004512.2@intake.example>"
    assert mail["In-Reply-To"] == "<q1@copperfield.example>"
    assert mail["References"] == "<q0@copperfield.example> <q1@copperfield.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "RE: Dunlap Mechanical LLC 1/15 [SUB-26-004512]"


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_both_bodies_hold_every_ask_the_link_and_what_was_received(kind: str) -> None:
    mail = message_from_bytes(compose(CHECKLIST, ENVELOPE), policy=default)
    part = mail.get_body((kind,))
    assert part is not None
    body = part.get_content()
    for words in ("ACORD 130", "Please send it.", "Website", "Loss runs, auto", ENVELOPE.link, "01/15/2027"):
        assert words in body


def test_more_than_ten_asks_are_counted_and_left_to_the_page() -> None:
    many = tuple(replace(CHECKLIST.asks[0], number=n, title=f"Thing {n}") for n in range(1, 13))
    body = compose(replace(CHECKLIST, asks=many), ENVELOPE).decode()
    assert "2 more are on your private list" in body
    assert "Thing 11" not in body


@pytest.mark.parametrize(
    "text", ["The number 987-65-4321 fails.", "Good news, you are bound now: everything is bound."]
)
def test_a_mail_with_a_social_security_number_or_a_promise_is_refused(text: str) -> None:
    asks = (replace(CHECKLIST.asks[0], text=text),)
    with pytest.raises(UnsafeMail):
        compose(replace(CHECKLIST, asks=asks), ENVELOPE)


@given(st.text(max_size=60))
def test_no_name_or_subject_can_add_a_header(text: str) -> None:
    hostile = f"{text}\r\nBcc: everybody@victim.example"
    envelope = replace(ENVELOPE, subject=subject_line(hostile, "SUB-26-1"), recipient_name=hostile)
    mail = message_from_bytes(compose(CHECKLIST, envelope), policy=default)
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    ("original", "answer"),
    [
        ("FW: RE: Acme", "RE: Acme [R]"),
        ("RE: Acme [R]", "RE: Acme [R]"),
        ("", "RE: Your submission [R]"),
    ],
)
def test_a_subject_gets_one_re_and_our_number_once(original: str, answer: str) -> None:
    assert subject_line(original, "R") == answer


def test_the_folder_courier_writes_a_mail_once(tmp_path: Path) -> None:
    courier = FolderCourier(tmp_path)
    for _ in range(2):
        assert courier.deliver(b"x", sender="a@b.example", recipient="c@d.example", message_id="m.1@e").status == "sent"
    assert [path.name for path in tmp_path.iterdir()] == ["m.1.eml"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("250 kept", ("sent", False)), ("451 later", ("failed", False)), ("550 no such user", ("failed", True))],
)
def test_smtp_outcomes_say_whether_to_try_again(answer: str, expected: tuple[str, bool]) -> None:
    with running_inbox(answer) as inbox:
        raw = compose(CHECKLIST, ENVELOPE)
        delivery = SmtpCourier(inbox.url).deliver(raw, sender="a@b.example", recipient="c@d.example", message_id="m@e")
    assert (delivery.status, delivery.permanent) == expected
    assert len(inbox.got) == 1


def test_an_absent_server_is_a_transient_failure() -> None:
    url = f"smtp://127.0.0.1:{free_port()}"
    delivery = SmtpCourier(url).deliver(b"x", sender="a@b.example", recipient="c@d.example", message_id="m@e")
    assert (delivery.status, delivery.permanent) == ("failed", False)
