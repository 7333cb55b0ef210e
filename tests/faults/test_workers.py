"""Two worker processes on PostgreSQL and Redis lose a worker and all of Redis, and end in the same records."""

from __future__ import annotations

import shutil
import socket
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipeline import intake_from
from pipeline.office import Office
from pipeline.records import ledger, queue
from pipeline.records.session import reading
from portal import wiring
from tests.faults.nursery import KILLED, Nursery
from tests.flow.installation import MAILBOX, SECRET, differences, ingest, installation, portable, troubles
from tests.servers import Server, running, start_postgres, start_redis

DEADLINE = 90.0
ARGUMENTS = ("worker", "--threads", "1")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    """Return a PostgreSQL server of our own."""
    with running(start_postgres()) as server:
        yield server


@pytest.fixture(scope="module")
def redis() -> Iterator[Server]:
    """Return a Redis server of our own."""
    with running(start_redis()) as server:
        yield server


@pytest.fixture(scope="module")
def independent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of the mails whose outcome does not depend on which mail was worked on before them."""
    folder = tmp_path_factory.mktemp("independent")
    for path in sorted(MAILBOX.glob("*.eml")):
        truth = tomllib.loads(path.with_suffix(".toml").read_text())
        replies = any(record["matched"] != "new" for record in truth.get("submission", []))
        if not replies and truth.get("reason") not in ("duplicate", "bounce"):
            shutil.copy(path, folder)
    assert len(list(folder.iterdir())) >= 20
    return folder


@pytest.fixture(scope="module")
def expected(independent: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what one process makes of these mails on SQLite."""
    with installation(tmp_path_factory.mktemp("alone")) as office:
        ingest(office, independent)
        return portable(office.engine)


@pytest.mark.timeout(400)
def test_a_killed_worker_and_an_emptied_redis_change_no_record(
    nursery: Nursery, postgres: Server, redis: Server, independent: Path, expected: dict[str, Any], tmp_path: Path
) -> None:
    urls = {"database_url": postgres.url, "redis_url": redis.url}
    with installation(tmp_path / "data", today=None, **urls) as office:
        first, second = (_worker(nursery, tmp_path, urls) for _ in range(2))
        assert not any(isinstance(one, str) for one in intake_from.folder(office, independent))
        bell = wiring.bell_only(office)
        with closing(bell.broker):
            bell.ring()
            _until(office, lambda: _ended(office) >= 3)
            _flush(redis)
            bell.ring()
            _until(office, lambda: _ended(office) >= 6)
            assert nursery.kill(first) == KILLED
            _flush(redis)
            third = _worker(nursery, tmp_path, urls)
            _until(office, lambda: _idle(office))
        for pid in (second, third):
            assert not nursery.ended_within(pid, 0.0), (tmp_path / "log").read_text()
            assert nursery.kill(pid) == KILLED
        assert troubles(office.engine) == []
        told = differences(expected, portable(office.engine))
        assert not told, "\n".join(told)
        sent = [path.name for path in (tmp_path / "data" / "outgoing").glob("*.eml")]
        assert len(sent) == sum(len(one["mails"]) for name, one in expected.items() if name.startswith("submission "))


def _worker(nursery: Nursery, folder: Path, urls: dict[str, str]) -> int:
    environment = {
        "INTAKE_DATA": str(folder / "data"),
        "INTAKE_SECRET": SECRET,
        **{f"INTAKE_{name.upper()}": url for name, url in urls.items()},
    }
    return nursery.start(ARGUMENTS, folder=folder, environment=environment)


def _ended(office: Office) -> int:
    with reading(office.engine) as tx:
        account = ledger.accounting(tx)
    return account.received - account.in_work


def _idle(office: Office) -> bool:
    with reading(office.engine) as tx:
        waiting = queue.steps_in(tx, "due") + queue.steps_in(tx, "leased")
        return not waiting and not ledger.accounting(tx).in_work


def _until(office: Office, reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not reached():
        assert time.monotonic() < deadline, f"still waiting after {DEADLINE:.0f} s: {_ended(office)} messages ended"
        time.sleep(0.1)


def _flush(redis: Server) -> None:
    with socket.create_connection(("127.0.0.1", redis.port), timeout=5) as connection:
        connection.sendall(b"FLUSHALL\r\n")
        assert connection.recv(16).startswith(b"+OK")
