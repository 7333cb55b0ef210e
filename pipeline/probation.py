"""Keep editions of forms that nobody has seen on probation until people have confirmed what is read on them.

Every value of such an edition goes to review. A person's word on one is a confirmation or a correction; after so many
confirmations in a row, from more than one submission, later papers of the edition are believed as far as their
probabilities go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parsers.document import FieldCandidate
from parsers.extract.newness import EditionName
from pipeline.submission import FiledDocument, ResolvedField

NEW = "new_edition"
_BY_LAYOUT = frozenset({"layout", "ocr"})
"""How values are read that say something of the layout; widgets have names of their own."""
FEWEST_SUBMISSIONS = 2
"""One applicant fills the same boxes on all papers: another one fills others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a person said of one value: that it was read right, or that it was not."""

    edition: EditionName
    field: str
    agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmations:
    """How often people agreed with what was read on an edition since they last corrected it, and in how many
    submissions."""

    edition: EditionName
    agreed: int
    submissions: int


def lifted(found: Iterable[Confirmations], *, needed: int) -> frozenset[EditionName]:
    """Return the editions whose probation is over: ``needed`` confirmations in a row."""
    return frozenset(one.edition for one in found if one.agreed >= needed and one.submissions >= FEWEST_SUBMISSIONS)


def words(
    said: Iterable[FieldCandidate], facts: Mapping[str, ResolvedField], documents: Iterable[FiledDocument]
) -> tuple[Word, ...]:
    """Return what a person's values say of those we went by, ``facts``, where they stood on editions on probation.

    A value that was asked about, because nothing was read, confirms nothing and corrects nothing.
    """
    papers = {one.id: name for one in documents if (name := _on_probation(one))}
    found = []
    for one in said:
        fact = facts.get(one.field)
        edition = papers.get(fact.source.document or "") if fact else None
        if fact is None or edition is None or fact.value is None or fact.status == "uw_overridden":
            continue
        if fact.source.method in _BY_LAYOUT:
            found.append(Word(edition=edition, field=one.field, agreed=one.value == fact.value))
    return tuple(found)


def _on_probation(document: FiledDocument) -> EditionName | None:
    new = any(finding.reason == NEW for finding in document.findings)
    if not new or document.form is None or document.edition is None:
        return None
    return EditionName(document.form, document.edition, document.state)
