"""Commands end in one sentence and an exit code; where an error came from is told with --debug only."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import structlog
from rich.console import Console

from pipeline.settings import Settings
from portal.cli import cards, running, serving
from portal.cli import main as command_line

MESSAGE = b"From: ann@agency.example\nTo: submissions@intake.example\nSubject: hello\n\nhello\n"


@pytest.fixture(autouse=True)
def undisturbed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Run in an empty folder with nothing set, and leave the logging and the last word of this process as they were."""
    logging = structlog.get_config()
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("INTAKE_")]:
        monkeypatch.delenv(name)
    yield
    structlog.configure(**logging)


def ended(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run a command in this process and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["intake", *arguments])
    with pytest.raises(SystemExit) as end:
        command_line.main()
    return int(end.value.code or 0)


@pytest.mark.parametrize(
    ("name", "value", "code", "told"),
    [
        ("INTAKE_TODAY", "foo", 2, "today"),
        ("INTAKE_MAILBOXES", "{", 2, "mailboxes"),
        ("INTAKE_DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/x", 1, "database"),
        ("INTAKE_DATABASE_URL", "nonsense", 2, "database"),
        ("INTAKE_DATABASE_URL", "mysql://host/x", 1, "sqlite"),
        ("INTAKE_DATABASE_URL", f"sqlite:///{__file__}", 1, "not a database"),
        ("INTAKE_DATA", f"{__file__}/data", 1, "Not a directory"),
        ("INTAKE_SMTP_URL", "nonsense", 2, "smtp://host:port"),
        ("INTAKE_REDIS_URL", "nonsense", 2, "redis://"),
    ],
)
def test_trouble_around_us_is_one_sentence(
    name: str, value: str, code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    assert ended(monkeypatch, "doctor") == code
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert line.startswith("intake: ")
    assert told in line
    assert "secret" not in line


def test_a_broken_settings_file_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("intake.toml").write_text("today = [")
    assert ended(monkeypatch, "ledger") == 2
    assert "TOML" in capsys.readouterr().err


def test_what_nobody_expected_is_one_line_without_the_words_of_the_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(paths: object) -> None:
        raise KeyError("ssn 123-45-6789")

    monkeypatch.setattr("portal.cli.reading.must_exist", fail)
    monkeypatch.setattr(sys, "argv", ["intake", "read", "x"])
    with pytest.raises(KeyError) as caught:
        command_line.main()
    sys.excepthook(caught.type, caught.value, caught.tb)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("intake: internal error (KeyError in test_cli_errors.py:")
    assert "--debug" in line
    assert "6789" not in line


def test_debug_raises_what_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["intake", "ledger", "--debug"])
    monkeypatch.setenv("INTAKE_DATABASE_URL", "mysql://host/x")
    hook = sys.excepthook
    with pytest.raises(Exception, match="sqlite"):
        command_line.main()
    assert sys.excepthook is hook


def test_an_unknown_command_suggests_the_nearest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, "ledgre") == 2
    assert "Did you mean 'ledger'" in capsys.readouterr().err


@pytest.mark.parametrize("listen", ["foo", "foo:bar", "127.0.0.1:99999", "127.0.0.1", "http://x:80", "a@b:80"])
def test_an_address_that_is_none_is_wrong_use(
    listen: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, "up", "--listen", listen) == 2
    assert capsys.readouterr().err == f"intake: --listen takes host:port, such as 127.0.0.1:8000, and not {listen}\n"


def test_a_taken_address_is_told_before_any_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        assert ended(monkeypatch, "demo", "--serve", "--data", str(tmp_path / "d"), "--listen", listen) == 1
    assert f"{listen} cannot be served: Address already in use" in capsys.readouterr().err
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(("listen", "start"), [("127.0.0.1:0", "http://127.0.0.1:"), (":0", "http://127.0.0.1:")])
def test_the_address_told_is_one_a_browser_can_open(listen: str, start: str) -> None:
    with serving.opened(listen) as door:
        assert serving.address(door) == f"{start}{door.getsockname()[1]}"


def test_links_lead_where_somebody_said_they_should(monkeypatch: pytest.MonkeyPatch) -> None:
    assert serving.reachable(Settings(), "http://127.0.0.1:9").public_url == "http://127.0.0.1:9"
    monkeypatch.setenv("INTAKE_PUBLIC_URL", "https://agents.example")
    assert serving.reachable(Settings(), "http://127.0.0.1:9").public_url == "https://agents.example"


def test_ingest_stopped_from_the_keyboard_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    Path("m.eml").write_bytes(MESSAGE)
    with monkeypatch.context() as patched:
        patched.setattr(running, "_work_off", stop)
        assert ended(patched, "ingest", "m.eml") == 130
    assert capsys.readouterr().err == f"intake: stopped; {running.GO_ON}\n"
    assert ended(monkeypatch, "ingest", "m.eml") == 0
    assert "+ 0 in work" in capsys.readouterr().out


def test_read_stopped_from_the_keyboard_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(paths: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("portal.cli.reading.must_exist", stop)
    assert ended(monkeypatch, "read", "x") == 130
    assert capsys.readouterr().err == "intake: stopped\n"


def test_the_demonstration_stays_in_its_folder_whatever_is_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "m.eml").write_bytes(MESSAGE)
    monkeypatch.setattr(running, "SAMPLE", tmp_path / "m.eml")
    monkeypatch.setenv("INTAKE_DATABASE_URL", "postgresql://127.0.0.1:1/real")
    monkeypatch.setenv("INTAKE_SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setenv("INTAKE_ARCHIVE_URL", str(tmp_path / "real"))
    assert ended(monkeypatch, "demo", "--data", str(tmp_path / "d")) == 0
    assert (tmp_path / "d" / "intake.db").exists()
    assert not (tmp_path / "real").exists()


def test_the_doctor_says_what_is_set_and_no_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, "doctor") == 0
    said = capsys.readouterr().out
    assert "! settings: all defaults, data in var" in said
    assert "✓ mail out: files in var/outgoing" in said
    assert "✓ database: sqlite:///" in said
    monkeypatch.setenv("INTAKE_SMTP_URL", "smtp://me:secret@mail.example:25")
    assert ended(monkeypatch, "doctor") == 0
    said = capsys.readouterr().out
    assert "✓ settings: smtp_url" in said
    assert "✓ mail out: smtp://mail.example:25" in said
    assert "secret" not in said


def test_asks_wrap_under_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = StringIO()
    monkeypatch.setattr(cards, "console", Console(file=paper, width=60, highlight=False, emoji=False))
    ask = {"severity": "blocking", "code": "DOC-DECLARED-MISSING", "ask": "please send [it] again; " * 6}
    cards.show_submission(
        {
            "ref": "SUB-26-000001",
            "insured": "Acme [/x] LLC",
            "lines": ["general_liability"],
            "effective_date": None,
            "status": "In review",
            "score": 9,
            "gate": None,
            "items": [ask],
        }
    )
    head, standing, first, *rest = paper.getvalue().splitlines()
    assert head == "SUB-26-000001  Acme [/x] LLC"
    assert standing == "  general liability · effective – · In review · score 9 · –"
    assert first.startswith("  ● DOC-DECLARED-MISSING  please send [it] again;")
    assert len(rest) > 2
    assert all(line.startswith(" " * 26) and line[26] != " " and len(line) <= 60 for line in rest)
