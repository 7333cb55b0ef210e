"""Other ways to read damaged bytes than the one that failed: boundaries, character sets, base64 line by line."""

from __future__ import annotations

import binascii
from collections import Counter
from collections.abc import Iterator
from typing import Final

from intake import charsets
from intake.tree import Part

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_ALPHABET: Final = bytes(sorted(set(range(256)) - set(_ALPHABET)))
_USUAL_SETS: Final = ("utf-8", "windows-1252", "windows-1251", "iso-8859-2", "gb18030", "shift_jis")
_READINGS: Final = 5
_SHOWN: Final = 48
_BOUNDARY_CHARS: Final = 200
_LOOKED_AT: Final = 4 * 1024 * 1024


def boundaries(raw: bytes, part: Part) -> tuple[tuple[str, int], ...]:
    """Return the lines of dashes in a part's body that look like its boundary, with how often each stands there."""
    counted: Counter[str] = Counter()
    for line in raw[part.start : min(part.end, part.start + _LOOKED_AT)].split(b"\n"):
        plain = line.strip()
        if plain.startswith(b"--") and 3 < len(plain) < _BOUNDARY_CHARS and plain.strip(b"-"):
            mark = plain[2:-2] if plain.endswith(b"--") else plain[2:]
            if mark.isascii() and b'"' not in mark and b" " not in mark:
                counted[mark.decode()] += 1
    return tuple((mark, times) for mark, times in counted.most_common(3) if times >= 2)


def is_no_header(line: bytes, *, first: bool) -> bool:
    """Tell whether a line among headers is neither a field nor the fold of one."""
    name, colon, _ = line[:200].partition(b":")
    if line[:1] in (b" ", b"\t"):
        return first
    if first and line.startswith((b"From ", b">From ")):
        return False
    return not colon or not name.strip() or any(byte <= 32 or byte > 126 for byte in name.rstrip(b" \t"))


def readings(content: bytes, declared: str | None) -> Iterator[tuple[str, str, str]]:
    """Yield character sets that fit a text and read it otherwise than it is read now: name, a piece before, after."""
    from charset_normalizer import from_bytes

    shown = charsets.decode(content, declared, lambda reason, detail: None)
    guessed = [match.encoding for match in from_bytes(content[: 64 * 1024])][:3]
    seen = {shown}
    found = 0
    for name in dict.fromkeys((*guessed, *_USUAL_SETS)):
        text = strictly(content, name)
        if text is not None and text not in seen and found < _READINGS:
            seen.add(text)
            found += 1
            yield name, *_where_they_differ(shown, text)


def strictly(content: bytes, name: str) -> str | None:
    """Return a text read in a character set, or None when it does not fit throughout or the set is unknown."""
    codec = charsets.known(name)
    if codec is None:
        return None
    try:
        return content.decode(codec)
    except UnicodeError:
        return None


def _where_they_differ(before: str, after: str) -> tuple[str, str]:
    at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    start = max(0, at - _SHOWN // 3)
    return " ".join(before[start : start + _SHOWN].split()), " ".join(after[start : start + _SHOWN].split())


def base64_by_lines(body: bytes) -> bytes:
    """Decode each line by itself: what one damaged line loses shifts none of the others."""
    out = bytearray()
    for line in body.split(b"\n"):
        letters = line.translate(None, _NOT_ALPHABET)
        usable = len(letters) - (1 if len(letters) % 4 == 1 else 0)
        out += binascii.a2b_base64(letters[:usable] + b"=" * (-usable % 4))
    return bytes(out)


def encodings(body: bytes) -> Iterator[str]:
    """Yield the transfer encodings that a body looks like, the likeliest first."""
    letters = body[:65_536].translate(None, b"\r\n \t=")
    if letters and not letters.translate(None, _ALPHABET) and len(letters) % 4 in (0, 2, 3):
        yield "base64"
    if b"=\n" in body or b"=\r\n" in body or b"=20" in body or b"=3D" in body:
        yield "quoted-printable"
    if body.startswith(b"begin ") or b"\nbegin " in body[:2000]:
        yield "uuencode"
    yield "8bit"


def is_printable(content: bytes) -> bool:
    """Tell whether bytes are a text people could have written."""
    head = content[:65_536]
    if not head.strip() or b"\0" in head or head.startswith((b"%PDF", b"PK", b"\xd0\xcf")):
        return False
    text = head.decode("utf-8", "replace")
    odd = sum(1 for char in text if not (char.isprintable() or char in "\r\n\t"))
    return odd * 50 <= len(text)
