"""What the lines of a loss run show in passing, whatever they are taken for: terms, numbers, rows.

Kept while the lines are read, so that no line need be kept behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from sys import intern

from parsers.extract.runlines import Strip
from parsers.extract.runmarks import MONEY, row_like
from parsers.extract.runnumbers import strange_numbers, telling_numbers
from parsers.extract.runspans import days_between, is_round, span_of
from parsers.extract.runterms import Reading
from parsers.extract.runvalued import DATE

_YEAR = 366
_DAYS = re.compile(DATE, re.IGNORECASE)


@dataclass(slots=True)
class Passing:
    """Days on which named terms begin, numbers below the first header that claims may have, lines like rows."""

    as_of: date | None
    spans: set[str] = field(default_factory=set)
    numbers: dict[str, None] = field(default_factory=dict)
    rows: int = 0

    def line(self, strip: Strip, *, headed: bool, claimed: bool) -> None:
        """Note a line; ``headed``: a header stands above it, ``claimed``: claims were read already."""
        if start := self._term(strip.text):
            self.spans.add(start)
        if headed:
            self.numbers.update((intern(number), None) for number in telling_numbers(strip.text))
        if not claimed:
            self.rows += row_like(strip)

    def tell(self, reading: Reading) -> None:
        """Hold against what was read what was seen."""
        reading.spans = self.spans
        reading.strange = strange_numbers(self.numbers, reading)
        if not reading.claims and self.rows > len(reading.terms):  # Rows that nobody took.
            reading.figures, reading.unused = reading.figures + self.rows, reading.unused + self.rows

    def _term(self, text: str) -> str | None:
        """Return the first day of a term of a year that a line names by two dates."""
        if len(_DAYS.findall(text)) < 2 or MONEY.search(text):
            return None
        start, end = span_of(text, self.as_of)
        fits = start and end and is_round(start, end) and _YEAR - 40 < days_between(start, end) < _YEAR + 10
        return start if fits else None
