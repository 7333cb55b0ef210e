"""Scanned, faxed and photographed pages are laid flat, recognised by the ink of their labels, and read box by box."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from fixtures import forms, scans
from parsers.document import BoxReading, Page, Word
from parsers.readers import ocr
from parsers.readers.ocr.words import NoEngine
from parsers.readers.scanning import looks_printed, pieces, read_page, shapes, stamps
from parsers.readers.scanning.lines import without_lines
from parsers.readers.scanning.pieces import Sheet
from parsers.readers.scanning.prose import printed
from parsers.readers.scanning.shapes import fitting, settle
from parsers.readers.scanning.typed import Area, Line, cut

VALUES: dict[str, str | bool] = {
    "Form_CompletionDate_A": "10/31/2026",
    "Producer_FullName_A": "Copperfield Risk Partners",
    "Producer_MailingAddress_StateOrProvinceCode_A": "TX",
    "NamedInsured_FullName_A": "Lakeline Mechanical LLC",
    "NamedInsured_TaxIdentifier_A": "38-5843592",
    "NamedInsured_SICCode_A": "1711",
    "Policy_EffectiveDate_A": "01/15/2027",
    "Policy_LineOfBusiness_BusinessAutoIndicator_A": True,
    "Policy_LineOfBusiness_CommercialGeneralLiability_A": True,
    "NamedInsured_LegalEntity_LimitedLiabilityCorporationIndicator_A": True,
}
TICKED = {name for name, value in VALUES.items() if value is True}
TYPED = {name: value for name, value in VALUES.items() if isinstance(value, str)}


@cache
def form(dpi: int, *, filled: bool = True, page: int = 1) -> np.ndarray:
    return scans.rendered(forms.draw_form("125", "2016/03", VALUES if filled else {}), dpi, [page])[0]


def read(picture: np.ndarray, dpi: float, engine: ocr.Engine | None = None) -> Page:
    height, width = picture.shape
    wide, high = width * 72 / dpi, height * 72 / dpi
    return read_page(picture, dpi=dpi, width=wide, height=high, engine=engine or NoEngine(), number=3)


@cache
def scanned() -> Page:
    one = scans.scanned(form(200), scans.Scanner(dpi=200, skew=1.3, noise=4, blur=0.4), 7)
    return read(one, 200, ocr.engine("tesseract"))


def texts(page: Page) -> dict[str, str]:
    assert page.scan
    return {reading.elabel: reading.text for reading in page.scan.readings if reading.kind == "text"}


def ticks(page: Page) -> dict[str, float]:
    assert page.scan
    return {reading.elabel: reading.ink or 0.0 for reading in page.scan.readings if reading.kind == "check"}


def placed(page: Page) -> tuple[str, int] | None:
    assert page.scan
    found = page.scan.registration
    return (found.form, found.form_page) if found else None


def photographed(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    height, width = picture.shape
    wide, high = int(width * 1.3), int(height * 1.2)
    table = np.full((high, wide), 70, np.uint8)
    corners = np.array([[150, 130], [wide - 190, 90], [wide - 120, high - 100], [110, high - 160]], np.float32)
    sheet = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    onto = cv2.getPerspectiveTransform(sheet, corners)
    paper = cv2.warpPerspective(picture, onto, (wide, high), flags=cv2.INTER_AREA)
    seen = np.where(cv2.warpPerspective(np.full_like(picture, 255), onto, (wide, high)) > 127, paper, table)
    shadow = np.linspace(0.55, 1.0, wide)[None, :]
    return (seen * shadow).astype(np.uint8), onto


def letters_across(count: int) -> pieces.Pieces:
    sheet = np.zeros((200, 600), np.uint8)
    for i in range(count):
        cv2.putText(sheet, "R", (20 + 50 * i, 100), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 255, 6)
    return pieces.pieces(sheet)


def test_a_row_of_letters_larger_than_any_print_is_a_stamp_and_three_are_none() -> None:
    (box,) = stamps.stamps(letters_across(6), (), 200 / 72)
    assert 5 < box[0] < 10
    assert 100 < box[2] < 115
    assert stamps.stamps(letters_across(3), (), 200 / 72) == []


def test_large_letters_of_a_printed_label_are_no_stamp() -> None:
    assert stamps.stamps(letters_across(6), [(0.0, 0.0, 216.0, 72.0)], 200 / 72) == []


def test_specks_at_the_ends_of_a_fax_line_go_and_what_was_typed_stays() -> None:
    read = ["49,100.", "Mill Pond.Rd", "Prairie Products, Inc.", "O'Brien", "joe@acme.example", ".678,540"]
    assert [shapes.unspecked(text) for text in read] == [
        "49,100", "Mill Pond Rd", "Prairie Products, Inc.", "O'Brien", "joe@acme.example", "678,540",
    ]  # fmt: skip


def test_of_two_readings_of_the_same_letters_the_one_with_fewer_specks_is_first() -> None:
    assert shapes.cleaner("Sierra. Vista", "Sierra Vista") == ("Sierra Vista", "Sierra. Vista")
    assert shapes.cleaner("BD-65187", "BD 65187") == ("BD-65187", "BD 65187")
    assert shapes.cleaner("Pueblo. Co", "Puebla Co") == ("Pueblo. Co", "Puebla Co")


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_is_found_whichever_way_up_it_was_scanned(turns: int) -> None:
    page = read(np.ascontiguousarray(np.rot90(form(150), turns)), 150)
    assert placed(page) == ("125", 1)
    assert page.scan and page.scan.turned == 90 * turns
    assert {name for name, ink in ticks(page).items() if ink > 0.1} == TICKED
    assert (page.number, page.width, page.height) == (3, 612.0, 792.0)


@pytest.mark.parametrize("page", [2, 3, 4])
def test_pages_without_a_title_are_found_too(page: int) -> None:
    assert placed(read(form(150, page=page), 150)) == ("125", page)


def test_values_of_a_skewed_scan_are_read_in_their_boxes() -> None:
    assert texts(scanned()) == TYPED
    assert scanned().scan is not None
    assert abs(abs(scanned().scan.skew) - 1.3) < 0.15  # type: ignore[union-attr]


def test_ticks_stand_out_of_blank_boxes_by_their_ink() -> None:
    inked = ticks(scanned())
    assert min(inked[name] for name in TICKED) > 0.2
    assert max((ink for name, ink in inked.items() if name not in TICKED), default=0.0) < 0.06


def test_words_are_those_of_labels_and_values_each_with_its_confidence() -> None:
    page = scanned()
    said = [word.text for word in page.words]
    assert {"COMMERCIAL", "UNDERWRITER", "Copperfield", "38-5843592", "ACORD"} <= set(said)
    assert len(page.word_confidences) == len(page.words)
    assert all(0.0 <= sure <= 1.0 for sure in page.word_confidences)


def test_a_blank_form_says_nothing() -> None:
    one = scans.scanned(form(200, filled=False), scans.Scanner(dpi=200, skew=-0.8, noise=4), 3)
    page = read(one, 200, ocr.engine("tesseract"))
    assert placed(page) == ("125", 1)
    assert texts(page) == {}
    assert all(ink < 0.06 for ink in ticks(page).values())


def test_a_fax_is_read_through_its_noise() -> None:
    grey = scans.scanned(form(150), scans.Scanner(dpi=150, skew=0.7, noise=25), 5)
    fax = np.where(grey > 150, np.uint8(255), np.uint8(0))
    page = read(fax, 150, ocr.engine())
    assert placed(page) == ("125", 1)
    assert {name for name, ink in ticks(page).items() if ink > 0.1} == TICKED
    right = sum(texts(page).get(name) == value for name, value in TYPED.items())
    assert right >= len(TYPED) - 2
    assert not set(texts(page)) - set(TYPED)


def test_a_photo_is_laid_flat_and_its_evidence_shown_where_it_was_taken() -> None:
    seen, onto = photographed(form(150))
    height, width = seen.shape
    page = read_page(seen, dpi=72, width=width, height=height, engine=ocr.engine("tesseract"), number=1)
    assert placed(page) == ("125", 1)
    assert texts(page) == TYPED
    assert page.scan
    name = next(each for each in page.scan.readings if each.elabel == "NamedInsured_FullName_A")
    x0, top, x1, bottom = name.box
    corners = np.array([[(x0, top), (x1, top), (x1, bottom), (x0, bottom)]], np.float32)
    shown = cv2.perspectiveTransform(corners, np.array(page.scan.shown).reshape(3, 3))
    assert np.allclose(shown, cv2.perspectiveTransform(corners * 150 / 72, onto), atol=4.0)


def test_the_same_picture_gives_the_same_page() -> None:
    one = scans.scanned(form(150), scans.Scanner(dpi=150, skew=0.4, noise=5), 1)
    assert read(one, 150) == read(one, 150)


@cache
def letter() -> np.ndarray:
    page = np.full((1100, 850), 255, np.uint8)
    for line in range(16):
        text = f"Statement {line} of the losses paid in the year"
        cv2.putText(page, text, (80, 120 + 48 * line), cv2.FONT_HERSHEY_COMPLEX, 0.7, 20, 1, cv2.LINE_AA)
    return page


@pytest.mark.parametrize("turns", [0, 2])
def test_a_page_of_no_known_form_is_read_whole_and_upright(turns: int) -> None:
    page = read(np.ascontiguousarray(np.rot90(letter(), turns)), 100, ocr.engine("tesseract"))
    assert placed(page) is None
    assert page.scan and page.scan.readings == () and page.scan.turned == 90 * turns
    said = " ".join(word.text for word in page.words)
    assert said.startswith("Statement 0 of the losses paid in the year Statement 1 of")


def test_a_page_with_nothing_on_it_has_no_words() -> None:
    page = read(np.full((1100, 850), 255, np.uint8), 100, ocr.engine("tesseract"))
    assert page.words == () and placed(page) is None


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (900, 3), (40, 40), (60, 2000)])
@pytest.mark.parametrize("what", ["white", "black", "noise"])
def test_pictures_of_any_shape_and_content_end_as_pages(shape: tuple[int, int], what: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, shape).astype(np.uint8)
    picture = {"white": np.full_like(noise, 255), "black": np.zeros_like(noise), "noise": noise}[what]
    looks_printed(picture)
    assert placed(read(picture, 100)) is None


def windows() -> np.ndarray:
    wall = np.full((900, 1200), 170, np.uint8)
    for y in range(100, 800, 110):
        for x in range(60, 1100, 90):
            cv2.rectangle(wall, (x, y), (x + 50, y + 70), 60, -1)
    return wall


def clouds() -> np.ndarray:
    rough = np.random.default_rng(4).random((900, 1200)).astype(np.float32)
    return np.asarray(cv2.normalize(cv2.GaussianBlur(rough, (0, 0), 3), None, 0, 255, cv2.NORM_MINMAX), np.uint8)


def test_print_is_told_from_other_pictures() -> None:
    assert looks_printed(form(150)) and looks_printed(letter())
    assert looks_printed(photographed(form(150))[0])
    assert looks_printed(np.ascontiguousarray(np.rot90(form(150))))
    assert not looks_printed(windows())
    assert not looks_printed(clouds())
    assert not looks_printed(np.full((500, 400), 255, np.uint8))


def test_rules_go_and_strokes_that_cross_them_stay() -> None:
    ink = np.zeros((60, 300), np.uint8)
    cv2.line(ink, (5, 40), (295, 40), 255, 2)
    cv2.line(ink, (100, 28), (100, 48), 255, 3)
    bare, level, _ = without_lines(ink, np.zeros_like(ink), 120, 35, 6)
    assert not bare[38:43, 110:290].any()
    assert bare[28:48, 100].all()
    assert level[40, 200]


def boxed(text: str) -> tuple[np.ndarray, np.ndarray]:
    flat = np.full((60, 400), 250, np.uint8)
    cv2.putText(flat, text, (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 20, 2)
    return flat, np.where(flat < 150, np.uint8(255), np.uint8(0))


def test_ink_belongs_to_the_box_its_middle_lies_in_and_labels_are_left_out() -> None:
    flat, ink = boxed("LBL value NEXT")
    none = np.zeros_like(ink)
    sheet = Sheet(flat=flat, ink=ink, level=none, upright=none, unit=3.0)
    ends = [cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.8, 2)[0][0] + 20 for text in ("LBL", "LBL value ")]
    left, right = Area(box=(0, 10, ends[1], 50), many=False), Area(box=(ends[1], 10, 400, 50), many=False)
    lines = cut(sheet, [left, right], [(0, 10, ends[0] + 4, 50)])
    assert [line.area for line in lines] == [0, 1]
    assert ends[0] <= lines[0].left and lines[0].left + lines[0].picture.shape[1] <= ends[1] + 4
    assert lines[1].left >= ends[1] - 6


def line(width: int, height: int, *, pieces: int = 1, columns: int = 1) -> Line:
    picture = np.full((height + 6, width + 6), 255, np.uint8)
    return Line(area=0, picture=picture, left=0, top=0, letters=float(height), pieces=pieces, columns=columns)


@pytest.mark.parametrize(
    ("read_as", "width", "capital", "settled"),
    [
        ("4", 8, 20, "1"),
        ("4", 15, 20, "4"),
        ("2", 29, 20, "22"),
        ("22", 29, 20, "22"),
        ("Pp", 14, 20, "P"),
        ("co", 30, 20, "CO"),
        ("co", 30, 27, "co"),
        ("Fl", 24, 20, "F1"),
        ("fu\u0142l", 50, 20, "full"),
    ],
)
def test_shapes_settle_what_an_engine_cannot_know(read_as: str, width: int, capital: float, settled: str) -> None:
    assert settle(read_as, line(width, 20), capital) == settled


def test_readings_that_lose_characters_are_doubted() -> None:
    assert fitting("IBARRA", line(90, 20, pieces=6, columns=6)) == 1.0
    assert fitting("BARRA", line(90, 20, pieces=6, columns=6)) < 0.9
    assert fitting("\u9580", line(20, 20)) < 0.7


def test_sentences_that_run_out_of_a_box_are_print() -> None:
    words = [Word("Any", (10, 10, 30, 18)), Word("policy", (32, 10, 60, 18)), Word("Typed", (120, 10, 150, 18))]
    assert printed(words, [(25, 8, 100, 20), (110, 8, 200, 20)]) == {0, 1}


def test_readings_carry_what_they_were_read_with() -> None:
    page = scanned()
    assert page.scan
    sure: dict[str, BoxReading] = {reading.elabel: reading for reading in page.scan.readings}
    name = sure["Producer_FullName_A"]
    assert name.confidence > 0.8 and name.ink is None
    assert 20 < name.box[0] < 30 and 60 < name.box[1] < 70
    assert page.scan.engine.startswith("tesseract") and 195 < page.scan.dpi < 205
