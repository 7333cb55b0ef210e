"""A process that has everything imported and forks runs of ``intake`` on demand, so that a kill costs no imports.

``python -m tests.faults.nursery`` takes one JSON order a line: ``start`` with arguments, environment and folder answers
the process id, ``wait`` with a process id answers how it ended (negative: by that signal).
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL


class Nursery:
    """The near side: order runs, wait for them, kill them. Each run is a process group of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._running: set[int] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pid in tuple(self._running):
            self.kill(pid)
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def start(self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> int:
        """Start ``intake`` with these arguments in ``folder``, whose ``log`` takes what it says; return its id."""
        order = {"start": list(arguments), "folder": str(folder), "environment": dict(environment)}
        pid = int(self._ask(order))
        self._running.add(pid)
        return pid

    def ended_within(self, pid: int, seconds: float | None) -> bool:
        """Wait at most so long for a run to end by itself; return whether it did."""
        handle = os.pidfd_open(pid)
        try:
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            return bool(poll.poll(None if seconds is None else max(0.0, seconds * 1000)))
        finally:
            os.close(handle)

    def wait(self, pid: int) -> int:
        """Collect a run, waiting for its end; return its exit code, or the negative number of the signal."""
        code = int(self._ask({"wait": pid}))
        self._running.discard(pid)
        return code

    def kill(self, pid: int) -> int:
        """Kill a run with everything in its group, and collect it."""
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        return self.wait(pid)

    def _ask(self, order: Mapping[str, Any]) -> str:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


def main() -> None:
    """Serve orders until the input ends."""
    _warm()
    for line in sys.stdin:
        order = json.loads(line)
        answer = _waited(order["wait"]) if "wait" in order else _started(order)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _warm() -> None:
    from classifiers import artefact
    from portal.cli import main as command  # noqa: F401  imported for the children

    for name in ("intents", "kinds"):
        artefact.model(name)


def _started(order: Mapping[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _run(order)
    # The group must exist before anybody is told of it.
    with suppress(PermissionError, ProcessLookupError):
        os.setpgid(pid, pid)
    return pid


def _run(order: Mapping[str, Any]) -> None:
    code = 70
    try:
        with suppress(PermissionError):
            os.setpgid(0, 0)
        _leave(Path(order["folder"]))
        os.environ.update(order["environment"])
        sys.argv = ["intake", *order["start"]]
        from portal.cli.main import main as intake

        intake()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _leave(folder: Path) -> None:
    """Stand in ``folder``, with its ``log`` for everything said, and without the nursery's input."""
    os.chdir(folder)
    log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)


def _waited(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    main()
