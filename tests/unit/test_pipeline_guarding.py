"""No wording of ours repeats a birth date, a licence or a social security number, wherever it was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from submissions import Package, doubtful, paper, table

from outbound.compose import UnsafeMail, guard
from pipeline.guarding import guarded, is_safe, secrets
from pipeline.submission import ResolvedField, Source

DAY = date(2026, 11, 20)


def fact(field: str, value: str, raw: str = "", *, restricted: bool = True) -> ResolvedField:
    return ResolvedField(
        field=field,
        value=value,
        raw=raw or value,
        confidence=0.9,
        status="extracted",
        source=Source(label="driver list"),
        restricted=restricted,
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Driver A. Lee, SSN 123-45-6789, wants", "Driver A. Lee, SSN •••, wants"),
        ("Driver born 01/02/1980 in Mesa", "Driver born ••• in Mesa"),
        ("Her licence number D01234567 is", "Her licence number ••• is"),
        ("please give the date of birth, licence number and licence state", None),
        ("we see 47-1839205 in ACORD 125 and 47-1839206 in ACORD 130", None),
        ("loss runs valued on or after 2026-08-21", None),
        ("unit 5 VIN 1FTFW1E58MKA00101 does not pass", None),
        ("it started 04/01/2009", None),
    ],
)
def test_what_looks_restricted_or_is_called_so_is_masked_and_nothing_else(text: str, shown: str | None) -> None:
    assert guarded(text) == (shown or text)
    assert is_safe(text) is (shown is None)


@pytest.mark.parametrize("word", ["LICAA1234", "licaa-1234", "LICAA1234-1"])
def test_a_known_value_is_found_however_it_is_written(word: str) -> None:
    known = secrets({"a": fact("drivers[0].license_number", "LICAA1234")})
    assert guarded(f"Building {word}, 100 Main St", known) == "Building •••, 100 Main St"


@pytest.mark.parametrize("text", ["1980-01-02", "01/02/1980", "1/2/1980"])
def test_a_known_birth_date_is_found_in_every_way_people_write_it(text: str) -> None:
    known = secrets({"a": fact("drivers[0].dob", "1980-01-02")})
    assert guarded(f"Building Ann, {text}: roof?", known) == "Building Ann, •••: roof?"


def test_short_values_and_values_of_other_facts_are_not_looked_for() -> None:
    assert secrets({"a": fact("drivers[0].license_number", "1234")}) == frozenset()
    assert secrets({"a": fact("vehicles[0].vin", "1FTFW1E58MKA00101", restricted=False)}) == frozenset()


def test_among_the_words_for_rows_a_date_of_long_ago_is_a_birth_date() -> None:
    assert guarded("Building Ann Lee-1, 1980-01-02", as_of=DAY) == "Building Ann Lee-1, •••"
    assert guarded("Building 1, built 1968; roof 2019-03-01", as_of=DAY) == "Building 1, built 1968; roof 2019-03-01"


def test_no_item_repeats_a_birth_date_that_was_read_as_a_street() -> None:
    package = Package().put("buildings[0].street", "1980-01-02").without("buildings[0].construction")
    (item,) = [one for one in package.items() if one.code == "PR-COPE"]
    assert "construction type" in item.ask
    assert "1980" not in item.ask + item.title + item.subject


def test_no_item_repeats_a_licence_number_that_was_read_as_a_place() -> None:
    package = Package().put("buildings[0].street", "D01234567").without("buildings[0].construction")
    package = replace(package, restricted=frozenset({"drivers[0].license_number"}))
    assert not any("D01234567" in item.ask + item.title + item.subject for item in package.items())


def test_differences_of_versions_do_not_tell_birth_dates() -> None:
    before, after = ({"name": "Ann Lee", "dob": day} for day in ("1980-01-02", "1981-01-02"))
    package = Package().add(paper("driver_list", "first.xlsx", tables=(table("drivers", [before]),)))
    again = paper("driver_list", "b.pdf", tables=(table("drivers", [after]),), version=2, version_of="first.xlsx:1")
    ask = package.add(doubtful(again)).open()["DOC-VERSION"].ask
    assert "Ann Lee, dob was •••, is •••" in ask


@pytest.mark.parametrize("text", ["SSN 123-45-6789", "DOB 01/02/1980", "driver's licence D01234567"])
def test_a_mail_that_would_repeat_one_is_not_composed(text: str) -> None:
    with pytest.raises(UnsafeMail):
        guard(f"Please check {text}.")
