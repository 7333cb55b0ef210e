"""Decode text whose charset nobody stated."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> tuple[str, bool]:
    """Return the text without byte order mark and NULs, lines ended by ``\\n``, and whether every byte was understood.

    A byte order mark decides, then UTF-16 by its zero bytes, then UTF-8; only what is none of these is guessed.
    """
    text, sure = _decoded(data)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""), sure


def _decoded(data: bytes) -> tuple[str, bool]:
    for mark, charset in _MARKS:
        if data.startswith(mark):
            text = data.decode(charset, "replace").lstrip("\ufeff")
            return text, "\ufffd" not in text
    head = data[:4096]
    if len(head) >= 4 and head[1::2].count(0) > 0.4 * len(head):
        return data.decode("utf-16-le", "replace"), True
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and not data[: error.start].isascii():
            return data.decode("utf-8", "replace"), False
    return _guessed(data)


def _guessed(data: bytes) -> tuple[str, bool]:
    """Windows-1252 unless the bytes speak against it: agents' exports are that or UTF-8."""
    try:
        return data.decode("cp1252"), True
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data[:100_000]).best()
        return data.decode(best.encoding if best else "latin-1", "replace"), best is not None
