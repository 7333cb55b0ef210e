"""``intake init`` tries the mailbox and the mail server for real, and writes a file that works at once."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.dovecot import PASSWORD, Dovecot, running_dovecot

LETTER = b"From: ann@agency.example\r\nSubject: hello\r\nMessage-ID: <1@agency.example>\r\n\r\nHello.\r\n"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        server.append("submissions@house.example", [LETTER])
        yield server


@pytest.fixture
def smtp() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(object(), hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}"
    controller.stop()


def intake(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("INTAKE_")} | variables
    command = [sys.executable, "-m", "portal.cli", *arguments]
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def init(folder: Path, dovecot: Dovecot, *more: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    given = ["--address", "submissions@house.example", "--imap", f"localhost:{dovecot.port}", "--since", "2020-01-01"]
    given += ["--portal", "https://intake.house.example", "--authority", str(dovecot.authority)]
    return intake(folder, "init", *given, *more, INTAKE_INIT_PASSWORD=password)


def test_the_file_is_commented_private_and_works_at_once(dovecot: Dovecot, smtp: str, tmp_path: Path) -> None:
    done = init(tmp_path, dovecot, "--smtp", smtp)
    assert done.returncode == 0, done.stderr
    assert "1 messages since 2020-01-01" in done.stdout
    assert "SMTP: the server takes us" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr
    file = tmp_path / "intake.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = tomllib.loads(file.read_text())
    assert written["mailboxes"]["main"]["url"] == f"imaps://submissions%40house.example@localhost:{dovecot.port}"
    checked = intake(tmp_path, "doctor")
    assert "! mailbox main: never spoken to" in checked.stdout
    assert "start intake watch" in checked.stdout


def test_a_file_that_is_there_is_not_written_over(dovecot: Dovecot, tmp_path: Path) -> None:
    (tmp_path / "intake.toml").write_text("# mine\n")
    done = init(tmp_path, dovecot, "--smtp", "-")
    assert done.returncode == 2
    assert (tmp_path / "intake.toml").read_text() == "# mine\n"


@pytest.mark.parametrize(
    ("more", "password", "words"),
    [
        (["--smtp", "-"], "wrong", "refuses our login"),
        (["--smtp", "smtp://127.0.0.1:9"], PASSWORD, "SMTP server does not take us"),
        (["--smtp", "gopher://x"], PASSWORD, "smtp://host:port"),
    ],
)
def test_what_does_not_work_is_said_and_nothing_is_written(
    dovecot: Dovecot, tmp_path: Path, more: list[str], password: str, words: str
) -> None:
    done = init(tmp_path, dovecot, *more, password=password)
    assert done.returncode in (1, 2)
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "intake.toml").exists()


def test_watching_without_a_mailbox_is_told_what_to_do(tmp_path: Path) -> None:
    done = intake(tmp_path, "watch")
    assert done.returncode == 2
    assert "intake init" in done.stderr


def test_a_mail_goes_from_the_mailbox_to_the_ledger_by_intake_up(dovecot: Dovecot, tmp_path: Path) -> None:
    assert init(tmp_path, dovecot, "--smtp", "-").returncode == 0
    environment = {key: value for key, value in os.environ.items() if not key.startswith("INTAKE_")}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "portal.cli", "up", "--listen", "127.0.0.1:0"]
    running = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for _ in range(60):
            told = intake(tmp_path, "ledger", "--json")
            if '"in_work": 0' in told.stdout and '"received": 1' in told.stdout:
                break
        assert '"received": 1' in told.stdout
    finally:
        running.terminate()
        running.communicate(timeout=30)
    gauges = intake(tmp_path, "metrics").stdout
    assert 'intake_messages{state="received"} 1' in gauges
    assert 'intake_mailbox_trouble{mailbox="main"} 0' in gauges
    assert "✓ mailbox main: last contact" in intake(tmp_path, "doctor").stdout
