"""The text that an appearance stream paints, and whether it says the same as the value it is meant to show."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from typing import Any

_TOKEN = re.compile(
    rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*+(?:\)|\Z)"  # a string, perhaps with brackets or without an end
    rb"|<[0-9A-Fa-f\s]*>"  # a string in hexadecimal
    rb"|\[|\]|%[^\r\n]*"
    rb"|(?<![^\s\[\]()<>/])(?:Tj|TJ|Td|TD|T\*|Tm|ET|'|\"|-?[0-9.]+)(?![^\s\[\]()<>/%])",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\n", b"t": b" ", b"b": b"", b"f": b"", b"\n": b"", b"\r": b"", b"\r\n": b""}
_NEW_LINE = frozenset({b"Td", b"TD", b"T*", b"Tm", b"ET"})
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f]")
_WIDE_KERN = -200.0
"""A gap in a TJ array of more than this many thousandths of the font size is a space."""
_NUMBER = re.compile(r"^-?[0-9]+(\.[0-9]+)?$")
_RUN = re.compile(r"[a-z]+|[0-9]+")
_LONG = 12
"""Texts from this length on may be cut off by their box."""


def inflated(raw: bytes, most: int) -> bytes:
    """Return the first ``most`` bytes of a stream as it stands in the file, deflated or not; none of a broken one."""
    if raw[:1] != b"x":
        return raw[:most]
    try:
        return zlib.decompressobj().decompress(raw, most)
    except zlib.error:
        return b""


def shows(content: bytes, value: str) -> bool:
    """Return whether the one text that an appearance paints is the value, letter by letter: most are."""
    painted = f"({value})".encode() if value.isascii() else f"({value})".encode("cp1252", "replace")
    return painted in content and content.count(b"Tj") == 1


def painted(content: bytes) -> str | None:
    """Return the painted text, its lines divided by spaces; None where nothing is painted or codes are no letters."""
    if b"Tj" not in content and b"TJ" not in content and b"'" not in content and b'"' not in content:
        return None
    text = " ".join("".join(_pieces(content)).split())
    return None if not text or _CONTROL.search(text) else text


def _pieces(data: bytes) -> list[str]:
    shown: list[str] = []
    waiting: list[str] = []
    array = False
    for match in _TOKEN.finditer(data):
        token = match.group()
        first = token[:1]
        if first in b"(<":
            waiting.append(_string(token))
        elif token == b"[":
            array, waiting = True, []
        elif token == b"]":
            array = False
        elif token in (b"Tj", b"TJ", b"'", b'"'):
            shown.extend((" ", *waiting) if token in (b"'", b'"') else waiting)
            waiting = []
        elif token in _NEW_LINE:
            shown.append(" ")
        elif array and first in b"-0123456789." and _number(token) < _WIDE_KERN:
            waiting.append(" ")
    return shown


def _number(token: bytes) -> float:
    try:
        return float(token)
    except ValueError:
        return 0.0


def _string(token: bytes) -> str:
    if token.startswith(b"<"):
        digits = b"".join(token[1:-1].split())
        body = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    else:
        body = token[1:-1]
        if b"\\" in body:
            body = _ESCAPE.sub(_unescaped, body)
    return body.decode("cp1252", "replace")


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if code[:1].isdigit():
        return bytes([int(code, 8) & 255])
    return _ESCAPED.get(code, code)


def agree(one: str | None, other: str | None) -> bool:
    """Return whether two texts say the same but for spaces, case, punctuation, and the way numbers are written.

    A long text may be the beginning of the other: what does not fit its box is not painted.
    """
    if one == other:
        return True
    first, second = _runs(one or ""), _runs(other or "")
    short, long = sorted(("".join(first), "".join(second)), key=len)
    if short == long or _without_zeros(first) == _without_zeros(second) or _same_amount(one or "", other or ""):
        return True
    return len(short) >= _LONG and not short.isdigit() and long.startswith(short)


def _runs(text: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKD", text).casefold())


def _without_zeros(runs: Sequence[str]) -> list[str]:
    """Days and months come with leading zeros or without: 1/2/2027 and 01/02/2027."""
    return [run.lstrip("0") for run in runs]


def _same_amount(one: str, other: str) -> bool:
    bare = [re.sub(r"[\s$,%]", "", text) for text in (one, other)]
    return all(map(_NUMBER.match, bare)) and float(bare[0]) == float(bare[1])


def keeps_letters(differences: Sequence[Any]) -> bool:
    """Return whether an encoding's differences leave digits and Latin letters at their own codes."""
    code = 0
    for item in differences:
        if str(item).isdigit():
            code = int(item)
            continue
        name = str(item).removeprefix("/")
        if chr(code).isascii() and chr(code).isalnum() and name not in (chr(code), _DIGITS.get(code)):
            return False
        code += 1
    return True


_DIGITS = dict(enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), start=48))
