"""Put right what an engine misreads for want of context: the size of letters, and a lone upright stroke."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.readers.scanning.typed import Line

# Letters whose small form is the large one made smaller: only their height tells which it is.
_ALIKE = frozenset("cosuvwxz")
_UPRIGHT = frozenset("4iIlL|!}{]['/t")
_TALL = 0.88
_NARROW, _ONE = 0.62, 1.2
_WIDE_LETTERS = frozenset("WMmw@%")


_PLAIN = re.compile(r"[A-Za-z0-9 .,:;'\"$%&/#()@*+_\u2019\u2018\u2014\u2013\u00b7-]*")
_CODE = re.compile(r"[A-Z0-9]{1,3}l[l0-9]{0,3}")
_FOREIGN, _MISSING = 0.6, 0.8
_FILLED, _MARGIN = 0.65, 3
"""Characters a line has at least for each height of a capital it is wide, spaces not counted: W alone is 1.3 wide."""


def fitting(text: str, line: Line) -> float:
    """Return what a reading is worth by its shapes: 1, less for letters that nobody types or that are missing."""
    worth = 1.0 if _PLAIN.fullmatch(text) and _letters(text) else _FOREIGN
    return worth * _MISSING if short(text, line) else worth


def says(text: str) -> bool:
    """Return whether there is a letter or digit in a reading."""
    return _letters(text) != ""


def short(text: str, line: Line) -> bool:
    """Return whether a reading has fewer characters than its line has apart, or than would fill its width."""
    letters = len(text.replace(" ", ""))
    return letters < line.columns or letters < _FILLED * _wide(line)


def _wide(line: Line) -> float:
    """Return how wide the ink of a line is, in heights of a capital."""
    return float(line.picture.shape[1] - 2 * _MARGIN) / max(line.letters, 1.0)


def plain(text: str) -> str:
    """Return a text without accents and foreign signs, with the strokes and dashes of a typewriter."""
    parted = unicodedata.normalize("NFKD", text.translate(_TYPED))
    return "".join(letter for letter in parted if letter.isascii()).strip()


_TYPED = str.maketrans("\u0142\u0141\u2014\u2013\u2018\u2019\u201c\u201d\u0131\u00b7", "lL--''\"\"i.")


def unspecked(text: str) -> str:
    """Return a reading of a fax without the signs that specks are taken for: at its ends, and between two words."""
    if "@" in text or text.casefold().startswith("www"):
        return text
    bare = text.lstrip(_SPECKS).rstrip(_SPECKS + "-")
    if _SHORTENED.search(bare) and text[len(bare) :].startswith("."):
        bare += "."
    return _BETWEEN.sub(" ", bare)


def cleaner(text: str, other: str) -> tuple[str, str]:
    """Return two readings, of the same letters that first which has fewer marks that specks are taken for."""
    specked = same(text, other) and len(_LOOSE.findall(other)) < len(_LOOSE.findall(text))
    return (other, text) if specked else (text, other)


_LOOSE = re.compile(r"(?<=[A-Za-z]{3})[.,:;'*~-] | [.,:;'*~-](?=[A-Za-z])")
_SPECKS = " .,:;'\"~*`_\u00b7"
_SHORTENED = re.compile(r"(?:^|[ .])(?:inc|co|corp|ltd|st|ave|rd|no|jr|sr|[A-Z]\.[A-Z])$", re.IGNORECASE)
_BETWEEN = re.compile(r"(?<=[A-Za-z]{2})[.,:;'*~](?=[A-Z][A-Za-z])")


def same(one: str, other: str) -> bool:
    """Return whether two readings have the same letters and digits, whatever stands between them."""
    return _letters(one) == _letters(other) != ""


def _letters(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def settle(text: str, line: Line, capital: float) -> str:
    """Return a reading of a line as its shapes have it; ``capital`` is a capital's height on the page in pixels.

    A narrow upright stroke that stands alone is a one. One letter read as a large and a small one is large; one
    character as wide as two is two of it, for engines take two that touch for one. A code with an l in it has a one. A
    word of nothing but ambiguous letters is in capitals where it is as tall as capitals are.
    """
    text, wide = plain(text), _wide(line)
    if line.pieces == 1 and text in _UPRIGHT and wide < _NARROW:
        return "1"
    if len(text) == 2 and text[0] == text[1].upper() != text[1] and wide < _ONE:
        return text[0]
    if len(text) == 1 and text not in _WIDE_LETTERS and _ONE <= wide < 2 * _ONE:
        return text * 2
    if _CODE.fullmatch(text):
        return text.replace("l", "1")
    if text and set(text) <= _ALIKE and line.letters >= _TALL * capital:
        return text.upper()
    return text


def capital(lines: Sequence[Line]) -> float:
    """Return the usual height of a capital or digit among lines cut from one page, in pixels."""
    tall = [line.letters for line in lines]
    return float(np.percentile(tall, 60)) if tall else 0.0
