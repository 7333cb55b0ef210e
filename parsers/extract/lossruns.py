"""Carrier loss runs → terms and claims, with proof by printed totals.

Read are the grids of a PDF, of a workbook or, where a page has no ruled lines, columns found by their headers. Rows are
told by what they hold: a policy and two dates open a term, a claim number or a date of loss is a claim, "no claims" in
a term is the carrier's word that there are none, and a totals row closes the term it stands under.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from parsers.document import (
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
from parsers.extract.headers import assign, meanings, vocabulary
from parsers.extract.layout import laid_out
from parsers.extract.lines import lines_of
from parsers.extract.runheads import RunHead, line_id, read_head
from parsers.extract.runterms import AMOUNTS, Reading, Term, cents, checks, term_row
from parsers.values import Context, parse
from parsers.values.amounts import decimal_of

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
_SHORTENED = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
_BROKEN = re.compile(r"(?<=[\d-])\s+(?=\d)")
_LONG_NUMBER = re.compile(r"\d{3}")
_SEARCHED_ROWS = 60
"""A table of claims has its first header among this many rows."""
_STATUS = (("re", "reopened"), ("r", "reopened"), ("o", "open"), ("pend", "open"), ("c", "closed"))


def read_loss_run(document: ParsedDocument, pages: tuple[int, int], as_of: date | None = None) -> Extraction:
    """Return the tables ``terms`` and ``claims`` of a loss run, and its insured as ``document_insured``."""
    lines = lines_of(document, pages)
    head = read_head(lines, as_of)
    reading = Reading()
    tables = [(table, _headers(table)) for table in tables_on(document, pages)]
    tables = [(table, headers) for table, headers in tables if min(headers, default=_SEARCHED_ROWS) < _SEARCHED_ROWS]
    if not tables:
        laid = [table for page in document.pages if pages[0] <= page.number <= pages[1] if (table := laid_out(page))]
        tables = [(table, _headers(table)) for table in laid]
    for table, headers in tables:
        _read_table(table, headers, reading, head, as_of)
    if not reading.terms:
        _read_statement([line.text for line in lines], reading, head, as_of)
    return _extraction(reading, head)


def _headers(table: Table) -> dict[int, dict[int, str]]:
    """Return row → column → meaning for the rows that are headers of claims."""
    texts = [[cell.text for cell in row] for row in table.rows]
    return {index: found for index in range(len(texts)) if (found := _columns(texts, index))}


def _columns(rows: Sequence[Sequence[str]], index: int) -> dict[int, str]:
    """Return the meanings of a row when it is a header of claims, else nothing."""
    texts, claims = rows[index], vocabulary("claims")
    if sum(map(bool, texts)) < 4 or sum(_LONG_NUMBER.search(text) is not None for text in texts) > 1:
        return {}
    if not _heads_claims({name for text in texts for name in meanings(text, claims)}):
        return {}
    columns = assign(texts, [row for row in rows[index + 1 : index + 40] if sum(map(bool, row)) > 3], claims)
    return columns if _heads_claims(set(columns.values())) else {}


def _heads_claims(names: set[str]) -> bool:
    return bool(names & {"claim_number", "date_of_loss"} and names & {"incurred", "paid", "reserve"})


def _read_table(
    table: Table, headers: Mapping[int, dict[int, str]], reading: Reading, head: RunHead, as_of: date | None
) -> None:
    columns: dict[int, str] = {}
    current: Term | None = None
    for index, row in enumerate(table.rows):
        if index in headers:
            columns = headers[index]
            continue
        texts = tuple(" ".join(cell.text.split()) for cell in row)
        if not any(texts):
            continue
        cells = {name: texts[at] for at, name in columns.items() if at < len(texts) and texts[at]}
        record = Record(cells=cells, texts=texts, at=place(row))
        current = _read_record(record, reading, current, head, as_of)


def _read_record(
    record: Record, reading: Reading, current: Term | None, head: RunHead, as_of: date | None
) -> Term | None:
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


def _open(joined: str, reading: Reading, at: Location, as_of: date | None) -> Term:
    start, end = _span(joined, as_of)
    before = joined[: found.start()] if (found := _SPAN.search(joined)) else joined
    before = re.sub(r"\b(?:policy\s+)?(?:term|period)\b\W*$", "", before.strip(), flags=re.IGNORECASE).strip(" ,;:")
    policy = _POLICY.search(before)
    term = reading.term(" ".join(policy["number"].split()).upper() if policy else None, start)
    term.end, term.at = end, at
    term.line = line_id(_SPAN.sub(" ", joined)) or term.line
    return term


def _described(record: Record, reading: Reading, current: Term | None, as_of: date | None) -> Term | None:
    """Return the term a row belongs to: by its own policy and dates, else the one whose rows are being read."""
    start, end = _span(record.cells.get("term", ""), as_of)
    for name in ("term_from", "term_to"):
        value = _day(record.cells[name], as_of) if name in record.cells else None
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


@lru_cache(maxsize=64)  # The two dates of a term stand in each of its rows.
def _day(text: str, as_of: date | None) -> Scalar:
    return parse("date", text, Context(as_of=as_of, serial=True)).value


def _zero(record: Record, joined: str, reading: Reading, current: Term | None, as_of: date | None) -> Term | None:
    """Read a row without a claim: the carrier's word that the term has none, or a line of text that says nothing."""
    if not _ZERO.search(joined):
        return current
    alone = sum(bool(text) for text in record.texts) == 1
    term = current if alone else _described(record, reading, current, as_of)
    if term:
        term.zero = True
    return term


def _claim(record: Record, reading: Reading, current: Term | None, head: RunHead, as_of: date | None) -> Term:
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
            values[name] = cents(abs(amount) if name == "recovery" else amount)
    if "incurred" in values:
        values.setdefault("recovery", "0.00")
    _check_number(values, record, reading)
    term.claims.append(Row(values={k: v for k, v in values.items() if v is not None}, at=record.at))
    return term


def _unbroken(number: str | None, at: Location) -> str | None:
    """Return a claim number whole again where a narrow printed column broke it."""
    return _BROKEN.sub("", number) if number and at.page else number


def _check_number(values: dict[str, Scalar], record: Record, reading: Reading) -> None:
    number = str(values.get("claim_number") or "")
    if _SHORTENED.fullmatch(number):
        detail = f"claim number of {record.at.cell or 'a row'} was shortened by the spreadsheet"
        reading.defects.append(Defect(reason="bad_format", detail=detail, page=record.at.page))


def _status(text: str) -> str | None:
    folded = text.casefold().strip()
    return next((status for start, status in _STATUS if folded.startswith(start)), None)


def _total(record: Record, reading: Reading, current: Term | None) -> None:
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


def _read_statement(texts: Sequence[str], reading: Reading, head: RunHead, as_of: date | None) -> None:
    """Read a letter or a run without a table: a policy with its dates, and the carrier's word that nothing happened."""
    whole = "\n".join(texts)
    if not _ZERO.search(whole):
        return
    for text in texts:
        if _SPAN.search(text) and _POLICY.search(text):
            term = _open(text, reading, Location(), as_of)
            term.zero, term.line = True, term.line or head.line


def _extraction(reading: Reading, head: RunHead) -> Extraction:
    done = tuple(checks(reading))
    proven = bool(done) and all(check.ok for check in done)
    claims = tuple(row for term in reading.terms for row in term.claims)
    terms = tuple(term_row(term, head) for term in reading.terms)
    if not terms:
        reading.defects.append(Defect(reason="no_rows", detail="terms"))
    proof = Proof(proven=proven, rows=len(terms), checks=done)
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
