"""What rests on a list that is not proven: an item for us, and requirements that such a list alone would satisfy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipeline import losses
from pipeline.checks.case import Case, Unit, with_equals
from pipeline.checks.finding import Finding, Rule
from pipeline.checks.proofs import proof_words, subject_of, unproven
from pipeline.submission import FiledDocument, Line, LookedAt

ASK = "{file} is here and was read; one of us is comparing its rows with the page."
"""What an item says that only unproven rows would satisfy. Nobody outside is asked for anything."""
SHARE = 0.5


def lists_proven(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """LIST-UNPROVEN: the rows of every list are shown to be all and right, by its document or by one of us."""
    return tuple(
        Finding(
            subject=subject_of(document),
            share=SHARE,
            words={"file": document.name, "trouble": "; ".join(proof_words(document))},
            looked_at=_first_pages([document]),
        )
        for document in case.documents
        if unproven(document)
    )


def weighed(case: Case, rule: Rule, line: Line, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings of a rule; where only an unproven list satisfies it, one that waits for a person."""
    if rule.rests_on is None or not findings or any(finding.state != "satisfied" for finding in findings):
        return findings
    papers = _RESTING[rule.rests_on](case, rule, line)
    if not papers:
        return findings
    names = ", ".join(dict.fromkeys(paper.name for paper in papers))
    several = len(findings) > 1 or bool(findings[0].subject)
    waiting = Finding(
        subject=names if several else "",
        state="received_unverified",
        share=SHARE,
        words={**findings[0].words, "file": names},
        variant="unproven",
        severity="needed_to_quote" if rule.severity == "blocking" else None,
        looked_at=_first_pages(papers),
    )
    return (*findings, waiting) if several else (waiting,)


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
    kinds = rule.kinds or case.lists.sections.get(line, ())
    papers = case.of_kind(*with_equals(kinds))
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
