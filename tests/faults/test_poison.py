"""A message that kills its worker is set aside after three tries and stops nobody; with mended code it is filed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from pipeline import mending
from pipeline.office import Office
from pipeline.reception import receive
from pipeline.records import ledger
from pipeline.records.ledger import Message
from pipeline.records.queue import MAX_ATTEMPTS
from pipeline.records.session import reading
from tests.flow.installation import MAILBOX, SECRET, TODAY, installation, work_off

ROOT = Path(__file__).parents[2]
POISON = "16-roofer-section-missing.eml"
BEFORE, BEHIND = "04-machine-shop-loss-years.eml", "20-locked-mod-worksheet.eml"
WORKER = f"""
import os, signal, sys
from pathlib import Path
from pipeline import jobs
from pipeline.reception import READ_AND_FILE
from pipeline.records import ledger
from pipeline.records.session import reading
from portal import wiring
from tests.flow.installation import installation

with installation(Path(sys.argv[1])) as office:
    handlers = dict(wiring.all_handlers(office))
    sound = handlers[READ_AND_FILE]

    def faulty(step):
        with reading(office.engine) as tx:
            if ledger.message_by_id(tx, step.subject_id).source_key == "{POISON}":
                os.kill(os.getpid(), signal.SIGKILL)
        return sound(step)

    jobs.drain(office.engine, {{**handlers, READ_AND_FILE: faulty}}, office.clock)
"""
"""A worker whose code dies of one message, as code in C does: no handler, no clean-up, no word."""


def worker(data: Path) -> int:
    """Run the faulty worker until it ends or dies; return how it ended."""
    environment = {**os.environ, "INTAKE_TODAY": TODAY, "INTAKE_SECRET": SECRET, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WORKER, str(data)]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def message_of(office: Office, name: str) -> Message:
    with reading(office.engine) as tx:
        found = ledger.message_by_source(tx, "test", name)
    assert found is not None
    return found


def test_a_message_that_kills_its_worker_three_times_is_set_aside_and_its_neighbours_are_filed(tmp_path: Path) -> None:
    with installation(tmp_path / "data") as office:
        for name in (BEFORE, POISON, BEHIND):
            receive(office, raw=(MAILBOX / name).read_bytes(), source="test", key=name)
        ended = [worker(tmp_path / "data") for _ in range(MAX_ATTEMPTS + 1)]
        assert ended == [-signal.SIGKILL] * MAX_ATTEMPTS + [0]

        poison = message_of(office, POISON)
        assert (poison.state, poison.reason) == ("shunted", "message.file: worker died")
        assert [message_of(office, name).state for name in (BEFORE, BEHIND)] == ["filed", "filed"]
        with reading(office.engine) as tx:
            assert ledger.accounting(tx).adds_up

        bench = mending.look(office, poison.id)
        assert [part.outcome for part in bench.parts if part.name] == ["not reached"] * 2
        mending.retry(office, poison.id, by="console")
        work_off(office)
        assert message_of(office, POISON).state == "filed"
