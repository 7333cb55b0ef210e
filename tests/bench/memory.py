"""Memory of a worker that does the product's work on one mail, and of the processes that read for it.

``python -m tests.bench.memory NAME RUNS`` prints one JSON object; a process of its own, so that nothing measured before
is counted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def measured(name: str, runs: int) -> dict[str, int]:
    """Return bytes: the worker's peak and last size, the zygote's size, the largest child, and an idle child."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory", name, str(runs)], capture_output=True, text=True, check=True
    )
    found: dict[str, int] = json.loads(done.stdout)
    return found


def main(name: str, runs: int) -> None:
    """Work on the mail so often and print what was needed."""
    raw = Path(name).read_bytes()
    from parsers import verdict
    from pipeline import jobs
    from pipeline.office import open_office
    from pipeline.reception import receive
    from pipeline.settings import Settings
    from portal import wiring
    from tests.bench.cpu import descendants, peak_memory, resident
    from tests.bench.product import TODAY

    peaks: list[int] = []
    ended = verdict._fate

    def noted(*arguments: Any) -> Any:
        fate = ended(*arguments)
        peaks.append(fate.peak if fate else 0)
        return fate

    verdict._fate = noted
    with (
        tempfile.TemporaryDirectory() as folder,
        open_office(Settings(data=Path(folder), today=TODAY, secret="bench")) as office,  # type: ignore[arg-type]
    ):
        office.sandbox.confinement()
        idle = max(peaks)
        sizes = []
        for number in range(runs):
            copy = raw.replace(b"Message-ID: <", b"Message-ID: <%d." % number, 1)
            receive(office, raw=copy, source="bench", key=str(number))
            jobs.drain(office.engine, wiring.all_handlers(office), office.clock)
            sizes.append(resident(os.getpid()))
        said = {
            "worker_peak": peak_memory(os.getpid()),
            "worker_after_first": sizes[0],
            "worker_after_last": sizes[-1],
            "zygote": max(resident(pid) for pid in descendants(os.getpid())),
            "child_peak": max(peaks),
            "child_idle": idle,
        }
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
