"""What was found in a file: pages, words, widgets and tables, each with the place it stood.

What a page has by the hundred is a frozen struct of msgspec's: one is made in a tenth of a dataclass's time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom in points from the page's top left corner."""

FLAT: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
"""The homography of a page that lies as it is shown."""

Status = Literal["read", "partial", "unreadable"]
Method = Literal["widget", "layout", "ocr", "table", "text"]
Scalar = str | bool | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something wrong in a file or a value; ``reason`` is from the closed lists of ``parsers.limits``.

    ``box`` is the place on the page, in points, where the defect has one.
    """

    reason: str
    detail: str = ""
    page: int | None = None
    box: Box | None = None


class Location(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Where something stood: a 1-based page with a box in points, or a sheet with a cell such as ``C12``."""

    page: int | None = None
    box: Box | None = None
    sheet: str | None = None
    cell: str | None = None


class Word(msgspec.Struct, frozen=True, gc=False):
    """One run of characters without white space, and its box in points."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A small drawn shape that may be a tick: two crossing strokes, other strokes, or a filled shape."""

    shape: Literal["cross", "stroke", "fill"]
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """How a page was laid over a known form page: which one, and how well.

    ``matched`` of ``expected`` printed labels were found again; ``residual`` is the median distance in points between
    where they stand and where the fit puts them.
    """

    form: str
    edition: str
    form_page: int
    state: str | None = None
    matched: int = 0
    expected: int = 0
    residual: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxReading:
    """What stands in one box of a registered page: text as read, or for a tick box its ink.

    ``box`` is the place on this page in points. ``confidence`` is the reading's own raw score in [0, 1], before any
    calibration. ``others`` are further readings of the same ink, best first. ``ink`` is the share of a tick box's
    inside that is dark, less that of the page's blank boxes; None where the box is not a tick box or not on a picture.
    """

    elabel: str
    kind: Literal["text", "check"]
    box: Box
    text: str = ""
    confidence: float = 0.0
    others: tuple[str, ...] = ()
    ink: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """How a page without a text layer was read: by which engine, turned and straightened how, and what its boxes say.

    ``turned`` is the clockwise turn in degrees that made the page upright, ``skew`` the rest in degrees, ``dpi`` the
    resolution of the picture. ``readings`` are empty where the page was registered to no form and read as a whole.

    Words and readings stand on the page laid flat and upright. ``shown`` is the homography (row by row) that leads from
    there to the page as a viewer shows it: evidence is told in the latter. ``stray`` are stamps and large writing.
    """

    engine: str
    turned: int = 0
    skew: float = 0.0
    dpi: float = 0.0
    registration: Registration | None = None
    readings: tuple[BoxReading, ...] = ()
    shown: tuple[float, ...] = FLAT
    stray: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page; numbers are 1-based, sizes in points. Words are in reading order of the text layer.

    On pages that may be forms, ``word_fonts`` has for each word its place in ``fonts`` (name and size, such as
    ``Helvetica 8``) and ``marks`` the small drawn shapes; both are empty elsewhere. On pages read from a picture,
    ``word_confidences`` has a figure in [0, 1] for each word, and ``scan`` tells how it was read; sizes and places are
    those of the page laid flat and upright. ``shown`` leads from there to the page as it is shown, where it was turned.

    Words, like the rows of tables, may be packed (``parsers.packed``): equal ones need not be the same objects.

    ``unseen`` are the places of words drawn without ink or in the colour of paper, ``struck`` of those with a line
    through them; ``seams`` (word, character in it, left edge of that) tell where text begins that was drawn on its own.
    """

    number: int
    width: float
    height: float
    words: Sequence[Word] = ()
    rotation: int = 0
    images: int = 0
    fonts: tuple[str, ...] = ()
    word_fonts: tuple[int, ...] = ()
    word_confidences: tuple[float, ...] = ()
    marks: tuple[Mark, ...] = ()
    scan: Scan | None = None
    shown: tuple[float, ...] = FLAT
    unseen: tuple[int, ...] = ()
    struck: tuple[int, ...] = ()
    seams: tuple[tuple[int, int, float], ...] = ()


class Widget(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One form widget. ``value`` is the text of a text box or choice; ``on`` is set for tick boxes only.

    ``shown`` is the text its appearance paints, where that says otherwise than the value; None where they agree.
    """

    name: str
    kind: Literal["text", "check", "choice", "signature", "button"]
    page: int
    box: Box
    value: str | None = None
    on: bool | None = None
    max_len: int | None = None
    shown: str | None = None


class Cell(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One table cell: its text as a person reads it, and where it stood."""

    text: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A grid of cells as it stood: a sheet, a ruled table, an HTML or DOCX table. Rows may differ in length."""

    rows: Sequence[tuple[Cell, ...]]
    page: int | None = None
    sheet: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDocument:
    """Everything one reader found in one file. ``text`` is the running text for prose formats, empty for PDF pages."""

    sha256: str
    media_type: str
    status: Status
    reason: str | None = None
    pages: tuple[Page, ...] = ()
    widgets: tuple[Widget, ...] = ()
    tables: tuple[Table, ...] = ()
    text: str = ""
    title: str = ""
    defects: tuple[Defect, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCandidate:
    """One reading of one field.

    ``field`` is the canonical name (``vehicles[0].vin``), or the eLabel itself where no canonical name is mapped.
    ``value`` is normalised (ISO dates, decimal strings, nine-digit FEIN, two-letter states, booleans); it is None with
    a ``defect`` where ``raw`` did not parse. ``confidence`` is in [0, 1]. ``restricted`` marks SSN, licence numbers and
    birth dates, which are masked wherever people or logs see them.
    """

    field: str
    value: Scalar
    raw: str
    confidence: float
    method: Method
    elabel: str | None = None
    at: Location = Location()
    defect: Defect | None = None
    restricted: bool = False

    def trusted(self, confidence: float) -> FieldCandidate:
        """Return the same reading with another confidence, in a third of the time of ``replace``."""
        return FieldCandidate(
            field=self.field,
            value=self.value,
            raw=self.raw,
            confidence=confidence,
            method=self.method,
            elabel=self.elabel,
            at=self.at,
            defect=self.defect,
            restricted=self.restricted,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One arithmetic or counting check of a table, with its outcome."""

    name: str
    ok: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What shows that no row was lost; ``proven`` is False when the document allowed no check or one failed."""

    proven: bool
    rows: int
    checks: tuple[Check, ...] = ()


class Row(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One row of an extracted table: canonical column name → normalised value, and where the row stood."""

    values: dict[str, Scalar]
    at: Location = Location()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedTable:
    """A table with meaning: ``terms``, ``claims``, ``buildings``, ``drivers``, ``vehicles``, ``class_rows``."""

    name: str
    rows: tuple[Row, ...]
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What one document says: its fields, its tables and what was wrong with them."""

    fields: tuple[FieldCandidate, ...] = ()
    tables: tuple[ExtractedTable, ...] = ()
    defects: tuple[Defect, ...] = ()
