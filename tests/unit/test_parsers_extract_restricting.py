"""Values are restricted by the name of their box and by their looks, also where no form map knows the box."""

from __future__ import annotations

from datetime import date

import pytest

from parsers.document import FieldCandidate, Location
from parsers.extract.boxes import Filled, read_filled
from parsers.extract.restricting import kind_by_name
from parsers.forms import form_map

TODAY = date(2026, 11, 20)


def read(elabel: str, raw: str, form: str = "125") -> FieldCandidate:
    filled = Filled(elabel=elabel, raw=raw, tick=False, at=Location(page=1), method="widget")
    return read_filled([filled], form_map(form), TODAY)[0]


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("Person_SocialSecurityNumber_A", "123-45-6789"),
        ("Owner_TaxIdentifier_A", "123-45-6789"),
        ("Owner_TaxIdentifier_A", "123456789"),
        ("Owner_BirthDate_A", "01/02/1970"),
        ("Guarantor_BirthDate_A", "unknownish 1/2/70"),
        ("Spouse_DateOfBirth_A", "01/02/1970"),
        ("Owner_DOB_A", "1/2/70"),
        ("Operator_DriversLicense_A", "D1234567"),
        ("Operator_LicenseNumber_A", "D1234567"),
        ("Driver_LicenseNumberIdentifier_A", "D1234567"),
        ("Partner_SSN_A", "123456789"),
        ("Mystery_Remark_A", "SSN 123-45-6789 DOB 1/2/70"),
        ("Mystery_Remark_A", "born 1/2/70"),
        ("Unknown_Box_A", "123-45-6789"),
        ("Drivers License No", "D12"),
        ("ACORD_Driver1_SSN", "123456789"),
        ("Text205", "B2122468"),
        ("Text205", "D123 4567 8901"),
        ("form1[0].#page[3].f7", "08/14/1981"),
    ],
)
def test_what_a_name_or_the_text_itself_tells_of_is_restricted(name: str, raw: str) -> None:
    assert read(name, raw).restricted


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("Text16", "Northfork Millwork Inc."),
        ("Text16", "1,250,000"),
        ("Text16", "$12500"),
        ("Text16", "12500.00"),
        ("Text16", "05/11/2026"),
        ("Text16", "2019"),
        ("Text16", "12 Mill Road"),
        ("Owner_TaxIdentifier_A", "36-1234567"),
        ("Producer_StateLicenseIdentifier_A", "1234567"),
        ("Driver_LicensedYear_A", "1999"),
        ("Driver_LicensedStateOrProvinceCode_A", "IL"),
        ("Agency_Own_Note_A", "call 815-555-0147"),
        ("ACORD_Loss1_Paid", "12500"),
        ("Building_Sensor_A", "ssnake 5"),
    ],
)
def test_amounts_dates_of_a_policy_and_companies_numbers_are_not(name: str, raw: str) -> None:
    assert not read(name, raw).restricted


def test_a_remark_that_holds_a_social_security_number_is_restricted_on_a_known_box_too() -> None:
    assert read("CommercialPolicy_OperationsDescription_A", "Owner 123-45-6789, roofing").restricted
    assert not read("CommercialPolicy_OperationsDescription_A", "Roofing since 1988").restricted


def test_the_licence_of_a_producer_is_nobodys_secret() -> None:
    assert kind_by_name("Producer_NonResidentLicenseIdentifier_A", "1234567") is None
