"""Totals of a loss run: which lines are one, of which claims it speaks, and what is carried from page to page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from parsers.extract.runclaims import amount_in, amounts_of
from parsers.extract.runcolumns import AMOUNT_NAMES
from parsers.extract.runheadings import Headings
from parsers.extract.runlines import Strip
from parsers.extract.runmarks import MONEY, label_of
from parsers.extract.runsums import Running, sums_are
from parsers.extract.runterms import Claim, Printed, Term
from parsers.extract.runvalued import dated
from parsers.extract.runwords import counted, says

_INCURRED = re.compile(r"\bincurred\b\W{0,4}?(\(?-?\$?\d[\d,]*(?:\.\d\d)?\)?)\s*$", re.IGNORECASE)
_LAST_TOTALS = 12
_COUNTING = re.compile(
    r"\W*(?:claims?|clms?|loss(?:es)?|count|number|no|of|open|closed|re-?opened|\d{1,6})?\W*", re.IGNORECASE
)
"""The words of a line that does nothing but count."""


@dataclass(slots=True)
class Totals(Headings):
    """Keeps where totals stood in ``since``, and the amounts of the one that was just ``told``.

    ``foreign`` is the place of the last claim that is not of the term whose rows were being read. ``repeated`` are the
    claims that were listed a second time.
    """

    since: list[int] = field(default_factory=list)
    told: dict[str, Decimal] | None = None
    repeated: list[Claim] = field(default_factory=list)
    foreign: int = -1
    running: Running | None = None

    def add_to_total(self, strip: Strip, cells: Mapping[str, str]) -> None:
        """Add the amounts of a further line to the total they belong to."""
        self.reading.figures += len(MONEY.findall(strip.text))
        for name, amount in amounts_of(cells).items():
            if self.told is not None and name != "expense_reserve":
                self.told.setdefault(name, amount)

    def _reopen(self, term: Term) -> None:
        """A term goes on after its total: that was the total of a group of its claims, by year or by claimant."""
        if term.total_at is None:
            return
        label, start, end = term.total_at
        spans = tuple((each, end) for each in dict.fromkeys((0, start, *self.since[-_LAST_TOTALS:])) if each < end)
        self.reading.printed.append(
            Printed(label=label.strip() or "total", amounts=term.printed, count=term.count, spans=spans)
        )
        term.printed, term.count, term.closed, term.total_at = {}, None, False, None

    def _counts_total(self, text: str) -> bool:
        """Read a line that says how many claims the total right above it is of; False where it is none."""
        count = counted(text)
        if self.told is None or count is None or not all(map(_COUNTING.fullmatch, text.split())):
            return False
        if self.term is not None and self.term.printed is self.told:
            self.term.count = count if self.term.count is None else self.term.count
        elif self.reading.printed and self.reading.printed[-1].amounts is self.told:
            last = self.reading.printed[-1]
            self.reading.printed[-1] = replace(last, count=count if last.count is None else last.count)
        self.told = None
        return True

    def _is_total(self, label: str, cells: Mapping[str, str], text: str) -> bool:
        if cells.get("date_of_loss") and dated(cells["date_of_loss"], self.as_of):
            return False
        figures = bool(cells.keys() & AMOUNT_NAMES) or MONEY.search(text) is not None
        if says("total", text):
            return figures or counted(text) is not None or label.strip() == text.strip()
        if says("starred", text):
            return figures or counted(text) is not None
        if figures and counted(label) is not None and len(label.split()) < 9:
            return True
        return "date_of_loss" not in cells and self._adds_up(cells)

    def _adds_up(self, cells: Mapping[str, str]) -> bool:
        """Return whether the amounts of a row are the sums of rows above it, whatever it calls them."""
        amounts = {name: each for name, each in amounts_of(cells).items() if name in cells}
        if not any(amounts.values()):
            return False
        if self.repeated and sums_are(self.repeated, amounts):
            return True
        return self._are_sums(amounts) or bool(self.term and self.term.claims and self._are_of(self.term, amounts))

    def _carry(self, cells: Mapping[str, str]) -> None:
        amounts = amounts_of({name: text for name, text in cells.items() if name in AMOUNT_NAMES})
        if amounts:
            self.reading.carried.append((len(self.reading.claims), amounts))

    def total(self, strip: Strip, cells: Mapping[str, str]) -> None:
        """Read a total of claims that are told as blocks."""
        self.reading.figures += len(MONEY.findall(strip.text))
        self._total(label_of(strip), cells, strip.text)

    def _total(self, label: str, cells: Mapping[str, str], text: str) -> None:
        amounts = amounts_of({name: cell for name, cell in cells.items() if name in AMOUNT_NAMES})
        amounts.pop("expense_reserve", None)
        if not amounts and len(found := MONEY.findall(text)) == 1 and (amount := amount_in(found[0])) is not None:
            amounts = {"incurred": amount}
        if not amounts and (told := _INCURRED.search(text)) and (amount := amount_in(told[1])) is not None:
            amounts = {"incurred": amount}
        count = counted(label)
        self.claim, self.told = None, amounts
        if self.repeated and sums_are(self.repeated, amounts):
            return  # Of claims that are listed again.
        if says("page", label) or (not amounts and count is None):
            self.reading.unused += (
                0 if says("page", label) else sum(bool(amount_in(each)) for each in MONEY.findall(text))
            )
            return
        if self.term is not None and self._closes_term(self.term, label, amounts):
            if not amounts and self.term.printed:
                self.told = self.term.printed
            self.term.printed, self.term.closed = self.told or amounts, True
            self.term.total_at = (label, self.began, len(self.reading.claims)) if self.term.claims else None
            self.told = self.term.printed
            self.term.count = count if count is not None else self.term.count
            if count == 0:
                self.term.zero = True
            self.since.append(len(self.reading.claims))
            return
        self.report(label, amounts, count)

    def _closes_term(self, term: Term, label: str, amounts: Mapping[str, Decimal]) -> bool:
        if says("grand", label) or term.closed or (term.start is None and term.year is None):
            return False
        if term is not self.term or self.foreign >= self.began:
            return False
        if term.zero and any(amounts.values()):
            return False  # A term without claims comes to nothing.
        # A total that is none of this term, but of the rows since another, speaks of a group of rows.
        return self._are_of(term, amounts) or not self._are_sums(amounts)

    def _are_sums(self, amounts: Mapping[str, Decimal]) -> bool:
        """Return whether amounts are the sums of all claims read, or of those since the last total."""
        starts = {0, self.since[-1] if self.since else 0}
        return any(self._running.are(amounts, start) for start in starts if start < len(self.reading.claims))

    def _are_of(self, term: Term, amounts: Mapping[str, Decimal]) -> bool:
        """Return whether amounts are the sums of a term's claims."""
        if len(term.claims) == len(self.reading.claims) - self.began and term is self.term:
            return self._running.are(amounts, self.began)
        return sums_are(term.claims, amounts)

    @property
    def _running(self) -> Running:
        if self.running is None:
            self.running = Running(self.reading.claims)
        return self.running

    def report(self, label: str, amounts: dict[str, Decimal], count: int | None) -> None:
        """Keep a printed total of more than one term: of all rows, or of those since the last such total."""
        here = len(self.reading.claims)
        spans = tuple((start, here) for start in (0, *self.since[-_LAST_TOTALS:]))
        name = label.strip(" *:-(").strip() or "total"
        line, insured = self.section.line, self.section.insured
        self.reading.printed.append(
            Printed(label=name, amounts=amounts, count=count, spans=spans, line=line, insured=insured)
        )
        self.since.append(here)
