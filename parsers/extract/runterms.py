"""Terms and claims of a loss run while its rows are read, and what proves that none was lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from sys import intern

from parsers.document import Defect, Location, Row, Scalar
from parsers.extract.runheads import RunHead

AMOUNTS = ("paid", "expense", "reserve", "recovery", "incurred")
_NOT_WORD = re.compile(r"\W")
_CENT = Decimal("0.01")


@dataclass(slots=True)
class Term:
    """One policy term while its rows are read; ``printed`` and ``count`` are what stands under it.

    ``total_at`` is the label of a total below its claims, and from which claim to which it may stand for.
    """

    policy: str | None = None
    start: str | None = None
    end: str | None = None
    line: str | None = None
    insured: str | None = None
    carrier: str | None = None
    valued: tuple[str, str] | None = None
    year: int | None = None
    zero: bool = False
    summed: bool = False
    closed: bool = False
    printed: dict[str, Decimal] = field(default_factory=dict)
    count: int | None = None
    claims: list[Claim] = field(default_factory=list)
    at: Location = Location()
    total_at: tuple[str, int, int] | None = None


@dataclass(slots=True)
class Claim:
    """One claim while its lines are read: the text of its cells by meaning, and where they stood.

    ``blank`` are the amounts it has a column for: where nothing stands there, it is nothing.
    """

    cells: dict[str, str]
    term: Term | None
    places: list[Location]
    line: str | None = None
    row: Row | None = None
    blank: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A printed sum or count of more than one term: the ranges of claims it may span, in reading order."""

    label: str
    amounts: dict[str, Decimal]
    count: int | None
    spans: tuple[tuple[int, int], ...]
    line: str | None = None
    insured: str | None = None


@dataclass(slots=True)
class Reading:
    """Everything found so far. ``figures`` counts amounts in the region of rows, ``unused`` those nobody read.

    ``beside`` counts those on lines of claims that are in none of their cells.

    ``unknown``: there are columns of figures whose meaning nobody knows; ``guessed``: arithmetic alone tells it.
    ``spans`` are the days on which terms begin that are named anywhere, ``numbers`` those of the claims met,
    and ``strange`` what looks like one of them and is none. ``columns`` is what the cells of claims mean,
    ``merged`` the reserves that two columns tell, of losses and of expense.
    ``set_apart``: a table has columns of figures whose meaning is not known, or its rows were told apart by place.
    """

    terms: list[Term] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    printed: list[Printed] = field(default_factory=list)
    carried: list[tuple[int, dict[str, Decimal]]] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    sums: list[tuple[str, bool]] = field(default_factory=list)
    partial: bool = False
    cropped: bool = False
    amounts: list[Decimal] = field(default_factory=list)
    figures: int = 0
    unused: int = 0
    beside: int = 0
    scanned: bool = False
    set_apart: bool = False
    twice: int = 0
    unknown: bool = False
    guessed: bool = False
    spans: set[str] = field(default_factory=set)
    numbers: list[str] = field(default_factory=list)
    strange: tuple[str, ...] = ()
    columns: set[str] = field(default_factory=set)
    merged: list[tuple[Decimal, Decimal]] = field(default_factory=list)
    known: dict[tuple[str, str | None], Term] = field(default_factory=dict)
    _years: dict[tuple[str, int], Term] = field(default_factory=dict)

    def term(self, policy: str | None, start: str | None, year: int | None = None) -> Term:
        """Return the term of a policy and start date, opening it when it is new."""
        key = _NOT_WORD.sub("", policy or "").upper()
        by_year = start is None and year is not None
        found = self._years.get((key, year or 0)) if by_year else self.known.get((key, start))
        if found is None:
            found = Term(policy=policy, start=start, year=year)
            self.terms.append(found)
            self.known[key, start] = found
            self.known.setdefault((key, None), found)
            if start or year:
                self._years.setdefault((key, int(start[:4]) if start else year or 0), found)
        return found


def term_row(term: Term, head: RunHead) -> Row:
    """Return one row of the table ``terms``; printed totals stand before sums.

    Where the run says that there were no claims, every amount is nothing.
    """
    own = [claim.row for claim in term.claims if claim.row]
    basis, valued = term.valued or (head.valuation_basis, head.valuation_date)
    zero = (term.zero or term.count == 0) and not own and bool(term.policy and term.start)
    values: dict[str, Scalar] = {
        "carrier": term.carrier or head.carrier,
        "line": term.line or head.line,
        "policy_number": term.policy,
        "term_from": term.start,
        "term_to": term.end,
        "valuation_date": valued,
        "valuation_basis": basis,
        "insured": term.insured or head.insured,
        "zero_claims": zero,
        "claim_count": _count(term, own, zero=zero),
    }
    own_names = {name for row in own for name in row.values if name in AMOUNTS}
    known = own_names or (set(AMOUNTS) if zero else set(term.printed))
    for name in AMOUNTS:
        summed = sum((amount_of(row, name) for row in own), Decimal(0)) if name in known else None
        amount = term.printed.get(name, summed)
        values[name] = cents(amount) if amount is not None else None
    if values["incurred"] is not None and values["recovery"] is None:
        values["recovery"] = "0.00"
    return Row(values=values, at=term.at)


def _count(term: Term, own: Sequence[Row], *, zero: bool) -> str | None:
    """Return how many claims a term has; None where nothing is said of them."""
    if term.count is not None:
        return str(term.count)
    return str(len(own)) if own or zero or any(not amount for amount in term.printed.values()) else None


def amount_of(row: Row, name: str) -> Decimal:
    """Return an amount of a row; what is not there is nothing."""
    return _decimal(str(row.values.get(name) or 0))


_decimal = lru_cache(maxsize=8192)(Decimal)


def cents(amount: Decimal) -> str:
    """Return an amount with two decimals; long runs say the same ones again and again, so equal texts are one."""
    return intern(str(amount.quantize(_CENT)))
