"""Decoys, papers and bodies: their kinds, the facts they print, and that decoys have no rows."""

from __future__ import annotations

import email
import io
import re
from email import policy

import pytest

from fixtures.lists import cases, styles
from fixtures.lists.papers import kinds
from tests.unit.test_fixtures_lists import text_of

DATES = {"term_from", "term_to", "date", "rating_effective"}
WANTED = {
    "dec_page",
    "quote_proposal",
    "expiring_policy",
    "exmod_worksheet",
    "wc_exclusion_form",
    "financial_statement",
    "tax_return",
    "supplemental_app",
    "carrier_app",
    "narrative",
    "bor_letter",
    "bor_rescission",
    "inspection_report",
    "appraisal_valuation",
    "mvr_report",
    "photo",
    "id_image",
    "signature_page",
    "contract_lease",
    "sample_coi",
    "w9",
    "invoice",
    "commission_statement",
    "premium_finance",
    "safety_program",
    "resume",
    "license",
    "brochure",
    "org_chart",
    "loss_summary_agent",
    "no_known_loss_letter",
    "no_loss_carrier",
}


def test_every_kind_of_paper_is_there() -> None:
    made = {case.kind for case in cases("tune", "papers", len(styles("tune", "papers")))}
    assert made >= WANTED


def test_every_paper_has_six_titles_and_enough_sentences() -> None:
    for name, kind in kinds().items():
        assert len(kind.titles) >= 6, name
        assert len(set(kind.titles)) == len(kind.titles), name


@pytest.mark.parametrize("name", [name for name, kind in kinds().items() if kind.facts])
def test_a_paper_prints_its_facts(name: str) -> None:
    for case in cases("test", "papers", 4, style=name):
        text = text_of(case).replace(",", "")
        for fact, value in case.facts.items():
            assert value, fact
            if fact not in DATES and fact != "tin":
                assert re.sub(r"[\s,]", "", value) in text, (name, fact)


def test_the_tin_of_a_w9_is_masked_in_the_truth_and_whole_on_paper() -> None:
    case = next(cases("tune", "papers", 1, style="w9"))
    assert re.fullmatch(r"XX-XXX\d{4}", case.facts["tin"])
    assert re.search(rf"\d\d-\d\d\d{case.facts['tin'][-4:]}", text_of(case))


def test_a_supplement_prints_its_questions_and_answers() -> None:
    for case in cases("test", "papers", 8, style="supplemental_app"):
        text = text_of(case)
        assert len(case.tables["answers"]) >= 6
        for row in case.tables["answers"]:
            assert re.sub(r"\s", "", str(row["question"]))[:12] in text
            assert re.sub(r"\s", "", str(row["answer"])).split("-")[0] in text


def test_wordings_of_test_hold_some_that_tune_never_prints() -> None:
    def titles(split: str) -> set[str]:
        found = set()
        for case in cases(split, "papers", 12, style="inspection_report"):  # type: ignore[arg-type]
            found |= {title for title in kinds()["inspection_report"].titles if title.replace(" ", "") in text_of(case)}
        return found

    assert titles("test") - titles("tune")


def test_photographs_have_a_cameras_marks_and_size() -> None:
    from PIL import Image

    for case in cases("tune", "papers", 6, style="photo"):
        with Image.open(io.BytesIO(case.file)) as picture:
            assert picture.getexif()[0x010F]
        assert len(case.file) > 150_000


@pytest.mark.parametrize("style", styles("tune", "decoys"))
def test_a_decoy_has_no_rows_and_no_kind_of_a_list(style: str) -> None:
    lists = {"sov", "driver_list", "vehicle_schedule", "equipment_schedule", "payroll_schedule", "loss_run"}
    for case in cases("test", "decoys", 4, style=style):
        assert not case.tables
        assert case.kind not in lists and not lists & set(case.also)


@pytest.mark.parametrize("style", ["plain", "pasted"])
def test_a_body_prints_its_table_and_quotes_older_mails_that_are_no_truth(style: str) -> None:
    quoted = 0
    for case in cases("tune", "bodies", 12, style=style):
        mail = email.message_from_bytes(case.file, policy=policy.default)
        body = mail.get_body(("html", "plain"))
        assert body is not None
        text = body.get_content()
        (rows,) = case.tables.values()
        for row in rows:
            first = next(str(value) for name, value in row.items() if name in ("last_name", "vin", "street", "code"))
            assert first in text
        quoted += "OLD RECORD" in text
        assert "OLD RECORD" not in str(case.tables)
        assert case.facts["insured"] in text.replace("&amp;", "&")
    assert quoted


def test_the_order_of_papers_is_by_turn_so_that_every_title_comes() -> None:
    found = {text_of(case)[:10] for case in cases("tune", "papers", 4, style="bor_letter")}
    assert len(found) >= 2
