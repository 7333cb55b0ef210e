"""Every computed check by the name that rule files use, with the words its asks may speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.checks import (
    autos,
    buildings,
    declared,
    documents,
    forms,
    insured,
    liability,
    loss_history,
    places,
    resting,
    revisions,
    rowsets,
    workers,
)
from pipeline.checks.case import Case
from pipeline.checks.finding import Finding, Rule
from pipeline.submission import Line

Run = Callable[[Case, Rule, Line], tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Check:
    """A check and the placeholders its findings fill in titles and asks."""

    run: Run
    words: frozenset[str] = frozenset()


def _check(run: Run, *words: str) -> Check:
    return Check(run, frozenset(words))


CHECKS: Mapping[str, Check] = {
    "section_form": _check(forms.section_form, "form"),
    "edition": _check(forms.edition, "form", "edition"),
    "stale_form": _check(forms.stale_form, "form", "dated", "days"),
    "blank_field": _check(forms.blank_field, "field", "missing"),
    "explain_yes": _check(forms.explain_yes, "question"),
    "conflict": _check(rowsets.disagreements, "field", "one", "other", "source", "rival", "count"),
    "declared_missing": _check(documents.declared_missing, "form"),
    "unreadable": _check(documents.unreadable, "file", "trouble"),
    "locked": _check(documents.locked, "file"),
    "blank_form": _check(documents.blank_form, "file", "form"),
    "secure_link": _check(documents.secure_link, "file"),
    "link_only": _check(documents.link_only, "host"),
    "wrong_insured": _check(documents.wrong_insured, "file", "form", "rows"),
    "lists_proven": _check(resting.lists_proven, "file", "trouble", "form"),
    "doubtful_versions": _check(revisions.doubtful_versions, "file", "former", "differences"),
    "entity": _check(insured.entity, "suffix", "entity"),
    "fein": _check(insured.fein, "digits"),
    "effective_date": _check(insured.effective_date, "date"),
    "lines_agree": _check(insured.lines_agree, "mail", "forms"),
    "location_address": _check(insured.location_address, "location", "place"),
    "runs_present": _check(loss_history.runs_present, "years", "carrier", "by", "file"),
    "line_gap": _check(loss_history.line_gap, "lines", "years", "carrier"),
    "not_carrier": _check(loss_history.not_carrier, "years", "carrier"),
    "new_venture": _check(loss_history.new_venture),
    "years_covered": _check(loss_history.years_covered, "have", "years", "carrier", "partly"),
    "fresh": _check(loss_history.fresh, "valued", "days", "by"),
    "valued": _check(loss_history.valued, "file"),
    "large_losses": _check(loss_history.large_losses, "claim", "facts"),
    "declared": _check(declared.declared, "count", "claims", "when", "source", "rival", "loss", "one", "other", "year"),
    "prior_carrier": _check(loss_history.prior_carrier),
    "lapse": _check(loss_history.lapse, "from", "to"),
    "class_exposure": _check(liability.class_exposure, "class", "missing"),
    "cope": _check(buildings.cope, "building", "missing"),
    "values": _check(buildings.values, "building"),
    "statement": _check(buildings.statement, "reason"),
    "mismatch": _check(places.values_agree, "schedule", "sections", "missing", "extra", "source", "rival"),
    "updates": _check(buildings.updates, "building", "built", "missing"),
    "roof": _check(buildings.roof, "building", "missing", "state"),
    "protection": _check(buildings.protection, "building"),
    "income": _check(buildings.income, "limit"),
    "engineering": _check(buildings.engineering, "total"),
    "driver_fields": _check(autos.driver_fields, "driver", "missing"),
    "vehicle_vin": _check(autos.vehicle_vin, "vehicle", "length", "year", "suggestion"),
    "garaging": _check(autos.garaging, "vehicle"),
    "radius": _check(autos.radius, "vehicle"),
    "cost_new": _check(autos.cost_new, "vehicle"),
    "state_forms": _check(autos.state_forms, "state", "states", "received"),
    "filings": _check(autos.filings, "reason"),
    "class_payroll": _check(workers.class_payroll, "class", "missing"),
    "state_sheets": _check(workers.state_sheets, "state"),
    "owners": _check(workers.owners, "missing"),
    "exclusion": _check(workers.exclusion, "names", "state"),
    "modification": _check(workers.modification, "premium", "years", "rating_date"),
    "monopolistic": _check(workers.monopolistic, "state"),
}
