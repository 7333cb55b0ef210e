"""The name of one form as sent: whose page, which item, which form, which content.

It is the message's own key. The same form with the same content is one message, however often the button is pressed;
the same page filled in anew after "back" is another.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

FIELD = "once"
WHOLE = "all"
"""Stands where an item would, when the form speaks for the whole submission."""

_NONCE = re.compile(r"^[0-9a-f]{24}$")
_KEY = re.compile(r"^(?P<ref>SUB-\d\d-\d{6,})\.(?P<item>[0-9a-f]{12}|all)\.[0-9a-f]{24}\.[0-9a-f]{16}$")

ItemKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What the key of a message that came through a page says: the submission and the item's digest, or ``all``."""

    ref: str
    item: str


def fresh() -> str:
    """Return a new form's own number."""
    return secrets.token_hex(12)


def is_number(text: object) -> bool:
    """Return whether a text is a form's number as ``fresh`` makes them."""
    return isinstance(text, str) and bool(_NONCE.match(text))


def digest(key: ItemKey) -> str:
    """Return the short name of an item for addresses and forms; its parts may hold anything."""
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:12]


def key(ref: str, item: str, number: str, content: Iterable[bytes]) -> str:
    """Return the key of one form as sent; ``item`` is a digest or ``all``."""
    said = hashlib.sha256()
    for part in content:
        said.update(len(part).to_bytes(8, "big"))
        said.update(part)
    return f"{ref}.{item}.{number}.{said.hexdigest()[:16]}"


def read(source_key: str) -> Slip | None:
    """Return what a message's key says, or None when it is no key of ours."""
    found = _KEY.match(source_key)
    return Slip(ref=found["ref"], item=found["item"]) if found else None
