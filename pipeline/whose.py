"""Whose papers are whose: papers of another company are set aside, and so are its rows in a paper of ours.

A loss run may show the terms of two companies, a workbook may have a sheet for each. Rows under the heading of a
company that is clearly not the submission's say nothing here, nor do the claims of its policies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from parsers.document import ExtractedTable, Location, Row
from pipeline import assembly
from pipeline.submission import FiledDocument, SourcedCandidate, StrangeRows

SURE = 0.8
"""What a heading must be read with before rows below it are taken for somebody else's."""
_HEADING = "document_insured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """The names that a submission goes by, and its FEIN."""

    names: Sequence[str]
    fein: str | None = None

    def is_other(self, name: str | None, fein: str | None = None) -> bool:
        """Return whether a name is clearly another company's."""
        return assembly.is_other_insured(name, fein, self.names, self.fein)


def judged(
    document: FiledDocument, insured: assembly.Insured, said: Sequence[SourcedCandidate], ours: Ours
) -> FiledDocument:
    """Return a document that must be about us as far as it is: marked where nothing of it is, else without the rest.

    ``insured`` is whom it names first, ``said`` what was read in it.
    """
    headings = [one for one in said if one.candidate.field == _HEADING and one.candidate.confidence >= SURE]
    if not _is_ours_in_part(document, headings, ours):
        return replace(document, wrong_insured=ours.is_other(insured.name, insured.fein))
    tables, strange = _parted(document.tables, [one for one in headings if one.candidate.value], ours)
    return replace(document, tables=tables, strange=strange, wrong_insured=False)


def _is_ours_in_part(document: FiledDocument, headings: Iterable[SourcedCandidate], ours: Ours) -> bool:
    """Return whether a document names several insureds, of whom one at least is ours."""
    named = {str(one.candidate.value) for one in headings if one.candidate.value}
    named |= {str(row.values["insured"]) for row in _terms(document.tables) if row.values.get("insured")}
    return len(named) > 1 and not all(ours.is_other(name) for name in named)


def _terms(tables: Iterable[ExtractedTable]) -> Iterable[Row]:
    return (row for table in tables if table.name == "terms" for row in table.rows)


def _parted(
    tables: Sequence[ExtractedTable], headings: Sequence[SourcedCandidate], ours: Ours
) -> tuple[tuple[ExtractedTable, ...], tuple[StrangeRows, ...]]:
    gone = _policies(tables, ours)
    kept, strange = [], []
    for table in tables:
        others = [row for row in table.rows if _is_strange(table.name, row, headings, gone, ours)]
        if others:
            named = {id(row) for row in others}
            table = replace(table, rows=tuple(row for row in table.rows if id(row) not in named))
            strange.append(StrangeRows(table=table.name, rows=tuple(others)))
        kept.append(table)
    return tuple(kept), tuple(strange)


Policy = tuple[str, str]


def _policies(tables: Iterable[ExtractedTable], ours: Ours) -> frozenset[Policy]:
    """Return number and start of the terms that are another company's and not ours as well."""
    owned: dict[Policy, bool] = {}
    for row in _terms(tables):
        key = _policy(row.values)
        other = ours.is_other(str(row.values.get("insured") or ""))
        owned[key] = owned.get(key, True) and other
    return frozenset(key for key, other in owned.items() if other)


def _policy(values: Mapping[str, object]) -> Policy:
    return str(values.get("policy_number") or ""), str(values.get("term_from") or "")


def _is_strange(name: str, row: Row, headings: Sequence[SourcedCandidate], gone: frozenset[Policy], ours: Ours) -> bool:
    if name in ("terms", "claims"):
        return _policy(row.values) in gone
    heading = _heading(row.at, headings)
    return heading is not None and ours.is_other(str(heading.candidate.value))


def _heading(at: Location, headings: Sequence[SourcedCandidate]) -> SourcedCandidate | None:
    """Return the last heading above a row on its sheet, or before it in a print."""
    above = [one for one in headings if _is_above(one.candidate.at, at)]
    return above[-1] if above else None


def _is_above(heading: Location, row: Location) -> bool:
    if heading.sheet is not None or row.sheet is not None:
        return heading.sheet == row.sheet and _line(heading) <= _line(row)
    if heading.page is None or row.page is None:
        return False
    return (heading.page, heading.box[1] if heading.box else 0.0) <= (row.page, row.box[1] if row.box else 0.0)


def _line(at: Location) -> int:
    number = re.search(r"\d+$", at.cell or "")
    return int(number[0]) if number else 0
