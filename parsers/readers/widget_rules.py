"""What a form field's own entries say about a widget (PDF 32000-1, 12.7), whichever engine took them out."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from parsers.document import Box, Defect, Mark, Widget, Word

Kind = Literal["text", "check", "choice", "signature", "button"]

_PUSH_BUTTON, _RADIO, _COMBO = 1 << 16, 1 << 15, 1 << 17
_HIDDEN = (1 << 1) | (1 << 5)
"""The flags Hidden and NoView of an annotation."""
DEEPEST = 32
"""Fields nest a few levels deep; deeper is a loop."""
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError, NotImplementedError)
"""What either engine raises for a widget that is not built as one."""
_OFF = frozenset({"/Off", "", "Off"})
_TAG = re.compile(r"<[^<>]*>")
_SHORTEST_TOOLTIP = 4
"""A shorter tooltip may well be what somebody typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What one annotation of a page says: words somebody put over the page, each set in ``font``, and marks.

    ``struck`` is where it strikes out what is printed.
    """

    page: int
    font: str
    words: tuple[Word, ...] = ()
    marks: tuple[Mark, ...] = ()
    struck: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFound:
    """What was found on top of the pages: widgets, other people's notes, and what could not be read."""

    widgets: tuple[Widget, ...] = ()
    notes: tuple[Note, ...] = ()
    defects: tuple[Defect, ...] = ()


def kind_of(field_type: str, flags: int) -> Kind | None:
    """Name the kind of a field type such as ``/Tx``; None for what is no field."""
    if field_type == "/Btn":
        return "button" if flags & _PUSH_BUTTON else "check"
    return _KINDS.get(field_type)


_KINDS: dict[str, Kind] = {"/Tx": "text", "/Ch": "choice", "/Sig": "signature"}


def one_line(kind: Kind, flags: int) -> bool:
    """Return whether a widget's appearance paints its value and nothing else; a list box paints all its options."""
    return kind == "text" or (kind == "choice" and bool(flags & _COMBO))


def ticked(
    value: str | None, shown: str | None, states: Collection[str], flags: int = 0, others: Collection[str] = ()
) -> bool:
    """Tell whether a tick box is on.

    ``value`` is the field's /V, ``shown`` the widget's /AS, ``states`` its own names for on, ``others`` those of the
    boxes it shares the field with. The value decides, because programs that fill forms often forget what is shown;
    without a value, what is shown does. One of several radio buttons without states of its own is on where it is shown
    so. A value that no box of the field has a name for means on too: programs write /Yes without looking.
    """
    if value is None:
        return shown not in (None, "/Off", "")
    if value in _OFF:
        return False
    if not states:
        return not flags & _RADIO or (shown or "").lstrip("/") == value.lstrip("/")
    return value.lstrip("/") in _bare(states) or foreign(value, flags, (*states, *others))


def foreign(value: str | None, flags: int, states: Collection[str]) -> bool:
    """Return whether a tick box's value means on without being one of the names for on that its field has."""
    if value is None or value in _OFF or flags & _RADIO or not states:
        return False
    return value.lstrip("/") not in _bare(states)


def _bare(states: Collection[str]) -> set[str]:
    return {state.lstrip("/") for state in states}


def other_tick(on: bool, shown: str | None, states: Collection[str]) -> str | None:
    """Return ``on`` or ``off`` where a tick box shows otherwise than its value says, else None.

    A state that has no picture is shown as nothing, which is off.
    """
    if shown is None or (shown not in _OFF and not states):
        return None
    looks_on = shown not in _OFF and shown in states
    return None if looks_on == on else "on" if looks_on else "off"


def seen(shown: str | None, filled: bool, kind: Kind, looks: int) -> str | None:
    """Return what people see of a widget: ``shown``, or nothing of one that its /F (``looks``) hides on the screen."""
    if not looks & _HIDDEN or kind not in ("text", "choice", "check"):
        return shown
    return ("off" if kind == "check" else "") if filled else None


def displayed(value: str, options: Sequence[tuple[str, str]]) -> str:
    """Return what a choice shows for the value it exports."""
    return next((shown for exported, shown in options if exported == value), value)


def entered(text: str, rich: str, tooltip: str) -> str | None:
    """Return what was typed into a text box: its value, else its rich text without tags; its own tooltip is nothing."""
    typed = tidy(text) or tidy(html.unescape(_TAG.sub(" ", rich)))
    if tooltip and len(typed) >= _SHORTEST_TOOLTIP and " ".join(typed.split()) == " ".join(tooltip.split()):
        return None
    return typed or None


def tidy(text: str) -> str:
    """Return a text box's value with plain line ends and without white space around it."""
    if text.isprintable():
        return text.strip()
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
