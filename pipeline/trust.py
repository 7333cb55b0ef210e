"""Which version of a paper is trusted: a copy that is read worse than the former one takes nothing away from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from pipeline.proofs import is_vouched, unproven
from pipeline.submission import Answer, FiledDocument

Better: TypeAlias = Mapping[str, frozenset[str]]
"""Document id → the ids of the former versions whose values stand although it came later."""

_SURE_OF_THE_KIND = 0.6


def keeps_rows(new: FiledDocument, old: FiledDocument, answers: Sequence[Answer] = ()) -> bool:
    """Return whether nothing of ``old`` may go because of ``new``: it is unproven, read in part, or hardly known.

    The word of one of us for its rows lets a list do what a proven one does.
    """
    if is_vouched(new, answers):
        return False
    in_part = new.status != "read" and old.status == "read"
    return bool(unproven(new)) or in_part or new.confidence < _SURE_OF_THE_KIND <= old.confidence


def better_versions(documents: Sequence[FiledDocument], answers: Sequence[Answer] = ()) -> Better:
    """Return, for lists that nothing proves, the former versions that are proven or vouched for."""
    found: dict[str, frozenset[str]] = {}
    for new in documents:
        if new.version_of and unproven(new) and not is_vouched(new, answers):
            former = (one for one in documents if one.lineage == new.lineage and one.version < new.version)
            proven = (one for one in former if not unproven(one) or is_vouched(one, answers))
            found[new.id] = frozenset(one.id for one in proven if any(table.rows for table in one.tables))
    return {key: ids for key, ids in found.items() if ids}
