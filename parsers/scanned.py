"""Which pages of a document must be read by their looks, and what the document is once they were.

A page that was not read costs itself only: its reason stands beside it, and what else was read stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from parsers import registry
from parsers.document import Defect, Page, ParsedDocument
from parsers.limits import Limits
from parsers.sniff import PDF

_SMALLEST_SIDE: Final = 200.0
"""Pictures with a shorter side than this, in points, are logos and signatures."""
_UNREAD: Final = frozenset({"no_ocr_engine", "timeout", "parser_crashed", "out_of_memory", "output_too_large"})
"""Reasons of pages nobody looked at to the end."""


def wanted(document: ParsedDocument, media_type: str) -> tuple[int, ...]:
    """Return the numbers of the pages that carry a picture of text, or may: scans of a PDF, frames of a picture."""
    if media_type not in registry.SCANNED or document.status == "unreadable":
        return ()
    if media_type == PDF:
        there = {page.number for page in document.pages}
        marked = {defect.page for defect in document.defects if defect.reason == "no_text" and defect.page}
        return tuple(sorted(there & marked))
    return tuple(page.number for page in document.pages if min(page.width, page.height) >= _SMALLEST_SIDE)


def completed(
    document: ParsedDocument, told: Mapping[int, ParsedDocument], beyond: Sequence[int], limits: Limits
) -> ParsedDocument:
    """Put the pages that were read by their looks in their places; ``beyond`` are those there were too many of."""
    pages = tuple(_page(page, told.get(page.number)) for page in document.pages)
    defects = [defect for defect in document.defects if defect.reason != "no_text" or defect.page not in told]
    defects += [replace(defect, page=number) for number, one in told.items() for defect in one.defects]
    if beyond:
        count = f"{len(told) + len(beyond)} scanned pages, {limits.scanned_pages} are read"
        defects.append(Defect(reason="too_many_pages", detail=count, page=beyond[0]))
    defects.sort(key=lambda defect: defect.page or 0)
    whole = replace(
        document,
        pages=pages,
        defects=tuple(defects),
        status="partial" if defects else "read",
        reason=defects[0].reason if defects else None,
        seconds=round(document.seconds + sum(one.seconds for one in told.values()), 4),
    )
    return replace(whole, status="unreadable") if _nothing_read(whole, told) else whole


def _page(page: Page, told: ParsedDocument | None) -> Page:
    """Take a page as it was read; where its file has it, and how it is turned there, is known already."""
    if told is None or not told.pages or told.pages[0].scan is None:
        return page
    return replace(told.pages[0], number=page.number, rotation=page.rotation, images=page.images)


def _nothing_read(document: ParsedDocument, told: Mapping[int, ParsedDocument]) -> bool:
    """Tell whether every page is one that nobody could look at."""
    unread = {number for number, one in told.items() if any(defect.reason in _UNREAD for defect in one.defects)}
    return not document.widgets and all(page.number in unread for page in document.pages)
