"""Policy years are covered by the union of terms, 335 days are enough, and zero claims need a term."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from submissions import run, table, term

from pipeline.losses import Coverage, coverage, have, read_claims, read_terms, year_words

AUTO, GL = "commercial_auto", "general_liability"
EFFECTIVE = date(2027, 1, 15)


def covered(*terms: dict[str, object], years: int = 5, started: date | None = None, line: str = AUTO) -> Coverage:
    return coverage(line, read_terms([run(*terms)]), effective=EFFECTIVE, years=years, started=started)


def names(found: Coverage) -> list[int]:
    return [year.name for year in found.missing]


def test_five_annual_terms_cover_five_years() -> None:
    found = covered(*(term(AUTO, year) for year in range(2022, 2027)))
    assert [year.name for year in found.years] == [2022, 2023, 2024, 2025, 2026]
    assert (names(found), found.share) == ([], 1.0)


def test_terms_of_another_line_cover_nothing() -> None:
    assert names(covered(*(term(GL, year) for year in range(2022, 2027)))) == [2022, 2023, 2024, 2025, 2026]


def test_a_package_policy_covers_liability_and_property_but_not_auto() -> None:
    terms = [term("business_owners", year) for year in range(2022, 2027)]
    assert names(covered(*terms, line=GL)) == []
    assert names(covered(*terms, line=AUTO)) == [2022, 2023, 2024, 2025, 2026]


def test_a_july_account_is_not_asked_for_years_that_do_not_exist() -> None:
    terms = [term(AUTO, year, term_from=f"{year}-07-01", term_to=f"{year + 1}-07-01") for year in range(2021, 2027)]
    found = coverage(AUTO, read_terms([run(*terms)]), effective=date(2027, 7, 1), years=5, started=None)
    assert [year.name for year in found.years] == [2022, 2023, 2024, 2025, 2026]
    assert names(found) == []


@pytest.mark.parametrize(("days", "missing"), [(30, []), (32, [2024])])
def test_three_hundred_and_thirty_five_days_are_enough(days: int, missing: list[int]) -> None:
    late = (date(2024, 1, 15) + timedelta(days=days)).isoformat()
    others = (term(AUTO, year) for year in (2022, 2023, 2025, 2026))
    assert names(covered(*others, term(AUTO, 2024, term_from=late))) == missing


def test_the_window_is_cut_at_the_start_of_the_business() -> None:
    found = covered(term(AUTO, 2025, term_from="2025-04-01"), term(AUTO, 2026), started=date(2025, 4, 1))
    assert [year.name for year in found.years] == [2025, 2026]
    assert names(found) == []


def test_the_newest_three_years_are_told_from_the_older() -> None:
    assert not covered(*(term(AUTO, year) for year in (2024, 2025, 2026))).misses_a_new_year
    assert covered(*(term(AUTO, year) for year in (2022, 2023, 2024, 2025))).misses_a_new_year


def test_a_row_without_a_term_is_no_evidence_of_zero_claims() -> None:
    assert read_terms([run(term(AUTO, 2025, term_from=None, zero_claims=True))]) == ()


def test_a_term_without_an_end_is_a_year() -> None:
    assert read_terms([run(term(AUTO, 2025, term_to=None))])[0].end == date(2026, 1, 15)


def test_a_run_sent_twice_counts_once() -> None:
    paper = run(term(AUTO, 2026))
    found = coverage(AUTO, read_terms([paper, paper]), effective=EFFECTIVE, years=5, started=None)
    assert names(found) == [2022, 2023, 2024, 2025]


def test_what_we_have_is_said_by_carrier_and_valuation() -> None:
    terms = [term(AUTO, year) for year in (2024, 2025, 2026)]
    terms.append(term(AUTO, 2022, carrier="Northgate", valuation_date=None))
    assert have(covered(*terms)) == (
        "we have 2024–2026 from Harborline Mutual valued 2026-10-01",
        "we have 2022 from Northgate without a valuation date",
    )


def test_a_lapse_of_more_than_thirty_days_is_a_gap_only_between_covered_years() -> None:
    both = [term(AUTO, year) for year in (2022, 2023, 2026)]
    short = [term(AUTO, 2024, term_to="2025-01-01"), term(AUTO, 2025, term_from="2025-01-29")]
    long = [term(AUTO, 2024, term_to="2024-12-26"), term(AUTO, 2025, term_from="2025-02-04")]
    year = [term(AUTO, 2025)]
    assert covered(*both, *short).gaps == ()
    assert covered(*both, *long).gaps == ((date(2024, 12, 26), date(2025, 2, 4)),)
    assert covered(*both, *year).gaps == ()


def test_the_newer_valuation_of_a_claim_counts() -> None:
    old = {"claim_number": "A1", "status": "open", "incurred": "100.00"}
    new = {"claim_number": "A1", "status": "closed", "incurred": "900.00"}
    first = run(term(AUTO, 2025, valuation_date="2026-01-01"), name="a", claims=[old])
    second = run(term(AUTO, 2025, valuation_date="2026-10-01"), name="b", claims=[new])
    for papers in ([first, second], [second, first]):
        (found,) = read_claims(papers)
        assert (found.incurred, found.is_open) == ("900.00", False)


def test_a_table_that_is_no_run_shows_no_claims() -> None:
    from submissions import paper

    assert read_claims([paper("invoice", tables=(table("claims", [{"claim_number": "A1"}]),))]) == ()


@pytest.mark.parametrize(
    ("years", "words"), [([2021], "2021"), ([2023, 2021], "2021, 2023"), ([2023, 2024, 2025, 2021], "2021, 2023–2025")]
)
def test_years_are_written_as_people_write_them(years: list[int], words: str) -> None:
    assert year_words(years) == words


@given(st.lists(st.tuples(st.integers(2018, 2027), st.integers(1, 400)), max_size=8))
def test_more_terms_never_cover_less(spans: list[tuple[int, int]]) -> None:
    terms = []
    before = -1.0
    for year, days in spans:
        start = date(year, 1, 15)
        terms.append(term(AUTO, year, term_to=(start + timedelta(days=days)).isoformat()))
        share = covered(*terms).share
        assert 0 <= share <= 1
        assert share >= before
        before = share


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ({"zero_claims": False, "claim_count": "0"}, False),
        ({"zero_claims": False, "claim_count": None}, False),
        ({"zero_claims": True, "claim_count": "0"}, True),
        ({"zero_claims": False, "claim_count": "2"}, True),
        ({"zero_claims": False, "claim_count": "0", "incurred": "0.00"}, True),
        ({}, True),
    ],
)
def test_a_term_of_which_nothing_is_said_is_not_covered(told: dict[str, object], counts: bool) -> None:
    found = covered(*(term(AUTO, year) for year in (2022, 2023, 2024, 2025)), term(AUTO, 2026, **told))
    assert names(found) == ([] if counts else [2026])
