"""What stands at the edges of a person's own words: signatures, device lines, confidentiality texts, banners."""

from __future__ import annotations

import re
from typing import Final

_SIGNATURE_LINES: Final = 15
_LINE_CHARS: Final = 400
_DEVICE: Final = re.compile(
    r"(?:sent from my \w|sent from (?:mail|outlook|yahoo|samsung)|get outlook for|sent via (?:the )?samsung"
    r"|outlook für \w+ beziehen|obtenir outlook pour|obtener outlook para"
    r"|von meinem \w+ gesendet|envoyé (?:de|depuis) mon|enviado desde mi)",
    re.I,
)
_BANNER: Final = re.compile(
    r"[\[*<(\s]{0,6}(?:external(?: e-?mail| sender| message)?\s{0,3}[\]*>):]|caution:?\s|warning:\s|\[ext\])", re.I
)
_BANNER_WORDS: Final = ("outside", "originated", "external", "do not click", "unknown sender", "recognize the sender")
_CONFIDENTIAL: Final = (
    "confidential",
    "intended recipient",
    "intended only for",
    "intended solely",
    "privileged",
    "in error",
    "unauthorized",
    "strictly prohibited",
    "notify the sender",
    "delete this",
    "delete the",
    "disclaimer",
    "cannot be bound",
    "not bound",
    "consider the environment",
    "viruses",
)
#: Those of them that people do not use about their own business.
_CERTAIN: Final = (
    "confidential",
    "intended recipient",
    "intended only for",
    "intended solely",
    "privileged",
    "strictly prohibited",
    "disclaimer",
    "cannot be bound",
    "consider the environment",
)
_SENTENCE: Final = re.compile(r"(?<=[.!?:])\s")
_OPENING: Final = re.compile(
    r"(?:this|the information|the contents|any|all|please) .{0,40}(?:e-?mail|message|communication|transmission)"
    r"|(?:confidentiality )?notice\b|disclaimer|important"
)
_DISCLAIMER_CHARS: Final = 80
_DISCLAIMER_WORDS: Final = 2


def signature_lines(lines: list[str], first: int, last: int) -> int | None:
    """Return the line a signature begins at: the RFC 3676 separator with a short rest behind it."""
    for index in range(last - 1, max(first, last - 2 * _SIGNATURE_LINES) - 1, -1):
        if lines[index].rstrip("\r") in ("-- ", "--", "--\u00a0"):
            behind = sum(1 for line in lines[index + 1 : last] if line.strip())
            return index if behind <= _SIGNATURE_LINES else None
    return None


def is_device_line(line: str) -> bool:
    """Tell whether a line is the one a phone or a mail program adds by itself."""
    return len(line) < 120 and bool(_DEVICE.match(line.strip()))


def is_banner(paragraph: str) -> bool:
    """Tell whether a paragraph is the warning a gateway puts on top of mail from outside."""
    text = paragraph[:_LINE_CHARS].strip().lower()
    if not _BANNER.match(text):
        return False
    return len(text) < 30 or any(word in text for word in _BANNER_WORDS)


def disclaimer_from(lines: list[str], first: int, last: int) -> int | None:
    """Return the line of a paragraph from which on it is a confidentiality text, or None when no line begins one.

    Words above it in the same paragraph are the sender's own, and so is a line that only ends in one.
    """
    if not is_disclaimer("\n".join(lines[first:last])):
        return None
    for index in range(first, last):
        opening = _SENTENCE.split(lines[index].strip().lower(), maxsplit=1)[0]
        if any(word in opening for word in _CERTAIN) or _OPENING.match(opening):
            return index if is_disclaimer("\n".join(lines[index:last])) else None
        if any(word in lines[index].lower() for word in _CERTAIN):
            return index + 1 if is_disclaimer("\n".join(lines[index + 1 : last])) else None
    return None


def is_disclaimer(paragraph: str) -> bool:
    """Tell whether a paragraph holds a confidentiality text: long enough, and with two of its usual phrases."""
    text = " ".join(paragraph[:4_000].lower().split())
    if len(text) < _DISCLAIMER_CHARS:
        return False
    return sum(1 for word in _CONFIDENTIAL if word in text) >= _DISCLAIMER_WORDS
