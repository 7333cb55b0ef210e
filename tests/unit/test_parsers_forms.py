"""Form maps: every box of the forms leads where it should, and a wrong map is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures import forms as drawn
from parsers.forms import FormMapError, aliases, form_map, read_form_map, resolve

# Boxes the maps leave under their own eLabel: rare coverages of truckers and motor carriers, state premium lines.
LEFT_OUT = {"125": 17, "126": 1, "127": 0, "130": 19, "137": 95, "140": 2}


def mapped(form: str) -> dict[str, str]:
    found = form_map(form)
    assert found is not None
    return {elabel: box.field for elabel, box in found.fields.items()}


def one_box(**changes: Any) -> dict[str, Any]:
    box = {"elabel": "Driver_Surname", "letters": ["A", "B"], "field": "drivers[].last_name", "type": "text"} | changes
    return {"form": "1", "kind": "acord_1", "title": "t", "editions": ["2016/03"], "field": [box]}


@pytest.mark.parametrize("form", LEFT_OUT)
def test_no_box_of_a_map_is_invented(form: str) -> None:
    assert set(mapped(form)) - drawn.field_names(form) <= {"Form_EditionIdentifier_A"}


@pytest.mark.parametrize("form", LEFT_OUT)
def test_all_boxes_of_a_form_are_mapped_but_the_known_rest(form: str) -> None:
    assert len(drawn.field_names(form) - set(mapped(form))) <= LEFT_OUT[form]


@pytest.mark.parametrize("form", LEFT_OUT)
def test_tick_boxes_are_mapped_as_ticks_and_text_boxes_are_not(form: str) -> None:
    found = form_map(form)
    assert found is not None
    kinds = {field.name: field.kind for field in drawn.geometry(form).fields}
    wrong = [e for e, box in found.fields.items() if e in kinds and (kinds[e] == "check") != (box.type == "tick")]
    assert wrong == []


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


@pytest.mark.parametrize(
    ("name", "elabel"),
    [
        ("NamedInsured_FullName_A", "NamedInsured_FullName_A"),
        ("F[0].P1[0].NamedInsured_FullName_A[0]", "NamedInsured_FullName_A"),
        ("topmostSubform[0].#subform[1].Vehicle_VINIdentifier_AA[0]", "Vehicle_VINIdentifier_AA"),
        ("ACORD_Policy_Insured2_Name", "NamedInsured_FullName_B"),
        ("ACORD_Location4_City", "CommercialStructure_PhysicalAddress_CityName_D"),
        ("ACORD_Transaction_Quote", "Policy_Status_QuoteIndicator_A"),
        ("NamedInsured_FullName_A#1", "NamedInsured_FullName_A"),
        ("Text16[0]", "Text16"),
    ],
)
def test_a_widget_name_of_any_dialect_is_resolved(name: str, elabel: str) -> None:
    assert resolve(name).elabel == elabel


def test_every_alias_leads_to_a_box_of_the_125() -> None:
    boxes = mapped("125")
    rows = {alias.elabel for alias in aliases().values() if alias.elabel[-2:] in {"_A", "_B"}}
    assert {elabel for elabel in rows if elabel.endswith("_A")} <= set(boxes)
