"""Form widgets → candidates: canonical names, values with their neighbours in mind, and where they stood."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import pikepdf
import pytest

from fixtures.accounts import account
from fixtures.fill import EDITIONS, fill_with_truth, forms_for
from fixtures.forms import draw_form
from parsers.document import FieldCandidate, ParsedDocument, Widget
from parsers.extract import extract, filled_ratio
from parsers.limits import Limits
from parsers.readers import pdf

TODAY = date(2026, 11, 20)
# The reader measures the processor time of its process; this one has used some already.
PATIENT = Limits(cpu_seconds=100_000)


def text(name: str, value: str, **changes: Any) -> Widget:
    return Widget(**{"name": name, "kind": "text", "page": 1, "box": (10, 10, 90, 22), "value": value} | changes)


def tick(name: str, on: bool = True, **changes: Any) -> Widget:
    return Widget(**{"name": name, "kind": "check", "page": 1, "box": (10, 10, 22, 22), "on": on} | changes)


def document(*widgets: Widget) -> ParsedDocument:
    return ParsedDocument(sha256="0" * 64, media_type="application/pdf", status="read", widgets=widgets)


def read(*widgets: Widget, form: str = "125") -> dict[str, FieldCandidate]:
    found = extract(document(*widgets), kind=f"acord_{form}", pages=(1, 4), as_of=TODAY)
    return {item.field: item for item in found.fields}


def test_a_clean_box_keeps_its_place_and_elabel() -> None:
    found = read(text("NamedInsured_FullName_A", "Dunlap Mechanical, LLC", box=(22.0, 196.1, 301.9, 208.1)))
    item = found["named_insureds[0].name"]
    assert (item.value, item.raw, item.method) == ("Dunlap Mechanical, LLC", "Dunlap Mechanical, LLC", "widget")
    assert (item.elabel, item.at.page, item.at.box) == ("NamedInsured_FullName_A", 1, (22.0, 196.1, 301.9, 208.1))
    assert item.confidence >= 0.99


def test_a_value_with_a_defect_is_believed_less() -> None:
    found = read(
        text("Vehicle_VINIdentifier_A", "1FTFW1E57MKA00101"), text("Vehicle_VINIdentifier_B", "123"), form="127"
    )
    assert found["vehicles[0].vin"].confidence < 0.9
    assert found["vehicles[1].vin"].value is None
    assert found["vehicles[1].vin"].defect is not None


def test_blank_unticked_hidden_and_button_boxes_are_absent() -> None:
    assert not read(
        text("NamedInsured_FullName_A", "  "),
        tick("Policy_Status_QuoteIndicator_A", on=False),
        text("NamedInsured_SICCode_A", "1711", box=(0, 791, 0, 791)),
        text("Reset", "x", kind="button"),
        text("NamedInsured_NAICSCode_A", "238220", page=9),
    )


def test_a_box_without_a_canonical_name_is_reported_under_its_own() -> None:
    found = read(text("Agency_Own_Note_A", "call first"), tick("Agency_Own_Box_A"))
    assert found["Agency_Own_Note_A"].value == "call first"
    assert found["Agency_Own_Box_A"].value is True


def test_a_box_that_stands_on_every_page_is_reported_once() -> None:
    pages = [text("Producer_CustomerIdentifier_A", "31006", page=number) for number in (1, 2, 3)]
    found = extract(document(*pages), kind="acord_125", pages=(1, 4)).fields
    assert [item.value for item in found] == ["31006"]


def test_two_ticked_entity_boxes_are_two_candidates() -> None:
    widgets = (
        tick("NamedInsured_LegalEntity_LimitedLiabilityCorporationIndicator_A"),
        tick("NamedInsured_LegalEntity_SubchapterSCorporationIndicator_A"),
    )
    found = extract(document(*widgets), kind="acord_125", pages=(1, 4)).fields
    assert [(item.field, item.value) for item in found] == [
        ("named_insureds[0].entity_type", "llc"),
        ("named_insureds[0].entity_type", "s_corporation"),
    ]


def test_ticked_lines_attachments_and_trades_are_true() -> None:
    found = read(
        tick("Policy_LineOfBusiness_CommercialGeneralLiability_A"),
        tick("CommercialPolicy_Attachment_StatementOfValuesIndicator_A"),
        tick("BusinessInformation_BusinessType_ContractorIndicator_A"),
    )
    assert {field: item.value for field, item in found.items()} == {
        "lob_requested.general_liability": True,
        "attachments_declared.sov": True,
        "business_type.contractor": True,
    }


def test_a_mark_typed_where_a_tick_belongs_counts_and_a_no_does_not() -> None:
    found = read(text("Policy_Status_QuoteIndicator_A", "X"), text("Policy_Status_IssueIndicator_A", "no"))
    assert [item.value for item in found.values()] == ["quote"]


def test_an_ssn_in_the_tax_box_is_never_filed_as_a_fein() -> None:
    found = read(
        text("NamedInsured_TaxIdentifier_A", "987654321"), tick("NamedInsured_LegalEntity_IndividualIndicator_A")
    )
    assert "named_insureds[0].fein" not in found
    assert found["named_insureds[0].ssn"].restricted


def test_a_trade_name_becomes_a_fact_of_its_own() -> None:
    found = read(text("NamedInsured_FullName_A", "Saltbox Group, LLC dba The Tin Cup"))
    assert found["named_insureds[0].name"].value == "Saltbox Group, LLC"
    assert found["named_insureds[0].dba"].value == "The Tin Cup"


def test_a_pointer_and_a_tooltip_give_no_value_but_keep_their_text() -> None:
    found = read(
        text("CommercialPolicy_OperationsDescription_A", "See attached narrative"),
        text("CommercialPolicy_RemarkText_A", "Enter text: The remarks of the form."),
    )
    assert found["operations_description"].value is None
    assert found["operations_description"].raw == "See attached narrative"
    assert [item.defect.reason for item in found.values() if item.defect] == ["pointer", "tooltip"]


def test_a_row_of_the_second_building_says_so() -> None:
    found = read(
        text("CommercialProperty_Premises_LimitAmount_A", "$900,000"),
        text("CommercialProperty_Premises_LimitAmount_G", "$1.2M"),
        form="140",
    )
    assert (found["subjects[0].building"].value, found["subjects[5].building"].value) == ("0", "1")
    assert found["subjects[5].limit"].value == "1200000"


def test_the_state_of_a_rating_sheet_is_the_state_of_its_rows() -> None:
    found = read(
        text("WorkersCompensation_RateState_StateOrProvinceName_A", "Arizona"),
        text("WorkersCompensation_RateClass_ClassificationCode_A", "42"),
        text("WorkersCompensation_RateClass_RemunerationAmount_B", "if any"),
        form="130",
    )
    assert (found["class_rows[0].state"].value, found["class_rows[1].state"].value) == ("AZ", "AZ")
    assert (found["class_rows[0].code"].value, found["class_rows[1].payroll"].value) == ("0042", "if any")


def test_a_vin_is_checked_against_the_year_beside_it() -> None:
    found = read(text("Vehicle_ModelYear_A", "2019"), text("Vehicle_VINIdentifier_A", "1FTFW1E58MKA00101"), form="127")
    defect = found["vehicles[0].vin"].defect
    assert defect is not None
    assert defect.reason == "contradictory"


def test_an_agency_systems_address_box_is_taken_apart() -> None:
    found = read(
        text("ACORD_Policy_Insured1_MailingAddress", "100 Mill St\nSuite 4\nTempe, AZ 85281"),
        text("ACORD_AgencyName", "Bayline Services\n9 Dock Rd\nMesa, AZ 85201"),
        tick("ACORD_General_CoverageTerminated"),
    )
    assert found["named_insureds[0].mailing_line2"].value == "Suite 4"
    assert found["named_insureds[0].mailing_zip"].value == "85281"
    assert (found["agency_name"].value, found["agency_mailing_city"].value) == ("Bayline Services", "Mesa")
    assert found["q_declined_cancelled"].value is True


def test_a_form_without_a_map_still_reports_what_it_holds() -> None:
    found = read(text("ExcessUmbrella_Limit_A", "$5,000,000"), form="131")
    assert found["ExcessUmbrella_Limit_A"].value == "$5,000,000"


def test_an_empty_form_is_not_filled_and_no_form_has_no_ratio() -> None:
    blank = pdf.read(draw_form("126", "2016/09", {}), "blank.pdf", PATIENT)
    assert filled_ratio(blank, (1, 4)) == 0.0
    assert filled_ratio(document(), (1, 1)) is None


@pytest.mark.parametrize("dialect", ["D1", "D2"])
@pytest.mark.parametrize("profile", ["hvac_contractor", "apartment_owner", "trucking", "restaurant"])
def test_everything_typed_on_an_accounts_forms_reads_back(profile: str, dialect: Any) -> None:
    one = account(profile, seed=3, effective=date(2027, 1, 1))
    for form in dict.fromkeys(forms_for(one)):
        filled = fill_with_truth(one, form, today=TODAY)
        drawn = draw_form(form, EDITIONS[form], filled.values, dialect=dialect)
        paper = pdf.read(drawn, "form.pdf", PATIENT)
        fields = extract(paper, kind=f"acord_{form}", pages=(1, len(paper.pages)), as_of=TODAY).fields
        read_back = {item.elabel: True if item.raw == "on" else item.value for item in reversed(fields) if item.raw}
        assert {name: read_back.get(name) for name in filled.truth} == dict(filled.truth)
        ratio = filled_ratio(paper, (1, len(paper.pages)))
        assert ratio is not None
        assert ratio > 0.1


def test_a_box_that_shows_another_text_is_in_doubt_and_says_so() -> None:
    found = read(
        text("GeneralLiability_OtherLimitAmount_A", "1000000", shown="2,000,000", box=(10, 30, 90, 42)),
        text("NamedInsured_FullName_A", None, shown="Dunlap Mechanical, LLC", box=(10, 50, 90, 62)),
        tick("Policy_Status_QuoteIndicator_A", on=True, shown="off"),
        tick("BusinessInformation_BusinessType_ContractorIndicator_A", on=False, shown="on"),
    )
    limit, name = found["GeneralLiability_OtherLimitAmount_A"], found["named_insureds[0].name"]
    assert (limit.value, name.value) == ("1000000", "Dunlap Mechanical, LLC")
    assert (found["transaction_status"].value, found["business_type.contractor"].value) == ("quote", True)
    assert {item.defect.reason for item in found.values() if item.defect} == {"value_differs"}
    assert all(item.confidence < 0.9 and item.defect for item in found.values())
    assert limit.defect is not None and "2,000,000" in limit.defect.detail


def test_a_doubt_never_tells_a_restricted_value() -> None:
    found = read(text("NamedInsured_TaxIdentifier_A", "987-65-4321", shown="987-65-4329"))
    (item,) = found.values()
    assert item.restricted
    assert item.defect is not None and "4329" not in item.defect.detail


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("X", "ambiguous"), ("TBD", "non_answer"), ("see attached", "pointer"), ("N/A", "non_answer")],
)
def test_a_question_without_yes_or_no_is_asked_again(typed: str, reason: str) -> None:
    (item,) = read(text("CommercialPolicy_Question_ABCCode_A", typed)).values()
    assert (item.value, item.raw) == (None, typed)
    assert item.defect is not None
    assert item.defect.reason == reason


def test_names_changed_by_a_merge_keep_their_meaning() -> None:
    found = read(
        text("NamedInsured_FullName_A#2", "Dunlap, LLC"), text("F[0].P1[0].Policy_PolicyNumberIdentifier_A[0]", "P1")
    )
    assert (found["named_insureds[0].name"].value, found["policy_number"].value) == ("Dunlap, LLC", "P1")


def renamed(data: bytes, names: Mapping[str, str] | None = None) -> bytes:
    """Give the fields of a form other names: those of ``names``, else numbers that mean nothing."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as form:
        for number, node in enumerate(form.Root.AcroForm.Fields):
            old = str(node.T)
            if names is None or old in names:
                node.T = pikepdf.String(names[old] if names else f"Text{number}[0]")
        form.save(out)
    return out.getvalue()


FILLED = {
    "NamedInsured_FullName_A": "Dunlap Mechanical, LLC",
    "NamedInsured_TaxIdentifier_A": "371234567",
    "Policy_EffectiveDate_A": "01/01/2027",
    "Producer_FullName_A": "Bayline Services",
    "NamedInsured_LegalEntity_LimitedLiabilityCorporationIndicator_A": True,
    "CommercialStructure_PhysicalAddress_LineOne_B": "100 Mill St",
}


def told(data: bytes) -> dict[str | None, FieldCandidate]:
    paper = pdf.read(data, "form.pdf", PATIENT)
    found = extract(paper, kind="acord_125", pages=(1, len(paper.pages)), as_of=TODAY).fields
    return {item.elabel: item for item in found}


def test_boxes_with_meaningless_names_are_named_by_their_place_on_the_form() -> None:
    found = told(renamed(draw_form("125", "2016/03", FILLED)))
    assert {name: found[name].raw for name in FILLED} == {
        name: "on" if value is True else value for name, value in FILLED.items()
    }
    assert len(found) == len(FILLED)


def test_a_page_may_mix_names_of_every_dialect() -> None:
    names = {
        "NamedInsured_FullName_A": "ACORD_Policy_Insured1_Name",
        "NamedInsured_TaxIdentifier_A": "Text16[0]",
        "Policy_EffectiveDate_A": "F[0].P1[0].Policy_EffectiveDate_A[0]",
    }
    found = told(renamed(draw_form("125", "2016/03", FILLED), {}))
    mixed = told(renamed(draw_form("125", "2016/03", FILLED), names))
    assert {name: item.value for name, item in mixed.items()} == {name: item.value for name, item in found.items()}


def test_a_box_off_every_known_place_keeps_its_own_name() -> None:
    found = read(text("Text99[0]", "somewhere", box=(500.0, 600.0, 510.0, 605.0)))
    assert found["Text99"].value == "somewhere"


@pytest.mark.parametrize("shown", ["123-45-6789", "123456789", "SSN 123-45-6789"])
def test_a_doubt_never_quotes_what_may_be_restricted(shown: str) -> None:
    found = read(text("NamedInsured_TaxIdentifier_A", "36-1234567", shown=shown))["named_insureds[0].fein"]
    assert found.defect is not None and found.defect.reason == "value_differs"
    assert "6789" not in found.defect.detail


def test_a_hidden_box_keeps_its_value_and_is_in_doubt() -> None:
    item = read(text("NamedInsured_FullName_A", "Northfork Millwork", shown=""))["named_insureds[0].name"]
    assert item.value == "Northfork Millwork" and item.confidence < 0.99
    assert item.defect is not None
    assert (item.defect.reason, item.defect.detail) == ("value_differs", "the box is hidden")


@pytest.mark.parametrize(
    "name",
    [
        "NamedInsured_FullName_A+1",
        "F[0]+1.P1[0].NamedInsured_FullName_A[0]",
        "ACORD125[0].Page1[0].NamedInsured_FullName_A[0]",
        "doc1.NamedInsured_FullName_A",
        "NamedInsured_FullName_A#1",
        "NamedInsured_FullName_A_2",
    ],
)
def test_a_box_that_a_merger_renamed_is_the_same_box(name: str) -> None:
    assert read(text(name, "Northfork Millwork"))["named_insureds[0].name"].elabel == "NamedInsured_FullName_A"


def test_a_limit_is_a_combined_one_where_its_box_is_ticked_so() -> None:
    limit = text("Vehicle_BodilyInjury_PerPersonLimitAmount_A", "1,000,000")
    combined, person = "Vehicle_CombinedSingleLimit_LimitIndicator_A", "Vehicle_BodilyInjury_EachPersonLimitIndicator_A"
    alone = read(limit, form="137")
    assert alone["ca_limit_csl_or_bi_person"].value == "1000000" and "ca_limit_csl" not in alone
    found = read(limit, tick(combined), form="137")
    assert (found["ca_limit_type"].value, found["ca_limit_csl"].value) == ("csl", "1000000")
    assert found["ca_limit_csl_or_bi_person"].value == "1000000"
    assert "ca_limit_csl" not in read(limit, tick(combined), tick(person), form="137")


@pytest.mark.parametrize(
    ("letter", "of_tick", "cover"),
    [("A", "B", "ca_um"), ("B", "E", "ca_truckers_um"), ("C", "H", "ca_motor_carrier_um")],
)
def test_a_combined_limit_for_uninsured_motorists_is_none_for_a_person(letter: str, of_tick: str, cover: str) -> None:
    limit = text(f"Vehicle_UninsuredMotorists_BodilyInjuryPerPersonLimitAmount_{letter}", "500,000")
    alone = read(limit, form="137")
    assert alone[f"{cover}_bi_person"].value == "500000"
    found = read(limit, tick(f"Vehicle_CombinedSingleLimit_LimitIndicator_{of_tick}"), form="137")
    assert found[f"{cover}_limit_csl"].value == "500000"
    assert f"{cover}_bi_person" not in found


@pytest.mark.parametrize(("letter", "of_tick", "cover"), [("B", "D", "ca_truckers"), ("C", "G", "ca_motor_carrier")])
def test_a_combined_limit_of_other_autos_has_a_name_of_its_own(letter: str, of_tick: str, cover: str) -> None:
    limit = text(f"Vehicle_BodilyInjury_PerPersonLimitAmount_{letter}", "750,000")
    found = read(limit, tick(f"Vehicle_CombinedSingleLimit_LimitIndicator_{of_tick}"), form="137")
    assert found[f"{cover}_limit_csl"].value == found[f"{cover}_limit_csl_or_bi_person"].value == "750000"
