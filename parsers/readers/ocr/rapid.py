"""The one door to RapidOCR: text lines found and recognised by neural nets that lie inside its wheel.

Its sessions run without threads of their own, so they are loaded once and work in forked processes. The models are
handed over by path: RapidOCR would download what it does not find.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from parsers.readers.ocr.words import OcrWord, inked

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from parsers.readers.ocr.words import Engine, Grey

_ENGINE: Final = "EngineConfig.onnxruntime."
_PARTS: Final = {"Det": "det", "Rec": "rec"}
_BAND: Final = 600_000
"""Pixels in which lines are looked for at a time: a page at once takes twice the memory and half as long again."""
_LONGEST: Final = 2000
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_LARGE_BLOCK: Final = 4_000_000
"""Bytes. With a million the peak sinks by a fifth more, and reading takes a fifth longer."""
_SURE: Final = 0.3
"""Lines less sure than this are patterns of the paper."""


def _models() -> dict[str, Path]:
    """Return the newest model of the wheel for each part that has one."""
    spec = util.find_spec("rapidocr")
    folders = [Path(place, "models") for place in (spec.submodule_search_locations or ())] if spec else []
    found = {}
    for part, word in _PARTS.items():
        files = sorted(path for folder in folders for path in folder.glob(f"PP-OCR*_{word}_*.onnx"))
        found.update({part: files[-1]} if files else {})
    return found


def installed() -> bool:
    """Tell whether the library, what runs it, and its models are there, without loading them."""
    return util.find_spec("onnxruntime") is not None and len(_models()) == len(_PARTS)


class Rapid:
    """RapidOCR, loaded when made. It recognises single lines well, so cells need no mosaic.

    ``lines`` says whether it will have to find lines, too; without, it is smaller by half.
    """

    name = "rapid"
    cells_first = True
    second: Engine | None = None

    def __init__(self, *, lines: bool = True) -> None:
        import cv2
        from rapidocr import RapidOCR

        cv2.setNumThreads(1)
        settings: dict[str, Any] = {f"{part}.model_path": str(path) for part, path in _models().items()}
        settings |= {"Global.use_cls": False, "Global.log_level": "critical", "Global.text_score": _SURE}
        settings |= {_ENGINE + "intra_op_num_threads": 1, _ENGINE + "inter_op_num_threads": 1}
        # A batch is as wide as its widest line: line by line is quicker, and takes a third of the memory.
        settings |= {"Rec.rec_batch_num": 1}
        # Left to itself it blows a narrow strip up until it is 736 dots high, and however wide.
        settings |= {"Det.limit_type": "max", "Det.limit_side_len": _LONGEST}
        engine: Any = RapidOCR(params=settings)
        engine._load_rec_model()
        if lines:
            engine._load_det_model()
            _give_back()
        self._engine = engine

    def read_lines(self, picture: Grey, *, block: bool) -> tuple[OcrWord, ...]:
        """Find the lines of a picture and read each; a block is read as any page is."""
        found: list[OcrWord] = []
        for top, bottom in _bands(picture):
            first = found[-1].line + 1 if found else 0
            found.extend(self._band(picture[top:bottom], top, first))
        return tuple(found)

    def _band(self, picture: Grey, top: int, first: int) -> Iterator[OcrWord]:
        told = self._engine(_coloured(picture), return_word_box=True)
        if told.txts is None:
            return
        lines = zip(told.txts, told.scores, told.boxes, told.word_results, strict=True)
        for number, line in enumerate(lines, start=first):
            yield from _words(number, top, *line)

    def read_cells(self, cells: Sequence[Grey]) -> tuple[OcrWord, ...]:
        """Read each picture as one line, without looking for lines first."""
        from rapidocr.ch_ppocr_rec import TextRecInput

        trimmed = [(place, bounds) for place, cell in enumerate(cells) if (bounds := inked(cell))]
        if not trimmed:
            return ()
        pictures = [_coloured(cells[place][top:bottom, left:right]) for place, (left, top, right, bottom) in trimmed]
        told = self._engine.text_rec(TextRecInput(img=pictures))
        return tuple(
            OcrWord(text.strip(), bounds, float(score), place)
            for (place, bounds), text, score in zip(trimmed, told.txts, told.scores, strict=True)
            if text.strip()
        )


def _bands(picture: Grey) -> Iterator[tuple[int, int]]:
    """Part a picture, where its rows are lightest, into bands: looking for lines takes memory by the pixel."""
    height, width = picture.shape
    count = max(1, round(height * width / _BAND))
    light = picture.mean(axis=1)
    edges = [0]
    for number in range(1, count):
        at, reach = height * number // count, height // (count * 4)
        edges.append(at - reach + int(light[at - reach : at + reach].argmax()))
    yield from zip(edges, [*edges[1:], height], strict=True)


def _give_back() -> None:
    """Have the C library give large blocks back at once: kept for later, the layers of a net add up to 400 MB."""
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)
        libc.mallopt(_M_TRIM_THRESHOLD, _LARGE_BLOCK)


def _coloured(picture: Grey) -> npt.NDArray[np.uint8]:
    import numpy as np

    return np.repeat(picture[:, :, None], 3, axis=2)


def _words(number: int, above: int, text: str, score: float, corners: Any, pieces: Any) -> Iterator[OcrWord]:
    """Part a line at its spaces; each part takes the boxes of its pieces, or its share of the line."""
    parts = text.split()
    shares = _pieced(parts, pieces) or _shared(text, parts, corners)
    for part, ((x0, top, x1, bottom), sure) in zip(parts, shares, strict=True):
        box = (x0, top + above, x1, bottom + above)
        yield OcrWord(part, box, round(float(score if sure is None else sure), 4), number)


_Share = tuple[tuple[float, float, float, float], float | None]


def _pieced(parts: Sequence[str], pieces: Any) -> list[_Share] | None:
    """Join the pieces (text, score, corners) to the parts they spell, or None where they spell something else."""
    left = [piece for piece in pieces or () if piece[0].strip()]
    found: list[_Share] = []
    for part in parts:
        taken: list[Any] = []
        while left and len("".join(piece[0] for piece in taken)) < len(part):
            taken.append(left.pop(0))
        if "".join(piece[0] for piece in taken) != part:
            return None
        found.append((_around([corner for piece in taken for corner in piece[2]]), min(piece[1] for piece in taken)))
    return found


def _shared(text: str, parts: Sequence[str], corners: Any) -> list[_Share]:
    x0, top, x1, bottom = _around(corners)
    step = (x1 - x0) / max(len(text), 1)
    found: list[_Share] = []
    at = 0
    for part in parts:
        at = text.index(part, at)
        found.append(((x0 + at * step, top, x0 + (at + len(part)) * step, bottom), None))
        at += len(part)
    return found


def _around(corners: Any) -> tuple[float, float, float, float]:
    across, down = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    return min(across), min(down), max(across), max(down)
