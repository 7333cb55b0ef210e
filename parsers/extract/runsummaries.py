"""Terms told without their claims: a table with one row a term, a sentence in a letter, a summary of what stands below.

They are kept until every row is read: what they say of a term that has its claims is evidence, of another it is all
there is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from parsers.document import Location
from parsers.extract.runclaims import amount_in, amounts_of
from parsers.extract.runheads import line_id
from parsers.extract.runlines import Strip
from parsers.extract.runpivots import Pivot, begins
from parsers.extract.runrows import Grammar
from parsers.extract.runsections import Facts, facts_of
from parsers.extract.runspans import span_of, year_of
from parsers.extract.runterms import AMOUNTS, Claim, Printed, Term
from parsers.extract.runvalued import dated
from parsers.extract.runwords import counted, says

_INCURRED = re.compile(
    r"(?:incurred|total(?:ling|ing)?|losses|amount(?:s|ing)?)\b[^$\d]{0,40}?(\$\s?[\d,]+(?:\.\d\d)?|\d{1,3}(?:,\d{3})+(?:\.\d\d)?)",
    re.IGNORECASE,
)
_STOP = re.compile(r"(?:[a-z]{4,}|[\d)])\.(?:\s|$)")
"""Where a sentence ends: behind a word, and not behind ``Pol.`` or ``Eff.``."""
_SENTENCE_WORDS = 8
_SPOKEN = 2
_BINDING = frozenset({"to", "from", "thru", "through", "until", "till", "and", "for", "of", "at", "months"})
_NUMBERS = {"no": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
            "nine": 9, "ten": 10}  # fmt: skip
_IN_WORDS = re.compile(rf"\b({'|'.join(_NUMBERS)})\s+(?:\(\d+\)\s+)?(?:claims?|loss(?:es)?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Summary:
    """What is said of one term, under which headings, and where."""

    said: Facts
    section: Facts
    count: int | None
    amounts: dict[str, Decimal]
    at: Location


@dataclass(slots=True)
class Summaries:
    """Collects what is said of terms; ``finish`` gives it to the terms."""

    grammar: Grammar
    kept: list[_Summary] = field(default_factory=list)
    open: str = ""
    pivot: Pivot | None = None
    headed: int = 0
    totals: list[tuple[int, int | None, dict[str, Decimal]]] = field(default_factory=list)

    def row(self, strip: Strip, cells: Mapping[str, str]) -> bool:
        """Read a row under a header of terms; False where the table has ended."""
        as_of = self.grammar.as_of
        start, end = span_of(cells.get("term", ""), as_of)
        start = dated(cells["term_from"], as_of) or start if "term_from" in cells else start
        end = dated(cells["term_to"], as_of) or end if "term_to" in cells else end
        if says("total", strip.text) or _of_all(cells):
            count = amount_in(cells["claim_count"]) if "claim_count" in cells else None
            self.totals.append((len(self.kept), int(count) if count is not None else None, amounts_of(cells)))
            return True
        year = None if start else year_of(cells.get("term", ""))
        known = cells.keys() & {"claim_count", *AMOUNTS}
        if not (start or year or (known and "policy_number" in cells)):
            self._of_line(cells)
            return bool(known)
        if not known and not start:
            return False
        count = amount_in(cells["claim_count"]) if "claim_count" in cells else None
        if count is None and says("zero", cells.get("claim_count", "")):
            count = Decimal(0)
        said = Facts(
            policy=cells.get("policy_number"), start=start, end=end, year=year, line=line_id(cells.get("line", ""))
        )
        self._keep(said, int(count) if count is not None else None, amounts_of(cells), strip.at)
        return True

    def _of_line(self, cells: Mapping[str, str]) -> None:
        """Keep the total of a line of business; figures of nothing that is known are left over."""
        line, amounts = line_id(cells.get("line", "")), amounts_of(cells)
        count = amount_in(cells["claim_count"]) if "claim_count" in cells else None
        if line:
            told = int(count) if count is not None else None
            self.grammar.reading.printed.append(
                Printed(label=cells["line"], amounts=amounts, count=told, spans=(), line=line)
            )
        elif any(amounts.values()):
            self.grammar.reading.unused += 1

    def header(self) -> None:
        """A header of terms begins: where each has one row, it is a box above the claims of its term."""
        self.headed += 1

    def crosswise(self, strip: Strip) -> bool:
        """Read a line of a summary with a column for every term; False where it is none."""
        if self.pivot is not None:
            if self.pivot.line(strip):
                return True
            self._close()
        self.pivot = begins(strip)
        return self.pivot is not None

    def _close(self) -> None:
        pivot, self.pivot = self.pivot, None
        if pivot is None or not pivot.rows:
            return
        for said, count, amounts in pivot.terms(self.grammar.as_of):
            self._keep(said, count, amounts, pivot.at)
        if total := pivot.total():
            self.totals.append((len(self.kept), *total))

    def sentence(self, text: str) -> bool:
        """Read a line of a letter that says of a term how many claims it has; it may go on in the next line."""
        if self.open:
            whole, self.open = f"{self.open} {' '.join(text.split())}", ""
            if span_of(text, self.grammar.as_of)[0] is None:
                if not self._told(whole) and len(whole) < 600:
                    self.open = whole
                return True
        plain = " ".join(text.split())
        if len(plain.split()) < _SENTENCE_WORDS or span_of(plain, self.grammar.as_of)[0] is None:
            return False
        if sum(word.isalpha() and word.islower() and word not in _BINDING for word in plain.split()) < _SPOKEN:
            return False  # A label with its dates.
        if facts_of(text, self.grammar.as_of).policy and not _STOP.search(plain.rstrip(".")):
            return False
        if not self._told(plain):
            self.open = plain
        return True

    def pause(self) -> None:
        """A table of claims begins: where terms were summed up, its rows belong to no heading before it."""
        self.open = ""
        boxed = len(self.kept) == self.headed > 0
        if boxed:
            last = self.kept[-1].said
            if last.start or last.year:
                self.grammar.enter(last)
        elif self.kept and not self.grammar.reading.claims:
            self.grammar.term = None

    def _told(self, text: str) -> bool:
        facts = facts_of(text, self.grammar.as_of)
        words = _IN_WORDS.search(text)
        count = counted(text)
        count = _NUMBERS[words[1].casefold()] if count is None and words else count
        found = _INCURRED.search(text)
        amount = amount_in(found[1]) if found else None
        if count is None or (count and amount is None and not text.rstrip().endswith(".")):
            return False
        amounts = (
            {"incurred": amount} if amount is not None and count else {"incurred": Decimal(0)} if not count else {}
        )
        self._keep(facts, count, amounts, Location())
        return True

    def _keep(self, said: Facts, count: int | None, amounts: dict[str, Decimal], at: Location) -> None:
        self.kept.append(_Summary(said, self.grammar.section, count, amounts, at))

    def finish(self) -> None:
        """Give what was said to the terms it was said of, and claims without a term to the one they fell in."""
        self._close()
        detailed = bool(self.grammar.reading.terms)
        self._compare()
        for each in self.kept:
            self._give(each, detailed)
        for claim in self.grammar.reading.claims:
            if claim.term is None or claim.term.start is None:
                self._settle(claim)
        terms = self.grammar.reading.terms
        empty = [
            t for t in terms if t.start is None and not t.claims and not t.printed and t.count is None and not t.zero
        ]
        self.grammar.reading.terms = [term for term in terms if term not in empty]

    def _compare(self) -> None:
        """Hold the printed totals of tables of terms against their rows."""
        first = 0
        for position, count, amounts in self.totals:
            rows, first = self.kept[first:position], position
            counted_all = rows and all(row.count is not None for row in rows)
            if count is not None and counted_all:
                told = sum(row.count or 0 for row in rows)
                self.grammar.reading.sums.append(("summary: counts = printed count", told == count))
            for name, amount in amounts.items():
                total = sum((row.amounts.get(name, Decimal(0)) for row in rows), Decimal(0))
                self.grammar.reading.sums.append((f"summary: sum {name} = printed total", total == amount))

    def _give(self, each: _Summary, detailed: bool) -> None:
        said, section, reading = each.said, each.section, self.grammar.reading
        policy = said.policy or section.policy
        fitting = [term for term in reading.terms if _fits(term, said, policy)]
        if not fitting and detailed and not (policy and said.start):
            return
        term = fitting[0] if fitting else reading.term(policy, said.start, said.year)
        if not fitting:
            term.end, term.line, term.at = said.end, said.line or section.line, each.at
            term.insured, term.carrier = section.insured, section.carrier
        elif len(fitting) > 1:
            return
        term.printed = term.printed or each.amounts
        if term.count is None:
            term.count, term.summed = each.count, True
        term.zero = term.zero or each.count == 0

    def _settle(self, claim: Claim) -> None:
        """Find the term a claim fell in by its date of loss, where only one can be meant."""
        day = dated(claim.cells.get("date_of_loss", ""), self.grammar.as_of)
        policy = claim.term.policy if claim.term else None
        fitting = [
            term
            for term in self.grammar.reading.terms
            if day and term.start and term.end and term.start <= day < term.end and policy in (None, term.policy)
        ]
        amount = amount_in(claim.cells.get("incurred", ""))
        if len(fitting) > 1 and amount is not None:
            fitting = [term for term in fitting if term.printed.get("incurred", amount) >= amount and term.count != 0]
        if len(fitting) == 1:
            if claim.term is not None:
                claim.term.claims.remove(claim)
            claim.term = fitting[0]
            fitting[0].claims.append(claim)
        elif claim.term is None and not fitting:
            claim.term = self.grammar.reading.term(None, None)
            claim.term.claims.append(claim)


def _of_all(cells: Mapping[str, str]) -> bool:
    """Return whether a row with figures is of no policy and no term: ``All policies  12  4,500``."""
    told = " ".join(text for name, text in cells.items() if name in ("policy_number", "term", "term_from", "term_to"))
    return not any(map(str.isdigit, told)) and bool(cells.keys() & {"claim_count", "incurred"})


def _fits(term: Term, said: Facts, policy: str | None) -> bool:
    if said.start:
        when = term.start == said.start
    elif said.year:
        when = (term.start or "").startswith(str(said.year)) or term.year == said.year
    else:
        when = True
    return when and (policy is None or term.policy is None or policy == term.policy) and (
        said.line is None or term.line is None or said.line == term.line
    )  # fmt: skip
