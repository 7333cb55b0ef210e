"""Form pages filled in roughly: widgets left on them, text drawn twice, boxes run over, no layout, many ticks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parsers.document import Mark, Page, Widget, Word
from parsers.extract import extract
from parsers.extract.sureness import ACCEPT
from tests.unit.test_parsers_extract_registered import AS_OF, BOX, PRINT, TYPED, Sheet, document, flat, widget

DATED, EXPLAINED = "CommercialPolicy_JudgementOrLien_OccurrenceDate_A", "CommercialPolicy_JudgementOrLienExplanation_A"


def test_text_that_runs_into_a_filled_neighbour_leaves_both_in_doubt() -> None:
    sheet = Sheet("125", 3)
    x0, top, x1, bottom = sheet.field(DATED).box
    level = (top + bottom) / 2
    # The text layer makes one word of what touches.
    sheet.words.append((Word("05/11/2026Heating", (x0 + 2, level - 4.5, x1 + 40, level + 4.5)), 1))
    for n, text in enumerate(("retail", "service")):
        sheet.words.append((Word(text, (x1 + 44 + 40 * n, level - 4.5, x1 + 80 + 40 * n, level + 4.5)), 1))
    found = extract(document(sheet.drawn()), kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF).fields
    assert found
    assert all(one.confidence < ACCEPT for one in found)
    said = " ".join(one.raw for one in found)
    assert all(text in said for text in ("05/11/2026", "Heating", "retail", "service"))


def test_a_value_that_is_overrun_by_the_one_before_it_is_not_accepted() -> None:
    sheet = Sheet("125", 3)
    x0, top, x1, bottom = sheet.field(DATED).box
    level = (top + bottom) / 2
    sheet.words.append((Word("05/11/2026-02/12/2026", (x0 + 2, level - 4.5, x1 + 25, level + 4.5)), 1))
    sheet.type(EXPLAINED, "Not paid yet", right=60)
    found = extract(document(sheet.drawn()), kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF).fields
    values = {one.elabel: one for one in found}
    assert values[EXPLAINED].value is None or values[EXPLAINED].confidence < ACCEPT
    assert values[DATED].confidence < ACCEPT


def test_a_word_between_two_boxes_leaves_the_one_it_reaches_into_in_doubt() -> None:
    sheet = Sheet("125", 3)
    left, right = sheet.field(DATED).box, sheet.field(EXPLAINED).box
    level, middle = (left[1] + left[3]) / 2, (left[2] + right[0]) / 2
    reach = (right[0] - left[2]) / 2 + 25
    sheet.words.append((Word("05/11/2026Heating", (middle - reach, level - 4.5, middle + reach, level + 4.5)), 1))
    sheet.type(EXPLAINED, "retail service", right=30)
    found = extract(document(sheet.drawn()), kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF).fields
    assert found
    assert all(one.confidence < ACCEPT for one in found)


def test_a_value_that_fills_its_box_leaves_its_neighbour_alone() -> None:
    sheet = Sheet("125", 3)
    sheet.type(DATED, "05/11/2026")
    sheet.type(EXPLAINED, "Not paid yet")
    found = extract(document(sheet.drawn()), kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF).fields
    assert {one.elabel: one.confidence >= ACCEPT for one in found} == {DATED: True, EXPLAINED: True}


def test_squares_along_the_edges_of_boxes_tick_nothing() -> None:
    sheet = Sheet()
    boxes = [field.box for field in sheet.page.fields if field.kind == "check"]
    for box in boxes[: int(0.7 * len(boxes))]:
        sheet.marks.append(Mark(shape="fill", box=box))
    assert flat(sheet)[0] == {}


@pytest.mark.parametrize("shape", ["cross", "stroke", "fill"])
@pytest.mark.parametrize(("form", "number", "edition"), [("125", 3, "2016/03"), ("125", 1, "2016/03")])
def test_ticking_nearly_all_boxes_of_a_page_ticks_them(shape: str, form: str, number: int, edition: str) -> None:
    sheet = Sheet(form, number)
    boxes = [field.name for field in sheet.page.fields if field.kind == "check"]
    for name in boxes[:-1]:
        sheet.mark(name, shape)
    assert sorted(flat(sheet, edition)[0]) == sorted(boxes[:-1])
    if shape != "fill":
        sheet.mark(boxes[-1], shape)
        assert len(flat(sheet, edition)[0]) == len(boxes)


def test_blank_widgets_left_on_a_flattened_page_hide_nothing_that_is_printed_on_it() -> None:
    sheet = Sheet()
    sheet.type("NamedInsured_FullName_A", "Blue Heron Bakery")
    sheet.type("Policy_EffectiveDate_A", "01/15/2027")
    sheet.mark("Policy_LineOfBusiness_CrimeIndicator_A")
    left = (widget(sheet, "Producer_FullName_A", ""), widget(sheet, "NamedInsured_TaxIdentifier_A", "84-2190557"))
    made = document(sheet.drawn(), widgets=left)
    found = extract(made, kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF)
    assert {(one.elabel, one.method): one.value for one in found.fields} == {
        ("NamedInsured_TaxIdentifier_A", "widget"): "842190557",
        ("NamedInsured_FullName_A", "layout"): "Blue Heron Bakery",
        ("Policy_EffectiveDate_A", "layout"): "2027-01-15",
        ("Policy_LineOfBusiness_CrimeIndicator_A", "layout"): True,
    }
    assert found.defects == ()


def test_blank_widgets_left_on_a_blank_page_say_nothing() -> None:
    sheet = Sheet()
    made = document(sheet.drawn(), widgets=(widget(sheet, "Producer_FullName_A", ""),))
    found = extract(made, kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF)
    assert (found.fields, found.defects) == ((), ())


def test_a_filled_widget_left_on_a_flattened_page_wins_in_its_own_box_only() -> None:
    sheet = Sheet()
    sheet.type("NamedInsured_FullName_A", "Blue Heron Bakery")
    sheet.type("Policy_EffectiveDate_A", "02/01/2027")
    made = document(sheet.drawn(), widgets=(widget(sheet, "Policy_EffectiveDate_A", "01/15/2027"),))
    found = {one.elabel: one for one in extract(made, kind="acord_125", pages=(1, 1), edition="2016/03").fields}
    assert found["NamedInsured_FullName_A"].value == "Blue Heron Bakery"
    date_found = found["Policy_EffectiveDate_A"]
    assert date_found.value == "2027-01-15"
    assert date_found.defect is not None and date_found.defect.reason == "value_differs"


@pytest.mark.parametrize("offset", [0.0, 0.25, 0.6])
@pytest.mark.parametrize("widgets", [False, True])
def test_text_drawn_twice_is_read_once(offset: float, widgets: bool) -> None:
    sheet = Sheet()
    for right in (2.0, 2.0 + offset):
        sheet.type("NamedInsured_FullName_A", "Northfork Millwork Inc.", right=right)
        sheet.type("Policy_EffectiveDate_A", "01/15/2027", right=right)
    left = (widget(sheet, "Producer_FullName_A", ""),) if widgets else ()
    made = document(sheet.drawn(), widgets=left)
    found = extract(made, kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF)
    assert {one.elabel: one.raw for one in found.fields} == {
        "NamedInsured_FullName_A": "Northfork Millwork Inc.",
        "Policy_EffectiveDate_A": "01/15/2027",
    }


def test_a_word_said_twice_in_a_row_is_kept_twice() -> None:
    sheet = Sheet()
    sheet.type("NamedInsured_FullName_A", "Walla Walla Bakery")
    (found,) = flat(sheet)[0].values()
    assert found.raw == "Walla Walla Bakery"


def test_different_texts_over_each_other_in_one_box_are_never_accepted() -> None:
    sheet = Sheet()
    sheet.type("NamedInsured_FullName_A", "Northfork Millwork Inc.")
    sheet.type("NamedInsured_FullName_A", "Southbank Joinery LLC", right=2.4)
    sheet.type("Producer_FullName_A", "Larkspur Agency")
    found = extract(document(sheet.drawn()), kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF).fields
    values = {one.elabel: one for one in found}
    doubtful = values["NamedInsured_FullName_A"]
    assert doubtful.defect is not None and doubtful.defect.reason == "value_differs"
    assert doubtful.confidence < ACCEPT
    assert values["Producer_FullName_A"].defect is None
    assert values["Producer_FullName_A"].confidence >= ACCEPT


@pytest.mark.parametrize("how", ["unseen", "struck"])
def test_a_value_that_is_not_seen_or_struck_through_is_shown_in_doubt(how: str) -> None:
    sheet = Sheet()
    sheet.type("Producer_FullName_A", "Larkspur Agency")
    before = len(sheet.words)
    sheet.type("NamedInsured_FullName_A", "Northfork Millwork Inc.")
    page = replace(sheet.drawn(), **{how: tuple(range(before, len(sheet.words)))})
    found = extract(document(page), kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF).fields
    values = {one.elabel: one for one in found}
    doubtful = values["NamedInsured_FullName_A"]
    assert doubtful.value == "Northfork Millwork Inc."
    assert doubtful.defect is not None and doubtful.defect.reason == "value_differs"
    assert doubtful.confidence < ACCEPT
    assert values["Producer_FullName_A"].confidence >= ACCEPT


def test_text_nobody_sees_beside_text_everybody_sees_says_nothing() -> None:
    sheet = Sheet()
    sheet.type("NamedInsured_FullName_A", "Northfork Millwork Inc.")
    before = len(sheet.words)
    sheet.type("NamedInsured_FullName_A", "Southbank", right=150)
    sheet.stamp("unseen remark", 300, 770)
    page = replace(sheet.drawn(), unseen=tuple(range(before, len(sheet.words))))
    found = extract(document(page), kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF)
    assert [(one.value, one.defect) for one in found.fields] == [("Northfork Millwork Inc.", None)]
    assert found.defects == ()


def test_texts_of_two_boxes_that_touch_are_two_values() -> None:
    sheet = Sheet("125", 3)
    left, right = sheet.field(DATED).box, sheet.field(EXPLAINED).box
    level, start = (left[1] + left[3]) / 2, right[0] + 2
    joined = Word("05/11/2026Heating", (left[0] + 2, level - 4.5, start + 37, level + 4.5))
    sheet.words.append((joined, 1))
    sheet.words.append((Word("service", (start + 41, level - 4.5, start + 75, level + 4.5)), 1))
    page = replace(sheet.drawn(), seams=((len(sheet.words) - 2, 10, start),))
    found = extract(document(page), kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF).fields
    assert {one.elabel: one.value for one in found} == {DATED: "2026-05-11", EXPLAINED: "Heating service"}


def test_a_word_of_one_box_drawn_in_pieces_is_one_word() -> None:
    sheet = Sheet()
    sheet.type("NamedInsured_FullName_A", "Northfork")
    x0 = sheet.words[-1][0].box[0]
    page = replace(sheet.drawn(), seams=((len(sheet.words) - 1, 5, x0 + 20),))
    found = extract(document(page), kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF).fields
    assert [one.value for one in found] == ["Northfork"]


def unlaid_page(values: bool, *, fonts: bool = True) -> Page:
    """A page of a form of which no layout is known: its foot, labels, and what was typed on it."""
    words = [(Word(text, (22 + 40 * n, 30, 55 + 40 * n, 37)), 0) for n, text in enumerate(["AGENCY", "CARRIER"])]
    words += [(Word(text, (22 + 40 * n, 750, 55 + 40 * n, 757)), 0) for n, text in enumerate(["Page", "1", "of", "1"])]
    if values:
        texts = ["Blue", "Heron", "Bakery", "12", "Mill", "Street", "Mesa"]
        words += [(Word(text, (22 + 40 * n, 400, 55 + 40 * n, 409)), 1) for n, text in enumerate(texts)]
    return Page(
        number=1,
        width=612,
        height=792,
        words=tuple(word for word, _ in words),
        fonts=(PRINT, TYPED),
        word_fonts=tuple(font for _, font in words) if fonts else (),
        marks=(Mark(shape="cross", box=(30, 500, 38, 508)),) if values else (),
    )


@pytest.mark.parametrize("left", [False, True])
def test_what_is_not_read_of_a_form_without_a_layout_is_said_to_be_there(left: bool) -> None:
    empty = Widget(name="Producer_FullName_A", kind="text", page=1, box=BOX, value="")
    made = document(unlaid_page(True), widgets=(empty,) if left else ())
    found = extract(made, kind="acord_186", pages=(1, 1), edition="2011/10", as_of=AS_OF)
    assert [defect.reason for defect in found.defects] == ["new_edition", "unexplained_ink", "no_layout"]
    assert (found.defects[1].detail, found.defects[1].page) == ("7 words and 1 mark", 1)


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("fonts", [False, True])
def test_a_blank_form_without_a_layout_says_nothing(left: bool, fonts: bool) -> None:
    empty = Widget(name="Producer_FullName_A", kind="text", page=1, box=BOX, value="")
    made = document(unlaid_page(False, fonts=fonts), widgets=(empty,) if left else ())
    found = extract(made, kind="acord_186", pages=(1, 1), edition="2011/10", as_of=AS_OF)
    assert (found.fields, found.defects) == ((), ())


def test_widgets_with_names_of_another_layout_do_not_make_print_a_value() -> None:
    sheet = Sheet()
    sheet.type("NamedInsured_FullName_A", "legal entity as registered", font=1)
    empty = Widget(name="ACORD_CarrierName", kind="text", page=1, box=BOX, value="")
    found = extract(document(sheet.drawn(), widgets=(empty,)), kind="acord_125", pages=(1, 1), edition="2016/03")
    assert found.fields == ()


def test_a_form_of_an_unknown_edition_is_flagged_and_the_names_of_its_boxes_are_believed() -> None:
    sheet = Sheet()
    filled = (widget(sheet, "Producer_FullName_A", "Larkspur Agency"), widget(sheet, "NamedInsured_FullName_A", "Blue"))
    made = document(sheet.drawn(), widgets=filled)
    found = extract(made, kind="acord_125", pages=(1, 1), edition="2027/01", as_of=AS_OF)
    assert [defect.reason for defect in found.defects] == ["new_edition"]
    assert all(one.confidence >= ACCEPT for one in found.fields)
    known = extract(made, kind="acord_125", pages=(1, 1), edition="2016/03", as_of=AS_OF)
    assert (known.fields, known.defects) == (found.fields, ())


def test_boxes_named_by_their_place_on_an_unknown_edition_are_never_accepted() -> None:
    sheet = Sheet()
    fields = ("Producer_FullName_A", "NamedInsured_FullName_A", "Policy_EffectiveDate_A")
    boxes = tuple(
        Widget(name=f"Text{n}", kind="text", page=1, box=sheet.field(name).box, value="01/15/2027")
        for n, name in enumerate(fields)
    )
    found = extract(document(sheet.drawn(), widgets=boxes), kind="acord_125", pages=(1, 1), edition="2027/01").fields
    assert {one.elabel for one in found} == set(fields)
    assert all(one.confidence < ACCEPT for one in found)


@pytest.mark.parametrize(
    ("typed", "font", "doubted"),
    [("Southbank", 1, True), ("Northfork", 1, False), ("LEGAL NAME", 0, False)],
)
def test_text_typed_over_a_filled_box_of_a_form_without_a_layout_is_told(typed: str, font: int, doubted: bool) -> None:
    page = unlaid_page(False)
    words = [(Word(text, (BOX[0] + 3, BOX[1] + 2, BOX[0] + 60, BOX[3] - 2)), font) for text in (typed,)]
    page = replace(
        page,
        words=(*page.words, *(word for word, _ in words)),
        word_fonts=(*page.word_fonts, *(face for _, face in words)),
    )
    filled = Widget(name="NamedInsured_FullName_A", kind="text", page=1, box=BOX, value="Northfork Millwork")
    found = extract(document(page, widgets=(filled,)), kind="acord_186", pages=(1, 1), edition="2011/10").fields
    (one,) = (each for each in found if each.method == "widget")
    assert one.value == "Northfork Millwork"
    assert (one.defect is not None and one.defect.reason == "value_differs") is doubted
    assert (one.confidence < ACCEPT) is doubted


def named(*values: str) -> tuple[Widget, ...]:
    """Widgets with the form's own names beside each other, empty but for those with a value."""
    names = ("Producer_FullName_A", "NamedInsured_FullName_A", "Policy_PolicyNumberIdentifier_A")
    return tuple(
        Widget(name=name, kind="text", page=1, box=(100.0, 100.0 + 20 * n, 300.0, 112.0 + 20 * n), value=value)
        for n, (name, value) in enumerate(zip(names, values, strict=True))
    )


def typed_at(tops: dict[float, str], font: int = 1) -> Page:
    page = unlaid_page(False)
    words = [Word(text, (103.0, top + 2, 103.0 + 6 * len(text), top + 10)) for top, text in tops.items()]
    return replace(page, words=(*page.words, *words), word_fonts=(*page.word_fonts, *(font for _ in words)))


def test_what_is_typed_over_a_form_without_a_layout_is_read_by_its_widgets_places() -> None:
    page = typed_at({120.0: "Northfork", 140.0: "GL-2231"})
    found = extract(document(page, widgets=named("Agency One", "", "")), kind="acord_186", pages=(1, 1), as_of=AS_OF)
    values = {one.elabel: one for one in found.fields}
    assert {name: one.value for name, one in values.items()} == {
        "Producer_FullName_A": "Agency One",
        "NamedInsured_FullName_A": "Northfork",
        "Policy_PolicyNumberIdentifier_A": "GL-2231",
    }
    assert all(one.confidence < ACCEPT for one in found.fields)
    assert [defect.reason for defect in found.defects] == ["new_edition", "no_layout"]


def test_print_in_the_widgets_of_a_form_without_a_layout_is_no_value() -> None:
    # Set in the font of the labels, and not where typing in a box begins.
    page = typed_at({}, font=0)
    label = Word("LEGAL", (150.0, 121.0, 180.0, 126.0))
    page = replace(page, words=(*page.words, label), word_fonts=(*page.word_fonts, 0))
    found = extract(document(page, widgets=named("Agency One", "", "")), kind="acord_186", pages=(1, 1), as_of=AS_OF)
    assert [one.elabel for one in found.fields] == ["Producer_FullName_A"]
    assert found.fields[0].confidence >= ACCEPT
