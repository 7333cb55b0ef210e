"""Wait for a reading process, and judge how it ended: an answer, or a reason why there is none."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from typing import TypeVar

import msgspec

from parsers.confine import Confinement
from parsers.document import ParsedDocument
from parsers.limits import REASONS, Limits
from parsers.wire import Fate, Picture

Answer = TypeVar("Answer", ParsedDocument, Picture, Confinement)

_CHUNK = 1024 * 1024
_GRACE = 1.0
_MUCH = 0.6
"""A process that died with this share of its memory in use died of memory."""


class LostError(Exception):
    """The zygote died with the request."""


def awaited(answer: int, fate: socket.socket, limits: Limits) -> bytes | str:
    """Read a whole answer from its pipe and learn how its process ended; a text is the reason for no answer.

    Raises ``LostError`` where nobody is left to tell.
    """
    deadline = time.monotonic() + limits.wall_seconds
    payload = _drain(answer, deadline, limits.output)
    if isinstance(payload, str):
        return payload
    end = _fate(fate, deadline + _GRACE)
    return _verdict(payload, end, limits) if end else "timeout"


def decoded(payload: bytes, kind: type[Answer]) -> Answer | str:
    """Take an answer apart, field by field; what does not fit came from a process that was no longer itself."""
    try:
        answer = msgspec.msgpack.decode(payload, type=kind)
    except msgspec.MsgspecError:
        return "parser_crashed"
    reason = getattr(answer, "reason", None)
    return answer if reason is None or reason in REASONS else "parser_crashed"


def _drain(answer: int, deadline: float, most: int) -> bytes | str:
    """Read the answer to its end: ``timeout`` and ``output_too_large`` give it up."""
    poll = select.poll()
    poll.register(answer, select.POLLIN)
    parts: list[bytes] = []
    size = 0
    while poll.poll(max(0.0, (deadline - time.monotonic()) * 1000)):
        part = os.read(answer, _CHUNK)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
        if size > most:
            return "output_too_large"
    return "timeout"


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
        if number == signal.SIGXCPU:
            return "timeout"
        # Nobody of ours killed it, so the kernel did, for memory.
        return "out_of_memory" if big or number == signal.SIGKILL else "parser_crashed"
    if not payload:
        return "out_of_memory" if big else "parser_crashed"
    return payload
