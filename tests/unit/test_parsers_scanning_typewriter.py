"""Torn lines of a fax in a typewriter face are read sign by sign; other pages are left to the engines."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from fixtures import formcases
from parsers.limits import Limits
from parsers.readers import ocr, pdf_glyphs, scan_pictures
from parsers.readers.ocr.words import NoEngine
from parsers.readers.scanning import read_page, sheets, stencils, twice, typewriter
from parsers.readers.scanning.hearing import beside
from parsers.readers.scanning.mosaic import Seen
from parsers.readers.scanning.pieces import Sheet
from parsers.readers.scanning.typed import Area, Line, cut
from tests import torn_lines

LINES = ("Pueblo", "Calloway Dental", "(480) 555-0129", "05/14/2025", "$1,071,817", "Harborline Mutual", "B-7319")
HEARD = {"Pueblo": ("Pueb:o", "Fuebio"), "05/14/2025": ("cS 14 2025", "05 14 2025"), "$1,071,817": ("", "S1.071.817")}


@cache
def faxed(font: str) -> tuple[Sheet, tuple[Area, ...], tuple[Line, ...]]:
    sheet, areas = torn_lines.faxed(LINES, font)
    return sheet, areas, tuple(cut(sheet, areas, ()))


def read(font: str, heard: list[tuple[str, str]]) -> dict[str, typewriter.Typed]:
    sheet, areas, lines = faxed(font)
    found = typewriter.read(sheet, [area.box for area in areas], lines, heard)
    return {LINES[lines[number].area]: typed for number, typed in found.items()}


def test_every_line_is_cut_once() -> None:
    assert [line.area for line in faxed("Courier")[2]] == list(range(len(LINES)))


def test_lines_are_read_right_that_no_engine_read_right() -> None:
    found = read("Courier", [HEARD.get(text, (text, text)) for text in LINES])
    assert {text: typed.text for text, typed in found.items()} == {text: text for text in LINES}


def test_what_engines_and_shapes_agree_on_is_surer_than_what_shapes_say_alone() -> None:
    found = read("Courier", [HEARD.get(text, (text, text)) for text in LINES])
    assert found["Calloway Dental"].sure > 0.98
    assert found["Pueblo"].sure < 0.93


def test_other_typefaces_are_left_to_the_engines() -> None:
    assert read("Times-Roman", [(text, text) for text in LINES]) == {}
    assert read("Helvetica", [(text, text) for text in LINES]) == {}


def test_a_page_with_next_to_nothing_on_it_proves_no_typeface() -> None:
    sheet, areas, lines = faxed("Courier")
    assert typewriter.read(sheet, [area.box for area in areas], lines[:1], [("Pueblo", "Pueblo")]) == {}
    assert typewriter.read(sheet, [], [], []) == {}


def test_the_same_lines_are_read_the_same_twice() -> None:
    heard = [HEARD.get(text, (text, text)) for text in LINES]
    assert read("Courier", heard) == read("Courier", heard)


def test_a_third_reading_says_which_of_two_is_right() -> None:
    lines = faxed("Helvetica")[2]
    right = [[Seen(text, (0, 0, 1, 1), 0.9)] for text in LINES]
    wrong = [[Seen(text[::-1], (0, 0, 1, 1), 0.9)] for text in LINES]
    engine = ocr.engine()
    said = twice.backed(lines[:3], right[:3], dict(enumerate(wrong[:3])), engine, besides={2})
    assert said == {0: "first", 1: "first"}
    assert twice.backed(lines[:1], right[:1], {0: right[0]}, engine, besides=()) == {}
    first, second = twice.turned(right[:1], {0: wrong[0]}, {0: "first"})
    assert (first, second) == ([wrong[0]], {0: right[0]})
    assert twice.backed(lines[:1], wrong[:1], {0: right[0]}, engine, besides=()) == {0: "second"}
    assert twice.backed(lines[:1], wrong[:1], {0: wrong[1]}, engine, besides=()) == {0: "neither"}


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        ("Pueblo", "Pueb:o", ["P", "u", "e", "b", ":", "o"]),
        ("CO 81", "CO81", ["C", "O", "", "8", "1"]),
        ("AB", "", ["", ""]),
        ("555", "1555", ["5", "5", "5"]),
    ],
)
def test_two_readings_are_laid_beside_each_other(said: str, heard: str, expected: list[str]) -> None:
    assert beside(said, heard) == expected


def test_signs_are_drawn_on_one_base_line() -> None:
    low, high, deep = pdf_glyphs.drawn("Courier", ("x", "H", "p"))
    lowest = [int(np.flatnonzero((sign > 127).any(axis=1))[-1]) + 1 for sign in (low, high, deep)]
    assert abs(lowest[0] - pdf_glyphs.ABOVE) <= 1
    assert abs(lowest[1] - pdf_glyphs.ABOVE) <= 1
    assert lowest[2] > pdf_glyphs.ABOVE + 10


def test_ink_under_a_ruling_line_says_nothing() -> None:
    ink = np.zeros((24, 40), np.float32)
    ink[4:18, 18:20] = 1.0
    rows = range(16, 20)
    seen, hidden = (
        stencils.surface(stencils.Window(ink=ink, seen=np.full_like(ink, share), rows=rows), 22.0)
        for share in (1.0, 0.0)
    )
    assert seen.max() > 5.0
    assert float(np.abs(hidden[:, :, 8:24]).max()) < 1e-3


def test_labels_of_a_narrower_typeface_begin_where_the_others_do() -> None:
    sheet = sheets.sheets()[0]
    narrow = sheets.narrowed(sheet)
    assert [bar[0] for bar in narrow.bars] == [bar[0] for bar in sheet.bars]
    assert all(one[2] < other[2] for one, other in zip(narrow.bars, sheet.bars, strict=True) if other[2] > other[0])


def test_a_sparse_page_with_labels_in_another_typeface_is_found() -> None:
    case = next(formcases.cases("tune", "fax_150", 1, start=27))
    taken = scan_pictures.taken(case.file, 1, Limits(), pdf=True)
    page = read_page(
        taken.grey, dpi=taken.dpi, width=taken.page.width, height=taken.page.height, engine=NoEngine(), number=1
    )
    assert page.scan and page.scan.registration
    assert (page.scan.registration.form, page.scan.registration.form_page) == ("125", 4)


@pytest.mark.parametrize(("place", "form"), [(105, "127"), (129, "126")])
def test_signature_pages_that_lie_on_each_other_are_told_apart(place: int, form: str) -> None:
    case = next(formcases.cases("tune", "photo", 1, start=place))
    taken = scan_pictures.taken(case.file, 1, Limits(), pdf=case.file_name.endswith("pdf"))
    page = read_page(
        taken.grey, dpi=taken.dpi, width=taken.page.width, height=taken.page.height, engine=NoEngine(), number=1
    )
    assert page.scan and page.scan.registration and page.scan.registration.form == form
