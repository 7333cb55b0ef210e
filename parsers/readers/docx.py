"""Read a Word document by walking its XML in order.

The walk sees what the usual libraries lose: content controls, tracked insertions, text boxes, headers, footers, notes
and legacy form fields. Deleted and moved-away text is left out, and of two renderings of one drawing the first counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers import sniff
from parsers.document import Cell, Defect, Location, ParsedDocument, Table
from parsers.readers.cells import place
from parsers.readers.parts import Parts, PartsRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from parsers.limits import Limits

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_HEADER = re.compile(r"word/header\d*\.xml$")
_BEHIND = re.compile(r"word/(?:footer|footnotes|endnotes)\d*\.xml$")
_SKIPPED = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr", "tblPr", "sectPr", "sdtPr"})
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_TICKS = {"F0FE": "☒", "F052": "☒", "F0FD": "☒", "F0A8": "☐", "F06F": "☐", "F0A3": "☐"}
"""The tick signs of Wingdings."""
_DEEPEST = 200


def read(data: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Return the running text, headers first and footers last, and every table with its cells."""
    try:
        parts = Parts(data, limits)
        walk = _Walk(limits)
        for part in _ordered(parts):
            tree = parts.tree(part)
            if tree is not None:
                walk.block(tree)
        if not walk.seen:
            raise PartsRefusedError("damaged", "no document part")
        return walk.document(_title(parts))
    except PartsRefusedError as refused:
        defects = (Defect(reason=refused.reason, detail=refused.detail),)
        return ParsedDocument(
            sha256="", media_type=sniff.DOCX, status="unreadable", reason=refused.reason, defects=defects
        )


def _ordered(parts: Parts) -> list[str]:
    names = sorted(parts.names())
    before = [part for part in names if _HEADER.match(part)]
    behind = [part for part in names if _BEHIND.match(part)]
    return [*before, "word/document.xml", *behind]


def _title(parts: Parts) -> str:
    tree = parts.tree("docProps/core.xml")
    if tree is None:
        return ""
    found = tree.find("{http://purl.org/dc/elements/1.1/}title")
    return (found.text or "").strip()[:300] if found is not None else ""


class _Walk:
    """Collect lines and tables in the order they stand."""

    def __init__(self, limits: Limits) -> None:
        self.seen = False
        self._limits = limits
        self._lines: list[str] = []
        self._size = 0
        self._tables: list[Table] = []
        self._cells = 0
        self._defects: dict[str, Defect] = {}

    def document(self, title: str) -> ParsedDocument:
        """Put together what was found."""
        defects = tuple(self._defects.values())
        return ParsedDocument(
            sha256="",
            media_type=sniff.DOCX,
            status="partial" if defects else "read",
            reason=defects[0].reason if defects else None,
            tables=tuple(self._tables),
            text="\n".join(self._lines).strip(),
            title=title,
            defects=defects,
        )

    def block(self, element: etree._Element, depth: int = 0) -> None:
        """Walk what holds paragraphs and tables."""
        self.seen = True
        if depth > _DEEPEST:
            self._defects["unsafe"] = Defect(reason="unsafe", detail="nested too deeply")
            return
        for child in element:
            kind = _kind(child)
            if kind == "p":
                self._paragraph(child, depth)
            elif kind == "tbl":
                self._table(child, depth)
            elif kind and kind not in _SKIPPED:
                self.block(child, depth + 1)

    def _paragraph(self, paragraph: etree._Element, depth: int) -> None:
        boxes: list[etree._Element] = []
        line = "".join(_inline(paragraph, boxes, depth)).strip(" ")
        self._line(line)
        for box in boxes:
            self.block(box, depth + 1)

    def _line(self, line: str) -> None:
        if self._size + len(line) > self._limits.text:
            self._defects["too_large"] = Defect(reason="too_large", detail="the text from here on")
            return
        if line or (self._lines and self._lines[-1]):
            self._lines.append(line)
            self._size += len(line) + 1

    def _table(self, table: etree._Element, depth: int) -> None:
        index = len(self._tables)
        self._tables.append(Table(rows=()))
        rows: list[tuple[Cell, ...]] = []
        for row in _children(table, "tr"):
            texts = self._row(row, depth)
            self._cells += len(texts)
            if self._cells > self._limits.kept_cells:
                self._defects["too_many_cells"] = Defect(reason="too_many_cells")
                break
            number = len(rows)
            rows.append(tuple(Cell(text=t, at=Location(cell=place(number, i))) for i, t in enumerate(texts)))
            self._line("\t".join(text.replace("\n", " ") for text in texts).rstrip())
        self._tables[index] = Table(rows=tuple(rows))

    def _row(self, row: etree._Element, depth: int) -> list[str]:
        texts: list[str] = []
        for cell in _children(row, "tc"):
            inner = _Walk(self._limits)
            inner.block(cell, depth + 1)
            self._tables.extend(inner._tables)
            self._defects.update(inner._defects)
            span, continued = _span(cell)
            texts.append("" if continued else "\n".join(inner._lines).strip())
            texts.extend([""] * (span - 1))
        return texts


def _kind(element: etree._Element) -> str:
    """Return the local name, or nothing for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _children(element: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Yield rows or cells, through the content controls and insertions that may wrap them."""
    for child in element:
        kind = _kind(child)
        if kind == wanted:
            yield child
        elif kind in ("sdt", "sdtContent", "ins", "customXml", "moveTo"):
            yield from _children(child, wanted)


def _span(cell: etree._Element) -> tuple[int, bool]:
    """Return how many columns a cell spans, and whether it goes on from the row above."""
    properties = next((child for child in cell if _kind(child) == "tcPr"), None)
    if properties is None:
        return 1, False
    span, continued = 1, False
    for child in properties:
        value = _attribute(child, "val")
        if _kind(child) == "gridSpan" and value.isdecimal():
            span = max(1, min(int(value), 64))
        elif _kind(child) == "vMerge":
            continued = value != "restart"
    return span, continued


def _attribute(element: etree._Element, name: str) -> str:
    return element.get(f"{_W}{name}") or element.get(f"{_STRICT}{name}") or ""


def _inline(element: etree._Element, boxes: list[etree._Element], depth: int) -> Iterator[str]:
    """Yield the text of a paragraph; text boxes inside are set aside in ``boxes``."""
    if depth > _DEEPEST:
        return
    for child in element:
        kind = _kind(child)
        if kind == "t":
            yield child.text or ""
        elif kind in _SIGNS:
            yield _SIGNS[kind]
        elif kind == "sym":
            yield _TICKS.get(_attribute(child, "char").upper(), "")
        elif kind == "checkBox":
            yield "☒" if _checked(child) else "☐"
        elif kind == "txbxContent":
            boxes.append(child)
        elif kind and kind not in _SKIPPED:
            yield from _inline(child, boxes, depth + 1)


def _checked(box: etree._Element) -> bool:
    """A legacy tick box: ``checked`` counts, else its default; an element without a value means yes."""
    states = {_kind(child): _attribute(child, "val") for child in box}
    state = states.get("checked", states.get("default", "0"))
    return state not in ("0", "false", "off")
