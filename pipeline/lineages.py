"""Which version of a paper is heard on a fact: the newest that speaks of it, or one before it that is proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline import comparing
from pipeline.submission import FiledDocument, SourcedCandidate
from pipeline.trust import Better

NOTHING: Better = {}


def newest(
    by_field: dict[str, list[SourcedCandidate]], documents: Mapping[str, FiledDocument], better: Better = NOTHING
) -> Mapping[str, list[SourcedCandidate]]:
    """Leave out what a newer version of the same paper says otherwise, or no longer says.

    ``better`` has the former versions that are believed before an unproven one that came later.
    """
    if not any(document.version_of or document.replaced for document in documents.values()):
        return by_field
    told = {name: _newest_versions(name, claims, documents, better) for name, claims in by_field.items()}
    return {name: claims for name, claims in told.items() if claims}


def _newest_versions(
    name: str, claims: Sequence[SourcedCandidate], documents: Mapping[str, FiledDocument], better: Better
) -> list[SourcedCandidate]:
    by_lineage: dict[str, list[SourcedCandidate]] = {}
    papers = [documents.get(claim.source.document or "") for claim in claims]
    for claim, paper in zip(claims, papers, strict=True):
        if paper is not None:
            by_lineage.setdefault(paper.lineage, []).append(claim)
    heard: list[SourcedCandidate] = []
    for claim, paper in zip(claims, papers, strict=True):
        if paper is None:
            heard.append(claim)
        elif not paper.replaced and not _is_outdated(claim, paper, by_lineage[paper.lineage], documents, better):
            heard.append(_confirmed(name, claim, by_lineage[paper.lineage]))
    return heard


def _is_outdated(
    claim: SourcedCandidate,
    paper: FiledDocument,
    versions: Sequence[SourcedCandidate],
    documents: Mapping[str, FiledDocument],
    better: Better,
) -> bool:
    """Return whether a version that is believed before this one has something written there, legible or not."""
    return any(
        _goes_before(documents[other.source.document or ""], paper, better)
        and (other.candidate.value is not None or bool(other.candidate.raw.strip()))
        for other in versions
        if other is not claim
    )


def _goes_before(one: FiledDocument, other: FiledDocument, better: Better) -> bool:
    if one.id in better.get(other.id, ()):
        return True
    return one.version > other.version and other.id not in better.get(one.id, ())


def _confirmed(name: str, claim: SourcedCandidate, versions: Sequence[SourcedCandidate]) -> SourcedCandidate:
    """Return a reading as sure as the surest of all versions that say the same: only what changed is looked at anew."""
    same = [
        other.candidate.confidence
        for other in versions
        if comparing.unchanged(name, other.candidate.value, claim.candidate.value)
    ]
    if claim.candidate.value is None or not same or max(same) <= claim.candidate.confidence:
        return claim
    return replace(claim, candidate=replace(claim.candidate, confidence=max(same)))
