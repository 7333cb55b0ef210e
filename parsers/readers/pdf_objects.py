"""Walk the objects of a PDF's page: ruling lines, pictures, and small shapes that may be ticks.

Calls go to bare addresses with reused buffers, because a page is thousands of objects.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as raw  # type: ignore[import-untyped]

from parsers.document import Box, Mark
from parsers.readers import pdf_shapes
from parsers.readers.pdf_marks import Marks, Matrix, moved, times
from parsers.readers.space import PageSpace

_MOST_OBJECTS = 60_000
_MOST_SEGMENTS = 2_000
_DEPTH = 4


def typed(function: Any, result: Any, *arguments: Any) -> Any:
    """Return a function of the engine that takes and gives bare addresses: the typed ones take half as long again.

    It keeps Python's lock, which costs more to give back than such a call takes.
    """
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_INT, _AT = ctypes.c_int, ctypes.c_void_p
_ON_PAGE = typed(raw.FPDFPage_GetObject, _AT, _AT, _INT)
_IN_FORM = typed(raw.FPDFFormObj_GetObject, _AT, _AT, ctypes.c_ulong)
_FORM_SIZE = typed(raw.FPDFFormObj_CountObjects, _INT, _AT)
_KIND = typed(raw.FPDFPageObj_GetType, _INT, _AT)
_BOUNDS = typed(raw.FPDFPageObj_GetBounds, _INT, _AT, _AT, _AT, _AT, _AT)
_MATRIX = typed(raw.FPDFPageObj_GetMatrix, _INT, _AT, _AT)
_DRAW_MODE = typed(raw.FPDFPath_GetDrawMode, _INT, _AT, _AT, _AT)
_SEGMENTS = typed(raw.FPDFPath_CountSegments, _INT, _AT)
_SEGMENT = typed(raw.FPDFPath_GetPathSegment, _AT, _AT, _INT)
_POINT = typed(raw.FPDFPathSegment_GetPoint, _INT, _AT, _AT, _AT)
_STEP = typed(raw.FPDFPathSegment_GetType, _INT, _AT)
_CLOSES = typed(raw.FPDFPathSegment_GetClose, _INT, _AT)
_FILL = typed(raw.FPDFPageObj_GetFillColor, _INT, _AT, _AT, _AT, _AT, _AT)
_STROKE = typed(raw.FPDFPageObj_GetStrokeColor, _INT, _AT, _AT, _AT, _AT, _AT)


def marks_of(page: Any, space: PageSpace, *, lines: bool = True, shapes: bool = False) -> Marks:
    """Collect the pictures of a page, and if wanted its ruling lines and its small shapes.

    Form objects are entered four deep; at most 60,000 objects are looked at.
    """
    marks = Marks()
    collector = _Collector(space, marks, lines, shapes)
    collector.walk(_ON_PAGE, page.raw, raw.FPDFPage_CountObjects(page.raw), None, _DEPTH)
    return marks


class _Collector:
    def __init__(self, space: PageSpace, marks: Marks, lines: bool, shapes: bool) -> None:
        self._space = space
        self._marks = marks
        self._lines = lines
        self._shapes = shapes
        self._left = _MOST_OBJECTS
        self._bounds = tuple(ctypes.c_float() for _ in range(4))
        self._pointers = tuple(ctypes.addressof(number) for number in self._bounds)
        self._mode = (ctypes.c_int(), ctypes.c_int())
        self._modes = tuple(ctypes.addressof(number) for number in self._mode)
        self._colour = tuple(ctypes.c_uint() for _ in range(4))
        self._colours = tuple(ctypes.addressof(number) for number in self._colour)

    def walk(self, getter: Any, parent: Any, count: int, matrix: Matrix | None, depth: int) -> None:
        count = min(count, self._left)
        self._left -= count
        for index in range(count):
            item = getter(parent, index)
            kind = _KIND(item)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self._image(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth > 0:
                inner = times(_matrix(item), matrix)
                self.walk(_IN_FORM, item, _FORM_SIZE(item), inner, depth - 1)

    def _box(self, item: int, matrix: Matrix | None, longest: float | None = None) -> Box | None:
        """Return where an object stands; None where it stands nowhere, or is longer than ``longest``."""
        if not _BOUNDS(item, *self._pointers):
            return None
        a, b, c, d = self._bounds
        left, bottom, right, top = a.value, b.value, c.value, d.value
        if matrix is not None:
            first, second = moved(matrix, left, bottom), moved(matrix, right, top)
            left, bottom, right, top = *first, *second
        if longest is not None and (abs(right - left) > longest or abs(top - bottom) > longest):
            return None
        return self._space.box(left, bottom, right, top)

    def _image(self, item: Any, matrix: Matrix | None) -> None:
        self._marks.images += 1
        if box := self._box(item, matrix):
            self._marks.image_area += (box[2] - box[0]) * (box[3] - box[1])

    def _path(self, item: int, matrix: Matrix | None) -> None:
        self._marks.paths += 1
        box = self._box(item, matrix, None if self._lines else pdf_shapes.LONGEST)
        if box is None:
            return
        if self._shapes and pdf_shapes.is_small(box):
            self._shape(item, box, matrix)
        if not self._lines or self._marks.add_line(*box):
            return
        _DRAW_MODE(item, *self._modes)
        if not self._mode[1].value:
            return
        segments = _SEGMENTS(item)
        if segments in (4, 5):
            self._marks.add_frame(*box)
        elif segments <= _MOST_SEGMENTS:
            self._segments(item, segments, matrix)

    def _shape(self, item: int, box: Box, matrix: Matrix | None) -> None:
        _DRAW_MODE(item, *self._modes)
        filled = bool(self._mode[0].value) and self._dark(_FILL, item)
        # An empty square is what nearly every small path of a form is.
        if not filled and (not self._mode[1].value or _begins_level(item)):
            return
        if len(self._marks.shapes) >= pdf_shapes.MOST or not (filled or self._dark(_STROKE, item)):
            return
        if shape := pdf_shapes.shape_of(_outlines(item, matrix), filled=filled):
            self._marks.shapes.append(Mark(shape=shape, box=box))

    def _dark(self, ask: Any, item: int) -> bool:
        """Return whether a colour can be seen on paper."""
        if not ask(item, *self._colours):
            return True
        *colour, opaque = (part.value for part in self._colour)
        return opaque > 255 - pdf_shapes.LIGHTEST and min(colour) <= pdf_shapes.LIGHTEST

    def _segments(self, item: int, count: int, matrix: Matrix | None) -> None:
        whole = times(_matrix(item), matrix)
        before: tuple[float, float] | None = None
        for segment, x, y in _points(item, count):
            here = moved(whole, x, y)
            if before and _STEP(segment) == raw.FPDF_SEGMENT_LINETO:
                self._marks.add_line(*self._space.box(*before, *here))
            before = here


def _points(item: int, count: int) -> Iterator[tuple[int, float, float]]:
    """Give the first segments of a path with their end points in the path's own units."""
    x, y = ctypes.c_float(), ctypes.c_float()
    at_x, at_y = ctypes.addressof(x), ctypes.addressof(y)
    for index in range(count):
        segment = _SEGMENT(item, index)
        if segment and _POINT(segment, at_x, at_y):
            yield segment, x.value, y.value


def _begins_level(item: int) -> bool:
    """Return whether a path of four or five segments begins along an axis, as rectangles do."""
    if _SEGMENTS(item) not in (4, 5):
        return False
    (_, x, y), (_, p, q) = (*_points(item, 2), (0, 0.0, 0.0), (0, 1.0, 1.0))[:2]
    return x == p or y == q


def _outlines(item: int, matrix: Matrix | None) -> list[pdf_shapes.Outline]:
    """Return the runs of a small path as points; curves by their end points."""
    whole = times(_matrix(item), matrix)
    found: list[pdf_shapes.Outline] = []
    points: list[tuple[float, float]] = []
    for segment, x, y in _points(item, min(_SEGMENTS(item), _MOST_SEGMENTS)):
        if _STEP(segment) == raw.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                found.append(pdf_shapes.Outline(tuple(points)))
            points = []
        points.append(moved(whole, x, y))
        if _CLOSES(segment):
            found.append(pdf_shapes.Outline(tuple(points), closed=True))
            points = []
    if len(points) > 1:
        found.append(pdf_shapes.Outline(tuple(points)))
    return found


def _matrix(item: int) -> Matrix:
    found = raw.FS_MATRIX()
    if not _MATRIX(item, ctypes.addressof(found)):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (found.a, found.b, found.c, found.d, found.e, found.f)
