"""Values of one fact: what is one value written twice, and what is two values."""

from __future__ import annotations

from itertools import product

import pytest

from parsers.document import Scalar
from pipeline.comparing import KINDS, alike, comparer_of, unchanged

WRITINGS: tuple[Scalar, ...] = (
    None,
    True,
    False,
    "",
    "yes",
    "N",
    "2",
    "0.80",
    "80",
    "80%",
    "100",
    "1900000",
    "1,900,000.00",
    "1905000",
    "2009",
    "2009-04",
    "2009-04-01",
    "47-1839205",
    "471839205",
    "(480) 555-0101",
    "+1 480 555 0101",
    "85201-1234",
    "85201",
    "238220",
    "2382",
    "0042",
    "42",
    "1180 Mill Street, Suite 4",
    "1180 MILL ST STE 4",
    "Dunlap Mechanical, LLC",
    "DUNLAP MECHANICAL L.L.C. dba Cool Air",
    "Ortiz, Jorge",
    "J. Ortiz",
    "Jorge M Ortiz",
    "Travelers",
    "Charter Oak Fire Insurance Company",
    "JM",
    "Joisted Masonry",
    "corporation",
    "s_corporation",
    "ALS",
)

FIELDS = {
    "name": "named_insureds[0].name",
    "person": "drivers[3].name",
    "digits": "named_insureds[0].fein",
    "letters": "vehicles[0].vin",
    "policy": "prior_carriers[0].gl_policy",
    "phone": "contacts[0].phone",
    "zip": "locations[0].zip",
    "prefix": "named_insureds[0].naics",
    "code": "class_rows[0].code",
    "date": "proposed_effective_date",
    "street": "locations[0].street",
    "site": "named_insureds[0].website",
    "entity": "named_insureds[0].entity_type",
    "construction": "buildings[0].construction",
    "carrier": "prior_carriers[0].gl_carrier",
    "percent": "individuals[0].ownership_percent",
    "number": "vehicles[0].cost_new",
    "words": "agency_name",
    "free": "operations_description",
}


def test_there_is_a_fact_for_every_kind_of_value() -> None:
    assert {kind: comparer_of(field).kind for kind, field in FIELDS.items()} == {kind: kind for kind in KINDS}


@pytest.mark.parametrize("field", FIELDS.values())
def test_every_value_is_alike_and_unchanged_to_itself(field: str) -> None:
    for value in WRITINGS:
        assert alike(field, value, value)
        assert unchanged(field, value, value)


@pytest.mark.parametrize("field", FIELDS.values())
def test_it_does_not_matter_which_paper_speaks_first(field: str) -> None:
    for one, other in product(WRITINGS, WRITINGS):
        assert alike(field, one, other) == alike(field, other, one), (one, other)
        assert unchanged(field, one, other) == unchanged(field, other, one), (one, other)


@pytest.mark.parametrize("field", FIELDS.values())
def test_what_is_unchanged_is_alike(field: str) -> None:
    for one, other in product(WRITINGS, WRITINGS):
        assert not unchanged(field, one, other) or alike(field, one, other), (one, other)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("buildings[0].building_value", "1800000", "1810000"),
        ("class_rows[0].payroll", "1900000", "1,895,500"),
        ("claims[0].paid", "118400.00", "118400.49"),
        ("buildings[0].area", "12400", "12500"),
        ("buildings[0].construction", "2", "Joisted Masonry"),
        ("buildings[0].sprinkler_percent", "0.80", "80 %"),
        ("class_rows[0].code", "0042", "42"),
        ("drivers[0].name", "Ortiz, Jorge", "Jorge M. Ortiz"),
        ("drivers[0].name", "J. Ortiz", "Jorge Ortiz"),
        ("drivers[0].license_number", "D 0123-4567", "d01234567"),
        ("prior_carriers[0].gl_carrier", "Travelers", "The Charter Oak Fire Insurance Company"),
        ("prior_carriers[0].gl_policy", "HLM-77120-26", "HLM 77120"),
        ("locations[0].street", "400 North Industrial Parkway, Suite 2", "400 N. IND PKWY STE 2"),
        ("named_insureds[0].dba", "Cool Air, Inc.", "COOL AIR"),
        ("q_bankruptcy", True, "Y"),
    ],
)
def test_a_difference_in_writing_or_within_the_tolerance_is_none(field: str, one: Scalar, other: Scalar) -> None:
    assert alike(field, one, other)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("buildings[0].building_value", "1800000", "1700000"),
        ("class_rows[0].payroll", "1900000", "2900000"),
        ("claims[0].paid", "118400.00", "118600.00"),
        ("gl_limit_occurrence", "1000000", "1005000"),
        ("individuals[0].ownership_percent", "1", "100"),
        ("drivers[0].name", "Juan Ortiz", "Jorge Ortiz"),
        ("vehicles[0].vin", "1FTFW1E58MKA00101", "1FTFW1E57MKA00101"),
        ("prior_carriers[0].gl_carrier", "Travelers", "The Hartford"),
        ("locations[0].street", "1180 Mill St", "1182 Mill St"),
        ("business_start_date", "2009", "2019-04-01"),
        ("q_bankruptcy", True, "N"),
        ("named_insureds[0].fein", "471839205", "471839206"),
    ],
)
def test_a_difference_in_meaning_is_one(field: str, one: Scalar, other: Scalar) -> None:
    assert not alike(field, one, other)


def test_a_new_version_that_moves_a_figure_within_the_tolerance_says_something_else() -> None:
    field = "buildings[0].building_value"
    assert alike(field, "1800000", "1810000") and not unchanged(field, "1800000", "1810000")
    assert unchanged(field, "1800000", "1,800,000.00")


def test_a_new_version_of_free_words_is_told_and_two_papers_words_never_clash() -> None:
    assert alike("operations_description", "HVAC", "Heating")
    assert not unchanged("operations_description", "HVAC", "Heating")


def test_what_is_blank_in_one_version_is_a_change() -> None:
    assert not unchanged("named_insureds[0].fein", None, "471839205")
