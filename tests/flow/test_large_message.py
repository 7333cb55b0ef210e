"""A message of a hundred megabytes and more is filed by a process that never holds 300, without its largest parts."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.office import Office
from pipeline.reception import Delivery, receive_together
from pipeline.records import items, ledger
from pipeline.records.session import reading
from tests.flow.installation import MAILBOX, SECRET, TODAY, installation

MB = 1024 * 1024
SIZE = int(os.environ.get("INTAKE_TEST_MESSAGE_MB", "120")) * MB
MOST = 300 * MB
WORK = """
import resource, sys
from pathlib import Path
from tests.flow.installation import installation, work_off
def most():
    # What getrusage says of a process began with what started it.
    return next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
with installation(Path(sys.argv[1])) as office:
    before = most()
    work_off(office)
print(before, most(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def large(size: int, parts: int) -> Iterator[bytes]:
    """Yield the machine shop's mail with parts of ``size`` bytes together put before its last boundary."""
    whole = (MAILBOX / "04-machine-shop-loss-years.eml").read_bytes()
    at = whole.rindex(b"--", 0, len(whole.rstrip()) - 2)
    boundary = whole[at:].strip().removesuffix(b"--")
    yield whole[:at]
    for number in range(parts):
        yield boundary + b'\nContent-Type: application/octet-stream; name="photos %d.bin"\n' % number
        yield b"Content-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n"
        line = base64.b64encode(bytes([number]) + os.urandom(56)) + b"\n"
        for _ in range(size // parts // (len(line) * 10_000)):
            yield line * 10_000
    yield whole[at:]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("parts", [1, 4])
def test_a_large_message_is_filed_without_its_largest_parts_and_the_agent_is_told(tmp_path: Path, parts: int) -> None:
    with installation(tmp_path / "data") as office:
        kept = office.archive.put_parts(large(SIZE, parts))
        delivery = Delivery(key="1", sha256=kept.sha256, size=kept.size)
        receive_together(office, [delivery], source="test")
        before, worker, readers = _worked(tmp_path / "data")
        figures = f"{before / MB:.0f} MB before, {worker / MB:.0f} MB at most, readers {readers / MB:.0f}"
        sys.stdout.write(f"{kept.size / MB:.0f} MB in {parts} parts: {figures}\n")
        _is_filed(office)
        assert max(worker, readers) < MOST


def _worked(data: Path) -> tuple[int, int, int]:
    root = Path(__file__).parents[2]
    environment = {**os.environ, "INTAKE_TODAY": TODAY, "INTAKE_SECRET": SECRET, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", WORK, str(data)]
    said = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True).stdout
    before, worker, readers = (int(figure) * 1024 for figure in said.split())
    return before, worker, readers


def _is_filed(office: Office) -> None:
    with reading(office.engine) as tx:
        message = ledger.message_by_id(tx, 1)
        outcomes = {one.name: (one.outcome, one.reason) for one in ledger.attachments_of(tx, 1)}
        asked = {(one.item.code, one.item.subject) for one in items.items_of(tx, 1)}
    assert message is not None and message.state == "filed"
    refused = [name for name, outcome in outcomes.items() if outcome == ("refused", "too_large")]
    assert refused and all(("DOC-UNREADABLE", name) in asked for name in refused)
    assert [outcome for outcome, _ in outcomes.values()].count("file") >= 2
