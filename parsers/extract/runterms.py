"""Terms of a loss run while its rows are read, and what proves that none was lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from parsers.document import Check, Defect, Location, Row, Scalar
from parsers.extract.runheads import RunHead

AMOUNTS = ("paid", "expense", "reserve", "recovery", "incurred")
_NOT_WORD = re.compile(r"\W")
_CENT = Decimal("0.01")


@dataclass(slots=True)
class Term:
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
class Reading:
    """Everything found so far; ``grand`` are the printed totals of the whole report."""

    terms: list[Term] = field(default_factory=list)
    grand: dict[str, Decimal] = field(default_factory=dict)
    grand_count: int | None = None
    defects: list[Defect] = field(default_factory=list)

    def term(self, policy: str | None, start: str | None) -> Term:
        """Return the term of a policy and start date, opening it when it is new."""
        for term in self.terms:
            if _same(term.policy, policy) and (term.start == start or start is None):
                return term
        self.terms.append(Term(policy=policy, start=start))
        return self.terms[-1]


def _same(one: str | None, other: str | None) -> bool:
    """Compare policy numbers without the spaces that narrow columns break them with."""
    return one == other or _NOT_WORD.sub("", one or "") == _NOT_WORD.sub("", other or "")


def _sum(rows: Sequence[Row], name: str) -> Decimal:
    return sum((_amount(row, name) for row in rows), Decimal(0))


def _amount(row: Row, name: str) -> Decimal:
    return Decimal(str(row.values.get(name) or 0))


def checks(reading: Reading) -> Iterator[Check]:
    """Yield the checks a run allows: printed totals and counts against sums, and every row's own arithmetic."""
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
        parts = _amount(row, "paid") + _amount(row, "reserve") - _amount(row, "recovery")
        return parts + (_amount(row, "expense") if with_expense else 0) - _amount(row, "incurred")

    return any(all(gap(row, way) == 0 for row in rows) for way in (True, False))


def term_row(term: Term, head: RunHead) -> Row:
    """Return one row of the table ``terms``; printed totals stand before sums."""
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
        values[name] = cents(amount) if amount is not None else None
    if values["incurred"] is not None and values["recovery"] is None:
        values["recovery"] = "0.00"
    return Row(values=values, at=term.at)


def cents(amount: Decimal) -> str:
    """Return an amount with two decimals."""
    return str(amount.quantize(_CENT))
