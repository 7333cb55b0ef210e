"""The tree of MIME parts as offsets into the raw message; no bytes are copied and nothing is decoded here.

A part's region is cut by its parent before the part is looked into, so a broken inner boundary cannot swallow what
stands behind it. Each level is one search over its region, and there are at most ``budget.depth`` levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from intake import headers
from intake.budget import Meter
from intake.headers import Fields

_BOUNDARY_CHARS: Final = 200
#: Lines that begin like the boundary and are none; a message with more of them is built to waste time.
_NEAR_MISSES: Final = 20_000
_EPILOGUE_BYTES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: its fields, its declared type, and where headers (``head``) and body stand in the raw message.

    ``number`` counts as IMAP does (``2.1``); the root of a multipart message has an empty one. A leaf has no children.
    """

    number: str
    fields: Fields
    media_type: str
    parameters: dict[str, str]
    head: int
    start: int
    end: int
    children: tuple[Part, ...] = ()


def read(raw: bytes, meter: Meter) -> Part:
    """Return the root part of a whole message; a byte order mark or empty lines before the headers are stepped over."""
    meter.take_part()
    head = raw[:1024].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return _part(raw, min(len(raw), 1024) - len(head), len(raw), number="", depth=0, default="text/plain", meter=meter)


def _part(raw: bytes, start: int, end: int, *, number: str, depth: int, default: str, meter: Meter) -> Part:
    fields, body = headers.split(raw, start, end, meter, number)
    typed = headers.value_of(headers.first(fields, "content-type"), meter, number)
    media_type = _media_type(typed.value, default)
    children: tuple[Part, ...] = ()
    if media_type.startswith("multipart/"):
        if depth >= meter.budget.depth:
            meter.note("too_deep", f"deeper than {meter.budget.depth}", number)
            media_type = "application/octet-stream"
        else:
            inner = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
            regions = _regions(raw, body, end, typed.parameters.get("boundary", ""), number, meter)
            children = tuple(_children(raw, regions, number, depth, inner, meter))
            media_type = media_type if children else "text/plain"
    return Part(
        number=number if number or children else "1",
        fields=fields,
        media_type=media_type,
        parameters=typed.parameters,
        head=start,
        start=body,
        end=end,
        children=children,
    )


def _media_type(value: str, default: str) -> str:
    main, slash, sub = value.partition("/")
    return value if main and slash and sub and len(value) <= 127 else {"text": "text/plain"}.get(value, default)


def _children(
    raw: bytes, regions: Iterator[tuple[int, int]], number: str, depth: int, default: str, meter: Meter
) -> Iterator[Part]:
    for index, (start, end) in enumerate(regions, 1):
        if not meter.take_part():
            meter.note("too_many_parts", f"more than {meter.budget.parts}", number)
            return
        own = f"{number}.{index}" if number else str(index)
        yield _part(raw, start, end, number=own, depth=depth + 1, default=default, meter=meter)


def _regions(raw: bytes, start: int, end: int, boundary: str, number: str, meter: Meter) -> Iterator[tuple[int, int]]:
    """Yield where each child stands between the boundary lines of one multipart body."""
    mark = _mark(raw, start, end, boundary, number, meter)
    opened: int | None = None
    for line, follows, final in _boundary_lines(raw, start, end, mark, number, meter) if mark else ():
        if opened is not None:
            yield opened, _before_break(raw, opened, line)
        opened = follows
        if final:
            if len(raw[follows:end].strip()) > _EPILOGUE_BYTES:
                meter.note("epilogue", "", number)
            return
    if opened is None:
        meter.note("boundary_not_found", "", number)
        return
    meter.note("boundary_unclosed", "", number)
    if raw[opened:end].strip():
        yield opened, end


def _mark(raw: bytes, start: int, end: int, boundary: str, number: str, meter: Meter) -> bytes:
    """Return the bytes a boundary line begins with; taken from the first line of dashes when the header names none."""
    named = boundary.rstrip().encode("utf-8", "replace")[:_BOUNDARY_CHARS]
    if named:
        return b"--" + named
    meter.note("boundary_missing", "", number)
    at = start if raw.startswith(b"--", start, end) else raw.find(b"\n--", start, end) + 1
    if at <= 0 and not raw.startswith(b"--", start, end):
        return b""
    return raw[at : min(end, at + _BOUNDARY_CHARS)].partition(b"\n")[0].rstrip()


def _boundary_lines(
    raw: bytes, start: int, end: int, mark: bytes, number: str, meter: Meter
) -> Iterator[tuple[int, int, bool]]:
    """Yield for each boundary line where it begins, where the next line begins, and whether it is the final one."""
    misses = 0
    at = start if raw.startswith(mark, start, end) else _next_line(raw, mark, start, end)
    while at >= 0 and misses < _NEAR_MISSES:
        behind = at + len(mark)
        final = raw.startswith(b"--", behind, end)
        line_end = raw.find(b"\n", behind, end)
        line_end = end if line_end < 0 else line_end + 1
        if final or (line_end - behind < _BOUNDARY_CHARS and not raw[behind:line_end].strip()):
            yield at, line_end, final
            if final:
                return
        else:
            misses += 1
        at = _next_line(raw, mark, behind, end)
    if misses >= _NEAR_MISSES:
        meter.note("too_many_parts", "boundary-like lines", number)


def _next_line(raw: bytes, mark: bytes, start: int, end: int) -> int:
    found = raw.find(b"\n" + mark, start, end)
    return found + 1 if found >= 0 else -1


def _before_break(raw: bytes, start: int, line: int) -> int:
    """Return the end of a region: the line break before a boundary belongs to the boundary."""
    end = line - 1
    if end > start and raw[end - 1 : end] == b"\r":
        end -= 1
    return max(start, end)
