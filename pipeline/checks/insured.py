"""Who is insured, from when, for what: entity, FEIN, effective date, lines and addresses."""

from __future__ import annotations

import re

from pipeline.agreement import digits
from pipeline.checks.case import Case
from pipeline.checks.finding import Finding, Rule, satisfied
from pipeline.checks.units import Unit
from pipeline.checks.words import us_date
from pipeline.submission import LINES, Line

_SUFFIXES = (
    (re.compile(r"\b(?:l\.?\s?l\.?\s?c\.?|limited liability company)\W*$", re.I), "LLC", frozenset({"llc"})),
    (
        re.compile(r"\b(?:inc|incorporated|corp|corporation)\b\.?\W*$", re.I),
        "Inc. or Corp.",
        frozenset({"corporation", "s_corporation", "not_for_profit"}),
    ),
)
"""What a name ends in, its words, and the entity types that go with it."""

_TAXED_AS = frozenset({"s_corporation", "other", "joint_venture"})
_POST_BOX = re.compile(r"\bp\.?\s?o\.?\s*box\b", re.IGNORECASE)
BACKDATED, TYPO = -30, 180
BOX_125 = frozenset({"workers_compensation"})
"""Lines without a box on the application: naming them in the mail contradicts nothing."""


LISTED_ELSEWHERE = {
    "workers_compensation": re.compile(r"\bw\.?c\.?\b|work(?:er|men)'?s?'? comp", re.IGNORECASE),
    "umbrella": re.compile(r"umbrella|excess", re.IGNORECASE),
    "cyber": re.compile(r"cyber", re.IGNORECASE),
    "professional_liability": re.compile(r"professional|\be\s?&\s?o\b|errors", re.IGNORECASE),
}
"""Lines that agents write on the blank rows of the application's lines of business."""


def entity(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """The entity type is given and goes with the end of the name."""
    given = case.text("named_insureds[0].entity_type")
    if not given:
        return (Finding(),)
    for pattern, words, fitting in _SUFFIXES:
        legal = re.split(r"\b(?:dba|d/b/a)\b", case.insured, flags=re.I)[0].strip()
        if pattern.search(legal) and given not in fitting | _TAXED_AS:
            told = {"suffix": words, "entity": given.replace("_", " ")}
            return (Finding(words=told, variant="clash", share=0.5),)
    return (satisfied(),)


def fein(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """The FEIN is there and has nine digits that are not all alike."""
    resolved = case.facts.fields.get("named_insureds[0].fein")
    number = digits(resolved.value or resolved.raw) if resolved else ""
    if len(number) == 9 and len(set(number)) > 1 and number != "123456789":
        return (satisfied(),)
    if resolved is None or not number:
        return (Finding(),)
    return (Finding(variant="invalid", share=0.25, words={"digits": str(len(number))}),)


def effective_date(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """The effective date is there and near enough to be meant."""
    day = case.effective
    if day is None:
        return (Finding(severity="blocking"),)
    if BACKDATED <= (day - case.as_of).days <= TYPO:
        return (satisfied(),)
    variant = "past" if day < case.as_of else "far"
    return (Finding(variant=variant, share=0.5, words={"date": us_date(day)}, severity="needed_to_quote"),)


def lines_agree(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """What the mail asks for and what the forms are for do not contradict each other."""
    if not case.facts.lines:
        return (Finding(variant="none"),)
    on_forms = lines_on_forms(case)
    unmatched = [named for named in case.facts.mail_lines if named not in on_forms and named not in BOX_125]
    if not unmatched or not on_forms:
        return (satisfied(),)
    words = {"mail": _words(case.facts.mail_lines), "forms": _words(tuple(sorted(on_forms)))}
    return (Finding(words=words, share=0.5),)


def lines_on_forms(case: Case) -> frozenset[Line]:
    """Return the lines that the application ticks or a section form is here for."""
    ticked = {
        name.split(".", 1)[1]
        for name, resolved in case.facts.fields.items()
        if name.startswith("lob_requested.") and resolved.value is True
    }
    return frozenset(ticked | {line for line, forms in case.lists.sections.items() if _has_form(case, forms)})


def _has_form(case: Case, forms: tuple[str, ...]) -> bool:
    return any(form.startswith("acord_") and case.by_kind.get(form) for form in forms)


def _words(lines: tuple[Line, ...]) -> str:
    return ", ".join(LINES.get(line, line.replace("_", " ")) for line in lines)


def location_address(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every location in use has a street with a ZIP or a city and state, and is no PO box."""
    return tuple(_location(unit) for unit in case.rows("locations"))


def _location(unit: Unit) -> Finding:
    number = unit.text("number") or str(unit.index + 1)
    building = unit.text("building_number")
    subject = f"location {number}" + (f", building {building}" if building not in ("", "1") else "")
    boxed = bool(_POST_BOX.search(unit.text("street")))
    if unit.has("street") and not boxed and (unit.has("zip") or unit.has("city", "state")):
        return satisfied(subject)
    place = " ".join(unit.text(name) for name in ("street", "city", "state", "zip") if unit.text(name))
    return Finding(
        subject=subject,
        share=0.25,
        variant="box" if boxed else "",
        words={"location": subject, "place": f" ({place})" if place else ""},
        looked_at=unit.seen(),
        field=unit.field("street"),
    )
