"""Nodes of a PDF's form as they stand in qpdf's JSON: what a node says itself, and what it inherits.

Texts begin with ``u:`` (or ``b:`` and hexadecimal bytes), names with ``/`` (or ``n:/`` and escapes), and what stands
elsewhere is a reference such as ``12 0 R``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

_REFERENCE = re.compile(r"(\d{1,9}) (\d{1,9}) R")
_ESCAPED = re.compile(r"#([0-9a-fA-F]{2})")


class Field(NamedTuple):
    """What a widget has of its own and from the fields above it; ``value``, ``rich`` and ``tooltip`` are JSON still."""

    name: str = ""
    type: str = ""
    flags: int = 0
    value: Any = None
    options: tuple[tuple[str, str], ...] = ()
    max_len: int | None = None
    tooltip: Any = None
    rich: Any = None


NOTHING = Field()
"""What a field without fields above it inherits."""

_NAMES = {
    "subtype": "/Subtype", "rect": "/Rect", "parent": "/Parent", "title": "/T", "type": "/FT", "flags": "/Ff",
    "value": "/V", "options": "/Opt", "longest": "/MaxLen", "state": "/AS", "looks": "/AP", "tooltip": "/TU",
    "rich": "/RV", "shown": "/F", "contents": "/Contents", "style": "/DA", "ink": "/InkList",
}  # fmt: skip


_TYPES = frozenset({"/Tx", "/Btn", "/Ch", "/Sig"})


class Node(msgspec.Struct, rename=_NAMES, gc=False):
    """The entries of a widget, a field or another annotation that are looked at; None for absent ones."""

    subtype: Any = None
    rect: Any = None
    parent: Any = None
    title: Any = None
    type: Any = None
    flags: Any = None
    value: Any = None
    options: Any = None
    longest: Any = None
    state: Any = None
    looks: Any = None
    tooltip: Any = None
    rich: Any = None
    shown: Any = None
    contents: Any = None
    style: Any = None
    ink: Any = None

    def field(self, above: Field, whole: Callable[[Any], Any], text: Callable[[Any], str]) -> Field:
        """Return the field this node is, below ``above``; ``whole`` and ``text`` follow references."""
        own, kind, flags = self.title, self.type, self.flags
        if own is not None:
            own = own[2:] if type(own) is str and own.startswith("u:") else text(own)
        return Field(
            above.name if not own else f"{above.name}.{own}" if above.name else own,
            above.type if kind is None else kind if kind in _TYPES else whole(kind),
            above.flags if flags is None else flags if type(flags) is int else int(whole(flags)),
            above.value if self.value is None else self.value,
            above.options if self.options is None else _options(whole(self.options), text),
            above.max_len if self.longest is None else int(whole(self.longest)),
            above.tooltip if self.tooltip is None else self.tooltip,
            above.rich if self.rich is None else self.rich,
        )


def reference(value: Any) -> tuple[int, int] | None:
    """Return number and generation of the object a value refers to, or None for a value that stands here."""
    # Nearly everything asked about is a text, a name or a number; only a reference begins with a digit.
    if type(value) is not str or value[:1] not in "0123456789" or not (found := _REFERENCE.fullmatch(value)):
        return None
    return int(found[1]), int(found[2])


def plain(value: Any) -> str:
    """Return what a person reads in a text, name or number that stands here; bytes are for the engine to decode."""
    if isinstance(value, str):
        if value.startswith("u:"):
            return value[2:]
        if value.startswith("n:/"):
            return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value[3:])
        return value.removeprefix("/")
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value) if isinstance(value, int) else ""


def _options(listed: Any, text: Callable[[Any], str]) -> tuple[tuple[str, str], ...]:
    if not isinstance(listed, list):
        return ()
    pairs = []
    for option in listed:
        exported, shown = option if isinstance(option, list) and len(option) == 2 else (option, option)
        pairs.append((text(exported), text(shown)))
    return tuple(pairs)
