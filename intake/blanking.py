"""Overwrite what people wrote in a message and keep its shape: lines, boundaries, encodings and whatever is broken.

Letters become ``x`` and digits ``9``, byte by byte; bytes beyond ASCII stay, for they are often what is broken. Of
encoded attachments the first twelve bytes stay, which tell what they are.
"""

from __future__ import annotations

from typing import Final

from intake import anatomy, decoding, tree
from intake.budget import DEFAULT_BUDGET, Meter
from intake.tree import Part

_BLANK: Final = bytes(
    0x78 if 97 <= byte <= 122 else 0x58 if 65 <= byte <= 90 else 0x39 if 48 <= byte <= 57 else byte
    for byte in range(256)
)
_BASE64: Final = bytes(
    0x41 if 97 <= byte <= 122 or 65 <= byte <= 90 or 48 <= byte <= 57 or byte in b"+/" else byte for byte in range(256)
)
#: Letters of base64 that stay.
_TELLING: Final = 16
#: Fields that say how a message is built and nothing about people.
_BUILDING: Final = (b"mime-version", b"content-transfer-encoding", b"date", b"auto-submitted", b"precedence")
_TYPED: Final = (b"content-type", b"content-disposition")
_KEPT_PARAMETERS: Final = (b"boundary", b"charset", b"format", b"delsp", b"report-type", b"smime-type", b"protocol")


def blanked(raw: bytes) -> bytes:
    """Return the message with what people wrote overwritten; the same length, the same lines, the same parts."""
    root = tree.read(raw, Meter(DEFAULT_BUDGET))
    out = bytearray(raw)
    for part in anatomy.all_parts(root):
        _blank_headers(out, part)
        if not part.children:
            _blank_body(out, part)
        else:
            _blank_between(out, part)
    return bytes(out)


def _blank_headers(out: bytearray, part: Part) -> None:
    at = part.head
    kind = b""
    for line in bytes(out[part.head : part.start]).split(b"\n"):
        if line[:1] not in (b" ", b"\t"):
            kind = line.partition(b":")[0].strip().lower()
        start = line.find(b":") + 1 if line[:1] not in (b" ", b"\t") else 0
        if kind in _TYPED:
            out[at : at + len(line)] = _typed(line)
        elif kind not in _BUILDING:
            out[at + start : at + len(line)] = line[start:].translate(_BLANK)
        at += len(line) + 1


def _typed(line: bytes) -> bytes:
    """Blank the parameters of a typed field that may name people or files; endings stay."""
    pieces = line.split(b";")
    return b";".join((pieces[0], *(_parameter(piece) for piece in pieces[1:])))


def _parameter(piece: bytes) -> bytes:
    name, equals, value = piece.partition(b"=")
    if not equals or name.strip().lower().rstrip(b"*0123456789") in _KEPT_PARAMETERS:
        return piece
    stem, dot, ending = value.rpartition(b".")
    kept = dot + ending if dot and len(ending) < 7 else b""
    return name + equals + (stem if kept else value).translate(_BLANK) + kept


def _blank_body(out: bytearray, part: Part) -> None:
    body = bytes(out[part.start : part.end])
    if anatomy.encoding_of(part) == "base64":
        start = part.start + (0 if part.media_type.startswith("text/") else _TELLING)
        out[start : part.end] = bytes(out[start : part.end]).translate(_BASE64)
        return
    # A boundary that the header does not name is what repairs look for: it stays, with the fields behind it.
    marks = tuple(b"--" + mark.encode() for mark, _ in decoding.boundaries(bytes(out), part))
    out[part.start : part.end] = b"\n".join(_line(line, marks) for line in body.split(b"\n"))


def _line(line: bytes, marks: tuple[bytes, ...]) -> bytes:
    """Blank a line; the hex of ``=E9`` in quoted-printable text stays, or the text would mean other bytes."""
    if marks and line.startswith(marks):
        return line
    if marks and line.partition(b":")[0].lower() in (*_TYPED, *_BUILDING):
        return _typed(line)
    first, *rest = line.split(b"=")
    return b"=".join((first.translate(_BLANK), *(_behind_equals(piece) for piece in rest)))


def _behind_equals(piece: bytes) -> bytes:
    return piece[:2] + piece[2:].translate(_BLANK) if _is_hex(piece[:2]) else piece.translate(_BLANK)


def _is_hex(pair: bytes) -> bool:
    return len(pair) == 2 and not pair.strip(b"0123456789ABCDEFabcdef")


def _blank_between(out: bytearray, part: Part) -> None:
    """Blank what stands before the first and behind the last part of a multipart, boundary lines kept."""
    mark = b"--" + part.parameters.get("boundary", "").encode()
    for start, end in ((part.start, part.children[0].head), (part.children[-1].end, part.end)):
        lines = bytes(out[start:end]).split(b"\n")
        out[start:end] = b"\n".join(line if line.startswith(mark) else line.translate(_BLANK) for line in lines)
