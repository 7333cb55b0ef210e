"""Loss runs, prior carriers and lapses, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from pipeline import losses
from pipeline.agreement import amount
from pipeline.checks.case import Case
from pipeline.checks.finding import Finding, Rule, satisfied
from pipeline.checks.words import us_date
from pipeline.losses import Coverage, PolicyYear
from pipeline.submission import LINES, FiledDocument, Line, LookedAt

STALE_DAYS, AMBER_DAYS = 120, 90
LARGE = 25_000
AGENT_SUMMARY = frozenset({"loss_summary_agent"})


def runs_present(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """LOSS-MISSING: a carrier's report of the line is here; other codes speak where there is something instead."""
    cover = case.coverage(line)
    if cover.terms:
        return (satisfied(),)
    if case.is_new_venture or case.terms or _only_summary(case):
        return ()
    silent = case.of_kind("loss_run", "no_loss_carrier")
    words = {
        "years": _years(cover.years),
        "carrier": _from_carriers(case, line, cover.years),
        "by": _valued_after(case),
    }
    if silent:
        words["file"] = silent[0].name
        looked = _places(silent)
        return (Finding(words=words, variant="unread", state="partially_received", share=0.25, looked_at=looked),)
    return (Finding(words=words),)


def line_gap(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """LOSS-LINE-GAP: there are runs, but none for this line."""
    cover = case.coverage(line)
    if cover.terms or not case.terms or case.is_new_venture:
        return ()
    shown = dict.fromkeys(LINES.get(term.line, term.line) for term in case.terms if term.line)
    words = {
        "lines": ", ".join(shown) or "another line",
        "years": _years(cover.years),
        "carrier": _from_carriers(case, line, cover.years),
    }
    return (Finding(words=words, looked_at=_places(case.of_kind(*losses.RUN_KINDS))),)


def not_carrier(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """LOSS-NOT-CARRIER: only a summary typed by the agency is here."""
    if case.is_new_venture or case.terms or not _only_summary(case):
        return ()
    cover = case.coverage(line)
    words = {"years": _years(cover.years), "carrier": _from_carriers(case, line, cover.years)}
    looked = _places(case.of_kind(*AGENT_SUMMARY))
    return (Finding(state="partially_received", share=0.25, words=words, looked_at=looked),)


def _only_summary(case: Case) -> bool:
    return bool(case.of_kind(*AGENT_SUMMARY)) and not case.of_kind(*losses.RUN_KINDS)


def new_venture(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """LOSS-NEW-VENTURE: a young business without a prior carrier signs that it knows of no losses."""
    if not case.is_new_venture or case.terms:
        return ()
    return (satisfied(),) if case.any_document("no_known_loss_letter") else (Finding(),)


def years_covered(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """LOSS-YEARS-GAP: every policy year of the window is covered by some run."""
    cover = case.coverage(line)
    if not cover.terms or case.is_new_venture:
        return ()
    if not cover.missing:
        return (satisfied(),)
    have = losses.have(cover)
    words = {
        "have": _joined(have) or "we have a run that covers none of the years needed",
        "years": _years(cover.missing),
        "carrier": _per_forms(case, line, cover.missing),
        "partly": _partly(cover.missing),
    }
    return (
        Finding(
            subject=", ".join(str(year.name) for year in cover.missing),
            state="partially_received",
            share=cover.share,
            words=words,
            have=have,
            severity="blocking" if cover.misses_a_new_year else None,
            looked_at=_places(_papers(cover)),
        ),
    )


def fresh(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """LOSS-STALE: the newest valuation is at most 120 days old, 90 when a claim is open."""
    cover = case.coverage(line)
    if cover.valued is None:
        return ()
    age = (case.as_of - cover.valued).days
    papers = {paper.id for paper in _papers(cover)}
    open_claim = any(claim.is_open and claim.document.id in papers for claim in case.claims)
    if age <= (AMBER_DAYS if open_claim else STALE_DAYS):
        return (satisfied(),)
    words = {"valued": cover.valued.isoformat(), "days": str(age), "by": _valued_after(case)}
    return (Finding(share=0.5, words=words, have=losses.have(cover), looked_at=_places(_papers(cover))),)


def valued(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """LOSS-NO-VALUATION: every run says as of when it speaks."""
    found: list[Finding] = []
    for document in case.of_kind(*losses.RUN_KINDS):
        terms = losses.read_terms([document])
        if terms and not any(term.valued for term in terms):
            found.append(
                Finding(subject=document.name, share=0.5, words={"file": document.name}, looked_at=_places([document]))
            )
    return tuple(found)


def large_losses(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """LOSS-LARGE-DETAIL: every open claim and every one above 25,000 has a word from the agent that names it."""
    found = []
    for claim in case.claims:
        incurred = amount(claim.incurred)
        large = incurred is not None and incurred > LARGE
        if not claim.number or not (large or claim.is_open):
            continue
        if line != _line_of(claim, case):
            continue
        if case.said(claim.number):
            found.append(satisfied(claim.number))
            continue
        day = losses.as_date(claim.date_of_loss)
        facts = [f"{day:%m/%Y}" if day else "", f"{incurred:,.0f} incurred" if incurred is not None else ""]
        facts.append("open" if claim.is_open else "closed")
        words = {"claim": claim.number, "facts": ", ".join(fact for fact in facts if fact)}
        looked = (LookedAt(document=claim.document.id, page=claim.page),)
        found.append(Finding(subject=claim.number, share=0.5, words=words, looked_at=looked))
    return tuple(found)


def _line_of(claim: losses.LossClaim, case: Case) -> Line:
    """Return the requested line a claim is asked about; a package claim, or one of no line, goes with the first."""
    if claim.line is None or claim.line == "business_owners":
        return case.facts.lines[0]
    return claim.line


def prior_carrier(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """PRIOR-CARRIER: the forms or a run name who insured the line so far."""
    if case.is_new_venture:
        return ()
    return (satisfied(),) if case.prior_carriers(line) or case.coverage(line).terms else (Finding(),)


def lapse(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """COV-GAP: no hole of more than 30 days between terms."""
    cover = case.coverage(line)
    found = []
    for start, end in cover.gaps:
        words = {"from": us_date(start), "to": us_date(end)}
        found.append(Finding(subject=f"{start.isoformat()} to {end.isoformat()}", words=words))
    return tuple(found) or ((satisfied(),) if cover.terms else ())


def _years(years: Sequence[PolicyYear]) -> str:
    """``2021 and 2022 terms``, ``2022 through 2026 terms``."""
    names = [year.name for year in years]
    if not names:
        return "current term"
    if len(names) == 1:
        return f"{names[0]} term"
    if len(names) > 2 and names[-1] - names[0] == len(names) - 1:
        return f"{names[0]} through {names[-1]} terms"
    return f"{', '.join(str(name) for name in names[:-1])} and {names[-1]} terms"


def _carriers(case: Case, line: Line, years: Sequence[PolicyYear]) -> tuple[str, ...]:
    known: Mapping[int, str] = case.prior_carriers(line)
    return tuple(dict.fromkeys(known[year.name] for year in years if year.name in known))


def _from_carriers(case: Case, line: Line, years: Sequence[PolicyYear]) -> str:
    carriers = _carriers(case, line, years) or tuple(dict.fromkeys(case.prior_carriers(line).values()))
    return f" from {' and '.join(carriers)}" if carriers else ""


def _per_forms(case: Case, line: Line, years: Sequence[PolicyYear]) -> str:
    form = "130" if line == "workers_compensation" else "125"
    carriers = _carriers(case, line, years)
    return f" ({' and '.join(carriers)} per your {form})" if carriers else ""


def _partly(years: Sequence[PolicyYear]) -> str:
    """Say where a year is covered in part, so that nobody sends again what is here."""
    part = [f"{year.name} is covered for {year.days} days only" for year in years if year.days > 30]
    return f" ({'; '.join(part)})" if part else ""


def _valued_after(case: Case) -> str:
    oldest: date = case.as_of - timedelta(days=AMBER_DAYS)
    return oldest.isoformat()


def _joined(sentences: Sequence[str]) -> str:
    return " and ".join([sentences[0], *(s.removeprefix("we have ") for s in sentences[1:])]) if sentences else ""


def _papers(cover: Coverage) -> tuple[FiledDocument, ...]:
    return tuple({term.document.id: term.document for term in cover.terms}.values())


def _places(documents: Sequence[FiledDocument]) -> tuple[LookedAt, ...]:
    return tuple(LookedAt(document=document.id, page=document.pages[0]) for document in documents)
