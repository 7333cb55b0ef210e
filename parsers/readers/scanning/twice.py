"""Read lines that one reading leaves in doubt once more, and say how sure a reading is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import cv2
import numpy as np

from parsers.readers.scanning import mosaic, shapes, typed

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from numpy.typing import NDArray

    from parsers.readers.ocr import Engine
    from parsers.readers.scanning.mosaic import Seen

    Picture = NDArray[Any]

Backing: TypeAlias = Literal["first", "second", "neither"]
_UNSURE, _UNSURE_BESIDE = 0.8, 0.9
_ALIKE = 0.85
_SMALLER = 26.0
_SHORT_LINE, _STRETCH = 5.0, 1.5
_SOFT = 1.4
"""Pixels: gaps of a fax within letters close, and the letters stay apart."""


def again(
    cut: Sequence[typed.Line], seen: Sequence[Sequence[Seen]], engine: Engine, *, every: bool
) -> dict[int, list[Seen]]:
    """Read the doubtful lines (or every one) again: by the second engine, else drawn smaller and with sharper edges."""
    least = _UNSURE_BESIDE if engine.second else _UNSURE
    doubtful = [i for i, words in enumerate(seen) if every or sureness(words, cut[i]) < least]
    if engine.second:
        drawn = [_drawn_out(cut[i], seen[i]) for i in doubtful]
        return dict(zip(doubtful, mosaic.read(drawn, engine.second), strict=True))
    sharp = [replace(cut[i], picture=_sharpened(cut[i].picture)) for i in doubtful]
    return dict(zip(doubtful, mosaic.read(sharp, engine, letters=_SMALLER), strict=True))


def said(words: Sequence[Seen]) -> str:
    """Return the words of a line as one text."""
    return " ".join(word.text for word in words)


def _drawn_out(line: typed.Line, words: Sequence[Seen]) -> typed.Line:
    """Stretch a short line that lost characters: engines take twice the same letter, close together, for one."""
    if line.picture.shape[1] > _SHORT_LINE * line.letters or not shapes.short("".join(w.text for w in words), line):
        return line
    wide = cv2.resize(line.picture, None, fx=_STRETCH, fy=1.0, interpolation=cv2.INTER_CUBIC)
    return replace(line, picture=np.asarray(wide, dtype=np.uint8))


def _sharpened(picture: Picture) -> Picture:
    soft = cv2.GaussianBlur(picture, (0, 0), 1.2)
    return np.asarray(cv2.addWeighted(picture, 1.8, soft, -0.8, 0), dtype=np.uint8)


def sureness(words: Sequence[Seen], line: typed.Line) -> float:
    """Return how sure a reading of a line is: the engine's word for it, less what its shapes speak against it."""
    if not words:
        return 0.0
    sure = [word.confidence for word in words]
    return shapes.fitting("".join(word.text for word in words), line) * (0.5 * min(sure) + 0.5 * sum(sure) / len(sure))


def in_doubt(
    cut: Sequence[typed.Line], seen: Sequence[Sequence[Seen]], again: dict[int, list[Seen]], *, most: int
) -> frozenset[int]:
    """Return the lines that were not read alike, sign for sign and surely, twice: the ``most`` doubtful of them.

    Of those that were, 97 of 100 are right, as many as of the same lines read sign by sign (torn faxes, tune).
    """
    doubts = []
    for i, line in enumerate(cut):
        sure = min(sureness(seen[i], line), sureness(again.get(i, ()), line))
        if sure < _ALIKE or said(seen[i]) != said(again.get(i, ())):
            doubts.append((sure, i))
    return frozenset(i for _, i in sorted(doubts)[:most])


def backed(
    cut: Sequence[typed.Line],
    seen: Sequence[Sequence[Seen]],
    twice: dict[int, list[Seen]],
    engine: Engine,
    *,
    besides: Container[int],
) -> dict[int, Backing]:
    """Read the lines that were read in two ways a third time, their strokes run together, and say which way that backs.

    Lines of ``besides`` are left out.
    """
    parted = [i for i in twice if i not in besides and not _same(seen[i], twice[i])]
    soft = [replace(cut[i], picture=_softened(cut[i].picture)) for i in parted]
    third = mosaic.read(soft, engine.second or engine)
    return {i: _backing(seen[i], twice[i], words) for i, words in zip(parted, third, strict=True)}


def turned(
    seen: Sequence[list[Seen]], twice: dict[int, list[Seen]], backing: dict[int, Backing]
) -> tuple[list[list[Seen]], dict[int, list[Seen]]]:
    """Return both readings of every line, exchanged where the first of them was backed: the second is the better."""
    first = [backing.get(i) == "first" for i in range(len(seen))]
    return (
        [twice[i] if first[i] else words for i, words in enumerate(seen)],
        {i: seen[i] if first[i] else words for i, words in twice.items()},
    )


def _same(one: Sequence[Seen], other: Sequence[Seen]) -> bool:
    return shapes.same(shapes.plain(said(one)), shapes.plain(said(other)))


def _backing(first: Sequence[Seen], second: Sequence[Seen], third: Sequence[Seen]) -> Backing:
    return "second" if _same(second, third) else "first" if _same(first, third) else "neither"


def _softened(picture: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), _SOFT), dtype=np.uint8)
