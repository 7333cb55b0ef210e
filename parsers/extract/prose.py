"""What a mail body or a narrative says in words: insured, dates, limits, answers, and what it calls attached."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from parsers.document import Extraction, FieldCandidate
from parsers.extract.declared import declared_attachments
from parsers.extract.numbered import inline_answers, numbered_answers, promises
from parsers.extract.sayings import labelled_facts, said_facts
from parsers.extract.subjects import subject_facts
from parsers.extract.units import unit_facts

__all__ = ["declared_attachments", "inline_answers", "numbered_answers", "promises", "read"]


def read(text: str, *, subject: str = "", as_of: date | None = None) -> Extraction:
    """Return the facts that running text states; for one fact the surest saying, then the first, is kept.

    ``subject`` is the subject line. ``as_of`` completes dates without a year to their next occurrence; without it they
    are not read.
    """
    found = [*labelled_facts(text, as_of), *unit_facts(text, as_of), *said_facts(text, as_of)]
    found += subject_facts(subject, as_of)
    return Extraction(fields=tuple(_surest(found)))


def _surest(found: Iterable[FieldCandidate]) -> list[FieldCandidate]:
    best: dict[str, FieldCandidate] = {}
    for item in found:
        known = best.get(item.field)
        if known is None or (known.value is None and item.value is not None) or item.confidence > known.confidence:
            best[item.field] = item
    return list(best.values())
