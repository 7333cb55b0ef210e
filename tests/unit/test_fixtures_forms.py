from __future__ import annotations

import csv
import dataclasses
import io
import re
from datetime import date
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest

from fixtures import forms
from fixtures.account import Account
from fixtures.accounts import PROFILES, account
from fixtures.fill import EDITIONS, fill, fill_with_truth, forms_for
from fixtures.fill_130 import experience_mod

EFFECTIVE, TODAY = date(2027, 1, 1), date(2026, 11, 20)


def hvac() -> Account:
    return account("hvac_contractor", seed=3, effective=EFFECTIVE)


def apartments() -> Account:
    return account("apartment_owner", seed=3, effective=EFFECTIVE)


def read_fields(content: bytes) -> dict[str, object]:
    fields = pypdf.PdfReader(io.BytesIO(content)).get_fields() or {}
    return {name: field.value for name, field in fields.items() if "/FT" in field}


def page_text(content: bytes, page: int) -> str:
    return pypdf.PdfReader(io.BytesIO(content)).pages[page].extract_text()


# The drawing


@pytest.mark.parametrize("form", EDITIONS)
def test_a_form_has_exactly_the_fields_of_its_geometry(form: str) -> None:
    assert set(read_fields(forms.draw_form(form, EDITIONS[form], {}))) == forms.field_names(form)


def test_the_125_has_551_widgets() -> None:
    with pikepdf.open(io.BytesIO(forms.draw_form("125", "2016/03", {}))) as pdf:
        assert sum(len(page.obj.Annots) for page in pdf.pages) == 551


@pytest.mark.parametrize("form", EDITIONS)
def test_typed_values_read_back_under_their_names(form: str) -> None:
    values = fill(apartments() if form == "140" else hvac(), form, today=TODAY)
    read = read_fields(forms.draw_form(form, EDITIONS[form], values))
    assert {name: read[name] for name in values} == {k: "/1" if v is True else v for k, v in values.items()}


def test_the_second_dialect_has_a_path_before_the_name() -> None:
    values: dict[str, str | bool] = {"NamedInsured_FullName_A": "Ashgrove Mechanical LLC"}
    values["Policy_Status_QuoteIndicator_A"] = True
    content = forms.draw_form("125", "2016/03", values, dialect="D2")
    read = read_fields(content)
    assert read["F[0].P1[0].NamedInsured_FullName_A[0]"] == "Ashgrove Mechanical LLC"
    assert read["F[0].P1[0].Policy_Status_QuoteIndicator_A[0]"] == "/1"
    assert {forms.bare_name(name) for name in read} == forms.field_names("125")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert [str(field.T) for field in pdf.Root.AcroForm.Fields] == ["F[0]"]


def test_a_name_on_several_pages_is_one_field_with_several_widgets() -> None:
    content = forms.draw_form("126", "2016/09", {"Producer_CustomerIdentifier_A": "10442-0031"})
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = [field for field in pdf.Root.AcroForm.Fields if str(field.T) == "Producer_CustomerIdentifier_A"]
        assert len(found) == 1
        assert len(found[0].Kids) == 4
        assert all("/N" in kid.AP for kid in found[0].Kids)
        assert str(found[0].V) == "10442-0031"


def test_every_typed_value_has_an_appearance_and_every_tick_shows() -> None:
    content = forms.draw_form("127", "2015/12", fill(hvac(), "127", today=TODAY))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        widgets = [widget for page in pdf.pages for widget in page.obj.Annots]
        typed = [w for w in widgets if w.get("/FT") == "/Tx" and "/V" in w and "/T" in w and w.Rect[2] > w.Rect[0]]
        ticks = [w for w in widgets if w.get("/FT") == "/Btn"]
        assert len(typed) > 150
        assert all("/N" in widget.AP for widget in typed)
        assert all(set(widget.AP.N.keys()) == {"/1", "/Off"} for widget in ticks)
        assert any(widget.AS == "/1" for widget in ticks)
        assert all((widget.AS == "/1") == (widget.V == "/1") for widget in ticks)


def test_a_viewer_shows_what_is_typed() -> None:
    def dark(values: dict[str, str | bool]) -> int:
        pdf = pypdfium2.PdfDocument(forms.draw_form("125", "2016/03", values))
        pdf.init_forms()
        page = pdf[0]
        gray = page.render(scale=1, may_draw_forms=True, grayscale=True).to_pil()
        page.close()
        pdf.close()
        return sum(gray.histogram()[:90])

    assert dark(fill(hvac(), "125", today=TODAY)) > dark({}) + 500


@pytest.mark.parametrize("dialect", ["D1", "D2"])
def test_the_same_values_give_the_same_bytes(dialect: forms.Dialect) -> None:
    values = fill(hvac(), "125", today=TODAY)
    first = forms.draw_form("125", "2016/03", values, dialect=dialect)
    forms._printed.cache_clear()
    assert forms.draw_form("125", "2016/03", values, dialect=dialect) == first


def test_the_footer_names_form_and_edition_and_counts_the_pages() -> None:
    content = forms.draw_form("125", "2013/09", {})
    assert "ACORD 125 (2013/09)" in page_text(content, 0)
    assert "Page 3 of 4" in page_text(content, 2)


def test_a_137_speaks_of_its_state() -> None:
    text = page_text(forms.draw_form("137", "2015/12", {}, state="TX"), 0)
    assert "ACORD 137 TX (2015/12)" in text
    assert "TEXAS COMMERCIAL AUTO" in text
    assert "CALIFORNIA" not in text


def test_the_edition_field_holds_form_and_edition() -> None:
    assert read_fields(forms.draw_form("126", "2016/09", {}))["Form_EditionIdentifier_A"] == "ACORD 126 2016-09"


def test_brackets_and_accents_are_typed_as_they_are() -> None:
    name = "Peña & Sons (West) \\ Co."
    content = forms.draw_form("125", "2016/03", {"NamedInsured_FullName_A": name})
    assert read_fields(content)["NamedInsured_FullName_A"] == name


@pytest.mark.parametrize(
    ("form", "name", "value", "complaint"),
    [
        ("125", "NamedInsured_FulName_A", "x", "no field"),
        ("125", "Policy_Status_QuoteIndicator_A", "Y", "check field"),
        ("125", "NamedInsured_FullName_A", True, "text field"),
        ("126", "Form_CompletionDate_A", "November 20, 2026", "10 characters"),
    ],
)
def test_a_form_refuses_what_it_cannot_hold(form: str, name: str, value: str | bool, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        forms.draw_form(form, EDITIONS[form], {name: value})


def test_no_form_text_is_carried_beyond_short_labels() -> None:
    for path in (Path(forms.__file__).parent / "geometry").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            labels = [row["text"] for row in csv.DictReader(lines) if row["kind"] == "label"]
        assert len(labels) >= 10
        assert max(map(len, labels)) <= 60
        assert not [t for t in labels if "©" in t or t.endswith("?") or (t.endswith(".") and len(t.split()) > 3)]


# The filling


def test_every_profile_fills_every_form_it_needs() -> None:
    for profile in PROFILES:
        one = account(profile, seed=4, effective=EFFECTIVE)
        for form in set(forms_for(one)):
            filled = fill_with_truth(one, form, today=TODAY)
            assert set(filled.values) == set(filled.truth)
            assert forms.draw_form(form, EDITIONS[form], filled.values, state=one.mailing.state).startswith(b"%PDF")


def test_the_truth_is_normalised_and_the_typing_is_an_agents() -> None:
    one = hvac()
    filled = fill_with_truth(one, "125", today=TODAY)
    typed, truth = filled.values, filled.truth
    assert (typed["Policy_EffectiveDate_A"], truth["Policy_EffectiveDate_A"]) == ("01/01/2027", "2027-01-01")
    assert re.fullmatch(r"\d\d-\d{7}", str(typed["NamedInsured_TaxIdentifier_A"]))
    assert truth["NamedInsured_TaxIdentifier_A"] == one.fein
    premium = "GeneralLiabilityLineOfBusiness_TotalPremiumAmount_A"
    assert typed[premium] == f"{one.premiums['general_liability']:,}"
    assert truth[premium] == str(one.premiums["general_liability"])
    assert (typed["CommercialPolicy_Question_AACCode_A"], truth["CommercialPolicy_Question_AACCode_A"]) == ("N", False)
    assert truth["Policy_Status_QuoteIndicator_A"] is True


def test_loss_amounts_keep_their_cents() -> None:
    filled = fill_with_truth(account("trucking", seed=1, effective=EFFECTIVE), "125", today=TODAY)
    assert re.fullmatch(r"\d+\.\d\d", str(filled.truth["LossHistory_PaidAmount_A"]))


def test_a_trade_name_is_typed_with_the_name_but_is_no_part_of_it() -> None:
    one = account("restaurant", seed=1, effective=EFFECTIVE)
    filled = fill_with_truth(one, "125", today=TODAY)
    assert filled.values["NamedInsured_FullName_A"] == f"{one.name} dba {one.dba}"
    assert filled.truth["NamedInsured_FullName_A"] == one.name


def test_workers_compensation_stands_on_a_blank_line_of_the_125() -> None:
    typed = fill(hvac(), "125", today=TODAY)
    assert typed["Policy_LineOfBusiness_OtherIndicator_A"] is True
    assert typed["Policy_LineOfBusiness_OtherLineOfBusinessDescription_A"] == "Workers Compensation"


def test_a_narrowed_account_ticks_only_its_lines() -> None:
    one = dataclasses.replace(hvac(), lines=("general_liability",))
    typed = fill(one, "125", today=TODAY)
    assert "Policy_LineOfBusiness_BusinessAutoIndicator_A" not in typed
    assert not [name for name in typed if name.startswith("PriorCoverage_Automobile")]
    assert "PriorCoverage_GeneralLiability_InsurerFullName_C" in typed
    assert forms_for(one) == ("125", "126")


def test_the_125_has_three_prior_years_newest_first() -> None:
    truth = fill_with_truth(hvac(), "125", today=TODAY).truth
    assert [truth[f"PriorCoverage_PolicyYear_{letter}"] for letter in "ABC"] == ["2026", "2025", "2024"]
    assert truth["PriorCoverage_OtherLine_LineOfBusinessCode_A"] == "WC"


def test_a_clean_history_ticks_no_losses() -> None:
    one = account("drywall", seed=1, effective=EFFECTIVE, claims="none")
    typed = fill(one, "125", today=TODAY)
    assert typed["LossHistory_NoPriorLossesIndicator_A"] is True
    assert "LossHistory_OccurrenceDate_A" not in typed


def test_contractors_say_what_they_sublet_and_others_do_not() -> None:
    assert "Contractors_SubcontractorsPaidAmount_A" in fill(hvac(), "126", today=TODAY)
    assert "Contractors_SubcontractorsPaidAmount_A" not in fill(apartments(), "126", today=TODAY)


def test_an_apartment_owner_says_how_many_apartments() -> None:
    truth = fill_with_truth(apartments(), "126", today=TODAY).truth
    assert truth["GeneralLiabilityLineOfBusiness_Question_KAACode_A"] is True
    assert truth["BuildingOccupancy_ApartmentCount_A"] == "144"


def test_a_manufacturer_names_products() -> None:
    typed = fill(account("machine_shop", seed=1, effective=EFFECTIVE), "126", today=TODAY)
    assert "ProductAndCompletedOperations_ProductName_A" in typed


def test_more_units_and_drivers_than_rows_tick_the_schedules() -> None:
    trucking = account("trucking", seed=1, effective=EFFECTIVE)
    typed = fill(trucking, "127", today=TODAY)
    line = "CommercialVehicleLineOfBusiness"
    assert typed[f"{line}_Attachment_VehicleScheduleIndicator_A"] is True
    assert typed[f"{line}_Attachment_CommercialAutoDriverInformationScheduleIndicator_A"] is True
    assert "Driver_Surname_M" in typed
    assert "Vehicle_VINIdentifier_D" in typed
    small = fill(account("residential_carpenter", seed=1, effective=EFFECTIVE), "127", today=TODAY)
    assert not [name for name in small if "Attachment" in name]


def test_for_hire_trucking_wants_filings_and_gives_the_numbers() -> None:
    typed = fill(account("trucking", seed=1, effective=EFFECTIVE), "127", today=TODAY)
    assert typed["CommercialVehicleLineOfBusiness_Question_AAECode_A"] == "Y"
    assert "USDOT" in str(typed["CommercialVehicleLineOfBusiness_RemarkText_A"])


def test_the_137_holds_the_single_limit_in_the_per_person_box() -> None:
    filled = fill_with_truth(hvac(), "137", today=TODAY)
    assert filled.values["Vehicle_CombinedSingleLimit_LimitIndicator_A"] is True
    assert filled.truth["Vehicle_BodilyInjury_PerPersonLimitAmount_A"] == "1000000"
    assert "NamedInsured_Signature_B" in filled.values


def test_the_130_is_signed_in_the_second_box() -> None:
    typed = fill(hvac(), "130", today=TODAY)
    assert "NamedInsured_Signature_B" in typed
    assert "NamedInsured_Signature_A" not in typed


def test_the_130_lists_states_classes_owners_and_five_years() -> None:
    one = hvac()
    truth = fill_with_truth(one, "130", today=TODAY).truth
    assert truth["WorkersCompensation_PartOne_StateOrProvinceCode_A"] == "CA"
    assert [truth[f"WorkersCompensation_RateClass_ClassificationCode_{x}"] for x in "ABC"] == ["5537", "8742", "8810"]
    assert truth["WorkersCompensation_RateClass_RemunerationAmount_A"] == str(one.class_rows[0].payroll)
    shares = [int(str(truth[f"WorkersCompensation_Individual_OwnershipPercent_{letter}"])) for letter in "AB"]
    assert sum(shares) == 100
    assert truth["PriorCoverage_EffectiveYear_E"] == "2022"
    mod = truth["WorkersCompensationStateCoverage_ExperienceOrMerit_ModificationFactor_A"]
    assert mod == str(experience_mod(one))


def test_an_excluded_owner_has_no_payroll_on_the_130() -> None:
    typed = fill(account("drywall", seed=1, effective=EFFECTIVE), "130", today=TODAY)
    assert typed["WorkersCompensation_Individual_IncludedExcludedCode_B"] == "EXC"
    assert "WorkersCompensation_Individual_RemunerationAmount_B" not in typed


def test_the_second_building_of_a_140_has_rows_g_to_k() -> None:
    typed = fill(apartments(), "140", today=TODAY)
    rows = {name[-1] for name in typed if name.startswith("CommercialProperty_Premises_LimitAmount")}
    assert rows == set("ABCGHI")


def test_three_forms_hold_six_buildings() -> None:
    one = apartments()
    assert forms_for(one).count("140") == 3
    last = fill(one, "140", today=TODAY, buildings=slice(4, 6))
    assert last["CommercialStructure_Location_ProducerIdentifier_B"] == "3"
    assert last["CommercialStructure_Building_ProducerIdentifier_B"] == "2"
    with pytest.raises(ValueError, match="one or two buildings"):
        fill(one, "140", today=TODAY, buildings=slice(0, 3))


def test_old_buildings_have_all_four_update_years() -> None:
    typed = fill(apartments(), "140", today=TODAY)
    for part in ("Wiring", "Roofing", "Plumbing", "Heating"):
        assert re.fullmatch(r"20\d\d", str(typed[f"BuildingImprovement_{part}Year_A"]))


def test_omitting_leaves_fields_blank_in_values_and_truth() -> None:
    filled = fill_with_truth(hvac(), "127", today=TODAY, omit=frozenset({"Driver_*_B", "Vehicle_VINIdentifier_A"}))
    left = [name for name in filled.values if re.fullmatch(r"Driver_.*_B", name)]
    assert not left
    assert "Vehicle_VINIdentifier_A" not in filled.truth
    assert "Driver_Surname_A" in filled.values


def test_omitting_what_is_not_typed_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing is typed"):
        fill(hvac(), "127", today=TODAY, omit=frozenset({"Driver_Sirname_B"}))


def test_an_overridden_field_is_typed_and_has_no_truth() -> None:
    filled = fill_with_truth(hvac(), "125", today=TODAY, override={"Policy_EffectiveDate_A": "1/1/20277"})
    assert filled.values["Policy_EffectiveDate_A"] == "1/1/20277"
    assert "Policy_EffectiveDate_A" not in filled.truth


def test_the_form_is_dated_before_it_is_sent_and_signed_as_the_account_says() -> None:
    truth = fill_with_truth(hvac(), "125", today=TODAY).truth
    assert truth["Form_CompletionDate_A"] == "2026-11-18"
    assert truth["NamedInsured_SignatureDate_A"] == "2026-11-19"
    signed = dataclasses.replace(hvac(), signed=date(2026, 8, 1))
    assert fill_with_truth(signed, "125", today=TODAY).truth["NamedInsured_SignatureDate_A"] == "2026-08-01"


def test_a_signature_a_phone_and_a_construction_mean_more_than_their_letters() -> None:
    truth = fill_with_truth(apartments(), "125", today=TODAY).truth
    assert truth["NamedInsured_Signature_A"] is True
    assert re.fullmatch(r"\d{3}-555-01\d\d", str(truth["NamedInsured_Primary_PhoneNumber_A"]))
    filled = fill_with_truth(apartments(), "140", today=TODAY)
    assert filled.values["Construction_ConstructionCode_A"] == "Frame"
    assert filled.truth["Construction_ConstructionCode_A"] == "1"
