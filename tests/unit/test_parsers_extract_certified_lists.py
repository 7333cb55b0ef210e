"""Over drawn lists of every sort and format: a proven list has every row, and none can go, double or change unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from fixtures.lists import ListCase, cases, styles
from parsers.document import ExtractedTable, Row
from parsers.extract.certificate import Evidence, recheck
from parsers.extract.laws import AMOUNTS
from parsers.extract.schedules import TABLES, held_list
from parsers.extract.tally import IDENTIFIERS
from parsers.limits import Limits
from parsers.readers import delimited, docx, html, pdf, sheet

TODAY = date(2026, 11, 20)
PATIENT = Limits(cpu_seconds=100_000)
READERS: dict[str, Any] = {"xlsx": sheet, "ods": sheet, "csv": delimited, "pdf": pdf, "docx": docx, "html": html}
FAMILIES = ("sov", "drivers", "vehicles", "equipment", "payroll", "prior_carriers")
STARTS = (0, 40)

Held = tuple[ListCase, ExtractedTable, Evidence]


def digital(family: str) -> list[str]:
    return [style for style in styles("tune", family) if not style.startswith("scan")]


@cache
def held(family: str) -> tuple[Held, ...]:
    return tuple(_held(family))


def _held(family: str) -> Iterator[Held]:
    for style in digital(family):
        for start in STARTS:
            for case in cases("tune", family, 1, style=style, start=start):
                reader = READERS[case.file_name.rsplit(".", 1)[1]]
                document = reader.read(case.file, case.file_name, PATIENT)
                extraction, evidence = held_list(document, TABLES[case.kind], (1, 999), TODAY)
                yield case, extraction.tables[0], evidence


def proven(family: str) -> list[Held]:
    return [one for one in held(family) if one[1].proof.proven]


def some(count: int) -> list[int]:
    """Return the first, the last and some rows between."""
    return sorted({0, count // 3, count // 2, count - 1} & set(range(count)))


def without(table: ExtractedTable, index: int) -> ExtractedTable:
    return replace(table, rows=(*table.rows[:index], *table.rows[index + 1 :]))


def twice(table: ExtractedTable, index: int) -> ExtractedTable:
    return replace(table, rows=(*table.rows[: index + 1], *table.rows[index:]))


def altered(table: ExtractedTable, index: int, column: str) -> ExtractedTable:
    row = table.rows[index]
    value = str(row.values[column])
    other = Row(values=row.values | {column: value + "7"}, at=row.at)
    return replace(table, rows=(*table.rows[:index], other, *table.rows[index + 1 :]))


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_proven_is_complete_and_what_is_provable_is_proven(family: str) -> None:
    for case, table, _ in held(family):
        ((_, truth),) = case.tables.items()
        assert len(table.rows) == len(truth) or not table.proof.proven, case.name
        assert table.proof.proven or not case.provable, (case.name, [c.name for c in table.proof.checks if not c.ok])
    assert len(proven(family)) * 3 > len(held(family)) * 2


@pytest.mark.parametrize("family", FAMILIES)
def test_a_row_that_went_or_came_twice_breaks_the_proof(family: str) -> None:
    for case, table, evidence in proven(family):
        for index in some(len(table.rows)):
            assert not recheck(without(table, index), evidence).proven, (case.name, index)
            assert not recheck(twice(table, index), evidence).proven, (case.name, index)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_amount_or_an_identifier_that_changed_breaks_the_proof(family: str) -> None:
    changed = 0
    for case, table, evidence in proven(family):
        for index in some(len(table.rows)):
            for column in (*AMOUNTS.get(table.name, ()), *IDENTIFIERS[table.name]):
                if table.rows[index].values.get(column) not in (None, "0") and not _is_a_word(table, index, column):
                    changed += 1
                    assert not recheck(altered(table, index, column), evidence).proven, (case.name, index, column)
    assert changed > 50


def _is_a_word(table: ExtractedTable, index: int, column: str) -> bool:
    """Return whether an amount says ``included`` or ``ALS``: no figure, and held by none."""
    return column in AMOUNTS.get(table.name, ()) and not str(table.rows[index].values[column])[0].isdigit()


@pytest.mark.parametrize("family", FAMILIES)
def test_prints_without_rules_counts_and_sums_are_never_proven(family: str) -> None:
    for case, table, evidence in held(family):
        if evidence.cut_by_reader and not evidence.counts and not evidence.sums:
            assert not table.proof.proven, case.name
