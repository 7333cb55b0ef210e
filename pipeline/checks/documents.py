"""What is wrong with the files: not there, not readable, blank, behind a link, about somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterable

from parsers.extract.laws import noun
from pipeline import kinds
from pipeline.checks.case import Case, usable, with_equals
from pipeline.checks.finding import Finding, Rule, satisfied
from pipeline.checks.words import in_words
from pipeline.submission import FiledDocument, Line, LookedAt

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
    "no_text": "nothing on its pages is legible",
}
OUR_OWN = frozenset({"no_ocr_engine"})
"""What stopped us is ours to mend: nobody outside is asked for anything."""
SECURE_LINK = "secure_link"
"""Why the page of a secure mail service is unreadable: what it leads to never came."""
LEAST_FILLED = 0.05
_COPY_WORDS = re.compile(r"\b(?:unlocked|copy|new|final|resend|resent|v\d+|\d)\b")


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
        if document.reason not in {"locked", SECURE_LINK, *OUR_OWN}
    )


def locked(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """No file wants a password."""
    return tuple(_file(document, {}) for document in _bad_files(case) if document.reason == "locked")


def secure_link(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """No message lies behind the page of a secure mail service."""
    return tuple(_file(document, {}) for document in _bad_files(case) if document.reason == SECURE_LINK)


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
    whole = [
        _file(document, {"form": kinds.label(document.kind)}, kinds_wanted=(document.kind,)) for document in strange
    ]
    return (*whole, *(_in_part(document) for document in case.documents if document.strange))


def _in_part(document: FiledDocument) -> Finding:
    """Name the rows that are another company's by what they are, their policies or how many; never by its name."""
    rows = [f"{len(one.rows)} {noun(one.table, len(one.rows))}" for one in document.strange]
    policies = dict.fromkeys(
        str(row.values["policy_number"])
        for one in document.strange
        if one.table == "terms"
        for row in one.rows
        if row.values.get("policy_number")
    )
    named = f" (policy {in_words(list(policies))})" if policies else ""
    place = {LookedAt(document=document.id, page=row.at.page): None for one in document.strange for row in one.rows}
    return Finding(
        subject=document.name,
        share=0.5,
        variant="rows",
        severity="needed_to_quote",
        words={"file": document.name, "form": kinds.label(document.kind), "rows": in_words(rows) + named},
        field_type="text",
        kinds=(),
        looked_at=tuple(place)[:1],
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


def _first_page(document: FiledDocument) -> tuple[LookedAt, ...]:
    return (LookedAt(document=document.id, page=document.pages[0]),)
