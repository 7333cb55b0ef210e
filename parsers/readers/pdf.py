"""Read a PDF: its form first, then the words, pictures and ruled tables of each page, every page opened once."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parsers import sniff
from parsers.document import Defect, Page, ParsedDocument, Table, Widget
from parsers.readers import pdf_grids, pdf_text, pdf_widgets, pdfium

if TYPE_CHECKING:
    from parsers.limits import Limits
    from parsers.readers.space import PageSpace

_TIME_SHARE = 0.7
"""Stop opening pages after this share of the processor time, so that what was read is not lost with the rest."""
_SCAN_COVER = 0.1
_STAMPED_SCAN_COVER = 0.5
_STAMP_WORDS = 20
_DRAWN_PATHS = 300
"""A page without words but with this many strokes shows text that was turned into outlines."""


@dataclass(slots=True)
class _Reading:
    """What was found so far."""

    pages: list[Page] = field(default_factory=list)
    spaces: list[PageSpace] = field(default_factory=list)
    widgets: tuple[Widget, ...] = ()
    tables: list[Table] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    scans: list[int] = field(default_factory=list)


def read(data: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Return pages with words, widgets and ruled tables.

    ``partial`` when pages are missing, damaged or scanned (``no_text``); ``unreadable`` when locked or beyond mending.
    """
    try:
        return _read(data, limits)
    except pdfium.PdfRefusedError as refused:
        if refused.reason != "damaged":
            return _unreadable(refused.reason)
    mended = pdf_widgets.mended(data)
    if mended is None:
        return _unreadable("damaged")
    try:
        return _read(mended, limits, Defect(reason="damaged", detail="the file was mended before it could be read"))
    except pdfium.PdfRefusedError as refused:
        return _unreadable(refused.reason)


def _read(data: bytes, limits: Limits, *known: Defect) -> ParsedDocument:
    with pdfium.opened(data) as document:
        reading = _Reading(defects=[*known, *_cut_off(data)])
        form = pdfium.form_type(document)
        count = len(document)
        if count == 0:
            raise pdfium.PdfRefusedError("damaged")
        if count > limits.pages:
            reading.defects.append(Defect(reason="too_many_pages", detail=f"{count} pages"))
        _measure(document, min(count, limits.pages), reading)
        if form != "none":
            _read_form(data, reading, limits)
        _read_pages(document, reading, limits)
        _note_scans(reading)
        if form == "xfa" and not reading.widgets:
            reading.defects.insert(0, Defect(reason="dynamic_form"))
        return _document(reading, pdfium.title(document))


def _cut_off(data: bytes) -> tuple[Defect, ...]:
    """A whole file ends with an end mark; much data behind the last one is an update that was cut off."""
    end = data.rfind(b"%%EOF")
    if end >= 0 and (len(data) - end < 1024 or b" obj" not in data[end:]):
        return ()
    return (Defect(reason="damaged", detail="the end of the file is missing"),)


def _measure(document: pdfium.Document, count: int, reading: _Reading) -> None:
    """The form's boxes need the page sizes, and those need no page content."""
    for index in range(count):
        with pdfium.page_at(document, index) as page:
            reading.spaces.append(pdfium.space_of(page))


def _read_form(data: bytes, reading: _Reading, limits: Limits) -> None:
    try:
        reading.widgets, defects = pdf_widgets.widgets(data, reading.spaces, limits.widgets)
    except pdf_widgets.FormUnreadableError:
        from parsers.readers import pdf_spare

        reading.widgets, defects = pdf_spare.widgets(data, reading.spaces, limits.widgets)
    reading.defects.extend(defects)


def _read_pages(document: pdfium.Document, reading: _Reading, limits: Limits) -> None:
    with_widgets = {widget.page for widget in reading.widgets}
    for number, space in enumerate(reading.spaces, start=1):
        if time.process_time() > _TIME_SHARE * limits.cpu_seconds:
            reading.defects.append(Defect(reason="timeout", detail="the pages from here on", page=number))
            return
        if max(space.width, space.height) > limits.page_points:
            reading.defects.append(Defect(reason="page_too_large", page=number))
            reading.pages.append(_page(number, space))
            continue
        try:
            _read_page(document, number, space, reading, has_widgets=number in with_widgets)
        except pdfium.PdfRefusedError as refused:
            reading.defects.append(Defect(reason=refused.reason, page=number))
            reading.pages.append(_page(number, space))


def _read_page(
    document: pdfium.Document, number: int, space: PageSpace, reading: _Reading, *, has_widgets: bool
) -> None:
    with pdfium.page_at(document, number - 1) as page:
        with pdfium.TextLayer(page) as layer:
            words = pdf_text.words(layer, space)
        marks = pdfium.marks_of(page, space)
    reading.pages.append(
        Page(
            number=number,
            width=round(space.width, 2),
            height=round(space.height, 2),
            words=words,
            rotation=space.rotation,
            images=marks.images,
        )
    )
    if has_widgets:
        return
    cover = marks.image_area / max(space.width * space.height, 1.0)
    if _scanned(len(words), cover, marks.paths):
        reading.scans.append(number)
    reading.tables.extend(pdf_grids.tables(marks.level, marks.upright, words, number))


def _scanned(words: int, cover: float, paths: int) -> bool:
    if words == 0:
        return cover >= _SCAN_COVER or paths >= _DRAWN_PATHS
    return words < _STAMP_WORDS and cover >= _STAMPED_SCAN_COVER


def _note_scans(reading: _Reading) -> None:
    reading.defects.extend(Defect(reason="no_text", page=number) for number in reading.scans)


def _page(number: int, space: PageSpace) -> Page:
    return Page(number=number, width=round(space.width, 2), height=round(space.height, 2), rotation=space.rotation)


def _document(reading: _Reading, title: str) -> ParsedDocument:
    return ParsedDocument(
        sha256="",
        media_type=sniff.PDF,
        status="partial" if reading.defects else "read",
        reason=reading.defects[0].reason if reading.defects else None,
        pages=tuple(reading.pages),
        widgets=reading.widgets,
        tables=tuple(reading.tables),
        title=title,
        defects=tuple(reading.defects),
    )


def _unreadable(reason: str) -> ParsedDocument:
    defects = (Defect(reason=reason),)
    return ParsedDocument(sha256="", media_type=sniff.PDF, status="unreadable", reason=reason, defects=defects)
