"""Find the formulas of a workbook that carry no result: their cells are blank to every reader, and say so nowhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from parsers.document import Defect
from parsers.readers.parts import Parts

_BEHIND = rb"(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
_UNSOLVED = re.compile(rb"<f" + _BEHIND)
_UNSOLVED_PREFIXED = re.compile(rb"<(?:\w+:)?f" + _BEHIND)
"""For the few workbooks whose elements bear a prefix: it looks at every element, the other jumps to formulas."""
_PREFIXED = re.compile(rb"<\w+:f[\s>/]")
_PLACE = re.compile(rb'\sr="([A-Z]{1,3}\d{1,7})"')
_LONGEST_CELL = 600


def without_result(parts: Parts) -> Iterator[Defect]:
    """Yield one defect for every sheet that has formulas without a result, with how many and the first of them."""
    for sheet, part in _sheets(parts):
        content = parts.content(part) if parts.fits(part) else b""
        unsolved = _UNSOLVED_PREFIXED if b":f" in content and _PREFIXED.search(content) else _UNSOLVED
        found = [match.start() for match in unsolved.finditer(content)]
        if found:
            place = _place(content, found[0])
            yield Defect(
                reason="unclear", detail=f"{len(found)} formulas of {sheet} have no result, the first in {place}"
            )


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
