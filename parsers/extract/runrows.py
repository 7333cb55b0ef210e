"""The grammar of rows: what a line of a loss run is, and what it adds to the terms and claims read so far."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from sys import intern

from parsers.extract.runclaims import amount_in, amounts_of, number_of
from parsers.extract.runcolumns import AMOUNT_NAMES
from parsers.extract.runcuts import starts, status_like
from parsers.extract.runevents import event_of
from parsers.extract.runlines import Strip
from parsers.extract.runmarks import MONEY, figured, figures_beside, label_of, row_like, says_zero
from parsers.extract.runsections import facts_of
from parsers.extract.runterms import Claim, Term
from parsers.extract.runtotals import Totals
from parsers.extract.runvalued import dated
from parsers.extract.runwords import counted, says, without

_HEADING = re.compile(r"\b(?:policy|pol|term|period|eff|effective|insured|year)\b", re.IGNORECASE)
_BINDS = re.compile(r"(?:to|thru|through|until|for|exp\w*|-|–)\b", re.IGNORECASE)
_NO_DAY = re.compile(r"\d|\b(?:pend\w*|tbd|tba|unk\w*|n/?a|various|none|not|open)\b|\?", re.IGNORECASE)
"""What stands where a claim's number, or its day, is not known yet."""
_NOTHING = Decimal(0)
_WHOLE: tuple[str, ...] = ("reserve", "recovery", "incurred")
"""What the sum of the parts of a claim tells for all of them."""
_TEXTS = ("description", "claimant")
_KEPT_NOWHERE = frozenset({"gross", "part"})
"""Amounts that a claim is not told by: they are printed, and no row has them."""


def _like_claim(strip: Strip, cells: Mapping[str, str]) -> bool:
    """Return whether a row of a table has a number and a status in their places, whatever else it lacks."""
    number = cells.get("claim_number", "")
    return bool(strip.cells) and any(map(str.isdigit, number)) and status_like(cells.get("status", ""))


@dataclass(slots=True)
class Grammar(Totals):
    """Reads line after line; ``blank`` are the columns of amounts that the next line has.

    ``again``: what follows lists some of the claims a second time, and ``numbered`` has those read before by number.
    ``early``: these are told before all others, once each.
    """

    halves: dict[str, Claim] = field(default_factory=dict)
    again: bool = False
    early: bool = False
    numbered: dict[str, Claim] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()
    event: Mapping[str, str] = field(default_factory=dict)

    # What a line may be

    def row(self, strip: Strip, cells: Mapping[str, str], has_dates: bool) -> bool:
        """Read a line under a header of claims; return whether it began a claim."""
        text = strip.text
        money = len(MONEY.findall(text))
        self.reading.figures += money
        if not has_dates and not money and (event := event_of(text, self.as_of)):
            self.event, self.claim = event, None
            return False
        if self._heading_first(cells, text, money):
            self._heads(text)
            self.event = {}
            return False
        is_sum = has_dates and "date_of_loss" not in cells and self._adds_up(cells)
        if starts(cells, has_dates) and self._claim_like(cells, text) and not is_sum:
            self._begin(strip, cells)
            return True
        self._other(strip, cells, money)
        return False

    def text(self, strip: Strip) -> None:
        """Read a line that stands under no header; what looks like a row is left over."""
        money = len(MONEY.findall(strip.text))
        self._other(strip, {}, money if row_like(strip) or (money > 1 and self.reading.claims) else 0)

    def _heading_first(self, cells: Mapping[str, str], text: str, money: int) -> bool:
        """Return whether a line without amounts names a term, or the day of the figures, and is no row."""
        if money or any(amount_in(cells[name]) is not None for name in cells.keys() & AMOUNT_NAMES):
            return False
        told = cells.keys() & {"claim_number", "status", "reported"} and not _BINDS.match(cells.get("claim_number", ""))
        if told and dated(cells.get("date_of_loss", ""), self.as_of):
            return bool(_HEADING.search(text)) and facts_of(text, self.as_of).opens
        if cells.keys() & {"term", "term_from"} and says_zero(text, cells):
            return False
        facts = facts_of(text, self.as_of)
        return (facts.opens and counted(text) is None) or facts.valued is not None

    def _claim_like(self, cells: Mapping[str, str], text: str) -> bool:
        if "date_of_loss" in cells and dated(cells["date_of_loss"], self.as_of):
            return not says("carried", text)
        if self._numbered(cells, text):
            return True
        label = text[: found.start()] if (found := MONEY.search(text)) else text
        return not (says("total", label) or says("carried", label) or says("zero", label) or counted(label) is not None)

    def _numbered(self, cells: Mapping[str, str], text: str) -> bool:
        """Return whether a row has the number of a claim in its place, whatever its text says of totals."""
        number = cells.get("claim_number", "")
        if not any(map(str.isdigit, number)) or "date_of_loss" not in {*cells, *self.blank}:
            return False
        said = f"{text.partition(number)[0]} {number}"
        return not (
            any(says(name, said) for name in ("total", "carried", "zero", "grand")) or counted(said) is not None
        )

    def _other(self, strip: Strip, cells: Mapping[str, str], money: int) -> None:
        text, label = strip.text, label_of(strip)
        if self._counts_total(text):
            return
        self.told = None
        if self._lists_again(text):
            self.again, self.claim = True, None
            self.numbered = {claim.cells.get("claim_number", ""): claim for claim in self.reading.claims}
        elif says("carried", label if money else without("continued", label)):
            self._carry(cells)
        elif cells.keys() & {"term", "term_from"} and says_zero(text, cells) and not says("total", text):
            self._zero(strip, cells)
        elif self._opening(text, label):
            pass
        elif self._is_total(label, cells, text):
            self._total(label, cells, text)
        elif self._heads(text):
            self.reading.unused += money  # A heading has no figures: what it holds was told of something.
            if self.parted and any(says("zero", part) for part in strip.parts[1:]):
                self._zero(strip, cells)
        elif says_zero(text, cells) and not says("unmatched", text):
            self._zero(strip, cells)
            self.reading.unused += sum(bool(amount_in(each)) for each in MONEY.findall(text))
        elif self._dateless(cells):
            self._begin(strip, cells)
        elif money or figured(cells) or _like_claim(strip, cells):
            self.reading.unused += max(money, 1)

    def _lists_again(self, text: str) -> bool:
        """Return whether a heading tells which of the claims are listed again: ``Claims over $25,000``."""
        return bool(self.reading.claims) and says("partial", text) and not MONEY.search(without("partial", text))

    def foretell(self, claims: Mapping[str, Claim]) -> None:
        """Read what follows as some of the claims by number, told before the list of all."""
        self.again = self.early = True
        self.numbered = dict(claims)

    def _repeats(self, cells: Mapping[str, str]) -> bool:
        """Return whether a row is that of a claim that was read before, word for word."""
        before = self.numbered.get(number) if (number := cells.get("claim_number")) else None
        if before is None or any(
            before.cells.get(name) != text for name, text in cells.items() if name in AMOUNT_NAMES
        ):
            return False
        self.repeated.append(before)
        if self.early:
            del self.numbered[before.cells["claim_number"]]
            self.again = bool(self.numbered)
        return True

    def _dateless(self, cells: Mapping[str, str]) -> bool:
        """Return whether a row is a claim whose day, or number, is told in no usual way: ``Pending``, ``06/2024``."""
        number, day = cells.get("claim_number", ""), cells.get("date_of_loss", "")
        if not (any(map(str.isdigit, number)) or _NO_DAY.search(f"{number} {day}")):
            return False
        figures = sum(amount_in(cells[name]) is not None for name in cells.keys() & AMOUNT_NAMES)
        return figures > 1 and bool(cells.keys() & {"status", "claimant", "description", "claim_number"})

    # Rows

    def _begin(self, strip: Strip, cells: Mapping[str, str]) -> None:
        self.told = None
        cells = {**self.event, **cells}
        self._settle()
        if self.again and self._repeats(cells):
            self.claim = None
            return
        self._note(cells)
        self.reading.beside += figures_beside(strip.text, cells)
        if half := self._half(cells):
            half.cells |= {name: text for name, text in cells.items() if name not in half.cells}
            half.places.append(strip.at)
            half.blank |= self.blank
            self.claim = half
            return
        term = self._described(strip, cells)
        if term:
            self._whose(term, cells)
        self.reading.set_apart = self.reading.set_apart or not strip.cells
        if number := number_of(cells, strip.at):
            self.reading.numbers.append(number)
        self.claim = Claim(
            {name: intern(text) for name, text in cells.items()}, term, [strip.at], self.section.line, blank=self.blank
        )
        if term is not self.term:
            self.foreign = len(self.reading.claims)
        self.reading.claims.append(self.claim)
        if term:
            self._reopen(term)
            term.claims.append(self.claim)
        if not cells.keys() & AMOUNT_NAMES:
            for key in ("claim_number", "ordinal"):
                if key in cells:
                    self.halves[f"{key} {cells[key]}"] = self.claim

    def _whose(self, term: Term, cells: Mapping[str, str]) -> None:
        """Keep what a row says of its term: whose it is, who wrote it, of which day the figures are."""
        term.insured = term.insured or cells.get("insured")
        term.carrier = term.carrier or cells.get("carrier")
        if term.valued is None and (day := dated(cells.get("valuation_date", ""), self.as_of)):
            term.valued = ("stated", day)

    def _note(self, cells: Mapping[str, str]) -> None:
        """Keep the amounts of a row as they are printed, for the certificate."""
        for name in sorted(cells.keys() & (AMOUNT_NAMES - _KEPT_NOWHERE)):
            if (amount := amount_in(cells[name])) is not None:
                self.reading.amounts.append(amount)

    def _half(self, cells: Mapping[str, str]) -> Claim | None:
        """Return the claim whose other half, on the page before, has the same number and none of these amounts."""
        for key in ("claim_number", "ordinal"):
            held = self.halves.get(f"{key} {cells.get(key)}")
            if held and not held.cells.keys() & cells.keys() & AMOUNT_NAMES and cells.keys() & AMOUNT_NAMES:
                return held
        return None

    def block(self, strip: Strip, cells: Mapping[str, str]) -> None:
        """Begin a claim that is told as a block of labels."""
        self._begin(strip, cells)

    def join(self, strip: Strip, cells: Mapping[str, str], *, table: bool = False) -> None:
        """Add a further line of a record to the claim it belongs to; a ``table`` of amounts tells parts as well."""
        if self.claim is None:
            return
        self.reading.beside += 0 if table else figures_beside(strip.text, cells)
        self._note(cells)
        self.claim.blank |= self.blank
        self.reading.figures += len(MONEY.findall(strip.text))
        for name, text in cells.items():
            held = self.claim.cells.get(name)
            self.claim.cells[name] = f"{held} {text}" if held and name not in AMOUNT_NAMES else text
        self.claim.places.append(strip.at)

    def part(self, strip: Strip, cells: Mapping[str, str], part: str) -> bool:
        """Add a further part to the claim, or the total, above: its ``expense``, or the ``whole`` of both parts."""
        amounts = amounts_of(cells)
        held = self.told if self.claim is None else amounts_of(self.claim.cells)
        if held is None:
            return False
        self.reading.figures += len(MONEY.findall(strip.text))
        spent = {"expense": amounts.get("paid", _NOTHING), "expense_reserve": amounts.get("reserve", _NOTHING)}
        whole: dict[str, Decimal] = {name: amounts[name] for name in _WHOLE if name in amounts}
        if self.claim is None:
            held |= {"expense": spent["expense"]} if part == "expense" else whole
            return True
        self.claim.places.append(strip.at)
        if part == "expense":
            self.claim.cells |= {name: str(amount) for name, amount in spent.items()}
            return True
        self._complete(self.claim, held, amounts, whole)
        return True

    def _complete(
        self, claim: Claim, held: Mapping[str, Decimal], amounts: Mapping[str, Decimal], whole: Mapping[str, Decimal]
    ) -> None:
        """Give a claim what its parts come to, and keep that for the certificate in place of the first part."""
        paid = held.get("paid", _NOTHING) + held.get("expense", _NOTHING)
        if paid != amounts.get("paid", _NOTHING):
            self.reading.unused += 1  # The parts are not those of this whole.
        noted = sum(amount_in(claim.cells[name]) is not None for name in self._noted(claim.cells) - {"expense"})
        del self.reading.amounts[len(self.reading.amounts) - noted :]
        claim.cells.pop("expense_reserve", None)
        claim.cells |= {name: str(amount) for name, amount in whole.items()}
        self._note(claim.cells)

    def _noted(self, cells: Mapping[str, str]) -> frozenset[str]:
        return frozenset(cells.keys() & (AMOUNT_NAMES - _KEPT_NOWHERE - {"expense_reserve"}))

    def wraps(self, cells: Mapping[str, str]) -> bool:
        """Return whether cells are only more text of the claim above."""
        return self.claim is not None and bool(cells) and all(name in _TEXTS for name in cells)

    def _zero(self, strip: Strip, cells: Mapping[str, str]) -> None:
        self._settle()
        term = self.term
        if any(map(str.isdigit, cells.get("term", "") + cells.get("term_from", ""))):
            term = self._described(strip, cells)
        if term and not term.claims:
            term.zero = True
            if counted(strip.text) == 0 and cells.keys() & {"term", "term_from"}:
                term.count = 0
                term.printed = amounts_of({name: text for name, text in cells.items() if name in AMOUNT_NAMES})
        self.claim = None

    # Totals
