"""The part of a mail domain that somebody registered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domains import aligned, registered
from intake.lookalikes import look_alikes
from intake.message import Address


@pytest.mark.parametrize(
    ("domain", "owned"),
    [
        ("house.com", "house.com"),
        ("mail.eu.House.com.", "house.com"),
        ("house.co.uk", "house.co.uk"),
        ("mail.house.co.uk", "house.co.uk"),
        ("mail.house.com.au", "house.com.au"),
        ("lausd.k12.ca.us", "lausd.k12.ca.us"),
        ("mail.lausd.k12.ca.us", "lausd.k12.ca.us"),
        ("ci.fresno.ca.us", "fresno.ca.us"),
        ("agency.tx.us", "agency.tx.us"),
        ("ann.github.io", "ann.github.io"),
        ("a.b.house.example", "house.example"),
        ("mail.bücher.de", "bücher.de"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_what_somebody_registered_is_told_from_what_a_registry_keeps(domain: str, owned: str) -> None:
    assert registered(domain) == owned


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("mail.house.co.uk", "house.co.uk", True),
        ("one.co.uk", "two.co.uk", False),
        ("one.k12.ca.us", "two.k12.ca.us", False),
        ("one.github.io", "two.github.io", False),
        ("mail.house.com", "news.house.com", True),
        ("localhost", "localhost", False),
        ("", "", False),
    ],
)
def test_neighbours_under_one_registry_are_not_one_house(one: str, other: str, same: bool) -> None:
    assert aligned(one, other) is same


def test_two_schools_of_a_district_do_not_vouch_for_each_other_and_look_alikes_are_told_there() -> None:
    known = {"fieldschool.k12.ca.us": "Field School"}
    assert [one.how for one in look_alikes(Address(email="a@fie1dschool.k12.ca.us"), known)] == ["letters"]
    assert look_alikes(Address(email="a@mail.fieldschool.k12.ca.us"), known) == ()
    assert look_alikes(Address(email="a@otherplace.k12.ca.us"), known) == ()


@given(st.text(max_size=80))
def test_no_domain_is_too_strange(domain: str) -> None:
    assert registered(registered(domain)) == registered(domain)
