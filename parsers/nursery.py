"""Keep one zygote running: start it, hand it requests, replace it when it dies, and wait for what comes of them.

Requests travel with their own descriptors (a memory file with the contents, a pipe for the answers, a socket for the
child's fate), so threads share a nursery and their requests run side by side. Closing the fate socket is how a wait is
given up: the zygote kills the child.
"""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import threading
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import msgspec

from parsers.verdict import Answer, LostError, Settled, answers, settled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parsers.errands import Errand
    from parsers.wire import Fate

_F_SETPIPE_SZ: Final = 1031
_PIPE = 1024 * 1024


class SandboxError(RuntimeError):
    """The sandbox itself cannot work on this machine; the text says what its process said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wait:
    answer: int
    fate: socket.socket

    def close(self) -> None:
        os.close(self.answer)
        self.fate.close()


class Nursery:
    """One zygote and the way to it; it starts with the first request. Threads may share it.

    ``environment`` is added to what every zygote gets: nothing of this process's own environment does. ``peak`` is the
    largest resident size, in bytes, that a process it forked ever had.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._complaints: int = -1
        self._generation = 0
        self._proven = False
        self.peak = 0

    @property
    def pid(self) -> int | None:
        """Return the zygote's process id, or None while there is none."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the zygote and whatever still reads."""
        with self._lock:
            self._stop()

    def ask(self, wanted: Sequence[Errand], kind: type[Answer]) -> list[Settled[Answer]]:
        """Have one process answer, twice where the zygote itself was lost; see ``settled`` for how many."""
        limits = [each.request.limits for each in wanted]
        for _ in range(2):
            generation = self._generation
            ends: list[Fate] = []
            try:
                with closing(self._send(wanted)) as wait:
                    told = settled(answers(wait.answer, wait.fate, limits, ends.append), kind)
            except (LostError, OSError):
                self._restart(generation)
                continue
            self._proven = True
            self.peak = max([self.peak, *(end.peak for end in ends)])
            return [replace(told[0], cpu=ends[0].cpu)] if ends and len(wanted) == 1 else told
        if not self._proven:
            raise SandboxError(f"the reading process does not start: {self._complaint()}")
        return [Settled("parser_crashed", 0.0)]

    def _send(self, wanted: Sequence[Errand]) -> _Wait:
        memory = os.memfd_create("content", os.MFD_CLOEXEC)
        ours, theirs = socket.socketpair()
        answer, their_answer = os.pipe2(os.O_CLOEXEC)
        wait = _Wait(answer=answer, fate=ours)
        try:
            for each in wanted:
                _fill(memory, each.content)
            os.lseek(memory, 0, os.SEEK_SET)
            _widen(their_answer)
            with self._lock:
                message = msgspec.msgpack.encode([each.request for each in wanted])
                socket.send_fds(self._running(), [message], [memory, their_answer, theirs.fileno()])
        except (OSError, SandboxError):
            wait.close()
            raise
        finally:
            os.close(memory)
            os.close(their_answer)
            theirs.close()
        return wait

    def _running(self) -> socket.socket:
        if self._control is None:
            self._start()
        assert self._control is not None  # noqa: S101 - _start sets it
        return self._control

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._complaints = os.memfd_create("complaints", os.MFD_CLOEXEC)
        with theirs:
            try:
                self._process = _zygote(theirs.fileno(), self._complaints, _environment(self._environment))
            except OSError as error:
                ours.close()
                raise SandboxError(f"the reading process does not start: {error}") from error
        self._control = ours

    def _restart(self, generation: int) -> None:
        """Replace a dead zygote, once for however many threads saw it die."""
        with self._lock:
            if generation == self._generation:
                self._generation += 1
                complaint = self._complaints
                self._complaints = -1
                self._stop()
                self._start()
                self._keep_complaint(complaint)

    def _keep_complaint(self, complaint: int) -> None:
        """Write what the dead zygote said before what its successor says."""
        if complaint >= 0:
            os.write(self._complaints, os.pread(complaint, 4000, 0))
            os.close(complaint)

    def _complaint(self) -> str:
        said = os.pread(self._complaints, 4000, 0) if self._complaints >= 0 else b""
        return said.decode("utf-8", "replace").strip() or "it ended without a word"

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._complaints >= 0:
            os.close(self._complaints)
            self._complaints = -1


def _zygote(control: int, complaints: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "parsers.zygote", str(control)],
        pass_fds=[control],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=complaints,
        env=environment,
        cwd="/",
        start_new_session=True,
    )


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """Give the zygote this process's import path and little else: no password of ours ever reaches a reader."""
    path = os.pathsep.join(entry or str(os.getcwd()) for entry in sys.path)  # noqa: PTH109
    plain = {"PYTHONPATH": path, "PYTHONHASHSEED": "0", "LANG": "C.UTF-8"}
    return {**plain, "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1", **more}


def _fill(memory: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(memory, view) :]


def _widen(pipe: int) -> None:
    """Fewer wake-ups for long answers; a user out of pipe space keeps the default."""
    with suppress(OSError):
        fcntl.fcntl(pipe, _F_SETPIPE_SZ, _PIPE)
