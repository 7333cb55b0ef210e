"""Lists of a file that was not read to its end, or that was cut before it came here: they prove nothing."""

from __future__ import annotations

import re
from dataclasses import replace

from parsers.document import Check, ExtractedTable, Extraction, ParsedDocument

CUT = frozenset(
    {"too_many_cells", "too_many_pages", "timeout", "damaged", "out_of_memory", "output_too_large", "page_too_large"}
)
"""Reasons that leave a part of a file unread."""
READ_WHOLE = "the file was read to its end"


def doubted(document: ParsedDocument, found: Extraction) -> Extraction:
    """Return the extraction with the proofs of its tables refused where the file was cut short."""
    if document.status == "read" and not any(defect.reason in CUT for defect in document.defects):
        return found
    return replace(found, tables=tuple(_unproven(table) for table in found.tables))


_PAGE_OF = re.compile(r"\bpage\s+(\d{1,4})\s*(?:of|/)\s*(\d{1,4})\b", re.IGNORECASE)


def pages_printed(document: ParsedDocument) -> tuple[int, int] | None:
    """Return how many pages a file says it has and how many of them are here, from ``Page 2 of 7`` on its pages.

    None where fewer than two pages say so, or where they speak of several papers.
    """
    told: set[int] = set()
    here: list[int] = []
    for page in document.pages:
        ends = " ".join([word.text for word in (*page.words[:60], *page.words[-40:])])
        found = _PAGE_OF.search(ends)
        if found:
            told.add(int(found[2]))
            here.append(int(found[1]))
    if len(told) != 1 or len(here) < 2 or len(set(here)) != len(here) or max(here) > max(told):
        return None
    return told.pop(), len(here)


def _unproven(table: ExtractedTable) -> ExtractedTable:
    checks = (*table.proof.checks, Check(name=READ_WHOLE, ok=False))
    return replace(table, proof=replace(table.proof, proven=False, checks=checks))
