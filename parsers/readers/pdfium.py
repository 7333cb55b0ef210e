"""The door to PDFium: open a document, hand out the text of its pages and what notes they carry, draw a page.

Calls go to the raw interface with reused buffers, because a page is thousands of them. Boxes come back in points from
the page's top left corner.
"""

from __future__ import annotations

import ctypes
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import Any, TypeAlias

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

from parsers.limits import Limits
from parsers.readers.pdf_objects import typed
from parsers.readers.space import PageSpace
from parsers.wire import Picture

Document: TypeAlias = pdfium.PdfDocument
Sheet: TypeAlias = pdfium.PdfPage

Level: TypeAlias = tuple[float, float, float, float, float | None]
"""Left, bottom, right and top of a word in PDF units, and its height."""
Ends: TypeAlias = tuple[int, int, float | None]
"""The first and the last position of a word, and its height where it is known."""

WIDGET = raw.FPDF_ANNOT_WIDGET
WRITING = frozenset({raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_INK, raw.FPDF_ANNOT_STRIKEOUT})
"""Annotations that put something on the page that a person reads, or take it back."""
_MOST_ANNOTATIONS = 2_000
_SCALE = 72.0

# Asked for every word. Without argument types a call takes half the time, but addresses have to come as c_void_p.
_BOX = typed(raw.FPDFText_GetLooseCharBox, ctypes.c_int)
_RUN = typed(raw.FPDFText_GetTextObject, ctypes.c_void_p)
_FONT_OF = typed(raw.FPDFTextObj_GetFont, ctypes.c_void_p, ctypes.c_void_p)
_MODE_OF = typed(raw.FPDFTextObj_GetTextRenderMode, ctypes.c_int, ctypes.c_void_p)
_FILL_OF = typed(raw.FPDFPageObj_GetFillColor, ctypes.c_int, *[ctypes.c_void_p] * 5)
_FONT_NAME = typed(raw.FPDFFont_GetBaseFontName, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t)

_SUBSET = re.compile(r"^[A-Z]{6}\+")
_LARGEST_SIZE = 2_000.0
_WHITE, _CLEAR = 240, 15
"""From this, of 255, on in all its parts a colour is the paper's; up to this opaque, ink is not seen."""

_SAMPLED = 24
_MOST_AGREE = 0.8
"""A page is turned where so large a part of the characters looked at says so."""
_QUARTER = math.pi / 2


class PdfRefusedError(Exception):
    """PDFium does not open the document; ``reason`` is from the closed list."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def opened(data: bytes) -> Iterator[Document]:
    """Open a document with the empty password; raise ``PdfRefusedError`` for a locked or damaged one."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        locked = code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise PdfRefusedError("locked" if locked else "damaged") from error
    try:
        yield document
    finally:
        document.close()


def form_type(document: Document) -> str:
    """Return ``none``, ``acro`` or ``xfa``."""
    kind = document.get_formtype()
    return {raw.FORMTYPE_NONE: "none", raw.FORMTYPE_ACRO_FORM: "acro"}.get(kind, "xfa")


def title(document: Document) -> str:
    """Return the title of the document's metadata, cut at 300 characters; a title that is no text counts as none."""
    try:
        return str(document.get_metadata_value("Title"))[:300].strip()
    except UnicodeDecodeError:
        return ""


@contextmanager
def page_at(document: Document, index: int) -> Iterator[Sheet]:
    """Open one page (0-based) and close it again; raise ``PdfRefusedError`` where it is damaged."""
    try:
        page = document[index]
        try:
            yield page
        finally:
            page.close()
    except pdfium.PdfiumError as error:
        raise PdfRefusedError("damaged") from error


def space_of(page: Sheet) -> PageSpace:
    """Measure a page."""
    left, bottom, right, top = page.get_bbox()
    return PageSpace(left=left, bottom=bottom, right=right, top=top, rotation=page.get_rotation())


def annotation_kinds(page: Sheet) -> frozenset[int]:
    """Return the subtypes of the page's annotations, up to the first widget and of 2,000 at most."""
    kinds = set()
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        kinds.add(raw.FPDFAnnot_GetSubtype(annotation))
        raw.FPDFPage_CloseAnnot(annotation)
        if WIDGET in kinds:
            break
    return frozenset(kinds)


class TextLayer:
    """The characters of a page in the order of its text layer, and the box of each.

    ``text`` has one code unit a character; ``box`` takes a position in it. Use as a context manager.
    """

    def __init__(self, page: Sheet) -> None:
        self._page = page
        self._handle: Any = None
        self._address = ctypes.c_void_p()
        self._straight = True
        # Left, top, right, bottom, as the engine writes them.
        buffers = (ctypes.c_float * 4)(), (ctypes.c_float * 4)()
        self._at, self._end_at = (ctypes.c_void_p(ctypes.addressof(buffer)) for buffer in buffers)
        self._rect, self._end = (memoryview(buffer).cast("B").cast("f") for buffer in buffers)
        self._colour = (ctypes.c_uint * 4)()
        self._colour_at = tuple(ctypes.addressof(self._colour) + 4 * part for part in range(4))
        self._of_run: dict[int, tuple[int, bool]] = {}
        self._of_font: dict[tuple[int, float | None], int] = {}
        self._names: dict[int, str] = {}
        self.text = ""
        self.fonts: list[str] = []

    def __enter__(self) -> TextLayer:
        self._handle = raw.FPDFText_LoadPage(self._page)
        if not self._handle:
            raise PdfRefusedError("damaged")
        self._address = ctypes.cast(self._handle, ctypes.c_void_p)
        count = max(raw.FPDFText_CountChars(self._handle), 0)
        units = (ctypes.c_ushort * (count + 1))()
        written = max(raw.FPDFText_GetText(self._handle, 0, count, units) - 1, 0) if count else 0
        self._straight = written == count
        self.text = _characters(bytes(memoryview(units).cast("B")[: 2 * written]), written)
        return self

    def __exit__(self, *_: object) -> None:
        raw.FPDFText_ClosePage(self._handle)

    def box(self, position: int) -> tuple[float, float, float, float] | None:
        """Return left, bottom, right, top in PDF units of the character's full line height, or None without one."""
        index = position if self._straight else raw.FPDFText_GetCharIndexFromTextIndex(self._handle, position)
        if index < 0 or not _BOX(self._address, index, self._at):
            return None
        left, top, right, bottom = self._rect
        return left, bottom, right, top

    def level(self, spans: Sequence[tuple[int, int]]) -> Iterator[Level | None]:
        """Yield for each word, given by its first position and the one behind its last, its box and its height.

        Its ends stand on one base line, left to right, as those of most words do; None for all others, whose characters
        have to be asked for one by one. There is no height where the ends differ: rounding may make one a hair higher.
        """
        if not self._straight:
            yield from repeat(None, len(spans))
            return
        address, at, end_at, rect, end_rect = self._address, self._at, self._end_at, self._rect, self._end
        for first, behind in spans:
            if not _BOX(address, first, at) or not _BOX(address, behind - 1, end_at):
                yield None
                continue
            left, top, right, bottom = rect
            start, end_top, end, end_bottom = end_rect
            if end_bottom != bottom or left > start:
                yield None
            elif end_top == top:
                yield left, bottom, end, top, top - bottom
            else:
                joined = (left, bottom, max(right, end), max(top, end_top), None)
                yield joined if min(top, end_top) > bottom else None

    def turn(self, usual: int) -> int:
        """Return by how many degrees against the clock, in quarters, the text is turned; ``usual`` where it varies."""
        count = max(raw.FPDFText_CountChars(self._handle), 0)
        step = max(count // _SAMPLED, 1)
        angles = (raw.FPDFText_GetCharAngle(self._handle, index) for index in range(0, count, step))
        quarters = Counter(round(angle / _QUARTER) % 4 for angle in angles if angle >= 0)
        if not quarters:
            return usual
        quarter, seen = quarters.most_common(1)[0]
        return 90 * quarter if seen >= _MOST_AGREE * quarters.total() else usual

    def looks(self, words: Sequence[Ends]) -> tuple[list[int], list[int], list[int]]:
        """Return for each word the place in ``fonts`` of what its first character is set in.

        With them come the places of the words drawn without ink or in the colour of paper, and of those put together of
        text that was drawn on its own. A font is a name without subset tag, and a size in points.
        """
        fonts: list[int] = []
        unseen: list[int] = []
        composed: list[int] = []
        before, font, hidden = -1, 0, False
        for place, (first, last, height) in enumerate(words):
            if not self._straight:
                first, last = self._index(first), self._index(last)
            run = _RUN(self._address, first) or 0
            if run != before:
                before, (font, hidden) = run, self._of_run.get(run) or self._look(run, first, height)
            fonts.append(font)
            if hidden:
                unseen.append(place)
            if first != last and (_RUN(self._address, last) or 0) != run:
                composed.append(place)
        return fonts, unseen, composed

    def _look(self, run: int, index: int, height: float | None) -> tuple[int, bool]:
        """Return font and inklessness of a run; in one font the height of a character's box tells the size."""
        font = _FONT_OF(run) if run else 0
        key = (font, None if height is None else round(height, 2))
        known = self._of_font.get(key)
        if known is None or height is None:
            known = self._of_font[key] = self._listed(f"{self._name(font)} {self._size(index):g}")
        look = self._of_run[run] = known, bool(run) and self._inkless(run)
        return look

    def _inkless(self, run: int) -> bool:
        mode = _MODE_OF(run)
        if mode != raw.FPDF_TEXTRENDERMODE_FILL:
            return bool(mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        if not _FILL_OF(run, *self._colour_at):
            return False
        *colour, opaque = self._colour
        return opaque <= _CLEAR or min(colour) >= _WHITE

    def seams(self, first: int, last: int) -> list[int]:
        """Return the positions from ``first`` to ``last`` at which text begins that was drawn on its own."""
        run = _RUN(self._address, self._index(first))
        if first == last or run == _RUN(self._address, self._index(last)):
            return []
        found = []
        for position in range(first + 1, last + 1):
            before, run = run, _RUN(self._address, self._index(position))
            if run != before:
                found.append(position)
        return found

    def _index(self, position: int) -> int:
        if self._straight:
            return position
        return int(raw.FPDFText_GetCharIndexFromTextIndex(self._handle, position))

    def _listed(self, font: str) -> int:
        if font not in self.fonts:
            self.fonts.append(font)
        return self.fonts.index(font)

    def _name(self, font: int | None) -> str:
        if not font:
            return ""
        if font not in self._names:
            buffer = ctypes.create_string_buffer(128)
            _FONT_NAME(font, buffer, len(buffer))
            self._names[font] = _SUBSET.sub("", buffer.value.decode("utf-8", "replace")).replace(" ", "")
        return self._names[font]

    def _size(self, index: int) -> float:
        """Return the size as it is seen, to half a point; many programs write size 1 and stretch the page."""
        size, matrix = raw.FPDFText_GetFontSize(self._handle, index), raw.FS_MATRIX()
        if raw.FPDFText_GetMatrix(self._handle, index, matrix):
            size *= (matrix.c**2 + matrix.d**2) ** 0.5
        return round(2 * size) / 2 if 0 <= size < _LARGEST_SIZE else 0.0


def _characters(data: bytes, count: int) -> str:
    """Keep one character for each code unit, so that positions stay true; halves of pairs are joined word by word."""
    text = data.decode("utf-16-le", "replace")
    if len(text) == count:
        return text
    return "".join(map(chr, memoryview(data).cast("H")))


def render(data: bytes, *, page: int, dpi: int, limits: Limits) -> Picture:
    """Draw one page as PNG, form fields included; the resolution sinks until ``limits.pixels`` holds it."""
    try:
        with opened(data) as document:
            if not 1 <= page <= len(document):
                return Picture(reason="no_such_page")
            # Without it a filled form is drawn empty.
            document.init_forms()
            with page_at(document, page - 1) as sheet:
                return _drawn(sheet, dpi, limits)
    except PdfRefusedError as refused:
        return Picture(reason=refused.reason)


def _drawn(page: Sheet, dpi: int, limits: Limits) -> Picture:
    width, height = page.get_size()
    if max(width, height) > limits.page_points or min(width, height) <= 0:
        return Picture(reason="page_too_large")
    scale = min(dpi / _SCALE, (limits.pixels / (width * height)) ** 0.5)
    bitmap = page.render(scale=scale, may_draw_forms=True, rev_byteorder=True)
    picture = bitmap.to_pil().convert("RGB")
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=4)
    return Picture(png=out.getvalue(), width=picture.width, height=picture.height, page_width=width, page_height=height)
