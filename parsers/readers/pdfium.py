"""The one door to PDFium: open a document, hand out what its pages are made of, draw a page.

Calls go to the raw interface with reused buffers, because a page is thousands of them. Boxes come back in points from
the page's top left corner.
"""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

from parsers.limits import Limits
from parsers.readers.space import PageSpace
from parsers.wire import Picture

Document: TypeAlias = pdfium.PdfDocument
Sheet: TypeAlias = pdfium.PdfPage

_MOST_OBJECTS = 60_000
_MOST_SEGMENTS = 2_000
_DEPTH = 4
_THIN = 2.0
_SHORT = 6.0
_SCALE = 72.0

Matrix = tuple[float, float, float, float, float, float]
Line = tuple[float, float, float]
"""A ruling line: where it stands, and from where to where it runs."""


class PdfRefusedError(Exception):
    """PDFium does not open the document; ``reason`` is from the closed list."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Marks:
    """What stands on a page besides text: ruling lines in top-left points, pictures, and how much they cover."""

    level: list[Line] = field(default_factory=list)
    upright: list[Line] = field(default_factory=list)
    images: int = 0
    image_area: float = 0.0
    paths: int = 0


NO_MARKS = Marks()
"""Stands for the marks of a page that was not looked at."""


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


class TextLayer:
    """The characters of a page in the order of its text layer, and the box of each.

    ``text`` has one code unit a character; ``box`` takes a position in it. Use as a context manager.
    """

    def __init__(self, page: Sheet) -> None:
        self._page = page
        self._handle: Any = None
        self._straight = True
        self._rect = raw.FS_RECTF()
        self._pointer = ctypes.byref(self._rect)
        self._ask = raw.FPDFText_GetLooseCharBox
        self.text = ""

    def __enter__(self) -> TextLayer:
        self._handle = raw.FPDFText_LoadPage(self._page)
        if not self._handle:
            raise PdfRefusedError("damaged")
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
        if index < 0 or not self._ask(self._handle, index, self._pointer):
            return None
        rect = self._rect
        return rect.left, rect.bottom, rect.right, rect.top


def _characters(data: bytes, count: int) -> str:
    """Keep one character for each code unit, so that positions stay true; halves of pairs are joined word by word."""
    text = data.decode("utf-16-le", "replace")
    if len(text) == count:
        return text
    return "".join(map(chr, memoryview(data).cast("H")))


def marks_of(page: Sheet, space: PageSpace) -> Marks:
    """Collect ruling lines and pictures of a page, through nested form objects, at most 60,000 objects."""
    marks = Marks()
    _Collector(space, marks).walk(raw.FPDFPage_GetObject, page.raw, raw.FPDFPage_CountObjects(page.raw), None, _DEPTH)
    return marks


class _Collector:
    def __init__(self, space: PageSpace, marks: Marks) -> None:
        self._space = space
        self._marks = marks
        self._left = _MOST_OBJECTS
        self._bounds = tuple(ctypes.c_float() for _ in range(4))
        self._pointers = tuple(ctypes.byref(number) for number in self._bounds)
        self._mode = (ctypes.c_int(), ctypes.c_int())
        self._modes = tuple(ctypes.byref(number) for number in self._mode)

    def walk(self, getter: Any, parent: Any, count: int, matrix: Matrix | None, depth: int) -> None:
        count = min(count, self._left)
        self._left -= count
        kind_of = raw.FPDFPageObj_GetType
        for index in range(count):
            item = getter(parent, index)
            kind = kind_of(item)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self._image(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth > 0:
                inner = _times(_matrix(item), matrix)
                self.walk(raw.FPDFFormObj_GetObject, item, raw.FPDFFormObj_CountObjects(item), inner, depth - 1)

    def _box(self, item: Any, matrix: Matrix | None) -> tuple[float, float, float, float] | None:
        if not raw.FPDFPageObj_GetBounds(item, *self._pointers):
            return None
        left, bottom, right, top = (number.value for number in self._bounds)
        if matrix is not None:
            first, second = _moved(matrix, left, bottom), _moved(matrix, right, top)
            left, bottom, right, top = *first, *second
        return self._space.box(left, bottom, right, top)

    def _image(self, item: Any, matrix: Matrix | None) -> None:
        self._marks.images += 1
        if box := self._box(item, matrix):
            self._marks.image_area += (box[2] - box[0]) * (box[3] - box[1])

    def _path(self, item: Any, matrix: Matrix | None) -> None:
        self._marks.paths += 1
        box = self._box(item, matrix)
        if box is None or self._add(*box):
            return
        raw.FPDFPath_GetDrawMode(item, *self._modes)
        if not self._mode[1].value:
            return
        segments = raw.FPDFPath_CountSegments(item)
        if segments in (4, 5):
            self._frame(*box)
        elif segments <= _MOST_SEGMENTS:
            self._segments(item, segments, matrix)

    def _add(self, x0: float, top: float, x1: float, bottom: float) -> bool:
        """Note a rectangle so thin that it is a line; return whether it was one, however short."""
        wide, high = x1 - x0, bottom - top
        if high <= _THIN:
            if wide >= _SHORT:
                self._marks.level.append(((top + bottom) / 2, x0, x1))
            return True
        if wide <= _THIN:
            if high >= _SHORT:
                self._marks.upright.append(((x0 + x1) / 2, top, bottom))
            return True
        return False

    def _frame(self, x0: float, top: float, x1: float, bottom: float) -> None:
        self._marks.level += ((top, x0, x1), (bottom, x0, x1))
        self._marks.upright += ((x0, top, bottom), (x1, top, bottom))

    def _segments(self, item: Any, count: int, matrix: Matrix | None) -> None:
        whole = _times(_matrix(item), matrix)
        x, y = ctypes.c_float(), ctypes.c_float()
        before: tuple[float, float] | None = None
        for index in range(count):
            segment = raw.FPDFPath_GetPathSegment(item, index)
            if not segment or not raw.FPDFPathSegment_GetPoint(segment, x, y):
                continue
            here = _moved(whole, x.value, y.value)
            if before and raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
                self._add(*self._space.box(*before, *here))
            before = here


def _matrix(item: Any) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, found):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _times(inner: Matrix, outer: Matrix | None) -> Matrix:
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


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
