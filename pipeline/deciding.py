"""One decision: candidates, documents and people's words → facts, items, score, gate and status. A pure function.

Preflight, filing and the portal all call it; with the same input it gives the same output.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from pipeline import assembly, completeness, proofs, requirements, status, trust, versions, whose
from pipeline.agreement import amount
from pipeline.checks.insured import LISTED_ELSEWHERE
from pipeline.rulebook import Rules
from pipeline.status import AgentStatus
from pipeline.submission import (
    LINES,
    Answer,
    Completeness,
    Facts,
    FiledDocument,
    Line,
    ResolvedField,
    SourcedCandidate,
)

ABOUT_THE_INSURED = frozenset(
    {"loss_run", "loss_summary_agent", "no_loss_carrier", "no_known_loss_letter", "sov", "driver_list"}
    | {"vehicle_schedule", "payroll_schedule", "exmod_worksheet", "supplemental_app", "carrier_app", "dec_page"}
    | {"wc_exclusion_form", "financial_statement"}
)
"""Kinds that must be about our insured, with every ACORD application form; certificates and leases name others."""

_FORMS = frozenset(f"acord_{n}" for n in (125, 126, 127, 129, 130, 131, 137, 139, 140, 160, 163, 186, 810, 823))
_RISK_STATE = re.compile(
    r"^(?:(?:locations|buildings|class_rows)\[\d+\]\.state|vehicles\[\d+\]\.garage_state|wc_part1_states\[\d+\])$"
)
_SPEAKERS = ("acord_125", "acord_130", "carrier_app", "acord_126", "acord_127", "acord_140", "acord_131", "acord_160")
"""Whose named insured is the submission's, most trusted first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What follows from everything known at one moment."""

    facts: Facts
    completeness: Completeness
    internal_state: str
    agent_status: AgentStatus

    @property
    def states(self) -> tuple[str, ...]:
        """Return the states the risk is in, in alphabetical order."""
        return states_of(self.facts.fields)


def decide(
    *,
    candidates: Sequence[SourcedCandidate],
    documents: Sequence[FiledDocument],
    answers: Sequence[Answer] = (),
    mentions: frozenset[str] = frozenset(),
    mail_lines: Sequence[Line] = (),
    as_of: date,
    received_at: datetime | None = None,
    rules: Rules,
    cloud_hosts: Sequence[str] = (),
    said: str = "",
) -> Decision:
    """Decide everything about one submission. ``as_of`` is the clock, ``said`` the agent's new text of all messages."""
    known = after_a_look(documents, candidates, answers)
    papers = mark_wrong_insured([document for document in known if not document.replaced], candidates)
    replaced = [document for document in known if document.replaced]
    better = trust.better_versions(papers, answers)
    claims = assembly.joined(candidates, (*papers, *replaced))
    fields = assembly.resolved(claims, (*papers, *replaced), better)
    facts = Facts(
        as_of=as_of,
        lines=lines_of(fields, papers, mail_lines, rules),
        fields=fields,
        documents=papers,
        answers=tuple(answers),
        mentions=mentions,
        received_at=received_at,
        mail_lines=tuple(mail_lines),
        cloud_hosts=tuple(cloud_hosts),
        said=said,
        places=assembly.places_of(claims, papers),
    )
    return decide_on(facts, rules)


def decide_on(facts: Facts, rules: Rules) -> Decision:
    """Decide on facts that are assembled already: the items, the score, the status."""
    items = requirements.evaluate(rules, facts)
    complete = completeness.complete(items, facts.lines, weights=rules.weights, premiums=_premiums(facts))
    state, shown = status.status_for(complete, facts)
    return Decision(facts=facts, completeness=complete, internal_state=state, agent_status=shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    """One version of a paper with what was read in it."""

    filed: FiledDocument
    candidates: tuple[SourcedCandidate, ...] = ()


def after_a_look(
    documents: Sequence[FiledDocument], candidates: Sequence[SourcedCandidate], answers: Sequence[Answer]
) -> tuple[FiledDocument, ...]:
    """Mark versions as replaced by an unproven one that one of us has compared with its document since it came."""
    gone: set[str] = set()
    for new in documents:
        if not new.version_of or not proofs.unproven(new) or trust.keeps_rows(new, new, answers):
            continue
        former = [one for one in documents if one.lineage == new.lineage and one.version < new.version]
        papers = {one.id: _paper(one, candidates) for one in (*former, new) if not one.replaced}
        gone |= {key for key, one in papers.items() if key != new.id and versions.would_replace(one, papers[new.id])}
    return tuple(replace(one, replaced=True) if one.id in gone else one for one in documents)


def _paper(document: FiledDocument, candidates: Sequence[SourcedCandidate]) -> _Paper:
    said = tuple(one for one in candidates if one.source.document == document.id)
    return _Paper(filed=document, candidates=said)


def mark_wrong_insured(
    documents: Sequence[FiledDocument], candidates: Sequence[SourcedCandidate]
) -> tuple[FiledDocument, ...]:
    """Flag documents that are clearly about somebody else than the submission; fill in whom each is about.

    Rows of another company in a document of ours are taken out of its tables.
    """
    by_document: dict[str, list[SourcedCandidate]] = {}
    for sourced in candidates:
        by_document.setdefault(sourced.source.document or "", []).append(sourced)
    insureds = {document.id: _insured(document, by_document.get(document.id, ())) for document in documents}
    known, fein = _submission_insured(documents, insureds, candidates)
    ours = whose.Ours(names=known, fein=fein)
    marked = []
    for document in documents:
        insured = insureds[document.id]
        document = replace(document, insured=insured.name, wrong_insured=False)
        if _must_be_ours(document):
            document = whose.judged(document, insured, by_document.get(document.id, ()), ours)
        marked.append(document)
    return tuple(marked)


def _insured(document: FiledDocument, candidates: Sequence[SourcedCandidate]) -> assembly.Insured:
    """Return whom a document is about: its own named insured, else the insured its loss terms name."""
    found = assembly.insured_of(candidates)
    if found.name or document.insured:
        return assembly.Insured(found.name or document.insured, found.fein)
    for table in document.tables:
        for row in table.rows if table.name == "terms" else ():
            if row.values.get("insured"):
                return assembly.Insured(str(row.values["insured"]), found.fein)
    return found


def _must_be_ours(document: FiledDocument) -> bool:
    return document.kind in ABOUT_THE_INSURED or document.kind in _FORMS


def _submission_insured(
    documents: Sequence[FiledDocument],
    insureds: Mapping[str, assembly.Insured],
    candidates: Sequence[SourcedCandidate],
) -> tuple[tuple[str, ...], str | None]:
    """Return the names the submission goes by and its FEIN: people's words, the leading form, what its mail says."""
    named = [c for c in candidates if c.candidate.field.startswith("named_insureds[") and c.candidate.value]
    spoken = tuple(str(c.candidate.value) for c in named if c.source.document is None and _is_name(c))
    rank = {kind: place for place, kind in enumerate(_SPEAKERS)}
    forms = sorted((d for d in documents if d.kind in rank and insureds[d.id].name), key=lambda d: rank[d.kind])
    if not forms:
        return spoken, None
    leading = forms[0]
    others = tuple(str(c.candidate.value) for c in named if c.source.document == leading.id and _is_name(c))
    overriding = tuple(str(c.candidate.value) for c in named if c.origin == "uw_overridden" and _is_name(c))
    return overriding or (insureds[leading.id].name or "", *others, *spoken), insureds[leading.id].fein


def _is_name(sourced: SourcedCandidate) -> bool:
    return sourced.candidate.field.endswith((".name", ".dba"))


def lines_of(
    fields: Mapping[str, ResolvedField], documents: Sequence[FiledDocument], mail_lines: Sequence[Line], rules: Rules
) -> tuple[Line, ...]:
    """Return the requested lines: what the application ticks, the section forms that came, and what the mail names."""
    wanted = set(mail_lines)
    wanted |= {
        name.split(".", 1)[1] for name, r in fields.items() if name.startswith("lob_requested.") and r.value is True
    }
    here = {document.kind for document in documents if not document.wrong_insured}
    for line, forms in rules.lists.sections.items():
        if any(form.startswith("acord_") and form in here for form in forms):
            wanted.add(line)
    for name, resolved in fields.items():
        if name.startswith(("lob_other", "lob_requested_other")):
            wanted |= {line for line, words in LISTED_ELSEWHERE.items() if words.search(str(resolved.value))}
    return tuple(line for line in LINES if line in wanted)


def states_of(fields: Mapping[str, ResolvedField]) -> tuple[str, ...]:
    """Return the states of locations, buildings, vehicles and payroll in order; without any, the mailing state."""
    found = {str(r.value) for name, r in fields.items() if r.value and _RISK_STATE.match(name)}
    mailing = fields.get("named_insureds[0].mailing_state")
    if not found and mailing is not None and mailing.value:
        return (str(mailing.value),)
    return tuple(sorted(found))


def _premiums(facts: Facts) -> dict[Line, Decimal]:
    found = {line: amount(facts.value(f"lob_premium.{line}")) for line in facts.lines}
    return {line: premium for line, premium in found.items() if premium}
