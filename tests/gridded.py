"""Sheets and pages made of the words that stand on them, as readers would give them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from parsers.document import Cell, Location, Page, ParsedDocument, Table, Word

Cells = tuple[tuple[float, str], ...]


def grid(*rows: Sequence[str], sheet_name: str = "S") -> ParsedDocument:
    """Return a workbook of one sheet."""
    return book(**{sheet_name: list(rows)})


def book(**sheets: Sequence[Sequence[str]]) -> ParsedDocument:
    """Return a workbook."""
    tables = tuple(
        Table(
            rows=tuple(
                tuple(
                    Cell(text=text, at=Location(sheet=name, cell=f"{chr(65 + column)}{number}"))
                    for column, text in enumerate(row)
                )
                for number, row in enumerate(rows, start=1)
            ),
            sheet=name,
        )
        for name, rows in sheets.items()
    )
    return ParsedDocument(sha256="0" * 64, media_type="x", status="read", tables=tables)


def tabled(*tables: Sequence[Sequence[str]]) -> ParsedDocument:
    """Return a text document of several tables."""
    made = tuple(
        Table(rows=tuple(tuple(Cell(text=text, at=Location()) for text in row) for row in rows)) for rows in tables
    )
    return ParsedDocument(sha256="0" * 64, media_type="x", status="read", tables=made)


def word(text: str, left: float, top: float, width: float = 0.0) -> Word:
    """Return a word of letters four points wide and eight high."""
    return Word(text, (left, top, left + (width or 4.0 * len(text)), top + 8))


def page(*lines: tuple[float, Cells], number: int = 1) -> Page:
    """Return a page of lines, each with its height and the words on it with their places."""
    words = tuple(
        word(one, left + 4 * (text.find(one)), top)
        for top, cells in lines
        for left, text in cells
        for one in text.split()
    )
    return Page(number=number, width=612, height=792, words=words)


def printed(*pages: Page) -> ParsedDocument:
    """Return a print of pages."""
    return ParsedDocument(sha256="0" * 64, media_type="application/pdf", status="read", pages=pages)


def ruled(lines: Sequence[tuple[float, Cells]], edges: Sequence[float], number: int = 1) -> Table:
    """Return lines of a page as a table whose ruling lines stand at ``edges``, one more than it has columns."""
    rows = []
    for top, cells in lines:
        texts = dict(cells)
        rows.append(
            tuple(
                Cell(
                    text=next((text for left, text in texts.items() if start <= left < end), ""),
                    at=Location(page=number, box=(start, top - 3, end, top + 11)),
                )
                for start, end in pairwise(edges)
            )
        )
    return Table(rows=tuple(rows), page=number)
