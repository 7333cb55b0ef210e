"""How large a picture is, read from its first bytes; no picture is decoded here."""

from __future__ import annotations

from typing import Final

_JPEG_SEGMENTS: Final = 200
#: JPEG start-of-frame markers; C4, C8 and CC are tables, not frames.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def is_picture(content: bytes) -> bool:
    """Tell whether the bytes begin like a PNG, GIF, JPEG, BMP or WebP."""
    starts = (b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"\xff\xd8\xff")
    if content.startswith(starts):
        return True
    return (content[:2] == b"BM" and content[6:10] == b"\0\0\0\0") or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )


def dimensions(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels of a PNG, GIF, JPEG or BMP, or None when they cannot be read."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if content.startswith((b"GIF87a", b"GIF89a")) and len(content) >= 10:
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    if content.startswith(b"BM") and len(content) >= 26:
        return int.from_bytes(content[18:22], "little"), abs(int.from_bytes(content[22:26], "little", signed=True))
    if content.startswith(b"\xff\xd8"):
        return _jpeg(content)
    return None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    for _ in range(_JPEG_SEGMENTS):
        if content[at : at + 1] != b"\xff" or at + 9 > len(content):
            return None
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _FRAMES:
            return int.from_bytes(content[at + 7 : at + 9], "big"), int.from_bytes(content[at + 5 : at + 7], "big")
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
