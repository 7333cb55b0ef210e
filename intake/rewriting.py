"""Write one part of a message anew and leave every other byte as it is."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Final

from intake.tree import Part

_LINE: Final = 57  # bytes that make a base64 line of 76 letters


def line_end(raw: bytes) -> bytes:
    """Return how the lines of a message end."""
    return b"\r\n" if b"\r\n" in raw[:4096] else b"\n"


def with_content(raw: bytes, part: Part, content: bytes, *, media_type: str = "", charset: str = "") -> bytes:
    """Return the message with other content in a part, written as base64; type and charset change where given.

    A part given a charset becomes text of the mail: its file name and disposition go.
    """
    end = line_end(raw)
    fields = [b"Content-Transfer-Encoding: base64"]
    dropped = {b"content-transfer-encoding"}
    if media_type:
        named = f"Content-Type: {media_type}" + (f"; charset={charset}" if charset else "")
        fields.append(named.encode("ascii", "replace"))
        dropped |= {b"content-type", b"content-disposition"}
    body = end.join(base64.b64encode(content[at : at + _LINE]) for at in range(0, len(content), _LINE))
    return raw[: part.head] + _block(raw, part, fields, dropped, end) + body + raw[part.end :]


def with_field(raw: bytes, part: Part, name: str, value: str) -> bytes:
    """Return the message with one header field of a part replaced, or added where it had none."""
    field = f"{name}: {value}".encode("utf-8", "replace")
    end = line_end(raw)
    return raw[: part.head] + _block(raw, part, [field], {name.lower().encode()}, end) + raw[part.start :]


def without_line(raw: bytes, start: int) -> bytes:
    """Return the message without the line that begins at ``start``."""
    stop = raw.find(b"\n", start)
    return raw[:start] + (raw[stop + 1 :] if stop >= 0 else b"")


def header_lines(raw: bytes, part: Part) -> Iterator[tuple[int, bytes]]:
    """Yield offset and bytes of each line of a part's header block as it stands, up to its first empty line."""
    at = part.head
    while at < part.end:
        stop = raw.find(b"\n", at, part.end)
        stop = part.end if stop < 0 else stop + 1
        line = raw[at:stop]
        if not line.strip():
            return
        yield at, line
        at = stop


def _block(raw: bytes, part: Part, added: Iterable[bytes], dropped: Iterable[bytes], end: bytes) -> bytes:
    """Return a header block with some fields taken out, folded lines and all, and others put behind the rest."""
    gone = frozenset(dropped)
    kept: list[bytes] = []
    skipping = False
    for line in raw[part.head : part.start].split(b"\n"):
        plain = line.rstrip(b"\r")
        if plain[:1] not in (b" ", b"\t"):
            skipping = plain.partition(b":")[0].strip().lower() in gone
        if plain.strip() and not skipping:
            kept.append(plain)
    return end.join((*kept, *added)) + end + end
