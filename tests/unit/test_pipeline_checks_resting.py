"""A list that nothing proves is work for us, and satisfies no requirement by itself until one of us has looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from submissions import AUTO, GL, NOON, PROPERTY, RULES, WC, Package, buildings, doubtful, five_years, paper, run, table

from parsers.document import Proof
from pipeline.deciding import decide_on
from pipeline.proofs import proof_words, unproven
from pipeline.submission import Answer, FiledDocument, Source

FAILED = "sum incurred = printed total, policy HM-1 (printed 40.00, read 30.00)"


def _unproven_runs(package: Package) -> Package:
    package.papers["loss_run"] = doubtful(package.papers["loss_run"], FAILED)
    return package


def _rows_of(package: Package, group: str, kind: str, name: str) -> Package:
    """Let all rows of a group come from one unproven list."""
    package.add(doubtful(paper(kind, name, tables=(table(group, [{"number": "1"}]),))))
    package.sources[group] = Source(label=kind, document=f"{name}:1", kind=kind, page=1)
    return package


def _statement(package: Package) -> Package:
    sov = paper("sov", "sov.xlsx", tables=(table("buildings", [{"number": "1"}]),))
    return buildings(package, 5).add(doubtful(sov, "rows drawn = rows read"))


def _only_statement(package: Package) -> Package:
    return _statement(package).drop("acord_140")


RESTING: dict[str, tuple[Callable[[Package], Package], str, str]] = {
    "LOSS-MISSING": (_unproven_runs, GL, "runs.pdf"),
    "LOSS-YEARS-GAP": (_unproven_runs, AUTO, "runs.pdf"),
    "PR-SOV": (_statement, PROPERTY, "sov.xlsx"),
    "APP-SECTION-MISSING": (_only_statement, PROPERTY, "sov.xlsx"),
    "AU-DRIVERS": (lambda p: _rows_of(p, "drivers", "driver_list", "drivers.xlsx"), AUTO, "drivers.xlsx"),
    "AU-VEHICLES": (lambda p: _rows_of(p, "vehicles", "vehicle_schedule", "fleet.csv"), AUTO, "fleet.csv"),
    "WC-CLASS-PAYROLL": (lambda p: _rows_of(p, "class_rows", "payroll_schedule", "pay.csv"), WC, "pay.csv"),
}


def vouched(file: str, *, role: str = "staff") -> Answer:
    return Answer(
        code="LIST-UNPROVEN",
        subject=file,
        line=None,
        kind="value",
        text="All rows are there.",
        by="m.reed",
        role=role,
        at=NOON,
    )


@pytest.mark.parametrize("code", RESTING)
def test_an_unproven_list_does_not_satisfy_a_requirement_on_its_own(code: str) -> None:
    change, line, file = RESTING[code]
    item = next(i for i in change(Package()).items() if i.code == code and i.line == line and i.is_open)

    assert item.state == "received_unverified"
    assert item.severity == "needed_to_quote", "it is here, so nothing blocks"
    assert item.satisfied_share == 0.5
    assert item.ask.startswith(f"{item.title}: ") and file in item.ask


@pytest.mark.parametrize("code", RESTING)
def test_the_word_of_one_of_us_lets_the_list_count(code: str) -> None:
    change, _, file = RESTING[code]
    package = change(Package())
    package.answers = (vouched(file),)

    assert not {code, "LIST-UNPROVEN"} & package.open().keys()


@pytest.mark.parametrize("code", RESTING)
def test_the_word_of_an_agent_does_not(code: str) -> None:
    change, _, file = RESTING[code]
    package = change(Package())
    package.answers = (vouched(file, role="agent"),)

    assert code in package.open()


@pytest.mark.parametrize("code", RESTING)
def test_a_proven_list_satisfies(code: str) -> None:
    package = RESTING[code][0](Package())
    package.papers = {name: _proven(document) for name, document in package.papers.items()}

    assert not {code, "LIST-UNPROVEN"} & package.open().keys()


def _proven(document: FiledDocument) -> FiledDocument:
    return replace(document, tables=tuple(replace(t, proof=Proof(proven=True, rows=1)) for t in document.tables))


def test_nobody_outside_is_asked_for_what_came_unproven() -> None:
    decision = decide_on(_unproven_runs(Package()).facts(), RULES)
    waiting = [item for item in decision.completeness.items if item.is_open]

    assert {item.code for item in waiting} == {"LIST-UNPROVEN", "LOSS-MISSING", "LOSS-YEARS-GAP"}
    assert all(item.state == "received_unverified" or item.severity == "internal" for item in waiting)
    assert decision.completeness.gate == "quotable"
    assert decision.completeness.score < 100


def test_a_year_that_another_proven_run_covers_rests_on_nothing() -> None:
    package = Package().add(doubtful(run(*five_years(GL), name="second.pdf"), FAILED))

    assert "LIST-UNPROVEN" in package.open()
    assert not {"LOSS-MISSING", "LOSS-YEARS-GAP"} & package.open().keys()


def test_a_year_that_only_an_unproven_run_covers_waits() -> None:
    lines = (PROPERTY, AUTO, WC)
    newest = [t for t in five_years(GL) if t["term_from"] != "2022-01-15"]
    package = Package().runs(*five_years(*lines), *newest)
    package.add(doubtful(run(*five_years(GL), name="second.pdf"), FAILED))
    item = package.open()["LOSS-YEARS-GAP"]

    assert (item.state, item.line) == ("received_unverified", GL)
    assert "LOSS-MISSING" not in package.open()


def test_what_is_wrong_is_said_in_the_words_of_the_checks() -> None:
    document = doubtful(run(*five_years(GL), claims=[{"claim_number": "C1"}, {"claim_number": "C2"}]), FAILED)

    assert proof_words(document) == (f"2 claims read, not proven: {FAILED}",)
    assert proof_words(doubtful(run(*five_years(GL)))) == (
        "0 claims read, not proven: the document prints too little to prove them",
    )


def test_a_document_without_any_row_has_nothing_to_prove() -> None:
    assert unproven(doubtful(run())) == ()


UNREAD: dict[str, tuple[Callable[[Package], Package], str, str]] = {
    "AU-DRIVERS": (lambda p: _unread(p.without("drivers*"), "driver_list", "drivers.xlsx"), AUTO, "drivers.xlsx"),
    "AU-VEHICLES": (lambda p: _unread(p.without("vehicles*"), "vehicle_schedule", "fleet.csv"), AUTO, "fleet.csv"),
    "PR-SOV": (lambda p: _unread(buildings(p, 5), "sov", "sov.xlsx"), PROPERTY, "sov.xlsx"),
    "LOSS-MISSING": (lambda p: _unread(p.drop("loss_run"), "loss_run", "runs.pdf"), GL, "runs.pdf"),
    "LOSS-LINE-GAP": (lambda p: _unread(p.runs(*five_years(AUTO)), "loss_run", "gl.pdf"), GL, "gl.pdf"),
    "LOSS-YEARS-GAP": (lambda p: _unread(p.runs(*five_years(GL)[:4]), "loss_run", "gl.pdf"), GL, "gl.pdf"),
}


def _unread(package: Package, kind: str, name: str) -> Package:
    return package.add(paper(kind, name, tables=(table("rows", []),)))


@pytest.mark.parametrize("code", UNREAD)
def test_a_list_without_a_row_read_is_ours_to_read_and_nobody_is_asked_for_it_again(code: str) -> None:
    change, line, file = UNREAD[code]
    found = change(Package()).items()
    item = next(i for i in found if i.code == code and i.line == line and i.is_open)
    ours = next(i for i in found if i.code == "LIST-UNPROVEN" and i.is_open)

    assert (item.state, item.severity == "blocking") == ("received_unverified", False)
    assert file in item.ask and "one of us is reading" in item.ask
    assert (ours.severity, ours.subject) == ("internal", file) and "no row of this" in ours.ask


def test_a_list_that_one_of_us_found_empty_is_asked_for_again() -> None:
    package = UNREAD["AU-DRIVERS"][0](Package())
    package.answers = (vouched("drivers.xlsx"),)

    assert package.open()["AU-DRIVERS"].state == "open"


def test_a_word_about_an_earlier_file_of_that_name_is_none_about_a_later_one() -> None:
    package = _only_statement(Package())
    package.answers = (vouched("sov.xlsx"),)
    package.papers = {name: replace(one, received_at=NOON + timedelta(days=1)) for name, one in package.papers.items()}

    assert "LIST-UNPROVEN" in package.open()


def _misread(package: Package, *failed: str) -> Package:
    rows = tuple(name for name in package.fields if name.startswith("drivers[0].") and "name" not in name)
    return _rows_of(package.without(*rows), "drivers", "driver_list", "drivers.xlsx").add(
        doubtful(paper("driver_list", "drivers.xlsx", tables=(table("drivers", [{"number": "1"}]),)), *failed)
    )


def test_nobody_is_asked_about_single_rows_of_a_list_that_a_check_shows_to_be_misread() -> None:
    assert "AU-DRIVER-FIELDS" in _misread(Package()).open(), "its rows are not disproved"
    assert "AU-DRIVER-FIELDS" not in _misread(Package(), "rows drawn = rows read").open()


def test_once_one_of_us_vouched_its_rows_are_asked_about() -> None:
    package = _misread(Package(), "rows drawn = rows read")
    package.answers = (vouched("drivers.xlsx"),)

    assert "AU-DRIVER-FIELDS" in package.open()
