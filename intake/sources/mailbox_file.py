"""Messages inside one mbox file, found by offset, so that a key says where a message stands and which one it is."""

from __future__ import annotations

import hashlib
import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from intake.sources.source import Fetched, Unreadable

#: The separator begins with "From " and ends with a time and a year; a sentence that begins so does not.
_SEPARATOR: Final = re.compile(rb"From [^\n]{0,300}?\d{1,2}:\d{2}[^\n]{0,60}\d{4}")
_QUOTED: Final = re.compile(rb"^>(>{0,20}From )", re.M)


def is_mbox(path: Path) -> bool:
    """Tell whether a file begins like an mbox."""
    with path.open("rb") as stream:
        return _SEPARATOR.match(stream.read(500)) is not None


def read(path: Path, key: str, limit: int) -> Iterator[Fetched | Unreadable]:
    """Yield the messages of an mbox in order; keys are ``<key>@<offset>-<hash>``, both of fixed width.

    ``limit`` is the largest message taken, in bytes. Lines quoted as ``>From`` lose one mark (mboxrd).
    """
    if path.stat().st_size == 0:
        yield Unreadable(key=key, reason="The mailbox file is empty.")
        return
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        starts = list(_starts(content))
        if not starts:
            yield Unreadable(key=key, reason="The file holds no mailbox separator.")
            return
        if content[: starts[0]].strip():
            yield Unreadable(key=key, reason="The file begins with text that belongs to no message.")
        for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
            yield _message(content, start, end, key, limit)


def _starts(content: mmap.mmap) -> Iterator[int]:
    """Yield the offsets of separator lines: at the beginning, or behind a line break."""
    at = 0
    while at >= 0:
        if _SEPARATOR.match(content[at : at + 400]):
            yield at
        found = content.find(b"\nFrom ", at)
        at = found + 1 if found >= 0 else -1


def _message(content: mmap.mmap, start: int, end: int, key: str, limit: int) -> Fetched | Unreadable:
    place = f"{key}@{start:015d}"
    body = content.find(b"\n", start, end) + 1
    if body <= 0 or body >= end:
        return Unreadable(key=place, reason="The separator is followed by nothing.")
    if end - body > limit:
        return Unreadable(key=place, reason=f"The message has {end - body} bytes, more than {limit}.")
    raw = _QUOTED.sub(rb"\1", content[body:end])
    return Fetched(key=f"{place}-{hashlib.sha256(raw).hexdigest()[:12]}", raw=raw)
