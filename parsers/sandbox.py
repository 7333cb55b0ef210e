"""Read and draw strangers' files in disposable processes, and turn every way that can end into a reason.

One zygote per sandbox is started once; it forks a process for each file. A request travels with its own descriptors
(a memory file with the content, a pipe for the answer, a socket for the child's fate), so threads share a sandbox and
their requests run side by side. Closing the fate socket is how a wait is given up: the zygote kills the child.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

import msgspec

from parsers import registry
from parsers.confine import Confinement
from parsers.document import Defect, ParsedDocument
from parsers.limits import REASONS, Limits
from parsers.sniff import CSV, TEXT, sniff
from parsers.verdict import Answer, LostError, awaited, decoded
from parsers.wire import Picture, Request

if TYPE_CHECKING:
    from types import TracebackType

_F_SETPIPE_SZ: Final = 1031
_PIPE = 1024 * 1024
_NAME = 255
_SPARE_SHARE = 3
"""The second engine gets a third of the time, so that one file never takes more than 4/3 of its limit."""
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
        limits = limits or Limits()
        started = time.perf_counter()
        media_type = sniff(content[: limits.input], name)
        if media_type == TEXT and declared in (CSV, "text/tab-separated-values"):
            media_type = CSV
        # A name may hold halves of characters, which cannot be written down.
        plain = name[:_NAME].encode("utf-8", "replace").decode()
        document = self._read(content, Request(action="read", media_type=media_type, name=plain, limits=limits))
        return replace(
            document,
            sha256=hashlib.sha256(content).hexdigest(),
            media_type=media_type,
            seconds=round(time.perf_counter() - started, 4),
        )

    def _read(self, content: bytes, request: Request) -> ParsedDocument:
        readers = registry.READERS.get(request.media_type, ())
        if refusal := _refusal(content, request.media_type, request.limits):
            return _unreadable(*refusal)
        first = self._document(content, replace(request, reader=readers[0]))
        if first.status != "unreadable" or first.reason not in _TRY_NEXT:
            return first
        for reader in readers[1:]:
            spare = self._document(content, replace(request, reader=reader, limits=_spare(request.limits)))
            if spare.status != "unreadable":
                return _second_choice(first, spare)
            if spare.reason not in _TRY_NEXT:
                return spare
        return first

    def _document(self, content: bytes, request: Request) -> ParsedDocument:
        answer = self._ask(content, request, ParsedDocument)
        return _unreadable(answer) if isinstance(answer, str) else answer

    def render(self, content: bytes, *, page: int, dpi: int, limits: Limits | None = None) -> Picture:
        """Draw one page (1-based) as PNG at ``dpi`` dots per inch, form fields included, within ``limits.pixels``."""
        limits = limits or Limits()
        media_type = sniff(content[: limits.input])
        renderer = registry.RENDERERS.get(media_type)
        if len(content) > limits.input or renderer is None:
            return Picture(reason="too_large" if renderer else "unsupported")
        request = Request(action="render", reader=renderer, media_type=media_type, limits=limits, page=page, dpi=dpi)
        answer = self._ask(content, request, Picture)
        return Picture(reason=answer) if isinstance(answer, str) else answer

    def confinement(self) -> Confinement:
        """Confine a process for a moment and report what took hold on this machine."""
        answer = self._ask(b"", Request(action="confinement", limits=_CONFINED_ONCE), Confinement)
        if isinstance(answer, str):
            raise SandboxError(f"no reading process could be confined: {REASONS[answer]}")
        return answer

    def _ask(self, content: bytes, request: Request, kind: type[Answer]) -> Answer | str:
        """Have one process answer, twice where the zygote itself was lost; a reason stands for no answer."""
        for _ in range(2):
            generation = self._generation
            try:
                with closing(self._send(content, request)) as wait:
                    payload = awaited(wait.answer, wait.fate, request.limits)
            except (LostError, OSError):
                self._restart(generation)
                continue
            self._proven = True
            return decoded(payload, kind) if isinstance(payload, bytes) else payload
        if not self._proven:
            raise SandboxError(f"the reading process does not start: {self._complaint()}")
        return "parser_crashed"

    def _send(self, content: bytes, request: Request) -> _Wait:
        memory = os.memfd_create("content", os.MFD_CLOEXEC)
        ours, theirs = socket.socketpair()
        answer, their_answer = os.pipe2(os.O_CLOEXEC)
        wait = _Wait(answer=answer, fate=ours)
        try:
            _fill(memory, content)
            _widen(their_answer)
            with self._lock:
                control = self._running()
                socket.send_fds(control, [msgspec.msgpack.encode(request)], [memory, their_answer, theirs.fileno()])
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


def _refusal(content: bytes, media_type: str, limits: Limits) -> tuple[str, str] | None:
    if len(content) > limits.input:
        return "too_large", f"{len(content):,} bytes"
    if media_type in registry.READERS:
        return None
    return registry.REFUSED.get(media_type, ("unsupported", ""))


def _unreadable(reason: str, detail: str = "") -> ParsedDocument:
    return ParsedDocument(
        sha256="",
        media_type="",
        status="unreadable",
        reason=reason,
        defects=(Defect(reason=reason, detail=detail or REASONS[reason]),),
    )


def _spare(limits: Limits) -> Limits:
    return replace(
        limits,
        wall_seconds=max(1.0, limits.wall_seconds / _SPARE_SHARE),
        cpu_seconds=max(1, limits.cpu_seconds // _SPARE_SHARE),
    )


def _second_choice(first: ParsedDocument, spare: ParsedDocument) -> ParsedDocument:
    """What a spare engine saved is shown as partial, with the first engine's reason."""
    return replace(spare, status="partial", reason=first.reason, defects=(*first.defects, *spare.defects))
