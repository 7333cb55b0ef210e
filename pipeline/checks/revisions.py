"""Papers sent anew that are read worse than before: what they would take away or change, for one of us to see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parsers.document import Scalar
from pipeline import trust, versions
from pipeline.checks.case import Case
from pipeline.checks.finding import Finding, Rule
from pipeline.checks.words import shown
from pipeline.proofs import subject_of
from pipeline.submission import FiledDocument, Line, LookedAt, SourcedCandidate
from pipeline.versions import MASK, Change

MANY = 6
"""Differences that are told one by one; the rest are counted."""
_HOW = {"removed": "not in the new one", "added": "only in the new one"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    """A version by its lists alone."""

    filed: FiledDocument
    candidates: tuple[SourcedCandidate, ...] = ()


def doubtful_versions(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """DOC-VERSION: a copy that is unproven, read in part or hardly known has not taken the place of a former one."""
    return tuple(
        _finding(new, old, differences)
        for new in case.documents
        if (old := _kept(case, new)) is not None and (differences := _differences(old, new))
    )


def _kept(case: Case, new: FiledDocument) -> FiledDocument | None:
    """Return the version before one, where it stands only because the newer is in doubt."""
    if not new.version_of:
        return None
    former = [one for one in case.documents if one.lineage == new.lineage and one.version < new.version]
    old = max(former, key=lambda one: one.version, default=None)
    return old if old is not None and trust.keeps_rows(new, old, case.facts.answers) else None


def _differences(old: FiledDocument, new: FiledDocument) -> tuple[Change, ...]:
    return versions.difference(_Paper(filed=old), _Paper(filed=new))


def _finding(new: FiledDocument, old: FiledDocument, differences: Sequence[Change]) -> Finding:
    told = list(_words(differences[:MANY]))
    if len(differences) > MANY:
        told.append(f"{len(differences) - MANY} more")
    places = tuple(LookedAt(document=one.id, page=one.pages[0]) for one in (old, new))
    words = {"file": new.name, "former": old.name, "differences": "; ".join(told)}
    return Finding(subject=subject_of(new), share=0.5, words=words, looked_at=places, since=new.received_at)


def _words(differences: Iterable[Change]) -> Iterable[str]:
    for change in differences:
        column = change.field.rpartition(".")[2].replace("_", " ")
        if change.how in _HOW and "." not in change.field:
            yield f"{change.unit or column} {_HOW[change.how]}"
        else:
            name = f"{change.unit}, {column}" if change.unit else column
            yield f"{name} was {_value(change, change.before)}, is {_value(change, change.after)}"


def _value(change: Change, value: Scalar) -> str:
    if value is None:
        return "blank"
    return MASK if change.restricted else shown(value)
