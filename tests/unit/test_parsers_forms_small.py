"""Maps of certificates, evidences, requests and schedules: every box of a known layout leads where it should."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from parsers.document import ParsedDocument, Widget
from parsers.extract.widgets import read_widgets
from parsers.forms import FORMS, FormMap, editions, form_map, resolve
from parsers.values import parse

LAID_OUT = ("24", "25", "28", "35", "36", "37", "101")
BY_LABEL = {"27": "28", "129": "127", "163": "127", "823": "125"}
"""Forms without a known layout, and the sister form whose names they share."""

# Boxes that a map leaves under their own eLabel, on purpose.
LEFT_OUT: Mapping[str, frozenset[str]] = {}
# What a map has beyond the layout: the edition, and the parts of an address typed into one box.
BEYOND = {
    "25": {"Form_EditionIdentifier_A"},
    "36": {
        f"Insurer_MailingAddress_{part}_A"
        for part in ("LineOne", "LineTwo", "CityName", "StateOrProvinceCode", "PostalCode")
    },
}


def map_of(form: str) -> FormMap:
    found = form_map(form)
    assert found is not None
    return found


def kinds_of(form: str) -> dict[str, str]:
    return {box.name: box.kind for edition in editions(form) for page in edition.pages for box in page.fields}


@pytest.mark.parametrize("form", [*LAID_OUT, *BY_LABEL])
def test_a_small_form_has_a_map_that_says_which_form_it_is(form: str) -> None:
    found = map_of(form)
    assert form in FORMS
    assert (found.form, found.kind) == (form, f"acord_{form}")


@pytest.mark.parametrize("form", LAID_OUT)
def test_every_box_of_the_layout_is_mapped_or_left_out_on_purpose(form: str) -> None:
    boxes, mapped = set(kinds_of(form)), set(map_of(form).fields)
    assert boxes - mapped == LEFT_OUT.get(form, frozenset())
    assert mapped - boxes == BEYOND.get(form, set())


@pytest.mark.parametrize("form", LAID_OUT)
def test_tick_boxes_are_mapped_as_ticks_and_text_boxes_are_not(form: str) -> None:
    kinds, fields = kinds_of(form), map_of(form).fields
    assert [
        name for name, kind in kinds.items() if name in fields and (kind == "check") != (fields[name].type == "tick")
    ] == []


@pytest.mark.parametrize("form", [*LAID_OUT, *BY_LABEL])
def test_every_box_but_one_has_a_printed_label(form: str) -> None:
    bare = {elabel for elabel, box in map_of(form).fields.items() if not box.label}
    assert bare == ({"BrokerOfRecord_RemarkText_A"} if form == "36" else set())


@pytest.mark.parametrize(
    ("form", "elabel", "field"),
    [
        ("24", "Policy_Crime_PolicyNumberIdentifier_A", "policies[2].number"),
        ("24", "CommercialProperty_Premises_DeductibleAmount_D", "property_deductible_wind"),
        ("24", "Policy_PolicyType_OtherDescription_B", "property_perils_other_2"),
        ("24", "Policy_PolicyType_OtherDescription_E", "policies[2].type"),
        ("24", "CertificateOfLiabilityInsurance_ACORDForm_RemarkText_B", "certificate_description"),
        ("25", "GeneralLiability_EachOccurrence_LimitAmount_A", "gl_limit_occurrence"),
        ("25", "Vehicle_CombinedSingleLimit_EachAccidentAmount_A", "ca_limit_csl"),
        ("25", "Vehicle_BodilyInjury_PerPersonLimitAmount_A", "ca_limit_bi_person"),
        ("25", "ExcessUmbrella_Umbrella_EachOccurrenceAmount_A", "um_limit_occ"),
        (
            "25",
            "WorkersCompensationEmployersLiability_EmployersLiability_DiseasePolicyLimitAmount_A",
            "wc_el_disease_policy",
        ),
        ("25", "Policy_AutomobileLiability_ExpirationDate_A", "policies[1].expiration"),
        ("25", "Insurer_NAICCode_F", "insurers[5].naic"),
        ("25", "CertificateHolder_MailingAddress_PostalCode_A", "certificate_holder_mailing_zip"),
        ("27", "EvidenceOfProperty_Coverage_DeductibleAmount_C", "evidence_coverages[2].deductible"),
        ("28", "AdditionalInterest_FullName_A", "additional_interests[0].name"),
        ("28", "AdditionalInterest_FullName_B", "lender_servicing_agent_name"),
        ("28", "AdditionalInterest_AccountNumberIdentifier_A", "additional_interests[0].loan_number"),
        ("28", "NamedInsured_FullName_B", "named_insureds[1].name"),
        ("28", "Location_PhysicalAddress_LineOne_A", "locations[0].street"),
        ("35", "Policy_PolicyNumberIdentifier_A", "policy_number"),
        ("35", "Policy_PolicyNumberIdentifier_B", "rewritten_policy_number"),
        ("35", "CancelNonRenew_CancelNonRenewDate_A", "cancel_date"),
        ("35", "AdditionalInterest_Signature_B", "additional_interests[1].signature"),
        ("36", "NamedInsured_FullName_A", "named_insureds[0].name"),
        ("36", "NamedInsured_FullName_B", "policies[1].insured"),
        ("36", "Policy_PolicyNumberIdentifier_G", "policies[6].number"),
        ("36", "BrokerOfRecord_EffectiveDate_A", "bor_effective_date"),
        ("37", "NamedInsured_SignatureDate_A", "insured_signature_date"),
        ("101", "AdditionalRemark_FormIdentifier_A", "additional_remarks_form"),
        ("101", "AdditionalRemark_RemarkText_A", "additional_remarks"),
        ("129", "Vehicle_VINIdentifier_Z", "vehicles[25].vin"),
        ("163", "Driver_LicenseNumberIdentifier_X", "drivers[23].license_number"),
        ("823", "CommercialStructure_PhysicalAddress_LineOne_E", "locations[4].street"),
    ],
)
def test_a_box_leads_to_its_fact(form: str, elabel: str, field: str) -> None:
    assert map_of(form).fields[elabel].field == field


@pytest.mark.parametrize(("form", "sister"), BY_LABEL.items())
def test_a_form_without_layout_shares_most_names_with_its_sister(form: str, sister: str) -> None:
    mine = {elabel.rpartition("_")[0] for elabel in map_of(form).fields}
    theirs = {elabel.rpartition("_")[0] for elabel in map_of(sister).fields}
    assert len(mine & theirs) >= 0.75 * len(mine)


def test_the_evidence_has_three_ticks_for_one_answer() -> None:
    fields = map_of("28").fields
    prefix = "CommercialPropertyCoverage_Flood_"
    answers = [fields[f"{prefix}{said}Indicator_A"] for said in ("Yes", "No", "NotApplicable")]
    assert [(box.field, box.value) for box in answers] == [
        ("property_flood", True),
        ("property_flood", False),
        ("property_flood", "not_applicable"),
    ]


@pytest.mark.parametrize(
    ("name", "elabel"),
    [
        ("POLICY NUMBERS", "Policy_PolicyNumberIdentifier_A"),
        ("POLICY NUMBERS-0", "Policy_PolicyNumberIdentifier_B"),
        ("LINE OF BUSINESS-5", "Policy_LineOfBusinessCode_G"),
        ("CODE", "Insurer_ProducerIdentifier_A"),
        ("CODE-0", "BrokerOfRecord_NewProducer_ProducerIdentifier_A"),
        ("DATE", "NamedInsured_SignatureDate_A"),
        ("Textfield", "BrokerOfRecord_RemarkText_A"),
    ],
)
def test_a_designers_names_mean_something_on_their_form_only(name: str, elabel: str) -> None:
    assert resolve(name, "36").elabel == elabel
    assert resolve(name).elabel == name


def test_no_name_of_the_broker_change_is_left_as_the_designer_wrote_it() -> None:
    names = kinds_of("36")
    assert len(names) == 63
    assert all(resolve(name, "36").elabel == name and name.endswith(tuple("ABCDEFG")) for name in names)


@pytest.mark.parametrize(
    ("raw", "value"), [("X", True), ("Y", True), ("yes", True), ("N", False), ("✓", True), ("?", None)]
)
def test_a_box_ticked_by_typing_says_yes(raw: str, value: bool | None) -> None:
    assert parse("mark", raw).value is value


def test_a_filled_certificate_is_read_by_policy_with_its_line() -> None:
    typed = {
        "Policy_GeneralLiability_PolicyNumberIdentifier_A": "GL-204411",
        "Policy_GeneralLiability_EffectiveDate_A": "03/01/2026",
        "CertificateOfInsurance_GeneralLiability_AdditionalInsuredCode_A": "X",
        "GeneralLiability_EachOccurrence_LimitAmount_A": "1,000,000",
        "Insurer_FullName_B": "Harbor Mutual",
    }
    widgets = tuple(
        Widget(name=f"F[0].P1[0].{name}[0]", kind="text", page=1, box=(10, 10, 90, 20), value=value)
        for name, value in typed.items()
    )
    document = ParsedDocument(sha256="0", media_type="application/pdf", status="read", widgets=widgets)
    found = {item.field: item.value for item in read_widgets(document, (1, 1), map_of("25"))}
    assert found == {
        "policies[0].number": "GL-204411",
        "policies[0].effective": "2026-03-01",
        "policies[0].additional_insured": True,
        "policies[0].line": "general_liability",
        "gl_limit_occurrence": "1000000",
        "insurers[1].name": "Harbor Mutual",
    }
