"""``intake watch`` as a process: killed, doubled, stopped, fed with a huge mail; every mail is on the ledger once."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.office import Office
from tests.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.faults.nursery import KILLED, ROOT, Nursery
from tests.flow.installation import SECRET, installation
from tests.mailboxes import arrived, bodies, eventually, letter

KILLS = 8
MAILS = 1_000
HUGE = 200 * 1024 * 1024
MOST_MEMORY = 300 * 1024 * 1024


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with installation(tmp_path / "data", today=None) as opened:
        yield opened


def environment(folder: Path, server: Dovecot, user: str) -> dict[str, str]:
    mailbox = {
        "url": f"imaps://{user}@localhost:{server.port}",
        "password": PASSWORD,
        "ignore_before": "2020-01-01",
        "authority": str(server.authority),
    }
    data = {"INTAKE_DATA": str(folder / "data"), "INTAKE_SECRET": SECRET}
    return data | {"INTAKE_MAILBOXES": json.dumps({"main": mailbox})}


@contextmanager
def running(command: str, folder: Path, variables: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``intake`` in a process of its own, whose words go to ``log``, and end it as an administrator does."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("INTAKE_")}
    arguments = [sys.executable, "-m", "portal.cli", *command.split()]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            arguments, cwd=folder, env=clean | {"PYTHONPATH": str(ROOT)} | variables, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        code = process.wait(30)
    said = (folder / "log").read_text()
    assert code == 0, said
    assert time.monotonic() - began < 10
    assert "Traceback" not in said
    assert PASSWORD not in said


def memory(process: subprocess.Popen[bytes]) -> int:
    """Return the most memory a process ever had, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


def test_killed_at_random_moments_every_mail_is_on_the_ledger_once(
    nursery: Nursery, dovecot: Dovecot, office: Office, tmp_path: Path
) -> None:
    seed = int(os.environ.get("KILL_SEED", "") or time.time_ns() % 1_000_000)
    sys.stdout.write(f"KILL_SEED={seed} draws the same moments\n")
    rng = random.Random(seed)
    variables = environment(tmp_path, dovecot, "killed")
    letters = [letter(number, size=rng.choice((100, 3_000, 3_000_000))) for number in range(40 * KILLS)]
    for kill in range(KILLS):
        dovecot.append("killed", letters[40 * kill : 40 * kill + 40])
        pid = nursery.start(["watch"], folder=tmp_path, environment=variables)
        nursery.ended_within(pid, rng.uniform(0.1, 1.5))
        assert nursery.kill(pid) == KILLED
    pid = nursery.start(["watch"], folder=tmp_path, environment=variables)
    eventually(lambda: len(arrived(office)) >= len(letters), seconds=60)
    time.sleep(0.5)
    nursery.kill(pid)
    assert bodies(office) == letters


def test_two_processes_on_one_mailbox_take_a_thousand_mails_once(
    dovecot: Dovecot, office: Office, tmp_path: Path
) -> None:
    variables = environment(tmp_path, dovecot, "doubled")
    letters = [letter(number) for number in range(MAILS)]
    dovecot.append("doubled", letters[: MAILS // 2])
    with running("watch", tmp_path, variables):
        with running("watch", tmp_path, variables):
            dovecot.append("doubled", letters[MAILS // 2 :])
            eventually(lambda: len(arrived(office)) >= MAILS * 3 // 4, seconds=60)
        eventually(lambda: len(arrived(office)) >= MAILS, seconds=60)
    assert bodies(office) == letters


def test_a_huge_mail_does_not_fill_the_memory(dovecot: Dovecot, office: Office, tmp_path: Path) -> None:
    huge = letter(1, size=HUGE)
    with dovecot.client("huge") as client:
        client.append("INBOX", huge)
        client.append("INBOX", letter(2))
    with running("watch", tmp_path, environment(tmp_path, dovecot, "huge")) as process:
        eventually(lambda: len(arrived(office)) == 2, seconds=120)
        used = memory(process)
    sys.stdout.write(f"a mail of {len(huge):,} bytes was taken in {used / 1024**2:.0f} MiB\n")
    assert bodies(office) == [huge, letter(2)]
    assert used < MOST_MEMORY


def test_everything_in_one_process_ends_when_it_is_told_to(dovecot: Dovecot, office: Office, tmp_path: Path) -> None:
    dovecot.append("upped", [letter(1)])
    with running("up --listen 127.0.0.1:0", tmp_path, environment(tmp_path, dovecot, "upped")):
        eventually(lambda: bool([*arrived(office, "filed"), *arrived(office, "held")]), seconds=60)
