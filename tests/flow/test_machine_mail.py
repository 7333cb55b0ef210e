"""Machine mail opens nothing and is answered by nobody, whichever of twelve mail systems wrote it; loops end."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from fixtures.mailcases import machine
from intake import mime
from intake.screen import screen
from pipeline import events
from pipeline.office import Office
from pipeline.reception import receive
from pipeline.records import ledger, outbox, submissions
from pipeline.records.session import reading
from pipeline.records.submissions import Filter
from tests.flow.installation import MAILBOX, ingest, installation, mails_out, work_off

SAMPLES = tuple(machine.cases(600))
CHURCH = MAILBOX / "22-nested-mail-year-typo.eml"


def counted(office: Office) -> tuple[int, int]:
    with reading(office.engine) as tx:
        opened = len(submissions.listing(tx, Filter(), limit=10_000).submissions)
        return opened, sum(outbox.outbox_counts(tx).values())


def first_mail(office: Office) -> outbox.Outgoing:
    with reading(office.engine) as tx:
        record = submissions.by_ref(tx, "SUB-26-000001")
        assert record is not None
        return outbox.outgoing_of(tx, record.id)[0]


def told(office: Office) -> list[str]:
    with reading(office.engine) as tx:
        record = submissions.by_ref(tx, "SUB-26-000001")
        assert record is not None
        return [one.kind for one in events.events_of(tx, events.submission_stream(record.id))]


def take(office: Office, raw: bytes, key: str) -> None:
    receive(office, raw=raw, source="test", key=key)
    work_off(office)


def test_the_samples_are_of_twelve_systems_and_thirteen_kinds() -> None:
    assert len(SAMPLES) == 600
    assert len({sample.system for sample in SAMPLES}) == 12
    assert len({sample.kind for sample in SAMPLES}) == 13


def test_no_sample_passes_the_screen_and_every_report_names_what_failed() -> None:
    for sample in SAMPLES:
        seen = screen(mime.parse(sample.raw), own_addresses=[machine.OURS], own_domain=machine.OUR_DOMAIN)
        assert seen.disposition == "discard", sample.name
        if sample.kind in ("bounce", "delay"):
            assert seen.bounce is not None, sample.name
            assert seen.bounce.original_message_id == sample.answers, sample.name
            assert seen.bounce.recipient == sample.failed, sample.name
            assert seen.bounce.permanent == sample.permanent, sample.name


def test_six_hundred_samples_open_nothing_and_nobody_is_answered(tmp_path: Path) -> None:
    with installation(tmp_path) as office:
        for sample in SAMPLES:
            receive(office, raw=sample.raw, source="test", key=sample.name)
        work_off(office)
        assert counted(office) == (0, 0)
        with reading(office.engine) as tx:
            account = ledger.accounting(tx)
        assert (account.received, account.discarded) == (600, 600)


def about(mail: outbox.Outgoing, kind: machine.Kind) -> bytes:
    """Return a sample of that kind that speaks of a mail of ours."""
    sample = next(one for one in SAMPLES if one.kind == kind and one.answers)
    return sample.raw.replace(str(sample.answers).encode(), mail.message_id.encode())


@pytest.mark.parametrize(
    ("kind", "event", "state"),
    [
        ("bounce", "mail.bounced", "failed"),
        ("delay", "mail.delayed", "sent"),
        ("away", "mail.auto_replied", "sent"),
        ("ticket", "mail.auto_replied", "sent"),
    ],
)
def test_what_a_machine_says_of_our_mail_stands_beside_it(
    tmp_path: Path, kind: machine.Kind, event: str, state: str
) -> None:
    with installation(tmp_path) as office:
        ingest(office, CHURCH)
        take(office, about(first_mail(office), kind), "machine")
        assert event in told(office)
        assert first_mail(office).state == state
        assert len(mails_out(tmp_path)) == 1


def test_our_own_mail_that_comes_back_is_known_and_ends(tmp_path: Path) -> None:
    with installation(tmp_path) as office:
        ingest(office, CHURCH)
        before = counted(office)
        (sent,) = (tmp_path / "outgoing").glob("*.eml")
        take(office, sent.read_bytes(), "back")
        assert counted(office) == before
        with reading(office.engine) as tx:
            assert [one.reason for one in ledger.messages_in(tx, "discarded")] == ["loop"]


@pytest.mark.parametrize("stripped", [False, True], ids=["whole", "headers-stripped"])
def test_two_installations_that_write_to_each_other_stop_after_two_mails(tmp_path: Path, stripped: bool) -> None:
    """A submission seems to come from another installation's address: what each writes is brought to the other."""
    here, there = "submissions@intake.example", "submissions@elsewhere.example"
    with (
        installation(tmp_path / "here", own_address=here) as left,
        installation(tmp_path / "there", own_address=there) as right,
    ):
        mail = message_from_bytes(CHURCH.read_bytes())
        del mail["From"], mail["Sender"], mail["Reply-To"]
        mail["From"] = f"Robot <{there}>"
        take(left, mail.as_bytes(), "first")
        hops = 0
        for _ in range(10):
            moved = _bring(left, right, tmp_path / "here", stripped) + _bring(right, left, tmp_path / "there", stripped)
            hops += moved
            if not moved:
                break
        assert 1 <= hops <= 2


def _bring(source: Office, target: Office, folder: Path, stripped: bool) -> int:
    """Bring what one installation wrote to the other, each mail once, as a relay that may drop headers."""
    fresh = sorted((folder / "outgoing").glob("*.eml"))
    for path in fresh:
        mail = message_from_bytes(path.read_bytes())
        if stripped:
            for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "List-Id"):
                del mail[name]
        take(target, mail.as_bytes(), f"{folder.name}-{path.name}")
        path.unlink()
    return len(fresh)


def test_a_robot_that_answers_every_mail_in_its_thread_is_answered_three_times_a_day_at_most(tmp_path: Path) -> None:
    with installation(tmp_path) as office:
        ingest(office, CHURCH)
        for number in range(10):
            mail = EmailMessage()
            with reading(office.engine) as tx:
                first = ledger.message_by_id(tx, 1)
            assert first is not None
            mail["From"], mail["To"] = str(first.sender), "submissions@intake.example"
            mail["Subject"], mail["Message-ID"] = "RE: [SUB-26-000001]", f"<robot{number}@test.example>"
            mail["Date"] = "Fri, 20 Nov 2026 09:00:00 +0000"
            mail.set_content(f"1) 0{number % 9 + 1}/15/2027\n")
            take(office, mail.as_bytes(), f"robot{number}")
        assert len(mails_out(tmp_path)) <= 3
