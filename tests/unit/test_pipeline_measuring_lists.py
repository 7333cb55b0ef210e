"""Lists are compared row by row: lost, invented and wrong rows all count, and a false proof is never overlooked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from classifiers.judgement import Classification
from parsers.document import ExtractedTable, Extraction, Proof, Row, Scalar
from parsers.sandbox import Sandbox
from pipeline.measuring import listgoals, lists
from pipeline.measuring.goals import GoalsError
from pipeline.measuring.intervals import Share
from pipeline.measuring.listcompare import FileResult, compared
from pipeline.measuring.listcorpus import families, generated
from pipeline.measuring.listvalues import faults, style_values
from pipeline.measuring.rowmatch import compared_table, equal, matched

CLAIMS: tuple[dict[str, Scalar], ...] = (
    {"claim_number": "C1", "date_of_loss": "2024-01-02", "incurred": "100.00", "closed": None},
    {"claim_number": "C2", "date_of_loss": "2024-02-03", "incurred": "0.00", "closed": "2024-05-05"},
    {"claim_number": "C3", "date_of_loss": "2024-03-04", "incurred": "250.50", "closed": None},
)


def table(rows: Sequence[Mapping[str, Scalar]], name: str = "claims", *, proven: bool = True) -> ExtractedTable:
    proof = Proof(proven=proven, rows=len(rows))
    return ExtractedTable(name=name, rows=tuple(Row(values=dict(row)) for row in rows), proof=proof)


def changed(index: int, **cells: Scalar) -> list[dict[str, Scalar]]:
    return [row | cells if at == index else row for at, row in enumerate(CLAIMS)]


def test_rows_read_as_printed_are_all_right() -> None:
    found = compared_table("claims", CLAIMS, [table(CLAIMS)])

    assert (found.rows, found.extra, found.cells, found.wrong) == (Share(hits=3, n=3), 0, Share(hits=10, n=10), ())
    assert found.proven and found.sound


def test_a_lost_row_costs_the_row_and_its_cells() -> None:
    found = compared_table("claims", CLAIMS, [table(CLAIMS[:2])])

    assert (found.rows, found.cells) == (Share(hits=2, n=3), Share(hits=7, n=10))
    assert found.proven and not found.sound


def test_a_doubled_and_an_invented_row_are_rows_too_many() -> None:
    found = compared_table("claims", CLAIMS, [table([*CLAIMS, CLAIMS[0], {"claim_number": "X9"}])])

    assert (found.rows.hits, found.extra, found.sound) == (3, 2, False)


def test_a_wrong_amount_makes_a_proof_false_a_wrong_word_does_not() -> None:
    amount = compared_table("claims", CLAIMS, [table(changed(0, incurred="10.00"))])
    word = compared_table("claims", CLAIMS, [table(changed(0, date_of_loss="2024-01-20"))])

    assert amount.wrong == (("incurred", "100.00", "10.00"),) and not amount.sound
    assert word.cells == Share(hits=9, n=10) and word.sound


def test_a_value_in_a_blank_cell_is_wrong_but_none_of_the_printed_cells() -> None:
    found = compared_table("claims", CLAIMS, [table(changed(0, closed="2024-09-09"))])

    assert found.cells == Share(hits=10, n=10)
    assert found.wrong == (("closed", "None", "2024-09-09"),)


def test_rows_are_found_again_in_any_order_and_with_errors() -> None:
    read = [changed(2, date_of_loss="2024-03-14")[2], CLAIMS[1], changed(0, incurred="1.00")[0]]

    pairs = matched(CLAIMS, read)

    assert [pairs[at]["claim_number"] for at in range(3)] == ["C1", "C2", "C3"]


def test_rows_alike_in_everything_are_paired_once_each() -> None:
    same = [{"code": "5537", "payroll": "100"}] * 3

    assert len(matched(same, same[:2])) == 2
    assert compared_table("class_rows", same, [table([*same, same[0]], "class_rows")]).extra == 1


@pytest.mark.parametrize(
    ("truth", "read", "is_equal"),
    [
        ("57583.40", "57583.4", True),
        ("1180 Mill St", "1180  Mill St", True),
        ("1180 Mill St", "1180 Mill", False),
        ("00123", "123", False),
        ("Ana Dunlap", "••••••••ap", True),
        ("Ana Dunlap", "••••••••xx", False),
        (True, True, True),
        (None, "", False),
        ("A", None, False),
    ],
)
def test_values_are_equal_as_people_mean_it(truth: Scalar, read: Scalar, is_equal: bool) -> None:
    assert equal(truth, read) is is_equal


# Files

TERMS: tuple[dict[str, Scalar], ...] = (
    {
        "policy_number": "HM 1-00",
        "term_from": "2024-01-01",
        "term_to": "2025-01-01",
        "line": "commercial_auto",
        "valuation_date": "2025-06-01",
        "claim_count": "3",
        "incurred": "350.50",
    },
)


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str = "case"
    family: str = "loss_run"
    style: str = "harborline"
    file: bytes = b""
    file_name: str = "run.pdf"
    kind: str = "loss_run"
    also: tuple[str, ...] = ()
    tables: Mapping[str, Any] = field(default_factory=lambda: {"terms": TERMS, "claims": CLAIMS})
    facts: Mapping[str, str] = field(default_factory=lambda: {"claim_count": "3", "incurred": "350.50"})
    provable: bool = True
    pages: int = 1


@dataclass(frozen=True, kw_only=True)
class Part:
    classification: Classification
    extraction: Extraction


def part(*tables: ExtractedTable, kind: str = "loss_run", confidence: float = 0.97) -> Any:
    judged = Classification(kind=kind, confidence=confidence, pages=(1, 1), form=None, edition=None)
    return Part(classification=judged, extraction=Extraction(tables=tables))


def result(*parts: Any, case: Case | None = None) -> FileResult:
    return compared(case or Case(), parts, seconds=0.1)


RIGHT = part(table(TERMS, "terms"), table(CLAIMS))


def test_a_loss_run_read_well_has_all_its_facts() -> None:
    assert result(RIGHT).facts == dict.fromkeys(("terms", "valuation", "claim_count", "total_incurred"), True)


@pytest.mark.parametrize(
    ("fact", "change"),
    [
        ("terms", {"term_to": "2025-07-01"}),
        ("valuation", {"valuation_date": "2025-06-02"}),
        ("claim_count", {"claim_count": "4"}),
        ("total_incurred", {"incurred": "350.00"}),
    ],
)
def test_each_fact_of_a_loss_run_is_judged_by_itself(fact: str, change: dict[str, str]) -> None:
    read = result(part(table([TERMS[0] | change], "terms"), table(CLAIMS))).facts

    assert [name for name, exact in read.items() if not exact] == [fact]


def test_a_printed_count_is_not_exact_while_a_claim_is_lost() -> None:
    assert not result(part(table(TERMS, "terms"), table(CLAIMS[:2]))).facts["claim_count"]


@pytest.mark.parametrize(
    ("kinds", "verdict"),
    [
        ([("loss_run", 0.9)], "right"),
        ([("unknown", 0.3)], "unknown"),
        ([("loss_run", 0.9), ("unknown", 0.4)], "unknown"),
        ([("sov", 0.95)], "wrong"),
        ([("unknown", 0.3), ("sov", 0.6)], "wrong"),
        ([], "unknown"),
    ],
)
def test_a_kind_is_right_when_every_part_has_it(kinds: list[tuple[str, float]], verdict: str) -> None:
    assert result(*(part(kind=kind, confidence=sure) for kind, sure in kinds)).kind == verdict


def test_rows_of_a_paper_without_a_list_are_all_too_many() -> None:
    decoy = Case(family="decoys", kind="unknown", tables={}, facts={})

    found = result(part(table(CLAIMS, "buildings"), kind="unknown"), case=decoy)

    assert found.tables[0].extra == 3 and found.false_proofs == ("buildings",)


def test_styles_add_up_and_goals_are_met_by_what_was_measured() -> None:
    good = lists.summed("loss_run", "harborline", [result(RIGHT)])
    lost = lists.summed("loss_run", "table", [result(part(table(TERMS, "terms"), table(CLAIMS[:2])))])
    digital = lists.together([good, lost], scanned=False)

    assert digital.rows == Share(hits=7, n=8) and digital.false == Share(hits=1, n=4)
    assert lists.together([good, lost], scanned=True).files == 0
    verdicts = {goal.name: goal.met for goal in listgoals.reached(digital, "digital")}
    assert not verdicts["rows"] and not verdicts["claim_count"] and verdicts["kinds"] and verdicts["extra"]
    assert [goal.met for goal in listgoals.reached(digital, "all")] == [False]
    assert all(goal.met for goal in listgoals.reached(good, "digital"))


def test_tables_that_nothing_could_prove_are_not_expected_to_be_proven() -> None:
    unproven = part(table(TERMS, "terms", proven=False), table(CLAIMS, proven=False))

    assert lists.summed("f", "s", [result(unproven, case=replace(Case(), provable=False))]).proven.n == 0
    assert lists.summed("f", "s", [result(unproven)]).proven == Share(hits=0, n=2)


def test_goals_that_name_no_figure_are_refused() -> None:
    with pytest.raises(GoalsError, match="recal"):
        listgoals.read_goals({"lists": {"digital": {"recal": 1}}})
    with pytest.raises(GoalsError, match="paper"):
        listgoals.read_goals({"lists": {"paper": {"rows": 1}}})


def test_faults_name_what_is_wrong_and_hide_whom_it_is_about() -> None:
    truth = [{"last_name": "Ortiz", "license_number": "D01234567"}]
    read = [{"last_name": "Ortiz", "license_number": "D07654321"}]
    case = Case(family="drivers", kind="driver_list", tables={"drivers": truth}, facts={})
    style = lists.summed("drivers", "csv", [result(part(table(read, "drivers"), kind="driver_list"), case=case)])

    (said,) = faults(style, most=5)
    assert "drivers.license_number" in said and "D0" not in said


def test_one_drawn_list_is_read_and_told_as_json() -> None:
    corpus = generated()
    assert "bodies" not in families(corpus, "tune")
    with Sandbox() as sandbox:
        told: list[str] = []
        style = lists.measure(
            "vehicles",
            "csv",
            1,
            split="tune",
            advance=lambda one: told.append(one.name),
            corpus=corpus,
            sandbox=sandbox,
        )
    values = style_values(style, split="tune", goals=tuple(listgoals.reached(style, "digital")))

    assert told == ["tune-vehicles-csv-0000"]
    assert values["rows"]["value"] == 1.0 and values["extra"] == 0 and values["goals"]
