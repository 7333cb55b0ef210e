"""Set right what engines do to the spaces of print: figures taken apart, words run together, strokes of rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from parsers.values import vin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parsers.document import Box

_PLAIN = str.maketrans("‘’‚“”„–—", "'''\"\"\"--")
_MEANT = re.compile(r"[^\W_]|[#%$&*+-]")
_EDGES = re.compile(r"^[|¦]+|[|¦]+$")
_RUN_ON = (
    re.compile(r"(?P<one>\d{1,5})\.?(?P<two>[A-Za-z][A-Za-z]*)"),
    re.compile(r"(?P<one>[A-Za-z]+:)(?P<two>\S+)"),
    re.compile(r"(?P<one>[A-Za-z]{2,})(?P<two>&)"),
    re.compile(r"(?P<one>[A-Za-z]{4,}-)(?P<two>\d{1,4})"),
    re.compile(r"(?P<one>[A-Z]{2,4})(?P<two>\d{4,}[-\d]*)"),
)
_FRACTION = re.compile(r"[.,]\d{2,3}\b")
_THOUSANDS = re.compile(r"\d{3}(?:,\d{3})*(?:\.\d\d)?\)?-?")
_MONEY = re.compile(r"\(?-?\$\(?-?\d{1,3}(?:,\d{3})*")
_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}-?")
_TO_DAY = re.compile(r"-?\d{1,2}/\d{1,2}/\d{2,4}")
_LETTERS = re.compile(r"[A-Za-z&,.'()]{4,}")
_WIDTHS = {
    " ": 0.5,
    **dict.fromkeys("ijlI.,'", 0.45),
    **dict.fromkeys("ft()", 0.52),
    "r": 0.62,
    **dict.fromkeys("mM", 1.5),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ&", 1.22),
    **dict.fromkeys("w", 1.3),
    "W": 1.7,
}
"""Widths of letters in those of a small one: only their proportions matter."""
_VEHICLE = re.compile(r"(?=(?:\D*\d){5})[A-Z0-9]{17,18}")
_NEVER = str.maketrans("IOQ", "100")
_OFF, _WORD_GAP = 0.16, 0.75
_WIDER = 2.2
"""A space is so many times as wide as the room between letters: print of one width has much of that."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a strip: where it stands in pixels, its cell, the height of capitals there, and its wide blanks."""

    text: str
    box: Box
    confidence: float
    cell: int
    capital: float
    blanks: Sequence[float]


def gaps(picture: NDArray[Any], least: float) -> list[float]:
    """Return the middles of the runs of blank columns that are spaces: so wide, and far wider than between letters."""
    blank = np.concatenate([[False], (picture > 170).all(axis=0), [False]])
    edges = np.flatnonzero(np.diff(blank.astype(np.int8)))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    usual = float(np.median([end - start for start, end in runs])) if runs else 0.0
    return [(start + end) / 2 for start, end in runs if end - start >= max(least, _WIDER * usual)]


def tidied(parts: Sequence[Part]) -> list[Part]:
    """Return the words of one line from left to right, spaces where the ink has them, less what rules were read as."""
    ordered = sorted(parts, key=lambda part: part.box[0])
    cut = [piece for part in ordered for whole in _apart(_plain(part)) for piece in _words(whole)]
    done: list[Part] = []
    for part in cut:
        if not _MEANT.search(part.text):
            continue
        if done and done[-1].cell == part.cell and (joint := _joint(done[-1], part)) is not None:
            last = done.pop()
            box = (last.box[0], last.box[1], part.box[2], part.box[3])
            part = replace(last, text=last.text + joint + part.text, box=box,
                           confidence=min(last.confidence, part.confidence))  # fmt: skip
        done.append(part)
    return done


def _plain(part: Part) -> Part:
    return replace(part, text=vehicle_number(_EDGES.sub("", part.text.translate(_PLAIN))))


def vehicle_number(text: str) -> str:
    """Return a vehicle's number with letters set right that it cannot have, or that its check digit denies.

    Where one sign too many was read, as a 5 for an S and a 5, the check digit says which.
    """
    if not _VEHICLE.fullmatch(text) or vin.check_digit_fits(text):
        return text
    if len(text) == 17:
        return vin.suggestion(text) or text.translate(_NEVER)
    shorter = {one for at in range(len(text)) if vin.check_digit_fits(one := text[:at] + text[at + 1 :])}
    return shorter.pop() if len(shorter) == 1 else text


def _apart(part: Part) -> Iterator[Part]:
    """Cut a word where its ink has a space and a figure ends or begins there."""
    found = next((found for pattern in _RUN_ON if (found := pattern.fullmatch(part.text))), None)
    x0, top, x1, bottom = part.box
    share = len(found["one"]) / len(part.text) if found else 0.0
    near = [at for at in part.blanks if abs((at - x0) / (x1 - x0) - share) < _OFF]
    if not found or not near:
        yield part
        return
    yield replace(part, text=found["one"], box=(x0, top, near[0], bottom))
    yield from _apart(replace(part, text=found["two"], box=(near[0], top, x1, bottom)))


def _words(part: Part) -> Iterator[Part]:
    """Cut letters that were run together where the ink has a space between them; letters stand closer than that."""
    if not part.blanks or not _LETTERS.fullmatch(part.text):
        yield part
        return
    x0, top, x1, bottom = part.box
    widths = [_WIDTHS.get(sign, 1.0) for sign in part.text]
    spaces = [at for at in part.blanks if x0 < at < x1]
    each = (x1 - x0) / (sum(widths) + len(spaces) * _WIDTHS[" "])
    begun, start, at = 0, x0, x0
    for index, width in enumerate(widths):
        inside = spaces and index - begun > 1 and index < len(widths) - 1
        if inside and abs(at + each * _WIDTHS[" "] / 2 - spaces[0]) <= each * min(width, 1.0) / 2:
            yield replace(part, text=part.text[begun:index], box=(start, top, spaces[0], bottom))
            begun, start, at = index, spaces.pop(0), at + each * _WIDTHS[" "]
        at += each * width
    yield replace(part, text=part.text[begun:], box=(start, top, x1, bottom))


def _joint(one: Part, other: Part) -> str | None:
    """Return what belongs between two words that are one figure, or None where they are two."""
    if other.box[0] - one.box[2] > _WORD_GAP * one.capital:
        return None
    if vin.check_digit_fits(one.text + other.text):
        return ""
    if _FRACTION.match(other.text) and one.text[-1].isdigit():
        return ""
    if _MONEY.fullmatch(one.text) and _THOUSANDS.fullmatch(other.text):
        return ","
    if _DAY.fullmatch(one.text) and _TO_DAY.fullmatch(other.text) and (one.text[-1] == "-") != (other.text[0] == "-"):
        return ""
    return None
