"""Undo the transfer encoding of one part, keeping what a damaged one still gives."""

from __future__ import annotations

import binascii
from collections.abc import Callable
from typing import Final

Note = Callable[[str, str], None]

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_ALPHABET: Final = bytes(sorted(set(range(256)) - set(_ALPHABET)))
_IDENTITY: Final = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"})


def decode(data: bytes, encoding: str, note: Note) -> bytes:
    """Return the decoded bytes of a part; damage is told to ``note(reason, detail)``. Never raises."""
    kind = encoding.strip().strip("\"'").lower()
    if kind in _IDENTITY:
        return data
    if kind == "base64":
        return _base64(data, note)
    if kind == "quoted-printable":
        return binascii.a2b_qp(data)
    if kind in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _uuencode(data, note)
    note("transfer_encoding_unknown", kind[:60])
    return data


def _base64(data: bytes, note: Note) -> bytes:
    try:
        decoded = binascii.a2b_base64(data)
    except binascii.Error:
        note("base64_broken", "")
        return _salvage(data)
    # The decoder skips foreign bytes and stops at the first padding without a word: arithmetic finds it out for free.
    tail = data[-8:].rstrip(b"\r\n \t")
    padding = len(tail) - len(tail.rstrip(b"="))
    expected = (len(data) - data.count(b"\n") - data.count(b"\r")) // 4 * 3 - padding
    if len(decoded) == expected:
        return decoded
    letters = data.translate(None, b"\r\n \t")
    if len(letters) // 4 * 3 - padding == len(decoded):
        return decoded
    note("base64_broken", "")
    return _salvage(data)


def _salvage(data: bytes) -> bytes:
    """Decode every whole run of four letters, padded runs included, and drop what no byte can be made of."""
    out = bytearray()
    for run in data.split(b"=", 10_000):
        letters = run.translate(None, _NOT_ALPHABET)
        usable = len(letters) - (1 if len(letters) % 4 == 1 else 0)
        out += binascii.a2b_base64(letters[:usable] + b"=" * (-usable % 4))
    return bytes(out)


def _uuencode(data: bytes, note: Note) -> bytes:
    out = bytearray()
    for line in data.replace(b"\r", b"").split(b"\n"):
        if line.startswith(b"begin ") or not line:
            continue
        if line == b"end":
            break
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            note("uuencode_broken", "")
    return bytes(out)
