"""Losses as the application declares them beside those that the carriers' runs show: each contradiction is one item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from pipeline import losses
from pipeline.agreement import amount
from pipeline.checks.case import Case
from pipeline.checks.conflicts import place, stands
from pipeline.checks.finding import Finding, Rule
from pipeline.checks.units import Unit
from pipeline.checks.words import us_date
from pipeline.doubts import SETTLED
from pipeline.submission import Line, LookedAt

NEAR = timedelta(days=3)
"""Days between two dates of one loss: the day it happened and the day it was noticed."""

_LINES: Mapping[Line, re.Pattern[str]] = {
    "general_liability": re.compile(r"\bgl\b|general|liab", re.IGNORECASE),
    "commercial_property": re.compile(r"prop", re.IGNORECASE),
    "commercial_auto": re.compile(r"auto|\bba\b|\bal\b", re.IGNORECASE),
    "workers_compensation": re.compile(r"\bw\.?c\b|work|comp", re.IGNORECASE),
}


def declared(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """LOSS-CONFLICT: what the application says of losses, and what the loss runs say, can both be true."""
    return (*_none_ticked(case), *_on_no_run(case), *_comp_counts(case))


def _none_ticked(case: Case) -> Iterable[Finding]:
    resolved = case.facts.fields.get("loss_none")
    if resolved is None or resolved.value is not True or not case.claims:
        return
    years = sorted({day.year for claim in case.claims if (day := losses.as_date(claim.date_of_loss))})
    count = len(case.claims)
    words = {"count": str(count), "claims": "claim" if count == 1 else "claims"}
    words["when"] = f" ({', '.join(str(year) for year in years)})" if years else ""
    words |= {"source": stands(case, resolved.source), "rival": _papers(case.claims)}
    looked = (*place(resolved.source), *_places(case.claims))
    yield Finding(share=0.5, words=words, field="loss_none", looked_at=looked)


def _on_no_run(case: Case) -> Iterable[Finding]:
    """A loss that the application lists stands on the runs, where those cover its day and were valued after it."""
    for unit in case.rows("losses"):
        cell = unit.cells.get("date")
        day = losses.as_date(unit.text("date"))
        if cell is None or day is None or cell.status in SETTLED:
            continue
        covering = _covering(case, unit, day)
        if not covering or any(_is_loss(unit, day, claim) for claim in case.claims):
            continue
        paid = amount(unit.text("paid"))
        facts = [us_date(day), f"{paid:,.0f} paid" if paid else "", unit.text("line")]
        words = {"loss": ", ".join(fact for fact in facts if fact), "source": stands(case, cell.source)}
        words["rival"] = " and ".join(dict.fromkeys(term.document.name for term in covering))
        looked = (*place(cell.source), *(LookedAt(document=t.document.id, page=t.page) for t in covering[:2]))
        yield Finding(subject=f"loss of {day.isoformat()}", variant="listed", share=0.5, words=words, looked_at=looked)


def _covering(case: Case, unit: Unit, day: date) -> list[losses.Term]:
    """Return the terms that must show a loss of that day: of every line it may be of, or none at all."""
    said = unit.text("line")
    lines = [line for line in case.facts.lines if line in _LINES and _LINES[line].search(said)]
    lines = lines or [line for line in case.facts.lines if line in _LINES]
    found: list[losses.Term] = []
    for line in lines:
        terms = [
            term
            for term in case.terms
            if losses.speaks_of(term, line)
            and term.start <= day < term.end
            and (term.valued or date.min) > day
            and term.document.id not in case.doubted
        ]
        if not terms:
            return []
        found.extend(terms)
    return found


def _is_loss(unit: Unit, day: date, claim: losses.LossClaim) -> bool:
    happened, paid = losses.as_date(claim.date_of_loss), amount(unit.text("paid"))
    if happened is None or abs(happened - day) <= NEAR:
        return True
    same_amount = paid is not None and paid > 0 and paid == amount(claim.incurred)
    return same_amount and happened.year == day.year


def _comp_counts(case: Case) -> Iterable[Finding]:
    """The 130 declares no fewer claims of a year than the comp run of that year shows."""
    for unit in case.rows("wc_prior"):
        cell, told = unit.cells.get("claims"), unit.number("claims")
        year = unit.text("year")[:4]
        if cell is None or told is None or not year.isdecimal() or cell.status in SETTLED:
            continue
        shown = _comp_claims(case, int(year))
        if len(shown) <= told:
            continue
        words = {"one": f"{told:f}", "other": str(len(shown)), "year": year}
        words |= {"source": stands(case, cell.source), "rival": _papers(shown)}
        looked = (*place(cell.source), *_places(shown))
        subject = f"workers comp claims {year}"
        yield Finding(subject=subject, variant="counted", share=0.5, words=words, looked_at=looked, field=cell.field)


def _comp_claims(case: Case, year: int) -> list[losses.LossClaim]:
    terms = [t for t in case.terms if t.line == "workers_compensation" and t.start.year == year]
    return [
        claim
        for claim in case.claims
        if claim.line == "workers_compensation"
        and (day := losses.as_date(claim.date_of_loss)) is not None
        and any(term.start <= day < term.end for term in terms)
    ]


def _papers(claims: Iterable[losses.LossClaim]) -> str:
    """Name the runs that claims stand on: ``runs.pdf (page 2)``."""
    first: dict[str, losses.LossClaim] = {}
    for claim in claims:
        first.setdefault(claim.document.id, claim)
    named = [f"{one.document.name} (page {one.page})" if one.page else one.document.name for one in first.values()]
    return " and ".join(named)


def _places(claims: Iterable[losses.LossClaim]) -> tuple[LookedAt, ...]:
    found = {claim.document.id: LookedAt(document=claim.document.id, page=claim.page) for claim in claims}
    return tuple(found.values())
