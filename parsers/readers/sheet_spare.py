"""Read an xlsx workbook cell by cell from its XML, after the fast engine failed on it.

Nothing is laid out as a rectangle here, so one stray cell at the far corner of a sheet costs one cell.
"""

from __future__ import annotations

import datetime
import posixpath
import re
from typing import TYPE_CHECKING

from parsers import sniff
from parsers.document import Cell, Defect, Location, ParsedDocument, Table
from parsers.readers.cells import shown
from parsers.readers.parts import Parts, PartsRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from parsers.limits import Limits

_BLANK = Cell(text="", at=Location())
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
_DATE_CODE = re.compile(r"[ymdhs]", re.I)
_UNSPOKEN = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.")
_DATE_FORMATS = frozenset({*range(14, 23), *range(45, 48)})
_DAY_ZERO = datetime.datetime(1899, 12, 30)
_MAC_DAYS = 1462
_LAST_DAY = 2_958_465
_WIDEST_GAP = 256
_LONGEST_GAP = 1_000


def read(data: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Return one table a sheet; blank stretches beyond 256 columns or 1,000 rows are closed up."""
    try:
        book = _Book(Parts(data, limits), limits.kept_cells)
        tables = tuple(book.tables())
    except PartsRefusedError as refused:
        defects = (Defect(reason=refused.reason, detail=refused.detail),)
        return ParsedDocument(
            sha256="", media_type=sniff.XLSX, status="unreadable", reason=refused.reason, defects=defects
        )
    return ParsedDocument(
        sha256="",
        media_type=sniff.XLSX,
        status="partial" if book.defects else "read",
        reason=book.defects[0].reason if book.defects else None,
        tables=tables,
        defects=tuple(book.defects),
    )


class _Book:
    """One workbook with its shared strings and its knowledge of which styles are dates."""

    def __init__(self, parts: Parts, kept: int) -> None:
        self.defects: list[Defect] = []
        self._parts = parts
        self._left = kept
        tree = parts.tree("xl/workbook.xml")
        if tree is None:
            raise PartsRefusedError("damaged", "no workbook part")
        self._tree = tree
        self._targets = _targets(parts.tree("xl/_rels/workbook.xml.rels"))
        self._strings = _strings(parts.tree("xl/sharedStrings.xml"))
        self._dates = _date_styles(parts.tree("xl/styles.xml"))
        mac = any(_local(node) == "workbookPr" and node.get("date1904") in ("1", "true") for node in tree)
        self._shift = _MAC_DAYS if mac else 0

    def tables(self) -> Iterator[Table]:
        """Yield the sheets in the order of the workbook."""
        for node in self._tree.iter("{*}sheet"):
            name = node.get("name", "")
            relation = next((value for key, value in node.attrib.items() if str(key).endswith("}id")), "")
            tree = self._parts.tree(self._targets.get(str(relation), ""))
            if tree is None:
                self.defects.append(Defect(reason="damaged", detail=f"the sheet {name}"))
                continue
            hidden = node.get("state", "visible") != "visible"
            yield Table(rows=tuple(self._rows(tree, name)), sheet=name, hidden=hidden)

    def _rows(self, tree: etree._Element, sheet: str) -> Iterator[tuple[Cell, ...]]:
        at = 0
        for row in tree.iter("{*}row"):
            number = row.get("r", "")
            gap = int(number) - at - 1 if number.isdecimal() else 0
            if 0 < gap <= _LONGEST_GAP:
                yield from ((),) * gap
            at = max(at + 1, int(number) if number.isdecimal() else 0)
            cells = self._cells(row, sheet, at)
            self._left -= len(cells)
            if self._left < 0:
                self.defects.append(Defect(reason="too_many_cells", detail=f"the rows of {sheet} from {at} on"))
                return
            yield cells

    def _cells(self, row: etree._Element, sheet: str, number: int) -> tuple[Cell, ...]:
        cells: list[Cell] = []
        for node in row.iter("{*}c"):
            text = self._text(node)
            place = _PLACE.match(node.get("r", ""))
            if not text:
                continue
            column = _column(place.group(1)) if place else len(cells)
            if 0 < column - len(cells) <= _WIDEST_GAP:
                cells.extend([_BLANK] * (column - len(cells)))
            at = place.group() if place else f"A{number}"
            cells.append(Cell(text=text, at=Location(sheet=sheet, cell=at)))
        return tuple(cells)

    def _text(self, node: etree._Element) -> str:
        kind = node.get("t", "n")
        if kind == "inlineStr":
            return _spoken(node)
        value = next((child.text or "" for child in node if _local(child) == "v"), "").strip()
        if kind == "s":
            return self._strings[int(value)] if value.isdecimal() and int(value) < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        return self._number(value, node.get("s", "")) if kind == "n" else shown(value)

    def _number(self, value: str, style: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return shown(value)
        if style in self._dates and 0 < number + self._shift < _LAST_DAY:
            day = _DAY_ZERO + datetime.timedelta(days=number + self._shift)
            return shown((day + datetime.timedelta(microseconds=500_000)).replace(microsecond=0))
        return shown(number)


def _local(node: etree._Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _targets(tree: etree._Element | None) -> dict[str, str]:
    """Return relation id → part name."""
    if tree is None:
        return {}
    return {
        node.get("Id", ""): posixpath.normpath(posixpath.join("/xl", node.get("Target", ""))).lstrip("/")
        for node in tree.iter("{*}Relationship")
    }


def _strings(tree: etree._Element | None) -> list[str]:
    return [] if tree is None else [_spoken(item) for item in tree.iter("{*}si")]


def _spoken(node: etree._Element) -> str:
    """Join the text runs of a string, without the phonetic hints some add."""
    hints = {run for hint in node.iter("{*}rPh") for run in hint.iter("{*}t")}
    return shown("".join(run.text or "" for run in node.iter("{*}t") if run not in hints))


def _date_styles(tree: etree._Element | None) -> frozenset[str]:
    """Return the numbers of the cell styles that show a date or a time."""
    if tree is None:
        return frozenset()
    own = {node.get("numFmtId", ""): node.get("formatCode", "") for node in tree.iter("{*}numFmt")}
    dates = {key for key, code in own.items() if _DATE_CODE.search(_UNSPOKEN.sub("", code))}
    dates |= {str(number) for number in _DATE_FORMATS}
    styles = next((node for node in tree if _local(node) == "cellXfs"), None)
    found = () if styles is None else enumerate(styles)
    return frozenset(str(index) for index, style in found if style.get("numFmtId", "") in dates)


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1
