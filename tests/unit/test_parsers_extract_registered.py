"""Registered pages → candidates: readings of boxes, values told from print, pages compared with their widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from parsers.document import (
    BoxReading,
    Defect,
    FieldCandidate,
    Mark,
    Page,
    ParsedDocument,
    Registration,
    Scan,
    Widget,
    Word,
)
from parsers.extract import extract
from parsers.extract.formpages import Asked, read_form
from parsers.extract.registered import TICK_OFF, TICK_ON, boxes_of, corrections, read_all
from parsers.extract.sureness import ACCEPT, raw_scores
from parsers.forms import form_map
from parsers.forms.geometry import PlacedField, PlacedLabel, editions
from parsers.limits import FINDINGS

BOX = (100.0, 100.0, 180.0, 112.0)
AS_OF = date(2026, 11, 20)
PRINT, TYPED, BOLD = "Arial 6", "Courier 8", "Arial-Bold 14"


def reading(elabel: str, text: str, *others: str, **changes: object) -> BoxReading:
    made = BoxReading(elabel=elabel, kind="text", box=BOX, text=text, confidence=0.9, others=others)
    return replace(made, **changes)  # type: ignore[arg-type]


def boxes_read(*readings: BoxReading, form: str = "125", method: str = "ocr") -> tuple[FieldCandidate, ...]:
    return read_all(*boxes_of(readings, 1, method), form_map(form), AS_OF)  # type: ignore[arg-type]


def read(*readings: BoxReading, form: str = "125", method: str = "ocr") -> dict[str, FieldCandidate]:
    return {one.field: one for one in boxes_read(*readings, form=form, method=method)}


@pytest.mark.parametrize(
    ("elabel", "text", "others", "value"),
    [
        ("Policy_EffectiveDate_A", "O1/l5/2027", (), "2027-01-15"),
        ("Policy_EffectiveDate_A", "0l/I5/2O27", (), "2027-01-15"),
        ("Policy_EffectiveDate_A", "91/15/2027", ("01/15/2027",), "2027-01-15"),
        ("NamedInsured_MailingAddress_StateOrProvinceCode_A", "1L", (), "IL"),
        ("NamedInsured_MailingAddress_StateOrProvinceCode_A", "C0", (), "CO"),
        ("NamedInsured_TaxIdentifier_A", "84-2l9O557", (), "842190557"),
        ("NamedInsured_NAICSCode_A", "23B22O", (), "238220"),
        ("NamedInsured_MailingAddress_PostalCode_A", "60I31", (), "60131"),
        ("GeneralLiabilityLineOfBusiness_TotalPremiumAmount_A", "12,S00", (), "12500"),
        ("CommercialStructure_PhysicalAddress_PostalCode_A", "6O131", ("60131",), "60131"),
    ],
)
def test_a_box_that_knows_its_type_chooses_among_what_its_ink_may_say(
    elabel: str, text: str, others: Sequence[str], value: str
) -> None:
    (found,) = boxes_read(reading(elabel, text, *others))
    assert found.value == value
    assert found.confidence < 0.9
    assert (found.method, found.elabel, found.at.page, found.at.box) == ("ocr", elabel, 1, BOX)


def test_a_first_reading_that_its_type_accepts_is_not_second_guessed() -> None:
    found = read(reading("Policy_EffectiveDate_A", "01/15/2027", "07/15/2027"))["proposed_effective_date"]
    assert (found.value, found.raw) == ("2027-01-15", "01/15/2027")


def test_names_and_remarks_are_taken_as_read() -> None:
    found = read(reading("NamedInsured_FullName_A", "B1g 0ak Diner"))
    assert found["named_insureds[0].name"].value == "B1g 0ak Diner"


def test_a_vehicle_number_is_mended_by_its_check_digit() -> None:
    spoilt = "1FTFW1EF5EFB51OO8"
    found = read(reading("Vehicle_VINIdentifier_A", "1HGCM82633AOO4352"), form="127")["vehicles[0].vin"]
    assert (found.value, found.defect) == ("1HGCM82633A004352", None)
    twin = read(reading("Vehicle_VINIdentifier_A", "1HGCMB2633A004352"), form="127")["vehicles[0].vin"]
    assert twin.value == "1HGCM82633A004352"
    assert len(list(corrections("vin", spoilt))) > 1


def test_print_is_not_corrected() -> None:
    found = read(reading("Policy_EffectiveDate_A", "O1/l5/2027"), method="layout")["proposed_effective_date"]
    assert found.value is None
    assert found.defect is not None and found.defect.reason == "bad_format"


def test_a_reading_no_type_accepts_is_unclear_and_has_no_value() -> None:
    found = read(reading("NamedInsured_TaxIdentifier_A", "8~-;;190"))["named_insureds[0].fein"]
    assert found.value is None
    assert found.defect is not None and found.defect.reason == "unclear"
    assert "unclear" in FINDINGS


def test_what_answers_nothing_is_no_bad_reading() -> None:
    found = read(reading("Policy_EffectiveDate_A", "TBD"))["proposed_effective_date"]
    assert found.defect is not None and found.defect.reason == "non_answer"


@pytest.mark.parametrize("ink", [TICK_ON, 0.5])
def test_much_ink_is_a_tick(ink: float) -> None:
    found = read(reading("Policy_LineOfBusiness_BusinessAutoIndicator_A", "", kind="check", ink=ink))
    assert [one.value for one in found.values()] == [True]


def test_little_ink_is_no_tick_and_something_between_is_a_question() -> None:
    elabel = "Policy_LineOfBusiness_BusinessAutoIndicator_A"
    assert read(reading(elabel, "", kind="check", ink=TICK_OFF - 0.01)) == {}
    (found,) = read(reading(elabel, "", kind="check", ink=(TICK_ON + TICK_OFF) / 2)).values()
    assert found.value is None
    assert found.defect is not None and found.defect.reason == "doubtful_tick"
    assert f"{(TICK_ON + TICK_OFF) / 2:.2f}" in found.defect.detail
    assert found.raw == found.defect.detail, "whoever decides sees the ink where others have their text"


def test_an_agency_systems_address_box_is_taken_apart() -> None:
    found = read(reading("ACORD_AgencyName", "Larkspur Agency\n12 Mill St\nMesa, AZ 85204"), method="layout")
    assert found["agency_name"].value == "Larkspur Agency"
    assert {one.value for one in found.values()} >= {"Mesa", "AZ", "85204"}


def label_words(label: PlacedLabel) -> list[Word]:
    x0, top, x1, bottom = label.box
    each, place, found = (x1 - x0) / max(len(label.text), 1), 0, []
    for text in label.text.split():
        start = label.text.index(text, place)
        place = start + len(text)
        found.append(Word(text, (x0 + start * each, top, x0 + place * each, bottom)))
    return found


class Sheet:
    """A printed form page on which things are typed."""

    def __init__(self, form: str = "125", number: int = 1, down: float = 0.0) -> None:
        self.form = form
        layout = next(one for one in editions(form) if one.variant is None)
        self.page = layout.pages[number - 1]
        self.fonts = [PRINT, TYPED, BOLD]
        self.words: list[tuple[Word, int]] = []
        self.marks: list[Mark] = []
        for label in self.page.labels:
            shift = down if label.box[1] > 300 else 0.0
            for word in label_words(label):
                box = word.box
                self.words.append((Word(word.text, (box[0], box[1] + shift, box[2], box[3] + shift)), 0))

    def field(self, name: str) -> PlacedField:
        return next(one for one in self.page.fields if one.name == name)

    def type(self, name: str, text: str, font: int = 1, right: float = 2.0, line: int | None = None) -> None:
        x0, top, _, bottom = self.field(name).box
        level = (top + bottom) / 2 if line is None else top + 6.5 + 9 * line
        at = x0 + right
        for word in text.split():
            self.words.append((Word(word, (at, level - 4.5, at + 4.0 * len(word), level + 4.5)), font))
            at += 4.0 * len(word) + 3.0

    def stamp(self, text: str, x: float, top: float, font: int = 1) -> None:
        for n, word in enumerate(text.split()):
            self.words.append((Word(word, (x + 40 * n, top, x + 40 * n + 35, top + 9)), font))

    def mark(self, name: str, shape: str = "cross") -> None:
        x0, top, x1, bottom = self.field(name).box
        box = ((x0 + x1) / 2 - 3, (top + bottom) / 2 - 3, (x0 + x1) / 2 + 3, (top + bottom) / 2 + 3)
        self.marks.append(Mark(shape=shape, box=box))  # type: ignore[arg-type]

    def drawn(self, number: int = 1, *, fonts: bool = True) -> Page:
        return Page(
            number=number,
            width=612,
            height=792,
            words=tuple(word for word, _ in self.words),
            fonts=tuple(self.fonts) if fonts else (),
            word_fonts=tuple(font for _, font in self.words) if fonts else (),
            marks=tuple(self.marks),
        )


def document(*pages: Page, widgets: tuple[Widget, ...] = ()) -> ParsedDocument:
    return ParsedDocument(sha256="", media_type="application/pdf", status="read", pages=pages, widgets=widgets)


def flat(
    sheet: Sheet, edition: str | None = "2016/03", *, fonts: bool = True
) -> tuple[dict[str, FieldCandidate], list[Defect]]:
    asked = Asked(sheet.form, None, edition, form_map(sheet.form), AS_OF)
    found = read_form(document(sheet.drawn(fonts=fonts)), (1, 1), asked)
    return {one.elabel or one.field: one for one in found.fields}, list(found.defects)


def test_typed_values_are_read_out_of_their_boxes() -> None:
    sheet = Sheet()
    sheet.type("NamedInsured_FullName_A", "Blue Heron Bakery LLC")
    sheet.type("Policy_EffectiveDate_A", "01/15/2027")
    sheet.type("GeneralLiabilityLineOfBusiness_TotalPremiumAmount_A", "12,500")
    sheet.mark("Policy_LineOfBusiness_CommercialProperty_A")
    found, defects = flat(sheet)
    assert found["NamedInsured_FullName_A"].value == "Blue Heron Bakery LLC"
    assert found["Policy_EffectiveDate_A"].value == "2027-01-15"
    assert found["GeneralLiabilityLineOfBusiness_TotalPremiumAmount_A"].value == "12500"
    assert found["Policy_LineOfBusiness_CommercialProperty_A"].value is True
    assert {one.method for one in found.values()} == {"layout"}
    assert len(found) == 4
    assert defects == []


@pytest.mark.parametrize("fonts", [True, False])
@pytest.mark.parametrize(("form", "number"), [("125", 1), ("125", 2), ("126", 1), ("130", 1), ("25", 1)])
def test_a_blank_page_says_nothing(form: str, number: int, fonts: bool) -> None:
    edition = next(one.edition for one in editions(form) if one.variant is None)
    found, defects = flat(Sheet(form, number), edition, fonts=fonts)
    assert (found, defects) == ({}, [])


def test_print_unknown_to_us_inside_boxes_of_a_blank_form_is_no_value() -> None:
    sheet = Sheet()
    sheet.type("NamedInsured_FullName_A", "legal entity as registered", font=0, right=30)
    sheet.type("Insurer_FullName_A", "underwriting company", font=0, right=60)
    assert flat(sheet)[0] == {}
    assert flat(Sheet(down=27.0), None)[0] == {}


def test_values_in_the_forms_own_font_are_read_on_a_known_layout() -> None:
    sheet = Sheet()
    for name in (
        "NamedInsured_FullName_A",
        "Producer_FullName_A",
        "Insurer_FullName_A",
        "Policy_PolicyNumberIdentifier_A",
    ):
        sheet.type(name, "Northfork Millwork", font=0)
    assert len(flat(sheet)[0]) == 4


def test_preprinted_signs_are_no_amounts() -> None:
    sheet = Sheet()
    sheet.type("GeneralLiabilityLineOfBusiness_TotalPremiumAmount_A", "$", font=1)
    sheet.type("CrimeLineOfBusiness_PremiumAmount_A", "$ 1,200", font=1)
    found, _ = flat(sheet)
    assert {name: one.value for name, one in found.items()} == {"CrimeLineOfBusiness_PremiumAmount_A": "1200"}


def test_a_name_that_runs_over_its_box_is_one_value() -> None:
    sheet = Sheet()
    sheet.type("Insurer_ProductDescription_A", "Contractors and Artisans Select Package Program of the Great Plains")
    found, defects = flat(sheet)
    assert "Great Plains" in str(found["Insurer_ProductDescription_A"].value)
    assert defects == []


def test_lines_of_a_tall_box_are_kept_apart() -> None:
    sheet = Sheet("101", 1)
    name = next(field.name for field in sheet.page.fields if field.multiline)
    sheet.type(name, "First line of it", line=0)
    sheet.type(name, "and the second", line=1)
    found, _ = flat(sheet, "2008/01")
    assert found[name].raw == "First line of it\nand the second"


@pytest.mark.parametrize("sign", ["X", "x", "✔", "■", "✘"])
def test_signs_set_as_text_tick_a_box(sign: str) -> None:
    sheet = Sheet()
    sheet.type("Policy_LineOfBusiness_CrimeIndicator_A", sign, right=5)
    found, _ = flat(sheet)
    assert found["Policy_LineOfBusiness_CrimeIndicator_A"].value is True


def test_the_drawing_of_the_boxes_themselves_ticks_nothing() -> None:
    sheet = Sheet()
    for field in sheet.page.fields:
        if field.kind == "check":
            sheet.mark(field.name, "fill")
    sheet.mark("Policy_LineOfBusiness_CrimeIndicator_A", "cross")
    assert list(flat(sheet)[0]) == ["Policy_LineOfBusiness_CrimeIndicator_A"]


def test_text_outside_all_boxes_is_reported_without_its_words() -> None:
    sheet = Sheet()
    sheet.type("NamedInsured_FullName_A", "Blue Heron Bakery")
    sheet.stamp("RECEIVED MARCH", 450, 4, font=2)
    _, (defect,) = flat(sheet)
    assert (defect.reason, defect.detail, defect.page) == ("unexplained_ink", "2 words", 1)
    assert defect.box == (450, 4, 525, 13)


def test_the_foot_of_a_form_is_its_own() -> None:
    sheet = Sheet()
    sheet.stamp("ACORD 125 (2016/03)", 22, 750, font=2)
    sheet.stamp("Page 1 of 4", 300, 750, font=2)
    assert flat(sheet) == ({}, [])


def test_an_agency_systems_own_boxes_are_used_where_they_fit_better() -> None:
    sheet = Sheet()
    for line, text in enumerate(("Larkspur Insurance Agency", "12 Mill Street", "Mesa, AZ 85204")):
        for n, word in enumerate(text.split()):
            box = (22 + 42 * n, 67 + 9 * line, 60 + 42 * n, 76 + 9 * line)
            sheet.words.append((Word(word, box), 1))
    found, _ = flat(sheet)
    values = {one.field: one.value for one in found.values()}
    assert values["agency_name"] == "Larkspur Insurance Agency"
    assert {"Mesa", "AZ", "85204"} <= set(values.values())


def test_an_unknown_edition_is_flagged_and_accepted_by_nobody_alone() -> None:
    sheet = Sheet(down=27.0)
    sheet.type("Producer_FullName_A", "Larkspur Agency")
    found = extract(document(sheet.drawn()), kind="acord_125", pages=(1, 1), edition="2025/03", as_of=AS_OF)
    assert [defect.reason for defect in found.defects] == ["new_edition"]
    assert "2025/03" in found.defects[0].detail and "2016/03" in found.defects[0].detail
    assert [one.value for one in found.fields] == ["Larkspur Agency"]
    assert all(one.confidence < ACCEPT for one in found.fields)


def widget(sheet: Sheet, name: str, value: str) -> Widget:
    return Widget(name=name, kind="text", page=1, box=sheet.field(name).box, value=value)


def test_a_value_both_entered_and_drawn_is_one_candidate() -> None:
    sheet = Sheet()
    sheet.type("NamedInsured_FullName_A", "Blue Heron Bakery")
    made = document(sheet.drawn(), widgets=(widget(sheet, "NamedInsured_FullName_A", "Blue Heron Bakery"),))
    (found,) = extract(made, kind="acord_125", pages=(1, 1), edition="2016/03").fields
    assert (found.method, found.value, found.defect) == ("widget", "Blue Heron Bakery", None)


def test_a_drawn_value_that_contradicts_the_entered_one_is_shown_beside_it() -> None:
    sheet = Sheet()
    sheet.type("Policy_EffectiveDate_A", "02/01/2027")
    made = document(sheet.drawn(), widgets=(widget(sheet, "Policy_EffectiveDate_A", "01/15/2027"),))
    (found,) = extract(made, kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF).fields
    assert (found.value, found.raw) == ("2027-01-15", "01/15/2027")
    assert found.defect is not None
    assert found.defect.reason == "value_differs" and "02/01/2027" in found.defect.detail
    assert found.confidence < ACCEPT


def test_a_value_drawn_over_an_empty_widget_is_read_from_the_page() -> None:
    sheet = Sheet()
    sheet.type("NamedInsured_FullName_A", "Blue Heron Bakery")
    made = document(sheet.drawn(), widgets=(widget(sheet, "NamedInsured_FullName_A", ""),))
    (found,) = extract(made, kind="acord_125", pages=(1, 1), edition="2016/03").fields
    assert (found.method, found.value) == ("layout", "Blue Heron Bakery")


def test_pages_may_come_in_any_order_and_twice() -> None:
    first, second = Sheet("125", 1), Sheet("125", 2)
    first.type("NamedInsured_FullName_A", "Blue Heron Bakery")
    second.type("NamedInsured_Contact_FullName_A", "Ada Quill")
    pages = (second.drawn(1), first.drawn(2), first.drawn(3))
    found = read_form(document(*pages), (1, 3), Asked("125", None, "2016/03", form_map("125"), AS_OF))
    assert [(one.elabel, one.at.page) for one in found.fields] == [
        ("NamedInsured_Contact_FullName_A", 1),
        ("NamedInsured_FullName_A", 2),
    ]


def scanned(form: str) -> Page:
    laid = Registration(form=form, edition="2016/03", form_page=1, matched=120, expected=138, residual=0.6)
    scan = Scan(engine="tesseract", registration=laid, readings=(reading("NamedInsured_FullName_A", "Blue Heron"),))
    return Page(number=1, width=612, height=792, scan=scan)


def test_scanned_pages_give_what_their_boxes_were_read_as() -> None:
    # How likely a score is right is another matter, and learned anew from time to time.
    with raw_scores():
        (found,) = extract(document(scanned("125")), kind="acord_125", pages=(1, 1), edition="2016/03").fields
    assert (found.method, found.value) == ("ocr", "Blue Heron")


def test_a_scan_laid_over_another_form_says_nothing_of_this_one() -> None:
    assert extract(document(scanned("126")), kind="acord_125", pages=(1, 1), edition="2016/03").fields == ()


def test_a_signature_is_one_however_little_of_it_can_be_read() -> None:
    reading = BoxReading(elabel="NamedInsured_Signature_A", kind="text", box=(0, 0, 90, 12), text="Jlu", confidence=0.2)
    (found,) = boxes_read(reading)
    assert found.value is True
    assert found.confidence >= 0.9
