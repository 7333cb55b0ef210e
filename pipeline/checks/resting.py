"""What rests on a list that is not proven or not read: an item for us, and requirements that wait for it.

Nobody outside is asked about rows that were read wrongly, nor for a list that is here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipeline import kinds, losses
from pipeline.checks.case import Case, with_equals
from pipeline.checks.finding import Finding, Rule
from pipeline.checks.units import Unit
from pipeline.proofs import proof_words, subject_of, unproven, unread
from pipeline.submission import FiledDocument, Line, LookedAt

ASKS: Mapping[str, str] = {
    "unproven": "{file} is here and was read; one of us is comparing its rows with the page.",
    "unread": "{file} is here; one of us is reading its rows from the page.",
}
"""What an item says that only unproven or unread rows would satisfy. Nobody outside is asked for anything."""
SHARE = 0.5


def lists_proven(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """LIST-UNPROVEN: the rows of every list are shown to be all and right, by its document or by one of us."""
    return tuple(
        Finding(
            subject=subject_of(document),
            share=SHARE,
            words={
                "file": document.name,
                "form": kinds.label(document.kind),
                "trouble": "; ".join(proof_words(document)),
            },
            variant="unread" if unread(document) else "",
            looked_at=_first_pages([document]),
            since=document.received_at,
        )
        for document in case.documents
        if unproven(document) or unread(document)
    )


def weighed(case: Case, rule: Rule, line: Line, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings of a rule; where only a doubtful list would satisfy it, one that waits for a person."""
    told = _of_sound_rows(case, rule, findings)
    if rule.rests_on is None or not findings:
        return told
    if any(finding.state != "satisfied" for finding in told):
        papers = _unread(case, rule)
        return (_waiting(rule, told[:1], papers, "unread"),) if papers else told
    papers = _RESTING[rule.rests_on](case, rule, line)
    if not papers:
        return told
    waiting = _waiting(rule, told, papers, "unread" if all(unread(paper) for paper in papers) else "unproven")
    return (*told, waiting) if waiting.subject else (waiting,)


def _of_sound_rows(case: Case, rule: Rule, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings without those about rows that only stand on lists shown to be read wrongly."""
    if not rule.of_rows or not case.failing:
        return findings
    return tuple(
        finding
        for finding in findings
        if finding.state == "satisfied"
        or not finding.looked_at
        or not {place.document for place in finding.looked_at} <= case.failing
    )


def _unread(case: Case, rule: Rule) -> tuple[FiledDocument, ...]:
    """Return the unread lists of the kinds that a rule asks for."""
    wanted = with_equals(rule.kinds)
    return tuple(paper for paper in case.unread if paper.kind in wanted)


def _waiting(rule: Rule, findings: tuple[Finding, ...], papers: tuple[FiledDocument, ...], variant: str) -> Finding:
    names = ", ".join(dict.fromkeys(paper.name for paper in papers))
    several = len(findings) > 1 or bool(findings and findings[0].subject)
    return Finding(
        subject=names if several else "",
        state="received_unverified",
        share=SHARE,
        words={**(findings[0].words if findings else {}), "file": names},
        variant=variant,
        severity="needed_to_quote" if rule.severity == "blocking" else None,
        looked_at=_first_pages(papers),
    )


def _runs(case: Case, rule: Rule, line: Line) -> tuple[FiledDocument, ...]:
    """Return the loss runs of a line where none of them is proven."""
    papers = _papers_of(case.coverage(line))
    return papers if all(paper.id in case.doubted for paper in papers) else ()


def _years(case: Case, rule: Rule, line: Line) -> tuple[FiledDocument, ...]:
    """Return the unproven loss runs without which a policy year would be missing."""
    cover = case.coverage(line)
    doubtful = tuple(paper for paper in _papers_of(cover) if paper.id in case.doubted)
    if not doubtful:
        return ()
    sure = case.coverage(line, sure=True)
    return doubtful if len(sure.missing) > len(cover.missing) else ()


def _papers_of(cover: losses.Coverage) -> tuple[FiledDocument, ...]:
    return tuple({term.document.id: term.document for term in cover.terms}.values())


def _documents(case: Case, rule: Rule, line: Line) -> tuple[FiledDocument, ...]:
    """Return the papers that satisfy a rule by being here, where every one of them is an unproven list."""
    wanted = rule.kinds or case.lists.sections.get(line, ())
    papers = case.of_kind(*with_equals(wanted))
    return papers if all(paper.id in case.doubted for paper in papers) else ()


def _rows(group: str) -> Callable[[Case, Rule, Line], tuple[FiledDocument, ...]]:
    def papers(case: Case, rule: Rule, line: Line) -> tuple[FiledDocument, ...]:
        """Return the unproven lists that alone give a row of the group."""
        alone = {place for unit in case.rows(group) for place in _only_doubted(unit, case)}
        return tuple(paper for paper in case.documents if paper.id in alone)

    return papers


def _only_doubted(unit: Unit, case: Case) -> frozenset[str]:
    """Return the documents a row stands on where all of them are in doubt."""
    places = frozenset(cell.source.document for cell in unit.cells.values() if cell.source.document)
    return places if places and places <= case.doubted else frozenset()


def _first_pages(papers: Sequence[FiledDocument]) -> tuple[LookedAt, ...]:
    return tuple(LookedAt(document=paper.id, page=paper.pages[0]) for paper in papers)


_RESTING: Mapping[str, Callable[[Case, Rule, Line], tuple[FiledDocument, ...]]] = {
    "runs": _runs,
    "years": _years,
    "documents": _documents,
    "drivers": _rows("drivers"),
    "vehicles": _rows("vehicles"),
    "class_rows": _rows("class_rows"),
}
RESTS_ON = frozenset(_RESTING)
"""What a rule of the rule files may rest on."""
