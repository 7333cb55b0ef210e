"""What was set aside can be seen, tried again and ended, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake import mime, repairs
from pipeline import events, intake_from
from pipeline.jobs import drain
from pipeline.office import open_office
from pipeline.reception import receive
from pipeline.records import ledger, queue
from pipeline.records.session import reading, transaction
from pipeline.settings import Settings
from portal import wiring
from portal.cli import quarantine

REPLY = Path(__file__).parents[2] / "fixtures" / "mailbox" / "07-reply-answers-and-attachment.eml"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a data folder that holds one reply to a submission nobody knows."""
    monkeypatch.setenv("INTAKE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("INTAKE_TODAY", "2026-11-20")
    with open_office(Settings()) as office:
        list(intake_from.folder(office, REPLY))
        drain(office.engine, wiring.all_handlers(office), office.clock)
    yield tmp_path / "data"


def state_of(message: int) -> tuple[str, str | None]:
    with open_office(Settings()) as office, reading(office.engine) as tx:
        known = ledger.message_by_id(tx, message)
        assert known is not None
        return known.state, known.reason


def test_a_reply_that_belongs_nowhere_waits_for_a_person(data: Path) -> None:
    assert state_of(1) == ("held", "no_match")


def test_trying_again_changes_nothing_while_nothing_else_changed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quarantine.retry(1)
    assert state_of(1) == ("held", "no_match")


def test_discarding_keeps_the_reason_on_the_ledger_and_in_the_log(data: Path) -> None:
    quarantine.discard(1, reason="sent to the wrong desk")
    assert state_of(1) == ("discarded", "by hand: sent to the wrong desk")
    with open_office(Settings()) as office, reading(office.engine) as tx:
        assert events.events_of(tx, events.message_stream(1))[-1].kind == "message.discarded"


def test_what_is_not_in_quarantine_is_named(data: Path) -> None:
    with pytest.raises(quarantine.Problem, match="message 7 is not in quarantine"):
        quarantine.retry(7)


TORN = (
    b"From: kim@oak.example\r\nTo: submissions@intake.example\r\nSubject: RE: bakery\r\nMessage-ID: <t@oak.example>\r\n"
    b'Content-Type: multipart/mixed; boundary="other"\r\n\r\n--real\r\nContent-Type: text/plain\r\n\r\n'
    b'Owner is Kim Doe, SSN 123-45-6789.\r\n--real\r\nContent-Type: application/pdf; name="Kim Doe.pdf"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQKJcOkw7zDtsOf\r\nQUJDREVGR0hJSktMTU5PUFFS\r\n--real--\r\n"
)


@pytest.fixture
def torn(data: Path) -> Path:
    """Return the folder with a second message set aside, whose boundary stands nowhere."""
    with open_office(Settings()) as office:
        receive(office, raw=TORN, source="test", key="torn")
        with transaction(office.engine) as tx:
            ledger.finish_message(tx, 2, "shunted", "message.file: worker died", at=office.clock.now())
            for step in queue.steps_in(tx, "due"):
                queue.complete(tx, queue.claim(tx, "test", office.clock.now()) or step)
    return data


def test_a_torn_message_is_shown_with_its_parts_and_the_repairs_worth_trying(
    torn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quarantine.show(2)
    said = capsys.readouterr().out
    assert "The boundary named in the header stands nowhere" in said
    assert "intake quarantine repair 2 boundary:1:real" in said
    assert "2 parts instead of 1" in said


def test_a_repair_is_kept_beside_the_original_and_can_be_taken_back(torn: Path) -> None:
    quarantine.repair(2, "boundary:1:real")
    with open_office(Settings()) as office, reading(office.engine) as tx:
        message = ledger.message_by_id(tx, 2)
        assert message is not None and office.archive.get(message.sha256) == TORN
        assert [one.name for one in ledger.attachments_of(tx, 2)] == ["Kim Doe.pdf"]
        assert "message.repaired" in [event.kind for event in events.events_of(tx, events.message_stream(2))]
    assert state_of(2)[0] == "held"
    quarantine.undo(2)
    with open_office(Settings()) as office, reading(office.engine) as tx:
        assert ledger.attachments_of(tx, 2) == ()
    with pytest.raises(quarantine.Problem, match="no repair to take back"):
        quarantine.undo(2)


def test_a_repair_that_does_not_fit_is_refused_and_changes_nothing(torn: Path) -> None:
    with pytest.raises(quarantine.Problem, match="no part 7"):
        quarantine.repair(2, "base64:7")
    assert state_of(2) == ("shunted", "message.file: worker died")


def test_a_fixture_names_nobody_and_has_the_same_shape(torn: Path, tmp_path: Path) -> None:
    quarantine.fixture(2, tmp_path / "blank.eml")
    blank = (tmp_path / "blank.eml").read_bytes()
    assert len(blank) == len(TORN)
    assert b"Kim" not in blank and b"6789" not in blank and b"oak.example" not in blank
    before, after = mime.parse(TORN), mime.parse(blank)
    assert [one.reason for one in before.defects] == [one.reason for one in after.defects]
    mended = mime.parse(repairs.apply(blank, "boundary:1:real").raw)
    assert [(one.media_type, one.name) for one in mended.attachments] == [("application/pdf", "Xxx Xxx.pdf")]
    quarantine.fixture(2, tmp_path / "as-it-is.eml", reveal=True)
    assert (tmp_path / "as-it-is.eml").read_bytes() == TORN
    with pytest.raises(quarantine.Problem, match="exists already"):
        quarantine.fixture(2, tmp_path / "blank.eml")
