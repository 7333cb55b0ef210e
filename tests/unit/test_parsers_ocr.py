"""Engines read what is printed, say where, and number their lines; where there is none, nothing is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFont

from parsers import registry
from parsers.readers import ocr
from parsers.readers.ocr import rapid, tesseract

FONT = ImageFont.load_default(30)
NAMES = [
    pytest.param(
        "tesseract", marks=pytest.mark.skipif(not tesseract.installed(), reason="no English data of Tesseract")
    ),
    "rapid",
]
Grey = npt.NDArray[np.uint8]


def picture(lines: list[str], *, step: int = 60, width: int = 900) -> Grey:
    image = Image.new("L", (width, step * len(lines) + 40), 255)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((40, 20 + step * number), line, fill=0, font=FONT)
    return np.asarray(image)


@pytest.fixture(scope="module")
def engines() -> dict[str, ocr.Engine]:
    return {}


def engine(engines: dict[str, ocr.Engine], name: str) -> ocr.Engine:
    return engines.setdefault(name, ocr.engine(name))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("block", [True, False])
def test_lines_are_read_word_by_word(engines: dict[str, ocr.Engine], name: str, block: bool) -> None:
    found = engine(engines, name).read_lines(picture(["Dunlap Mechanical", "03/15/2026 $1,250"]), block=block)

    assert [word.text for word in found] == ["Dunlap", "Mechanical", "03/15/2026", "$1,250"]
    assert all(0.5 < word.confidence <= 1.0 for word in found)
    assert found[0].line < found[2].line


@pytest.mark.parametrize("name", NAMES)
def test_boxes_stand_around_the_ink(engines: dict[str, ocr.Engine], name: str) -> None:
    drawn = picture(["Dunlap Mechanical"])
    (first, second) = engine(engines, name).read_lines(drawn, block=True)
    gap = int(first.box[2] + second.box[0]) // 2

    for word, ink in ((first, drawn[:, :gap]), (second, np.where(np.arange(900) < gap, 255, drawn))):
        rows, columns = np.nonzero(ink < 128)
        assert np.allclose(word.box, (columns.min(), rows.min(), columns.max(), rows.max()), atol=12)


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_told_by_their_place_and_empty_ones_are_left_out(engines: dict[str, ocr.Engine], name: str) -> None:
    cells = [picture(["12-3456789"]), picture([""]), picture(["Dunlap Mechanical"])]
    found = engine(engines, name).read_cells(cells)

    assert [(word.line, word.text) for word in found] == [(0, "12-3456789"), (2, "Dunlap Mechanical")]
    assert engine(engines, name).read_cells([]) == ()


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_picture_has_no_words(engines: dict[str, ocr.Engine], name: str) -> None:
    assert engine(engines, name).read_lines(np.full((200, 300), 255, np.uint8), block=True) == ()


def test_a_large_page_is_read_band_by_band_and_no_line_is_lost(engines: dict[str, ocr.Engine]) -> None:
    lines = [f"Line {number} of it" for number in range(10, 40)]
    found = engine(engines, "rapid").read_lines(picture(lines, step=70), block=False)
    numbers = [word.line for word in found]

    assert [word.text for word in found if word.text.isdigit()] == [line.split()[1] for line in lines]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(lines)


@pytest.mark.parametrize(
    ("pieces", "boxes"),
    [
        ([("12", 0.9, [[0, 0], [20, 0], [20, 9], [0, 9]]), ("-34", 0.8, [[20, 0], [50, 0], [50, 9], [20, 9]])], None),
        ([], [(0.0, 5.0, 60.0, 15.0)]),
    ],
)
def test_words_take_the_boxes_of_their_pieces_or_their_share(
    pieces: list[object], boxes: list[tuple[float, ...]] | None
) -> None:
    corners = [[0, 0], [60, 0], [60, 10], [0, 10]]
    found = list(rapid._words(3, 5, "12-34", 0.7, corners, pieces))

    assert [(word.text, word.line) for word in found] == [("12-34", 3)]
    assert [word.box for word in found] == (boxes or [(0.0, 5.0, 50.0, 14.0)])
    assert found[0].confidence == (0.8 if pieces else 0.7)


def test_without_an_engine_nothing_is_read() -> None:
    none = ocr.engine("none")

    assert none.name == "none"
    assert none.read_lines(picture(["Dunlap"]), block=True) == ()
    assert none.read_cells([picture(["Dunlap"])]) == ()


@pytest.mark.skipif(not tesseract.installed(), reason="no English data of Tesseract")
def test_the_choice_is_made_by_argument_or_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_OCR", "none")

    assert ocr.engine().name == "none"
    assert ocr.engine("tesseract").name == "tesseract"
    both = ocr.engine("auto")
    assert both.second is not None
    assert (both.name, both.second.name) == ("tesseract+rapid", "rapid")


def test_the_data_is_looked_for_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "eng.traineddata").write_bytes(b"")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))

    assert tesseract.data_folder() == tmp_path


def test_an_engine_whose_data_is_damaged_counts_as_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "eng.traineddata").write_bytes(b"no data of Tesseract")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))

    assert ocr.engine("tesseract").name == "none"
    assert ocr.engine("auto").name == "rapid"


def test_every_choice_loads_something() -> None:
    assert all(
        ocr.engine(choice).name in {"none", "rapid", "tesseract", "tesseract+rapid"} for choice in registry.OCR_CHOICES
    )
