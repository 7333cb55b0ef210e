"""What is wrong with the application forms: one missing, an old edition, blank boxes, a bare Yes, a contradiction."""

from __future__ import annotations

from pipeline import kinds
from pipeline.checks.case import Case
from pipeline.checks.finding import Finding, Rule, satisfied
from pipeline.checks.units import answered
from pipeline.checks.words import in_words
from pipeline.submission import FiledDocument, Line, LookedAt, Source

FORM_DAYS, SIGNATURE_DAYS = 180, 90


def section_form(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """The section form of a requested line is here, or what stands for it."""
    forms = case.lists.sections.get(line, ())
    if not forms:
        return ()
    form = kinds.label(forms[0])
    if case.any_document(*forms):
        return (satisfied(form=form),)
    return (Finding(words={"form": form}, kinds=forms),)


def edition(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every form with a known number bears a known edition."""
    found: dict[str, Finding] = {}
    for document in case.documents:
        known = case.lists.editions.get(document.kind)
        if known is None or document.edition is None:
            continue
        name = kinds.label(document.kind)
        old = Finding(
            subject=name, share=0.5, words={"form": name, "edition": document.edition}, looked_at=_first_page(document)
        )
        found[name] = satisfied(name) if document.edition in known else old
    return tuple(found.values())


def stale_form(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """No application is dated more than 180 days back, no signature more than 90."""
    for name, limit, words in (
        ("applicant_signature_date", SIGNATURE_DAYS, "signed"),
        ("form_completed_date", FORM_DAYS, "dated"),
    ):
        day, resolved = case.day(name), case.facts.fields.get(name)
        if day is not None and resolved is not None and (case.as_of - day).days > limit:
            form = kinds.label(resolved.source.kind) if resolved.source.kind else "application"
            told = {"form": form, "dated": f"{words} {day.isoformat()}", "days": str(limit)}
            return (Finding(words=told, share=0.5, looked_at=_place(resolved.source)),)
    dated = case.has("form_completed_date") or case.has("applicant_signature_date")
    return (satisfied(form="Application"),) if dated else ()


def blank_field(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """The boxes nobody can quote without: mailing address, inspection contact, the declination question."""
    found = [_mailing_address(case)]
    if case.requested("commercial_property"):
        found.append(_inspection_contact(case))
    if case.by_kind.get("acord_125") and case.text("named_insureds[0].mailing_state") != "MO":
        found.append(_declination(case))
    return tuple(found)


def _mailing_address(case: Case) -> Finding:
    parts = {"line1": "street", "city": "city", "state": "state", "zip": "ZIP"}
    missing = [words for name, words in parts.items() if not case.has(f"named_insureds[0].mailing_{name}")]
    if not missing:
        return satisfied("mailing address")
    words = {"missing": in_words(missing) if len(missing) < len(parts) else "street, city, state and ZIP"}
    return Finding(
        subject="mailing address",
        share=(1 - len(missing) / len(parts)) / 2,
        words={"field": "mailing address", **words},
        severity="blocking",
        field="named_insureds[0].mailing_line1",
        field_type="address",
        looked_at=_forms(case, "acord_125", "acord_130"),
    )


def _inspection_contact(case: Case) -> Finding:
    people = [unit for unit in case.rows("contacts") if "insp" in unit.text("type").lower() or not unit.text("type")]
    if any(unit.has("name", "phone") for unit in people) or case.has("wc_contact_inspection_name"):
        return satisfied("inspection contact")
    part = any(unit.any("name", "phone") for unit in people)
    return Finding(
        subject="inspection contact",
        share=0.5 if part else 0.0,
        words={"field": "inspection contact", "missing": "name and phone number"},
        severity="needed_to_quote",
        field="contacts[0].name",
        looked_at=_forms(case, "acord_125"),
    )


def _declination(case: Case) -> Finding:
    if case.has("q_declined_cancelled"):
        return satisfied("q_declined_cancelled", field="ACORD 125, question 5")
    return Finding(
        subject="q_declined_cancelled",
        variant="question",
        severity="needed_to_quote",
        field="q_declined_cancelled",
        field_type="yesno",
        looked_at=_forms(case, "acord_125"),
    )


def explain_yes(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every Yes that wants a word has one, in its own box or in the form's remarks."""
    found = []
    for question in case.lists.questions:
        resolved = case.facts.fields.get(question.field)
        if resolved is None or resolved.value is not True:
            continue
        if _explained(case, question.field) or any(case.has(remarks) for remarks in question.remarks):
            found.append(satisfied(question.field))
            continue
        finding = Finding(
            subject=question.field,
            share=0.5,
            words={"question": question.words},
            field=f"{question.field}_explanation",
            looked_at=_place(resolved.source),
        )
        found.append(finding)
    return tuple(found)


def _explained(case: Case, field: str) -> bool:
    """Whether a box beside the question is filled or ticked."""
    beside = (r for name, r in case.facts.fields.items() if name.startswith(f"{field}_"))
    return any(answered(resolved) and resolved.value is not False for resolved in beside)


def _place(source: Source) -> tuple[LookedAt, ...]:
    return (LookedAt(document=source.document, page=source.page),) if source.document else ()


def _first_page(document: FiledDocument) -> tuple[LookedAt, ...]:
    return (LookedAt(document=document.id, page=document.pages[0]),)


def _forms(case: Case, *wanted: str) -> tuple[LookedAt, ...]:
    return tuple(place for document in case.of_kind(*wanted) for place in _first_page(document))
