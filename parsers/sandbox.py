"""Read and draw strangers' files in disposable processes, and turn every way that can end into a reason.

One zygote per sandbox is started once; it forks a process for the files of a message, and another whenever one of them
fails in it. Requests travel with their own descriptors (a memory file with the contents, a pipe for the answers, a
socket for the child's fate), so threads share a sandbox and their requests run side by side. Closing the fate socket is
how a wait is given up: the zygote kills the child.
"""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import msgspec

from parsers import registry
from parsers.confine import Confinement
from parsers.document import ParsedDocument
from parsers.errands import Errand, File, answered, errand, second_choice, together, unreadable
from parsers.limits import REASONS, Limits
from parsers.sniff import sniff
from parsers.verdict import Answer, LostError, Settled, answers, settled
from parsers.wire import Picture, Request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

_F_SETPIPE_SZ: Final = 1031
_PIPE = 1024 * 1024
_TRY_NEXT: Final = frozenset({"damaged", "timeout", "parser_crashed", "out_of_memory", "output_too_large"})
_CONFINED_ONCE = Limits(wall_seconds=30.0)


class SandboxError(RuntimeError):
    """The sandbox itself cannot work on this machine; the text says what its process said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wait:
    answer: int
    fate: socket.socket

    def close(self) -> None:
        os.close(self.answer)
        self.fate.close()


class Sandbox:
    """A place to open files in. Use it as a context manager; threads may share it.

    ``read`` and ``render`` never raise for what a file does. They raise ``SandboxError`` where no process can be
    started at all.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._complaints: int = -1
        self._generation = 0
        self._proven = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote and whatever still reads."""
        with self._lock:
            self._stop()

    def read(
        self, content: bytes, *, name: str, declared: str | None = None, limits: Limits | None = None
    ) -> ParsedDocument:
        """Read one file and say what is in it, or why nothing is.

        ``name`` and ``declared`` (the media type the sender claims) decide between kinds of plain text only. The
        answer's ``status`` is ``partial`` when a spare engine had to read it.
        """
        return self.read_all([(content, name, declared)], limits=limits)[0]

    def read_all(self, files: Sequence[File], *, limits: Limits | None = None) -> tuple[ParsedDocument, ...]:
        """Read the files of one message, each a content, a name and a declared media type, as ``read`` reads each.

        They share a process as long as none fails in it; ``limits`` hold for each file by itself. Pass only files of
        one sender: a file that takes its process over could answer for those behind it.
        """
        wanted = [errand(*file, limits or Limits()) for file in files]
        found = {each: unreadable(*each.refused) for each in wanted if each.refused}
        waiting = [each for each in wanted if not each.refused]
        while waiting:
            some = together(waiting)
            told = self._ask(some, ParsedDocument)
            found.update((each, self._best(each, one)) for each, one in zip(some, told, strict=False))
            waiting = waiting[len(told) :]
        return tuple(each.signed(found[each]) for each in wanted)

    def _best(self, wanted: Errand, told: Settled[ParsedDocument]) -> ParsedDocument:
        """Take the first engine's answer, or try the spare ones, each in a process of its own."""
        first = answered(told)
        if first.status != "unreadable" or first.reason not in _TRY_NEXT:
            return first
        for reader in registry.READERS[wanted.request.media_type][1:]:
            (told,) = self._ask([wanted.spare(reader)], ParsedDocument)
            spare = answered(told)
            if spare.status != "unreadable":
                return second_choice(first, spare)
            if spare.reason not in _TRY_NEXT:
                return spare
        return first

    def render(self, content: bytes, *, page: int, dpi: int, limits: Limits | None = None) -> Picture:
        """Draw one page (1-based) as PNG at ``dpi`` dots per inch, form fields included, within ``limits.pixels``."""
        limits = limits or Limits()
        media_type = sniff(content[: limits.input])
        renderer = registry.RENDERERS.get(media_type)
        if len(content) > limits.input or renderer is None:
            return Picture(reason="too_large" if renderer else "unsupported")
        request = Request(
            action="render",
            size=len(content),
            reader=renderer,
            media_type=media_type,
            limits=limits,
            page=page,
            dpi=dpi,
        )
        (told,) = self._ask([Errand(content, request)], Picture)
        return Picture(reason=told.answer) if isinstance(told.answer, str) else told.answer

    def confinement(self) -> Confinement:
        """Confine a process for a moment and report what took hold on this machine."""
        (told,) = self._ask([Errand(b"", Request(action="confinement", limits=_CONFINED_ONCE))], Confinement)
        if isinstance(told.answer, str):
            raise SandboxError(f"no reading process could be confined: {REASONS[told.answer]}")
        return told.answer

    def _ask(self, wanted: Sequence[Errand], kind: type[Answer]) -> list[Settled[Answer]]:
        """Have one process answer, twice where the zygote itself was lost; see ``settled`` for how many."""
        limits = [each.request.limits for each in wanted]
        for _ in range(2):
            generation = self._generation
            try:
                with closing(self._send(wanted)) as wait:
                    told = settled(answers(wait.answer, wait.fate, limits), kind)
            except (LostError, OSError):
                self._restart(generation)
                continue
            self._proven = True
            return told
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
                self._process = _zygote(theirs.fileno(), self._complaints)
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


def _zygote(control: int, complaints: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "parsers.zygote", str(control)],
        pass_fds=[control],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=complaints,
        env=_environment(),
        cwd="/",
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    """Give the zygote this process's import path and nothing else: no password of ours ever reaches a reader."""
    path = os.pathsep.join(entry or str(os.getcwd()) for entry in sys.path)  # noqa: PTH109
    return {"PYTHONPATH": path, "PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}


def _fill(memory: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(memory, view) :]


def _widen(pipe: int) -> None:
    """Fewer wake-ups for long answers; a user out of pipe space keeps the default."""
    with suppress(OSError):
        fcntl.fcntl(pipe, _F_SETPIPE_SZ, _PIPE)
