"""Read the boxes of a placed form: typed values through one mosaic, ticks by their ink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from parsers.document import BoxReading, Word
from parsers.readers.scanning import light, lines, mosaic, shapes, sheets, ticks, typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.document import Box
    from parsers.readers.ocr import Engine
    from parsers.readers.scanning.mosaic import Seen

    Picture = NDArray[np.uint8]

# In points: ruling lines are at least so long anywhere, and so long down or along the edge of a box: longer than any
# letter is tall, shorter than any box. Strokes of letters that cross a line are longer than a line is thick.
_LONG, _SHORT, _THICK = 44.0, 12.6, 1.9
_EDGE = 2.2
_UNSURE, _UNSURE_BESIDE = 0.8, 0.9
_RARE_INK = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One box of a form page: its name, kind and place in points of the working picture."""

    name: str
    kind: str
    box: Box
    many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the boxes of a page say, and the words they say it with, in points of the working picture."""

    readings: tuple[BoxReading, ...]
    words: tuple[Word, ...]
    confidences: tuple[float, ...]


def read(
    picture: Picture, slots: Sequence[Slot], labels: Sequence[Box], strips: Sequence[Box], unit: float, engine: Engine
) -> Answers:
    """Read every slot with ink in it. ``picture`` is evenly lit; ``strips`` are read too, but only give words."""
    ink = light.ink(picture)
    edges = _edges(picture.shape, slots, unit)
    long, short, thick = (max(round(length * unit), 3) for length in (_LONG, _SHORT, _THICK))
    bare, ruled = lines.without_lines(ink, edges, long, short, thick)
    texts = [slot for slot in slots if slot.kind == "text"]
    areas = [typed.Area(box=_pixels(slot.box, unit), many=slot.many) for slot in texts]
    areas += [typed.Area(box=_pixels(strip, unit), many=True) for strip in strips]
    cut = typed.cut(picture, bare, ruled, areas, [_pixels(label, unit) for label in labels], unit)
    seen = mosaic.read(cut, engine)
    again = _again(cut, seen, engine)
    readings = [*_texts(texts, cut, seen, again, unit), *_ticks(picture, slots, unit)]
    found = [word for words in seen for word in words]
    return Answers(
        readings=tuple(readings),
        words=tuple(Word(word.text, _points(word.box, unit)) for word in found),
        confidences=tuple(round(word.confidence, 3) for word in found),
    )


def _edges(shape: tuple[int, ...], slots: Sequence[Slot], unit: float) -> Picture:
    """Draw where the level edges of boxes may be."""
    drawn = np.zeros(shape, np.uint8)
    for slot in slots:
        x0, top, x1, bottom = _pixels(slot.box, unit)
        for y in (top, bottom):
            rows = slice(max(round(y - _EDGE * unit), 0), round(y + _EDGE * unit) + 1)
            drawn[rows, max(round(x0 - 2 * unit), 0) : round(x1 + 2 * unit)] = 255
    return drawn


def _again(cut: Sequence[typed.Line], seen: Sequence[Sequence[Seen]], engine: Engine) -> dict[int, list[Seen]]:
    """Read the doubtful lines once more: by the second engine, else drawn smaller and with sharper edges."""
    if engine.second:
        doubtful = [i for i, words in enumerate(seen) if _sureness(words) < _UNSURE_BESIDE]
        return dict(zip(doubtful, mosaic.read([cut[i] for i in doubtful], engine.second), strict=True))
    doubtful = [i for i, words in enumerate(seen) if _sureness(words) < _UNSURE]
    sharp = [typed.Line(cut[i].area, _sharpened(cut[i].picture), cut[i].left, cut[i].top, cut[i].letters) for i in doubtful]
    return dict(zip(doubtful, mosaic.read(sharp, engine, letters=26.0), strict=True))


def _sharpened(picture: Picture) -> Picture:
    soft = cv2.GaussianBlur(picture, (0, 0), 1.2)
    return np.asarray(cv2.addWeighted(picture, 1.8, soft, -0.8, 0), dtype=np.uint8)


def _sureness(words: Sequence[Seen]) -> float:
    if not words:
        return 0.0
    sure = [word.confidence for word in words]
    return 0.5 * min(sure) + 0.5 * sum(sure) / len(sure)


def _texts(
    texts: Sequence[Slot],
    cut: Sequence[typed.Line],
    seen: Sequence[Sequence[Seen]],
    again: dict[int, list[Seen]],
    unit: float,
) -> list[BoxReading]:
    rows: dict[int, list[int]] = {}
    for i, line in enumerate(cut):
        rows.setdefault(line.area, []).append(i)
    capital = shapes.capital(cut)
    readings = []
    for number, slot in enumerate(texts):
        mine = sorted(rows.get(number, ()), key=lambda i: cut[i].top)
        if mine:
            readings.append(_reading(slot, mine, cut, seen, again, unit, capital))
    return readings


def _reading(
    slot: Slot,
    mine: Sequence[int],
    cut: Sequence[typed.Line],
    seen: Sequence[Sequence[Seen]],
    again: dict[int, list[Seen]],
    unit: float,
    capital: float,
) -> BoxReading:
    first = [seen[i] for i in mine]
    second = [again.get(i, seen[i]) for i in mine]
    ranked = sorted((first, second), key=lambda lines: -min(_sureness(words) for words in lines))
    rows = [cut[i] for i in mine]
    texts = list(dict.fromkeys(text for text in (_text(lines, rows, capital) for lines in ranked) if text))
    return BoxReading(
        elabel=slot.name,
        kind="text",
        box=_around(rows, unit),
        text=texts[0] if texts else "",
        confidence=round(min(_sureness(words) for words in ranked[0]), 3),
        others=tuple(texts[1:]),
    )


def _text(seen: Sequence[Sequence[Seen]], rows: Sequence[typed.Line], capital: float) -> str:
    texts = [
        shapes.settle(" ".join(word.text for word in words), row, capital)
        for words, row in zip(seen, rows, strict=True)
    ]
    return " ".join(text for text in texts if text)


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


def label_words(sheet: sheets.Sheet, found: Sequence[int]) -> list[Word]:
    """Return the words of the labels that were found, where the form page has them."""
    return [
        Word(text, box)
        for i in found
        for text, box in zip(sheet.page.labels[i].text.split(), sheets.words(sheet.page.labels[i]), strict=False)
    ]
