"""Carrier loss runs → terms and claims, with proof by printed totals.

Read are the grids of a PDF, of a workbook or, where a page has no ruled lines, columns found by their headers. Rows are
told by what they hold: a policy and two dates open a term, a claim number or a date of loss is a claim, "no claims" in
a term is the carrier's word that there are none, and a totals row closes the term it stands under.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from parsers.document import (
    Check,
    Defect,
    ExtractedTable,
    Extraction,
    Location,
    ParsedDocument,
    Proof,
    Row,
    Scalar,
    Table,
)
from parsers.extract.candidates import candidate
from parsers.extract.grids import Record, place, tables_on
from parsers.extract.headers import assign, vocabulary
from parsers.extract.layout import laid_out
from parsers.extract.lines import lines_of
from parsers.extract.runheads import RunHead, line_id, read_head
from parsers.values import Context, parse
from parsers.values.amounts import decimal_of

AMOUNTS = ("paid", "expense", "reserve", "recovery", "incurred")
_DATE = r"(\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{4}-\d{2}-\d{2})"
_SPAN = re.compile(_DATE + r"\s*(?:-|–|to|through|thru|/)?\s*" + _DATE, re.IGNORECASE)
_POLICY = re.compile(
    r"\b(?i:pol(?:icy)?(?:\s*(?:no|number|#)\.?)?)\s*:?\s+(?P<number>[A-Z0-9][A-Z0-9 -]*\d[A-Z0-9-]*)(?=[\s,;)]|$)"
)
_ZERO = re.compile(
    r"\bno\s+(?:\w+\s+)?(?:claims?|loss(?:es)?)\b(?:\s+(?:were|have|has|are|been|reported|found|recorded|to\s+report))*"
    r"|\b0\s+(?:claims?|losses)\b|\bthere\s+have\s+been\s+no\s+(?:claims|losses)\b|\bno\s+results\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"(\d+)\s+(?:claims?|loss(?:es)?)\b", re.IGNORECASE)
_STATUS = (("re", "reopened"), ("r", "reopened"), ("o", "open"), ("pend", "open"), ("c", "closed"))


@dataclass(slots=True)
class _Term:
    """One policy term while its rows are read."""

    policy: str | None = None
    start: str | None = None
    end: str | None = None
    line: str | None = None
    zero: bool = False
    printed: dict[str, Decimal] = field(default_factory=dict)
    count: int | None = None
    claims: list[Row] = field(default_factory=list)
    at: Location = Location()


@dataclass(slots=True)
class _Reading:
    """Everything found so far; ``grand`` are the printed totals of the whole report."""

    terms: list[_Term] = field(default_factory=list)
    grand: dict[str, Decimal] = field(default_factory=dict)
    grand_count: int | None = None
    defects: list[Defect] = field(default_factory=list)

    def term(self, policy: str | None, start: str | None) -> _Term:
        """Return the term of a policy and start date, opening it when it is new."""
        for term in self.terms:
            if _same(term.policy, policy) and (term.start == start or start is None):
                return term
        self.terms.append(_Term(policy=policy, start=start))
        return self.terms[-1]


def _same(one: str | None, other: str | None) -> bool:
    """Compare policy numbers without the spaces that narrow columns break them with."""
    return re.sub(r"\W", "", one or "") == re.sub(r"\W", "", other or "")


def read_loss_run(document: ParsedDocument, pages: tuple[int, int], as_of: date | None = None) -> Extraction:
    """Return the tables ``terms`` and ``claims`` of a loss run, and its insured as ``document_insured``."""
    lines = lines_of(document, pages)
    head = read_head(lines, as_of)
    reading = _Reading()
    tables = [table for table in tables_on(document, pages) if _is_claims(table)]
    if not tables:
        tables = [table for page in document.pages if pages[0] <= page.number <= pages[1] if (table := laid_out(page))]
    for table in tables:
        _read_table(table, reading, head, as_of)
    if not reading.terms:
        _read_statement([line.text for line in lines], reading, head, as_of)
    return _extraction(reading, head)


def _is_claims(table: Table) -> bool:
    return any(_columns(table, index) for index in range(min(len(table.rows), 60)))


def _columns(table: Table, index: int) -> dict[int, str]:
    """Return the meanings of a row when it is a header of claims, else nothing."""
    texts = [cell.text for cell in table.rows[index]]
    if sum(bool(text) for text in texts) < 4 or sum(bool(re.search(r"\d{3}", text)) for text in texts) > 1:
        return {}
    below = [[cell.text for cell in row] for row in table.rows[index + 1 : index + 40]]
    columns = assign(texts, [row for row in below if sum(map(bool, row)) > 3], vocabulary("claims"))
    names = set(columns.values())
    return columns if names & {"claim_number", "date_of_loss"} and names & {"incurred", "paid", "reserve"} else {}


def _read_table(table: Table, reading: _Reading, head: RunHead, as_of: date | None) -> None:
    columns: dict[int, str] = {}
    current: _Term | None = None
    for index, row in enumerate(table.rows):
        if found := _columns(table, index):
            columns = found
            continue
        texts = tuple(" ".join(cell.text.split()) for cell in row)
        if not any(texts):
            continue
        cells = {name: texts[at] for at, name in columns.items() if at < len(texts) and texts[at]}
        record = Record(cells=cells, texts=texts, at=place(row))
        current = _read_record(record, reading, current, head, as_of)


def _read_record(
    record: Record, reading: _Reading, current: _Term | None, head: RunHead, as_of: date | None
) -> _Term | None:
    joined = " ".join(text for text in record.texts if text)
    if record.total:
        _total(record, reading, current)
        return current
    if _opens_term(record, joined):
        return _open(joined, reading, record.at, as_of)
    if not record.cells.keys() & {"claim_number", "date_of_loss"} or _ZERO.fullmatch(
        record.cells.get("claim_number", "")
    ):
        return _zero(record, joined, reading, current, as_of)
    if not record.cells.keys() & set(AMOUNTS):
        return current
    return _claim(record, reading, current, head, as_of)


def _opens_term(record: Record, joined: str) -> bool:
    filled = sum(bool(text) for text in record.texts)
    return filled <= 3 and bool(_SPAN.search(joined)) and bool(_POLICY.search(joined))


def _span(text: str, as_of: date | None) -> tuple[str | None, str | None]:
    found = _SPAN.search(text)
    if not found:
        return None, None
    start, end = (parse("date", part, Context(as_of=as_of)).value for part in found.groups())
    return (start if isinstance(start, str) else None), (end if isinstance(end, str) else None)


def _open(joined: str, reading: _Reading, at: Location, as_of: date | None) -> _Term:
    start, end = _span(joined, as_of)
    before = joined[: found.start()] if (found := _SPAN.search(joined)) else joined
    before = re.sub(r"\b(?:policy\s+)?(?:term|period)\b\W*$", "", before.strip(), flags=re.IGNORECASE).strip(" ,;:")
    policy = _POLICY.search(before)
    term = reading.term(" ".join(policy["number"].split()).upper() if policy else None, start)
    term.end, term.at = end, at
    term.line = line_id(_SPAN.sub(" ", joined)) or term.line
    return term


def _described(record: Record, reading: _Reading, current: _Term | None, as_of: date | None) -> _Term | None:
    """Return the term a row belongs to: by its own policy and dates, else the one whose rows are being read."""
    context = Context(as_of=as_of, serial=True)
    start, end = _span(record.cells.get("term", ""), as_of)
    for name in ("term_from", "term_to"):
        value = parse("date", record.cells[name], context).value if name in record.cells else None
        if isinstance(value, str):
            start, end = (value, end) if name == "term_from" else (start, value)
    policy = record.cells.get("policy_number")
    if policy is None and start is None:
        return current
    term = reading.term(" ".join(policy.split()).upper() if policy else (current.policy if current else None), start)
    term.end = term.end or end
    term.line = line_id(record.cells.get("line", "")) or term.line
    if term.at == Location():
        term.at = record.at
    return term


def _zero(record: Record, joined: str, reading: _Reading, current: _Term | None, as_of: date | None) -> _Term | None:
    """Read a row without a claim: the carrier's word that the term has none, or a line of text that says nothing."""
    if not _ZERO.search(joined):
        return current
    alone = sum(bool(text) for text in record.texts) == 1
    term = current if alone else _described(record, reading, current, as_of)
    if term:
        term.zero = True
    return term


def _claim(record: Record, reading: _Reading, current: _Term | None, head: RunHead, as_of: date | None) -> _Term:
    term = _described(record, reading, current, as_of) or reading.term(None, None)
    context = Context(as_of=as_of, serial=True)
    cells = record.cells
    values: dict[str, Scalar] = {
        "claim_number": _unbroken(cells.get("claim_number"), record.at),
        "line": line_id(cells.get("line", "")) or term.line or head.line,
        "policy_number": term.policy,
        "term_from": term.start,
    }
    for name in ("date_of_loss", "reported"):
        if name in cells:
            values[name] = parse("date", cells[name], context).value
    values |= {name: cells[name] for name in ("claimant", "description") if name in cells}
    values["status"] = _status(cells.get("status", ""))
    for name in AMOUNTS:
        if name in cells and (amount := decimal_of(cells[name])) is not None:
            values[name] = _cents(abs(amount) if name == "recovery" else amount)
    if "incurred" in values:
        values.setdefault("recovery", "0.00")
    _check_number(values, record, reading)
    term.claims.append(Row(values={k: v for k, v in values.items() if v is not None}, at=record.at))
    return term


def _unbroken(number: str | None, at: Location) -> str | None:
    """Return a claim number whole again where a narrow printed column broke it."""
    return re.sub(r"(?<=[\d-])\s+(?=\d)", "", number) if number and at.page else number


def _check_number(values: dict[str, Scalar], record: Record, reading: _Reading) -> None:
    number = str(values.get("claim_number") or "")
    if re.fullmatch(r"\d(\.\d+)?E\+\d+", number, re.IGNORECASE):
        detail = f"claim number of {record.at.cell or 'a row'} was shortened by the spreadsheet"
        reading.defects.append(Defect(reason="bad_format", detail=detail, page=record.at.page))


def _status(text: str) -> str | None:
    folded = text.casefold().strip()
    return next((status for start, status in _STATUS if folded.startswith(start)), None)


def _cents(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01")))


def _total(record: Record, reading: _Reading, current: _Term | None) -> None:
    label = record.total or ""
    amounts = {name: decimal_of(record.cells[name]) for name in AMOUNTS if name in record.cells}
    printed = {
        name: abs(amount) if name == "recovery" else amount for name, amount in amounts.items() if amount is not None
    }
    count = int(found[1]) if (found := _COUNT.search(label)) else None
    if re.match(r"\W*(grand|report|overall)\b|\W*total\s*(all|claims)?\W*$", label, re.IGNORECASE) or current is None:
        reading.grand, reading.grand_count = printed, count
    else:
        current.printed, current.count = printed, count
        if count == 0:
            current.zero = True


def _read_statement(texts: Sequence[str], reading: _Reading, head: RunHead, as_of: date | None) -> None:
    """Read a letter or a run without a table: a policy with its dates, and the carrier's word that nothing happened."""
    whole = "\n".join(texts)
    if not _ZERO.search(whole):
        return
    for text in texts:
        if _SPAN.search(text) and _POLICY.search(text):
            term = _open(text, reading, Location(), as_of)
            term.zero, term.line = True, term.line or head.line


def _sum(rows: Sequence[Row], name: str) -> Decimal:
    return sum((Decimal(str(row.values.get(name) or 0)) for row in rows), Decimal(0))


def _checks(reading: _Reading) -> Iterator[Check]:
    everything = [row for term in reading.terms for row in term.claims]
    yield from _against(everything, reading.grand, reading.grand_count, "grand")
    for term in reading.terms:
        yield from _against(
            term.claims, term.printed, term.count, f"{term.policy or 'term'} {term.start or ''}".strip()
        )
    if everything:
        yield Check(name="paid + expense + reserve - recovery = incurred", ok=_rows_add_up(everything))


def _against(rows: Sequence[Row], printed: dict[str, Decimal], count: int | None, label: str) -> Iterator[Check]:
    for name, amount in printed.items():
        yield Check(name=f"{label}: sum {name} = printed total", ok=_sum(rows, name) == amount)
    if count is not None:
        yield Check(name=f"{label}: claims = printed count", ok=len(rows) == count)


def _rows_add_up(rows: Sequence[Row]) -> bool:
    """Return whether every row adds up one way; some carriers' paid holds the expense already."""

    def gap(row: Row, with_expense: bool) -> Decimal:
        parts = _sum([row], "paid") + _sum([row], "reserve") - _sum([row], "recovery")
        return parts + (_sum([row], "expense") if with_expense else 0) - _sum([row], "incurred")

    return any(all(gap(row, way) == 0 for row in rows) for way in (True, False))


def _term_row(term: _Term, head: RunHead) -> Row:
    values: dict[str, Scalar] = {
        "carrier": head.carrier,
        "line": term.line or head.line,
        "policy_number": term.policy,
        "term_from": term.start,
        "term_to": term.end,
        "valuation_date": head.valuation_date,
        "valuation_basis": head.valuation_basis,
        "insured": head.insured,
        "zero_claims": term.zero and not term.claims,
        "claim_count": str(len(term.claims)),
    }
    known = {name for row in term.claims for name in row.values if name in AMOUNTS} or set(term.printed)
    for name in AMOUNTS:
        amount = term.printed.get(name, _sum(term.claims, name) if name in known else None)
        values[name] = _cents(amount) if amount is not None else None
    if values["incurred"] is not None and values["recovery"] is None:
        values["recovery"] = "0.00"
    return Row(values=values, at=term.at)


def _extraction(reading: _Reading, head: RunHead) -> Extraction:
    checks = tuple(_checks(reading))
    proven = bool(checks) and all(check.ok for check in checks)
    claims = tuple(row for term in reading.terms for row in term.claims)
    terms = tuple(_term_row(term, head) for term in reading.terms)
    if not terms:
        reading.defects.append(Defect(reason="no_rows", detail="terms"))
    proof = Proof(proven=proven, rows=len(terms), checks=checks)
    insured = (
        candidate("document_insured", head.insured, "insured", method="text", at=head.insured_at)
        if head.insured
        else None
    )
    return Extraction(
        fields=(insured,) if insured else (),
        tables=(
            ExtractedTable(name="terms", rows=terms, proof=proof),
            ExtractedTable(name="claims", rows=claims, proof=replace(proof, rows=len(claims))),
        ),
        defects=tuple(reading.defects),
    )
