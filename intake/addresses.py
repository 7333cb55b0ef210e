"""Addresses, message ids and dates as they stand in headers; one pass each, and never an exception."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from intake import headers
from intake.budget import Meter
from intake.message import Address

_ADDRESS_CHARS: Final = 320
_NAME_CHARS: Final = 200
_IDS: Final = 200
_ID_CHARS: Final = 998
_DATE_CHARS: Final = 100


def parse(value: str | None, meter: Meter, where: str) -> tuple[Address, ...]:
    """Return the addresses of a header; what is none is noted and left out, and no more than the budget are kept."""
    found: list[Address] = []
    for piece in _whole(_pieces(value or "")):
        if len(found) >= meter.budget.recipients:
            meter.note("too_many_recipients", f"more than {meter.budget.recipients}", where)
            break
        address = _address(piece, meter, where)
        if address is not None:
            found.append(address)
        elif piece.strip():
            meter.note("address_malformed", "", where)
    return tuple(found)


def _pieces(value: str) -> Iterator[str]:
    """Split at commas and semicolons outside quotes, comments and angle brackets; drop group names."""
    start, quoted, depth, angle, skip = 0, False, 0, False, False
    for index, char in enumerate(value):
        if skip:
            skip = False
        elif char == "\\":
            skip = True
        elif quoted or char == '"':
            quoted = quoted != (char == '"')
        elif char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
        elif depth:
            continue
        elif char in "<>":
            angle = char == "<"
        elif char in ",;":
            yield value[start:index]
            start, angle = index + 1, False
        elif char == ":" and not angle and "@" not in value[max(start, index - _ADDRESS_CHARS) : index]:
            start = index + 1
    tail = value[start:]
    # An open quote or comment swallowed the rest: splitting it plainly finds more than giving it up.
    yield from tail.split(",") if quoted or depth else (tail,)


def _whole(pieces: Iterator[str]) -> Iterator[str]:
    """Join ``Doe`` and ``Jane <j@x>``: a piece without an address is the first half of an unquoted name."""
    half = ""
    for piece in pieces:
        if "@" not in piece and "<" not in piece and len(half) + len(piece) < _NAME_CHARS:
            half = f"{half}{piece.strip()}, " if piece.strip() else half
            continue
        yield half + piece if half and "<" in piece else piece
        half = ""
    if half:
        yield half.removesuffix(", ")


def _address(piece: str, meter: Meter, where: str) -> Address | None:
    open_at = piece.rfind("<")
    if open_at >= 0:
        email, name = piece[open_at + 1 :].partition(">")[0], piece[:open_at]
    else:
        email, _, name = piece.partition("(")
        name = name.rpartition(")")[0]
    if "@" not in email and "=?" in email:
        email = headers.words(email, meter, where)
    spec = _addr_spec(email)
    if spec is None:
        return None
    shown = headers.words(name.strip(), meter, where).strip().strip("\"'").replace('\\"', '"')
    return Address(email=spec, name=" ".join(shown.split())[:_NAME_CHARS])


def _addr_spec(text: str) -> str | None:
    email = "".join(text.split()).strip("<>\"'[].,").removeprefix("mailto:")
    if email.startswith("@"):
        email = email.rpartition(":")[2]
    local, _, domain = email.rpartition("@")
    if not local or not domain or len(email) > _ADDRESS_CHARS or any(char in "<>,;()" for char in email):
        return None
    return f"{local}@{domain.lower().rstrip('.')}"


def ids(value: str | None) -> tuple[str, ...]:
    """Return the message ids of a header without brackets, in the order they stand, newest kept when there are many."""
    found = [piece.partition(">")[0] for piece in (value or "").split("<")[1:]]
    if not found:
        found = (value or "").replace(",", " ").split()
    clean = ("".join(one.split()).strip("[]") for one in found[-_IDS:])
    return tuple(dict.fromkeys(one for one in clean if "@" in one and len(one) <= _ID_CHARS))


def single_id(value: str | None) -> str | None:
    """Return the one id of a Message-ID header; a strange one is kept as it stands, an empty one is None."""
    found = ids(value)
    if found:
        return found[0]
    bare = " ".join((value or "").split()).strip("<> ")
    return bare[:_ID_CHARS] or None


def moment(value: str | None, meter: Meter, where: str) -> datetime | None:
    """Return a header date as aware UTC, or None with a defect. A date without a zone is taken as UTC (RFC 5322)."""
    if not value or not value.strip():
        return None
    try:
        parsed = parsedate_to_datetime(value.strip()[:_DATE_CHARS])
        aware = parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        meter.note("date_malformed", "", where)
        return None


def received(values: tuple[str, ...], meter: Meter) -> datetime | None:
    """Return the time of the topmost Received header whose date can be read."""
    for value in values[:20]:
        at = moment(value.rpartition(";")[2], meter, "Received")
        if at is not None:
            return at
    return None
