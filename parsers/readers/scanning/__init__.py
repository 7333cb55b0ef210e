"""Reading pages from pictures: scans, faxes and photographs of paper."""

from __future__ import annotations

from parsers.readers.scanning.looks import looks_printed
from parsers.readers.scanning.page import read_page

__all__ = ["looks_printed", "read_page"]
