"""Scanned pages of rows and columns: found by their ink, read line by line, their spelling set right."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from parsers.readers.ocr import NoEngine, tesseract
from parsers.readers.scanning import looks, spelling, tables
from parsers.readers.scanning.spelling import Part

UNIT = 200 / 72
ROWS = (
    ("Claim", "Loss Date", "St", "Paid", "Incurred"),
    ("H22-011394", "04/09/2022", "R", "13,053.65", "56,300.89"),
    ("H22-011390", "08/10/2022", "C", "935.97", "3,763.94"),
    ("H22-011427", "10/04/2022", "C", "0.00", "0.00"),
)


def _drawn(rows: tuple[tuple[str, ...], ...], *, ruled: bool) -> np.ndarray:
    picture = np.full((700, 1400), 255, np.uint8)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            cv2.putText(
                picture, text, (60 + column * 250, 86 + number * 44), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2, cv2.LINE_AA
            )
    for number in range(len(rows) + 1) if ruled else ():
        cv2.line(picture, (50, 54 + number * 44), (1300, 54 + number * 44), 0, 2)
    for column in range(6) if ruled else ():
        cv2.line(picture, (50 + column * 250, 54), (50 + column * 250, 54 + len(rows) * 44), 0, 2)
    return picture


def _parts(*texts: str, blanks: tuple[float, ...] = (), step: float = 100.0, cell: int = 0) -> list[Part]:
    return [
        Part(text, (at * step, 0.0, at * step + 90.0, 14.0), 0.9, cell, 20.0, blanks) for at, text in enumerate(texts)
    ]


def _texts(parts: list[Part]) -> list[str]:
    return [part.text for part in spelling.tidied(parts)]


def test_a_page_of_sentences_is_left_to_the_engine() -> None:
    prose = (("Please find our loss runs attached.",), ("We look forward to your quote.",), ("Kind regards",))
    assert tables.read(_drawn(prose, ruled=False), UNIT, NoEngine(), torn=False) is None


def test_a_page_of_rows_is_read_as_one() -> None:
    assert tables.read(_drawn(ROWS, ruled=False), UNIT, NoEngine(), torn=False) == ([], [])


@pytest.mark.skipif(not tesseract.installed(), reason="Tesseract is not installed")
@pytest.mark.parametrize("ruled", [True, False])
def test_every_cell_is_read_in_its_place_and_no_rule_as_a_letter(ruled: bool) -> None:
    read = tables.read(_drawn(ROWS, ruled=ruled), UNIT, tesseract.Tesseract(), torn=False)
    assert read is not None
    words = read[0]
    assert [word.text for word in words] == " ".join(text for row in ROWS for text in row).split()
    lone = [word for word in words if word.text in ("R", "C")]
    assert [round(word.box[0] * UNIT / 10) for word in lone] == pytest.approx([56, 56, 56], abs=2)


def test_small_print_of_a_wide_list_is_print() -> None:
    page = np.vstack([_drawn(ROWS, ruled=True)] * 3)
    assert looks.looks_printed(page)


def test_a_figure_that_was_taken_apart_is_put_together() -> None:
    assert _texts(_parts("$1", ",158,000", step=95)) == ["$1,158,000"]
    assert _texts(_parts("$11", "182,000", step=95)) == ["$11,182,000"]
    assert _texts(_parts("451", ".73", step=95)) == ["451.73"]


def test_figures_of_two_cells_stay_apart() -> None:
    one, other = _parts("$1", "158,000", step=95)
    assert _texts([one, Part(other.text, other.box, 0.9, 1, 20.0, ())]) == ["$1", "158,000"]


def test_words_run_together_are_parted_only_where_the_ink_has_a_space() -> None:
    assert _texts(_parts("4claims", blanks=(13.0,))) == ["4", "claims"]
    assert _texts(_parts("4claims")) == ["4claims"]
    assert _texts(_parts("total:8", blanks=(76.0,))) == ["total:", "8"]


def test_strokes_of_rules_are_no_words() -> None:
    assert _texts(_parts("|", "0.00|", "'", "-")) == ["0.00", "-"]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("1FTKOZU57SF918814", "1FTK0ZU57SF918814"),
        ("3ALNSAY48GB857852", "3ALN5AY48GB857852"),
        ("1FTES5TK38NG206999", "1FTE5TK38NG206999"),
        ("1FTK0ZU57SF918814", "1FTK0ZU57SF918814"),
        ("COMMERCEDRIVEMESA", "COMMERCEDRIVEMESA"),
    ],
)
def test_the_number_of_a_vehicle_is_set_right_by_its_check_digit(read: str, meant: str) -> None:
    assert spelling.vehicle_number(read) == meant
