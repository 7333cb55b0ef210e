"""Registration: pages laid over known forms by their labels, printed askew, misread, or of an edition never seen."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from parsers.document import Box, Word
from parsers.forms.anchors import PageText, differing, key
from parsers.forms.geometry import Edition, FormPage, PlacedLabel, editions, known
from parsers.forms.registration import identify, register, variants

Move = Callable[[float, float], tuple[float, float]]
WIDTH, HEIGHT = 612.0, 792.0


def layout(form: str) -> Edition:
    return next(one for one in editions(form) if one.variant is None)


def page_of(form: str, number: int) -> FormPage:
    return layout(form).pages[number - 1]


def words_of(label: PlacedLabel) -> Iterator[Word]:
    """Cut a label into words whose widths share its box by their letters."""
    x0, top, x1, bottom = label.box
    each = (x1 - x0) / max(len(label.text), 1)
    place = 0
    for text in label.text.split():
        start = label.text.index(text, place)
        place = start + len(text)
        yield Word(text, (x0 + start * each, top, x0 + place * each, bottom))


def printed(page: FormPage, move: Move = lambda x, y: (x, y)) -> list[Word]:
    """Return the words of a page's labels, every corner moved."""
    found = []
    for label in page.labels:
        for word in words_of(label):
            x0, top = move(word.box[0], word.box[1])
            x1, bottom = move(word.box[2], word.box[3])
            found.append(Word(word.text, (x0, top, x1, bottom)))
    return found


def turned(scale: float, degrees: float, right: float, down: float) -> Move:
    cos, sin = math.cos(math.radians(degrees)) * scale, math.sin(math.radians(degrees)) * scale
    return lambda x, y: (cos * x - sin * y + right, sin * x + cos * y + down)


def middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


FORM_PAGES = [(form, page.number) for form in sorted({name[0] for name in known()}) for page in layout(form).pages]


@pytest.mark.parametrize(("form", "number"), FORM_PAGES)
def test_every_known_page_is_laid_over_itself_exactly(form: str, number: int) -> None:
    page = page_of(form, number)
    if len(page.labels) < 4:
        pytest.skip("too few labels to lay a page by")
    found = register(printed(page), WIDTH, HEIGHT, form)
    assert found is not None
    assert (found.registration.form_page, found.exact) == (number, True)
    assert found.registration.residual < 1.0
    shown = [field for field in page.fields if not field.hidden]
    assert [box.elabel for box in found.boxes] == [field.name for field in shown]
    for box, field in zip(found.boxes, shown, strict=True):
        assert box.box == pytest.approx(field.box, abs=2.0)
        assert box.sure == 1.0


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "move",
    [turned(0.94, 0, 18, 22), turned(1.0, 1.2, 5, -4), turned(4.17, 0.3, 40, 12), turned(0.97, 0, -12, 30)],
    ids=["fit to page", "askew", "in pixels", "shifted"],
)
def test_a_page_is_found_wherever_the_printer_put_it(number: int, move: Move) -> None:
    page = page_of("125", number)
    found = register(printed(page, move), WIDTH, HEIGHT, "125")
    assert found is not None and found.exact
    for box, field in zip(found.boxes, [field for field in page.fields if not field.hidden], strict=True):
        want = move(*middle(field.box))
        scale = math.hypot(move(1, 0)[0] - move(0, 0)[0], move(1, 0)[1] - move(0, 0)[1])
        assert middle(box.box) == pytest.approx(want, abs=1.5 * scale)


@pytest.mark.parametrize(("form", "number"), FORM_PAGES)
def test_a_page_is_identified_among_all_forms(form: str, number: int) -> None:
    page = page_of(form, number)
    if len(page.labels) < 15:
        pytest.skip("pages of signatures look alike; their foot tells them apart")
    found = identify(printed(page), WIDTH, HEIGHT)
    assert found is not None
    assert (found.registration.form, found.registration.form_page) == (form, number)


@pytest.mark.parametrize(("form", "number"), [("127", 4), ("140", 3), ("160", 6)])
def test_pages_that_look_alike_are_told_by_the_number_printed_on_them(form: str, number: int) -> None:
    foot = [Word("ACORD", (22, 748, 50, 757)), Word(form, (53, 748, 66, 757)), Word("(2016/03)", (70, 748, 110, 757))]
    found = identify([*printed(page_of(form, number)), *foot], WIDTH, HEIGHT)
    assert found is not None
    assert found.registration.form == form


def test_other_papers_are_no_form() -> None:
    prose = ["We", "thank", "you", "for", "the", "chance", "to", "quote", "this", "account", "and", "your", "terms"]
    words = [
        Word(text, (70 + 30 * n, 90 + 14 * line, 96 + 30 * n, 101 + 14 * line))
        for line in range(40)
        for n, text in enumerate(prose)
    ]
    assert identify(words, WIDTH, HEIGHT) is None
    assert register(words, WIDTH, HEIGHT, "125") is None
    assert identify([], WIDTH, HEIGHT) is None


def misread(words: list[Word], rng: random.Random, share: float) -> list[Word]:
    """Read words as an optical reader does: signs mistaken, boxes a little off, some words not seen at all."""
    wrong = {"O": "0", "I": "l", "S": "5", "B": "8", "E": "F", "C": "G", "A": "4", "M": "N", "R": "K"}
    found = []
    for word in words:
        if rng.random() < share / 3:
            continue
        text = "".join(wrong.get(sign, sign) if rng.random() < share else sign for sign in word.text)
        x0, top, x1, bottom = word.box
        shake = [rng.uniform(-0.6, 0.6) for _ in range(4)]
        found.append(Word(text, (x0 + shake[0], top + shake[1], x1 + shake[2], bottom + shake[3])))
    return found


@pytest.mark.parametrize("share", [0.05, 0.15, 0.25])
@pytest.mark.parametrize(("form", "number"), [("125", 1), ("126", 1), ("127", 3), ("130", 1), ("140", 2)])
def test_a_misread_page_is_laid_as_well(form: str, number: int, share: float) -> None:
    page = page_of(form, number)
    words = misread(printed(page), random.Random(f"{form}/{share}"), share)
    found = identify(words, WIDTH, HEIGHT)
    assert found is not None
    assert (found.registration.form, found.registration.form_page) == (form, number)
    fields = {field.name: field.box for field in page.fields}
    near = [math.dist(middle(box.box), middle(fields[box.elabel])) < 2.5 for box in found.boxes]
    assert sum(near) >= 0.97 * len(near)


def test_words_glued_together_are_still_a_label() -> None:
    text = PageText([Word("PROPOSEDEFFECTIVE", (20, 10, 70, 16)), Word("DATE", (72, 10, 90, 16))])
    assert text.hits(key("PROPOSED EFFECTIVE DATE"))[0].words == (0, 1)
    assert text.hits(key("EFFECTIVE DATE"))[0].x0 > 40
    assert text.hits("DATES") == ()
    assert text.hits("") == ()


def test_signs_that_differ_are_counted() -> None:
    assert differing("CARRIER", "CARRIER") == 0
    assert differing("CARR1ER", "CARRIER") == 1
    assert differing("ARRIER", "CARRIERS") == 2


def with_values(page: FormPage, words: list[Word]) -> list[Word]:
    """Type something into every other box."""
    typed = [
        Word("4120", (field.box[0] + 2, field.box[1] + 2, field.box[0] + 20, field.box[3] - 2))
        for field in page.fields[::2]
        if field.kind == "text" and not field.hidden
    ]
    return [*words, *typed]


def test_values_do_not_disturb_the_fit() -> None:
    page = page_of("130", 1)
    words = with_values(page, printed(page))
    found = register(words, WIDTH, HEIGHT, "130")
    assert found is not None and found.exact
    assert not any(words[index].text == "4120" for index in found.labels)


def moved_blocks(page: FormPage, cut: float, by: float) -> FormPage:
    """Return the page with everything below a height moved down."""

    def down(box: Box) -> Box:
        shift = by if box[1] >= cut else 0.0
        return box[0], box[1] + shift, box[2], box[3] + shift

    return replace(
        page,
        fields=tuple(replace(field, box=down(field.box)) for field in page.fields),
        labels=tuple(replace(label, box=down(label.box)) for label in page.labels),
    )


def narrowed(page: FormPage) -> FormPage:
    """Return the page with its left half narrower and its right half wider."""

    def x(at: float) -> float:
        return at * 0.93 if at < 306 else 284.6 + (at - 306) * 1.07

    return replace(
        page,
        fields=tuple(
            replace(field, box=(x(field.box[0]), field.box[1], x(field.box[2]), field.box[3])) for field in page.fields
        ),
        labels=tuple(
            replace(
                label, box=(x(label.box[0]), label.box[1], x(label.box[0]) + label.box[2] - label.box[0], label.box[3])
            )
            for label in page.labels
        ),
    )


def without_labels(page: FormPage, every: int) -> FormPage:
    return replace(page, labels=tuple(label for n, label in enumerate(page.labels) if n % every))


def agreeing(page: FormPage, words: list[Word], form: str) -> tuple[float, list[float], bool]:
    """Return the share of boxes found within half a row, how sure those are, and whether the layout passed as known."""
    found = register(words, WIDTH, HEIGHT, form, edition="2025/03")
    assert found is not None
    placed = {box.elabel: box for box in found.boxes}
    shown = [field for field in page.fields if not field.hidden]
    near = [
        field.name in placed and math.dist(middle(placed[field.name].box), middle(field.box)) < 6 for field in shown
    ]
    return sum(near) / len(near), [box.sure for box in found.boxes], found.exact


@pytest.mark.parametrize(
    ("form", "number", "cut"), [("125", 1, 305.0), ("125", 2, 350.0), ("126", 1, 300.0), ("130", 1, 400.0)]
)
def test_boxes_follow_a_block_that_moved(form: str, number: int, cut: float) -> None:
    page = moved_blocks(page_of(form, number), cut, 27.0)
    share, sure, exact = agreeing(page, printed(page), form)
    assert not exact
    assert share >= 0.97
    assert max(sure) < 1.0


@pytest.mark.parametrize(("form", "number"), [("125", 1), ("126", 1), ("140", 1), ("130", 1)])
def test_boxes_follow_columns_that_changed_and_labels_that_went(form: str, number: int) -> None:
    page = without_labels(narrowed(page_of(form, number)), 6)
    share, _, exact = agreeing(page, printed(page), form)
    assert not exact
    assert share >= 0.93


def test_a_block_from_another_page_of_the_form_is_read_where_it_stands_now() -> None:
    first, second = page_of("125", 1), page_of("125", 2)
    low = 395.0
    stays = [label for label in second.labels if label.box[1] < low]
    comes = [label for label in first.labels if label.box[1] > 490]
    shift = low + 20 - 490
    moved = [replace(one, box=(one.box[0], one.box[1] + shift, one.box[2], one.box[3] + shift)) for one in comes]
    words = [word for label in [*stays, *moved] for word in words_of(label)]
    found = register(words, WIDTH, HEIGHT, "125")
    assert found is not None and not found.exact
    placed = {box.elabel: box.box for box in found.boxes}
    fein = next(field.box for field in first.fields if field.name == "NamedInsured_TaxIdentifier_A")
    assert middle(placed["NamedInsured_TaxIdentifier_A"])[1] == pytest.approx(middle(fein)[1] + shift, abs=3)


def test_a_page_goes_on_where_the_one_before_broke_off() -> None:
    page = page_of("127", 3)
    half = next(label.box[1] for label in page.labels if label.box[1] > 395) - 1
    upper = [label for label in page.labels if label.box[1] < half]
    lower = [replace(one, box=(one.box[0], one.box[1] - half + 40, one.box[2], one.box[3] - half + 40))
             for one in page.labels if one.box[1] >= half]  # fmt: skip
    before = register([word for label in upper for word in words_of(label)], WIDTH, HEIGHT, "127", edition="2031/01")
    assert before is not None
    words = [word for label in lower for word in words_of(label)]
    after = register(words, WIDTH, HEIGHT, "127", edition="2031/01", after=before)
    assert after is not None
    names = {box.elabel for box in after.boxes}
    assert "Vehicle_VINIdentifier_D" in names
    assert "Vehicle_VINIdentifier_A" not in names


def test_what_a_page_leaves_of_its_form_page_is_named_label_by_label_and_box_by_box() -> None:
    page = page_of("126", 2)
    upper = [word for label in page.labels if label.box[1] < 300 for word in words_of(label)]
    found = register(upper, WIDTH, HEIGHT, "126", edition="2031/01", page=2)
    assert found is not None
    assert found.left is not None
    assert {label.text for label in found.left.labels} >= {"ANNUAL GROSS SALES", "INTENDED USE"}
    names = {field.name for field in found.left.fields}
    assert "ProductAndCompletedOperations_ProductName_B" in names
    assert "Contractor_WorkSubcontractedPercent_A" not in names


def test_a_heading_that_went_another_way_than_all_around_it_is_believed() -> None:
    page = page_of("126", 1)
    heading = next(label for label in page.labels if label.text.startswith("CLAIMS MADE ("))
    rest = [label for label in page.labels if label.box[1] < 330 and label is not heading]
    moved_heading = [replace_box(word, -190.0) for word in words_of(heading)]
    words = [*(word for label in rest for word in words_of(label)), *moved_heading]
    found = register(words, WIDTH, HEIGHT, "126", edition="2031/01", page=1)
    assert found is not None
    assert set(range(len(words) - len(moved_heading), len(words))) <= found.labels
    box = next(one.box for one in found.boxes if one.elabel == "GeneralLiability_ClaimsMade_ProposedRetroactiveDate_A")
    known_box = next(
        one.box for one in page.fields if one.name == "GeneralLiability_ClaimsMade_ProposedRetroactiveDate_A"
    )
    assert abs(box[1] - known_box[1] + 190) < 4


def test_of_blocks_under_each_other_a_page_that_breaks_off_has_the_first() -> None:
    page = page_of("126", 1)
    tops = sorted(label.box[1] for label in page.labels if label.text == "CLASSIFICATION DESCRIPTION")
    assert len(tops) == 3
    # The block stands where the second one does on the known layout, and nothing is below it.
    pitch = tops[1] - tops[0]
    words = [
        replace_box(word, pitch if label.box[1] > 345 else 0.0)
        for label in page.labels
        if label.box[1] <= tops[0] + 1
        for word in words_of(label)
    ]
    found = register(words, WIDTH, HEIGHT, "126", edition="2031/01", page=1)
    assert found is not None
    box = next(one.box for one in found.boxes if one.elabel == "GeneralLiability_Hazard_Classification_A")
    known_box = next(field.box for field in page.fields if field.name == "GeneralLiability_Hazard_Classification_A")
    assert abs(box[1] - known_box[1] - pitch) < 4


def replace_box(word: Word, down: float) -> Word:
    x0, top, x1, bottom = word.box
    return Word(word.text, (x0, top + down, x1, bottom + down))


def test_a_page_with_few_labels_of_a_form_is_not_said_to_be_of_it() -> None:
    page = page_of("127", 1)
    rows = sorted(page.labels, key=lambda label: label.box[1])
    few = [replace(label, box=(label.box[0], 2.1 * label.box[1] - 60, label.box[2], 2.1 * label.box[1] - 54))
           for label in rows[: len(rows) // 3]]  # fmt: skip
    words = [word for label in few for word in words_of(label)]
    assert identify(words, WIDTH, HEIGHT, ["127"]) is None


def test_a_label_that_begins_a_text_goes_before_one_inside_of_another() -> None:
    words = [
        Word("SIGNATURE", (22, 300, 70, 308)),
        Word("APPLICANT'S", (22, 400, 60, 406)),
        Word("SIGNATURE", (62, 400, 100, 406)),
    ]
    text = PageText(words)
    assert len(text.hits("SIGNATURE")) == 2
    only = text.only("SIGNATURE")
    assert only is not None
    assert only.words == (0,)
    assert PageText([*words, Word("SIGNATURE", (300, 500, 350, 508))]).only("SIGNATURE") is None


def test_an_agency_systems_own_boxes_are_laid_on_request() -> None:
    page = page_of("125", 1)
    assert variants("125", "2016/03") == ("ams",)
    found = register(printed(page), WIDTH, HEIGHT, "125", variant="ams")
    assert found is not None
    assert any(box.elabel == "ACORD_AgencyName" and box.multiline for box in found.boxes)


def test_the_same_words_give_the_same_placement() -> None:
    words = printed(moved_blocks(page_of("125", 1), 305.0, 27.0))
    assert register(words, WIDTH, HEIGHT, "125") == register(words, WIDTH, HEIGHT, "125")


@pytest.mark.parametrize(("across", "down"), [(0.97, 0.93), (0.93, 0.97), (0.90, 0.90), (0.92, 0.99)])
def test_a_page_shrunk_more_one_way_than_the_other_is_of_the_known_layout(across: float, down: float) -> None:
    page = page_of("125", 1)
    found = register(printed(page, lambda x, y: (across * x + 9, down * y + 14)), WIDTH, HEIGHT, "125")
    assert found is not None
    assert found.exact
    places = {box.elabel: box.box for box in found.boxes}
    for field in page.fields:
        if not field.hidden:
            x0, top, x1, bottom = field.box
            wanted = (across * x0 + 9, down * top + 14, across * x1 + 9, down * bottom + 14)
            assert places[field.name] == pytest.approx(wanted, abs=2.0)


def test_a_label_said_shorter_is_found_before_its_line() -> None:
    page = page_of("131", 1)
    said = {"DESCRIPTION:": "DESC:", "LOCATION:": "LOC:"}
    renamed = [replace(label, text=said.get(label.text, label.text)) for label in page.labels]
    assert [label.text for label in renamed] != [label.text for label in page.labels]
    # Rows come nearer the farther down they are, so that no known edition fits.
    words = printed(replace(page, labels=tuple(renamed)), lambda x, y: (x, y if y < 250 else 250 + 0.9 * (y - 250)))
    found = register(words, WIDTH, HEIGHT, "131", edition="2031/01")
    assert found is not None
    assert not found.exact
    read = {words[index].text for index in found.labels}
    assert {"DESC:", "LOC:"} & read


def test_a_page_with_little_left_of_its_form_page_is_laid_by_what_is_unmistakable() -> None:
    page = page_of("130", 4)
    kept = [label for label in page.labels if len(key(label.text)) >= 10][:5]
    moved = [replace(label, box=shifted(label.box, 25.0 * n)) for n, label in enumerate(kept)]
    words = printed(replace(page, labels=tuple(moved)))
    found = register(words, WIDTH, HEIGHT, "130", edition="2031/01")
    assert found is not None
    assert (found.registration.form_page, found.exact) == (4, False)
    assert identify(words[:2], WIDTH, HEIGHT, ["130"]) is None


def shifted(box: Box, down: float) -> Box:
    return box[0], box[1] + down, box[2], box[3] + down
