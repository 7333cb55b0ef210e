"""Pictures of pages for people who check a value: drawn once in a reading process, kept by hash, page and resolution.

What has no pages to draw (sheets, letters in Word, plain text) is shown as its text instead.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from parsers.document import ParsedDocument
from pipeline.office import Office
from pipeline.originals import original_of
from pipeline.records.documents import DocumentRecord

RESOLUTIONS: Final = (110, 220)
"""Dots per inch that may be asked for: the whole page on a screen, and a box looked at closely."""

LINES_SHOWN: Final = 600
CELLS_SHOWN: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """One page as PNG; width and height in points, as boxes are measured. Without bytes ``reason`` says why."""

    png: bytes = b""
    page_width: float = 0.0
    page_height: float = 0.0
    reason: str | None = None


def page_picture(office: Office, document: DocumentRecord, page: int, dpi: int = RESOLUTIONS[0]) -> PagePicture:
    """Return the picture of one page (1-based, counted in the file) of a document.

    Pages outside the document and other resolutions than ``RESOLUTIONS`` are ``no_such_page``.
    """
    first, last = document.filed.pages
    if dpi not in RESOLUTIONS or not first <= page <= last:
        return PagePicture(reason="no_such_page")
    kept = _place(office, document.filed.sha256, page, dpi)
    known = _read(kept)
    if known is not None:
        return known
    original = original_of(office, document)
    if original is None:
        return PagePicture(reason="not_in_archive")
    drawn = office.sandbox.render(original.content, page=page, dpi=dpi)
    picture = PagePicture(
        png=drawn.png, page_width=drawn.page_width, page_height=drawn.page_height, reason=drawn.reason
    )
    if picture.png:
        _keep(kept, picture)
    return picture


def text_view(office: Office, document: DocumentRecord) -> tuple[str, ...]:
    """Return the lines of a document without pages: its text, or the rows of its tables, cells parted by ``|``."""
    original = original_of(office, document)
    if original is None:
        return ()
    read = office.sandbox.read(original.content, name=original.name, declared=original.media_type)
    lines = [line for line in _lines(read) if line.strip(" |")]
    return tuple(lines[:LINES_SHOWN])


def _lines(read: ParsedDocument) -> Iterator[str]:
    yield from read.text.splitlines()
    for table in read.tables:
        if table.sheet and not read.text:
            yield f"[{table.sheet}]"
        if not read.text:
            yield from (" | ".join(cell.text for cell in row[:CELLS_SHOWN]) for row in table.rows)


def _place(office: Office, sha256: str, page: int, dpi: int) -> Path:
    return office.settings.data / "pictures" / sha256[:2] / f"{sha256}-{page}-{dpi}"


def _read(kept: Path) -> PagePicture | None:
    try:
        return msgspec.msgpack.decode(kept.read_bytes(), type=PagePicture)
    except (OSError, msgspec.DecodeError):
        return None


def _keep(kept: Path, picture: PagePicture) -> None:
    """Write aside, then name: two requests for one page never show half a picture. It can be drawn again any time."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=kept.parent, prefix=".")
    with os.fdopen(handle, "wb") as stream:
        stream.write(msgspec.msgpack.encode(picture))
    Path(aside).replace(kept)
