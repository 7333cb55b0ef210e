"""Reading what is printed on pictures: one interface, two engines and none, and which of them is taken."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

from parsers.readers.ocr import rapid, tesseract
from parsers.readers.ocr.words import Engine, NoEngine, OcrWord

__all__ = ["ADVICE", "Engine", "NoEngine", "OcrWord", "engine"]

ADVICE: Final = "apt install tesseract-ocr-eng, or pip install rapidocr onnxruntime"
"""What mends the lack of an engine."""


_DOES_NOT_LOAD: Final = (ImportError, OSError, RuntimeError, ValueError)
"""What libraries raise that were built for another machine, or whose data is damaged."""


def engine(choice: str | None = None) -> Engine:
    """Load the engine that ``choice`` (else ``INTAKE_OCR``) names and this machine has.

    ``auto`` and nothing named mean Tesseract where its library and English data are, with RapidOCR as its second: of
    the boxes of faxed forms it read 85 % right alone and 95 % with its doubtful lines read again, in half as much time
    more (measured). Without Tesseract it is RapidOCR. An engine that does not load counts as not installed.
    """
    wanted = choice or os.environ.get("INTAKE_OCR") or "auto"
    if wanted in ("auto", "tesseract") and tesseract.installed():
        second = _rapid(lines=False) if wanted == "auto" else None
        with suppress(*_DOES_NOT_LOAD):
            return tesseract.Tesseract(second)
    if wanted in ("auto", "rapid"):
        return _rapid(lines=True) or NoEngine()
    return NoEngine()


def _rapid(*, lines: bool) -> Engine | None:
    if rapid.installed():
        with suppress(*_DOES_NOT_LOAD):
            return rapid.Rapid(lines=lines)
    return None
