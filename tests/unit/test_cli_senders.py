"""``intake senders`` shows whose mail is in doubt and takes the word of one of us."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import intake_from
from pipeline.jobs import drain
from pipeline.office import open_office
from pipeline.settings import Settings
from portal import wiring
from portal.cli import senders
from portal.cli.output import Problem

MAIL = Path(__file__).parents[2] / "fixtures" / "mailbox" / "22-nested-mail-year-typo.eml"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a data folder with one submission whose sender no trusted server vouches for."""
    monkeypatch.setenv("INTAKE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("INTAKE_TODAY", "2026-11-20")
    monkeypatch.setenv("INTAKE_TRUSTED_AUTHSERV_IDS", '["mx.intake.example"]')
    with open_office(Settings()) as office:
        list(intake_from.folder(office, MAIL))
        drain(office.engine, wiring.all_handlers(office), office.clock)
    yield tmp_path / "data"


def outgoing(data: Path) -> int:
    return len(list((data / "outgoing").glob("*.eml")))


def test_who_is_in_doubt_is_listed_with_the_reason(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    senders.list_all()
    said = capsys.readouterr().out
    assert "unproven" in said
    assert "no results of a trusted server" in said
    assert outgoing(data) == 0


def test_the_word_of_one_of_us_lets_the_answer_go(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    senders.confirm(1, by="pat")
    assert "filed" in capsys.readouterr().out
    assert outgoing(data) == 1
    senders.list_all()
    assert capsys.readouterr().out == ""


def test_what_is_not_in_doubt_or_no_address_is_refused(data: Path) -> None:
    with pytest.raises(Problem, match="nothing is in doubt"):
        senders.confirm(7)
    with pytest.raises(Problem, match="filed as it is"):
        senders.confirm(1, real="ann@field.example")
    with pytest.raises(Problem, match="no address"):
        senders.confirm(1, real="somebody")
