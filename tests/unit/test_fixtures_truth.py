"""The stated truth against what the documents hold, by plain arithmetic on the documents' own truth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from fixtures.cases import insureds
from fixtures.cases.truth import Case, Record
from fixtures.identifiers import check_digit, model_year_letter
from fixtures.mailbox import cases

RECEIVED = {case.slug: case.mail.sent.date() for case in cases()}


def new_submissions() -> list[tuple[Case, Record]]:
    return [(case, record) for case in cases() for record in case.records if record.matched == "new"]


def shown_terms(case: Case, record: Record, line: str) -> Iterator[dict[str, str]]:
    for filed in case.filed:
        if filed.kind == "loss_run":
            yield from (
                term for term in filed.made.truth["terms"] if term["line"] == line and term["insured"] == record.insured
            )


def uncovered(record: Record, terms: list[dict[str, str]]) -> list[str]:
    """Return the start years of the five policy years before the effective date that no term covers for 335 days."""
    missing = []
    for back in range(5, 0, -1):
        start = record.effective.replace(year=record.effective.year - back)
        end = record.effective.replace(year=record.effective.year - back + 1)
        days = {
            start + timedelta(days=day)
            for day in range((end - start).days)
            for term in terms
            if date.fromisoformat(term["term_from"])
            <= start + timedelta(days=day)
            < date.fromisoformat(term["term_to"])
        }
        if len(days) < 335:
            missing.append(str(start.year))
    return missing


@pytest.mark.parametrize(("case", "record"), new_submissions(), ids=lambda value: getattr(value, "slug", ""))
def test_years_that_no_run_shows_are_exactly_the_years_that_are_asked_for(case: Case, record: Record) -> None:
    for line in record.lines:
        terms = list(shown_terms(case, record, line))
        codes = {item.code: item.subject for item in record.items if item.line == line}
        missing = uncovered(record, terms)
        assert ("LOSS-LINE-GAP" in codes) is not bool(terms)
        assert codes.get("LOSS-YEARS-GAP", "") == (", ".join(missing) if terms else "")


@pytest.mark.parametrize(("case", "record"), new_submissions(), ids=lambda value: getattr(value, "slug", ""))
def test_stale_runs_are_asked_again_and_fresh_ones_are_not(case: Case, record: Record) -> None:
    for line in record.lines:
        valued = [date.fromisoformat(term["valuation_date"]) for term in shown_terms(case, record, line)]
        stale = bool(valued) and (RECEIVED[case.slug] - max(valued)).days > 120
        assert stale is any(item.code == "LOSS-STALE" and item.line == line for item in record.items)


@pytest.mark.parametrize(("case", "record"), new_submissions(), ids=lambda value: getattr(value, "slug", ""))
def test_open_and_large_claims_are_exactly_those_that_are_asked_about(case: Case, record: Record) -> None:
    claims = [claim for filed in case.filed if filed.kind == "loss_run" for claim in filed.made.truth["claims"]]
    large = {
        claim["claim_number"] for claim in claims if claim["status"] != "closed" or float(claim["incurred"]) > 25_000
    }
    assert large == {item.subject for item in record.items if item.code == "LOSS-LARGE-DETAIL"}


@pytest.mark.parametrize(("case", "record"), new_submissions(), ids=lambda value: getattr(value, "slug", ""))
def test_forms_that_are_needed_are_there_or_asked_for(case: Case, record: Record) -> None:
    kinds = {filed.kind for filed in case.filed}
    codes = {item.code for item in record.items}
    package = set(record.lines) - {"workers_compensation"}
    assert not package or "acord_125" in kinds
    if "general_liability" in record.lines:
        assert ("APP-SECTION-MISSING" in codes) is ("acord_126" not in kinds)
    if "commercial_property" in record.lines:
        assert kinds & {"acord_140", "sov"}
    if "commercial_auto" in record.lines:
        assert "acord_127" in kinds
        assert ("AU-137" in codes) is ("acord_137" not in kinds)
    if "workers_compensation" in record.lines:
        assert "acord_130" in kinds
        assert ("WC-MOD" in codes) is ("exmod_worksheet" not in kinds)


def test_every_vehicle_has_what_rating_wants_and_a_vin_that_passes() -> None:
    for account in (insureds.lakeline(), insureds.juniper_flat()):
        for vehicle in account.vehicles:
            assert vehicle.vin[8] == check_digit(vehicle.vin)
            assert vehicle.vin[9] == model_year_letter(vehicle.year)
            assert vehicle.radius and vehicle.cost_new and vehicle.garage.zip
            assert vehicle.garage.state == "CA"


def test_the_mistyped_vin_fails_its_check() -> None:
    from fixtures.cases.incomplete import mistyped

    vin = insureds.lakeline().vehicles[4].vin
    assert mistyped(vin)[8] != check_digit(vin)


def test_owners_hold_everything_between_them() -> None:
    for account in (insureds.four_corners(), insureds.pelham(), insureds.redstone(), insureds.lakeline()):
        assert sum(owner.percent for owner in account.owners) == 100
        assert all(owner.included for owner in account.owners)


def test_old_buildings_and_values_are_where_the_truth_needs_them() -> None:
    year = 2027
    for account in (insureds.westover(), insureds.northfork(), insureds.yarrow(), insureds.larkspur()):
        for building in account.buildings:
            updates = (
                building.updated_roof,
                building.updated_wiring,
                building.updated_plumbing,
                building.updated_heating,
            )
            assert year - building.year_built <= 15 or all(updates)
    for account in (
        insureds.westover(),
        insureds.northfork(),
        insureds.yarrow(),
        insureds.underhill(),
        insureds.pelham(),
    ):
        assert all(building.bi_value <= 250_000 for building in account.buildings)
        assert sum(building.tiv for building in account.buildings) < 10_000_000
    assert sum(building.tiv for building in insureds.larkspur().buildings) < 25_000_000
    assert insureds.pelham().buildings[0].tiv < 5_000_000


def test_no_two_insureds_of_the_mailbox_could_be_taken_for_each_other() -> None:
    from rapidfuzz.fuzz import token_sort_ratio

    names = sorted({record.insured for _, record in new_submissions()})
    assert len(names) == 16
    pairs = [(one, other) for one in names for other in names if one < other]
    assert max(token_sort_ratio(*pair) for pair in pairs) < 80
