"""Read a PDF: its form first, then the words, pictures and ruled tables of each page, every page opened once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from parsers import sniff
from parsers.document import FLAT, Defect, Page, ParsedDocument, Table, Widget, Word
from parsers.packed import pack_rows, pack_words
from parsers.readers import form_look, pdf_grids, pdf_objects, pdf_shapes, pdf_struck, pdf_text, pdf_widgets, pdfium
from parsers.readers.pdf_marks import NO_MARKS, Marks
from parsers.readers.space import PageSpace
from parsers.readers.widget_rules import Note

if TYPE_CHECKING:
    from parsers.limits import Limits

_TIME_SHARE = 0.7
"""Stop opening pages after this share of the processor time, so that what was read is not lost with the rest."""
_OUTPUT_SHARE = 0.9
"""Stop when the pages fill this share of what may be answered, for the same reason."""
_WORD_SIZE, _CELL_SIZE = 64, 112
"""Bytes a word and a table's cell take of the answer, rather more than less."""
_SCAN_COVER = 0.1
_STAMPED_SCAN_COVER = 0.5
_STAMP_WORDS = 20
_FILLED = 3
"""A page with so many filled widgets was filled in by a program, whatever picture lies under them."""
_DRAWN_PATHS = 300
"""A page without words but with this many strokes shows text that was turned into outlines."""
_LETTER = PageSpace(left=0, bottom=0, right=612, top=792)
"""Stands for the shape of a page that cannot be opened."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One page as it was read: its place in the document, its shape, and what stands on it besides words.

    ``printed`` counts the words of its own, without those that were put over it later. ``tables`` are None while its
    lines are kept because words may yet be put over it.
    """

    page: Page
    space: PageSpace
    marks: Marks
    written_on: bool = False
    printed: int = 0
    tables: tuple[Table, ...] | None = None

    def ruled(self) -> tuple[Table, ...]:
        """Return the ruled tables of the page."""
        if self.tables is not None:
            return self.tables
        return pdf_grids.tables(self.marks.level, self.marks.upright, tuple(self.page.words), self.page.number)

    def without_lines(self) -> _Sheet:
        """Return the page with its tables instead of its lines, which of a thousand pages take more room than words."""
        return self if self.written_on else replace(self, tables=self.ruled(), marks=self.marks.without_lines())

    def packed(self) -> _Sheet:
        """Return the page with its words and cells packed."""
        tables = self.tables and tuple(replace(table, rows=pack_rows(table.rows)) for table in self.tables)
        return replace(self, page=replace(self.page, words=pack_words(self.page.words)), tables=tables)

    @property
    def size(self) -> int:
        """Return about how many bytes the page will take of the answer."""
        cells = sum(len(row) for table in self.tables or () for row in table.rows)
        return _WORD_SIZE * len(self.page.words) + _CELL_SIZE * cells


@dataclass(slots=True)
class _Reading:
    """What was found so far, of it in bytes what the pages will take of the answer."""

    size: int = 0
    sheets: list[_Sheet] = field(default_factory=list)
    broken: int = 0
    widgets: tuple[Widget, ...] = ()
    tables: list[Table] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)


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
    started = time.process_time()
    with pdfium.opened(data) as document:
        reading = _Reading(defects=[*known, *_cut_off(data)])
        count = len(document)
        if count > limits.pages:
            reading.defects.append(Defect(reason="too_many_pages", detail=f"{count} pages"))
        _read_pages(document, min(count, limits.pages), reading, limits, started + _TIME_SHARE * limits.cpu_seconds)
        if count == 0 or reading.broken == count:
            raise pdfium.PdfRefusedError("damaged")
        form = pdfium.form_type(document)
        if form != "none" or any(sheet.written_on for sheet in reading.sheets):
            _read_form(data, reading, limits)
        _look_closer(reading)
        if form == "xfa" and not reading.widgets:
            reading.defects.insert(0, Defect(reason="dynamic_form"))
        return _document(reading, pdfium.title(document))


def _cut_off(data: bytes) -> tuple[Defect, ...]:
    """A whole file ends with an end mark; much data behind the last one is an update that was cut off."""
    end = data.rfind(b"%%EOF")
    if end >= 0 and (len(data) - end < 1024 or b" obj" not in data[end:]):
        return ()
    return (Defect(reason="damaged", detail="the end of the file is missing"),)


def _read_pages(document: pdfium.Document, count: int, reading: _Reading, limits: Limits, until: float) -> None:
    for number in range(1, count + 1):
        if time.process_time() > until:
            reading.defects.append(Defect(reason="timeout", detail="the pages from here on", page=number))
            return
        try:
            sheet = _read_page(document, number, limits)
        except pdfium.PdfRefusedError as refused:
            reading.defects.append(Defect(reason=refused.reason, page=number))
            reading.broken += refused.reason == "damaged"
            sheet = _sheet(number, _LETTER)
        else:
            if sheet.space.longest > limits.page_points:
                reading.defects.append(Defect(reason="page_too_large", page=number))
        sheet = sheet.without_lines()
        reading.size += sheet.size
        if reading.size > _OUTPUT_SHARE * limits.output:
            reading.defects.append(Defect(reason="too_many_pages", detail="the pages from here on", page=number))
            return
        reading.sheets.append(sheet.packed())


def _read_page(document: pdfium.Document, number: int, limits: Limits) -> _Sheet:
    with pdfium.page_at(document, number - 1) as page:
        space, shown = pdfium.space_of(page), FLAT
        if space.longest > limits.page_points:
            return _sheet(number, space)
        kinds = pdfium.annotation_kinds(page)
        fillable = pdfium.WIDGET in kinds
        written_on = fillable or bool(kinds & pdfium.WRITING)
        with pdfium.TextLayer(page) as layer:
            if layer.text:
                space, shown = space.laid(layer.turn(space.rotation))
            closely = written_on or form_look.may_be_form(layer.text)
            looks = pdf_text.Looks() if closely else None
            words = pdf_text.words(layer, space, looks)
        # A form's lines are no table's.
        marks = pdf_objects.marks_of(page, space, lines=not fillable, shapes=closely)
        sheet = _sheet(number, space, words, marks, written_on)
        if looks is not None:
            sheet = replace(sheet, page=_looking(sheet, looks, layer.fonts))
        if shown == FLAT:
            return sheet
        return replace(sheet, page=replace(sheet.page, rotation=page.get_rotation(), shown=shown))


def _looking(sheet: _Sheet, looks: pdf_text.Looks, fonts: Sequence[str]) -> Page:
    """Return a page that may be a form with how its words look."""
    page = sheet.page
    # The unseen words of a picture say what it shows.
    pictured = sheet.marks.image_area > _SCAN_COVER * page.width * page.height
    return replace(
        page,
        fonts=tuple(fonts),
        word_fonts=tuple(looks.fonts),
        unseen=() if pictured else tuple(looks.unseen),
        struck=pdf_struck.struck(page.words, sheet.marks.level),
        seams=tuple(looks.seams),
    )


def _sheet(
    number: int,
    space: PageSpace,
    words: tuple[Word, ...] = (),
    marks: Marks = NO_MARKS,
    written_on: bool = False,
) -> _Sheet:
    page = Page(
        number=number,
        width=round(space.width, 2),
        height=round(space.height, 2),
        words=words,
        rotation=space.rotation,
        images=marks.images,
        marks=pdf_shapes.joined(marks.shapes),
    )
    return _Sheet(page, space, marks, written_on, len(words))


def _read_form(data: bytes, reading: _Reading, limits: Limits) -> None:
    spaces = [sheet.space for sheet in reading.sheets]
    try:
        found = pdf_widgets.widgets(data, spaces, limits.widgets)
    except pdf_widgets.FormUnreadableError:
        from parsers.readers import pdf_spare

        found = pdf_spare.widgets(data, spaces, limits.widgets)
    reading.widgets = found.widgets
    reading.defects.extend(found.defects)
    for note in found.notes:
        sheet = reading.sheets[note.page - 1]
        reading.sheets[note.page - 1] = replace(sheet, page=_written_on(sheet.page, note))


def _written_on(page: Page, note: Note) -> Page:
    """Return the page with what an annotation says: people see no difference."""
    fonts = page.fonts if note.font in page.fonts or not note.words else (*page.fonts, note.font)
    places = (fonts.index(note.font),) * len(note.words) if note.words else ()
    return replace(
        page,
        words=(*page.words, *note.words),
        fonts=fonts,
        word_fonts=page.word_fonts + places,
        marks=page.marks + note.marks,
        struck=(*page.struck, *pdf_struck.under(page.words, note.struck)),
    )


def _look_closer(reading: _Reading) -> None:
    """Find scans, and ruled tables on the pages that carry no widgets: a form is no table."""
    filled = Counter(widget.page for widget in reading.widgets if widget.on or widget.value)
    with_widgets = {widget.page for widget in reading.widgets}
    for sheet in reading.sheets:
        page, marks = sheet.page, sheet.marks
        fillable = page.number in with_widgets
        cover = marks.image_area / max(page.width * page.height, 1.0)
        if filled[page.number] < _FILLED and _scanned(sheet.printed, cover, marks.paths, fillable):
            reading.defects.append(Defect(reason="no_text", page=page.number))
        if not fillable:
            reading.tables.extend(sheet.ruled())


def _scanned(words: int, cover: float, paths: int, fillable: bool) -> bool:
    """Tell a scan by how little text and how much picture it has; one to be signed carries a few widgets."""
    if words == 0 and not fillable:
        return cover >= _SCAN_COVER or paths >= _DRAWN_PATHS
    return words < _STAMP_WORDS and cover >= _STAMPED_SCAN_COVER


def _document(reading: _Reading, title: str) -> ParsedDocument:
    return ParsedDocument(
        sha256="",
        media_type=sniff.PDF,
        status="partial" if reading.defects else "read",
        reason=reading.defects[0].reason if reading.defects else None,
        pages=tuple(sheet.page for sheet in reading.sheets),
        widgets=reading.widgets,
        tables=tuple(reading.tables),
        title=title,
        defects=tuple(reading.defects),
    )


def _unreadable(reason: str) -> ParsedDocument:
    defects = (Defect(reason=reason),)
    return ParsedDocument(sha256="", media_type=sniff.PDF, status="unreadable", reason=reason, defects=defects)
