"""Lists of a file that was not read to its end prove nothing, whatever their rows say."""

from __future__ import annotations

from dataclasses import replace

from parsers.document import Check, ExtractedTable, Extraction, ParsedDocument

CUT = frozenset(
    {"too_many_cells", "too_many_pages", "timeout", "damaged", "out_of_memory", "output_too_large", "page_too_large"}
)
"""Reasons that leave a part of a file unread."""
READ_WHOLE = "the file was read to its end"


def doubted(document: ParsedDocument, found: Extraction) -> Extraction:
    """Return the extraction with the proofs of its tables refused where the file was cut short."""
    if not any(defect.reason in CUT for defect in document.defects):
        return found
    return replace(found, tables=tuple(_unproven(table) for table in found.tables))


def _unproven(table: ExtractedTable) -> ExtractedTable:
    checks = (*table.proof.checks, Check(name=READ_WHOLE, ok=False))
    return replace(table, proof=replace(table.proof, proven=False, checks=checks))
