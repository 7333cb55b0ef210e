"""A document as it travels: its packed words and cells apart, as texts and numbers in a row."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from parsers.document import Page, ParsedDocument, Table
from parsers.packed import Numbers, PlacedRows, SheetRows, Words

_END = "\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentWords:
    """The words of a page: texts with NUL between them, and four numbers a word, doubles or whole hundredths."""

    text: str
    boxes: bytes
    hundredths: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRows:
    """The rows of a ruled table: cells a row, texts with NUL between them, and four numbers a cell as of words."""

    page: int
    widths: bytes
    text: str
    boxes: bytes
    hundredths: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSheet:
    """The rows of a sheet: so many, as columns of texts with NUL between them."""

    rows: int
    columns: tuple[str, ...]
    sheet: str | None
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A document without what is packed of it, and that by the place of its page or table in the document."""

    document: ParsedDocument
    words: Mapping[int, SentWords] = field(default_factory=dict)
    rows: Mapping[int, SentRows] = field(default_factory=dict)
    sheets: Mapping[int, SentSheet] = field(default_factory=dict)


def sent(document: ParsedDocument) -> Sent:
    """Return a document ready to be written down."""
    tables = list(enumerate(document.tables))
    return Sent(
        document=replace(
            document,
            pages=tuple(
                [replace(page, words=()) if isinstance(page.words, Words) else page for page in document.pages]
            ),
            tables=tuple(
                [table if type(table.rows) is tuple else replace(table, rows=()) for table in document.tables]
            ),
        ),
        words={at: _sent_words(page.words) for at, page in enumerate(document.pages) if isinstance(page.words, Words)},
        rows={at: _sent_rows(table.rows) for at, table in tables if isinstance(table.rows, PlacedRows)},
        sheets={at: _sent_sheet(table.rows) for at, table in tables if isinstance(table.rows, SheetRows)},
    )


def _sent_words(words: Words) -> SentWords:
    return SentWords(text=words.text, boxes=words.boxes.tobytes(), hundredths=words.boxes.typecode == "i")


def _sent_rows(rows: PlacedRows) -> SentRows:
    return SentRows(
        page=rows.page,
        widths=rows.widths.tobytes(),
        text=rows.text,
        boxes=rows.boxes.tobytes(),
        hundredths=rows.boxes.typecode == "i",
    )


def _sent_sheet(rows: SheetRows) -> SentSheet:
    columns = tuple(map(_END.join, rows.columns))
    return SentSheet(rows=len(rows), columns=columns, sheet=rows.sheet, first=rows.first)


def received(told: Sent) -> ParsedDocument:
    """Return the document that was sent; raises ValueError where the parts do not fit each other."""
    pages = tuple([_page(page, told.words.get(at)) for at, page in enumerate(told.document.pages)])
    tables = tuple(
        [_table(table, told.rows.get(at), told.sheets.get(at)) for at, table in enumerate(told.document.tables)]
    )
    return replace(told.document, pages=pages, tables=tables)


def _numbers(told: SentWords | SentRows) -> Numbers:
    return array("i", told.boxes) if told.hundredths else array("d", told.boxes)


def _page(page: Page, words: SentWords | None) -> Page:
    if words is None:
        return replace(page, words=tuple(page.words))
    boxes = _numbers(words)
    count = words.text.count(_END) + 1
    if len(boxes) != 4 * count:
        raise ValueError("words without boxes")
    return replace(page, words=Words(count, words.text, boxes))


def _table(table: Table, rows: SentRows | None, sheet: SentSheet | None) -> Table:
    if rows is not None:
        widths, boxes = array("I", rows.widths), _numbers(rows)
        count = rows.text.count(_END) + 1
        if len(boxes) != 4 * count or sum(widths) != count:
            raise ValueError("cells without boxes")
        return replace(table, rows=PlacedRows(rows.page, widths, rows.text, boxes))
    if sheet is not None:
        columns = [column.split(_END) if sheet.rows else [] for column in sheet.columns]
        if any(len(column) != sheet.rows for column in columns):
            raise ValueError("columns of different lengths")
        return replace(table, rows=SheetRows(columns, sheet.sheet, sheet.first))
    return replace(table, rows=tuple(table.rows))
