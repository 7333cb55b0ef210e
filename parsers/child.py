"""One reading process: confine it, read one file, write one answer, end.

This is the one place of the package that catches everything: whatever a reader dies of is a reason from the closed
list, and only the exception's class is told, because its text may quote the file.
"""

from __future__ import annotations

import importlib
import os
import signal
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from parsers.confine import Confinement, confine
from parsers.document import Defect, ParsedDocument
from parsers.wire import Picture, Request

if TYPE_CHECKING:
    from parsers.limits import Limits


def run(request: Request, *, content: int, answer: int, rules: int | None, parent: int) -> NoReturn:
    """Do what ``request`` asks in this freshly forked process, and leave it."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        _close_others({content, answer, rules if rules is not None else answer})
        confinement = confine(request.limits, rules=rules, parent=parent)
        _write(answer, _encoded(request, content, confinement))
    except MemoryError:
        _write(answer, msgspec.msgpack.encode(_failure(request, "out_of_memory", "")))
    except BaseException as error:
        _write(answer, msgspec.msgpack.encode(_failure(request, "parser_crashed", type(error).__name__)))
    finally:
        os._exit(0)


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
    data = _content(content)
    if request.action == "render":
        return msgspec.msgpack.encode(reader.render(data, page=request.page, dpi=request.dpi, limits=request.limits))
    return msgspec.msgpack.encode(_read(reader, data, request.name, request.limits))


def _read(reader: Any, data: bytes, name: str, limits: Limits) -> ParsedDocument:
    document: ParsedDocument = reader.read(data, name, limits)
    return document


def _content(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    data = os.pread(descriptor, size, 0)
    while len(data) < size and (more := os.pread(descriptor, size - len(data), len(data))):
        data += more
    return data


def _failure(request: Request, reason: str, detail: str) -> ParsedDocument | Picture:
    if request.action == "render":
        return Picture(reason=reason)
    defects = (Defect(reason=reason, detail=detail),)
    return ParsedDocument(sha256="", media_type=request.media_type, status="unreadable", reason=reason, defects=defects)


def _write(descriptor: int, payload: bytes) -> None:
    # os.write, because the call filter refuses everything a socket is sent with.
    view = memoryview(payload)
    while view:
        view = view[os.write(descriptor, view) :]
