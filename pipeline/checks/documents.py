"""What is wrong with the papers themselves: missing forms, blank boxes, contradictions, files that do not count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from parsers.document import Scalar
from pipeline import kinds
from pipeline.checks.case import Case, answered, usable, with_equals
from pipeline.checks.finding import Finding, Rule, satisfied
from pipeline.losses import as_date
from pipeline.submission import FiledDocument, Line, LookedAt, ResolvedField, Source

JUNK = frozenset(
    {"inline_logo", "signature_banner", "disclaimer_txt", "calendar_invite", "vcard", "photo", "id_image", "smime_sig"}
    | {"pgp_sig", "read_receipt"}
)
TROUBLES = {
    "empty": "it is empty",
    "damaged": "it is damaged",
    "not_a_document": "it is not a document",
    "too_large": "it is too large",
    "too_many_pages": "it has too many pages",
    "unsupported": "we cannot read this type of file",
}
LEAST_FILLED = 0.05
FORM_DAYS, SIGNATURE_DAYS = 180, 90
_COPY_WORDS = re.compile(r"\b(?:unlocked|copy|new|final|resend|resent|v\d+|\d)\b")


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
    words = {"missing": _and(missing) if len(missing) < len(parts) else "street, city, state and ZIP"}
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


def conflict(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """The facts that may not differ do not differ between documents."""
    found = []
    for compared in case.lists.compared:
        resolved = case.facts.fields.get(compared.field)
        if resolved is None or not answered(resolved):
            continue
        rival = _rival(resolved)
        if rival is None:
            found.append(satisfied(compared.words))
            continue
        words = {"field": compared.words, "one": shown(resolved.value), "other": shown(rival[0])}
        sources = {"source": _stands(resolved.source, rival[1]), "rival": _stands(rival[1], resolved.source)}
        found.append(
            Finding(
                subject=compared.words,
                share=0.5,
                words=words | sources,
                field=compared.field,
                looked_at=_place(resolved.source) + _place(rival[1]),
            )
        )
    return tuple(found)


def _rival(resolved: ResolvedField) -> tuple[Scalar, Source] | None:
    from pipeline.agreement import agree

    if resolved.status != "conflict":
        return None
    for rival in resolved.rivals:
        elsewhere = rival.source.document != resolved.source.document
        if elsewhere and not agree(resolved.field, resolved.value, rival.value):
            return rival.value, rival.source
    return None


def _stands(source: Source, other: Source) -> str:
    """Name a source so that it cannot be taken for the other."""
    if source.document is None:
        return "your e-mail"
    return kinds.label(source.kind) if source.kind and source.kind != other.kind else source.label


def declared_missing(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every attachment that a form ticks or the mail names is here, unless another item already asks for its kind."""
    ticked = {
        name.split(".", 1)[1]
        for name, resolved in case.facts.fields.items()
        if name.startswith("attachments_declared.") and resolved.value is True
    }
    found = []
    for kind in sorted(ticked | case.facts.mentions):
        if case.any_document(kind) or case.unusable((kind,)):
            found.append(satisfied(kind, form=kinds.label(kind)))
        elif not with_equals((kind,)) & case.open_kinds:
            variant = "" if kind in ticked else "mail"
            found.append(Finding(subject=kind, words={"form": kinds.label(kind)}, kinds=(kind,), variant=variant))
    return tuple(found)


def unreadable(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """Every file could be read."""
    return tuple(
        _file(document, {"trouble": TROUBLES.get(document.reason or "", "it could not be read")})
        for document in _bad_files(case)
        if document.reason != "locked"
    )


def locked(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """No file wants a password."""
    return tuple(_file(document, {}) for document in _bad_files(case) if document.reason == "locked")


def blank_form(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """No form came empty."""
    blank = [d for d in case.documents if d.filled_ratio is not None and d.filled_ratio < LEAST_FILLED]
    return tuple(
        _file(document, {"form": kinds.label(document.kind)}) for document in blank if not _replaced(case, document)
    )


def link_only(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """No document lies behind a link only."""
    return tuple(Finding(subject=host, words={"host": host}) for host in sorted(set(case.facts.cloud_hosts)))


def wrong_insured(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """No document is about somebody else. The other insured's name is never said."""
    strange = [d for d in case.facts.documents if d.wrong_insured and not _replaced(case, d)]
    return tuple(
        _file(document, {"form": kinds.label(document.kind)}, kinds_wanted=(document.kind,)) for document in strange
    )


def _bad_files(case: Case) -> Iterable[FiledDocument]:
    bad = (d for d in case.facts.documents if d.status == "unreadable" and d.kind not in JUNK and not d.wrong_insured)
    return (document for document in bad if not _replaced(case, document))


def _file(document: FiledDocument, words: dict[str, str], *, kinds_wanted: tuple[str, ...] = ()) -> Finding:
    wanted = kinds_wanted or ((document.kind,) if document.kind != "unknown" else ())
    return Finding(
        subject=document.name,
        state="partially_received",
        share=0.25,
        words={"file": document.name, **words},
        kinds=wanted,
        looked_at=_first_page(document),
    )


def _replaced(case: Case, document: FiledDocument) -> bool:
    """Return whether a usable file of that name or kind came later."""
    if document.received_at is None:
        return False
    stem = _stem(document.name)
    for other in case.facts.documents:
        later = other.received_at is not None and other.received_at > document.received_at
        filled = other.filled_ratio is None or other.filled_ratio >= LEAST_FILLED
        if later and usable(other) and filled:
            same_kind = other.kind == document.kind != "unknown"
            if same_kind or _stem(other.name) == stem:
                return True
    return False


def _stem(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", " ", name.lower().rsplit(".", 1)[0])
    return " ".join(_COPY_WORDS.sub(" ", plain).split())


def shown(value: Scalar) -> str:
    """Return a value the way agents write it: US dates, FEIN with its dash, entity types in words."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = str(value)
    day = as_date(text)
    if day is not None:
        return us_date(day)
    if re.fullmatch(r"\d{9}", text):
        return f"{text[:2]}-{text[2:]}"
    return "LLC" if text == "llc" else text.replace("_", " ")


def us_date(day: date) -> str:
    """Return ``01/15/2027``."""
    return f"{day:%m/%d/%Y}"


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _place(source: Source) -> tuple[LookedAt, ...]:
    return (LookedAt(document=source.document, page=source.page),) if source.document else ()


def _first_page(document: FiledDocument) -> tuple[LookedAt, ...]:
    return (LookedAt(document=document.id, page=document.pages[0]),)


def _forms(case: Case, *wanted: str) -> tuple[LookedAt, ...]:
    return tuple(place for document in case.of_kind(*wanted) for place in _first_page(document))
