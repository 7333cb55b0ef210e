"""Phones, mail addresses and web sites."""

from __future__ import annotations

import re

from parsers.values.answers import unanswered
from parsers.values.parsed import Context, Parsed, refused

_EXTENSION = re.compile(r"(?:\s*[,;]?\s*(?:ext(?:ension)?|x)\.?\s*#?\s*(\d{1,6}))\s*$", re.IGNORECASE)
_EMAIL = re.compile(r"^[A-Za-z0-9._%+'-]+@([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+)$")
_HOST = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$")
_NONE = frozenset(
    {"none", "n/a", "na", "no website", "no web site", "does not have one", "no site", "none at this time"}
)


def phone(raw: str, context: Context) -> Parsed:
    """Read a North American number as ``602-555-0142``, with `` x12`` for an extension."""
    text = raw.strip()
    extension = _EXTENSION.search(text)
    digits = re.sub(r"\D", "", text[: extension.start()] if extension else text)
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) != 10:
        return unanswered(raw) or refused("bad_format", "not ten digits")
    if not re.fullmatch(r"[2-9]\d\d[2-9]\d{6}", digits) or digits[1:3] == "11":
        return refused("out_of_range", "no such area or exchange")
    shown = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    return Parsed(value=f"{shown} x{extension[1]}" if extension else shown)


def email(raw: str, context: Context) -> Parsed:
    """Read a mail address; the domain in lower case."""
    text = raw.strip().strip("<>;,").removeprefix("mailto:")
    found = _EMAIL.match(text)
    if not found:
        return unanswered(raw) or refused("bad_format", "not a mail address")
    return Parsed(value=text[: found.start(1)] + found[1].casefold())


def url(raw: str, context: Context) -> Parsed:
    """Read a web site as host and path without scheme; an explicit "none" is the answer ``none``."""
    text = raw.strip().casefold().rstrip("./ ")
    if text in _NONE:
        return Parsed(value="none")
    bare = re.sub(r"^https?://", "", text)
    host = bare.split("/", 1)[0]
    if not _HOST.match(host):
        return unanswered(raw) or refused("bad_format", "not a web address")
    return Parsed(value=bare)
