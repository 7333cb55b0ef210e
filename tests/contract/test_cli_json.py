"""``intake read --json`` and ``intake preflight --json`` say what their contract promises, whatever they are given."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from fixtures.account import Account
from fixtures.accounts import account
from fixtures.cases.history import FRESH
from fixtures.cases.papers import application
from fixtures.letters import (
    contractor_supplement,
    damaged,
    dec_page,
    exmod_worksheet,
    locked,
    narrative,
    no_known_loss_letter,
    photo,
)
from fixtures.lossruns import blue_prairie, harborline
from fixtures.made import PDF, Made
from fixtures.sheets import driver_list, payroll_csv, sov, vehicle_schedule
from tests.contract.shapes import BENCH_ALL, BENCH_LISTS, BENCH_RUNG, PREFLIGHT, READ, STATE, is_date, misfits
from tests.flow.installation import MAILBOX

ROOT = Path(__file__).parents[2]
SENT = date(2026, 11, 16)
DECIMAL = re.compile(r"-?\d+(\.\d+)?")
FEIN = re.compile(r"\d{9}")

FORMATS: Mapping[str, Any] = {
    r".*(_date|\.dob|_effective|_expiration|hire_date)|.*\.(date|claim_date)": is_date,
    r".*\.fein": FEIN.fullmatch,
    r".*(\.|_)state|.*\.(garage|license|reg)_state": STATE.fullmatch,
    r".*\.(building|contents|bi)_value|.*\.(payroll|exposure|cost_new|area|gvw|annual_revenue)": DECIMAL.fullmatch,
    r"gl_limit_.*|ca_limit_(?!type).*|wc_el_.*|.*_premium(_total)?": DECIMAL.fullmatch,
}
"""Patterns of field names → what a value of such a field looks like."""
COLUMNS: Mapping[str, Any] = {
    r"term_from|term_to|valuation_date|date_of_loss|reported|hire_date": is_date,
    r"paid|expense|reserve|recovery|incurred|tiv|payroll|(building|contents|bi)_value|cost_new": DECIMAL.fullmatch,
    r"state|license_state|garage_state": STATE.fullmatch,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one run of the command line said."""

    lines: list[dict[str, Any]]
    errors: str
    code: int


def intake(*arguments: str, folder: Path) -> Said:
    """Run ``intake`` in an empty folder with nothing but defaults."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
    done = subprocess.run(
        [sys.executable, "-c", "from portal.cli.main import main; main()", *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")])},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Said(lines=[json.loads(line) for line in done.stdout.splitlines()], errors=done.stderr, code=done.returncode)


@pytest.fixture(scope="session")
def insureds() -> tuple[Account, Account]:
    """Return a contractor with a fleet and an owner of buildings."""
    effective = date(2027, 1, 15)
    fleet = account("hvac_contractor", seed=3, effective=effective)
    return fleet, account("apartment_owner", seed=3, effective=effective)


@pytest.fixture(scope="session")
def papers(insureds: tuple[Account, Account]) -> dict[str, Made]:
    """Return one file of each kind, by the name it is given."""
    fleet, owner = insureds
    sheet = sov(owner)
    made = [
        *application(fleet, "125", "126", "127", "130", "137", sent=SENT),
        *application(owner, "140", sent=SENT)[:1],
        harborline(fleet, fleet.terms[:3], valued=FRESH),
        blue_prairie(fleet, fleet.terms[3:6], valued=FRESH),
        sheet,
        driver_list(fleet),
        vehicle_schedule(fleet),
        payroll_csv(fleet),
        narrative(fleet, ["Work is done in one county, by own crews."]),
        exmod_worksheet(fleet, rating=fleet.effective),
        contractor_supplement(fleet),
        no_known_loss_letter(fleet, signed=SENT),
        dec_page(fleet),
        photo(seed=4),
        locked(exmod_worksheet(fleet, rating=fleet.effective, filename="locked.pdf"), "secret"),
        damaged(dec_page(owner, filename="damaged.pdf")),
    ]
    return {one.filename: one for one in made}


@pytest.fixture(scope="session")
def paper_folder(papers: dict[str, Made], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds them."""
    folder = tmp_path_factory.mktemp("papers")
    for name, made in papers.items():
        (folder / name).write_bytes(made.content)
    return folder


@pytest.fixture(scope="session")
def reports(paper_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Read them all."""
    return intake("read", "--json", str(paper_folder), folder=tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="session")
def preflights(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Run the sample mailbox through ``preflight``."""
    return intake("preflight", "--json", str(MAILBOX), folder=tmp_path_factory.mktemp("empty"))


def test_every_file_read_has_one_line_in_the_promised_shape(reports: Said, papers: dict[str, Made]) -> None:
    assert sorted(Path(line["file"]).name for line in reports.lines) == sorted(papers)
    told = [f"{line['file']}: {misfit}" for line in reports.lines for misfit in misfits(line, READ)]
    assert not told, "\n".join(told[:20])
    assert reports.code == 1, "a locked and a damaged file are problems"


def test_kind_and_status_of_each_file_are_those_of_the_truth(reports: Said, papers: dict[str, Made]) -> None:
    found = {Path(line["file"]).name: [document["kind"] for document in line["documents"]] for line in reports.lines}
    assert found == {name: [made.kind if "." not in _trouble(name) else "unknown"] for name, made in papers.items()}
    status = {Path(line["file"]).name: (line["status"], line["reason"]) for line in reports.lines}
    assert {name: said for name, said in status.items() if said != ("read", None)} == {
        "locked.pdf": ("unreadable", "locked"),
        "damaged.pdf": ("unreadable", "damaged"),
    }


def test_every_page_is_in_exactly_one_document(reports: Said) -> None:
    for line in reports.lines:
        covered = [page for one in line["documents"] for page in range(one["pages"][0], one["pages"][1] + 1)]
        assert covered == list(range(1, len(covered) + 1)), line["file"]
        if line["pages"]:
            assert len(covered) == line["pages"], line["file"]


def test_boxes_lie_inside_their_pages(reports: Said, papers: dict[str, Made]) -> None:
    boxes = 0
    for line in reports.lines:
        if line["media_type"] != PDF or line["status"] == "unreadable":
            continue
        sizes = _sizes(papers[Path(line["file"]).name].content)
        for field in _fields(line):
            if field["box"]:
                width, height = sizes[field["page"] - 1]
                x0, top, x1, bottom = field["box"]
                assert x0 >= -1 and top >= -1 and x1 <= width + 1 and bottom <= height + 1, field
                boxes += 1
    assert boxes > 300


def test_values_stand_in_their_normal_form(reports: Said) -> None:
    told = [
        f"{Path(line['file']).name}: {name} is {value!r}"
        for line in reports.lines
        for name, value, formats in _values(line)
        if value is not None and not _well_formed(name, value, formats)
    ]
    assert not told, "\n".join(told[:20])


def test_a_value_that_does_not_parse_keeps_its_raw_text_and_a_defect(reports: Said) -> None:
    for line in reports.lines:
        for field in _fields(line):
            assert field["value"] is not None or (field["raw"] and field["defect"]), field


def test_form_fields_have_the_values_that_were_typed(reports: Said, papers: dict[str, Made]) -> None:
    told = []
    for line in reports.lines:
        made = papers[Path(line["file"]).name]
        if not made.kind.startswith("acord_"):
            continue
        found = {field["elabel"]: field for field in _fields(line)}
        for elabel, value in made.truth.items():
            field = found.get(elabel)
            if field is None:
                told.append(f"{made.filename}: {elabel} is not there; typed {value!r}")
            elif "•" not in field["raw"] and field["value"] != value:
                told.append(f"{made.filename}: {elabel} {field['field']} is {field['value']!r}; typed {value!r}")
    assert not told, f"{len(told)} fields\n" + "\n".join(told[:40])


def test_restricted_values_are_masked_unless_asked_for(
    reports: Said, paper_folder: Path, insureds: tuple[Account, Account], tmp_path: Path
) -> None:
    fleet, _ = insureds
    licences = {driver.license_number for driver in fleet.drivers}
    births = {driver.dob.isoformat() for driver in fleet.drivers} | {owner.dob.isoformat() for owner in fleet.owners}
    typed = {f"{driver.dob:%m/%d/%Y}" for driver in fleet.drivers}
    said = json.dumps(reports.lines)
    assert not [secret for secret in licences | births | typed if secret in said]
    revealed = json.dumps(intake("read", "--json", "--reveal", str(paper_folder), folder=tmp_path).lines)
    assert all(licence in revealed for licence in licences)
    assert all(driver.dob.isoformat() in revealed for driver in fleet.drivers)


def test_every_message_has_one_line_in_the_promised_shape(preflights: Said) -> None:
    names = sorted(path.name for path in MAILBOX.glob("*.eml"))
    assert sorted(Path(line["file"]).name for line in preflights.lines) == names
    told = [f"{line['file']}: {misfit}" for line in preflights.lines for misfit in misfits(line, PREFLIGHT)]
    assert not told, "\n".join(told[:20])
    assert preflights.code == 1, "a damaged and a locked attachment are problems"


def test_machine_mail_has_a_reason_and_no_submission(preflights: Said) -> None:
    machine = [line for line in preflights.lines if line["disposition"] != "accept"]
    assert machine
    for line in machine:
        assert line["reason"], line["file"]
        assert line["submissions"] == [], line["file"]


def test_new_business_is_decided_in_preflight_as_it_will_be_for_real(preflights: Said) -> None:
    told = []
    for line in preflights.lines:
        truth = tomllib.loads((MAILBOX / Path(line["file"]).with_suffix(".toml").name).read_text())
        for record in truth.get("submission", []):
            if record["matched"] != "new":
                continue
            found = line["submissions"][0] if line["submissions"] else {"items": []}
            for name in ("insured", "effective_date", "gate", "status"):
                if found.get(name) != record[name]:
                    told.append(f"{line['file']}: {name} is {found.get(name)!r}, the truth says {record[name]!r}")
            codes = {item["code"] for item in found["items"] if item["severity"] != "internal"}
            if codes != {item["code"] for item in record["items"]}:
                told.append(f"{line['file']}: items are {sorted(codes)}")
    assert not told, "\n".join(told)


def test_two_hundred_files_of_random_bytes_are_two_hundred_lines(random_files: list[Path], tmp_path: Path) -> None:
    said = intake("read", "--json", str(random_files[0].parent), folder=tmp_path)
    assert len(said.lines) == 200
    assert said.code == 1
    assert {Path(line["file"]).name for line in said.lines} == {path.name for path in random_files}
    assert not [misfit for line in said.lines for misfit in misfits(line, READ)]
    assert all(line["status"] != "unreadable" or line["reason"] for line in said.lines)


def test_two_hundred_messages_of_random_bytes_are_two_hundred_lines(random_files: list[Path], tmp_path: Path) -> None:
    said = intake("preflight", "--json", *map(str, random_files), folder=tmp_path)
    assert len(said.lines) == 200
    assert said.code in (0, 1)
    assert not [misfit for line in said.lines for misfit in misfits(line, PREFLIGHT)]
    folder = intake("preflight", "--json", str(random_files[0].parent), folder=tmp_path)
    assert len(folder.lines) == sum(path.suffix == ".eml" for path in random_files)


@pytest.mark.parametrize("command", ["read", "preflight", "ingest"])
def test_a_path_that_is_not_there_is_wrong_use(command: str, tmp_path: Path) -> None:
    said = intake(command, "--json", "no/such/place", folder=tmp_path)
    assert said.code == 2
    assert "no/such/place" in said.errors
    assert said.lines == []


@pytest.mark.parametrize("command", ["read", "preflight"])
def test_looking_writes_nothing(command: str, paper_folder: Path, tmp_path: Path) -> None:
    place, looked_at = tmp_path / "place", tmp_path / "looked at"
    place.mkdir()
    looked_at.mkdir()
    for path in (*paper_folder.glob("*.csv"), MAILBOX / "20-locked-mod-worksheet.eml"):
        (looked_at / path.name).write_bytes(path.read_bytes())
    before = _tree(tmp_path)
    said = intake(command, "--json", str(looked_at), folder=place)
    assert said.lines
    assert _tree(tmp_path) == before


def test_a_bench_has_a_line_for_each_rung_and_one_for_all(tmp_path: Path) -> None:
    rungs = ("--rung", "widget_d2", "--rung", "flattened")
    said = intake("bench", "forms", "--split", "tune", "--count", "1", *rungs, "--why", "--json", folder=tmp_path)
    *each, whole = said.lines
    assert [line["rung"] for line in each] == ["widget_d2", "flattened"]
    assert not [misfit for line in each for misfit in misfits(line, BENCH_RUNG)]
    assert not list(misfits(whole, BENCH_ALL))
    assert all(line["files"] == 1 and line["recall"]["n"] > 10 for line in each)
    assert said.code == (0 if all(goal["met"] for line in said.lines for goal in line["goals"]) else 1)
    assert not list(tmp_path.iterdir()), "measuring keeps nothing"


@pytest.mark.parametrize("wrong", [("--rung", "no_such_rung"), ("--split", "no_such_split")])
def test_a_bench_of_what_is_not_there_is_wrong_use(wrong: tuple[str, str], tmp_path: Path) -> None:
    said = intake("bench", "forms", "--json", *wrong, folder=tmp_path)
    assert said.code == 2
    assert wrong[1] in said.errors
    assert said.lines == []


def test_a_bench_of_lists_has_a_line_for_each_style_and_three_for_all(tmp_path: Path) -> None:
    styles = ("--style", "csv", "--style", "docx")
    said = intake(
        "bench", "lists", "--split", "tune", "--count", "1", "--family", "vehicles", *styles, "--json", folder=tmp_path
    )
    assert [(line["family"], line["style"]) for line in said.lines] == [
        ("vehicles", "csv"),
        ("vehicles", "docx"),
        ("all", "digital"),
        ("all", "scanned"),
        ("all", "all"),
    ]
    assert not [misfit for line in said.lines for misfit in misfits(line, BENCH_LISTS)]
    assert all(line["rows"]["n"] for line in said.lines if line["files"])
    assert said.code == (0 if all(goal["met"] for line in said.lines for goal in line["goals"]) else 1)


@pytest.mark.parametrize("wrong", [("--family", "no_such_family"), ("--style", "no_such"), ("--split", "no_such")])
def test_a_bench_of_lists_that_are_not_there_is_wrong_use(wrong: tuple[str, str], tmp_path: Path) -> None:
    said = intake("bench", "lists", "--json", *wrong, folder=tmp_path)
    assert said.code == 2
    assert wrong[1] in said.errors
    assert said.lines == []


@pytest.fixture(scope="session")
def random_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return two hundred files of random bytes with names of documents and mails."""
    folder = tmp_path_factory.mktemp("random")
    rng = random.Random(20261122)
    paths = []
    for number in range(200):
        path = folder / f"{number:03}{('.pdf', '.docx', '.xlsx', '.eml')[number % 4]}"
        path.write_bytes(rng.randbytes(rng.choice((0, 1, 7, 100, 5_000, 60_000)) if number > 3 else 4096))
        paths.append(path)
    return paths


def _trouble(name: str) -> str:
    return name if name in ("locked.pdf", "damaged.pdf") else ""


def _fields(line: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (field for document in line["documents"] for field in document["fields"])


def _values(line: Mapping[str, Any]) -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    for field in _fields(line):
        yield field["field"], field["value"], FORMATS
    for document in line["documents"]:
        for table in document["tables"]:
            for row in table["rows"]:
                yield from ((name, value, COLUMNS) for name, value in row.items() if name != "page")


def _well_formed(name: str, value: Any, formats: Mapping[str, Any]) -> bool:
    if isinstance(value, bool) or "•" in str(value):
        return True
    checks: Sequence[Any] = [check for pattern, check in formats.items() if re.fullmatch(pattern, name)]
    return all(check(value) for check in checks)


def _sizes(content: bytes) -> list[tuple[float, float]]:
    document = pypdfium2.PdfDocument(content)
    try:
        return [(page.get_width(), page.get_height()) for page in document]
    finally:
        document.close()


def _tree(folder: Path) -> dict[str, tuple[int, int]]:
    found = sorted(folder.rglob("*"))
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in found if path.is_file()}
