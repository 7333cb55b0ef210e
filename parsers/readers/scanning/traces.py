"""Set right what is too thin to leave a trace on a fax, and what leaves a trace and was never typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from parsers.readers.scanning import shapes
from parsers.readers.scanning.typewriter import Typed

if TYPE_CHECKING:
    from collections.abc import Sequence

_BEFORE, _BEHIND, _LONE = " .,:;'/-)", " .,:;'/-(", frozenset("lI")
_SHORTENED: Final = re.compile(r"\b(?:inc|co|corp|ltd)$", re.IGNORECASE)
_RATE: Final = re.compile(r"^(\d{1,2}) (\d\d)$")
_SPECK: Final = re.compile(r"(?<=\w)'(?=\d)")
_GROUPED: Final = re.compile(r"\$?\d{1,3}(?:,\d{3}|[,.]\d{3}(?:[,.]\d{3})+)")
_STROKES: Final = re.compile(r"[-']")
_SIGNED, _BARE = re.compile(r"\$\d{1,3}(?:,\d{3})*"), re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
_MISSIGNED: Final = re.compile(r"[58S](?:\d{1,3}(?:,\d{3})+|\d{3})")
_FEW_SIGNED, _SIGN_GUESSED = 3, 0.85


def in_dollars(found: dict[int, Typed]) -> dict[int, Typed]:
    """Return lines with amounts in dollars, where those of the page are: the sign is torn, and is like a 5 then."""
    signed = sum(_SIGNED.fullmatch(typed.text) is not None for typed in found.values())
    bare = sum(_BARE.fullmatch(typed.text) is not None for typed in found.values())
    if signed < _FEW_SIGNED or signed < bare:
        return found
    return {
        number: Typed(f"${typed.text[1:]}", min(typed.sure, _SIGN_GUESSED))
        if _MISSIGNED.fullmatch(typed.text)
        else typed
        for number, typed in found.items()
    }


def tidied(text: str, heard: Sequence[str]) -> str:
    """Return a reading without what rules beside it were read as, and with what is too thin to leave a trace."""
    text = _SPECK.sub("", text.lstrip(_BEFORE).rstrip(_BEHIND))
    if _GROUPED.fullmatch(text):
        # What is left of a comma is a point.
        return text.replace(".", ",")
    if text in _LONE:
        return "1"
    for one in reversed(heard):
        if shapes.same(text, one) and _spaced(text) == _spaced(one):
            return one
    if _SHORTENED.search(text) and any(one.endswith(".") for one in heard):
        return f"{text}."
    return _RATE.sub(r"\1.\2", text)


def _spaced(text: str) -> str:
    """Return a text with spaces for strokes that a fax leaves nothing of, or makes of specks."""
    return " ".join(_STROKES.sub(" ", text).split())
