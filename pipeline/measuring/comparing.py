"""One file as it was read beside the file as it is: every box once, every document once.

A box is found under its eLabel in the document that its page really belongs to, whatever document the reader put it
into; the reader's cut is judged by itself. What follows from a row (its building, the state of its sheet) is no reading
of a box and is left out, and so is what stands on pages that are no form.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from classifiers.judgement import Classification
from parsers.document import Extraction, FieldCandidate, Scalar
from parsers.extract.sureness import family, family_by_shape, sources
from parsers.forms import FormMap, form_map
from parsers.forms.names import is_elabel
from parsers.values import RESTRICTED_TYPES
from pipeline.measuring.corpus import Case, Truth

Verdict = Literal["right", "wrong", "invented", "missed", "asked", "unnamed"]
"""``invented`` is a value where nothing stands; ``asked`` is a box reported as a question: without a value, or where
widget and page say different things, with either and that defect. ``unnamed`` is a value under a widget's own name,
which says nothing of what it means: its box is missed, but nothing wrong is said."""


class Part(Protocol):
    """One document as it was told: what it is and what it says."""

    @property
    def classification(self) -> Classification: ...
    @property
    def extraction(self) -> Extraction: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxResult:
    """One box: what stands there, what was read, and how sure the reader was. ``said`` and ``truth`` are unmasked."""

    rung: str
    case: str
    form: str | None
    elabel: str
    family: str
    verdict: Verdict
    truth: Scalar = None
    said: Scalar = None
    method: str = ""
    confidence: float = 0.0
    defect: str | None = None
    source: str = ""
    conflict: bool = False
    restricted: bool = False

    @property
    def reported(self) -> bool:
        """Return whether a value was given."""
        return self.verdict in {"right", "wrong", "invented"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentResult:
    """One document: whether its kind and form, its edition and its pages were told, and whether it was called new."""

    rung: str
    kind: bool
    edition: bool
    pages: bool
    known: bool
    called_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One file: its boxes, its documents, and the first pages of documents told rightly, wrongly and not at all."""

    rung: str
    pages: int
    seconds: float
    boxes: tuple[BoxResult, ...]
    documents: tuple[DocumentResult, ...]
    cuts_right: int
    cuts_wrong: int
    cuts_missed: int


def compared(case: Case, parts: Iterable[Part], *, seconds: float = 0.0) -> CaseResult:
    """Return how the ``parts`` that were read of a case compare with its truth; ``seconds`` is what reading took."""
    read = tuple(parts)
    really = {document.pages[0] for document in case.documents[1:]}
    said = {part.classification.pages[0] for part in read[1:]}
    return CaseResult(
        rung=case.rung,
        pages=max((document.pages[1] for document in case.documents), default=0),
        seconds=seconds,
        boxes=tuple(box for document in case.documents for box in _boxes(case, document, read)),
        documents=tuple(_document(case, document, read) for document in case.documents),
        cuts_right=len(really & said),
        cuts_wrong=len(said - really),
        cuts_missed=len(really - said),
    )


def _document(case: Case, truth: Truth, parts: Iterable[Part]) -> DocumentResult:
    over = [part for part in parts if _overlaps(part.classification.pages, truth.pages)]
    best = max(over, key=lambda part: _shared(part.classification.pages, truth.pages), default=None)
    told = best.classification if best else None
    return DocumentResult(
        rung=case.rung,
        kind=bool(told and told.kind == truth.kind and told.form == truth.form),
        edition=bool(told and told.edition == truth.edition),
        pages=bool(told and told.pages == truth.pages),
        known=truth.known,
        called_new=any(map(_called_new, over)),
    )


def _overlaps(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return _shared(one, other) > 0


def _shared(one: tuple[int, int], other: tuple[int, int]) -> int:
    return min(one[1], other[1]) - max(one[0], other[0]) + 1


def _boxes(case: Case, truth: Truth, parts: Iterable[Part]) -> Iterator[BoxResult]:
    fields = form_map(truth.form) if truth.form else None
    read = _by_elabel(_standing_on(truth.pages, parts))
    silent = sorted(truth.conflicts.keys() - truth.values.keys() - read.keys())
    for elabel in dict.fromkeys((*truth.values, *read, *silent)):
        yield _box(case, truth, elabel, read.get(elabel), fields)


def _standing_on(pages: tuple[int, int], parts: Iterable[Part]) -> Iterator[tuple[FieldCandidate, str]]:
    """Yield the candidates on some pages, each with the name of the tables that tell how sure it is."""
    for part in parts:
        fields = part.extraction.fields
        for found, source in zip(fields, sources(fields, known_edition=not _called_new(part)), strict=True):
            if pages[0] <= (found.at.page or part.classification.pages[0]) <= pages[1]:
                yield found, source


def _called_new(part: Part) -> bool:
    return any(defect.reason == "new_edition" for defect in part.extraction.defects)


def _by_elabel(found: Iterable[tuple[FieldCandidate, str]]) -> dict[str, tuple[FieldCandidate, str]]:
    """Return the first candidate of each box; one without any text of its own only where the box has no other."""
    first: dict[str, tuple[FieldCandidate, str]] = {}
    for one, source in found:
        if one.elabel and (one.elabel not in first or (one.raw and not first[one.elabel][0].raw)):
            first[one.elabel] = one, source
    return first


def _box(
    case: Case, truth: Truth, elabel: str, read: tuple[FieldCandidate, str] | None, fields: FormMap | None
) -> BoxResult:
    found, source = read or (None, "")
    stands = truth.values.get(elabel)
    box = fields.fields.get(elabel) if fields else None
    said = found.value if found else None
    if found and box and box.type == "tick" and said == box.value:
        said = True
    flagged = bool(found and found.defect and elabel in truth.conflicts)
    return BoxResult(
        rung=case.rung,
        case=case.name,
        form=truth.form,
        elabel=elabel,
        family=family(found, fields) if found and (box or said is not None) else _family(elabel, stands, fields),
        verdict="asked" if flagged else _verdict(stands, said, asked=found is not None, named=is_elabel(elabel)),
        truth=stands,
        said=said,
        method=found.method if found else "",
        confidence=found.confidence if found else 0.0,
        defect=found.defect.reason if found and found.defect else None,
        source=source,
        conflict=elabel in truth.conflicts,
        restricted=bool(found and found.restricted) or bool(box and box.type in RESTRICTED_TYPES),
    )


def _family(elabel: str, stands: Scalar, fields: FormMap | None) -> str:
    empty = FieldCandidate(field=elabel, value=stands, raw="", confidence=0.0, method="text", elabel=elabel)
    return family(empty, fields) if fields and elabel in fields.fields else family_by_shape(stands)


def _verdict(stands: Scalar, said: Scalar, *, asked: bool, named: bool) -> Verdict:
    if said is None:
        return "asked" if asked else "missed"
    if stands is None:
        return "invented" if named else "unnamed"
    return "right" if same(stands, said) else "wrong"


def same(one: Scalar, other: Scalar) -> bool:
    """Return whether two normalised values are equal; line breaks and runs of spaces are one space."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return _plain(one) == _plain(other)


def _plain(value: Scalar) -> str:
    return " ".join(unicodedata.normalize("NFKC", str(value)).split())
