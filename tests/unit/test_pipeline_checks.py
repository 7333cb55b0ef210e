"""The finer points of single checks: what must not be asked, and what a good ask knows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from causes_by_line import BY_LINE
from submissions import (
    AUTO,
    GL,
    GOOD_VIN,
    NOON,
    PROPERTY,
    RULES,
    WC,
    Package,
    claim,
    conflicting,
    five_years,
    paper,
    table,
    term,
)

from pipeline.requirements import evaluate

CASES = BY_LINE


def test_a_missing_newest_year_blocks() -> None:
    package = Package().runs(*five_years(GL, PROPERTY, WC), *(term(AUTO, year) for year in (2022, 2023, 2024, 2026)))
    item = package.open()["LOSS-YEARS-GAP"]
    assert (item.severity, item.subject) == ("blocking", "2025")
    assert item.satisfied_share == pytest.approx(0.8)


def test_a_section_form_that_came_from_a_schedule_is_not_asked_for() -> None:
    package = Package().drop("acord_140").add(paper("sov", tables=(table("buildings", [{"number": "1"}]),)))
    assert "APP-SECTION-MISSING" not in package.open()


def test_without_the_130_no_other_box_of_it_is_asked_for() -> None:
    package = replace(Package().drop("acord_130").without("wc_el_accident", "class_rows*"), mail_lines=(WC,))
    codes = {item.code for item in package.items() if item.is_open and item.line == WC}
    assert codes == {"WC-130"}


def test_comp_named_by_the_mail_alone_is_no_conflict_because_the_125_has_no_box_for_it() -> None:
    package = replace(Package().drop("acord_130"), mail_lines=(GL, WC))
    assert "LOB-CONFLICT" not in package.open()


def test_missouri_applicants_are_not_asked_about_declinations() -> None:
    package = Package().without("q_declined_cancelled")
    assert package.open()["APP-BLANK-FIELD"].subject == "q_declined_cancelled"
    assert "APP-BLANK-FIELD" not in package.put("named_insureds[0].mailing_state", "MO").open()


def test_a_yes_with_its_reason_box_or_a_remark_is_explained() -> None:
    assert "APP-EXPLAIN-YES" in Package().given(q_declined_cancelled=True).open()
    assert (
        "APP-EXPLAIN-YES"
        not in Package().given(q_declined_cancelled=True, q_declined_cancelled_reason="non_renewal").open()
    )
    assert "APP-EXPLAIN-YES" not in Package().given(q_flammables=True, remarks="Two propane cylinders.").open()


def test_an_attachment_that_another_item_asks_for_is_not_asked_for_twice() -> None:
    package = Package().drop("loss_run").put("attachments_declared.loss_run", True)
    assert "LOSS-MISSING" in package.open()
    assert "DOC-DECLARED-MISSING" not in package.open()


def test_an_unlocked_copy_that_comes_later_closes_the_locked_one() -> None:
    package = Package().add(paper("unknown", "Mod.pdf", status="unreadable", reason="locked"))
    package.add(paper("exmod_worksheet", "Mod (unlocked).pdf", at=NOON.replace(hour=15)))
    assert "DOC-LOCKED" not in package.open()


def test_an_answer_that_is_no_answer_leaves_the_fact_open() -> None:
    assert "LIMITS-GL" in Package().given(gl_limit_occurrence="TBD").open()


def test_a_claim_that_the_agent_speaks_of_by_number_is_explained() -> None:
    package = Package().runs(*five_years(GL, PROPERTY, AUTO, WC), claims=[claim(status="open")])
    assert "LOSS-LARGE-DETAIL" in package.open()
    package.said = "24-GL-0093: water line burst, repaired, reserve should come down."
    assert "LOSS-LARGE-DETAIL" not in package.open()


def test_a_run_of_ninety_to_a_hundred_and_twenty_days_is_stale_only_with_open_claims() -> None:
    terms = five_years(GL, PROPERTY, AUTO, WC, valuation_date="2026-08-01")
    assert "LOSS-STALE" not in Package().runs(*terms, claims=[claim()]).open()
    assert "LOSS-STALE" in Package().runs(*terms, claims=[claim(status="open")]).open()


def test_a_run_without_its_line_counts_by_the_policy_number_of_the_forms() -> None:
    terms = [term(None, year, policy_number=f"BA-77120-{year % 100}") for year in range(2022, 2027)]
    package = Package().runs(*five_years(GL, PROPERTY, WC), *terms)
    assert "LOSS-LINE-GAP" in package.open()
    package.put("prior_carriers[0].auto_policy", "BA-77120-26")
    assert "LOSS-LINE-GAP" not in package.open()


def test_two_restricted_numbers_are_told_apart_without_being_repeated() -> None:
    facts = conflicting(Package()).facts()
    hidden = replace(facts.fields["named_insureds[0].fein"], restricted=True)
    items = evaluate(RULES, replace(facts, fields={**facts.fields, "named_insureds[0].fein": hidden}))
    ask = next(item.ask for item in items if item.code == "APP-CONFLICT" and item.is_open)
    assert ask.startswith("FEIN: ACORD 125 (page 1) and ACORD 130 say two different things (not repeated here")


def test_a_roof_is_not_asked_for_twice() -> None:
    package = Package().put("buildings[0].state", "TX").put("buildings[0].year_built", "1968")
    assert "PR-ROOF" not in package.open()
    assert "PR-UPDATES" in package.open()


def test_a_vin_with_one_misread_letter_is_suggested_never_corrected() -> None:
    item = Package().put("vehicles[0].vin", GOOD_VIN.replace("0101", "O101")).open()["AU-VIN"]
    assert item.ask.endswith(f"Should it be {GOOD_VIN}?")


def test_a_vin_of_another_model_year_is_asked_about() -> None:
    assert "model year 2014" in Package().put("vehicles[0].year", "2014").open()["AU-VIN"].ask


def test_each_incomplete_driver_is_an_item_of_its_own() -> None:
    package = Package()
    for index in range(1, 4):
        package.put(f"drivers[{index}].number", str(index + 10)).put(f"drivers[{index}].name", f"Pat Numbers{index}x")
    drivers = [item for item in package.items() if item.code == "AU-DRIVER-FIELDS"]
    assert [item.is_open for item in drivers].count(True) == 3
    assert len({item.subject for item in drivers}) == 4


def test_a_usdot_number_anywhere_in_the_text_satisfies_the_filing() -> None:
    package = Package().given(aq_filings_required=True, remarks="USDOT 2281947, MC-882100")
    assert "AU-FILINGS" not in package.open()


def test_alcohol_receipts_in_the_reply_close_the_liquor_question() -> None:
    case = next(case for case in CASES if case.code == "GL-LIQUOR")
    package = case.by(Package())
    package.said = "3) Alcohol receipts: $672,000 a year, 28% of sales"
    assert "GL-LIQUOR" not in package.open()


def test_no_alcohol_is_no_bar() -> None:
    package = Package().drop("supplemental_app").given(operations_description="Bakery, no alcohol, 30 seats.")
    assert "GL-LIQUOR" not in package.open()


def test_a_submission_without_any_line_is_asked_which() -> None:
    package = Package().drop("acord_125", "acord_126", "acord_127", "acord_130", "acord_140").without("lob_requested*")
    assert "which lines of business" in package.open()["LOB-CONFLICT"].ask


def test_a_small_line_needs_three_years_only() -> None:
    package = Package().put(f"lob_premium.{AUTO}", "8000")
    package.runs(*five_years(GL, PROPERTY, WC), *(term(AUTO, year) for year in (2024, 2025, 2026)))
    assert "LOSS-YEARS-GAP" not in package.open()


def test_a_doubtful_reading_counts_less_than_a_sure_one() -> None:
    facts = Package().facts()
    doubtful = replace(facts.fields["gl_limit_occurrence"], confidence=0.7)
    items = evaluate(RULES, replace(facts, fields={**facts.fields, "gl_limit_occurrence": doubtful}))
    item = next(item for item in items if item.code == "LIMITS-GL")
    assert (item.state, item.satisfied_share) == ("satisfied", 0.8)


def test_items_come_most_pressing_first() -> None:
    package = Package().without("named_insureds[0].website", "hazards*", "gl_limit_occurrence")
    severities = [item.severity for item in package.items() if item.is_open]
    assert severities == ["blocking", "needed_to_quote", "nice"]


def test_an_item_says_where_we_looked() -> None:
    assert Package().without("gl_limit_occurrence").open()["LIMITS-GL"].looked_at[0].document == "acord_126:1"
