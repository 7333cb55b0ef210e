"""Tie papers that came again to the papers they are new versions of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.records import documents
from pipeline.records.assessments import Case
from pipeline.records.documents import ReadDocument
from pipeline.records.session import Transaction
from pipeline.versions import Revision, revision


def revise(tx: Transaction, case: Case, new: Sequence[str], *, at: datetime) -> tuple[Case, tuple[Revision, ...]]:
    """Make those of the ``new`` papers versions of earlier ones that are; return the case as it stands then.

    Papers that came together are no versions of each other. Where mails are filed out of order, the version is the
    one received later.
    """
    papers = {document.filed.id: document for document in case.documents}
    found: list[Revision] = []
    for key in new:
        revised = _revise(tx, case.submission.id, papers, key, frozenset(new), at)
        if revised is not None:
            found.append(revised)
    return replace(case, documents=tuple(papers.values())), tuple(found)


def _revise(
    tx: Transaction, submission: int, papers: dict[str, ReadDocument], key: str, new: frozenset[str], at: datetime
) -> Revision | None:
    mine = papers[key]
    known = [one for one in papers.values() if one.filed.id not in new]
    later = [one for one in known if _is_later(one, mine) and not one.filed.version_of]
    revised = revision(mine, [one for one in known if not _is_later(one, mine)])
    if revised is None:
        turned = (revision(one, [mine]) for one in later)
        revised = next((one for one in turned if one is not None), None)
    if revised is None:
        return None
    former, latest = revised.former, revised.document
    ended = tuple(one for one in revised.ended if one != former.id)
    documents.replace_document(
        tx, submission, former.id, latest.id, at=at, also=ended, whole=former.id in revised.ended
    )
    filed = replace(latest, version=former.version + 1, version_of=former.lineage)
    papers[latest.id] = replace(papers[latest.id], filed=filed)
    for gone in revised.ended:
        papers[gone] = replace(papers[gone], filed=replace(papers[gone].filed, replaced=True))
    return replace(revised, document=filed)


def _is_later(one: ReadDocument, other: ReadDocument) -> bool:
    came, mine = one.filed.received_at, other.filed.received_at
    return came is not None and mine is not None and came > mine
