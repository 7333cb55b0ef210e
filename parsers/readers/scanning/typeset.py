"""Read torn lines that a book face was used for, sign by sign: what such a face looks like through a fax is known.

Of such faces a fax at 150 dots an inch loses what is thin; engines read other words then. As with a typewriter's, what
stands there is what explains the ink best, given what the engines heard and which signs follow which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from parsers.readers.scanning import faces, figures, hearing, lexicon, pens, shapes, traces, typewriter
from parsers.readers.scanning.stencils import BEFORE, SIGNS
from parsers.readers.scanning.typewriter import Typed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from parsers.document import Box
    from parsers.readers.scanning.pens import Path, Row
    from parsers.readers.scanning.pieces import Sheet
    from parsers.readers.scanning.typed import Line

    _Again = Callable[[Row], Path | None]

Heard = tuple[str, str]

_TORN = frozenset({"Times-Roman"})
"""Faces whose lines are read so. Strokes of the others stay whole: engines read 97 of 100 of their lines right, this
way of reading 88 (faxes at 150 dots per inch, tune)."""
_WHOLE = 0.8
"""Where both engines read so many lines alike, print is not torn."""
# Lines tell a page's face, and how large it is, that both engines read alike: so many, of such lengths.
_PROBES, _FEWEST, _MOST = 8, 4, 24
# Of their signs so many are read right on pages in the face.
_PROVEN, _LEAST_SIGNS = 0.6, 12
_SIZES = (10.0, 42.0)
_SAME_SIZE, _SMALLER = 0.03, 0.85
_OTHER_SIZE_COSTS = 2.0
_BASE_LINES, _AS_LIKELY = 2, 0.93
_FEW = 0.4
_FIGURES = np.array([sign.isdigit() or sign in ".,-/$%: " for sign in f"{SIGNS} "])
_NO_SMALL = np.array([not sign.islower() for sign in f"{SIGNS} "])
# What it is worth that a line is figures alone, has a form, or has no small letters; of short lines less.
_WORTH_FIGURES, _WORTH_FORM, _WORTH_NO_SMALL, _LONG = 3.0, 5.0, 2.0, 4
# What the engines' word for a sign is worth; for those they confuse, little. They read 5 and S for a torn dollar.
_HEARD, _THIN, _THIN_WORTH, _REACH = (2.0, 3.0, 3.0), frozenset("il1I|:;.,'!"), 0.5, 2
_DOLLARS = frozenset("5S8s")
_DOLLARS_WORTH = 0.1
_CODE, _CODE_LONG = re.compile(r"[A-Z][lI1]"), 2
# How sure a reading is that none, one and both engines share, words and figures, where shapes alone say it; else.
_SURE_WORDS, _SURE_FIGURES, _UNSURE = (0.5, 0.92, 0.975), (0.75, 0.955, 0.985), (0.2, 0.5, 0.8)
# The same of words that known ones were in mind for.
_SUGGESTED = (0.8, 0.9, 0.95)
_KNOWN = 0.91


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """The face a page was typed in, the size of most of it in pixels, and the pixels in a dot of the machine."""

    name: str
    size: float
    grain: float


@dataclass(frozen=True, slots=True)
class _Fit:
    """A line in one size on the base line that suits it best, what it says there, and what that is worth."""

    row: Row
    size: float
    path: Path
    worth: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line laid out on its base line, what it says by its shapes alone, and how to read it once more."""

    row: Row
    alone: Path
    again: _Again


def face_of(
    sheet: Sheet, boxes: Sequence[Box], cut: Sequence[Line], heard: Sequence[Heard], grain: float
) -> Face | None:
    """Return the book face that a page was typed in, or None; ``heard`` is what two engines read in each line."""
    read = [(one, other) for one, other in heard if one or other]
    if sum(shapes.same(one, other) for one, other in read) >= _WHOLE * len(read):
        return None
    alike = [
        (-len(other), number)
        for number, (one, other) in enumerate(heard)
        if _FEWEST <= len(other) <= _MOST and shapes.same(one, other)
    ]
    probes = [(cut[number], heard[number][1]) for _, number in sorted(alike)[:_PROBES]]
    signs = sum(len(text) for _, text in probes)
    if signs < _LEAST_SIGNS:
        return None
    right, name = max((_right(sheet, boxes, probes, name, grain), name) for name in faces.FACES)
    if right < _PROVEN * signs:
        return None
    return Face(name=name, size=_usual(cut, heard, alike, name), grain=grain)


def _right(sheet: Sheet, boxes: Sequence[Box], probes: Sequence[tuple[Line, str]], name: str, grain: float) -> float:
    """Return how many signs of some lines a face reads as the engines did."""
    right = 0.0
    for line, text in probes:
        size = _as_wide(line, text, name)
        if _SIZES[0] < size < _SIZES[1]:
            said = _fit(sheet, boxes[line.area], line, size, Face(name=name, size=size, grain=grain)).path.text
            right += sum(map(bool, map(str.__eq__, hearing.beside(text, said), text)))
    return right


def _as_wide(line: Line, text: str, name: str) -> float:
    """Return the size of type in which a text is as wide as a line."""
    return float((line.picture.shape[1] - 6) / max(faces.wide(name, text) - 0.05, 0.1))


def _usual(cut: Sequence[Line], heard: Sequence[Heard], alike: Sequence[tuple[int, int]], name: str) -> float:
    """Return the size about which most lines are that the engines read alike."""
    sizes = np.array([_as_wide(cut[number], heard[number][1], name) for _, number in alike])
    near = np.abs(sizes[:, None] / sizes[None, :] - 1) < _SAME_SIZE
    return round(4 * float(np.median(sizes[near[near.sum(axis=1).argmax()]]))) / 4


def read(
    sheet: Sheet,
    boxes: Sequence[Box],
    cut: Sequence[Line],
    heard: Sequence[Heard],
    grain: float,
    wanted: Collection[int],
) -> dict[int, Typed]:
    """Read the ``wanted`` lines of a page that was typed in a book face; of any other page, none.

    ``boxes`` are those of the lines' areas, ``heard`` is what two engines read in each line, in plain signs; ``grain``
    is how many pixels a dot of the fax is.
    """
    face = face_of(sheet, boxes, cut, heard, grain)
    if face is None or face.name not in _TORN:
        return {}
    drawn = {n: draw(sheet, boxes[cut[n].area], cut[n], heard[n], face) for n in sorted(wanted)}
    once = {n: typed for n, one in drawn.items() if (typed := said(one, heard[n]))}
    sure = [typed.text for typed in once.values() if typed.sure >= _KNOWN]
    known = lexicon.words([*sure, *(heard[n][1] for n in range(len(cut)) if n not in wanted)])
    return traces.in_dollars({n: _settled(drawn[n], typed, heard[n], known) for n, typed in once.items()})


def _settled(drawn: Drawn, typed: Typed, heard: Heard, known: frozenset[str]) -> Typed:
    """Return a line read once more with the words in mind that its own are like, where it is in doubt."""
    suggested = lexicon.suggested(typed.text, known)
    if typed.sure >= _KNOWN or suggested == typed.text:
        return typed
    return said(drawn, heard, suggested) or typed


def draw(sheet: Sheet, box: Box, line: Line, heard: Heard, face: Face) -> Drawn:
    """Read one line of a page that was typed in a face, by its shapes alone."""
    fits = [_fit(sheet, box, line, size, face) for size in _sizes(line, heard, face)]
    fit = max(fits, key=lambda fit: fit.worth)
    _, alone, again = max(_readings(fit, line, heard), key=lambda reading: reading[0])
    return Drawn(fit.row, alone, again)


def said(drawn: Drawn, heard: Heard, suggested: str = "") -> Typed | None:
    """Return what a line says, given what engines heard and which text is suggested; None where that is nothing."""
    voices = (*heard, suggested) if suggested else heard
    both = drawn.again(_louder(drawn.row, drawn.alone, voices)) or drawn.alone
    return _typed(drawn, _upright(drawn.row, both), heard, suggested)


def _upright(row: Row, path: Path) -> Path:
    """Return a line with a one for the large I at its end after one capital, where it looks more like a one."""
    if len(path.signs) != _CODE_LONG or not _CODE.fullmatch(path.text):
        return path
    about = slice(max(path.pens[-1] - 1, 0), path.pens[-1] + 2)
    best = max("1I", key=lambda sign: float(row.scores[SIGNS.index(sign), about].max()))
    return pens.Path((path.signs[0], SIGNS.index(best)), path.pens, path.total)


def _sizes(line: Line, heard: Heard, face: Face) -> list[float]:
    """Return the sizes a line may be typed in: the page's, or smaller ones in which it is as wide as what was heard."""
    sizes = {face.size}
    sizes |= {round(2 * _as_wide(line, text, face.name)) / 2 for text in heard if text}
    tall = line.letters / faces.CAPITALS[face.name]
    if tall < _SMALLER * face.size:
        sizes.add(round(2 * tall) / 2)
    return sorted(size for size in sizes if size == face.size or _SIZES[0] < size <= face.size)


def _fit(sheet: Sheet, box: Box, line: Line, size: float, face: Face) -> _Fit:
    """Lay the signs of a size over a line on the base line where they explain most."""
    part, left = typewriter.window(sheet, box, line, size)
    scores, aside = pens.allowing(faces.surface(part, face.name, size, face.grain))
    most = np.maximum(scores.max(axis=0) - 1.0, 0).sum(axis=1)
    first = line.left + 3 - left + BEFORE - 5
    widths = _widths(face.name) * np.float32(size)
    rows = [
        pens.Row(scores=scores[:, number], aside=aside[:, number], widths=widths, first=first)
        for number in np.argsort(-most, kind="stable")[:_BASE_LINES]
        if most[number] >= _AS_LIKELY * most.max()
    ]
    path, number = max(((pens.decoded(row), number) for number, row in enumerate(rows)), key=lambda one: one[0].total)
    other = abs(size / face.size - 1) > _SAME_SIZE / 2
    return _Fit(rows[number], size, path, path.total - (_OTHER_SIZE_COSTS if other else 0.0))


def _widths(name: str) -> NDArray[Any]:
    known = faces.widths(name)
    return np.array([known[sign] for sign in f"{SIGNS} "], np.float32)


def _readings(fit: _Fit, line: Line, heard: Heard) -> Iterator[tuple[float, Path, _Again]]:
    """Yield what a line says by its shapes alone, what that is worth, and how to read it once more.

    It is read as text, and where it may be, as capitals, as figures, and as what has a form.
    """
    wide, said = line.picture.shape[1] - 6, (fit.path.text, *heard)
    long = min(max(*map(len, heard), 1) / _LONG, 1.0)
    yield fit.path.total, fit.path, pens.decoded
    if any(sum(map(str.islower, text)) < _FEW * len(text) for text in said):
        yield _among(fit.row, _NO_SMALL, _WORTH_NO_SMALL * long)
    if any(sum(map(str.isdigit, text)) > _FEW * len(text) for text in said):
        yield _among(fit.row, _FIGURES, _WORTH_FIGURES * long)
        formed = figures.read(fit.row, wide)
        if formed is not None:
            yield formed.total + _WORTH_FIGURES + _WORTH_FORM, formed, lambda row: figures.read(row, wide)


def _among(row: Row, allowed: NDArray[np.bool_], worth: float) -> tuple[float, Path, _Again]:
    path = pens.decoded(row, allowed)
    return path.total + worth, path, lambda row: pens.decoded(row, allowed)


def _louder(row: Row, path: Path, heard: Sequence[str]) -> Row:
    """Return a line in which signs score more where the engines heard them."""
    scores = row.scores.copy()
    for text, worth in zip(heard, _HEARD, strict=False):
        for place, sign in enumerate(hearing.beside(path.text, text)):
            if sign and (number := SIGNS.find(sign)) >= 0:
                pen = path.pens[place]
                scores[number, max(pen - _REACH, 0) : pen + _REACH + 1] += worth * _trusted(sign, place, text)
    return pens.Row(scores=scores, aside=row.aside, widths=row.widths, first=row.first)


def _trusted(sign: str, place: int, text: str) -> float:
    if place == 0 and sign in _DOLLARS and text[1:2].isdigit():
        return _DOLLARS_WORTH
    return _THIN_WORTH if sign in _THIN else 1.0


def _typed(drawn: Drawn, both: Path, heard: Heard, suggested: str) -> Typed | None:
    """Return the reading of a line that shapes and engines agree on most, and how sure that makes it.

    Of lines read by their shapes as by both engines 99 of 100 are right, as by one of them 97, as by none 45 of words
    and 77 of figures; where the engines' word made another reading of it, 77, 64 and 15 (faxes at 150 dots per inch,
    tune).
    """
    text = traces.tidied(typewriter.dated(both.text.strip()), heard)
    if not shapes.says(text):
        return None
    shared = sum(shapes.same(text, one) for one in heard)
    if suggested and shapes.same(text, suggested):
        return Typed(text, _SUGGESTED[shared])
    if not shapes.same(drawn.alone.text, both.text):
        return Typed(text, _UNSURE[shared])
    return Typed(text, (_SURE_WORDS if any(map(str.isalpha, text)) else _SURE_FIGURES)[shared])
