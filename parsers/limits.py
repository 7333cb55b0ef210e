"""How much of a file may be read, and the closed list of reasons why something was not."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for reading one file. The defaults let every real submission through and end every known bomb.

    ``memory`` is the address space of the reading process in bytes, ``cpu_seconds`` its processor time,
    ``wall_seconds`` the longest wait for it, ``output`` the bytes it may answer. ``page_points`` is the longest side of
    a page (the PDF format itself ends at 14,400 points), ``pixels`` the most pixels of a picture read or drawn,
    ``cells`` the most table cells looked at and ``kept_cells`` the most non-blank ones kept. Of pages without a text
    layer ``scanned_pages`` are read, one by one under ``SCAN``, for ``scan_seconds``
    of processor time in all.
    """

    memory: int = 1024 * MIB
    cpu_seconds: int = 10
    wall_seconds: float = 15.0
    output: int = 96 * MIB
    input: int = 100_000_000
    pages: int = 1000
    page_points: float = 14_400.0
    pixels: int = 80_000_000
    cells: int = 2_000_000
    kept_cells: int = 800_000
    widgets: int = 20_000
    part: int = 48 * MIB
    parts: int = 5_000
    text: int = 8_000_000
    scanned_pages: int = 60
    scan_seconds: float = 240.0


SCAN: Final = Limits(memory=2048 * MIB, cpu_seconds=25, wall_seconds=120.0, output=8 * MIB)
"""Bounds for reading one scanned page: its processor time counts, as machines may be busy.

The memory is address space: the libraries alone claim half a gigabyte of it.
"""


REASONS = MappingProxyType(
    {
        "locked": "The file asks for a password.",
        "damaged": "The file is damaged and cannot be opened, or not to its end.",
        "empty": "The file has nothing in it.",
        "unreadable_file": "The file cannot be opened: it is gone, closed to us, or no ordinary file.",
        "not_a_document": "The file is not what its name says.",
        "unsafe": "The file carries something that no real document of its kind carries.",
        "unsupported": "Files of this kind are not read.",
        "too_large": "The file is larger than what is read.",
        "too_many_pages": "The file has more pages than are read; the first ones were.",
        "too_many_cells": "The file has more table cells than are read; the first ones were.",
        "too_many_widgets": "The form has more fields than are read; the first ones were.",
        "page_too_large": "A page or picture is larger than any paper.",
        "output_too_large": "The file holds more text than is kept of one file.",
        "out_of_memory": "Reading the file took more memory than one file is given.",
        "timeout": "Reading the file took longer than one file is given.",
        "parser_crashed": "The file made its reader crash.",
        "no_text": "Scanned pages on which nothing could be read.",
        "no_ocr_engine": "Scanned pages, and no OCR engine is installed to read them.",
        "archive_damaged": "The archive is damaged and could not be opened, or not to its end.",
        "outlook_damaged": "The saved mail is damaged and could not be opened.",
        "total_too_large": "What is packed in the file is larger than one message may hold.",
        "no_such_page": "The file has no page of that number.",
        "dynamic_form": "The form shows its fields in Adobe Acrobat only; a printed copy is needed.",
    }
)
"""Every reason a file or a part of it was not read, with the sentence people see."""

FINDINGS = MappingProxyType(
    {
        "unexplained_ink": "The form shows text or marks outside its boxes.",
        "new_edition": "The form is of an edition that was never seen; every value of it needs a look.",
        "no_layout": "No layout of the form is known; it was read by its captions.",
        "value_differs": "A field holds another value than the page shows.",
        "doubtful_tick": "A box may be ticked or not.",
        "unclear": "What was written could not be made out.",
    }
)
"""What may be odd about a form that was read: for our own people, never for those who sent it."""
