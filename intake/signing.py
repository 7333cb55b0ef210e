"""Who signs a mail: names made comparable, the address and the house in a signature, and lines that say who submits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from intake import addresses
from intake.budget import DEFAULT_BUDGET, Meter
from intake.message import Address

_LINES: Final = 400
_LINE_CHARS: Final = 400
_BEHIND: Final = 8
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:|\"']{1,64}@[^\s<>()\[\],;:|\"']{3,200}")
_LABEL: Final = re.compile(
    r"(?:submitted by|sent by|submitter|producer|producing agent|agent|broker|csr|account (?:manager|executive)"
    r"|from agent|reply to)(?: (?:name|e-?mail|contact))?\s{0,3}:\s{0,3}(.{0,300})$",
    re.I,
)
_CLOSING: Final = re.compile(
    r"(?:thanks|thank you|many thanks|regards|best|best regards|kind regards|sincerely|cheers|respectfully|gracias"
    r"|saludos|merci|cordialement|danke|mit freundlichen grüßen)\W{0,3}$",
    re.I,
)
_SIGNATURE_LINES: Final = 10


def name_of(text: str) -> str:
    """Return the name in what a quoted head says of its writer; empty where it gives none or an address."""
    name = text.strip().strip("\"'*").strip()
    if "@" in name or not re.search(r"[^\W\d_]{2}", name) or len(name) > 80:
        return ""
    return " ".join(name.split())


@lru_cache(maxsize=20_000)
def key(name: str) -> tuple[str, ...]:
    """Return a name so that ``Field, Ann`` and ``ann field`` are equal: its words folded and sorted."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return tuple(sorted(letters.split()))


def signed_address(words: str, name: str) -> str | None:
    """Return the one address in the signature of that name: near the line of the name, and fitting it."""
    lines = [line.strip().lstrip("> ").strip() for line in words.split("\n")[:_LINES]]
    wanted = key(name)
    found: list[str] = []
    for number, line in enumerate(lines):
        if not wanted or key(line[:80]) != wanted:
            continue
        for near in lines[number : number + _BEHIND]:
            found += [one for one in _ADDRESS.findall(near[:_LINE_CHARS]) if _fits(one, wanted)]
    emails = {one.lower().rstrip(".") for one in found}
    return emails.pop() if len(emails) == 1 else None


def _fits(email: str, wanted: tuple[str, ...]) -> bool:
    """Return whether the local part carries one of the names, or their initials."""
    local = "".join(key(email.rpartition("@")[0]))
    initials = {one[0] + other[0] for one in wanted for other in wanted if one != other}
    return any(len(word) > 1 and word in local for word in wanted) or local in initials


def labelled(text: str) -> tuple[Address, ...]:
    """Return the people whom lines such as ``Submitted by:`` name; the address may stand on the next line."""
    lines = [line.strip() for line in text.split("\n")[:_LINES]]
    found: list[Address] = []
    for number, line in enumerate(lines):
        match = _LABEL.match(line[:_LINE_CHARS])
        if match is None:
            continue
        here = _addresses(match.group(1))
        follower = lines[number + 1] if number + 1 < len(lines) else ""
        found += here or (() if ":" in follower else _addresses(follower))
    return tuple(found)


def _addresses(text: str) -> tuple[Address, ...]:
    if "@" not in text:
        return ()
    whole = addresses.parse(text, Meter(DEFAULT_BUDGET), "words")
    return whole[:1] or tuple(Address(email=one) for one in _ADDRESS.findall(text)[:1])


def signature(text: str, name: str) -> tuple[str, ...]:
    """Return the lines below the name of whoever signs, or below a closing; empty where nobody signs.

    The last place counts: above it people are written about.
    """
    lines = [line.strip() for line in text.split("\n")][-_LINES:]
    start = next(_starts(lines, key(name)), None)
    if start is None:
        return ()
    return tuple(line[:_LINE_CHARS] for line in lines[start : start + _SIGNATURE_LINES] if line)


def _starts(lines: list[str], wanted: tuple[str, ...]) -> Iterator[int]:
    for number in range(len(lines) - 1, -1, -1):
        if (wanted and key(lines[number][:80]) == wanted) or lines[number] == "--":
            yield number
        elif _CLOSING.match(lines[number][:60]):
            yield number + 1
