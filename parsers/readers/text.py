"""Read plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers import sniff
from parsers.document import Defect, ParsedDocument
from parsers.readers.charset import decode

if TYPE_CHECKING:
    from parsers.limits import Limits


def read(data: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Return the text as it stands, cut at ``limits.text`` characters and then ``partial``."""
    text, sure = decode(data)
    defects = () if sure else (Defect(reason="damaged", detail="some characters belong to no known charset"),)
    cut = len(text) > limits.text
    return ParsedDocument(
        sha256="",
        media_type=sniff.TEXT,
        status="partial" if cut else "read",
        reason="too_large" if cut else None,
        text=text[: limits.text],
        defects=defects,
    )
