"""Find what a workbook keeps to itself: formulas without a result, blank to every reader, and rows that are hidden."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from parsers.document import Defect
from parsers.readers.parts import Parts

_BEHIND = rb"(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
_UNSOLVED = re.compile(rb"<f" + _BEHIND)
_UNSOLVED_PREFIXED = re.compile(rb"<(?:\w+:)?f" + _BEHIND)
"""For the few workbooks whose elements bear a prefix: it looks at every element, the other jumps to formulas."""
_PREFIXED = re.compile(rb"xmlns:\w+\s*=\s*[\"'][^\"']*/spreadsheetml/(?:2006/)?main[\"']")
_HEAD = 8192
"""Where a sheet says that its elements bear a prefix: so many bytes from its beginning."""
_PLACE = re.compile(rb'\sr="([A-Z]{1,3}\d{1,7})"')
_LONGEST_CELL = 600
_HIDDEN = re.compile(rb'<(?:\w+:)?row\s(?=[^>]*\shidden="(?:1|true)")[^>]*[^/>]>')
_NUMBER = re.compile(rb'\sr="(\d{1,7})"')


def kept_back(parts: Parts) -> Iterator[Defect]:
    """Yield a defect for every sheet with formulas without a result, and one for its hidden rows: how many, where."""
    for sheet, part in _sheets(parts):
        content = parts.content(part) if parts.fits(part) else b""
        unsolved = _UNSOLVED_PREFIXED if _PREFIXED.search(content, 0, _HEAD) else _UNSOLVED
        found = [match.start() for match in unsolved.finditer(content)]
        if found:
            place = _place(content, found[0])
            yield Defect(
                reason="unclear", detail=f"{len(found)} formulas of {sheet} have no result, the first in {place}"
            )
        if hidden := [match[0] for match in _HIDDEN.finditer(content)] if b"hidden=" in content else []:
            yield _hidden(sheet, hidden)


def _hidden(sheet: str, rows: Sequence[bytes]) -> Defect:
    """Say that rows nobody sees were read like the others: they may be wanted, or left over from an older list."""
    number = _NUMBER.search(rows[0])
    first = f", the first is row {number[1].decode()}" if number else ""
    return Defect(reason="unclear", detail=f"{len(rows)} hidden rows of {sheet} were read like others{first}")


def _sheets(parts: Parts) -> Iterator[tuple[str, str]]:
    """Yield the name and the part of every sheet, in the order of the workbook."""
    book, relations = parts.tree("xl/workbook.xml"), parts.tree("xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return
    targets = {node.get("Id", ""): node.get("Target", "") for node in relations.iter("{*}Relationship")}
    for node in book.iter("{*}sheet"):
        key = next((str(value) for name, value in node.attrib.items() if str(name).endswith("}id")), "")
        if key in targets:
            yield node.get("name", ""), posixpath.normpath(posixpath.join("/xl", targets[key])).lstrip("/")


def _place(content: bytes, at: int) -> str:
    """Return the cell a formula stands in: the last place named before it."""
    found = _PLACE.findall(content[max(at - _LONGEST_CELL, 0) : at])
    return found[-1].decode() if found else "a cell"
