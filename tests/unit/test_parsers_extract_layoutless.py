"""Flat forms of which no layout is known are read by their captions: cells, rows, blocks, ticks and questions."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from parsers.document import BoxReading, Mark, Page, ParsedDocument, Word
from parsers.extract import extract
from parsers.extract.captionboxes import names_by_caption, together
from parsers.extract.labelled import name_boxes
from parsers.extract.layoutless import Layoutless, read_layoutless
from parsers.forms import FormMap, form_map
from pipeline.standing import standing

Put = tuple[str, float, float]
PRINT, TYPED, HEADING = 0, 1, 2


def words(lines: Sequence[Put], font: int, size: float) -> list[tuple[Word, int]]:
    found: list[tuple[Word, int]] = []
    for text, x, top in lines:
        for token in text.split():
            width = len(token) * size * 0.55
            found.append((Word(token, (x, top, x + width, top + size)), font))
            x += width + size * 0.3
    return found


def flat(
    printed: Sequence[Put],
    filled: Sequence[Put] = (),
    *,
    headings: Sequence[Put] = (),
    marks: tuple[Mark, ...] = (),
    fonts: tuple[str, str, str] = ("Arial 6", "Courier 9", "Arial-Bold 8.5"),
) -> Page:
    found = [*words(printed, PRINT, 6), *words(filled, TYPED, 9), *words(headings, HEADING, 8.5)]
    return Page(
        number=1,
        width=612,
        height=792,
        words=tuple(word for word, _ in found),
        fonts=fonts,
        word_fonts=tuple(font for _, font in found),
        marks=marks,
    )


def the_map(form: str) -> FormMap:
    fields = form_map(form)
    assert fields is not None
    return fields


def read(form: str, page: Page) -> dict[str, str]:
    return texts(read_layoutless(page, the_map(form)))


def texts(told: Layoutless) -> dict[str, str]:
    return {reading.elabel: reading.text for reading in told.readings}


HEADER = [
    ("AGENCY", 22.0, 60.0),
    ("CARRIER", 300.0, 60.0),
    ("POLICY NUMBER", 22.0, 82.0),
    ("EFFECTIVE DATE", 300.0, 82.0),
]
HEADED = [("Barrow Agency", 24.0, 68.0), ("Blue Prairie Mutual", 302.0, 68.0), ("05/11/2026", 302.0, 90.0)]
VEHICLE = (("VEH #", 22.0, 0.0), ("YEAR", 60.0, 0.0), ("MAKE", 110.0, 0.0), ("V.I.N.", 250.0, 0.0))


def vehicles(count: int, top: float = 120.0) -> list[Put]:
    return [(text, x, top + 22 * row) for row in range(count) for text, x, _ in VEHICLE]


def test_values_stand_under_their_captions() -> None:
    assert read("129", flat(HEADER, HEADED)) == {
        "Producer_FullName_A": "Barrow Agency",
        "Insurer_FullName_A": "Blue Prairie Mutual",
        "Policy_EffectiveDate_A": "05/11/2026",
    }


def test_captions_printed_once_a_block_count_blocks_blank_ones_too() -> None:
    filled = [("2019", 62.0, 128.0), ("Ford", 112.0, 128.0), ("2022", 62.0, 172.0), ("Kenworth", 112.0, 172.0)]
    found = read("129", flat([*HEADER, *vehicles(3)], [*HEADED, *filled]))
    rows = {name: text for name, text in found.items() if name.startswith("Vehicle")}
    assert rows == {
        "Vehicle_ModelYear_A": "2019",
        "Vehicle_ManufacturersName_A": "Ford",
        "Vehicle_ModelYear_C": "2022",
        "Vehicle_ManufacturersName_C": "Kenworth",
    }


def test_blocks_of_the_next_page_go_on_after_the_blank_ones_of_the_last() -> None:
    first = read_layoutless(flat([*HEADER, *vehicles(3)], [*HEADED, ("2019", 62.0, 128.0)]), the_map("129"))
    page = flat([*HEADER, *vehicles(2)], [("2024", 62.0, 128.0), ("Mack", 112.0, 150.0), ("Volvo", 112.0, 128.0)])
    taken = [reading.elabel for reading in first.readings]
    second = texts(read_layoutless(page, the_map("129"), taken=taken, rows=first.rows))
    assert second == {
        "Vehicle_ModelYear_D": "2024",
        "Vehicle_ManufacturersName_D": "Volvo",
        "Vehicle_ManufacturersName_E": "Mack",
    }


def test_a_value_that_its_type_refuses_keeps_its_caption_for_a_name() -> None:
    filled = [*HEADED[:2], ("soon enough", 302.0, 90.0)]
    found = read("129", flat(HEADER, filled))
    assert "Policy_EffectiveDate_A" not in found
    assert found["EFFECTIVE DATE"] == "soon enough"


def test_what_no_name_fits_is_told_under_its_caption() -> None:
    page = flat([*HEADER, ("COLOUR OF ROOF", 22.0, 104.0)], [*HEADED, ("Red", 24.0, 112.0)])
    assert read("129", page)["COLOUR OF ROOF"] == "Red"


def test_whose_city_it_is_the_captions_beside_it_say() -> None:
    captions = [("AGENCY STREET", 22.0, 104.0), ("CITY", 200.0, 104.0), ("STATE", 330.0, 104.0), ("ZIP", 400.0, 104.0)]
    filled = [("12 Mill St", 24.0, 112.0), ("Mesa", 202.0, 112.0), ("AZ", 332.0, 112.0), ("85204", 402.0, 112.0)]
    found = read("27", flat([*HEADER, *captions], [*HEADED[2:], *filled]))
    assert found["Producer_MailingAddress_CityName_A"] == "Mesa"
    assert found["Producer_MailingAddress_PostalCode_A"] == "85204"
    alone = read("27", flat([*HEADER, ("CITY", 200.0, 104.0)], [*HEADED[2:], ("Mesa", 202.0, 112.0)]))
    assert alone["CITY"] == "Mesa"


def test_marks_and_crosses_before_a_caption_tick_it() -> None:
    cross = Mark(shape="cross", box=(22.0, 119.0, 31.0, 128.0))
    labels = [*HEADER, ("PLEASURE", 36.0, 120.0), ("FARM", 136.0, 120.0), ("RETAIL", 236.0, 120.0)]
    page = flat(labels, [*HEADED, ("X", 124.0, 119.0)], marks=(cross,))
    ticked = {one.elabel for one in read_layoutless(page, the_map("129")).readings if one.kind == "check"}
    assert ticked == {"Vehicle_Use_PleasureIndicator_A", "Vehicle_Use_FarmIndicator_A"}


def test_yes_or_no_at_the_end_of_a_line_answers_what_the_line_asks() -> None:
    page = flat([*HEADER, ("Cranes used by others", 22.0, 130.0)], [*HEADED, ("Y", 580.0, 129.0)])
    assert read("186", page)["Cranes used by others"] == "Y"


def test_several_lines_under_a_name_are_not_joined() -> None:
    found = read("129", flat(HEADER[:2], [HEADED[0], ("12 Mill Street", 24.0, 78.0)]))
    assert sorted(found.values()) == ["12 Mill Street", "Barrow Agency"]


def test_a_text_between_two_columns_belongs_to_neither() -> None:
    page = flat([*HEADER, *vehicles(1)], [*HEADED, ("2019", 62.0, 128.0), ("Ford", 180.0, 128.0)])
    found = read("129", page)
    assert "Vehicle_ManufacturersName_A" not in found
    assert found["MAKE"] == "Ford"


@pytest.mark.parametrize(
    "fonts", [("Arial 6", "Courier 9", "Arial-Bold 8.5"), ("Arial 6", "Arial 9", "Times-Bold 8.5")]
)
def test_a_blank_form_with_headings_says_nothing(fonts: tuple[str, str, str]) -> None:
    page = flat([*HEADER, *vehicles(2)], headings=[("VEHICLE DESCRIPTION", 22.0, 108.0)], fonts=fonts)
    told = read_layoutless(page, the_map("129"))
    assert (told.readings, told.words, told.marks) == ((), (), ())


def test_larger_text_in_the_form_s_own_face_is_typed_where_it_stands_under_captions() -> None:
    page = flat(HEADER, HEADED, headings=[("DRIVERS", 22.0, 108.0)], fonts=("Arial 6", "Arial 9", "Arial-Bold 8.5"))
    assert len(read("129", page)) == 3


def test_a_form_read_by_its_captions_is_partly_read_and_says_why() -> None:
    page = flat(HEADER, HEADED)
    made = ParsedDocument(sha256="0" * 64, media_type="application/pdf", status="read", pages=(page,))
    found = extract(made, kind="acord_129", pages=(1, 1), edition="2015/12")
    assert {one.field for one in found.fields} >= {"agency_name", "carrier_name"}
    assert [defect.reason for defect in found.defects] == ["new_edition", "no_layout"]
    assert standing(made, (1, 1), found.defects).status == "partial"


def test_a_licence_number_under_a_caption_alone_is_restricted() -> None:
    page = flat([*HEADER, ("SPOUSE LICENSE NUMBER", 22.0, 130.0)], [*HEADED, ("B2122468", 24.0, 138.0)])
    made = ParsedDocument(sha256="0" * 64, media_type="application/pdf", status="read", pages=(page,))
    found = extract(made, kind="acord_163", pages=(1, 1), edition="2013/01")
    one = next(candidate for candidate in found.fields if candidate.raw == "B2122468")
    assert one.restricted


STATES = [("DRIVER #", 22.0), ("FIRST NAME", 70.0), ("LAST NAME", 150.0), ("LICENSE NUMBER", 240.0), ("STATE", 340.0)]


def test_the_state_beside_a_licence_number_is_the_licence_s() -> None:
    printed = [word for word, _ in words([(text, x, 92.0) for text, x in STATES], PRINT, 6)]
    edges = [*(x for _, x in STATES), 380.0]
    boxes = [
        (f"Text{9 - row}{n}", "text", (edges[n], 100.0 + 14 * row, edges[n + 1] - 1, 113.0 + 14 * row))
        for row in range(3)
        for n in range(len(STATES))
    ]
    fields = the_map("163")
    by_caption, rows = names_by_caption(printed, boxes, fields, height=792.0)
    assert by_caption["Text84"] == "Driver_LicensedStateOrProvinceCode_B"
    assert rows["drivers"].counted == 3
    by_label = name_boxes(printed, boxes, fields)
    assert by_label.get("Text84") != "Driver_LicensedStateOrProvinceCode_B"
    assert together(by_label, by_caption, fields)["Text84"] == "Driver_LicensedStateOrProvinceCode_B"


def test_readings_are_doubted_the_more_the_less_names_them() -> None:
    page = flat([*HEADER, ("COLOUR OF ROOF", 22.0, 104.0)], [*HEADED, ("Red", 24.0, 112.0)])
    sure: dict[str, BoxReading] = {one.elabel: one for one in read_layoutless(page, the_map("129")).readings}
    assert sure["COLOUR OF ROOF"].confidence < sure["Producer_FullName_A"].confidence <= 0.8
