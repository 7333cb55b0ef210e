"""What a box without an entry in any map holds, told by how its eLabel ends; the standard names say it there."""

from __future__ import annotations

import re

_ENDINGS = (
    ("yn", re.compile(r"_Question_[A-Z]{3}Code$")),
    ("date", re.compile(r"Date$")),
    ("money", re.compile(r"Amount$")),
    ("percent", re.compile(r"Percent$")),
    ("state", re.compile(r"StateOrProvinceCode$")),
    ("zip", re.compile(r"PostalCode$")),
    ("email", re.compile(r"EmailAddress$")),
    ("phone", re.compile(r"(Phone|Fax)Number$")),
    ("number", re.compile(r"(Count|Area)$")),
)
_LETTER = re.compile(r"_[A-Z]{1,2}\d?$")


def type_by_ending(elabel: str) -> str:
    """Return the value type that the name of a box speaks of, ``text`` where it speaks of none."""
    name, letters = _LETTER.subn("", elabel)
    if not letters:
        return "text"
    return next((kind for kind, ending in _ENDINGS if ending.search(name)), "text")
