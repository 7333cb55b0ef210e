"""The one door to Tesseract: the library in this process, words with boxes through its own iterator.

Its word lists stay on: without them it read 1,200 codes, dates, sums and names drawn at random, clean and noisy, letter
for letter the same, in the same time (measured, Tesseract 5.5 with the English data of Debian).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from parsers.readers.ocr.words import OcrWord, inked

if TYPE_CHECKING:
    from parsers.readers.ocr.words import Engine, Grey

_LANGUAGE: Final = "eng"
_DATA: Final = f"{_LANGUAGE}.traineddata"
_DPI: Final = 300
"""Tesseract guesses a resolution where none is told, and complains; the recognition is the same."""


def data_folder() -> Path | None:
    """Return the folder of the English data: ``TESSDATA_PREFIX`` first, then where Debian and others put it."""
    told = os.environ.get("TESSDATA_PREFIX")
    named = [Path(told), Path(told, "tessdata")] if told else []
    usual = sorted(Path("/usr/share/tesseract-ocr").glob("*/tessdata"), reverse=True)
    for folder in (*named, *usual, Path("/usr/share/tessdata"), Path("/usr/local/share/tessdata")):
        if (folder / _DATA).is_file():
            return folder
    return None


def installed() -> bool:
    """Tell whether the library and its English data are there, without loading either."""
    return util.find_spec("tesserocr") is not None and data_folder() is not None


class Tesseract:
    """Tesseract with English data, loaded when made; one picture at a time, threads take turns."""

    cells_first = False

    def __init__(self, second: Engine | None = None) -> None:
        self.name = f"tesseract+{second.name}" if second else "tesseract"
        self.second = second
        # More than one thread costs three times the processor time and twice the wait (measured).
        os.environ["OMP_THREAD_LIMIT"] = "1"
        import tesserocr  # type: ignore[import-untyped]

        self._module: Any = tesserocr
        self._lock = threading.Lock()
        mode = tesserocr.PSM.SINGLE_BLOCK
        self._api: Any = tesserocr.PyTessBaseAPI(
            path=f"{data_folder()}/", lang=_LANGUAGE, psm=mode, oem=tesserocr.OEM.LSTM_ONLY
        )

    def read_lines(self, picture: Grey, *, block: bool) -> tuple[OcrWord, ...]:
        """Read a picture: as one uniform block (psm 6), or with Tesseract's own layout analysis (psm 3)."""
        modes = self._module.PSM
        return tuple(self._read(picture, modes.SINGLE_BLOCK if block else modes.AUTO))

    def read_cells(self, cells: Sequence[Grey]) -> tuple[OcrWord, ...]:
        """Read each picture as one line (psm 7); a mosaic of them read as a block is quicker."""
        found = []
        for place, cell in enumerate(cells):
            # On blank paper it reads letters that are not there.
            words = list(self._read(cell, self._module.PSM.SINGLE_LINE)) if inked(cell) else []
            if words:
                found.append(_joined(words, place))
        return tuple(found)

    def _read(self, picture: Grey, mode: int) -> Iterator[OcrWord]:
        height, width = picture.shape
        with self._lock:
            self._api.SetPageSegMode(mode)
            self._api.SetImageBytes(picture.tobytes(), width, height, 1, width)
            self._api.SetSourceResolution(_DPI)
            try:
                if self._api.Recognize():
                    yield from self._words(self._api.GetIterator())
            finally:
                self._api.Clear()

    def _words(self, found: Any) -> Iterator[OcrWord]:
        level = self._module.RIL
        line = -1
        for word in self._module.iterate_level(found, level.WORD) if found else ():
            if word.IsAtBeginningOf(level.TEXTLINE):
                line += 1
            box = word.BoundingBox(level.WORD)
            text = word.GetUTF8Text(level.WORD).strip() if box else ""
            if text:
                sure = min(max(word.Confidence(level.WORD) / 100.0, 0.0), 1.0)
                left, top, right, bottom = box
                yield OcrWord(text, (left, top, right, bottom), round(sure, 4), max(line, 0))


def _joined(words: Sequence[OcrWord], line: int) -> OcrWord:
    """Make one of the words of a line; it is as sure as its worst."""
    left, top, right, bottom = zip(*(word.box for word in words), strict=True)
    text = " ".join(word.text for word in words)
    return OcrWord(text, (min(left), min(top), max(right), max(bottom)), min(w.confidence for w in words), line)
