"""What a form field's own entries say about a widget (PDF 32000-1, 12.7), whichever engine took them out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

Kind = Literal["text", "check", "choice", "signature", "button"]

_PUSH_BUTTON = 1 << 16
DEEPEST = 32
"""Fields nest a few levels deep; deeper is a loop."""
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError, NotImplementedError)
"""What either engine raises for a widget that is not built as one."""


def kind_of(field_type: str, flags: int) -> Kind | None:
    """Name the kind of a field type such as ``/Tx``; None for what is no field."""
    if field_type == "/Btn":
        return "button" if flags & _PUSH_BUTTON else "check"
    known: dict[str, Kind] = {"/Tx": "text", "/Ch": "choice", "/Sig": "signature"}
    return known.get(field_type)


def ticked(value: str | None, shown: str | None, states: Collection[str]) -> bool:
    """Tell whether a tick box is on.

    ``value`` is the field's /V, ``shown`` the widget's /AS, ``states`` its own names for on. The value decides, because
    programs that fill forms often forget what is shown; without a value, what is shown does.
    """
    if value is None:
        return shown not in (None, "/Off", "")
    if value in ("/Off", "", "Off"):
        return False
    return value in states or value.lstrip("/") in {state.lstrip("/") for state in states} if states else True


def displayed(value: str, options: Sequence[tuple[str, str]]) -> str:
    """Return what a choice shows for the value it exports."""
    return next((shown for exported, shown in options if exported == value), value)


def tidy(text: str) -> str:
    """Return a text box's value with plain line ends and without white space around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
