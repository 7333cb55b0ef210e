"""A draft to the preflight address is answered once with what is missing, filed nowhere, and gone after a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from pydantic import SecretStr

from intake.errors import ArchiveError
from outbound.policy import DRAFTS_A_DAY
from pipeline import drafts
from pipeline.office import Office
from pipeline.reception import receive
from pipeline.records import documents, ledger, preflights, queue, submissions
from pipeline.records.ledger import Message
from pipeline.records.session import reading, transaction
from tests.flow.installation import MAILBOX, installation, row_counts, work_off
from tests.inbox import Inbox, running_inbox

PREFLIGHT = "preflight@intake.example"
MAIL = MAILBOX / "04-machine-shop-loss-years.eml"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with running_inbox() as opened:
        yield opened


@pytest.fixture
def office(tmp_path: Path, inbox: Inbox) -> Iterator[Office]:
    with installation(tmp_path, smtp_url=SecretStr(inbox.url), preflight_address=PREFLIGHT) as opened:
        yield opened


def draft(*, to: str = PREFLIGHT, **headers: str) -> bytes:
    """Return the machine shop's mail, addressed to somebody else and with other headers."""
    mail = message_from_bytes(MAIL.read_bytes(), policy=default)
    del mail["To"], mail["Cc"], mail["Delivered-To"], mail["X-Original-To"]
    mail["To"] = to
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    return mail.as_bytes()


def send(office: Office, raw: bytes, key: str = "1") -> Message:
    arrival = receive(office, raw=raw, source="test", key=key)
    work_off(office)
    with reading(office.engine) as tx:
        found = ledger.message_by_id(tx, arrival.message)
    assert found is not None
    return found


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_draft_is_answered_with_what_is_missing_and_filed_nowhere(office: Office, inbox: Inbox) -> None:
    message = send(office, draft())
    assert (message.state, message.reason) == ("discarded", "preflight")
    (mail,) = inbox.mails
    said = text_of(mail)
    assert "Redstone Precision Tool" in said and "filed nothing" in said
    assert "Loss runs" in said and "deleted here after 24 hours" in said
    assert mail["Auto-Submitted"] == "auto-generated" and mail["X-Intake-Loop"]
    assert mail["In-Reply-To"] == f"<{message.message_id}>"
    assert mail.get_body(("html",)) is not None
    counts = row_counts(office.engine)
    for table in ("submissions", "documents", "facts", "filings", "communications", "outgoing", "accounts"):
        assert counts[table] == 0, table


@pytest.mark.parametrize("header", ["Cc", "Delivered-To", "X-Original-To"])
def test_the_address_counts_wherever_it_stands(office: Office, inbox: Inbox, header: str) -> None:
    raw = draft(to="somebody@intake.example", **{header.replace("-", "_"): PREFLIGHT.upper()})
    assert send(office, raw).reason == "preflight"
    assert len(inbox.mails) == 1


def test_a_mail_that_names_the_submission_address_too_is_a_submission(office: Office) -> None:
    message = send(office, draft(to=f"submissions@intake.example, {PREFLIGHT}"))
    assert message.state == "filed"


def test_the_same_draft_delivered_twice_is_answered_once(office: Office, inbox: Inbox) -> None:
    send(office, draft())
    again = send(office, draft(X_Trace="second"), key="2")
    assert (again.reason, again.duplicate_of) == ("preflight", 1)
    assert len(inbox.mails) == 1


def test_the_same_mail_sent_in_earnest_is_no_duplicate_of_the_draft(office: Office) -> None:
    send(office, draft())
    assert send(office, draft(to="submissions@intake.example"), key="2").state == "filed"


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"From": "no-reply@oak.example"},
        {"X_Intake_Loop": "submissions@intake.example"},
    ],
)
def test_machines_get_no_report(office: Office, inbox: Inbox, header: dict[str, str]) -> None:
    assert send(office, draft(**header)).state == "discarded"
    assert inbox.mails == []


def test_somebody_unknown_gets_few_reports_a_day(office: Office, inbox: Inbox) -> None:
    for number in range(DRAFTS_A_DAY + 2):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "Kim <kim@oak.example>", PREFLIGHT, f"Draft {number}"
        mail["Message-ID"], mail["Date"] = f"<{number}@oak.example>", "Fri, 20 Nov 2026 09:00:00 +0000"
        mail.set_content("Please quote Oak Street Bakery, general liability, effective 1/15/2027.\n")
        assert send(office, mail.as_bytes(), key=str(number)).reason == "preflight"
    assert len(inbox.mails) == DRAFTS_A_DAY


def test_what_was_read_and_the_bytes_are_gone_after_a_day_and_the_ledger_line_stays(office: Office) -> None:
    message = send(office, draft())
    assert office.archive.exists(message.sha256)
    with transaction(office.engine) as tx:
        (step,) = (one for one in queue.steps_in(tx, "due") if one.kind == drafts.PURGE_DRAFT)
    assert step.due_at - office.clock.now() == timedelta(hours=24)
    drafts.purge(office, step)
    drafts.purge(office, step)
    with reading(office.engine) as tx:
        kept = ledger.message_by_id(tx, message.id)
        report = preflights.by_message(tx, message.id)
        assert ledger.attachments_of(tx, message.id) == ()
        assert ledger.accounting(tx).adds_up
    assert kept is not None and report is not None
    assert (kept.state, kept.reason, kept.subject, kept.sender) == ("discarded", "preflight", "", message.sender)
    assert report.report is None and report.state == "sent"
    with pytest.raises(ArchiveError):
        office.archive.get(message.sha256)


def test_bytes_that_were_filed_too_are_kept(office: Office) -> None:
    raw = draft(to="somebody@intake.example", X_Original_To=PREFLIGHT)
    message = send(office, raw)
    with transaction(office.engine) as tx:
        other, _ = ledger.record_received(
            tx, source="other", source_key="1", sha256=message.sha256, size=1, received_at=office.clock.now()
        )
        ledger.finish_message(tx, other, "filed", "new_business", at=office.clock.now())
        (step,) = (one for one in queue.steps_in(tx, "due") if one.kind == drafts.PURGE_DRAFT)
    drafts.purge(office, step)
    assert office.archive.exists(message.sha256)


def test_without_the_setting_there_is_no_such_address(tmp_path: Path) -> None:
    with installation(tmp_path / "plain") as office:
        assert send(office, draft()).state == "filed"
        with reading(office.engine) as tx:
            assert submissions.listing(tx, submissions.Filter(), limit=5).submissions
            assert documents.submissions_of_message(tx, 1)
