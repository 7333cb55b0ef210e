"""Workers compensation: classes and payroll, states, owners and the experience modification."""

from __future__ import annotations

from decimal import Decimal

from pipeline.checks.case import Case
from pipeline.checks.finding import Finding, Rule, satisfied
from pipeline.checks.units import Unit
from pipeline.checks.words import in_words
from pipeline.submission import Line

MOD_PREMIUM = 5_000
OWNERSHIP = Decimal("99.5")
"""Percent of ownership that counts as all of it; thirds are written as 33."""


def class_payroll(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every class row has a state, a code and a payroll."""
    rows = [unit for unit in case.rows("class_rows") if unit.any("code", "payroll", "description")]
    return tuple(_class_row(unit) for unit in rows) or (Finding(),)


def _class_row(unit: Unit) -> Finding:
    name = " ".join(unit.text(column) for column in ("state", "code") if unit.text(column))
    location = unit.text("location")
    subject = f"class {name or unit.index + 1}" + (f", location {location}" if location else "")
    wanted = (("state", "state"), ("code", "class code"), ("payroll", "annual payroll"))
    missing = [words for column, words in wanted if not unit.has(column)]
    if not missing:
        return satisfied(subject)
    about = unit.text("description")
    return Finding(
        subject=subject,
        share=1 - len(missing) / len(wanted),
        variant="row",
        words={"class": subject + (f" ({about})" if about else ""), "missing": in_words(missing)},
        looked_at=unit.seen(),
        field=unit.field("payroll"),
    )


def state_sheets(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every state of Part 1 has a class row."""
    rated = {unit.text("state").upper() for unit in case.rows("class_rows")}
    found = []
    for state in _states(case):
        if state in rated:
            found.append(satisfied(state))
        else:
            found.append(Finding(subject=state, words={"state": state}))
    return tuple(found)


def _states(case: Case) -> list[str]:
    listed = {unit.text("value").upper() for unit in case.rows("wc_part1_states")}
    listed |= {part.strip().upper() for part in case.text("wc_part1_states").replace(";", ",").split(",")}
    return sorted(state for state in listed if len(state) == 2)


def owners(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every owner is listed, the shares make 100 %, and each is included or excluded."""
    if case.text("named_insureds[0].entity_type") == "not_for_profit":
        return ()
    people = case.rows("individuals")
    if not people:
        return (Finding(),)
    total = sum((unit.number("ownership_percent") or Decimal(0) for unit in people), Decimal(0))
    undecided = [unit.text("name") for unit in people if not unit.has("included")]
    missing = []
    if total < OWNERSHIP:
        missing.append(f"{len(people)} listed with {total.normalize():f} % of ownership; who holds the rest?")
    if undecided:
        missing.append(f"included or excluded for {', '.join(name or 'each owner' for name in undecided)}?")
    if not missing:
        return (satisfied(),)
    looked = tuple(place for unit in people for place in unit.seen())
    words = {"missing": " ".join(text[0].upper() + text[1:] for text in missing)}
    return (Finding(variant="part", share=0.5, words=words, looked_at=tuple(dict.fromkeys(looked))),)


def exclusion(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """An excluded owner comes with the state's signed election."""
    excluded = [unit for unit in case.rows("individuals") if unit.text("included").upper() == "EXC"]
    if not excluded:
        return ()
    if case.any_document("wc_exclusion_form"):
        return (satisfied(),)
    states = sorted({unit.text("state") for unit in excluded if unit.text("state")})
    names = ", ".join(unit.text("name") for unit in excluded if unit.text("name")) or "the excluded owner"
    return (Finding(words={"names": names, "state": f"{' and '.join(states)} " if states else ""}),)


def modification(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """A risk of 5,000 premium and two years has a worksheet, or is said not to be rated."""
    premium = _premium(case)
    years = _years(case)
    if premium is None or premium < MOD_PREMIUM or years is None or years <= 2:
        return ()
    factor = case.facts.fields.get("wc_mod_factor")
    unrated = factor is not None and "not rated" in f"{factor.value} {factor.raw}".lower()
    if unrated or case.any_document("exmod_worksheet"):
        return (satisfied(),)
    effective = case.effective
    words = {"premium": f"{premium / 1000:.0f}k" if premium >= 1000 else f"{premium:.0f}", "years": f"{years:.0f}"}
    words["rating_date"] = f" effective {effective:%m/%d/%Y}" if effective else ""
    return (Finding(words=words, share=0.5 if case.number("wc_mod_factor") else 0.0),)


def _premium(case: Case) -> Decimal | None:
    """Return the estimated annual premium: as stated, else from the class rows, else from payroll and rate."""
    stated = case.number("wc_premium_total") or case.number("lob_premium.workers_compensation")
    if stated:
        return stated
    rows = case.rows("class_rows")
    total = sum((_row_premium(unit) for unit in rows), Decimal(0))
    return total or None


def _row_premium(unit: Unit) -> Decimal:
    premium, payroll, rate = unit.number("premium"), unit.number("payroll"), unit.number("rate")
    if premium is not None:
        return premium
    return payroll * rate / 100 if payroll is not None and rate is not None else Decimal(0)


def _years(case: Case) -> Decimal | None:
    started = case.day("business_start_date")
    if started is None:
        return case.number("wc_years_in_business")
    return Decimal(((case.effective or case.as_of) - started).days) / Decimal("365.25")


def monopolistic(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """No payroll and no covered state belongs to a state fund. This one is for us, not for the agent."""
    found = {unit.text("state").upper() for unit in case.rows("class_rows")} | set(_states(case))
    found &= case.lists.monopolistic_states
    return tuple(Finding(subject=state, words={"state": state}) for state in sorted(found))
