"""What a document of a known kind says: fields and tables, each with where it stood and how sure the reading is."""

from __future__ import annotations

from parsers.extract import prose
from parsers.extract.carriers import carrier_group
from parsers.extract.dispatch import extract
from parsers.extract.widgets import filled_ratio

__all__ = ["carrier_group", "extract", "filled_ratio", "prose"]
