"""A reply of the one word STATUS is told where its submission stands, by nobody's leave but a party's, once."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from outbound.policy import MAILS_A_DAY
from pipeline.office import Office
from pipeline.reception import receive
from pipeline.records import documents, items, ledger, outbox
from pipeline.records.ledger import Message
from pipeline.records.session import reading
from tests.flow.installation import MAILBOX, ingest, installation, work_off

REF = "SUB-26-000001"
QUOTED = "\n\nOn Fri, Nov 20, 2026 at 9:00 AM Submission intake <submissions@intake.example> wrote:\n> 1. Loss runs\n"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with installation(tmp_path) as opened:
        ingest(opened, MAILBOX / "04-machine-shop-loss-years.eml")
        yield opened


def agent_of(office: Office) -> str:
    with reading(office.engine) as tx:
        message = ledger.message_by_id(tx, 1)
    assert message is not None and message.sender is not None
    return message.sender


def ask(office: Office, text: str, *, sender: str = "", number: int = 1, again: bool = False) -> Message:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Paula <{sender or agent_of(office)}>", "submissions@intake.example"
    mail["Subject"] = f"RE: Redstone [{REF}]"
    mail["Message-ID"], mail["Date"] = f"<ask.{number}@agency.example>", "Fri, 20 Nov 2026 12:00:00 +0000"
    mail["In-Reply-To"] = f"<{REF.lower()}.1@intake.example>"
    mail.set_content(text + QUOTED)
    arrival = receive(office, raw=mail.as_bytes(), source="test", key=f"{number}-{again}")
    work_off(office)
    with reading(office.engine) as tx:
        found = ledger.message_by_id(tx, arrival.message)
    assert found is not None
    return found


def answers(office: Office) -> list[EmailMessage]:
    found = sorted((office.settings.data / "outgoing").glob("*.status.*.eml"))
    return [message_from_bytes(path.read_bytes(), policy=default) for path in found]  # type: ignore[misc]


@pytest.mark.parametrize("word", ["STATUS", "status", "Status?", " status. "])
def test_the_one_word_is_answered_from_the_record_and_files_nothing(office: Office, word: str) -> None:
    with reading(office.engine) as tx:
        before = [one.item for one in items.items_of(tx, 1)], len(documents.documents_of(tx, 1))
    message = ask(office, word)
    assert (message.state, message.reason) == ("filed", "status_request")
    (mail,) = answers(office)
    body = mail.get_body(("plain",))
    assert body is not None
    said = str(body.get_content())
    assert "Status: In review" in said and "Still open" in said and "/l/" in said
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["In-Reply-To"] == "<ask.1@agency.example>" and REF in mail["Subject"]
    with reading(office.engine) as tx:
        assert ([one.item for one in items.items_of(tx, 1)], len(documents.documents_of(tx, 1))) == before
        assert {one.state for one in outbox.outgoing_of(tx, 1)} == {"sent"}


def test_the_word_among_others_is_an_ordinary_reply(office: Office) -> None:
    ask(office, "What is the status of the loss runs?")
    assert answers(office) == []


def test_a_stranger_is_told_nothing(office: Office) -> None:
    assert ask(office, "STATUS", sender="mallory@gmail.com").reason != "status_request"
    assert answers(office) == []


def test_the_same_message_delivered_twice_is_answered_once(office: Office) -> None:
    ask(office, "STATUS")
    assert ask(office, "STATUS", again=True).reason == "duplicate"
    assert len(answers(office)) == 1


def test_only_so_many_a_day_are_answered(office: Office) -> None:
    for number in range(MAILS_A_DAY + 2):
        ask(office, "STATUS", number=number)
    assert len(answers(office)) == MAILS_A_DAY


def test_a_checklist_still_goes_out_after_a_status(office: Office) -> None:
    ask(office, "STATUS")
    with reading(office.engine) as tx:
        before = len(outbox.outgoing_of(tx, 1))
    ask(office, "1) yes\n2) The prior carrier was Harborline.\nProposed effective date is 02/01/2027.", number=2)
    with reading(office.engine) as tx:
        after = outbox.outgoing_of(tx, 1)
    assert len(after) == before or after[-1].state in ("sent", "queued")
