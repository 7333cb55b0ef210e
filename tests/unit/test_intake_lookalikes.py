"""Domains and names that look like those of houses we know."""

from __future__ import annotations

import pytest

from intake.lookalikes import look_alikes, skeleton
from intake.message import Address

KNOWN = {
    "fieldagency.example": "Field Agency",
    "house.example": "us",
    "baycrest.com": "Bay Crest Insurance",
    "cornermill.example": "Corner Mill",
}
PUNYCODE = "xn--" + "fieldаgency".encode("punycode").decode()


@pytest.mark.parametrize(
    ("email", "how"),
    [
        ("ann@fie1dagency.example", "letters"),
        ("ann@fieldаgency.example", "letters"),
        (f"ann@{PUNYCODE}.example", "letters"),
        ("ann@field-agency.example", "letters"),
        ("ann@comermill.example", "letters"),
        ("ann@fieldagency.co", "ending"),
        ("ann@fieldagensy.example", "misspelt"),
        ("ann@fieldagecny.example", "misspelt"),
        ("ann@fieldagency-secure.example", "inside"),
        ("ann@fieldagency.example.evil.example", "inside"),
        ("pat@h0use.example", "letters"),
    ],
)
def test_a_domain_that_looks_like_one_of_ours_is_told(email: str, how: str) -> None:
    assert how in [one.how for one in look_alikes(Address(email=email), KNOWN)]


@pytest.mark.parametrize("name", ["ann@fieldagency.example", "Field Agency", "Field Agency Quotes"])
def test_a_borrowed_name_is_told(name: str) -> None:
    (found,) = look_alikes(Address(email="x@gmail.com", name=name), KNOWN)
    assert (found.how, found.like) == ("shown_name", "fieldagency.example")
    assert found.words == "gmail.com writes under the name of fieldagency.example (Field Agency)"


@pytest.mark.parametrize(
    "email",
    [
        "ann@fieldagency.example",
        "ann@mail.fieldagency.example",
        "ann@oakhollow.example",
        "ann@mouse.org",
        "ann@gmail.com",
        "ann@",
        "ann",
        "a@xn--\udcff.example",
    ],
)
def test_houses_themselves_and_strangers_are_not(email: str) -> None:
    assert look_alikes(Address(email=email, name="Ann Moss"), KNOWN) == ()


def test_the_eye_reads_letters_of_other_scripts_as_latin_ones() -> None:
    assert skeleton("fieldаgency") == skeleton("fie1dagency") == skeleton(PUNYCODE)
    assert skeleton("xn--99999999999") == "xn--99999999999"
