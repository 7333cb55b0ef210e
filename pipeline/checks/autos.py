"""Auto: drivers and vehicles, one by one. Licence numbers and birth dates are asked for, never repeated."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from pipeline.checks.case import Case
from pipeline.checks.finding import Finding, Rule, satisfied
from pipeline.checks.units import Unit
from pipeline.checks.words import in_words
from pipeline.submission import Line, LookedAt

Judge = Callable[[Unit], bool]
HEAVY = 10_000
"""Pounds above which a vehicle is rated by its radius."""

_LETTER_VALUES = {1: "AJ", 2: "BKS", 3: "CLT", 4: "DMU", 5: "ENV", 6: "FW", 7: "GPX", 8: "HY", 9: "RZ"}
_VALUES = {str(digit): digit for digit in range(10)} | {c: v for v, chars in _LETTER_VALUES.items() for c in chars}
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
"""Model year letters, 1980 onwards, repeating every 30 years (49 CFR 565.15)."""
_MISREAD = {"O": "0", "Q": "0", "I": "1", "S": "5", "5": "S", "B": "8", "8": "B"}
_FEDERAL_NUMBER = re.compile(r"\b(?:usdot|us dot|dot|mc)\s*(?:no\.?|number|#)?\s*[:#]?\s*\d{4,8}\b", re.IGNORECASE)
_DAMAGE = re.compile(r"comp|coll|physical", re.IGNORECASE)


def driver_fields(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every driver has a date of birth, a licence number and its state."""
    names = numbered(case.rows("drivers"))
    return tuple(_driver(unit, number) for unit, number in names)


def _driver(unit: Unit, number: str) -> Finding:
    name = short_name(unit)
    subject = f"driver {number}" + (f", {name}" if name else "")
    wanted = (("dob", "date of birth"), ("license_number", "licence number"), ("license_state", "licence state"))
    missing = [words for cell, words in wanted if not unit.has(cell)]
    if not missing:
        return satisfied(subject)
    return Finding(
        subject=subject,
        share=1 - len(missing) / len(wanted),
        words={"driver": subject[0].upper() + subject[1:], "missing": in_words(missing)},
        looked_at=unit.seen(),
    )


def short_name(unit: Unit) -> str:
    """Return ``J. Ortiz``: a driver is named in mails, never numbered by licence."""
    first, last = unit.text("first_name"), unit.text("last_name")
    if not last:
        parts = unit.text("name").replace(",", " ").split()
        turned = "," in unit.text("name")
        first, last = (parts[-1], parts[0]) if turned and len(parts) > 1 else (parts[0] if parts else "", "")
        last = last or (parts[-1] if len(parts) > 1 else "")
    return f"{first[0]}. {last}" if first and last else first or last


def numbered(units: Iterable[Unit]) -> list[tuple[Unit, str]]:
    """Pair each unit with the number people call it by; a number used twice gives way to the place in the list."""
    rows = list(units)
    counts = Counter(unit.text("number") for unit in rows)
    return [(unit, _number(unit, counts)) for unit in rows]


def _number(unit: Unit, counts: Counter[str]) -> str:
    number = unit.text("number")
    return number if number and counts[number] == 1 else str(unit.index + 1)


def vehicle_vin(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every VIN has 17 characters, passes its check digit and goes with the model year."""
    return tuple(_vin(unit, number) for unit, number in numbered(case.rows("vehicles")))


def _vin(unit: Unit, number: str) -> Finding:
    vin = re.sub(r"[\s-]", "", unit.text("vin") or _raw(unit, "vin")).upper()
    trouble = _trouble(vin, unit.text("year"))
    if trouble is None:
        return satisfied(f"vehicle {number}")
    words = {"vehicle": _vehicle(unit, number), "length": str(len(vin)), "year": unit.text("year")}
    words |= {"suggestion": _suggestion(vin) if trouble == "check_digit" else ""}
    return _about(unit, number, words, variant=trouble, field="vin", field_type="vin", share=0.5 if vin else 0.0)


def _raw(unit: Unit, name: str) -> str:
    cell = unit.cells.get(name)
    return cell.raw if cell is not None else ""


def _trouble(vin: str, year: str) -> str | None:
    if not vin:
        return ""
    if len(vin) != 17:
        return "length"
    if not vin_passes(vin):
        return "check_digit"
    if re.fullmatch(r"\d{4}", year) and not _fits_year(vin, int(year)):
        return "year"
    return None


def vin_passes(vin: str) -> bool:
    """Return whether the ninth character is the check digit of the other sixteen (49 CFR 565.15)."""
    if any(char not in _VALUES for char in vin):
        return False
    rest = sum(_VALUES[char] * weight for char, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return vin[8] == ("X" if rest == 10 else str(rest))


def _fits_year(vin: str, year: int) -> bool:
    place = _YEARS.find(vin[9])
    return place >= 0 and (year - 1980 - place) % len(_YEARS) == 0


def _suggestion(vin: str) -> str:
    """Return the one VIN that a single usual misreading would make valid, as a question; '' when none or several."""
    repaired = {
        vin[:i] + _MISREAD[char] + vin[i + 1 :]
        for i, char in enumerate(vin)
        if char in _MISREAD and vin_passes(vin[:i] + _MISREAD[char] + vin[i + 1 :])
    }
    return f" Should it be {repaired.pop()}?" if len(repaired) == 1 else ""


def garaging(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every vehicle has a garaging ZIP or city, or a location."""
    known = ("garage_zip", "garage_city", "garage_street", "location")
    return _each(case, lambda unit: unit.any(*known))


def radius(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every vehicle above 10,000 pounds has a radius."""
    return _each(case, lambda unit: unit.has("radius"), lambda unit: (unit.number("gvw") or 0) > HEAVY)


def cost_new(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every vehicle with comprehensive or collision wanted has a cost new or a stated amount."""
    return _each(case, lambda unit: unit.any("cost_new", "stated_amount"), _wants_damage)


def _wants_damage(unit: Unit) -> bool:
    ticked = any(
        _DAMAGE.search(name) and cell.value is True
        for name, cell in unit.cells.items()
        if name.startswith(("coverage", "coverages"))
    )
    return unit.any("ded_comp", "ded_coll") or ticked or bool(_DAMAGE.search(unit.text("coverages")))


def state_forms(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every garaging state has its ACORD 137; one whose state could not be read stands for a lone state."""
    states = sorted({unit.text("garage_state").upper() for unit in case.rows("vehicles")} - {""})
    forms = case.of_kind("acord_137")
    have = {state for form in forms if (state := _form_state(form.state, form.form, form.name))}
    unclear = len(forms) > len(have) and len(states) == 1
    received = f"; 137 received for {', '.join(sorted(have))} only" if have else ""
    found = []
    for state in states:
        if state in have or unclear:
            found.append(satisfied(state))
            continue
        words = {"state": state, "states": " and ".join(states), "received": received}
        looked = tuple(LookedAt(document=form.id, page=form.pages[0]) for form in forms)
        found.append(Finding(subject=state, words=words, looked_at=looked))
    return tuple(found)


def _form_state(state: str | None, form: str | None, name: str) -> str:
    if state:
        return state.upper()
    found = re.search(r"137[\s_-]*([A-Z]{2})\b", f"{form or ''} {name}")
    return found[1] if found else ""


def filings(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Hauling for hire, or a filing asked for, comes with a USDOT or MC number."""
    for_hire = any("hire" in unit.text("use").lower() for unit in case.rows("vehicles"))
    if not (case.is_true("aq_filings_required") or for_hire):
        return ()
    texts = [case.facts.said, *(str(r.value) for r in case.facts.fields.values() if isinstance(r.value, str))]
    named = any(re.search(r"usdot|mc_number|dot_number", name) and case.has(name) for name in case.facts.fields)
    if named or any(_FEDERAL_NUMBER.search(text) for text in texts):
        return (satisfied(),)
    reason = "the vehicles run for hire" if for_hire else "the 127 says filings are required"
    return (Finding(words={"reason": reason}),)


def _each(case: Case, good: Judge, concerns: Judge = lambda unit: True) -> tuple[Finding, ...]:
    return tuple(
        satisfied(f"vehicle {number}") if good(unit) else _about(unit, number, {"vehicle": _vehicle(unit, number)})
        for unit, number in numbered(case.rows("vehicles"))
        if concerns(unit)
    )


def _vehicle(unit: Unit, number: str) -> str:
    kind = " ".join(unit.text(name) for name in ("year", "make") if unit.text(name))
    return f"vehicle {number}" + (f" ({kind})" if kind else "")


def _about(
    unit: Unit,
    number: str,
    words: dict[str, str],
    *,
    variant: str = "",
    field: str | None = None,
    field_type: str | None = None,
    share: float = 0.0,
) -> Finding:
    return Finding(
        subject=f"vehicle {number}",
        words=words,
        variant=variant,
        looked_at=unit.seen(),
        field=unit.field(field) if field else None,
        field_type=field_type,
        share=share,
    )
