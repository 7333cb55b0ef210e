"""Which policy years of a line the carriers' loss runs cover, and how fresh they are.

1. The window is ``[effective - N years, effective]``, cut at the start of the business; its years are policy years,
   named by the year they start in.
2. Coverage of a year is the union of the terms of that line; 335 days are enough, a year cut short needs all but 30.
3. Freshness is the newest valuation date among the line's terms.
4. A hole of more than 30 days between terms is a lapse when the years it touches still count as covered.
5. A term beside which no claims, no totals and no word of zero losses stand ("see separate report") covers nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from parsers.document import Scalar
from pipeline.submission import FiledDocument, Line

ENOUGH_DAYS = 335
SHORT_GAP = timedelta(days=30)
LONG_GAP = timedelta(days=365)
RUN_KINDS = frozenset({"loss_run", "no_loss_carrier"})
PACKAGE = frozenset({"general_liability", "commercial_property"})
_TOTALS = ("incurred", "paid", "reserve", "expense")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One policy term of a loss run. ``line`` is None where the run does not say it; ``valued`` its valuation date."""

    line: Line | None
    carrier: str
    policy_number: str
    start: date
    end: date
    valued: date | None
    document: FiledDocument
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LossClaim:
    """One claim of a loss run; amounts as the decimal strings read, ``is_open`` for open and reopened."""

    number: str
    line: Line | None
    policy_number: str
    date_of_loss: str
    incurred: str | None
    is_open: bool
    valued: date | None
    document: FiledDocument
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyYear:
    """One year of the window: ``name`` is the year it starts in, ``days`` how many of it are covered."""

    name: int
    start: date
    end: date
    days: int

    @property
    def covered(self) -> bool:
        """Return whether enough days are covered; a year cut at the business start needs all but 30."""
        length = (self.end - self.start).days
        return self.days >= min(ENOUGH_DAYS, length - SHORT_GAP.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the runs show for one line."""

    line: Line
    years: tuple[PolicyYear, ...]
    terms: tuple[Term, ...]
    gaps: tuple[tuple[date, date], ...]

    @property
    def missing(self) -> tuple[PolicyYear, ...]:
        """Return the years that are not covered, oldest first."""
        return tuple(year for year in self.years if not year.covered)

    @property
    def share(self) -> float:
        """Return the covered part of the window, 0 to 1."""
        return 1 - len(self.missing) / len(self.years) if self.years else 1.0

    @property
    def valued(self) -> date | None:
        """Return the newest valuation date."""
        return max((term.valued for term in self.terms if term.valued), default=None)

    @property
    def misses_a_new_year(self) -> bool:
        """Return whether one of the newest three years is missing."""
        return any(not year.covered for year in self.years[-3:])


def read_terms(documents: Iterable[FiledDocument], kinds: frozenset[str] = RUN_KINDS) -> tuple[Term, ...]:
    """Return every policy term that the runs show; a row without a start, or that says nothing, is no evidence."""
    found: list[Term] = []
    for document in documents:
        for table in document.tables if document.kind in kinds else ():
            if table.name == "terms":
                read = (_term(document, row.values, row.at.page) for row in table.rows)
                found.extend(term for term in read if term is not None)
    return tuple(found)


def read_claims(documents: Iterable[FiledDocument]) -> tuple[LossClaim, ...]:
    """Return every claim of the runs once; of one claim in two valuations the newer."""
    found: dict[str, LossClaim] = {}
    for document in documents:
        if document.kind not in RUN_KINDS:
            continue
        valued = max((term.valued for term in read_terms([document]) if term.valued), default=None)
        for table in document.tables:
            for row in table.rows if table.name == "claims" else ():
                claim = _claim(document, row.values, row.at.page, valued)
                known = found.get(claim.number)
                if known is None or (claim.valued or date.min) > (known.valued or date.min):
                    found[claim.number] = claim
    return tuple(found.values())


def coverage(line: Line, terms: Sequence[Term], *, effective: date, years: int, started: date | None) -> Coverage:
    """Return what ``terms`` cover of the last ``years`` policy years before ``effective``, from ``started`` on."""
    mine = tuple(term for term in terms if speaks_of(term, line))
    spans = _union((term.start, term.end) for term in mine)
    window = _window(effective, years, started, spans)
    return Coverage(line=line, years=window, terms=mine, gaps=_lapses(spans, window))


def speaks_of(term: Term, line: Line) -> bool:
    """Return whether a term is of the line; a package policy speaks of liability and property."""
    return term.line == line or (term.line == "business_owners" and line in PACKAGE)


def anniversary(day: date, years: int) -> date:
    """Move a day by whole years; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def as_date(value: Scalar) -> date | None:
    """Return an ISO date, or None for anything else."""
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def year_words(years: Iterable[int]) -> str:
    """Return years as people write them: ``2021``, ``2021, 2023``, ``2023–2025``."""
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def have(cover: Coverage) -> tuple[str, ...]:
    """Return what we have of a line, a sentence per carrier and valuation."""
    groups: dict[tuple[str, date | None], set[int]] = {}
    for term in cover.terms:
        for year in cover.years:
            if _overlap(term, year) * 2 >= (year.end - year.start).days:
                groups.setdefault((term.carrier, term.valued), set()).add(year.name)
    return tuple(_have_sentence(carrier, valued, years) for (carrier, valued), years in groups.items())


def _have_sentence(carrier: str, valued: date | None, years: set[int]) -> str:
    valuation = f" valued {valued.isoformat()}" if valued else " without a valuation date"
    return f"we have {year_words(years)}{' from ' + carrier if carrier else ''}{valuation}"


def _term(document: FiledDocument, values: Mapping[str, Scalar], page: int | None) -> Term | None:
    start = as_date(values.get("term_from"))
    if start is None or _is_silent(values):
        return None
    line = values.get("line")
    return Term(
        line=str(line) if line else None,
        carrier=str(values.get("carrier") or ""),
        policy_number=str(values.get("policy_number") or ""),
        start=start,
        end=as_date(values.get("term_to")) or anniversary(start, 1),
        valued=as_date(values.get("valuation_date")),
        document=document,
        page=page,
    )


def _is_silent(values: Mapping[str, Scalar]) -> bool:
    """Return whether a reader found neither claims of a term nor totals nor that there were none.

    A count of 0 is what it has read, not what is printed: a printed zero comes as ``zero_claims``.
    """
    if values.get("zero_claims") is not False or values.get("claim_count") not in (None, "", "0", 0):
        return False
    return all(values.get(name) in (None, "") for name in _TOTALS)


def _claim(document: FiledDocument, values: Mapping[str, Scalar], page: int | None, valued: date | None) -> LossClaim:
    line, incurred = values.get("line"), values.get("incurred")
    return LossClaim(
        number=str(values.get("claim_number") or ""),
        line=str(line) if line else None,
        policy_number=str(values.get("policy_number") or ""),
        date_of_loss=str(values.get("date_of_loss") or ""),
        incurred=str(incurred) if incurred is not None else None,
        is_open=values.get("status") in ("open", "reopened"),
        valued=valued,
        document=document,
        page=page,
    )


def _union(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    merged: list[tuple[date, date]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(
    effective: date, years: int, started: date | None, spans: Sequence[tuple[date, date]]
) -> tuple[PolicyYear, ...]:
    found = []
    for back in range(years, 0, -1):
        start, end = anniversary(effective, -back), anniversary(effective, 1 - back)
        name = start.year
        if started and started >= end - SHORT_GAP:
            continue
        start = max(start, started) if started else start
        days = sum(max((min(end, last) - max(start, first)).days, 0) for first, last in spans)
        found.append(PolicyYear(name=name, start=start, end=end, days=days))
    return tuple(found)


def _lapses(spans: Sequence[tuple[date, date]], window: Sequence[PolicyYear]) -> tuple[tuple[date, date], ...]:
    holes = [(one[1], two[0]) for one, two in pairwise(spans) if SHORT_GAP < two[0] - one[1] <= LONG_GAP]
    return tuple(hole for hole in holes if _is_lapse(hole, window))


def _is_lapse(hole: tuple[date, date], window: Sequence[PolicyYear]) -> bool:
    touched = [year for year in window if year.start < hole[1] and hole[0] < year.end]
    return bool(touched) and all(year.covered for year in touched)


def _overlap(term: Term, year: PolicyYear) -> int:
    return max((min(term.end, year.end) - max(term.start, year.start)).days, 0)
