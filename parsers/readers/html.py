"""Read an HTML page: its text as laid out, and its tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import inscriptis  # type: ignore[import-untyped]
from lxml import etree, html

from parsers import sniff
from parsers.document import Cell, Defect, Location, ParsedDocument, Table
from parsers.readers.cells import place
from parsers.readers.charset import decode

if TYPE_CHECKING:
    from parsers.limits import Limits

_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})", re.I)
_LONGEST = 4_000_000
_WIDEST_SPAN = 64
_FIGURES = re.compile(r"\d{3}|\d[/.-]\d")
"""What rows of a list have and rows of heads have not."""
_AMOUNT = re.compile(r"[-(]?\s*\$?\s*(?:\d{1,3}(?:,\d{3})+|\d{5,})(?:\.\d+)?\s*\)?|\$\s*\d.*|\d+\.\d+")


def read(data: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Return text and tables; nothing outside the file is fetched and no script runs."""
    text = _text(data)
    cut = len(text) > _LONGEST
    try:
        tree = html.document_fromstring(text[:_LONGEST], parser=html.HTMLParser(no_network=True, huge_tree=False))
    except (etree.ParserError, ValueError):
        return _finished("unreadable", "empty", "", (), "")
    etree.strip_elements(tree, "script", "style", "template", etree.Comment, with_tail=False)
    tables = tuple(table for table in map(table_of, tree.iter("table")) if table.rows)
    title = " ".join((tree.findtext(".//title") or "").split())[:300]
    body = inscriptis.get_text(etree.tostring(tree, encoding="unicode", method="html"))[: limits.text]
    return _finished("partial" if cut else "read", "too_large" if cut else None, body.strip(), tables, title)


def _text(data: bytes) -> str:
    declared = _DECLARED.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return data.decode(declared.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)[0]


def table_of(table: html.HtmlElement) -> Table:
    """Write a table out as a grid: a cell over several columns stands in its first, the others are blank.

    A cell over several rows of figures stands in each of them, unless it is an amount: that is the amount of all of
    them together. Rows of tables inside it are left out.
    """
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    held: dict[int, _Held] = {}
    return Table(rows=tuple(_row(row, number, held) for number, row in enumerate(rows)))


@dataclass(slots=True)
class _Held:
    """A cell from above that takes a column for some more rows, and what stands there in each of them."""

    rows: int
    text: str


def _row(row: html.HtmlElement, number: int, held: dict[int, _Held]) -> tuple[Cell, ...]:
    """Return a row; ``held`` are the cells from above that still take a column."""
    texts: list[str] = []
    figures = any(_FIGURES.search(cell.text_content()) for cell in row if cell.tag in ("td", "th"))
    for cell in row:
        if cell.tag in ("td", "th"):
            _pass_over(texts, held)
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            text = " ".join(cell.text_content().split())
            if high > 1:
                again = text if figures and not _AMOUNT.fullmatch(text) else ""
                held.update({len(texts) + at: _Held(high - 1, "" if at else again) for at in range(wide)})
            texts.extend([text, *[""] * (wide - 1)])
    _pass_over(texts, held)
    return tuple(Cell(text=text, at=Location(cell=place(number, column))) for column, text in enumerate(texts))


def _pass_over(texts: list[str], held: dict[int, _Held]) -> None:
    """Fill the columns that a cell from above still takes."""
    while (above := held.get(len(texts))) and above.rows > 0:
        above.rows -= 1
        texts.append(above.text)


def _span(cell: html.HtmlElement, name: str) -> int:
    said = str(cell.get(name, "1"))
    return max(1, min(int(said), _WIDEST_SPAN)) if said.isdecimal() else 1


def _finished(status: str, reason: str | None, text: str, tables: tuple[Table, ...], title: str) -> ParsedDocument:
    return ParsedDocument(
        sha256="",
        media_type=sniff.HTML,
        status="unreadable" if status == "unreadable" else "partial" if status == "partial" else "read",
        reason=reason,
        text=text,
        tables=tables,
        title=title,
        defects=(Defect(reason=reason),) if reason else (),
    )
