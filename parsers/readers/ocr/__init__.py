"""Reading what is printed on pictures: one interface, two engines and none, and which of them is taken."""

from __future__ import annotations

import os
from typing import Final

from parsers.readers.ocr import rapid, tesseract
from parsers.readers.ocr.words import Engine, NoEngine, OcrWord

__all__ = ["ADVICE", "Engine", "NoEngine", "OcrWord", "engine"]

ADVICE: Final = "apt install tesseract-ocr-eng, or pip install rapidocr onnxruntime"
"""What mends the lack of an engine."""


def engine(choice: str | None = None) -> Engine:
    """Load the engine that ``choice`` (else ``INTAKE_OCR``) names and this machine has.

    ``auto`` and nothing named mean Tesseract where its library and English data are, else RapidOCR.
    """
    wanted = choice or os.environ.get("INTAKE_OCR") or "auto"
    if wanted in ("auto", "tesseract") and tesseract.installed():
        return tesseract.Tesseract()
    if wanted in ("auto", "rapid") and rapid.installed():
        return rapid.Rapid()
    return NoEngine()
