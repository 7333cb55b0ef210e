"""One reading process: confine it, read the files of one message one after the other, answer each, end.

A reader that raises ends the process: nobody knows what it left behind, so the files after it get a fresh one. So does
a process that has used much of its memory.

This is the one place of the package that catches everything: whatever a reader dies of is a reason from the closed
list, and only the exception's class is told, because its text may quote the file.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from parsers.confine import Confinement, confine
from parsers.document import Defect, ParsedDocument
from parsers.packing import Opened
from parsers.sent import Sent, sent
from parsers.wire import LENGTH, Picture, Request

if TYPE_CHECKING:
    from parsers.limits import Limits

_MUCH = 0.25
"""A process whose size was ever this share of its memory takes no further file."""


def run(requests: tuple[Request, ...], *, content: int, answer: int, rules: int | None, parent: int) -> NoReturn:
    """Do what ``requests`` ask in this freshly forked process, and leave it."""
    request = requests[0]
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        _close_others({content, answer, rules if rules is not None else answer})
        confinement = confine(_all_together(requests), rules=rules, parent=parent)
        for request in requests:
            # Processor time is counted anew for each file; the kernel's limit, set once, holds for all together.
            signal.setitimer(signal.ITIMER_PROF, request.limits.cpu_seconds)
            _write(answer, _encoded(request, content, confinement))
            if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > _MUCH * request.limits.memory:
                break
            gc.collect()
    except MemoryError:
        _write(answer, msgspec.msgpack.encode(_failure(request, "out_of_memory", "")))
    except BaseException as error:
        _write(answer, msgspec.msgpack.encode(_failure(request, "parser_crashed", type(error).__name__)))
    finally:
        os._exit(0)


def _all_together(requests: tuple[Request, ...]) -> Limits:
    return replace(requests[0].limits, cpu_seconds=sum(request.limits.cpu_seconds for request in requests))


def _close_others(kept: set[int]) -> None:
    low = 3
    for descriptor in sorted(kept):
        os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, low + 1024)


def _encoded(request: Request, content: int, confinement: Confinement) -> bytes:
    if request.action == "confinement":
        return msgspec.msgpack.encode(confinement)
    reader: Any = importlib.import_module(request.reader)
    if request.action == "engine":
        return msgspec.msgpack.encode(reader.engine())
    data = _content(content, request.size)
    if request.action == "unpack":
        return msgspec.msgpack.encode(reader.unpack(data, request.room))
    if request.action == "render":
        return msgspec.msgpack.encode(reader.render(data, page=request.page, dpi=request.dpi, limits=request.limits))
    return msgspec.msgpack.encode(sent(_read(reader, data, request)))


def _read(reader: Any, data: bytes, request: Request) -> ParsedDocument:
    document: ParsedDocument
    if request.action == "scan":
        document = reader.scan(data, media_type=request.media_type, page=request.page, limits=request.limits)
    else:
        document = reader.read(data, request.name, request.limits)
    return document


def _content(descriptor: int, size: int) -> bytes:
    """Take the next file; the descriptor stands where the one before it ended."""
    data = os.read(descriptor, size)
    while len(data) < size and (more := os.read(descriptor, size - len(data))):
        data += more
    return data


def _failure(request: Request, reason: str, detail: str) -> Sent | Picture | Opened:
    if request.action == "render":
        return Picture(reason=reason)
    if request.action == "unpack":
        return Opened(reason=reason)
    defects = (Defect(reason=reason, detail=detail),)
    return Sent(
        document=ParsedDocument(
            sha256="", media_type=request.media_type, status="unreadable", reason=reason, defects=defects
        )
    )


def _write(descriptor: int, payload: bytes) -> None:
    # os.write, because the call filter refuses everything a socket is sent with.
    for part in (LENGTH.pack(len(payload)), payload):
        view = memoryview(part)
        while view:
            view = view[os.write(descriptor, view) :]
