"""What was read of one file beside its truth: kind, rows, and for loss runs the facts an underwriter goes by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from classifiers.judgement import Classification
from parsers.document import ExtractedTable, Row, Scalar
from parsers.values.amounts import decimal_of
from pipeline.measuring.listcorpus import ListCase
from pipeline.measuring.rowmatch import TableResult, compared_table
from pipeline.stages import ReadPart

SURE = 0.9
"""From here on a wrong kind is believed."""
FACTS = ("terms", "valuation", "claim_count", "total_incurred")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """One file. ``kind`` is ``right``, ``unknown`` or ``wrong``, with the ``confidence`` of it; ``facts`` by name."""

    name: str
    family: str
    style: str
    scanned: bool
    kind: str
    said: str
    confidence: float
    tables: tuple[TableResult, ...]
    facts: Mapping[str, bool]
    provable: bool
    seconds: float

    @property
    def false_proofs(self) -> tuple[str, ...]:
        """Return the tables that were called proven and are not what the document says."""
        return tuple(table.name for table in self.tables if table.proven and not table.sound)


def compared(case: ListCase, parts: Sequence[ReadPart], *, seconds: float) -> FileResult:
    """Compare what a file gave with what it is."""
    verdict, said, confidence = _kind(case, [part.classification for part in parts])
    tables = [table for part in parts for table in part.extraction.tables]
    return FileResult(
        name=case.name,
        family=case.family,
        style=case.style,
        scanned=case.style.startswith("scan"),
        kind=verdict,
        said=said,
        confidence=confidence,
        tables=tuple(_tables(case, tables)),
        facts=_facts(case, tables) if case.family == "loss_run" else {},
        provable=case.provable,
        seconds=seconds,
    )


def _kind(case: ListCase, judged: Sequence[Classification]) -> tuple[str, str, float]:
    """Return the verdict on the least right of the documents that were found in the file."""
    fine = {case.kind, *case.also}
    wrong = [one for one in judged if one.kind not in fine]
    worst = max(wrong, key=lambda one: (one.kind != "unknown", one.confidence), default=None)
    if worst is None:
        best = max(judged, key=lambda one: one.confidence, default=None)
        return ("right", best.kind, best.confidence) if best else ("unknown", "", 0.0)
    return ("unknown" if worst.kind == "unknown" else "wrong"), worst.kind, worst.confidence


def _tables(case: ListCase, tables: Sequence[ExtractedTable]) -> Iterable[TableResult]:
    """Yield the tables of the truth; of what only looks like a list every row read is one too many."""
    names = [name for name in case.tables if name != "answers"]
    if case.family == "decoys":
        names = list(dict.fromkeys(table.name for table in tables if table.rows))
    for name in names:
        mine = [table for table in tables if table.name == name]
        yield compared_table(name, case.tables.get(name, ()), mine)


def _facts(case: ListCase, tables: Sequence[ExtractedTable]) -> dict[str, bool]:
    """Return which facts of a loss run are exact; one the paper does not state is not among them."""
    terms = [row for table in tables if table.name == "terms" for row in table.rows]
    claims = [row for table in tables if table.name == "claims" for row in table.rows]
    truth = case.tables.get("terms", ())
    found = {
        "terms": sorted(map(_term, truth)) == sorted(_term(row.values) for row in terms),
        "valuation": {str(row.get("valuation_date")) for row in truth}
        == {str(row.values.get("valuation_date")) for row in terms},
    }
    if "claim_count" in case.facts:
        counts = sum(int(str(row.values.get("claim_count") or 0)) for row in terms)
        exact = counts == int(case.facts["claim_count"])
        listed = case.tables.get("claims")  # A letter may list the large ones alone.
        found["claim_count"] = exact and (not listed or len(claims) == len(listed))
    if "incurred" in case.facts:
        found["total_incurred"] = _sum(terms, "incurred") == decimal_of(case.facts["incurred"])
    return found


def _term(values: Mapping[str, Scalar]) -> tuple[str, ...]:
    policy = re.sub(r"\W", "", str(values.get("policy_number") or "")).upper()
    return (policy, *(str(values.get(name) or "") for name in ("term_from", "term_to", "line")))


def _sum(rows: Iterable[Row], column: str) -> Decimal:
    amounts = (decimal_of(str(row.values.get(column) or 0)) for row in rows)
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
