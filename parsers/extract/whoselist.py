"""Whose list it is: a labelled name above the rows, else a company's name on top. A sentence is nobody's name.

A workbook may have a sheet per company, a print a heading per company: each heading says whose the rows below it are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parsers.document import FieldCandidate, Location, ParsedDocument
from parsers.extract.bodynames import companies
from parsers.extract.candidates import candidate
from parsers.extract.grids import Grid
from parsers.extract.lines import Line, labelled, lines_of

FIELD = "document_insured"
SURE = 0.8
"""From here on a heading below the first one begins the list of somebody else; a guess does not."""

_TITLE = re.compile(
    r"\b(list|schedule|statement|values|roster|drivers|vehicles|payroll|sov|fleet|equipment|remuneration|prior"
    r"|coverage history)\b",
    re.IGNORECASE,
)
_ENTITY = re.compile(
    r"\b(llc|l\.l\.c|inc|incorporated|corp|corporation|company|co|lp|llp|ltd|partners|group|trust|associates)\b\.?",
    re.IGNORECASE,
)
_LABELS = r"(?:first\s+)?named insured|insured(?: name)?|applicant|account(?: name)?|client|company"
_FOR = re.compile(r"\bfor\s+(?P<name>[A-Z0-9].{2,70}?)(?:\s+(?:below|attached|as of|follows)\b.*)?\.?$")
_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b")
_RUNNING = re.compile(
    r"(?<![\w'’.-])(?!(?:and|of|the|at|by|in|on|de|la|dba|aka|fka|a|an)\b)[a-z][a-z'’]+(?![\w'’]|\.\w)"
)
"""A word in small letters that no name has inside: ``quote``, ``is``, ``eff``."""


def names(document: ParsedDocument, grids: Sequence[Grid], pages: tuple[int, int]) -> tuple[FieldCandidate, ...]:
    """Return whose schedule it is as fields ``document_insured``, in order: one for each heading that names another."""
    first = _name_in(_above(grids[0]) if grids else []) or _name_in(_first_lines(document, pages))
    if first is None:
        return ()
    found = [first]
    for other in _further(grids[1:]):
        if _key(other) != _key(found[-1]):
            found.append(other)
    return tuple(found)


def _further(grids: Sequence[Grid]) -> Iterator[FieldCandidate]:
    for grid in grids:
        name = _name_in(_above(grid))
        if name is not None and name.confidence >= SURE:
            yield name


def _key(name: FieldCandidate) -> str:
    return re.sub(r"[^a-z0-9]", "", name.raw.casefold())


def _above(grid: Grid) -> list[Line]:
    return [Line(text=cell.text.strip(), place=cell.at) for row in grid.above for cell in row if cell.text]


def _first_lines(document: ParsedDocument, pages: tuple[int, int]) -> Sequence[Line]:
    running = [Line(text=text.strip()) for text in document.text.splitlines()[:40] if text.strip()]
    return running[:12] or lines_of(document, pages, most=12)


def _name_in(lines: Sequence[Line]) -> FieldCandidate | None:
    found = labelled(lines, _LABELS)
    if found:
        return _insured(found[0], found[1].at, 0.95)
    for line in lines[:5]:
        if _ENTITY.search(line.text) and len(line.text) < 110 and (name := _company(line.text)):
            return _insured(name, line.at, 0.8)
    if len(lines) > 1 and _TITLE.search(lines[1].text) and not _TITLE.search(lines[0].text) and " " in lines[0].text:
        return None if _is_sentence(lines[0].text) else _insured(lines[0].text, lines[0].at, 0.6)
    return None


def _company(text: str) -> str | None:
    """Return the company a line names: all of it, what stands beside the title of the list, or what a sentence says."""
    if not _TITLE.search(text):
        if _is_sentence(text):
            return next((text[start:end] for start, end in companies(text)), None)
        return text if len(text) < 80 else None
    parts: tuple[str, ...] = (*re.split(r"\s+[-–—|:]\s+", text), *_FOR.findall(text))
    for part in parts:
        if _ENTITY.search(part) and not _TITLE.search(part) and not _is_sentence(part):
            return part.strip(" ,")
    return None


def _is_sentence(text: str) -> bool:
    """Return whether a line has a date or running words in it; names written all in small letters have neither."""
    capitals = any(sign.isupper() for sign in text)
    return bool(_DATE.search(text) or (capitals and _RUNNING.search(text)))


def _insured(name: str, at: Location, confidence: float) -> FieldCandidate:
    return candidate(FIELD, name, "insured", method="text", at=at, confidence=confidence)
