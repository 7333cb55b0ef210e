"""Bytes of text to characters, when the named character set may be missing, unknown or wrong.

UTF-8 is tried first because text in another set hardly ever passes as UTF-8; then the declared set, then a guess.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Final

Note = Callable[[str, str], None]

#: Names that mean more than they say: the wider set holds the narrower one and is what senders really use.
_WIDER: Final = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
#: Only text sets by these names are looked up: Python also knows "codecs" like zip, hex and punycode.
_TEXT_SETS: Final = (
    "ascii", "big5", "cp", "euc", "gb", "hz", "ibm", "iso", "koi8", "ks", "l1", "latin", "mac", "shift", "sjis", "tis",
    "u8", "us-ascii", "us_ascii", "utf", "windows", "ansi_x3",
)  # fmt: skip
_STATEFUL: Final = ("iso2022", "hz", "utf-7", "utf-16", "utf-32")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESS_BYTES: Final = 64 * 1024
#: Below this a guess is a coin toss; a short text with few accents is Western in this mail.
_TOO_SHORT: Final = 1000
_FAR_TOO_SHORT: Final = 24
_ASCII: Final = bytes(range(128))


def known(name: str) -> str | None:
    """Return Python's name of a character set that mail may be written in, or None."""
    wanted = name.strip().strip("\"'").lower()
    if not wanted.isascii() or len(wanted) > 40 or not wanted.startswith(_TEXT_SETS):
        return None
    try:
        return codecs.lookup(wanted).name
    except (LookupError, ValueError):
        return None


def decode(data: bytes, declared: str | None, note: Note) -> str:
    """Return the text of ``data``; every doubt is told to ``note(reason, detail)``. Never raises."""
    text = _decode(data, declared, note)
    if "\x00" in text:
        note("nul_bytes", "")
        text = text.replace("\x00", "")
    return text


def _decode(data: bytes, declared: str | None, note: Note) -> str:
    codec = known(declared) if declared else None
    if declared and codec is None:
        note("charset_unknown", declared)
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _lenient(data, marked, note)
    if codec is not None and codec.startswith(_STATEFUL):
        return _stateful(data, codec, note)
    if data.isascii():
        return data.decode("ascii")
    return _eight_bit(data, codec, note)


def _stateful(data: bytes, codec: str, note: Note) -> str:
    if codec == "utf-7":
        note("charset_lies", "utf-7")  # abandoned for mail since browsers dropped it; kept readable, but marked
    elif codec.startswith(("utf-16", "utf-32")) and data.isascii() and b"\x00" not in data:
        note("charset_lies", codec)
        return data.decode("ascii")
    return _lenient(data, codec, note)


def _eight_bit(data: bytes, codec: str | None, note: Note) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data, codec, note)
    if codec not in (None, "utf-8", "ascii"):
        note("charset_lies", str(codec))
    return text


def _not_utf8(data: bytes, codec: str | None, note: Note) -> str:
    if codec in ("utf-8", "ascii", None):
        nearly = data.decode("utf-8", "replace")
        # A cut or slightly damaged UTF-8 text is still UTF-8; a text in another set fails at most of its accents.
        if codec != "ascii" and nearly.count("\ufffd") * 10 <= sum(1 for char in nearly if char > "\x7f"):
            note("body_undecodable", "utf-8")
            return nearly
        if codec is not None:
            note("charset_lies", codec)
        return _guess(data, note)
    try:
        return data.decode(_WIDER.get(codec, codec))
    except (UnicodeDecodeError, LookupError):
        if codec in ("iso8859-1", "latin-1"):
            return data.decode("latin-1")
    note("charset_lies", codec)
    return _guess(data, note)


def _guess(data: bytes, note: Note) -> str:
    from charset_normalizer import from_bytes

    accents = len(data.translate(None, _ASCII))
    if len(data) < _FAR_TOO_SHORT or (len(data) < _TOO_SHORT and accents * 4 < len(data)):
        return _lenient(data, "cp1252", note)
    best = from_bytes(data[:_GUESS_BYTES]).best()
    return _lenient(data, known(best.encoding) or "cp1252" if best is not None else "cp1252", note)


def _lenient(data: bytes, codec: str, note: Note) -> str:
    try:
        text = data.decode(codec)
    except (UnicodeError, LookupError):
        note("body_undecodable", codec)
        text = data.decode(codec, "replace")
    if codec.startswith("utf"):
        return text.encode("utf-8", "replace").decode("utf-8")  # UTF-7 and -16 can smuggle lone surrogates
    return text
