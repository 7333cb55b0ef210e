"""Loss runs of a second hand: read whole, and never proven where a claim was lost, doubled or altered."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from fixtures.lists.case import Drawn, Order
from fixtures.lists.loss_second import STYLES
from parsers.document import ExtractedTable, Extraction, ParsedDocument
from parsers.extract.lossruns import read_loss_run, reading_of, told
from parsers.extract.runclaims import amount_in
from parsers.extract.runcolumns import AMOUNT_NAMES
from parsers.extract.runevents import event_of
from parsers.extract.runspans import span_of
from parsers.extract.runterms import Reading
from parsers.limits import Limits
from parsers.readers import delimited, docx, pdf, sheet

TODAY = date(2026, 11, 20)
PATIENT = Limits(cpu_seconds=100_000)
READERS = {"pdf": pdf, "csv": delimited, "docx": docx, "xlsx": sheet}
WHOLE = sorted(STYLES)


@cache
def drawn(style: str, index: int) -> tuple[Drawn, ParsedDocument]:
    made = STYLES[style](Order(split="tune", turn=index), random.Random(f"mine/{style}/{index}"))
    return made, READERS[made.suffix].read(made.file, f"losses.{made.suffix}", PATIENT)


def table(found: Extraction, name: str) -> ExtractedTable:
    return next(each for each in found.tables if each.name == name)


def claims(found: Extraction) -> list[tuple[object, ...]]:
    return sorted(
        (str(row.values.get("claim_number")), str(row.values.get("date_of_loss")), str(row.values.get("incurred")))
        for row in table(found, "claims").rows
    )


@pytest.mark.parametrize("style", WHOLE)
def test_every_claim_of_every_style_is_read(style: str) -> None:
    for index in (0, 4, 6):
        made, document = drawn(style, index)
        truth = [
            (str(row["claim_number"]), str(row["date_of_loss"]), str(row["incurred"])) for row in made.tables["claims"]
        ]
        assert claims(read_loss_run(document, (1, 9_999), TODAY)) == sorted(truth), index


def spoilt() -> Iterator[tuple[str, Reading]]:
    """Yield readings with a claim lost, doubled, or one amount of it altered."""
    for style in WHOLE:
        for index in range(3):
            _, document = drawn(style, index)
            count = len(reading_of(document, (1, 9_999), TODAY)[0].claims)
            for at in sorted({0, count // 2, count - 1}) if count else ():
                for how in (lose, double, alter):
                    reading, _ = reading_of(document, (1, 9_999), TODAY)
                    how(reading, at)
                    yield f"{style} {index} {how.__name__} {at}", reading


def lose(reading: Reading, at: int) -> None:
    claim = reading.claims.pop(at)
    if claim.term:
        claim.term.claims.remove(claim)


def double(reading: Reading, at: int) -> None:
    claim = reading.claims[at]
    again = replace(claim, cells=dict(claim.cells))
    reading.claims.insert(at, again)
    if claim.term:
        claim.term.claims.append(again)


def alter(reading: Reading, at: int) -> None:
    cells = reading.claims[at].cells
    name = sorted(cells.keys() & AMOUNT_NAMES)[0]
    cells[name] = f"{(amount_in(cells[name]) or Decimal(0)) + 7:.2f}"


def test_a_claim_that_was_lost_or_doubled_or_altered_is_never_proven() -> None:
    tried = 0
    for name, reading in spoilt():
        _, head = reading_of(drawn(name.split()[0], int(name.split()[1]))[1], (1, 9_999), TODAY)
        assert not table(told(reading, head, TODAY), "claims").proof.proven, name
        tried += 1
    assert tried > 150


def test_what_is_proven_is_what_stands_there() -> None:
    proven = 0
    for style in STYLES:
        for index in range(4):
            made, document = drawn(style, index)
            found = read_loss_run(document, (1, 9_999), TODAY)
            if table(found, "claims").proof.proven:
                truth = [(row["claim_number"], row["date_of_loss"], row["incurred"]) for row in made.tables["claims"]]
                assert claims(found) == sorted(truth), (style, index)  # type: ignore[type-var]
                proven += 1
    assert proven > 30


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Period Beginning: 01/01/2024   Period Ending: 01/01/2025", ("2024-01-01", "2025-01-01")),
        ("Policy Effective Date: Jul 1, 2021   To: Jul 1, 2022", ("2021-07-01", "2022-07-01")),
        ("From: 04/01/2023   Policy Expiration Date: 04/01/2024", ("2023-04-01", "2024-04-01")),
        ("effective 01 Jan 2020 to 01 Jan 2021", ("2020-01-01", "2021-01-01")),
    ],
)
def test_a_term_may_be_told_by_two_labelled_days(text: str, span: tuple[str, str]) -> None:
    assert span_of(text, TODAY) == span


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Occurrence 27967   DOL 08/04/19   Rear-ended vehicle",
            {"date_of_loss": "08/04/19", "description": "Rear-ended vehicle"},
        ),
        ("Event No. A-2201  Date of Loss: 01/02/2024", {"date_of_loss": "01/02/2024"}),
        ("Policy GL-1 effective 01/02/2024", {}),
        ("Claims valued 01/02/2024", {}),
    ],
)
def test_the_head_of_an_occurrence_says_its_day_and_story(text: str, said: dict[str, str]) -> None:
    assert dict(event_of(text, TODAY)) == said
