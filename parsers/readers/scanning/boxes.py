"""Read the boxes of a placed form: typed values through one mosaic, ticks by their ink."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from parsers.document import BoxReading, Word
from parsers.readers.scanning import (
    light,
    lines,
    mosaic,
    pieces,
    shapes,
    sheets,
    stamps,
    stray,
    ticks,
    twice,
    typed,
    typeset,
    typewriter,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.document import Box
    from parsers.readers.ocr import Engine
    from parsers.readers.scanning.mosaic import Seen
    from parsers.readers.scanning.sheets import Sheet as KnownSheet

    Picture = NDArray[Any]

# In points: ruling lines are at least so long anywhere, and so long down or along the edge of a box: longer than any
# letter is tall, shorter than any box. Strokes of letters that cross a line are longer than a line is thick.
_LONG, _SHORT, _THICK = 44.0, 12.6, 1.9
_EDGE = 2.2
_TORN = 1.0
_AGREED = 0.97
# What a reading of a coarse page is worth that a second reader does not share: 86 of 100 are right where a third one is
# as one of the two, 24 where it is as neither (faxes at 150 dots per inch, tune).
_BACKED, _ALONE = 0.89, 0.7
_RARE_INK = 0.02
_MOST_STRUCK = 160
"""So many lines of a page are read sign by sign: one takes 40 thousandths of a second."""
# What forms print about themselves at the foot of a page, which boxes of some editions reach down to.
_FOOTER = re.compile(r"\W*ACORD \d{2,3}\b.{0,12}\W*(19|20)\d\d/\d\d\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One box of a form page: its name, kind and place in points of the working picture."""

    name: str
    kind: str
    box: Box
    many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A working picture, evenly lit: its pixels a point, and whether its print is torn as a fax's is.

    Every line of a ``coarse`` page is read twice, where there are two engines; ``grain`` pixels are a dot of its.
    Lines of letters smaller than ``least`` points are print and are not read.
    """

    picture: Picture
    unit: float
    torn: bool
    coarse: bool = False
    grain: float = 1.0
    least: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the boxes of a page say, and the words they say it with, in points of the working picture.

    ``stray`` is what is stamped over them.
    """

    readings: tuple[BoxReading, ...]
    words: tuple[Word, ...]
    confidences: tuple[float, ...]
    stray: tuple[Box, ...] = ()


def read(sheet: Sheet, slots: Sequence[Slot], labels: Sequence[Box], strips: Sequence[Box], engine: Engine) -> Answers:
    """Read every slot with ink in it; ``strips`` are read too, but only give words. All places are in points."""
    picture, unit = sheet.picture, sheet.unit
    ink = light.ink(picture, torn=sheet.torn)
    edges = _edges(picture.shape, slots, unit)
    long, short, thick = (max(round(length * unit), 3) for length in (_LONG, _SHORT, _THICK))
    bare, level, upright = lines.without_lines(ink, edges, long, short, thick)
    texts = [slot for slot in slots if slot.kind == "text"]
    areas = [typed.Area(box=_pixels(slot.box, unit), many=slot.many) for slot in texts]
    areas += [typed.Area(box=_pixels(strip, unit), many=True) for strip in strips]
    inked = pieces.Sheet(flat=picture, ink=bare, level=level, upright=upright, unit=unit)
    if sheet.torn:
        gap = max(round(_TORN * unit), 2)
        inked = replace(inked, ink=pieces.mended(inked, [area.box for area in areas], gap))
    found = pieces.pieces(inked.ink)
    cut = typed.cut(inked, areas, [_pixels(label, unit) for label in labels], found)
    cut = [line for line in cut if line.letters >= sheet.least * unit]
    seen = mosaic.read(cut, engine)
    again = twice.again(cut, seen, engine, every=sheet.coarse)
    struck = _struck(inked, areas, cut, seen, again, sheet.grain) if sheet.coarse else {}
    backed = twice.backed(cut, seen, again, engine, besides=struck) if sheet.coarse else {}
    seen, again = twice.turned(seen, again, backed)
    readings = [*_texts(texts, cut, seen, again, struck, backed, sheet), *_ticks(picture, slots, unit)]
    spoken = [word for words in seen for word in words]
    return Answers(
        readings=tuple(readings),
        words=tuple(Word(word.text, _points(word.box, unit)) for word in spoken),
        confidences=tuple(round(word.confidence, 3) for word in spoken),
        stray=tuple(_stray(sheet, inked, ink, found, labels, slots)),
    )


def _stray(
    sheet: Sheet,
    inked: pieces.Sheet,
    ink: Picture,
    found: pieces.Pieces,
    labels: Sequence[Box],
    slots: Sequence[Slot],
) -> list[Box]:
    if sheet.torn:
        return stamps.stamps(found, labels, sheet.unit)
    return stray.stray(inked, ink, found, labels, [slot.box for slot in slots])


def _edges(shape: tuple[int, ...], slots: Sequence[Slot], unit: float) -> Picture:
    """Draw where the level edges of narrow boxes may be; those of others are long lines."""
    drawn = np.zeros(shape, np.uint8)
    for slot in slots:
        x0, top, x1, bottom = _pixels(slot.box, unit)
        for y in (top, bottom) if x1 - x0 < _LONG * unit else ():
            rows = slice(max(round(y - _EDGE * unit), 0), round(y + _EDGE * unit) + 1)
            drawn[rows, max(round(x0 - 2 * unit), 0) : round(x1 + 2 * unit)] = 255
    return drawn


def _struck(
    inked: pieces.Sheet,
    areas: Sequence[typed.Area],
    cut: Sequence[typed.Line],
    seen: Sequence[Sequence[Seen]],
    again: dict[int, list[Seen]],
    grain: float,
) -> dict[int, typewriter.Typed]:
    """Read the lines of a page that was typed in a face that is known once more, sign by sign."""
    heard = [
        (shapes.plain(twice.said(words)), shapes.plain(twice.said(again.get(i, ())))) for i, words in enumerate(seen)
    ]
    boxes = [area.box for area in areas]
    if struck := typewriter.read(inked, boxes, cut, heard):
        return struck
    doubtful = twice.in_doubt(cut, seen, again, most=_MOST_STRUCK)
    return typeset.read(inked, boxes, cut, heard, grain, doubtful)


def _texts(
    texts: Sequence[Slot],
    cut: Sequence[typed.Line],
    seen: Sequence[Sequence[Seen]],
    again: dict[int, list[Seen]],
    struck: dict[int, typewriter.Typed],
    backed: dict[int, twice.Backing],
    sheet: Sheet,
) -> list[BoxReading]:
    rows: dict[int, list[int]] = {}
    for i, line in enumerate(cut):
        rows.setdefault(line.area, []).append(i)
    capital = shapes.capital(cut)
    readings = []
    for number, slot in enumerate(texts):
        mine = sorted(rows.get(number, ()), key=lambda i: cut[i].top)
        if mine:
            reading = _reading(slot, mine, cut, seen, again, backed, sheet, capital)
            reading = _as_struck(reading, [struck.get(i) for i in mine])
            if shapes.says(reading.text) and not _FOOTER.fullmatch(reading.text):
                readings.append(reading)
    return readings


def _reading(
    slot: Slot,
    mine: Sequence[int],
    cut: Sequence[typed.Line],
    seen: Sequence[Sequence[Seen]],
    again: dict[int, list[Seen]],
    backed: dict[int, twice.Backing],
    sheet: Sheet,
    capital: float,
) -> BoxReading:
    rows = [cut[i] for i in mine]
    first = _whole([seen[i] for i in mine], rows, capital)
    second = _whole([again.get(i, seen[i]) for i in mine], rows, capital)
    # Of torn letters the second reader reads 81 lines of 100 right, the first 73 (tune).
    better = (second[1] > first[1] or sheet.coarse) and shapes.says(second[0])
    (text, sure), (other, _) = (second, first) if better or not shapes.says(first[0]) else (first, second)
    if sheet.coarse:
        text, other = shapes.cleaner(shapes.unspecked(text), shapes.unspecked(other))
    if any(i in again for i in mine) and shapes.same(text, other) and not any(map(shapes.short, (text,), rows)):
        sure = max(sure, _AGREED)
    elif sheet.coarse:
        sure *= _ALONE if any(backed.get(i) == "neither" for i in mine) else _BACKED
    return BoxReading(
        elabel=slot.name,
        kind="text",
        box=_around(rows, sheet.unit),
        text=text,
        confidence=round(sure, 3),
        others=(other,) if other != text and shapes.says(other) else (),
    )


def _as_struck(reading: BoxReading, rows: Sequence[typewriter.Typed | None]) -> BoxReading:
    """Return a reading as its signs' shapes have it, where all of its lines were read by them."""
    struck = [row for row in rows if row]
    text = shapes.unspecked(" ".join(row.text for row in struck))
    if len(struck) < len(rows) or not shapes.says(text):
        return reading
    others = tuple(dict.fromkeys(other for other in (reading.text, *reading.others) if other != text))
    return replace(reading, text=text, confidence=min(row.sure for row in struck), others=others)


def _whole(seen: Sequence[Sequence[Seen]], rows: Sequence[typed.Line], capital: float) -> tuple[str, float]:
    """Return the text of all lines of a box and how sure the worst of them is."""
    texts = [shapes.settle(twice.said(words), row, capital) for words, row in zip(seen, rows, strict=True)]
    sure = min(twice.sureness(words, row) for words, row in zip(seen, rows, strict=True))
    return " ".join(text for text in texts if text), sure


def _around(rows: Sequence[typed.Line], unit: float) -> Box:
    left, top = min(row.left for row in rows), min(row.top for row in rows)
    right = max(row.left + row.picture.shape[1] for row in rows)
    bottom = max(row.top + row.picture.shape[0] for row in rows)
    return _points((left, top, right, bottom), unit)


def _ticks(picture: Picture, slots: Sequence[Slot], unit: float) -> list[BoxReading]:
    boxes = [slot for slot in slots if slot.kind == "check"]
    dark = np.asarray(cv2.bitwise_not(picture), dtype=np.uint8)
    shares = ticks.shares(dark, [_pixels(slot.box, unit) for slot in boxes], unit)
    return [
        BoxReading(elabel=slot.name, kind="check", box=slot.box, ink=round(share, 4))
        for slot, share in zip(boxes, shares, strict=True)
        if share >= _RARE_INK
    ]


def _pixels(box: Box, unit: float) -> Box:
    return box[0] * unit, box[1] * unit, box[2] * unit, box[3] * unit


def _points(box: Box, unit: float) -> Box:
    return round(box[0] / unit, 2), round(box[1] / unit, 2), round(box[2] / unit, 2), round(box[3] / unit, 2)


def label_words(sheet: KnownSheet, found: Sequence[int]) -> list[Word]:
    """Return the words of the labels that were found, where the form page has them."""
    return [
        Word(text, box)
        for i in found
        for text, box in zip(sheet.page.labels[i].text.split(), sheets.words(sheet.page.labels[i]), strict=False)
    ]
