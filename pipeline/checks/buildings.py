"""Property: construction and occupancy, values, updates and roofs, building by building."""

from __future__ import annotations

from decimal import Decimal

from pipeline.agreement import amount
from pipeline.checks.case import Case
from pipeline.checks.finding import Finding, Rule, satisfied
from pipeline.checks.units import Unit
from pipeline.checks.words import in_words
from pipeline.submission import Line, LookedAt

OLD, ROOF_OLD = 25, 15
LARGE_BI = 250_000
LOCATIONS, BUILDINGS, SOV_TIV = 3, 5, 5_000_000
LOCATION_TIV, TOTAL_TIV = 10_000_000, 25_000_000
UPDATES = {"roofing": "roof", "wiring": "wiring", "plumbing": "plumbing", "heating": "HVAC"}
AMOUNTS = ("building_value", "contents_value", "bi_value")


def label(unit: Unit) -> str:
    """Return what people call a building: ``1-2, 1180 Mill St`` is the second building of location 1."""
    number = f"{unit.text('premises_number') or unit.index + 1}-{unit.text('building_number') or '1'}"
    street = unit.text("street") or unit.text("description")
    return f"{number}, {street}" if street else number


def cope(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every building has construction, year built, area and an occupancy or description."""
    units = case.rows("buildings")
    if not units:
        sections = case.any_document("acord_140", "sov")
        return (Finding(variant="none", kinds=("sov", "acord_140")),) if sections else ()
    return tuple(_cope(unit) for unit in units)


def _cope(unit: Unit) -> Finding:
    missing = [
        words
        for name, words in (
            ("construction", "construction type"),
            ("year_built", "year built"),
            ("area", "square feet"),
        )
        if not unit.has(name)
    ]
    if not unit.any("occupancy", "description", "other_occupancies"):
        missing.append("occupancy")
    if not missing:
        return satisfied(label(unit))
    words = {"building": label(unit), "missing": in_words(missing)}
    return _about(unit, words, share=1 - len(missing) / 4)


def values(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every building has an amount for the building, its contents or its income."""
    return tuple(
        satisfied(label(unit)) if unit.any(*AMOUNTS) else _about(unit, {"building": label(unit)})
        for unit in case.rows("buildings")
    )


def statement(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """An account of three locations, five buildings, a blanket limit or five million has a statement of values."""
    places = _places(case)
    tiv = sum((_tiv(unit) for unit in case.rows("buildings")), Decimal(0))
    buildings = len(case.rows("buildings"))
    blanket = any(unit.any("amount", "type") for unit in case.rows("blankets"))
    if places >= LOCATIONS:
        why = f"{places} locations"
    elif buildings >= BUILDINGS:
        why = f"{buildings} buildings"
    elif blanket:
        why = "a blanket limit"
    elif tiv >= SOV_TIV:
        why = f"{millions(tiv)} of total values"
    else:
        return ()
    if case.any_document("sov"):
        return (satisfied(),)
    return (Finding(words={"reason": why}, severity="blocking" if places >= LOCATIONS else None),)


def _places(case: Case) -> int:
    """Count locations: buildings of one location are one."""
    rows = case.rows("locations")
    return len({unit.text("number") or unit.text("street") or str(unit.index) for unit in rows})


def mismatch(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """The statement of values and the sections agree on the total within 5 %, for the buildings that both list."""
    if not (case.any_document("sov") and case.any_document("acord_140")):
        return ()
    ours = theirs = Decimal(0)
    for unit in case.rows("buildings"):
        for name in AMOUNTS:
            schedule, section = _amounts(unit, name)
            ours, theirs = ours + schedule, theirs + section
    larger = max(ours, theirs)
    if not larger or abs(ours - theirs) <= larger * Decimal("0.05"):
        return (satisfied(),)
    words = {"schedule": millions(ours), "sections": millions(theirs)}
    papers = case.of_kind("sov", "acord_140")
    looked = tuple(LookedAt(document=paper.id, page=paper.pages[0]) for paper in papers)
    return (Finding(share=0.5, words=words, looked_at=looked),)


def _amounts(unit: Unit, name: str) -> tuple[Decimal, Decimal]:
    """Return a building's amount on the schedule and on the section; where only one speaks, it speaks for both."""
    cell = unit.cells.get(name)
    if cell is None:
        return Decimal(0), Decimal(0)
    main = amount(cell.value) or Decimal(0)
    by_kind = {cell.source.kind: main}
    for rival in cell.rivals:
        by_kind.setdefault(rival.source.kind, amount(rival.value) or Decimal(0))
    return by_kind.get("sov", main), by_kind.get("acord_140", main)


def updates(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """A building older than 25 years has the years of its four updates."""
    found = []
    for unit in case.rows("buildings"):
        if _age(case, unit) <= OLD:
            continue
        missing = [words for name, words in UPDATES.items() if not unit.has(f"updated_{name}")]
        if not missing:
            found.append(satisfied(label(unit)))
            continue
        words = {"building": label(unit), "built": unit.text("year_built"), "missing": in_words(missing)}
        found.append(_about(unit, words, share=1 - len(missing) / 4))
    return tuple(found)


def roof(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """In a wind or hail state the roof's type is given, and its year once the building is older than 15 years."""
    found = []
    for unit in case.rows("buildings"):
        if unit.text("state") not in case.lists.roof_states or _asks_updates(case, unit):
            continue
        missing = [] if unit.has("roof_type") else ["type"]
        if _age(case, unit) > ROOF_OLD and not unit.has("updated_roofing"):
            missing.append("year")
        if not missing:
            found.append(satisfied(label(unit)))
            continue
        words = {"building": label(unit), "missing": in_words(missing), "state": unit.text("state")}
        found.append(_about(unit, words, share=0.5 if len(missing) == 1 else 0.0))
    return tuple(found)


def _asks_updates(case: Case, unit: Unit) -> bool:
    """Return whether PR-UPDATES already asks about this building."""
    return _age(case, unit) > OLD and not unit.has(*(f"updated_{name}" for name in UPDATES))


def protection(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every building has a protection class or a word on sprinklers."""
    known = ("protection_class", "sprinkler_percent", "sprinklered")
    return tuple(
        satisfied(label(unit)) if unit.any(*known) else _about(unit, {"building": label(unit)})
        for unit in case.rows("buildings")
    )


def income(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Business income of a building above 250,000, or actual loss sustained, comes with a worksheet."""
    limits = [unit.text("bi_value") for unit in case.rows("buildings") if unit.has("bi_value")]
    highest = max((amount(limit) or Decimal(0) for limit in limits), default=Decimal(0))
    unlimited = any(amount(limit) is None for limit in limits)
    if highest <= LARGE_BI and not unlimited:
        return ()
    if case.any_document("acord_810", "financial_statement"):
        return (satisfied(),)
    return (Finding(words={"limit": "actual loss sustained" if unlimited else f"{highest:,.0f}"}),)


def engineering(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Values of 10 million at one location or 25 in all come with an engineering report."""
    by_place: dict[str, Decimal] = {}
    for unit in case.rows("buildings"):
        place = unit.text("premises_number") or unit.text("street")
        by_place[place] = by_place.get(place, Decimal(0)) + _tiv(unit)
    total = sum(by_place.values(), Decimal(0))
    if total < TOTAL_TIV and max(by_place.values(), default=Decimal(0)) < LOCATION_TIV:
        return ()
    if case.any_document("inspection_report", "appraisal_valuation", "appraisal"):
        return (satisfied(),)
    return (Finding(words={"total": millions(total)}),)


def millions(value: Decimal) -> str:
    """Return dollars as ``18.42M``."""
    return f"{value / 1_000_000:.2f}M"


def _tiv(unit: Unit) -> Decimal:
    return sum((unit.number(name) or Decimal(0) for name in AMOUNTS), Decimal(0))


def _age(case: Case, unit: Unit) -> int:
    built = unit.number("year_built")
    return case.as_of.year - int(built) if built else 0


def _about(unit: Unit, words: dict[str, str], *, share: float = 0.0) -> Finding:
    return Finding(subject=label(unit), words=words, share=share, looked_at=unit.seen())
