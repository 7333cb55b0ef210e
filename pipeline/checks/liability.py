"""General liability: the schedule of hazards."""

from __future__ import annotations

from pipeline.checks.case import Case
from pipeline.checks.finding import Finding, Rule, satisfied
from pipeline.checks.units import Unit
from pipeline.checks.words import in_words
from pipeline.submission import Line


def class_exposure(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every class has a code or a description, a premium basis and an amount."""
    rows = [unit for unit in case.rows("hazards") if unit.any("class_code", "class_description", "exposure")]
    return tuple(_hazard(unit) for unit in rows) or (Finding(),)


def _hazard(unit: Unit) -> Finding:
    name = unit.text("class_description") or unit.text("class_code")
    subject = f"class {name}" if name else f"hazard {unit.index + 1}"
    missing = []
    if not name:
        missing.append("class code or description")
    if not unit.has("premium_basis"):
        missing.append("premium basis (payroll, sales, area, units)")
    if not unit.has("exposure"):
        missing.append("amount of exposure")
    if not missing:
        return satisfied(subject)
    return Finding(
        subject=subject,
        share=1 - len(missing) / 3,
        variant="row",
        words={"class": name or f"row {unit.index + 1}", "missing": in_words(missing)},
        looked_at=unit.seen(),
        field=unit.field("exposure"),
    )
