"""Killed at any moment and run again, the product ends in the same records and the same mails."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.records.queue import MAX_ATTEMPTS
from pipeline.records.session import open_engine
from tests.faults.nursery import KILLED, Nursery
from tests.flow.installation import MAILBOX, SECRET, TODAY, contents, differences, mails_out, troubles

KILLS = 50
KILLS_A_FOLDER = 10
"""Kills that hit one data folder, spread over the whole of its work; then the next folder is begun."""
PATIENCE = 0.02
"""Seconds to let a step go on that was killed twice already: the third time sets its message aside, as it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a finished data folder holds, and how long an undisturbed run takes, in seconds."""

    rows: dict[str, list[tuple[Any, ...]]]
    mails: dict[str, str]
    archived: list[str]
    seconds: float = 0.0


@pytest.fixture(scope="module")
def undisturbed(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Take the sample mailbox in without a disturbance."""
    folder = tmp_path_factory.mktemp("undisturbed")
    started = time.perf_counter()
    pid = _ingest(nursery, folder)
    assert nursery.wait(pid) == 0, (folder / "log").read_text()
    seconds = time.perf_counter() - started
    found = _held(folder)
    assert len(found.rows["messages"]) == len(list(MAILBOX.glob("*.eml")))
    assert found.mails
    return Run(rows=found.rows, mails=found.mails, archived=found.archived, seconds=seconds)


@pytest.mark.timeout(600)
def test_fifty_kills_at_random_moments_change_no_record_and_no_mail(
    nursery: Nursery, undisturbed: Run, tmp_path: Path
) -> None:
    seed = int(os.environ.get("KILL_SEED", "") or time.time_ns() % 1_000_000)
    sys.stdout.write(
        f"KILL_SEED={seed} draws the same moments; undisturbed, the run took {undisturbed.seconds:.1f} s\n"
    )
    rng = random.Random(seed)
    killed = folders = 0
    while killed < KILLS:
        folder = tmp_path / f"folder-{folders}"
        folder.mkdir()
        killed += _tormented(nursery, folder, _pauses(rng, undisturbed.seconds, min(KILLS_A_FOLDER, KILLS - killed)))
        folders += 1
        _assert_same(_held(folder), undisturbed, folder)
    assert killed == KILLS


def test_a_kill_in_the_middle_of_the_very_first_start_leaves_nothing_that_hinders_the_next(
    nursery: Nursery, undisturbed: Run, tmp_path: Path
) -> None:
    rng = random.Random(7)
    for _ in range(5):
        pid = _ingest(nursery, tmp_path)
        nursery.ended_within(pid, rng.uniform(0.0, 0.15))
        assert nursery.kill(pid) == KILLED
    assert nursery.wait(_ingest(nursery, tmp_path)) == 0, (tmp_path / "log").read_text()
    _assert_same(_held(tmp_path), undisturbed, tmp_path)


def _pauses(rng: random.Random, whole: float, count: int) -> Iterator[float]:
    """Yield how long each run may go on before it is killed: together, moments spread evenly over the whole work."""
    moments = sorted(rng.uniform(0.0, whole) for _ in range(count))
    yield from (after - before for before, after in zip([0.0, *moments], moments, strict=False))


def _tormented(nursery: Nursery, folder: Path, pauses: Iterator[float]) -> int:
    """Run the work in a folder to its end through kills; return how many there were."""
    kills = 0
    for pause in pauses:
        pid = _ingest(nursery, folder)
        if _ended_before_kill(nursery, folder, pid, pause):
            assert nursery.wait(pid) == 0, (folder / "log").read_text()
            return kills
        assert nursery.kill(pid) == KILLED
        kills += 1
    assert nursery.wait(_ingest(nursery, folder)) == 0, (folder / "log").read_text()
    return kills


def _ended_before_kill(nursery: Nursery, folder: Path, pid: int, pause: float) -> bool:
    """Freeze the run after the pause, in a moment when a kill is no third one for its step; False when it ended."""
    while not nursery.ended_within(pid, pause):
        os.killpg(pid, signal.SIGSTOP)
        if _attempts(folder) < MAX_ATTEMPTS:
            return False
        os.killpg(pid, signal.SIGCONT)
        pause = PATIENCE
    return True


def _attempts(folder: Path) -> int:
    """Return how often the step that is being worked on was begun; as read from beside, while its worker is frozen."""
    path = folder / "data" / "intake.db"
    if not path.exists():
        return 0
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0.2)
    except sqlite3.OperationalError:
        return 0
    try:
        row = connection.execute("SELECT max(attempts) FROM steps WHERE state = 'leased'").fetchone()
    except sqlite3.OperationalError as error:
        return 0 if "no such table" in str(error) else MAX_ATTEMPTS
    finally:
        connection.close()
    return row[0] or 0


def _ingest(nursery: Nursery, folder: Path) -> int:
    environment = {
        "INTAKE_DATA": str(folder / "data"),
        "INTAKE_TODAY": TODAY,
        "INTAKE_SECRET": SECRET,
    }
    return nursery.start(["ingest", "--json", str(MAILBOX)], folder=folder, environment=environment)


def _held(folder: Path) -> Run:
    data = folder / "data"
    engine = open_engine(f"sqlite:///{data / 'intake.db'}")
    try:
        assert troubles(engine) == []
        archived = sorted(path.name for path in (data / "archive").rglob("*") if path.is_file() and path.name[0] != ".")
        return Run(rows=contents(engine), mails=mails_out(data), archived=archived)
    finally:
        engine.dispose()


def _assert_same(found: Run, expected: Run, folder: Path) -> None:
    told = differences(expected.rows, found.rows) + differences(expected.mails, found.mails)
    assert not told, f"{folder}:\n" + "\n".join(told)
    assert found.archived == expected.archived
