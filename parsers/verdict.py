"""Wait for a reading process, file by file, and judge how it ended: an answer, or a reason why there is none."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import msgspec

from parsers import collector
from parsers.confine import Confinement
from parsers.document import ParsedDocument
from parsers.limits import REASONS, Limits
from parsers.packing import Opened
from parsers.sent import Sent, received
from parsers.wire import LENGTH, Fate, OcrEngine, Picture

Answer = TypeVar("Answer", ParsedDocument, Picture, Opened, OcrEngine, Confinement)

_CHUNK = 1024 * 1024
_GRACE = 1.0
_MUCH = 0.6
"""A process that died with this share of its memory in use died of memory."""
_OWN_LIMITS: Final = ("timeout", "output_too_large")
_OUT_OF_TIME: Final = (signal.SIGXCPU, signal.SIGPROF)


class LostError(Exception):
    """The zygote died with the request."""


@dataclass(frozen=True, slots=True)
class Settled(Generic[Answer]):
    """What came of one request, an answer or the reason for none, and how many seconds it took.

    ``cpu`` is the processor time of the process, which is known where it had one request only.
    """

    answer: Answer | str
    seconds: float
    cpu: float | None = None


def settled(answers: Iterable[bytes | str], kind: type[Answer]) -> list[Settled[Answer]]:
    """Judge what one process said about its files; at least one is judged, and the rest needs another process.

    A failure ends the process's work. It counts for the first file and for a limit that each file has to itself;
    any other file that failed behind others is left out, so that it is read again by a process of which it is the
    first: what came before a file must not be what it failed of.
    """
    found: list[Settled[Answer]] = []
    before = time.perf_counter()
    for payload in answers:
        answer = decoded(payload, kind) if isinstance(payload, bytes) else payload
        failed = isinstance(answer, str) or getattr(answer, "status", "") == "unreadable"
        if failed and found and answer not in _OWN_LIMITS:
            break
        now = time.perf_counter()
        found.append(Settled(answer, now - before))
        if failed:
            break
        before = now
    return found


def answers(
    pipe: int, fate: socket.socket, limits: Sequence[Limits], weigh: Callable[[Fate], None]
) -> Iterator[bytes | str]:
    """Yield the answer to each file as it comes, and learn at the end how the process ended.

    ``weigh`` is then told what it came to.

    A text is the reason for no answer and the last thing yielded. Each file's time begins when it is waited for.
    Raises ``LostError`` where nobody is left to tell.
    """
    for position, bounds in enumerate(limits, start=1):
        deadline = time.monotonic() + bounds.wall_seconds
        payload = _answer(pipe, deadline, bounds.output)
        if isinstance(payload, str):
            yield payload
            return
        if payload is None or position == len(limits):
            end = _fate(fate, deadline + _GRACE)
            if end:
                weigh(end)
            yield _verdict(payload or b"", end, bounds) if end else "timeout"
            return
        yield payload


def decoded(payload: bytes, kind: type[Answer]) -> Answer | str:
    """Take an answer apart, field by field; what does not fit came from a process that was no longer itself."""
    try:
        with collector.paused():
            if issubclass(kind, ParsedDocument):
                answer = received(msgspec.msgpack.decode(payload, type=Sent))
            else:
                answer = msgspec.msgpack.decode(payload, type=kind)
    except (msgspec.MsgspecError, ValueError):
        return "parser_crashed"
    reason = getattr(answer, "reason", None)
    return answer if reason is None or reason in REASONS else "parser_crashed"


def _answer(pipe: int, deadline: float, most: int) -> bytes | str | None:
    """Read one answer whole: ``timeout`` and ``output_too_large`` give it up, None is the end before it."""
    head = _taken(pipe, deadline, LENGTH.size)
    if not isinstance(head, bytes):
        return head
    (size,) = LENGTH.unpack(head)
    return "output_too_large" if size > most else _taken(pipe, deadline, size)


def _taken(pipe: int, deadline: float, size: int) -> bytes | str | None:
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    parts: list[bytes] = []
    while size:
        if not poll.poll(max(0.0, (deadline - time.monotonic()) * 1000)):
            return "timeout"
        part = os.read(pipe, min(size, _CHUNK))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _fate(sock: socket.socket, deadline: float) -> Fate | None:
    sock.settimeout(max(0.01, deadline - time.monotonic()))
    try:
        message = sock.recv(4096)
    except TimeoutError:
        return None
    if not message:
        raise LostError
    return msgspec.msgpack.decode(message, type=Fate)


def _verdict(payload: bytes, fate: Fate, limits: Limits) -> bytes | str:
    """Turn the way a process ended into its answer or a reason."""
    big = fate.peak > _MUCH * limits.memory
    if os.WIFSIGNALED(fate.status):
        number = os.WTERMSIG(fate.status)
        if number in _OUT_OF_TIME:
            return "timeout"
        # Nobody of ours killed it, so the kernel did, for memory.
        return "out_of_memory" if big or number == signal.SIGKILL else "parser_crashed"
    if not payload:
        return "out_of_memory" if big else "parser_crashed"
    return payload
