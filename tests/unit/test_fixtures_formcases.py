from __future__ import annotations

import io
import itertools
import random
from functools import cache

import cv2
import numpy as np
import pikepdf
import pypdf
import pypdfium2
import pytest

from fixtures import dialects, editions, formfiles, layouts
from fixtures.boilerplate import printed
from fixtures.designs import designed, designed_forms
from fixtures.families import family
from fixtures.formcases import RUNGS, FormCase, TruthForm, cases
from fixtures.hostile import hostile_pdfs
from fixtures.rungs import rough
from fixtures.rungs.unlaid import any_unlaid
from fixtures.typist import pools
from parsers.limits import REASONS

SPLITS = ("tune", "calibrate", "test")
WIDGETS = [rung for rung in RUNGS if rung.startswith("widget")]
SCANNED = ["scan_300", "scan_200", "fax_150", "stamped"]


@cache
def made(rung: str, count: int = 2) -> tuple[FormCase, ...]:
    found = tuple(cases("tune", rung, count))
    # What is looped over below is there.
    assert len(found) == count and all(one.documents for one in found)
    return found


def field_values(content: bytes) -> dict[str, object]:
    fields = pypdf.PdfReader(io.BytesIO(content)).get_fields() or {}
    return {name: field.value for name, field in fields.items() if "/FT" in field}


def texts_in(content: bytes, boxes: list[tuple[int, tuple[float, float, float, float]]]) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    pages = [document[number].get_textpage() for number in range(len(document))]
    try:
        return [
            pages[page - 1].get_text_bounded(box[0] - 1, 792 - box[3] - 1, box[2] + 1, 792 - box[1] + 1)
            for page, box in boxes
        ]
    finally:
        for page in pages:
            page.close()
        document.close()


def folded(text: object) -> str:
    return "".join(str(text).split())


def shown_texts(form: TruthForm) -> list[tuple[str, int, tuple[float, float, float, float]]]:
    return [
        (str(form.typed[name]), *form.boxes[name]) for name in form.values if form.typed.get(name, True) is not True
    ]


# The ladder


@pytest.mark.parametrize("rung", RUNGS)
def test_every_rung_builds_the_same_bytes_every_time(rung: str) -> None:
    first = next(cases("tune", rung, 1))
    again = next(cases("tune", rung, 1))
    assert first == again
    assert first.file[:4] in (b"%PDF", b"\xff\xd8\xff\xe0")
    assert (first.file[:4] == b"%PDF") == first.file_name.endswith(".pdf")


def test_a_later_case_does_not_depend_on_the_ones_before() -> None:
    assert list(cases("test", "flattened", 3))[2] == next(cases("test", "flattened", 1, start=2))


@pytest.mark.parametrize("rung", RUNGS)
def test_documents_cover_every_page_of_a_file_once(rung: str) -> None:
    for case in made(rung):
        pages = [page for one in case.documents for page in range(one.pages[0], one.pages[1] + 1)]
        count = 1 if case.file_name.endswith("jpg") else len(pypdf.PdfReader(io.BytesIO(case.file)).pages)
        assert pages == list(range(1, count + 1))


@pytest.mark.parametrize("rung", [rung for rung in RUNGS if rung != "blank"])
def test_truth_is_of_boxes_that_stand_on_the_documents_pages(rung: str) -> None:
    for case in made(rung):
        assert any(one.values for one in case.documents)
        for one in case.documents:
            assert not set(one.values) & (set(one.nonanswers) | set(one.conflicts))
            for name in one.values:
                assert one.pages[0] <= one.boxes[name][0] <= one.pages[1]


def test_a_blank_form_says_nothing() -> None:
    for case in made("blank", 8):
        assert not any(one.values or one.nonanswers or one.typed for one in case.documents)
        assert not any(value not in (None, "", "/Off") for value in visible_values(case.file).values())


def visible_values(content: bytes) -> dict[str, object]:
    found = field_values(content) if content.startswith(b"%PDF") else {}
    return {name: value for name, value in found.items() if "EditionIdentifier" not in name}


# Where the values stand


@pytest.mark.parametrize("rung", ["widget_d1", "widget_d2"])
def test_widgets_hold_what_was_typed(rung: str) -> None:
    for case in made(rung):
        held = {name.rpartition(".")[2].removesuffix("[0]"): value for name, value in field_values(case.file).items()}
        (form,) = case.documents
        own = dialects.published_names(str(form.form), layouts.any_of(str(form.form)).shape).names
        for name, value in form.typed.items():
            assert held[own[name]] == ("/1" if value is True else value)


def test_an_agency_systems_names_ticks_and_addresses_are_its_own() -> None:
    held = {name: value for case in made("widget_d3") for name, value in visible_values(case.file).items() if value}
    assert all(name.startswith("ACORD_") for name in held)
    assert "/On" in held.values()
    for case in made("widget_d3"):
        values = case.documents[0].values
        if "NamedInsured_MailingAddress_CityName_A" in values:
            blob = str(visible_values(case.file)["ACORD_Policy_Insured1_MailingAddress"])
            for part in ("LineOne", "CityName", "StateOrProvinceCode", "PostalCode"):
                assert str(values[f"NamedInsured_MailingAddress_{part}_A"]) in blob


def test_names_that_mean_nothing_mean_nothing() -> None:
    for case in made("widget_d4"):
        names = set(visible_values(case.file))
        assert names and not any("NamedInsured" in name or "Policy_" in name for name in names)


def test_merged_forms_share_the_values_of_equal_names() -> None:
    for case in made("widget_mixed"):
        forms = case.documents[1:]
        for one, other in itertools.combinations(forms, 2):
            for name in set(one.typed) & set(other.typed):
                assert one.typed[name] == other.typed[name]


@pytest.mark.parametrize("rung", ["flattened", "flattened_unseen"])
def test_flattened_values_are_text_inside_their_boxes_and_no_field_is_left(rung: str) -> None:
    for case in made(rung):
        assert not field_values(case.file)
        (form,) = case.documents
        typed = shown_texts(form)
        found = texts_in(case.file, [(page, box) for _, page, box in typed])
        assert [
            folded(text) for (text, *_), read in zip(typed, found, strict=True) if folded(text) not in folded(read)
        ] == []


def test_text_over_a_form_is_not_in_its_fields() -> None:
    drawn = 0
    for case in made("typed_over", 6):
        (form,) = case.documents
        held = visible_values(case.file)
        for name, (inside, over) in form.conflicts.items():
            assert held[name] == inside != over
        drawn += sum(held.get(name) in (None, "", "/Off") for name in form.values)
    assert drawn > 100


def test_forms_without_a_public_layout_are_drawn_in_two_editions_each_and_never_as_known() -> None:
    rng = random.Random(1)
    drawn = {(one.form, one.edition) for one in (any_unlaid("tune", rng) for _ in range(120))}
    for form in designed_forms():
        assert len({edition for number, edition in drawn if number == form}) >= 2
    assert {form for form, _ in drawn} == set(designed_forms())
    assert not any(form.known for case in made("unlaid", 4) for form in case.documents)


def widgets_of(content: bytes) -> list[tuple[str, object]]:
    reader = pypdf.PdfReader(io.BytesIO(content))
    found = [one.get_object() for page in reader.pages for one in page.get("/Annots", [])]
    own = [one if "/T" in one else one["/Parent"].get_object() for one in found]
    return [(str(one["/T"]), one.get("/V")) for one in own]


def test_boxes_left_on_a_flattened_form_are_blank_and_those_that_are_gone_are_print() -> None:
    made_of = rough.leftover("tune", random.Random(4))
    (document,) = made_of.documents
    left = widgets_of(made_of.file)
    assert left and all(value in (None, "", "/Off") for name, value in left if "Edition" not in name)
    assert not {name for name, _ in left} & set(document.typed.values)


def test_half_flattened_forms_have_some_values_in_boxes_and_some_in_print() -> None:
    made_of = rough.half("tune", random.Random(4))
    (document,) = made_of.documents
    held = {name for name, value in widgets_of(made_of.file) if value not in (None, "", "/Off")}
    assert 0 < len(held & set(document.typed.values)) < len(document.typed.values)


def test_values_drawn_twice_stand_twice_in_the_text() -> None:
    made_of = rough.twice("tune", random.Random(4))
    (document,) = made_of.documents
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made_of.file)).pages)
    long = [str(value) for value in document.typed.values.values() if len(str(value)) > 20 and "\n" not in str(value)]
    # Some are broken into lines.
    assert sum(text.count(value) >= 2 for value in long) > 0.8 * len(long) > 0


def test_most_boxes_are_ticked_where_most_are_to_be() -> None:
    (document,) = rough.ticked("tune", random.Random(4)).documents
    ticks = [one.name for one in document.layout.shape.fields if one.kind == "check" and family(one) == "tick"]
    assert sum(document.typed.truth.get(name) is True for name in ticks) > 0.6 * len(ticks)


def test_overrun_boxes_reach_what_is_typed_beside_them() -> None:
    joined = 0
    for seed in range(4):
        made_of = rough.overrun("tune", random.Random(seed))
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made_of.file)).pages)
        (document,) = made_of.documents
        values = [str(value).split() for value in document.typed.values.values() if isinstance(value, str)]
        joined += any(one[-1] + other[0] in text for one in values for other in values if len(one[-1]) > 3)
    assert joined


def test_odd_ticks_are_of_no_state_the_box_has_and_odd_names_lead_to_the_box() -> None:
    odd = [value for _, value in widgets_of(rough.odd_ticks("tune", random.Random(4)).file) if value in ("/1",)]
    assert odd == []
    made_of = rough.renamed("tune", random.Random(4))
    names = {name for name, _ in widgets_of(made_of.file)}
    (document,) = made_of.documents
    assert names and not names & set(document.typed.values)


def test_a_repeated_form_is_several_documents_of_one_kind() -> None:
    one, other, *_ = rough.repeated("tune", random.Random(4)).documents
    assert one.layout.form == other.layout.form and one.typed != other.typed
    assert other.first == one.first + len(one.shown)


def test_an_agency_print_has_no_form_number() -> None:
    for case in made("agency_print"):
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(case.file)).pages)
        (form,) = case.documents
        assert f"ACORD {form.form} (" not in text


@pytest.mark.parametrize("rung", SCANNED)
def test_scans_have_no_text_and_ink_where_a_value_stands(rung: str) -> None:
    for case in made(rung, 2):
        with pikepdf.open(io.BytesIO(case.file)) as pdf:
            assert len(pdf.pages[0].get_images()) == 1
        assert texts_in(case.file, [(1, (0, 0, 612, 792))]) == [""]
        (form,) = case.documents
        document = pypdfium2.PdfDocument(case.file)
        page = document[0].render(scale=2, grayscale=True).to_numpy().reshape(-1, 1224)[:1584]
        document.close()
        boxes = [box for name, (number, box) in form.boxes.items() if number == 1 and name in form.values]
        inked = sum(_dark(page, box) for box in boxes)
        assert inked >= 0.95 * len(boxes)


def _dark(page: np.ndarray, box: tuple[float, float, float, float]) -> bool:
    x0, top, x1, bottom = (int(edge * 2) for edge in box)
    return bool((page[max(0, top - 30) : bottom + 30, max(0, x0 - 30) : x1 + 30] < 120).mean() > 0.005)


def test_a_photo_is_in_colour_and_larger_than_its_page() -> None:
    case = next(case for case in made("photo", 4) if case.file_name.endswith("jpg"))
    picture = cv2.imdecode(np.frombuffer(case.file, np.uint8), cv2.IMREAD_COLOR)
    assert picture.ndim == 3 and picture.shape[0] > 2_000
    assert np.abs(picture[..., 0].astype(int) - picture[..., 2]).mean() > 2


def test_a_package_holds_forms_and_other_papers() -> None:
    kinds = {one.kind for case in made("package", 4) for one in case.documents}
    assert {"acord_125", "acord_126", "unknown", "loss_run"} <= kinds


# The layouts


def test_the_splits_share_neither_words_nor_withheld_layouts() -> None:
    for one, other in itertools.combinations(SPLITS, 2):
        for pool in ("stems", "streets", "carriers", "towns", "first", "last", "words"):
            assert not set(pools(one)[pool]) & set(pools(other)[pool])  # type: ignore[arg-type]
    shapes = [editions.withheld(layouts.known("125"), split, 0).shape for split in SPLITS]  # type: ignore[arg-type]
    assert len({shape.fields for shape in shapes}) == 3


@pytest.mark.parametrize("form", ["125", "126", "130", "140"])
def test_a_withheld_edition_has_the_names_of_the_known_one_elsewhere(form: str) -> None:
    known = layouts.known(form)
    other = editions.withheld(known, "tune", 1)
    assert not other.known and other.edition != known.edition
    before, after = {box.name: box for box in known.shape.fields}, {box.name: box for box in other.shape.fields}
    assert len(set(before) - set(after)) <= 6
    assert len(set(after) - set(before)) <= 3
    moved = [name for name in set(before) & set(after) if before[name].box != after[name].box]
    assert len(moved) > 0.7 * len(before)
    assert {label.text for label in other.shape.labels} != {label.text for label in known.shape.labels}


@pytest.mark.parametrize("form", layouts.KNOWN_FORMS)
def test_boxes_of_withheld_editions_stay_apart_and_on_the_paper(form: str) -> None:
    known = layouts.known(form)
    for split in SPLITS:
        other = editions.withheld(known, split, 0)  # type: ignore[arg-type]
        boxes = [box for box in other.shape.fields if box.box[2] - box.box[0] >= 1]
        assert all(box.box[0] >= 0 and box.box[1] >= 0 and box.box[2] <= 612 and box.box[3] <= 792 for box in boxes)
        assert overlaps(other.shape.fields) <= overlaps(known.shape.fields)


def overlaps(fields: tuple[object, ...]) -> int:
    edges = np.array([(*box.box, box.page) for box in fields if box.box[2] - box.box[0] >= 1])  # type: ignore[attr-defined]
    wide = np.minimum(edges[:, None, 2], edges[None, :, 2]) - np.maximum(edges[:, None, 0], edges[None, :, 0])
    high = np.minimum(edges[:, None, 3], edges[None, :, 3]) - np.maximum(edges[:, None, 1], edges[None, :, 1])
    same = edges[:, None, 4] == edges[None, :, 4]
    return int(((wide > 1.5) & (high > 1.5) & same).sum() - len(edges)) // 2


@pytest.mark.parametrize("form", designed_forms())
def test_a_form_of_our_own_design_has_boxes_with_labels_on_its_pages(form: str) -> None:
    layout = designed(form)
    assert not layout.known and layout.shape.pages <= 4
    names = [box.name for box in layout.shape.fields]
    assert len(names) == len(set(names)) > 40
    assert overlaps(layout.shape.fields) == 0
    assert all(box.box[3] < 745 and box.box[2] < 600 for box in layout.shape.fields)


def test_pages_are_printed_as_densely_as_real_ones() -> None:
    for form in ("125", "126", "130", "140"):
        layout = layouts.known(form)
        words = [0] * (layout.shape.pages + 1)
        for label in layout.shape.labels:
            words[label.page] += len(label.text.split())
        for line in printed(layout.shape, layout.key):
            words[line.page] += len(line.text.split())
        assert 250 < np.mean(words[1:]) < 800


def test_printed_sentences_keep_clear_of_boxes() -> None:
    shape = layouts.known("126").shape
    for line in printed(shape, "x"):
        for box in shape.fields:
            if box.page == line.page and box.box[1] < line.baseline - line.size * 0.7 and line.baseline < box.box[3]:
                assert not box.box[0] < line.x < box.box[2]


# The values


def test_every_family_of_boxes_can_be_typed() -> None:
    sorts = {family(box) for form in layouts.KNOWN_FORMS for box in layouts.known(form).shape.fields}
    typed = {family(box) for box in layouts.known("125").shape.fields}
    assert {"date", "money", "state", "zip", "yes_no", "tick", "phone"} <= typed <= sorts


def test_truth_is_in_normal_form() -> None:
    for case in itertools.chain(made("widget_d1", 6), made("flattened", 6)):
        (form,) = case.documents
        for box in layouts.any_of(str(form.form)).shape.fields:
            value = form.values.get(box.name)
            if value is None:
                continue
            sort = family(box)
            if sort in ("date", "birth"):
                assert len(str(value)) == 10 and str(value)[4] == "-"
            if sort in ("money", "loss", "number", "percent", "rate"):
                assert str(value).replace(".", "", 1).isdigit()
            if sort == "fein":
                assert len(str(value)) == 9 and str(value).isdigit()
            if sort in ("tick", "signature"):
                assert value is True
            if sort == "yes_no":
                assert isinstance(value, bool)


def test_flattening_takes_fields_away_whichever_way() -> None:
    layout = layouts.known("25")
    values = {"Producer_FullName_A": "Ashgrove Agency", "Form_CompletionDate_A": "01/02/2027"}
    for how in ("annotations", "viewer", "redrawn"):
        file = formfiles.flattened(layout, values, how)  # type: ignore[arg-type]
        with pikepdf.open(io.BytesIO(file)) as pdf:
            assert "/AcroForm" not in pdf.Root and "/Annots" not in pdf.pages[0].obj
        assert "Ashgrove Agency" in texts_in(file, [(1, (0, 0, 612, 792))])[0]


# The hostile set


def test_hostile_files_are_small_and_say_how_they_may_end() -> None:
    names = set()
    for name, content, ends in hostile_pdfs():
        assert len(content) < 3_000_000 and ends
        assert ends - {None} <= set(REASONS)
        names.add(name)
    assert len(names) == 27
