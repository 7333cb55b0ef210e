"""People at the console see why a message went where it went, and put it right."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from portal.cli.main import app
from tests.flow.installation import MAILBOX, SECRET, TODAY, ingest, installation

CHURCH = "22-nested-mail-year-typo.eml"
OTHER = "23-html-table-complete.eml"


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    with installation(tmp_path) as office:
        ingest(office, MAILBOX / CHURCH)
        ingest(office, MAILBOX / OTHER)
    for name, value in {"DATA": str(tmp_path), "TODAY": TODAY, "SECRET": SECRET}.items():
        monkeypatch.setenv(f"INTAKE_{name}", value)
    return CliRunner()


def test_explain_says_why(console: CliRunner) -> None:
    said = console.invoke(app, ["explain", "1"])
    assert said.exit_code == 0, said.output
    assert "Opened anew" in said.output


def test_moving_what_is_not_there_is_refused_in_one_sentence(console: CliRunner) -> None:
    said = console.invoke(app, ["move", "1", "SUB-26-000009", "new", "--reason", "why"])
    assert "there is no submission SUB-26-000009" in str(said.exception)
    said = console.invoke(app, ["move", "1", "SUB-26-000001", "new", "--reason", "why"])
    assert "all there is" in str(said.exception)


def test_undoing_nothing_is_refused(console: CliRunner) -> None:
    assert "there is no move 7" in str(console.invoke(app, ["undo", "7"]).exception)


def test_placing_what_does_not_wait_is_refused(console: CliRunner) -> None:
    assert "does not wait" in str(console.invoke(app, ["place", "1", "SUB-26-000001"]).exception)
