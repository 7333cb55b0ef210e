"""Summaries with a column for every term: terms stand beside each other, figures below each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from parsers.document import Location
from parsers.extract.runclaims import amount_in, amounts_of
from parsers.extract.rungrids import texts_of
from parsers.extract.runlines import Strip
from parsers.extract.runnames import meant
from parsers.extract.runsections import Facts
from parsers.extract.runspans import span_of, year_of

_LABEL = re.compile(r"(?:policy\s+|coverage\s+|loss\s+|accident\s+)?(?:terms?|periods?|years?)\s*:?", re.IGNORECASE)
_DATED = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|(?:19|20)\d\d")
_GOES_ON = re.compile(r"(?:to|thru|through|-|–)?\s*(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d)", re.IGNORECASE)
Part = tuple[str, float]
"""A text of a line, and its right edge or the number of its column."""


@dataclass(slots=True)
class Column:
    """One term, or the total at the right: its dates as printed, and its figures by meaning."""

    text: str
    place: float
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Pivot:
    """A summary while its lines are read."""

    columns: list[Column]
    at: Location
    rows: int = 0

    def line(self, strip: Strip) -> bool:
        """Read the next line; False where the summary has ended."""
        parts = _parts(strip)
        if not self.rows and all(_GOES_ON.fullmatch(text) for text, _ in parts):
            for text, place in parts:
                self._column(place).text += f" {text}"
            return True
        name = _meaning(parts[0][0])
        if not name or len(parts) < 2:
            return False
        for text, place in parts[1:]:
            self._column(place).cells[name] = text
        self.rows += 1
        return True

    def _column(self, place: float) -> Column:
        return min(self.columns, key=lambda column: abs(column.place - place))

    def terms(self, as_of: date | None) -> list[tuple[Facts, int | None, dict[str, Decimal]]]:
        """Return what is said of each term."""
        found = []
        for column in self.columns:
            start, end = span_of(column.text, as_of)
            year = None if start else year_of(column.text)
            if start or year:
                said = Facts(policy=column.cells.get("policy_number"), start=start, end=end, year=year)
                found.append((said, _count(column), amounts_of(column.cells)))
        return found

    def total(self) -> tuple[int | None, dict[str, Decimal]] | None:
        """Return what the column of totals says, or None without one."""
        column = next((column for column in self.columns if not _DATED.search(column.text)), None)
        return (_count(column), amounts_of(column.cells)) if column else None


def begins(strip: Strip) -> Pivot | None:
    """Return the summary that begins with a line, or None: a label for terms, then their dates."""
    parts = _parts(strip)
    if len(parts) < 2 or not _LABEL.fullmatch(parts[0][0]):
        return None
    dated = [text for text, _ in parts[1:] if _DATED.search(text)]
    others = [text for text, _ in parts[1:] if not _DATED.search(text)]
    if not dated or any(text.casefold() not in ("total", "totals", "all years", "combined") for text in others):
        return None
    return Pivot([Column(text, place) for text, place in parts[1:]], strip.at)


def _count(column: Column) -> int | None:
    amount = amount_in(column.cells.get("claim_count", ""))
    return int(amount) if amount is not None else None


def _meaning(label: str) -> str:
    return next(iter(meant(label.rstrip(": "), "run_terms")), "")


def _parts(strip: Strip) -> Sequence[Part]:
    if strip.cells:
        return [(text, float(at)) for at, text in enumerate(texts_of(strip)) if text] or [("", 0.0)]
    found: list[Part] = []
    at = 0
    for part in strip.parts:
        at += len(part.split(" "))
        found.append((part, strip.words[at - 1].box[2]))
    return found
