"""Boxes without a meaningful name, and flat pages in an unknown layout, are read by the labels printed beside them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from parsers.document import Box, Mark, Page, Word
from parsers.extract.labelled import boxes_by_label, name_boxes
from parsers.forms import FormMap, editions, form_map, read_form_map

Put = tuple[str, float, float]


def words(*lines: Put, size: float = 6) -> list[Word]:
    """Set each line of text at (left, top), half a letter high wide."""
    found: list[Word] = []
    for text, x, top in lines:
        for token in text.split():
            width = len(token) * size * 0.55
            found.append(Word(token, (x, top, x + width, top + size)))
            x += width + size * 0.3
    return found


def a_map(*rows: tuple[str, list[str], str, str, str], **more: object) -> FormMap:
    fields = [
        {"elabel": elabel, "letters": letters, "field": field, "type": kind, "label": label}
        for elabel, letters, field, kind, label in rows
    ]
    return read_form_map(
        {"form": "1", "kind": "acord_1", "title": "t", "editions": [], "field": fields} | more, "a map of the test"
    )


DRIVERS = a_map(
    ("Policy_PolicyNumberIdentifier", ["A"], "policy_number", "policy_number", "POLICY NUMBER"),
    ("Driver_ProducerIdentifier", list("ABCDE"), "drivers[].number", "code", "DRIVER #"),
    ("Driver_GivenName", list("ABCDE"), "drivers[].first_name", "text", "NAME"),
    ("Driver_Surname", list("ABCDE"), "drivers[].last_name", "text", "NAME"),
    ("Driver_BirthDate", list("ABCDE"), "drivers[].dob", "dob", "DATE OF BIRTH"),
    ("Driver_LicensedStateOrProvinceCode", list("ABCDE"), "drivers[].license_state", "state", "STATE LIC"),
)
HEADS = words(("DRIVER #", 20, 92), ("NAME", 90, 92), ("DATE OF", 215, 85), ("BIRTH", 218, 92), ("STATE LIC", 270, 92))
COLUMNS = ((20, 50), (50, 130), (130, 210), (210, 265), (265, 300))
STEMS = (
    "Driver_ProducerIdentifier",
    "Driver_GivenName",
    "Driver_Surname",
    "Driver_BirthDate",
    "Driver_LicensedStateOrProvinceCode",
)


def driver_boxes(numbers: Sequence[int], rows: int) -> list[tuple[str, str, Box]]:
    """Number the boxes of a table by ``numbers``, which need not rise."""
    places = [(x0, 100 + 14 * row, x1, 112 + 14 * row) for row in range(rows) for x0, x1 in COLUMNS]
    return [(f"Text{n}[0]", "text", place) for n, place in zip(numbers, places, strict=True)]


def test_a_table_with_unordered_numbers_is_named_by_its_heads_and_rows() -> None:
    numbers = [16, 3, 41, 8, 77, 2, 90, 15, 4, 23, 61, 12, 5, 34, 7]
    boxes = driver_boxes(numbers, rows=3)
    found = name_boxes(HEADS, boxes, DRIVERS)  # type: ignore[arg-type]
    wanted = [f"{stem}_{letter}" for letter in "ABC" for stem in STEMS]
    assert found == {f"Text{n}[0]": elabel for n, elabel in zip(numbers, wanted, strict=True)}


def test_rows_of_the_next_page_go_on_after_those_of_the_last() -> None:
    boxes = driver_boxes(range(10), rows=2)
    first = name_boxes(HEADS, boxes, DRIVERS)  # type: ignore[arg-type]
    second = name_boxes(HEADS, boxes, DRIVERS, taken=frozenset(first.values()))  # type: ignore[arg-type]
    assert {elabel[-1] for elabel in first.values()} == {"A", "B"}
    assert {elabel[-1] for elabel in second.values()} == {"C", "D"}


def test_a_column_that_lacks_a_box_does_not_move_its_letters() -> None:
    boxes = [entry for entry in driver_boxes(range(15), rows=3) if entry[0] != "Text8[0]"]
    found = name_boxes(HEADS, boxes, DRIVERS)  # type: ignore[arg-type]
    assert "Driver_BirthDate_B" not in found.values()
    assert found["Text3[0]"] == "Driver_BirthDate_A"
    assert found.get("Text13[0]") in {"Driver_BirthDate_C", None}


HEADER = a_map(
    ("Producer_FullName", ["A"], "agency_name", "text", "PRODUCER"),
    ("Producer_MailingAddress_LineOne", ["A"], "agency_mailing_line1", "address", "PRODUCER"),
    ("Producer_MailingAddress_CityName", ["A"], "agency_mailing_city", "text", "PRODUCER"),
    ("Producer_MailingAddress_StateOrProvinceCode", ["A"], "agency_mailing_state", "state", "PRODUCER"),
    ("Producer_MailingAddress_PostalCode", ["A"], "agency_mailing_zip", "zip", "PRODUCER"),
    ("Producer_FaxNumber", ["A"], "agency_fax", "phone", "FAX"),
    ("Producer_ContactPerson_EmailAddress", ["A"], "agency_email", "email", "E-MAIL ADDRESS"),
    ("AdditionalInterest_AccountNumberIdentifier", ["A"], "additional_interests[].loan_number", "text", "LOAN NUMBER"),
    ("AdditionalInterest_Interest_MortgageeIndicator", ["A"], "is_mortgagee", "tick", "MORTGAGEE"),
    ("AdditionalInterest_Interest_LossPayeeIndicator", ["A"], "is_loss_payee", "tick", "LOSS PAYEE"),
)


def test_labels_left_above_and_right_of_ticks_name_boxes() -> None:
    page = words(
        ("FAX (A/C, No):", 20, 153), ("E-MAIL", 20, 163), ("ADDRESS:", 20, 169), ("LOAN NUMBER", 310, 190),
        ("MORTGAGEE", 36, 222), ("LOSS PAYEE", 136, 222),
    )  # fmt: skip
    found = name_boxes(
        page,
        [
            ("F[0].P1[0].fax1[0]", "text", (75, 150, 200, 162)),
            ("F[0].P1[0].a7[0]", "text", (60, 162, 200, 174)),
            ("F[0].P1[0].Date2[0]", "text", (310, 198, 460, 210)),
            ("F[0].P1[0].c[3]", "check", (20, 219, 32, 231)),
            ("F[0].P1[0].c[1]", "check", (120, 219, 132, 231)),
            ("F[0].P1[0].odd[0]", "text", (400, 500, 500, 512)),
        ],
        HEADER,
    )
    assert found == {
        "F[0].P1[0].fax1[0]": "Producer_FaxNumber_A",
        "F[0].P1[0].a7[0]": "Producer_ContactPerson_EmailAddress_A",
        "F[0].P1[0].Date2[0]": "AdditionalInterest_AccountNumberIdentifier_A",
        "F[0].P1[0].c[3]": "AdditionalInterest_Interest_MortgageeIndicator_A",
        "F[0].P1[0].c[1]": "AdditionalInterest_Interest_LossPayeeIndicator_A",
    }


def test_the_lines_of_an_address_follow_the_name_in_the_order_of_the_form() -> None:
    block = [(20, 72, 300, 84), (20, 84, 300, 96), (20, 96, 200, 108), (200, 96, 220, 108), (220, 96, 300, 108)]
    boxes = [(f"t{n}", "text", box) for n, box in enumerate(block)]
    found = name_boxes(words(("PRODUCER", 20, 64)), boxes, HEADER)  # type: ignore[arg-type]
    assert [found[f"t{n}"].removeprefix("Producer_") for n in range(5)] == [
        "FullName_A",
        "MailingAddress_LineOne_A",
        "MailingAddress_CityName_A",
        "MailingAddress_StateOrProvinceCode_A",
        "MailingAddress_PostalCode_A",
    ]
    fewer = name_boxes(words(("PRODUCER", 20, 64)), boxes[:3], HEADER)  # type: ignore[arg-type]
    assert fewer == {"t0": "Producer_FullName_A"}


def test_a_text_box_takes_no_label_of_a_tick_and_a_sentence_has_no_labels() -> None:
    beside = name_boxes(words(("MORTGAGEE", 20, 102)), [("t", "text", (70, 99, 200, 111))], HEADER)
    sentence = name_boxes(words(("send by FAX", 20, 102)), [("t", "text", (70, 99, 200, 111))], HEADER)
    assert beside == sentence == {}


def test_a_misread_label_is_still_found() -> None:
    found = name_boxes(words(("LOAN NUNBER", 310, 190)), [("t", "text", (310, 198, 460, 210))], HEADER)
    assert found == {"t": "AdditionalInterest_AccountNumberIdentifier_A"}


def test_two_boxes_never_have_one_elabel() -> None:
    page = words(("FAX", 20, 102), ("FAX", 20, 132))
    found = name_boxes(page, [("a", "text", (50, 99, 200, 111)), ("b", "text", (50, 129, 200, 141))], HEADER)
    assert len(found) == len(set(found.values()))
    assert found == {}


@pytest.mark.parametrize(("form", "least"), [("25", 40), ("28", 38), ("125", 230), ("127", 300), ("140", 170)])
def test_boxes_of_real_layouts_are_seldom_named_wrong(form: str, least: int) -> None:
    fields = form_map(form)
    assert fields is not None
    right = wrong = 0
    taken: set[str] = set()
    for page in editions(form)[0].pages:
        boxes = [(str(n), box.kind, box.box) for n, box in enumerate(page.fields) if not box.hidden]
        found = name_boxes(_printed(page.labels), boxes, fields, taken=taken)
        taken.update(found.values())
        right += sum(page.fields[int(n)].name == elabel for n, elabel in found.items())
        wrong += sum(page.fields[int(n)].name != elabel for n, elabel in found.items())
    assert right >= least
    assert wrong <= 0.015 * right


def _printed(labels: Sequence[object]) -> list[Word]:
    found: list[Word] = []
    for label in labels:
        x0, top, x1, bottom = label.box  # type: ignore[attr-defined]
        text: str = label.text  # type: ignore[attr-defined]
        step, place = (x1 - x0) / len(text), 0
        for token in text.split(" "):
            if token:
                found.append(Word(token, (x0 + place * step, top, x0 + (place + len(token)) * step, bottom)))
            place += len(token) + 1
    return found


def flat(
    printed: Sequence[Put], filled: Sequence[Put] = (), *, fonts: bool = True, marks: tuple[Mark, ...] = ()
) -> Page:
    labels, typed = words(*printed), words(*filled)
    return Page(
        number=1,
        width=612,
        height=792,
        words=(*labels, *typed),
        fonts=("Arial 6", "Courier 9") if fonts else (),
        word_fonts=(*[0] * len(labels), *[1] * len(typed)) if fonts else (),
        marks=marks,
    )


def test_values_of_a_flat_page_stand_right_of_their_label_or_under_it() -> None:
    page = flat(
        [("FAX (A/C, No):", 20, 153), ("E-MAIL ADDRESS:", 310, 153), ("LOAN NUMBER", 310, 190), ("BELOW", 312, 210)],
        [("312-555-0143", 80, 153), ("desk@harbor.example", 380, 153), ("LN-20441", 312, 200)],
    )
    readings = {reading.elabel: reading for reading in boxes_by_label(page, HEADER)}
    assert {elabel: reading.text for elabel, reading in readings.items()} == {
        "Producer_FaxNumber_A": "312-555-0143",
        "Producer_ContactPerson_EmailAddress_A": "desk@harbor.example",
        "AdditionalInterest_AccountNumberIdentifier_A": "LN-20441",
    }
    assert all(0 < reading.confidence <= 0.8 for reading in readings.values())


def test_an_address_under_one_label_is_taken_apart() -> None:
    filled = [("Harbor Agency LLC", 20, 73), ("12 Main Street", 20, 83), ("Dayton, OH 45402", 20, 93)]
    page = flat([("PRODUCER", 20, 64.0)], filled)
    found = {reading.elabel: reading.text for reading in boxes_by_label(page, HEADER)}
    assert found == {
        "Producer_FullName_A": "Harbor Agency LLC",
        "Producer_MailingAddress_LineOne_A": "12 Main Street",
        "Producer_MailingAddress_CityName_A": "Dayton",
        "Producer_MailingAddress_StateOrProvinceCode_A": "OH",
        "Producer_MailingAddress_PostalCode_A": "45402",
    }


def test_a_mark_or_an_x_left_of_its_label_is_a_tick() -> None:
    cross = Mark(shape="cross", box=(22, 220, 30, 229))
    labels = [("MORTGAGEE", 36, 222.0), ("LOSS PAYEE", 136, 222.0)]
    page = flat(labels, [("X", 126, 222)], marks=(cross,))
    found = {(reading.elabel, reading.kind) for reading in boxes_by_label(page, HEADER)}
    assert found == {
        ("AdditionalInterest_Interest_MortgageeIndicator_A", "check"),
        ("AdditionalInterest_Interest_LossPayeeIndicator_A", "check"),
    }
    assert boxes_by_label(flat(labels), HEADER) == ()


def test_a_flat_table_gives_each_row_its_letter() -> None:
    schedule = a_map(
        ("Vehicle_ModelYear", list("ABCD"), "vehicles[].year", "year", "YEAR"),
        ("Vehicle_ManufacturersName", list("ABCD"), "vehicles[].make", "text", "MAKE"),
        ("Vehicle_VINIdentifier", list("ABCD"), "vehicles[].vin", "vin", "V.I.N."),
    )
    page = flat(
        [("YEAR", 22, 92), ("MAKE", 90, 92), ("V.I.N.", 220, 92)], [
        ("2019", 22, 104), ("Ford", 70, 104), ("1FTFW1E58MKA00101", 200, 104),
        ("2021", 22, 118), ("Kenworth", 70, 118),
        ("2023", 22, 132), ("Freightliner", 70, 132), ("3ALHCYDV0PDNT0103", 200, 132),
    ])  # fmt: skip
    found = {reading.elabel: reading.text for reading in boxes_by_label(page, schedule)}
    assert found == {
        "Vehicle_ModelYear_A": "2019",
        "Vehicle_ModelYear_B": "2021",
        "Vehicle_ModelYear_C": "2023",
        "Vehicle_ManufacturersName_A": "Ford",
        "Vehicle_ManufacturersName_B": "Kenworth",
        "Vehicle_ManufacturersName_C": "Freightliner",
        "Vehicle_VINIdentifier_A": "1FTFW1E58MKA00101",
        "Vehicle_VINIdentifier_C": "3ALHCYDV0PDNT0103",
    }


def test_without_fonts_only_values_that_their_type_proves_are_read() -> None:
    labels = [
        ("FAX", 20, 153.0),
        ("LOAN NUMBER", 310, 190.0),
        ("312-555-0143", 80, 153.0),
        ("MAY LIE BELOW", 312, 200.0),
    ]
    found = boxes_by_label(flat(labels, fonts=False), HEADER)
    assert [(reading.elabel, reading.text) for reading in found] == [("Producer_FaxNumber_A", "312-555-0143")]


@pytest.mark.parametrize("fonts", [True, False])
@pytest.mark.parametrize("form", ["24", "25", "28", "35", "37", "101", "125", "126", "127", "140"])
def test_a_blank_flat_page_of_a_real_layout_says_nothing(form: str, fonts: bool) -> None:
    fields = form_map(form)
    assert fields is not None
    for page in editions(form)[0].pages:
        printed = _printed(page.labels)
        blank = Page(
            number=page.number,
            width=page.width,
            height=page.height,
            words=tuple(printed),
            fonts=("Arial 6",) if fonts else (),
            word_fonts=(0,) * len(printed) if fonts else (),
        )
        assert boxes_by_label(blank, fields) == ()


def test_a_table_with_two_lines_a_row_is_left_alone() -> None:
    heads = [("DRIVER #", 20, 92.0), ("DATE OF BIRTH", 215, 92.0), ("STATE LIC", 290, 92.0)]
    filled = [
        (text, x, 104.0 + 20 * row + below)
        for row in range(3)
        for text, x, below in (("1", 22, 0), ("01/02/1980", 215, 0), ("OH", 295, 0), ("Dayton", 22, 10))
    ]
    assert boxes_by_label(flat(heads, filled), DRIVERS) == ()
    assert len(boxes_by_label(flat(heads, [line for line in filled if line[0] != "Dayton"]), DRIVERS)) == 9
