"""What was set aside can be seen, tried again and ended, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import events, intake_from
from pipeline.jobs import drain
from pipeline.office import open_office
from pipeline.records import ledger
from pipeline.records.session import reading
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
        assert [event.kind for event in events.events_of(tx, events.message_stream(1))] == ["message.discarded"]


def test_what_is_not_in_quarantine_is_named(data: Path) -> None:
    with pytest.raises(quarantine.Problem, match="message 7 is not in quarantine"):
        quarantine.retry(7)
