"""A raw score becomes a probability by method and family; nothing doubtful is as sure as what needs no person."""

from __future__ import annotations

from typing import Any

import pytest

from parsers.document import Defect, FieldCandidate, Location, Method, Scalar
from parsers.extract.sureness import (
    ACCEPT,
    CAPPED,
    FAMILIES,
    Sureness,
    SurenessError,
    calibrate_all,
    calibrated,
    family,
    raw_scores,
    read_tables,
    shipped,
    sources,
)
from parsers.forms import form_map
from parsers.values import TYPES

TABLES = read_tables(
    {
        "tables": {
            "layout": {
                "": {"steps": [[0.0, 0.6], [0.8, 0.95]]},
                "date": {"steps": [[0.0, 0.7], [0.8, 0.998]]},
            },
            "layout of a new edition": {"": {"steps": [[0.0, 0.5], [0.8, 0.999]]}},
        }
    }
)


def found(
    value: Scalar = "2027-01-15", *, method: Method = "layout", score: float = 0.9, **more: Any
) -> FieldCandidate:
    return FieldCandidate(
        **{"field": "x", "raw": "raw", "value": value, "confidence": score, "method": method, "elabel": "X_A"} | more
    )


def sure(one: FieldCandidate, *, known: bool = True) -> float:
    (source,) = sources([one], known_edition=known)
    return calibrated(one, source, known_edition=known, tables=TABLES).confidence


def test_a_value_is_as_sure_as_the_table_of_its_method_and_family_says() -> None:
    assert sure(found()) == 0.998
    assert sure(found(score=0.3)) == 0.7


def test_a_family_without_a_table_uses_the_one_of_its_method() -> None:
    assert sure(found("Lakeline Mechanical")) == 0.95


def test_a_method_that_was_never_measured_keeps_its_score() -> None:
    assert sure(found(method="widget", score=0.93)) == 0.93


def test_a_value_of_an_unknown_layout_is_never_accepted_without_a_person() -> None:
    assert sure(found("text"), known=False) == CAPPED < ACCEPT
    # A box that has its name from where it stands; the names of others hold in every edition.
    assert sure(found(method="widget", score=0.97), known=False) <= CAPPED
    assert sure(found(method="widget", score=0.999), known=False) >= ACCEPT


def test_a_value_with_a_defect_is_never_accepted_without_a_person() -> None:
    assert sure(found(score=0.99, defect=Defect(reason="value_differs"))) == CAPPED
    assert sure(found(score=0.75, defect=Defect(reason="check_digit"))) == 0.7


def test_what_is_read_off_a_page_and_hardly_likely_is_asked_and_not_said() -> None:
    tables = read_tables({"tables": {name: {"": {"steps": [[0.0, 0.4]]}} for name in ("ocr", "widget")}})
    read = calibrated(found("Meza", method="ocr", raw="Me2a"), "ocr", known_edition=True, tables=tables)
    assert (read.value, read.raw, read.confidence) == (None, "Me2a", 0.4)
    assert read.defect is not None
    assert read.defect.reason == "unclear"
    ticked = calibrated(found(True, method="ocr", raw="on"), "ocr", known_edition=True, tables=tables)
    assert ticked.defect is not None
    assert ticked.defect.reason == "doubtful_tick"
    assert calibrated(found("Mesa", method="widget"), "widget", known_edition=True, tables=tables).value == "Mesa"


def test_a_question_without_a_value_keeps_its_score() -> None:
    assert sure(found(None, score=0.41, defect=Defect(reason="doubtful_tick"))) == 0.41


def test_every_value_type_is_in_one_family() -> None:
    kinds = [kind for some in FAMILIES.values() for kind in some]
    assert sorted(kinds) == sorted({*TYPES, "tick", "signature"})


def test_the_form_says_of_which_family_a_box_is_and_without_it_the_value_does() -> None:
    fields = form_map("125")
    assert family(found("86", elabel="Producer_MailingAddress_PostalCode_A"), fields) == "zip"
    assert [family(found(value)) for value in (True, "2027-01-15", "118400.00", "Mesa")] == [
        "tick",
        "date",
        "number",
        "text",
    ]


def test_readings_of_unknown_layouts_have_tables_of_their_own_but_named_boxes_do_not() -> None:
    some = [found(method="layout"), found(method="widget")]
    assert sources(some, known_edition=True) == ("layout", "widget")
    assert sources(some, known_edition=False) == ("layout of a new edition", "widget")


def test_a_page_that_was_hard_to_read_has_tables_of_its_own() -> None:
    clear = [found(method="ocr", score=0.96, at=Location(page=1)) for _ in range(3)]
    poor = [found(method="ocr", score=score, at=Location(page=2)) for score in (0.96, 0.96, 0.4)]
    ticks = [found(True, method="ocr", score=0.3, at=Location(page=1)) for _ in range(9)]
    told = sources([*clear, *poor, *ticks], known_edition=True)
    assert told == (*["ocr"] * 3, *["ocr of a poor page"] * 3, *["ocr"] * 9)


def test_raw_scores_stay_where_tables_are_learned_from_them() -> None:
    some = (found(score=0.5),)
    with raw_scores():
        assert calibrate_all(some, known_edition=False) == some
    assert calibrate_all((found(score=0.999),), known_edition=False)[0].confidence <= CAPPED


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([[0.5, 0.9], [0.1, 0.95]], "do not rise"),
        ([[0.1, 0.9], [0.5, 0.8]], "do not rise"),
        ([], "do not rise"),
        ([[0.1, 1.0]], "between 0 and 1"),
    ],
)
def test_a_damaged_table_is_refused_by_name(steps: list[list[float]], why: str) -> None:
    with pytest.raises(SurenessError, match=f"ocr, date: .*{why}"):
        read_tables({"tables": {"ocr": {"date": {"steps": steps}}}})


def test_a_family_nobody_knows_is_refused() -> None:
    with pytest.raises(SurenessError, match="colour"):
        read_tables({"tables": {"ocr": {"colour": {"steps": [[0.1, 0.9]]}}}})


def test_the_shipped_tables_can_be_read() -> None:
    assert isinstance(shipped(), Sureness)
