"""Read one page by its looks: take its picture out of the file, and hand it, upright or not, to the scan reader.

Pictures come grey and with even resolution; the page keeps the shape its file gives it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from parsers import sniff
from parsers.document import Defect, Page, ParsedDocument
from parsers.readers import ocr, scan_pictures, scanning
from parsers.readers.scanning import faces, stencils
from parsers.wire import OcrEngine

if TYPE_CHECKING:
    from parsers.limits import Limits

_PAPER: Final = 255
_BLANK: Final = 0.0005
"""Share of dark dots up to which a page is blank: specks of dust."""

_engines: list[ocr.Engine] = []


def prepare() -> None:
    """Load the engine, draw the typeface, and let the engine and the reader of scans see one small page."""
    _engines[:] = [ocr.engine()]
    sample = np.full((400, 800), _PAPER, np.uint8)
    cv2.putText(sample, "Sample 12", (40, 200), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 0, 4)
    scanning.looks_printed(sample)
    stencils.prepare()
    faces.prepare()
    scanning.read_page(sample, dpi=300.0, width=192.0, height=96.0, engine=_engine(), number=1)


def _engine() -> ocr.Engine:
    if not _engines:
        _engines.append(ocr.engine())
    return _engines[0]


def engine() -> OcrEngine:
    """Say which engine reads, and what would mend the lack of one."""
    name = _engine().name
    return OcrEngine(name=name, advice=ocr.ADVICE if name == "none" else "")


def scan(data: bytes, *, media_type: str, page: int, limits: Limits) -> ParsedDocument:
    """Read one page (1-based) of a PDF or of a picture file by its looks.

    The one page of the answer has words and ``scan`` where it was read. ``no_ocr_engine`` and ``no_text`` stand beside
    a page with print that was not; pictures of other things, and blank pages, are answered without words.
    """
    try:
        taken = scan_pictures.taken(data, page, limits, pdf=media_type == sniff.PDF)
    except scan_pictures.RefusedError as refused:
        return _answer(media_type, Page(number=page, width=0.0, height=0.0), refused.reason)
    if not scanning.looks_printed(taken.grey):
        return _answer(media_type, taken.page, _unprinted(taken, media_type))
    if _engine().name == "none":
        return _answer(media_type, taken.page, "no_ocr_engine", ocr.ADVICE)
    wide, high = taken.page.width, taken.page.height
    seen = scanning.read_page(taken.grey, dpi=taken.dpi, width=wide, height=high, engine=_engine(), number=page)
    return _answer(media_type, seen, None if seen.words or (seen.scan and seen.scan.readings) else "no_text")


def _unprinted(taken: scan_pictures.Taken, media_type: str) -> str | None:
    """A page of a PDF that shows something else than print was meant to be read; a photograph was not."""
    blank = float((taken.grey < _PAPER // 2).mean()) <= _BLANK
    return None if blank or media_type != sniff.PDF else "no_text"


def _answer(media_type: str, page: Page, reason: str | None, detail: str = "") -> ParsedDocument:
    defects = (Defect(reason=reason, detail=detail, page=page.number),) if reason else ()
    return ParsedDocument(
        sha256="",
        media_type=media_type,
        status="partial" if defects else "read",
        reason=reason,
        pages=(page,),
        defects=defects,
    )
