"""Read one page from its picture: lay it flat, find the form it is by its labels' ink, read the boxes; else the whole.

A known form page costs one pass of the engine, over the typed values alone. Only a page that is none of them, or lies
over none well, is read from edge to edge.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from parsers.document import Page, Registration, Scan, Word
from parsers.forms import registration as printed
from parsers.readers.scanning import boxes, finding, flat, light, placing, prose, sheets, upright

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.document import Box
    from parsers.forms.placement import Placement
    from parsers.readers.ocr import Engine
    from parsers.readers.scanning.placing import Place
    from parsers.readers.scanning.sheets import Sheet

    Picture = NDArray[Any]
    Matrix = NDArray[Any]

# How far a form page must stand out of all shifts to be tried at all (letters and loss runs reach 5.5, forms 7 to 20),
# and how many of its labels must then be found where the fit puts them (wrong pages: a fifth at most).
_STANDS_OUT, _PLAIN, _TRIED, _RIVAL = 4.5, 8.0, 3, 0.7
_FOUND, _FEWEST, _UNSUPPORTED, _OFF = 0.7, 5, 0.07, 0.9
_PEAK_COUNTS, _OFF_COUNTS = 0.05, 0.5
_SCALES = (0.91, 0.94, 0.97, 1.03)
_WAYS = 3
_ALL, _MANY = 0.9, 30
# All pictures are read at one resolution: the finer ones lose nothing by it, and letters fit the mosaic as they are.
_UNIT = 200.0 / 72
_COARSE_DPI = 220.0
_FOOTER = (52.0, 150.0)
_FOUND_LABEL = 0.95
_FORM = re.compile(r"\bACORD (\d{2,3})\b.{0,12}\(?(?:19|20)\d\d/\d\d")
_LARGER = 1.12
"""Where print is not known, typing is what is so much larger than labels are."""


def read_page(grey: Picture, *, dpi: float, width: float, height: float, engine: Engine, number: int) -> Page:
    """Read a page from a grey picture (height, width) of it.

    ``dpi`` is the picture's resolution as its file tells it, ``width`` and ``height`` the page's size in points as it
    is shown. Words and readings stand on the page laid flat and upright; ``scan.shown`` leads back.
    """
    page, laid = _lain(grey, width, height)
    if laid is None:
        return _whole(page, engine, number, (width, height))
    read = _form(laid, engine, number, (width, height))
    form = _named(read.words)
    if form not in (None, laid.sheet.form):
        other = _best(page, form)
        return read if other is None else _form(other, engine, number, (width, height))
    return read


@dataclass(frozen=True, slots=True)
class _Laid:
    """A page, the way up it must be, the form page that lies on it, and how far that stood out."""

    page: flat.Flat
    sheet: Sheet
    place: Place
    peak: float

    @property
    def share(self) -> float:
        """Return the share of the form page's labels that were found."""
        return len(self.place.matched) / len(self.sheet.bars)

    @property
    def fit(self) -> float:
        """Return how well the form page lies: signature pages of forms lie nearly as well on each other."""
        return self.share + _PEAK_COUNTS * self.peak - _OFF_COUNTS * self.place.residual

    @property
    def plain(self) -> bool:
        """Return whether no other page needs to be tried: few labels must nearly all be there."""
        return self.share >= _ALL or len(self.place.matched) >= _MANY


def _lain(grey: Picture, width: float, height: float) -> tuple[flat.Flat, _Laid | None]:
    """Return the page laid flat so that a known form page lies on it, else as it most likely lies."""
    ways = itertools.islice(flat.lays(grey, width=width, height=height), _WAYS)
    first = next(ways)
    for way in itertools.chain((first,), ways):
        found = _best(way)
        if found is not None:
            return way, found
    return first, None


def _best(page: flat.Flat, form: str | None = None) -> _Laid | None:
    """Return the form page (of any form, or of one) that lies on the page best, as it lies or else as it might lie."""
    good: list[_Laid] = []
    for turned, scales in ((page, (1.0,)), (page, _SCALES), (flat.sideways(page), (1.0,))):
        hits = [hit for hit in finding.find(_density(turned), scales) if form in (None, hit.sheet.form)]
        least = max(_STANDS_OUT, _RIVAL * hits[0].peak) if hits else 0.0
        tried = [hit for hit in hits[:_TRIED] if hit.peak >= least]
        good += [each for hit in tried if (each := _lying(turned, hit, alone=len(tried) == 1)) is not None]
        if any(each.plain for each in good):
            break
    return max(good, key=lambda each: each.fit, default=None)


def _lying(page: flat.Flat, hit: finding.Hit, *, alone: bool) -> _Laid | None:
    """Return a form page as it lies, its labels in their own typeface or in a narrower one; None where it does not.

    Signature pages have few labels, and the same: laid roughly, each lies on any other. So the narrower typeface is
    tried where no other page is as likely, ``alone``.
    """
    laid = _laid(page, hit)
    if _good(laid.sheet, laid.place):
        return laid
    if not alone or hit.peak < _PLAIN:
        return None
    laid = _laid(page, replace(hit, sheet=sheets.narrowed(hit.sheet)))
    return laid if _good(laid.sheet, laid.place) else None


def _laid(page: flat.Flat, hit: finding.Hit) -> _Laid:
    up = flat.upside_down(page) if hit.turned else page
    start = np.array([[hit.scale, 0, hit.shift[0]], [0, hit.scale, hit.shift[1]], [0, 0, 1.0]])
    return _Laid(up, hit.sheet, placing.place(up.text, hit.sheet, start), hit.peak)


def _named(words: Sequence[Word]) -> str | None:
    """Return the number of the known form that the foot of the page names: signature pages of forms are alike."""
    named = _FORM.search(" ".join(word.text for word in words))
    number = named.group(1) if named else None
    return number if number in {sheet.form for sheet in sheets.sheets()} else None


def _good(sheet: Sheet, place: Place) -> bool:
    if len(place.matched) < max(_FEWEST, _FOUND * len(sheet.bars)):
        return False
    return place.residual <= _OFF and placing.unsupported(place, sheet) <= _UNSUPPORTED


def _density(page: flat.Flat) -> NDArray[Any]:
    import cv2

    cells = (round(page.width / finding.CELL), round(page.height / finding.CELL))
    return cv2.resize(page.text, cells, interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def _coarse(page: flat.Flat) -> bool:
    """Return whether a page is a fax of any usual resolution, whose letters are in pieces."""
    return page.torn and page.dpi < _COARSE_DPI


def _form(laid: _Laid, engine: Engine, number: int, shown: tuple[float, float]) -> Page:
    page, sheet, place = laid.page, laid.sheet, laid.place
    width, height = sheet.page.width, sheet.page.height
    picture = light.flattened(page.view(place.matrix, width, height, _UNIT))
    slots = [
        boxes.Slot(
            name=field.name, kind=field.kind, box=_moved(field.box, place), many=_many(field.box, field.multiline)
        )
        for field in sheet.page.fields
        if not field.hidden
    ]
    labels = [_moved(bar, place, 0.8) for bar in sheet.bars]
    labels += [_moved(printed_at, place) for printed_at in sheet.page.prints]
    strips = [(0.0, height - _FOOTER[0], _FOOTER[1], height)]
    answers = boxes.read(_paper(page, picture), slots, labels, strips, engine)
    found = boxes.label_words(sheet, place.matched)
    scan = Scan(
        engine=engine.name,
        turned=page.turned,
        skew=round(page.skew, 2),
        dpi=round(page.dpi, 1),
        registration=Registration(
            form=sheet.form,
            edition=sheet.edition,
            form_page=sheet.page.number,
            state=sheet.state,
            matched=len(place.matched),
            expected=len(sheet.bars),
            residual=round(place.residual, 3),
        ),
        readings=answers.readings,
        stray=answers.stray,
        shown=_shown(page, place.matrix, shown),
    )
    return _page(
        number, (width, height), [*found, *answers.words], [_FOUND_LABEL] * len(found) + list(answers.confidences), scan
    )


def _paper(page: flat.Flat, picture: Picture, least: float = 0.0) -> boxes.Sheet:
    coarse, grain = _coarse(page), _UNIT * 72 / page.dpi
    return boxes.Sheet(picture=picture, unit=_UNIT, torn=page.torn, coarse=coarse, grain=grain, least=least)


def _many(box: Box, multiline: bool) -> bool:
    return multiline or box[3] - box[1] > 17.0


def _moved(box: Box, place: Place, grow: float = 0.0) -> Box:
    dx, dy, _ = place.shift((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return box[0] + dx - grow, box[1] + dy - grow, box[2] + dx + grow, box[3] + dy + grow


def _shown(page: flat.Flat, frame: Matrix, shown: tuple[float, float]) -> tuple[float, ...]:
    """Return the homography from the flat page's points to those of the page as it is shown."""
    height, width = page.picture.shape
    points = np.diag([shown[0] / width, shown[1] / height, 1.0])
    whole = points @ np.linalg.inv(page.matrix) @ frame
    return tuple(float(value) for value in (whole / whole[2, 2]).ravel())


def _page(
    number: int, size: tuple[float, float], words: Sequence[Word], confidences: Sequence[float], scan: Scan
) -> Page:
    order = _reading_order(words)
    return Page(
        number=number,
        width=size[0],
        height=size[1],
        images=1,
        words=tuple(words[i] for i in order),
        word_confidences=tuple(confidences[i] for i in order),
        scan=scan,
    )


def _reading_order(words: Sequence[Word]) -> list[int]:
    """Return indices line by line, left to right; words are on one line whose middles are within half their height."""
    rows: list[list[int]] = []
    for i in sorted(range(len(words)), key=lambda i: words[i].box[1] + words[i].box[3]):
        top, bottom = words[i].box[1], words[i].box[3]
        last = words[rows[-1][-1]].box if rows else (0.0, -9.0, 0.0, -9.0)
        if abs(top + bottom - last[1] - last[3]) < min(bottom - top, last[3] - last[1]):
            rows[-1].append(i)
        else:
            rows.append([i])
    return [i for row in rows for i in sorted(row, key=lambda i: words[i].box[0])]


def _whole(page: flat.Flat, engine: Engine, number: int, shown: tuple[float, float]) -> Page:
    """Read the whole page; where its words then show a form after all, read that form's boxes."""
    page, words, confidences = upright.read(page, _UNIT, engine)
    found = printed.identify(words, page.width, page.height)
    if found is not None:
        return _relative(page, found, words, confidences, engine, number, shown)
    return _page(number, (page.width, page.height), words, confidences, _scan(page, engine, shown))


def _relative(
    page: flat.Flat,
    found: Placement,
    words: Sequence[Word],
    confidences: Sequence[float],
    engine: Engine,
    number: int,
    shown: tuple[float, float],
) -> Page:
    """Read the boxes of a page that lies over a known form by its words: an edition never seen, or a bad picture."""
    picture = light.flattened(page.view(np.eye(3), page.width, page.height, _UNIT))
    slots = [
        boxes.Slot(name=box.elabel, kind=box.kind, box=box.box, many=_many(box.box, box.multiline))
        for box in found.boxes
    ]
    labels = [words[i].box for i in found.labels | prose.printed(words, [slot.box for slot in slots])]
    small = [words[i].box[3] - words[i].box[1] for i in found.labels]
    least = _LARGER * float(np.median(small)) if small else 0.0
    answers = boxes.read(_paper(page, picture, least), slots, labels, (), engine)
    scan = _scan(page, engine, shown, found.registration, answers)
    return _page(number, (page.width, page.height), words, confidences, scan)


def _scan(
    page: flat.Flat,
    engine: Engine,
    shown: tuple[float, float],
    registration: Registration | None = None,
    answers: boxes.Answers | None = None,
) -> Scan:
    return Scan(
        engine=engine.name,
        turned=page.turned,
        skew=round(page.skew, 2),
        dpi=round(page.dpi, 1),
        registration=registration,
        readings=answers.readings if answers else (),
        shown=_shown(page, np.eye(3), shown),
    )
