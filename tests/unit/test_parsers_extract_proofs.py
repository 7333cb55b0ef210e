"""What readers call proven is disproven by every row that is dropped, doubled or altered in what they read."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from classifiers import pages
from fixtures import lists
from parsers import extract, registry
from parsers.document import ExtractedTable, Proof, Row
from parsers.extract import certificate
from parsers.extract.certificate import Evidence, recheck
from parsers.extract.laws import AMOUNTS
from parsers.limits import Limits
from parsers.sniff import sniff

STYLES = [
    (family, style)
    for family in lists.FAMILIES
    if family not in ("bodies", "decoys", "papers")
    for style in lists.styles("tune", family)
    if not style.startswith("scan")
]
MOST = 40
"""Rows changed one by one in a file: those in front, those at the end, and some between."""


@cache
def _certified(family: str, style: str) -> tuple[tuple[str, tuple[Row, ...], Evidence, Proof], ...]:
    """Return everything that readers had certified while they read one drawn file."""
    for found in pkgutil.iter_modules(extract.__path__):
        importlib.import_module(f"{extract.__name__}.{found.name}")  # So that every reader is there to be listened to.
    kept: list[tuple[str, tuple[Row, ...], Evidence, Proof]] = []
    (case,) = lists.cases("tune", family, 1, style=style)
    reader: Any = importlib.import_module(registry.READERS[sniff(case.file)][0])
    document = reader.read(case.file, case.file_name, Limits())

    def heard(name: str, rows: Sequence[Row], evidence: Evidence) -> Proof:
        proof = certificate.certify(name, rows, evidence)
        kept.append((name, tuple(rows), evidence, proof))
        return proof

    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("parsers.extract.") and name != certificate.__name__ and hasattr(module, "certify"):
                patch.setattr(module, "certify", heard)
        for kind in pages.classify(document, name=case.file_name):
            extract.extract(
                document, kind=kind.kind, pages=kind.pages, form=kind.form, edition=kind.edition, state=None
            )
    return tuple(kept)


def _changed(name: str, rows: tuple[Row, ...]) -> Iterator[tuple[Row, ...]]:
    """Yield the rows with one of them dropped, doubled in place, doubled at the end, or with one amount altered."""
    step = max(1, len(rows) // MOST)
    for index in sorted({*range(min(3, len(rows))), *range(0, len(rows), step), len(rows) - 1}):
        row = rows[index]
        yield (*rows[:index], *rows[index + 1 :])
        yield (*rows[: index + 1], row, *rows[index + 1 :])
        yield (*rows, row)
        for column in AMOUNTS.get(name, ()):
            if row.values.get(column) is not None:
                for other in _others(str(row.values[column])):
                    yield (*rows[:index], Row(values=row.values | {column: other}, at=row.at), *rows[index + 1 :])


def _others(amount: str) -> tuple[str, ...]:
    """Return amounts this one is misread as: a digit more, nothing at all, another first digit, unreadable."""
    zero = "0" if float(amount) else "17"
    first = "7" if amount[:1] != "7" else "1"
    return (f"1{amount}" if amount[:1].isdigit() else f"-1{amount[1:]}", zero, f"{first}{amount[1:] or '5'}")


@pytest.mark.parametrize(("family", "style"), STYLES, ids=[f"{family}-{style}" for family, style in STYLES])
def test_a_proof_does_not_outlive_a_change_of_its_rows(family: str, style: str) -> None:
    for name, rows, evidence, proof in _certified(family, style):
        if not proof.proven or not rows:
            continue
        table = ExtractedTable(name=name, rows=rows, proof=proof)
        for changed in _changed(name, rows):
            assert not recheck(replace(table, rows=changed), evidence).proven


def test_most_drawn_lists_are_proven_so_that_there_is_something_to_lose() -> None:
    found = [proof.proven for family, style in STYLES for _, rows, _, proof in _certified(family, style) if rows]

    assert len(found) > len(STYLES) / 2
    assert sum(found) / len(found) > 0.6
