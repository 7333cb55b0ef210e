"""List cases: every style builds in every split, prints its truth, adds up, and is the same bytes every time."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from decimal import Decimal

import pytest

from fixtures.lists import FAMILIES, ListCase, Split, cases, styles
from fixtures.lists.worlds import world

SPLITS: tuple[Split, ...] = ("tune", "test", "aside")
COLUMNS = {
    "terms": {
        "carrier",
        "line",
        "policy_number",
        "term_from",
        "term_to",
        "valuation_date",
        "valuation_basis",
        "insured",
        "zero_claims",
        "claim_count",
        "paid",
        "expense",
        "reserve",
        "recovery",
        "incurred",
    },
    "claims": {
        "claim_number",
        "line",
        "policy_number",
        "term_from",
        "date_of_loss",
        "reported",
        "closed",
        "claimant",
        "description",
        "status",
        "paid",
        "expense",
        "reserve",
        "recovery",
        "incurred",
        "medical_paid",
        "indemnity_paid",
        "medical_reserve",
        "indemnity_reserve",
    },
    "buildings": {
        "number",
        "building_number",
        "street",
        "city",
        "state",
        "zip",
        "county",
        "occupancy",
        "construction",
        "year_built",
        "area",
        "stories",
        "building_value",
        "contents_value",
        "bi_value",
        "tiv",
        "sprinklered",
        "roof_year",
        "protection_class",
    },
    "drivers": {
        "number",
        "first_name",
        "last_name",
        "name",
        "dob",
        "license_number",
        "license_state",
        "hire_date",
        "years_experience",
    },
    "vehicles": {
        "number",
        "year",
        "make",
        "model",
        "vin",
        "gvw",
        "radius",
        "cost_new",
        "garage_city",
        "garage_state",
        "garage_zip",
        "use",
    },
    "equipment": {"number", "description", "make", "model", "year", "serial", "value", "owned"},
    "class_rows": {"state", "location", "code", "description", "payroll", "full_time", "part_time"},
    "prior_carriers": {"year", "line", "carrier", "policy_number", "premium", "term_from", "term_to"},
    "answers": {"question", "answer"},
}
DIGITAL_RUNS = tuple(name for name in styles("tune", "loss_run") if not name.startswith("scan"))
UNPRINTED = ("blue_prairie_xlsx", "cropped", "export_xlsx", "third_agency", "kept_workbook")
PRINTED_RUNS = tuple(name for name in DIGITAL_RUNS if name not in UNPRINTED)
SUMMED_RUNS = tuple(
    name for name in DIGITAL_RUNS if name not in ("keystone", "portside", "pivot", "no_losses", "cropped", "years_only")
)


def one(split: Split, family: str, style: str, *, rows: int | None = None, start: int = 0) -> ListCase:
    return next(cases(split, family, 1, style=style, rows=rows, start=start))


def text_of(case: ListCase) -> str:
    """Return all text of a file, without white space."""
    suffix = case.file_name.rsplit(".", 1)[1]
    if suffix == "pdf":
        import pypdfium2

        document = pypdfium2.PdfDocument(case.file)
        found = "".join(page.get_textpage().get_text_range() for page in document)
        document.close()
    elif suffix == "docx":
        from docx import Document

        document = Document(io.BytesIO(case.file))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        found = "".join([paragraph.text for paragraph in document.paragraphs] + cells)
    elif suffix == "xlsx":
        from openpyxl import load_workbook

        book = load_workbook(io.BytesIO(case.file))
        found = "".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None)
    else:
        found = case.file.decode("utf-8", "replace")
    return re.sub(r"\s", "", found)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_style_builds_in_every_split(split: Split, family: str) -> None:
    for style in styles(split, family):
        if style.startswith("scan") and style != "scan_table":
            continue
        case = one(split, family, style)
        assert case.file
        for name, rows in case.tables.items():
            allowed = COLUMNS[name]
            assert all(set(row) <= allowed for row in rows), (style, name)
            assert all(isinstance(value, str | bool | None) for row in rows for value in row.values())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_arguments_give_the_same_bytes(family: str) -> None:
    for style in styles("tune", family)[:6]:
        assert one("tune", family, style).file == one("tune", family, style).file


def test_bytes_do_not_depend_on_the_hash_seed_of_the_process() -> None:
    code = (
        "from fixtures.lists import cases; import hashlib; "
        "print([hashlib.sha256(c.file).hexdigest() for f in ('loss_run', 'sov', 'papers', 'bodies', 'decoys') "
        "for c in cases('test', f, 5)])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize("style", PRINTED_RUNS)
def test_a_loss_run_prints_every_claim_number_and_incurred_amount(style: str) -> None:
    case = one("tune", "loss_run", style, rows=45)
    text = text_of(case).replace(",", "").upper()
    for claim in case.tables["claims"]:
        if claim.get("claim_number"):
            assert str(claim["claim_number"]).replace(" ", "").upper() in text
        incurred = str(claim["incurred"])
        if not Decimal(incurred):
            continue  # Some print a dash for nothing, or a blank.
        assert (incurred if incurred in text else incurred.removesuffix(".00")).lstrip("-") in text
    assert case.facts["insured"].replace(" ", "").replace(",", "").upper() in text


@pytest.mark.parametrize("style", SUMMED_RUNS)
def test_terms_add_up_to_their_claims_and_facts_to_the_terms(style: str) -> None:
    case = one("test", "loss_run", style, rows=30)
    terms, claims = case.tables["terms"], case.tables["claims"]
    assert len(claims) == 30 == int(case.facts["claim_count"])
    for term in terms:
        own = [c for c in claims if (c["policy_number"], c["term_from"]) == (term["policy_number"], term["term_from"])]
        assert str(len(own)) == term["claim_count"]
        assert sum(Decimal(str(c["incurred"])) for c in own) == Decimal(str(term["incurred"]))
    assert sum(Decimal(str(term["incurred"])) for term in terms) == Decimal(case.facts["incurred"])


@pytest.mark.parametrize("style", ["harborline", "table", "two_line", "cascadia", "archive"])
def test_every_claim_adds_up_by_itself(style: str) -> None:
    for claim in one("test", "loss_run", style, rows=40).tables["claims"]:
        parts = {name: Decimal(str(claim.get(name) or 0)) for name in ("paid", "expense", "reserve", "recovery")}
        assert parts["paid"] + parts["expense"] + parts["reserve"] - parts["recovery"] == Decimal(
            str(claim["incurred"])
        )


def test_printed_rows_stand_in_the_order_of_the_truth() -> None:
    import pdfplumber

    case = one("tune", "loss_run", "harborline", rows=120)
    with pdfplumber.open(io.BytesIO(case.file)) as pdf:
        text = "\n".join(page.extract_text() for page in pdf.pages)
    places = [text.index(str(claim["claim_number"])) for claim in case.tables["claims"]]
    assert places == sorted(places)
    assert case.pages > 2


def test_carried_forward_amounts_stand_on_both_pages() -> None:
    found = [text_of(case) for case in cases("tune", "loss_run", 6, style="harborline", rows=150)]
    carried = [text for text in found if "Carriedforward" in text]
    assert carried
    assert all(text.count("Carriedforward") == text.count("Broughtforward") for text in carried)


def test_sizes_follow_the_option_up_to_many_pages() -> None:
    assert one("tune", "loss_run", "northgate", rows=1200).pages > 25
    assert len(one("tune", "sov", "csv", rows=10_000).tables["buildings"]) == 10_000
    assert one("tune", "loss_run", "table", rows=0).tables["claims"] == ()


def test_a_cropped_run_proves_nothing_and_has_no_incurred() -> None:
    case = one("tune", "loss_run", "cropped")
    assert not case.provable
    assert all("incurred" not in claim for claim in case.tables["claims"])


def test_turned_runs_come_with_the_flag_and_without() -> None:
    import pypdfium2

    turns = set()
    for case in cases("tune", "loss_run", 8, style="turned"):
        document = pypdfium2.PdfDocument(case.file)
        turns.add(document[0].get_rotation())
        document.close()
    assert turns == {0, 90}


def test_the_halves_of_facing_pages_stand_at_equal_heights() -> None:
    import pdfplumber

    case = one("tune", "loss_run", "facing", rows=90)
    with pdfplumber.open(io.BytesIO(case.file)) as pdf:
        rows = [
            {round(word["bottom"]) for word in page.extract_words() if 80 < word["top"] < 740} for page in pdf.pages
        ]
    assert len(rows) % 2 == 0 and len(rows) > 2
    for left, right in zip(rows[::2], rows[1::2], strict=True):
        assert right <= left


def test_a_host_print_is_told_as_printed_and_dated_by_its_run() -> None:
    case = one("tune", "loss_run", "northgate", rows=4)
    assert case.facts["insured"].isupper()
    assert {term["valuation_basis"] for term in case.tables["terms"]} == {"run_date"}


def test_a_scan_has_no_text_and_the_same_truth_as_print() -> None:
    case = one("tune", "loss_run", "scan_table", rows=5)
    assert text_of(case) == ""
    assert len(case.tables["claims"]) == 5


@pytest.mark.parametrize("family", ["sov", "drivers", "vehicles", "equipment", "payroll", "prior_carriers"])
@pytest.mark.parametrize("style", ["pdf_ruled", "pdf_plain", "pdf_wide", "docx", "html", "csv", "xlsx"])
def test_a_schedule_prints_what_tells_its_rows_apart(family: str, style: str) -> None:
    key = {
        "sov": "street", "drivers": "last_name", "vehicles": "vin", "equipment": "serial", "payroll": "description",
        "prior_carriers": "policy_number",
    }[family]  # fmt: skip
    case = one("test", family, style, rows=25)
    (rows,) = case.tables.values()
    text = text_of(case).replace("&#x27;", "'")
    assert len(rows) == 25
    for row in rows:
        # A wrapped cell is broken on paper, its first word is not.
        assert str(row[key]).split(" ")[0] in text


def test_totals_of_a_workbook_are_the_sums_of_its_rows() -> None:
    from openpyxl import load_workbook

    seen = 0
    for case in cases("test", "vehicles", 12, style="xlsx", rows=20):
        if not case.provable:
            continue
        sheet = load_workbook(io.BytesIO(case.file), data_only=True).active
        last = [cell.value for cell in list(sheet.rows)[-1]]
        costs = [int(str(row["cost_new"])) for row in case.tables["vehicles"] if row.get("cost_new")]
        assert sum(costs) in last
        seen += 1
    assert seen


def test_a_total_of_insured_values_holds_the_printed_values_only() -> None:
    for case in cases("tune", "sov", 6, style="pdf_ruled"):
        for row in case.tables["buildings"]:
            values = [int(str(row.get(n) or 0)) for n in ("building_value", "contents_value", "bi_value")]
            assert "tiv" not in row or int(str(row["tiv"])) == sum(values)


def test_spreadsheet_damage_leaves_the_truth_whole() -> None:
    found = list(cases("tune", "payroll", 12, style="csv", rows=30))
    assert all(len(str(row["code"])) == 4 for case in found for row in case.tables["class_rows"])
    assert any(re.search(rb"(?m)[,;\t\"]42[,;\t\"]", case.file) for case in found)


def test_the_worlds_of_the_splits_share_no_names() -> None:
    for name in ("stems", "trades", "first", "last", "streets", "carriers", "agencies", "towns"):
        pools = [set(getattr(world(split), name)) for split in SPLITS]
        assert not pools[0] & pools[1] and not pools[0] & pools[2] and not pools[1] & pools[2], name


def test_styles_kept_aside_stand_in_no_other_split() -> None:
    assert not set(styles("aside", "loss_run")) & set(styles("test", "loss_run"))
