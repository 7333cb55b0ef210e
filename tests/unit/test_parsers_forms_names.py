"""Widget names of every dialect lead to eLabels; an alias leads to a box of its form."""

from __future__ import annotations

import pytest

from parsers.forms import WidgetName, aliases, form_map, resolve
from parsers.forms.names import last_part


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


@pytest.mark.parametrize(
    ("name", "elabel"),
    [
        ("CODE", "Insurer_ProducerIdentifier_A"),
        ("DATE MMDDYYYY", "Form_CompletionDate_A"),
        ("DATE", "NamedInsured_SignatureDate_A"),
        ("Producer.Fax", "Producer_FaxNumber_A"),
        ("POLICY NUMBERS", "Policy_PolicyNumberIdentifier_A"),
        ("POLICY NUMBERS-0", "Policy_PolicyNumberIdentifier_B"),
        ("POLICY NUMBERS-5", "Policy_PolicyNumberIdentifier_G"),
        ("Producer_MailingAddress_CityName_A", "Producer_MailingAddress_CityName_A"),
    ],
)
def test_a_name_a_designer_gave_means_something_on_its_form_only(name: str, elabel: str) -> None:
    assert resolve(name, "36").elabel == elabel
    assert resolve(name).elabel == (elabel if name == elabel else name)


def test_a_merged_file_changes_no_meaning_of_an_alias() -> None:
    assert resolve("ACORD_Location2_Street#1").elabel == "CommercialStructure_PhysicalAddress_LineOne_B"


def test_names_without_a_meaning_stay_as_they_are() -> None:
    assert resolve("Text66a[0]", "163") == WidgetName("Text66a")


@pytest.mark.parametrize("form", [None, "36"])
def test_every_alias_leads_to_a_box_of_its_form(form: str | None) -> None:
    found = form_map(form or "125")
    assert found is not None
    first = {alias.elabel for alias in aliases(form).values() if alias.elabel.endswith("_A")}
    assert first <= set(found.fields)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("F[0]+1.P1[0].NamedInsured_FullName_A[0]", "NamedInsured_FullName_A"),
        ("NamedInsured_FullName_A+12", "NamedInsured_FullName_A"),
        ("form[0].#subform[0].NamedInsured_FullName_A[0]", "NamedInsured_FullName_A"),
        ("ACORD125[0].Page1[0].NamedInsured_FullName_A[0]", "NamedInsured_FullName_A"),
        ("doc1.ACORD_AgencyName", "ACORD_AgencyName"),
    ],
)
def test_a_widgets_own_name_is_the_last_of_its_path(name: str, own: str) -> None:
    assert last_part(name) == own
