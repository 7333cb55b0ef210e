from __future__ import annotations

import dataclasses
import itertools
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from fixtures import fleet, identifiers
from fixtures.account import Account
from fixtures.accounts import AGENCIES, PROFILES, account
from fixtures.names import FEIN_PREFIXES, TOWNS

EFFECTIVE = date(2027, 1, 1)


def drawn(seed: int = 3) -> list[Account]:
    return [account(profile, seed=seed, effective=EFFECTIVE) for profile in PROFILES]


def test_there_are_the_twelve_profiles_of_the_guide() -> None:
    assert len(PROFILES) == 12
    assert {"hvac_contractor", "apartment_owner", "trucking", "church_school"} <= set(PROFILES)


def test_the_same_arguments_give_the_same_account() -> None:
    assert drawn() == drawn()


def test_neighbouring_seeds_and_profiles_differ_by_name() -> None:
    names = [account(p, seed=s, effective=EFFECTIVE).name for p in PROFILES for s in range(60)]
    assert len(set(names)) == len(names)


def test_narrowing_the_lines_leaves_the_insured_as_it_was() -> None:
    whole = account("hvac_contractor", seed=5, effective=EFFECTIVE)
    narrow = account("hvac_contractor", seed=5, effective=EFFECTIVE, lines=("workers_compensation",))
    assert narrow.lines == ("workers_compensation",)
    assert (narrow.name, narrow.fein, narrow.vehicles) == (whole.name, whole.fein, whole.vehicles)
    assert narrow.terms == tuple(t for t in whole.terms if t.line == "workers_compensation")
    assert set(narrow.premiums) == {"workers_compensation"}


def test_every_vin_has_its_check_digit_and_its_model_year() -> None:
    units = [vehicle for one in drawn() for vehicle in one.vehicles]
    assert len(units) > 30
    for unit in units:
        assert re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", unit.vin)
        assert unit.vin[8] == identifiers.check_digit(unit.vin)
        assert unit.vin[9] == identifiers.model_year_letter(unit.year)


@pytest.mark.parametrize(
    ("vin", "valid"), [("1M8GDM9AXKP042788", True), ("3ALHCYDV0PDNT0103", True), ("1FTFW1E57MKA00101", False)]
)
def test_the_check_digit_agrees_with_known_vins(vin: str, valid: bool) -> None:
    assert (identifiers.check_digit(vin) == vin[8]) is valid


def test_feins_have_listed_prefixes() -> None:
    assert all(re.fullmatch(r"\d{9}", one.fein) and one.fein[:2] in FEIN_PREFIXES for one in drawn())
    assert not {"00", "07", "29", "49", "69"} & set(FEIN_PREFIXES)


def test_zip_codes_fit_their_states() -> None:
    spans = {"CA": (900, 961), "TX": (750, 799), "CO": (800, 816), "GA": (300, 319), "IL": (600, 629), "TN": (370, 385)}
    for state, (low, high) in spans.items():
        assert all(low <= int(town.zip[:3]) <= high for town in TOWNS[state])
    for one in drawn():
        assert (one.mailing.zip, one.mailing.state) in {(t.zip, t.state) for t in TOWNS[one.mailing.state]}


def test_california_licences_are_a_letter_and_seven_digits() -> None:
    rows = account("trucking", seed=1, effective=EFFECTIVE).drivers
    assert len(rows) == 15
    assert all(re.fullmatch(r"[A-Z]\d{7}", row.license_number) for row in rows)
    assert all(row.years_experience <= EFFECTIVE.year - row.dob.year - 16 for row in rows)


def test_an_illinois_licence_starts_with_the_surname_initial() -> None:
    rows = account("trucking", seed=1, effective=EFFECTIVE, state="IL").drivers
    assert all(row.license_number[0] == row.last[0] for row in rows)


def test_each_line_has_five_terms_in_a_row_up_to_the_effective_date() -> None:
    for one in drawn():
        for line in one.lines:
            terms = [term for term in one.terms if term.line == line]
            assert len(terms) == 5
            assert terms[-1].end == EFFECTIVE
            assert all(a.end == b.start for a, b in itertools.pairwise(terms))
            assert {term.carrier for term in terms} <= {"Harborline Mutual", "Blue Prairie Insurance Group"}


def test_some_accounts_change_carrier_and_the_policy_number_starts_again() -> None:
    changed = [
        (old, new)
        for seed in range(12)
        for one in drawn(seed)
        for old, new in zip(one.terms, one.terms[1:], strict=False)
        if old.line == new.line and old.carrier != new.carrier
    ]
    assert changed
    assert all(new.policy_number.endswith("-00") for _, new in changed)


def test_claims_lie_inside_their_term_and_before_the_submission() -> None:
    claims = [(term, claim) for seed in range(6) for one in drawn(seed) for term in one.terms for claim in term.claims]
    assert len(claims) > 60
    for term, claim in claims:
        assert term.start <= claim.date_of_loss < term.end
        assert claim.reported < EFFECTIVE - timedelta(days=60)
        assert claim.incurred > 0
        assert (claim.status == "open") == (claim.reserve > 0)
    assert len({claim.number for _, claim in claims}) == len(claims)


def test_a_small_history_has_no_claim_that_needs_explaining() -> None:
    for profile in PROFILES:
        one = account(profile, seed=9, effective=EFFECTIVE, claims="small")
        for claim in (claim for term in one.terms for claim in term.claims):
            assert claim.status == "closed"
            assert claim.incurred <= 25_000


def test_a_clean_history_has_terms_without_claims() -> None:
    one = account("trucking", seed=9, effective=EFFECTIVE, claims="none")
    assert len(one.terms) == 15
    assert not any(term.claims for term in one.terms)


def test_owners_own_the_whole_and_a_church_has_none() -> None:
    for one in drawn():
        assert sum(owner.percent for owner in one.owners) == (0 if one.entity == "not_for_profit" else 100)


def test_the_entity_fits_the_suffix_of_the_name() -> None:
    for one in drawn():
        if "LLC" in one.name:
            assert one.entity == "llc"
        if "Inc." in one.name:
            assert one.entity in ("corporation", "s_corporation")


def test_payroll_per_head_is_what_people_earn() -> None:
    for one in drawn():
        for row in one.class_rows:
            heads = row.full_time + row.part_time
            assert 20_000 < row.payroll / heads < 150_000
            assert row.rate > Decimal(0)


def test_building_values_are_what_buildings_cost() -> None:
    for one in drawn():
        for building in one.buildings:
            assert building.building_value == 0 or 40 < building.building_value / building.area < 600
            assert building.updated_roof is None or building.year_built <= building.updated_roof <= EFFECTIVE.year
    assert (
        16_000_000 < sum(b.tiv for b in account("apartment_owner", seed=3, effective=EFFECTIVE).buildings) < 20_000_000
    )


def test_agencies_are_invented_and_unreachable() -> None:
    assert len({agency.domain for agency in AGENCIES}) == 4
    for agency in AGENCIES:
        assert agency.domain.endswith(".example")
        assert agency.producer.email.endswith("@" + agency.domain)
        assert "555-01" in agency.phone


def test_another_agency_leaves_the_insured_as_it_was() -> None:
    one = account("drywall", seed=2, effective=EFFECTIVE, agency=AGENCIES[0])
    other = account("drywall", seed=2, effective=EFFECTIVE, agency=AGENCIES[3])
    assert dataclasses.replace(other, agency=AGENCIES[0]) == one


def test_trailers_are_not_power_units() -> None:
    units = account("trucking", seed=4, effective=EFFECTIVE).vehicles
    assert sum(not fleet.is_trailer(unit) for unit in units) == 14


def test_a_leap_day_effective_date_has_prior_terms() -> None:
    terms = account("roofer", seed=1, effective=date(2028, 2, 29)).terms
    assert terms[0].start == date(2023, 2, 28)
