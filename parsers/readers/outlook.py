"""Mails saved by Outlook (.msg): read by their properties and written down as the mail they once were.

A property stands in a stream named by its number and type (MS-OXMSG 2.1). The headers a mail got on its way are kept
as they are; a draft or a sent mail has none, and gets those its properties tell.
"""

from __future__ import annotations

import base64
import io
import re
import struct
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING, Final

from parsers.packing import Opened, Packed, Room

if TYPE_CHECKING:
    from oxmsg.storage import Storage

_SUBJECT, _SENDER, _SENDER_NAME, _SENDER_SMTP = 0x0037, 0x0C1F, 0x0C1A, 0x5D01
_BODY, _HTML, _HEADERS, _SENT = 0x1000, 0x1013, 0x007D, 0x0039
_NAME, _SHORT_NAME, _CONTENT, _MIME = 0x3707, 0x3704, 0x3701, 0x370E
_SHOWN_NAME, _ADDRESS, _SMTP, _RECIPIENT = 0x3001, 0x3003, 0x39FE, 0x0C15
_ID, _ANSWERS = 0x1035, 0x1042
_CODEPAGES: Final = (0x3FDE, 0x3FFD)
_DEPTH: Final = 5
_OWN: Final = re.compile(r"^(?:content-[a-z-]+|mime-version):", re.I)
_PROPERTIES: Final = "__properties_version1.0"


def unpack(data: bytes, room: Room) -> Opened:
    """Return the mail as one file, ``message.eml``. ``reason`` is ``outlook_damaged`` or ``too_large``."""
    from olefile import OleFileIO  # type: ignore[import-untyped]
    from oxmsg.storage import Storage

    try:
        with OleFileIO(io.BytesIO(data)) as file:
            root = Storage.from_ole(file)
        mail = _mail(root, 0)
    except (OSError, ValueError, LookupError, struct.error, AttributeError, TypeError, RecursionError):
        # The library was written for sound files: damaged ones end it in many ways, none of which is ours to tell.
        return Opened(reason="outlook_damaged")
    if len(mail) > room.total_bytes:
        return Opened(reason="total_too_large")
    return Opened(files=(Packed(path="message.eml", content=mail),))


def _mail(storage: Storage, depth: int) -> bytes:
    boundary = f"=_saved_{depth}_{len(storage.streams)}_{len(storage.storages)}"
    head = "\r\n".join(
        [*_headers(storage), "MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{boundary}"']
    )
    parts = [*_bodies(storage)]
    for one in storage.iter_attachment_storages():
        parts.append(_attachment(one, depth))
    mark = f"--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts)
    return head.encode("utf-8", "replace") + b"\r\n\r\n" + body + mark + b"--\r\n"


def _headers(storage: Storage) -> list[str]:
    """Return header lines: those of the mail's way, without what says how its body was written; else made ones."""
    kept: list[str] = []
    for line in _text(storage, _HEADERS).replace("\r\n", "\n").split("\n"):
        if line[:1] in (" ", "\t"):
            if kept:
                kept[-1] += "\r\n" + line
        elif ":" in line:
            kept.append(line)
    kept = [line for line in kept if not _OWN.match(line)]
    known = {line.partition(":")[0].strip().lower() for line in kept}
    return kept + [f"{name}: {value}" for name, value in _told(storage) if value and name.lower() not in known]


def _told(storage: Storage) -> list[tuple[str, str]]:
    sender = _plain(_text(storage, _SENDER_SMTP) or _text(storage, _SENDER))
    to, copied = _recipients(storage)
    sent = _moment(storage, _SENT)
    return [
        ("From", _address(_text(storage, _SENDER_NAME), sender) if "@" in sender else ""),
        ("To", to),
        ("Cc", copied),
        ("Subject", Header(_plain(_text(storage, _SUBJECT)), "utf-8", maxlinelen=10_000).encode()),
        ("Date", format_datetime(sent) if sent else ""),
        ("Message-ID", _plain(_text(storage, _ID))),
        ("In-Reply-To", _plain(_text(storage, _ANSWERS))),
    ]


def _recipients(storage: Storage) -> tuple[str, str]:
    lists: dict[int, list[str]] = {1: [], 2: []}
    for one in storage.iter_recipient_storages():
        address = _text(one, _SMTP) or _text(one, _ADDRESS)
        if "@" in address:
            kind = _fixed(one, _RECIPIENT) or 1
            name = _text(one, _SHOWN_NAME)
            lists.get(kind & 0xF, lists[1]).append(_address("" if "@" in name else name, _plain(address)))
    return ", ".join(lists[1]), ", ".join(lists[2])


def _address(name: str, address: str) -> str:
    """Return a mailbox for a header; an address in another script than ASCII stands there as it is."""
    shown = _plain(name)
    return formataddr((shown, "@")).removesuffix("<@>") + f"<{address}>" if shown else address


def _bodies(storage: Storage) -> list[bytes]:
    found = []
    text, html = _text(storage, _BODY), _bytes(storage, _HTML)
    if text or not html:
        found.append(_part("text/plain; charset=utf-8", text.encode("utf-8", "replace")))
    if html:
        found.append(_part("text/html; charset=utf-8", html))
    if len(found) < 2:
        return found
    inner = b"".join(b"--=_both\r\n" + part + b"\r\n" for part in found)
    return [b'Content-Type: multipart/alternative; boundary="=_both"\r\n\r\n' + inner + b"--=_both--\r\n"]


def _attachment(storage: Storage, depth: int) -> bytes:
    name = _plain(_text(storage, _NAME) or _text(storage, _SHORT_NAME) or "attachment.bin")
    inner = next((one for one in storage.storages if one.name.startswith("__substg1.0_3701")), None)
    if inner is not None and depth < _DEPTH:
        return b"Content-Type: message/rfc822\r\n\r\n" + _mail(inner, depth + 1)
    kind = _text(storage, _MIME)
    media_type = kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind) else "application/octet-stream"
    return _part(media_type, _bytes(storage, _CONTENT), name=name)


def _part(media_type: str, content: bytes, *, name: str = "") -> bytes:
    lines = [f"Content-Type: {media_type}", "Content-Transfer-Encoding: base64"]
    if name:
        encoded = Header(name.replace('"', "'"), "utf-8", maxlinelen=10_000).encode()
        lines.append(f'Content-Disposition: attachment; filename="{encoded}"')
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + base64.encodebytes(content).replace(b"\n", b"\r\n")


def _text(storage: Storage, number: int) -> str:
    """Return a text property: UTF-16 where it is one, else in the code page the mail names."""
    wide = _stream(storage, number, 0x001F)
    if wide is not None:
        return wide.decode("utf-16-le", "replace").replace("\0", "")
    narrow = _stream(storage, number, 0x001E)
    return "" if narrow is None else narrow.decode(_codepage(storage), "replace").replace("\0", "")


def _bytes(storage: Storage, number: int) -> bytes:
    raw = _stream(storage, number, 0x0102)
    return raw if raw is not None else _text(storage, number).encode("utf-8", "replace")


def _stream(storage: Storage, number: int, kind: int) -> bytes | None:
    name = f"__substg1.0_{number:04X}{kind:04X}"
    return next((stream.bytes_ for stream in storage.streams if stream.name == name), None)


def _codepage(storage: Storage) -> str:
    for number in _CODEPAGES:
        page = _fixed(storage, number)
        if page == 65001:
            return "utf-8"
        if page and 1250 <= page <= 1258:
            return f"cp{page}"
    return "cp1252"


def _fixed(storage: Storage, number: int) -> int | None:
    """Return a number that stands in the list of properties itself (rows of sixteen bytes behind a head)."""
    table = next((stream.bytes_ for stream in storage.streams if stream.name == _PROPERTIES), b"")
    for head in (32, 24, 8):
        for at in range(head, len(table) - 15, 16):
            kind, found, _, value = struct.unpack_from("<HHIQ", table, at)
            if found == number and kind in (0x0003, 0x0040):
                return int(value) if kind == 0x0040 else int(value & 0xFFFFFFFF)
    return None


def _moment(storage: Storage, number: int) -> datetime | None:
    ticks = _fixed(storage, number)
    if not ticks or not 94_354_848_000_000_000 < ticks < 160_000_000_000_000_000:
        return None
    return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)


def _plain(text: str) -> str:
    return " ".join(text.split())
