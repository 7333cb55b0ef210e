"""What a printed caption most likely names on a form without a known layout."""

from __future__ import annotations

import pytest

from parsers.forms.wording import captions_of, likely, owner_said


@pytest.mark.parametrize(
    ("form", "caption", "name"),
    [
        ("163", "FIRST NAME", "Driver_GivenName"),
        ("163", "MI", "Driver_OtherGivenNameInitial"),
        ("163", "DATE HIRED", "Driver_HiredDate"),
        ("163", "LICENSE NUMBER", "Driver_LicenseNumberIdentifier"),
        ("129", "SEAT CAP", "Vehicle_SeatingCapacityCount"),
        ("129", "COLL DED", "Vehicle_Collision_DeductibleAmount"),
        ("129", "DATE (MM/DD/YYYY)", "Form_CompletionDate"),
        ("129", "NAMED INSURED(S)", "NamedInsured_FullName"),
        ("823", "TOTAL BLDG AREA", "Construction_BuildingArea"),
    ],
)
def test_a_caption_names_what_maps_sister_forms_and_names_say(form: str, caption: str, name: str) -> None:
    worth = likely(form, caption, check=False)
    assert max(worth, key=lambda one: worth[one]) == name
    assert worth[name] > 0.55


def test_captions_of_tick_boxes_and_of_text_are_told_apart() -> None:
    assert "Vehicle_Coverage_CollisionIndicator" in likely("129", "COLLISION", check=True)
    assert "Vehicle_Coverage_CollisionIndicator" not in likely("129", "COLLISION", check=False)


def test_a_caption_with_words_that_no_name_has_names_nothing() -> None:
    assert likely("129", "SHOE SIZE OF THE OWNER", check=False) == {}


def test_what_is_printed_for_many_owners_is_certain_of_none() -> None:
    worth = likely("27", "CITY", check=False)
    assert len(worth) > 2
    assert max(worth.values()) < 0.95


def test_a_caption_may_say_whose_it_is() -> None:
    assert owner_said("AGENCY STREET", "Producer_MailingAddress_LineOne")
    assert not owner_said("STREET", "Producer_MailingAddress_LineOne")


def test_captions_of_a_form_are_known_by_their_keys() -> None:
    assert {"LICSTATE", "VIN", "MAKE"} <= captions_of("129")
    assert captions_of("no such form") == frozenset()
