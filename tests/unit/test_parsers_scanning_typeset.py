"""Torn lines of a fax in a book face are read sign by sign; print that is whole, and other faces, are left alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from parsers.readers.scanning import faces, figures, lexicon, order, pens, stencils, traces, twice, typeset
from parsers.readers.scanning.mosaic import Seen
from parsers.readers.scanning.pieces import Sheet
from parsers.readers.scanning.stencils import SIGNS
from parsers.readers.scanning.typed import Area, Line, cut
from parsers.readers.scanning.typewriter import Typed
from tests import torn_lines
from tests.torn_lines import GRAIN

HEARD = {
    "Pueblo": ("Pucblo", "Pueblo"),
    "Calloway Dental": ("Callowav Dental", "Calloway Dental"),
    "Harborline Mutual": ("Harborling Mutual", "Harborhne Mutual"),
    "WHOLESALE FIXTURES": ("WHOLESAI FIXTI RES", "WHOLESALE FIXTURES"),
    "BLDG 300": ("BLDG 300", "BLDG 300"),
    "B-73194": ("B-73194", "B-73194"),
    "07/16/2026": ("07 16 2026", "0716 2026"),
    "1,071,817": ("1.071,817", "L071.817"),
    "10,000": ("1(0,00", "100(X)"),
    "7833 FOUNDRY AVE": ("7833 FOUNDRY AVE", "7833 FOUNDRY AVE"),
    "(480) 555-0129": ("(480) 555-0129", "480) 555-0129"),
}


@cache
def faxed(font: str) -> tuple[Sheet, tuple[Area, ...], tuple[Line, ...]]:
    sheet, areas = torn_lines.faxed(tuple(HEARD), font)
    return sheet, areas, tuple(cut(sheet, areas, ()))


def read(font: str, heard: list[tuple[str, str]]) -> dict[str, Typed]:
    sheet, areas, lines = faxed(font)
    found = typeset.read(sheet, [area.box for area in areas], lines, heard, GRAIN, range(len(lines)))
    texts = list(HEARD)
    return {texts[lines[number].area]: typed for number, typed in found.items()}


def test_lines_are_read_right_that_no_engine_read_right() -> None:
    found = read("Times-Roman", list(HEARD.values()))
    assert {text: typed.text for text, typed in found.items()} == {text: text for text in HEARD}


def test_what_an_engine_reads_alike_is_surer_than_what_shapes_say_alone() -> None:
    found = read("Times-Roman", list(HEARD.values()))
    assert found["B-73194"].sure > found["Calloway Dental"].sure > found["10,000"].sure


def test_a_page_whose_lines_both_engines_read_alike_is_left_to_them() -> None:
    assert read("Times-Roman", [(text, text) for text in HEARD]) == {}


@pytest.mark.parametrize("font", ["Helvetica", "Helvetica-Bold", "Courier"])
def test_other_typefaces_are_left_to_the_engines(font: str) -> None:
    assert read(font, list(HEARD.values())) == {}


def test_a_page_with_next_to_nothing_on_it_proves_no_typeface() -> None:
    sheet, areas, lines = faxed("Times-Roman")
    boxes = [area.box for area in areas]
    assert typeset.read(sheet, boxes, lines[:1], [("Pueblo", "Puebla")], GRAIN, {0}) == {}
    assert typeset.read(sheet, [], [], [], GRAIN, ()) == {}


def test_only_lines_in_doubt_are_read() -> None:
    sheet, areas, lines = faxed("Times-Roman")
    found = typeset.read(sheet, [area.box for area in areas], lines, list(HEARD.values()), GRAIN, {0, 2})
    assert sorted(found) == [0, 2]


def test_lines_read_alike_and_surely_are_in_no_doubt() -> None:
    lines = faxed("Helvetica")[2][:3]
    sure, unsure = ([[Seen("Calloway", (0, 0, 1, 1), share)]] for share in (0.97, 0.6))
    other = [Seen("Callowav", (0, 0, 1, 1), 0.97)]
    seen, again = [*sure, *sure, *unsure], {0: sure[0], 1: other, 2: unsure[0]}
    cut = [replace(line, columns=3, picture=np.full((20, 80), 255, np.uint8)) for line in lines]
    assert twice.in_doubt(cut, seen, again, most=5) == {1, 2}
    assert twice.in_doubt(cut, seen, again, most=1) == {2}


def test_the_same_lines_are_read_the_same_twice() -> None:
    assert read("Times-Roman", list(HEARD.values())) == read("Times-Roman", list(HEARD.values()))


def row_of(text: str, size: float = 25.0) -> pens.Row:
    """Return a row on which every sign of a text is sure, and nothing else is seen."""
    known = faces.widths("Times-Roman")
    widths = np.array([known[sign] * size for sign in f"{SIGNS} "], np.float32)
    scores = np.full((len(SIGNS), 400), -20.0, np.float32)
    pen = 4.0
    for sign in text:
        if sign != " ":
            scores[SIGNS.index(sign), round(pen)] = 30.0
        pen += known[sign] * size
    best, aside = pens.allowing(scores)
    return pens.Row(scores=best, aside=aside, widths=widths, first=2)


@pytest.mark.parametrize("text", ["Calloway Dental", "WAREHOUSE 12", "l1I", "mill"])
def test_the_pen_moves_on_by_the_width_of_each_sign(text: str) -> None:
    path = pens.decoded(row_of(text))
    assert path.text == text
    assert len(path.pens) == len(text) and path.pens == tuple(sorted(path.pens))


def test_only_allowed_signs_are_read() -> None:
    figures_only = np.array([sign.isdigit() for sign in f"{SIGNS} "])
    assert pens.decoded(row_of("2l"), figures_only).text == "2"


@pytest.mark.parametrize("text", ["05/14/2025", "1-2-26", "$1,071,817", "$49,952.02", "(480) 555-0129", "12-3456789"])
def test_what_has_a_form_is_read_by_it(text: str) -> None:
    wide = faces.wide("Times-Roman", text) * 25.0
    found = figures.read(row_of(text), wide)
    assert found is not None and found.text == text


def test_no_form_has_a_thirteenth_month_or_fits_a_word_of_another_width() -> None:
    wide = faces.wide("Times-Roman", "13/45/2025") * 25.0
    found = figures.read(row_of("13/45/2025"), wide)
    assert found is not None and found.text != "13/45/2025"
    assert figures.read(row_of("1"), 900.0) is None


def test_thin_strokes_leave_less_through_a_fax_than_thick_ones() -> None:
    ink = np.zeros((60, 60), np.float32)
    window = stencils.Window(ink=ink, seen=np.ones_like(ink), rows=range(30, 32))
    thin = -faces.surface(window, "Times-Roman", 22.0, GRAIN)[SIGNS.index("-")].max()
    thick = -faces.surface(window, "Helvetica-Bold", 22.0, GRAIN)[SIGNS.index("-")].max()
    assert 0 < thin < thick


def test_letters_that_follow_each_other_in_words_are_likelier_than_others() -> None:
    table = order.letters()
    assert table[order.place("q"), order.place("u")] > table[order.place("q"), order.place("z")]
    assert order.place("T") == order.place("t") and order.place("7") == -1


@pytest.mark.parametrize(
    ("text", "heard", "expected"),
    [
        ("/07/16/26", ("", ""), "07/16/26"),
        ("3599(", ("", ""), "3599"),
        ("l", ("I", "l"), "1"),
        ("KN  7771", ("KN.7771", "KN-7771"), "KN-7771"),
        ("218'COUNTY ROAD 12", ("", "218 COUNTY ROAD 12"), "218 COUNTY ROAD 12"),
        ("ROOFING INC", ("ROOFING INC.", "ROOFING LNC"), "ROOFING INC."),
        ("14 84", ("1484", "148"), "14.84"),
        ("1,997.426", ("1.997.426", ""), "1,997,426"),
        ("1.250", ("", ""), "1.250"),
        ("CPP3509'065", ("", ""), "CPP3509065"),
    ],
)
def test_what_is_too_thin_for_a_fax_is_set_right(text: str, heard: tuple[str, str], expected: str) -> None:
    assert traces.tidied(text, heard) == expected


def test_amounts_of_a_page_in_dollars_are_in_dollars() -> None:
    texts = dict(enumerate(("$1,000", "$25,000", "$500", "51,042,659", "5500", "5411-2", "Pueblo")))
    found = traces.in_dollars({number: Typed(text, 0.9) for number, text in texts.items()})
    assert [typed.text for typed in found.values()][3:] == ["$1,042,659", "$500", "5411-2", "Pueblo"]
    assert found[3].sure < 0.9 and found[6].sure == 0.9
    plain = {0: Typed("51,042,659", 0.9), 1: Typed("$100", 0.9)}
    assert traces.in_dollars(plain) == plain


def test_torn_words_are_likened_to_words_of_the_page() -> None:
    known = lexicon.words(["Wholesale fixtures", "Repair", "LLC"])
    assert lexicon.suggested("Wlolesale fxtures 12", known) == "Wholesale fixtures 12"
    assert lexicon.suggested("REPATR", known) == "REPAIR"
    assert lexicon.suggested("Granite Way", known) == "Granite Way"
