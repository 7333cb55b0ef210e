"""Form maps: every box of the forms leads where it should, and a wrong map is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from parsers.forms import FORMS, FormMapError, editions, form_map, read_form_map, resolve
from parsers.forms.geometry import PlacedField, known

# Boxes that have no canonical field on purpose; what stands in them is reported under their own name.
LEFT_OUT = {"125": {"ACORD_NatureOfBusiness_RetailPercentage"}}
DRAWN = sorted({form for form, _, _, _ in known()}, key=int)
"""Forms whose layout is known."""
BOXES = {
    "101": 17,
    "125": 547,
    "126": 255,
    "127": 634,
    "130": 480,
    "131": 393,
    "137": 403,
    "140": 356,
    "160": 1135,
    "24": 144,
    "25": 128,
    "28": 159,
    "35": 102,
    "36": 63,
    "37": 31,
}
"""How many names the boxes of a layout have, agency systems' own layouts aside."""
LISTED = {"133": 136, "186": 132}
"""Forms whose layout is not known but whose names are, and how many they are."""


def boxes(form: str, *, own: bool = False) -> list[PlacedField]:
    return [
        box
        for edition in editions(form)
        if bool(edition.variant) == own
        for page in edition.pages
        for box in page.fields
    ]


def mapped(form: str) -> dict[str, str]:
    found = form_map(form)
    assert found is not None
    return {elabel: box.field for elabel, box in found.fields.items()}


def one_box(**changes: Any) -> dict[str, Any]:
    box = {"elabel": "Driver_Surname", "letters": ["A", "B"], "field": "drivers[].last_name", "type": "text"} | changes
    return {"form": "1", "kind": "acord_1", "title": "t", "editions": ["2016/03"], "field": [box]}


@pytest.mark.parametrize("form", DRAWN)
def test_no_box_of_a_map_is_invented(form: str) -> None:
    names = {resolve(box.name, form).elabel for box in boxes(form)}
    parts = {e for e in mapped(form) if "MailingAddress" in e}
    assert set(mapped(form)) - names - parts <= {"Form_EditionIdentifier_A"}


@pytest.mark.parametrize("form", DRAWN)
def test_every_box_of_a_layout_leads_to_a_field(form: str) -> None:
    names = {resolve(box.name, form).elabel for box in boxes(form)}
    assert names - set(mapped(form)) == set()
    assert len(names) == BOXES[form]


def test_every_box_of_an_agency_system_leads_to_a_field() -> None:
    names = {resolve(box.name, "125").elabel for box in boxes("125", own=True)}
    assert names - set(mapped("125")) == LEFT_OUT["125"]


@pytest.mark.parametrize(("form", "count"), LISTED.items())
def test_a_form_of_unknown_layout_is_mapped_by_its_names(form: str, count: int) -> None:
    assert not boxes(form)
    assert len(mapped(form)) == count


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_a_map_under_its_own_name(form: str) -> None:
    found = form_map(form)
    assert found is not None
    assert (found.form, found.kind) == (form, f"acord_{form}")


@pytest.mark.parametrize("form", DRAWN)
def test_tick_boxes_are_mapped_as_ticks_and_text_boxes_are_not(form: str) -> None:
    found = form_map(form)
    assert found is not None
    kinds = {resolve(box.name, form).elabel: box.kind for box in boxes(form)}
    wrong = [e for e, box in found.fields.items() if e in kinds and (kinds[e] == "check") != (box.type == "tick")]
    assert wrong == []


@pytest.mark.parametrize("form", DRAWN)
def test_a_box_for_one_sign_is_a_yes_or_no_and_one_for_ten_is_a_date(form: str) -> None:
    found = form_map(form)
    assert found is not None
    fit = {1: {"yn"}, 10: {"date", "dob", "start_date"}}
    texts = [(resolve(box.name, form).elabel, box.max_len) for box in boxes(form) if box.max_len in fit]
    wrong = {elabel for elabel, length in texts if length and found.fields[elabel].type not in fit[length]}
    # The edition of a policy form is written as month and year, not as a date.
    assert wrong <= {"UnderlyingPolicy_GeneralLiability_FormEditionDate_A"}


ENDINGS = {
    "StateOrProvinceCode": {"state"},
    "PostalCode": {"zip"},
    "Amount": {"money", "limit", "cents", "rate"},
    "Percent": {"percent", "coinsurance"},
    "PhoneNumber": {"phone"},
    "EmailAddress": {"email"},
    "Count": {"number"},
    "_Signature": {"signature"},
    "NAICCode": {"naic_company"},
    "NAICSCode": {"naics"},
}


@pytest.mark.parametrize("form", FORMS)
def test_a_box_is_of_the_type_its_name_ends_in(form: str) -> None:
    found = form_map(form)
    assert found is not None
    wrong = [
        elabel
        for elabel, box in found.fields.items()
        for ending, types in ENDINGS.items()
        if elabel.rsplit("_", 1)[0].endswith(ending) and box.type not in types
    ]
    # "All states but …" is an answer there.
    assert [elabel for elabel in wrong if "_PartThree_" not in elabel] == []


@pytest.mark.parametrize(
    ("form", "elabel", "field"),
    [
        ("125", "NamedInsured_FullName_B", "named_insureds[1].name"),
        ("125", "CommercialPolicy_OperationsDescription_A", "operations_description"),
        ("125", "CommercialPolicy_OperationsDescription_B", "other_ni_operations"),
        ("125", "AdditionalInterest_FullName_A", "additional_interests[0].name"),
        ("125", "AdditionalInterest_FullName_B", "q_in_trust_name"),
        ("125", "Subsidiary_ParentOwnershipPercent_A", "q_parent_percent"),
        ("125", "Subsidiary_ParentOwnershipPercent_B", "q_subsidiaries_percent"),
        ("125", "LossHistory_PaidAmount_A", "losses[0].paid"),
        ("130", "LossHistory_PaidAmount_A", "wc_prior[0].paid"),
        ("126", "AdditionalInterest_FullName_B", "leased_labor[0].party"),
        ("126", "Contractors_Question_AAHCode_A", "gq_watercraft"),
        (
            "126",
            "GeneralLiabilityLineOfBusiness_NamedInsuredSellToOtherNamedInsuredExplanation_R",
            "pq_intercompany_explanation",
        ),
        ("127", "Vehicle_ProducerIdentifier_D", "vehicles[3].number"),
        ("127", "Vehicle_ProducerIdentifier_AA", "aq_not_solely_owned_vehicle"),
        ("127", "AdditionalInterest_FullName_C", "aq_not_solely_owned_owner"),
        ("127", "CommercialVehicleLineOfBusiness_KAHCode_A", "aq_telematics"),
        ("127", "Driver_LicenseNumberIdentifier_M", "drivers[12].license_number"),
        ("125", "Subsidiary_ParentSubsidiaryRelationshipDescription_B", "q_subsidiaries_relationship"),
        ("125", "Insurer_NAICCode_A", "carrier_naic"),
        ("125", "NamedInsured_NAICSCode_A", "named_insureds[0].naics"),
        ("125", "CommercialStructure_PhysicalAddress_CityName_B", "locations[1].city"),
        ("130", "Location_PhysicalAddress_CityName_B", "locations[1].city"),
        ("131", "CommercialStructure_PhysicalAddress_CityName_B", "um_locations[1].city"),
        ("131", "CommercialStructure_Location_ProducerIdentifier_G", "um_watercraft[0].location"),
        ("131", "CommercialStructure_Location_ProducerIdentifier_J", "um_apartments[1].location"),
        ("131", "Vehicle_CombinedSingleLimit_EachAccidentAmount_A", "ul_auto_csl"),
        ("131", "LossHistory_PaidAmount_A", "um_losses[0].paid"),
        (
            "131",
            "CommercialUmbrellaLineOfBusiness_HiredAndNonOwnedCoverageProvidedExplanation_J",
            "uq_hnoa_explanation",
        ),
        (
            "127",
            "CommercialVehicleLineOfBusiness_ApplicantSpecificDriverRecruitingMethodExplanation_K",
            "aq_recruiting_explanation",
        ),
        ("133", "Location_PhysicalAddress_CityName_A", "ar_payroll_records_city"),
        ("133", "Location_PhysicalAddress_CityName_B", "ar_terminals[0].city"),
        ("137", "Producer_AuthorizedRepresentative_Signature_A", "ca_motor_carrier_producer_signature"),
        ("137", "Vehicle_TrailerInterchange_DayCount_C", "ca_truckers_trailer_collision.days"),
        ("160", "AdditionalInterest_FullName_A", "leased_labor[0].party"),
        ("160", "Property_PersonalProperty_LimitAmount_B", "buildings[0].contents_value"),
        ("160", "CommercialProperty_Premises_DeductibleAmount_C", "buildings[0].contents_deductible"),
        ("160", "GeneralLiability_OtherCoverageLimitAmount_D", "bop_liability_other[1].limit_2"),
        (
            "160",
            "CommercialPropertyCoverage_BusinessIncomeWithoutExtraExpense_ValuationCode_A",
            "bop_business_income_valuation",
        ),
        ("160", "CommercialProperty_Transit_ValuationCode_A", "bop_transit_valuation"),
        ("186", "Contractors_Question_KBICode_B", "csq_excavation_snowplowing"),
        ("186", "GeneralLiability_EachOccurrence_LimitAmount_A", "contractor_subs_min_occurrence"),
        ("130", "NamedInsured_Signature_A", "wc_mn_attestation"),
        ("130", "NamedInsured_Signature_B", "applicant_signature"),
        ("130", "WorkersCompensation_RateState_StateOrProvinceName_A1", "wc_premium_state"),
        ("137", "NamedInsured_Signature_B", "ca_signature"),
        ("137", "Vehicle_BusinessAutoSymbol_SevenIndicator_A", "ca_liability_symbols.7"),
        ("137", "Vehicle_BodilyInjury_PerPersonLimitAmount_B", "ca_truckers_limit_csl_or_bi_person"),
        ("140", "CommercialProperty_Premises_LimitAmount_E", "subjects[4].limit"),
        ("140", "CommercialProperty_Premises_LimitAmount_G", "subjects[5].limit"),
        ("140", "CommercialProperty_Premises_RemarkText_C", "buildings[1].remarks"),
        ("140", "CommercialStructure_HeatingBoilerInsuredElsewhereCode_C", "buildings[1].boiler_primary_elsewhere"),
        ("140", "Burglar_LocalGongIndicator_A", "buildings[0].burglar_signal"),
    ],
)
def test_a_letter_is_a_row_only_where_the_form_means_it(form: str, elabel: str, field: str) -> None:
    assert mapped(form)[elabel] == field


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("CommercialGeneralLiability", "general_liability"),
        ("CommercialProperty", "commercial_property"),
        ("CyberAndPrivacy", "cyber"),
    ],
)
def test_a_tick_box_may_lack_the_word_indicator(line: str, field: str) -> None:
    found = form_map("125")
    assert found is not None
    box = found.fields[f"Policy_LineOfBusiness_{line}_A"]
    assert (box.field, box.type) == (f"lob_requested.{field}", "tick")


def test_yes_and_no_boxes_of_one_question_share_a_field_and_differ_in_value() -> None:
    found = form_map("133")
    assert found is not None
    yes = found.fields["WorkersCompensationLineOfBusiness_Question_ADCYesIndicator_A"]
    no = found.fields["WorkersCompensationLineOfBusiness_Question_ADCNoIndicator_A"]
    assert yes.field == no.field
    assert (yes.value, no.value) == (True, False)


def test_members_of_a_choice_share_a_field_and_differ_in_value() -> None:
    found = form_map("125")
    assert found is not None
    llc = found.fields["NamedInsured_LegalEntity_LimitedLiabilityCorporationIndicator_A"]
    trust = found.fields["NamedInsured_LegalEntity_TrustIndicator_A"]
    assert llc.field == trust.field == "named_insureds[0].entity_type"
    assert (llc.value, trust.value) == ("llc", "trust")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"type": "colour"}, "unknown type"),
        ({"letters": []}, "bad letters"),
        ({"letters": ["a"]}, "bad letters"),
        ({"field": "Drivers[].x"}, "bad field"),
        ({"field": "last_name"}, "no row"),
        ({"need": "Z"}, "unknown need"),
        ({"value": "x"}, "no tick"),
        ({"colour": "red"}, "unknown colour"),
    ],
)
def test_a_wrong_entry_is_refused_with_file_and_name(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(FormMapError, match=rf"^acord_1\.toml: Driver_Surname: .*{why}"):
        read_form_map(one_box(**changes), "acord_1.toml")


def test_an_entry_without_a_field_is_refused() -> None:
    data = one_box()
    del data["field"][0]["field"]
    with pytest.raises(FormMapError, match="lacks field"):
        read_form_map(data, "acord_1.toml")


def test_two_boxes_for_one_fact_are_refused() -> None:
    data = one_box()
    data["field"].append(dict(data["field"][0], elabel="Driver_GivenName"))
    with pytest.raises(FormMapError, match="both hold"):
        read_form_map(data, "acord_1.toml")


def test_one_box_mapped_twice_is_refused() -> None:
    data = one_box()
    data["field"].append(dict(data["field"][0], field="drivers[].name"))
    with pytest.raises(FormMapError, match="mapped twice"):
        read_form_map(data, "acord_1.toml")


def test_a_form_without_a_map_has_none() -> None:
    assert form_map("999") is None
