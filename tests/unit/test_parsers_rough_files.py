"""Files as hurried people and careless programs leave them are read: nothing is lost, and nothing wrong is accepted."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest

from classifiers import pages
from fixtures.rungs import rough
from fixtures.rungs.making import Document, Made
from fixtures.typist import Split
from parsers.document import FieldCandidate
from parsers.extract import extract
from parsers.extract.sureness import ACCEPT
from parsers.limits import Limits
from parsers.readers import pdf

PATIENT = Limits(cpu_seconds=100_000)
WAYS = (
    rough.leftover, rough.half, rough.twice, rough.ticked, rough.overrun, rough.odd_ticks, rough.renamed, rough.repeated
)  # fmt: skip


def documents(made: Made) -> list[tuple[Document, dict[str, FieldCandidate]]]:
    read = pdf.read(made.file, "a.pdf", PATIENT)
    kinds = pages.classify(read, name="a.pdf")
    forms = [one for one in made.documents if isinstance(one, Document)]
    assert [kind.kind for kind in kinds] == [f"acord_{one.layout.form}" for one in forms]
    found = []
    for kind, one in zip(kinds, forms, strict=True):
        assert kind.pages == (one.first, one.first + len(one.shown) - 1)
        said = extract(
            read, kind=kind.kind, pages=kind.pages, form=kind.form, edition=kind.edition, as_of=date(2026, 11, 20)
        )
        found.append((one, {field.elabel or field.field: field for field in said.fields if field.raw}))
    return found


def alike(found: FieldCandidate, truth: str | bool) -> bool:
    """Ticks of one question say which answer they are, which may be no; texts may be broken into other lines."""
    if truth is True:
        return found.value is not None
    return folded(found.value) == folded(truth)


def folded(value: object) -> str:
    return "".join(str(value).split()).casefold()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_was_done_roughly_is_read_whole(way: Callable[[Split, random.Random], Made]) -> None:
    for seed in (1, 2):
        for document, values in documents(way("tune", random.Random(f"read/{seed}"))):
            truth = {name: value for name, value in document.typed.truth.items() if name in document_boxes(document)}
            assert truth
            missing = [name for name in truth if name not in values]
            wrong = [
                name
                for name, value in truth.items()
                if name in values and values[name].confidence >= ACCEPT and not alike(values[name], value)
            ]
            assert (missing, wrong) == ([], [])


def document_boxes(document: Document) -> set[str]:
    return {box.name for box in document.layout.shape.fields if box.box[2] - box.box[0] >= 1}


def test_an_agency_systems_form_with_boxes_left_on_it_is_read_whole() -> None:
    made = next(
        one
        for one in (rough.leftover("tune", random.Random(f"agency/{seed}")) for seed in range(40))
        if isinstance(one.documents[0], Document) and one.documents[0].inside
    )
    ((document, values),) = documents(made)
    missing = [name for name in document.typed.truth if name in document_boxes(document) and name not in values]
    assert len(document.typed.truth) > 50
    assert missing == []
