"""Mail words → facts: subjects, sentences, labelled lines, numbered answers, and what is said to be attached."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.extract import prose

TODAY = date(2026, 11, 22)


def said(text: str, subject: str = "") -> dict[str, object]:
    return {item.field: item.value for item in prose.read(text, subject=subject, as_of=TODAY).fields}


@pytest.mark.parametrize(
    ("subject", "insured", "effective"),
    [
        ("New submission - Westover Plaza LP - property and GL - eff 01/01/2027", "Westover Plaza LP", "2027-01-01"),
        ("Four Corners Interiors 1/15 WC", "Four Corners Interiors", "2027-01-15"),
        ("FW: Hollis Home Builders Inc. - GL 01/15/2027", "Hollis Home Builders Inc.", "2027-01-15"),
        ("Submission: Juniper Flat, Inc., GL and auto, 01/15/2027", "Juniper Flat, Inc.", "2027-01-15"),
        ("Larkspur Property Management LLC property & GL eff 2/1/27", "Larkspur Property Management LLC", "2027-02-01"),
        ("RE: Lakeline HVAC LLC - property / GL - 2/1/2027 [SUB-2026-0003]", "Lakeline HVAC LLC", "2027-02-01"),
        ("Redstone Electric GL/WC 12/15", "Redstone Electric", "2026-12-15"),
        ("New submission: Saltbox Group, LLC dba The Tin Cup", "Saltbox Group, LLC", None),
        ("Pelham & Sons Co - workers compensation 02/01/2027", "Pelham & Sons Co", "2027-02-01"),
        ("Endorsement request - policy BAP 771204, add vehicle eff 12/01/2026", None, None),
        ("COI needed - Hartwell Electric, Inc.", None, None),
        ("Undelivered Mail Returned to Sender", None, None),
        ("Quote request", None, None),
        ("", None, None),
    ],
)  # fmt: skip
def test_a_subject_names_insured_and_date(subject: str, insured: str | None, effective: str | None) -> None:
    found = said("", subject)
    assert found.get("named_insureds[0].name") == insured
    assert found.get("proposed_effective_date") == effective


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("pls quote WC, eff 1/15/2027.", "proposed_effective_date", "2027-01-15"),
        ("effective 1/15", "proposed_effective_date", "2027-01-15"),
        ("eff jan 15", "proposed_effective_date", "2027-01-15"),
        ("Effective date: 01/15/2027", "proposed_effective_date", "2027-01-15"),
        ("need by 12/18", "need_by_date", "2026-12-18"),
        ("Target premium is $44,000.", "target_premium", "44000"),
        ("target 44k", "target_premium", "44000"),
        ("Please quote GL for Hollis Homes Inc., effective", "named_insureds[0].name", "Hollis Homes Inc."),
        ("Insured     Juniper Flat Transport, Inc.", "named_insureds[0].name", "Juniper Flat Transport, Inc."),
        ("FEIN is 84-1234567", "named_insureds[0].fein", "841234567"),
        ("Website: www.dunlap.example", "named_insureds[0].website", "www.dunlap.example"),
        ("They have no website.", "named_insureds[0].website", "none"),
        ("Insured is an LLC.", "named_insureds[0].entity_type", "llc"),
        ("in business since 2009", "business_start_date", "2009-01-01"),
        ("limits 1M/2M/2M", "gl_limit_products_agg", "2000000"),
        ("limits 1/2/2", "gl_limit_general_aggregate", "2000000"),
        ("1M CSL", "ca_limit_csl_or_bi_person", "1000000"),
        ("Auto liability limit  1,000,000 CSL", "ca_limit_csl_or_bi_person", "1000000"),
        ("auto limits split BI 100/300/50", "ca_limit_bi_accident", "300000"),
        ("EL 500/500/500", "wc_el_disease_policy", "500000"),
        ("Mod is not rated", "wc_mod_factor", "not rated"),
        ("mod .92", "wc_mod_factor", "0.92"),
        ("USDOT 1234567", "usdot_number", "1234567"),
        ("MC# 445566", "mc_number", "445566"),
        ("Roof was replaced in 2019", "building_updates.roofing", "2019"),
        ("Alcohol receipts: $672,000 a year", "alcohol_receipts", "672000"),
        ("The VIN of vehicle 5 is 1FTFW1E58MKA00101.", "vehicles[4].vin", "1FTFW1E58MKA00101"),
        ("Driver 3, J. Ortiz: license state is CA.", "drivers[2].license_state", "CA"),
        ("Building 2-1 plumbing updated 2016", "buildings[0].updated_plumbing", "2016"),
    ],
)  # fmt: skip
def test_a_fact_is_heard_in_a_sentence(text: str, field: str, value: str) -> None:
    assert said(text).get(field) == value


@pytest.mark.parametrize("text", ["eff 1/15/2027 GL limits tbd", "GL loss on 3/4/25", "WC from 1/15/27"])
def test_a_date_is_no_ladder_of_limits(text: str) -> None:
    assert not [field for field in said(text) if "limit" in field or field.startswith("wc_el")]


def test_a_day_without_a_year_needs_to_know_today() -> None:
    assert prose.read("eff 1/15").fields == ()


def test_the_surest_saying_of_a_fact_wins() -> None:
    found = prose.read("Effective: 02/01/2027", subject="Acme LLC GL 1/1", as_of=TODAY).fields
    dates = [item for item in found if item.field == "proposed_effective_date"]
    assert [item.value for item in dates] == ["2027-02-01"]


def test_a_unit_that_words_name_says_its_number() -> None:
    found = said("Driver 3 DOB 02/03/1984")
    assert (found["drivers[2].number"], found["drivers[2].dob"]) == ("3", "1984-02-03")
    (dob,) = [item for item in prose.read("Driver 3 DOB 02/03/1984").fields if item.field.endswith("dob")]
    assert dob.restricted


def test_an_agency_is_not_the_insured() -> None:
    assert "named_insureds[0].name" not in said("Thanks for Tri-County Insurance Agency, Inc. business")


# Numbered answers


def test_numbers_in_one_line_come_apart_and_a_promise_is_no_answer() -> None:
    text = "1) yes 2) 2019 3) will send"
    assert prose.numbered_answers(text) == {1: "yes", 2: "2019", 3: ""}
    assert prose.promises(text) == {3: "will send"}


def test_an_answer_runs_on_until_the_next_number_or_a_blank_line() -> None:
    text = "Answers below:\n\n1. roof replaced\n   in 2019\n2) none\n\nThanks\nPam"
    assert prose.numbered_answers(text) == {1: "roof replaced in 2019", 2: "none"}


@pytest.mark.parametrize(
    "words",
    ["will send Friday", "to follow", "Mod worksheet: will send Friday", "I'll send", "requested", "coming next week"],
)
def test_a_promise_is_told_from_an_answer(words: str) -> None:
    assert prose.numbered_answers(f"4) {words}") == {4: ""}


@pytest.mark.parametrize("words", ["no", "2019, photos will follow", "We will not need it", "none", "12-3456789"])
def test_an_answer_with_a_promise_in_it_is_an_answer(words: str) -> None:
    assert prose.numbered_answers(f"4) {words}") == {4: words}


def test_dates_and_amounts_are_no_numbers_of_answers() -> None:
    assert prose.numbered_answers("eff 1/15/2027 and $2,000,000 (see page 3) thanks") == {}


# Attachments


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("5 yrs runs + mod inside.", {"loss_run", "exmod_worksheet"}),
        ("Application, supplement, declarations and loss runs are here.", {"supplemental_app", "dec_page", "loss_run"}),
        ("Attached:\n- ACORD 125 and 140\n- loss runs\n- SOV\n\nThanks", {"acord_125", "acord_140", "loss_run", "sov"}),
        ("The contractor supplement is attached. I will send the ACORD 137 on Friday.", {"supplemental_app"}),
        ("Loss runs to follow.", set()),
        ("Do you need the SOV?", set()),
        ("SOV is attached but the loss runs will follow", {"sov"}),
        ("Please quote GL.", set()),
    ],
)  # fmt: skip
def test_only_what_is_here_counts_as_attached(text: str, kinds: set[str]) -> None:
    assert prose.declared_attachments(text) == kinds


# Safety


@pytest.mark.parametrize(
    "piece", ["1,", "1/2/3 ", "for A ", "1) ", "attached acord 125, ", "Insured: x\n", "a-", "eff 1/"]
)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    before = time.process_time()
    prose.read(text, subject=text[:2_000], as_of=TODAY)
    prose.numbered_answers(text)
    prose.declared_attachments(text)
    assert time.process_time() - before < 3


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    prose.read(text, subject=text, as_of=TODAY)
    assert all(number > 0 for number in prose.numbered_answers(text))
