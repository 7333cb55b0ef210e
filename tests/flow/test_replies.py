"""How a reply finds its submission, and who may not."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline.office import Office
from pipeline.reception import receive
from pipeline.records import ledger, submissions
from pipeline.records.session import reading
from tests.flow.installation import MAILBOX, ingest, installation, mails_out, work_off

CHURCH = "22-nested-mail-year-typo.eml"


def answer(office: Office, *, sender: str, to: str, subject: str = "RE: your list") -> str:
    """Send one reply and return the state it ends in."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = "Fri, 20 Nov 2026 09:00:00 +0000"
    mail["Message-ID"] = f"<{abs(hash((sender, to, subject)))}@test.example>"
    mail.set_content("1) 01/15/2027\n")
    arrival = receive(office, raw=mail.as_bytes(), source="test", key=str(mail["Message-ID"]))
    work_off(office)
    with reading(office.engine) as tx:
        message = ledger.message_by_id(tx, arrival.message)
    assert message is not None
    return f"{message.state} {message.reason}"


def effective(office: Office) -> str:
    with reading(office.engine) as tx:
        record = submissions.by_ref(tx, "SUB-26-000001")
    assert record is not None
    return str(record.effective_date)


def sender_of(office: Office) -> str:
    with reading(office.engine) as tx:
        message = ledger.message_by_id(tx, 1)
    assert message is not None and message.sender is not None
    return message.sender


def test_the_reply_address_alone_leads_to_the_submission(tmp_path: Path) -> None:
    with installation(tmp_path) as office:
        ingest(office, MAILBOX / CHURCH)
        to = f"submissions+{office.reply_token('SUB-26-000001')}@intake.example"
        assert effective(office) == "2026-01-15"
        assert answer(office, sender=sender_of(office), to=to).startswith("filed")
        assert effective(office) == "2027-01-15"


@pytest.mark.parametrize("subject", ["RE: [SUB-26-000001]", "RE: your list"])
def test_a_stranger_reaches_nothing_and_hears_nothing(tmp_path: Path, subject: str) -> None:
    with installation(tmp_path) as office:
        ingest(office, MAILBOX / CHURCH)
        sent = mails_out(tmp_path)
        to = f"submissions+{office.reply_token('SUB-26-000001')}@intake.example"
        assert answer(office, sender="mallory@gmail.com", to=to, subject=subject) == "held no_match"
        assert (effective(office), mails_out(tmp_path)) == ("2026-01-15", sent)
