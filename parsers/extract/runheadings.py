"""Headings of a loss run: whose policy and term the rows below them are, and what is told of the term beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from parsers.extract.runclaims import amount_in
from parsers.extract.runheads import RunHead, line_id
from parsers.extract.runlines import Strip
from parsers.extract.runmarks import MONEY
from parsers.extract.runsections import Facts, facts_of, policy_key
from parsers.extract.runspans import span_of, year_of
from parsers.extract.runterms import Claim, Reading, Term
from parsers.extract.runvalued import dated
from parsers.extract.runwords import counted, says

_HEADED = re.compile(r"^\W*(?:(?:19|20)\d\d|policy|pol\b|term)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]\S*")
_STATE = re.compile(r"(?:\w+\s+)?(?:st|state|jurisdiction|jur)\b\W", re.IGNORECASE)
"""``State: CA`` is no line of business."""


@dataclass(slots=True)
class Headings:
    """Keeps what the headings above a row say in ``section``, and the ``term`` whose rows are being read."""

    head: RunHead
    as_of: date | None
    reading: Reading = field(default_factory=Reading)
    section: Facts = field(default_factory=Facts)
    term: Term | None = None
    claim: Claim | None = None
    began: int = 0
    pending: tuple[dict[str, Decimal], int] | None = None
    parted: str | None = None
    """The line of business that a heading below a policy named, as long as nothing stands under it."""

    def _opening(self, text: str, label: str) -> bool:
        """Read a heading that tells how many claims its term has, and what they come to."""
        count = counted(text)
        if count is None or says("total", label) or not _HEADED.search(text):
            return False
        facts = facts_of(label, self.as_of)
        if not facts.opens:
            return False
        self.enter(facts)
        found = MONEY.findall(text)
        amount = amount_in(found[0]) if len(found) == 1 else None
        self.pending = ({"incurred": amount} if amount is not None else {}, count)
        if self.section.start:
            self._open(None)
        return True

    def _heads(self, text: str) -> bool:
        parts = text.split("  ")
        if len(parts) > 1 and any(says("zero", part) for part in parts[1:]) and not facts_of(text, self.as_of).opens:
            text = parts[0]  # The other parts say that it has no claims.
        facts = facts_of(text, self.as_of)
        if facts.letterhead and self.reading.terms and not facts.carrier:
            facts = replace(facts, carrier=facts.letterhead)
        known = (facts.policy, facts.start, facts.insured, facts.carrier, facts.year)
        if facts.end and not any(known) and self._ends(facts.end):
            return True
        if not any(known):
            if (
                facts.line
                and len(_WORD.findall(text)) <= 5
                and not any(map(str.isdigit, text))
                and not _STATE.match(text)
            ):
                if len({line_id(part) for part in text.split("  ") if not part.endswith(":")}) > 1:
                    return True  # Headings of two tables beside each other, of which one has ended.
                self.section = replace(self.section, line=facts.line)
                if self.term and self.term.line is None and not self.term.claims:
                    self.term.line = facts.line
                self.claim, self.parted = None, facts.line
                return True
            return False
        self.enter(facts)
        return True

    def _ends(self, end: str) -> bool:
        """End the term whose beginning a line before told; False where none is open."""
        start = self.section.start
        if self.section.end or not start or not start < end:
            return False
        self.section = replace(self.section, end=end)
        if self.term and self.term.start == start and not self.term.claims:
            self.term.end = self.term.end or end
        return True

    def enter(self, facts: Facts, at: Strip | None = None) -> None:
        """Go on under a heading; what it does not say stays as it was."""
        self.claim, self.parted = None, None
        facts = self._begun(facts)
        before = self.section
        new = bool(facts.policy and policy_key(facts.policy) != policy_key(before.policy))
        start = facts.start or (None if new or facts.year else before.start)
        self.section = Facts(
            policy=facts.policy or before.policy,
            start=start,
            end=facts.end or (before.end if start == before.start else None),
            line=facts.line or self._line_of(facts.policy) or before.line,
            insured=facts.insured or before.insured,
            carrier=facts.carrier or before.carrier,
            valued=(facts.valued if self.reading.terms and facts.valued and facts.valued[0] != "run_date" else None)
            or before.valued,
            year=facts.year or (None if new or facts.start else before.year),
        )
        if self.section.policy and self.section.start and (facts.policy or facts.start):
            self._open(at)

    def _settle(self) -> None:
        """Go over to the part of a package policy that the last heading named, once something stands below it."""
        term, line, self.parted = self.term, self.parted, None
        if term is None or line in (None, term.line):
            return
        key = policy_key(term.policy)
        same = (each for each in self.reading.terms if each.start == term.start and policy_key(each.policy) == key)
        found = next((each for each in same if each.line == line), None)
        if found is None and not (term.claims or term.zero or term.printed or term.count is not None):
            term.line = line
            return
        if found is None:
            found = replace(term, line=line, zero=False, closed=False, printed={}, count=None, claims=[], total_at=None)
            self.reading.terms.append(found)
        self.term, self.began = found, len(self.reading.claims)

    def _begun(self, facts: Facts) -> Facts:
        """Return what a heading says with the days of its term, where it tells years and the head the day of all."""
        if facts.start or not facts.year or not self.head.anniversary:
            return facts
        month, day = self.head.anniversary
        start, end = (dated(f"{year}-{month:02}-{day:02}", self.as_of) for year in (facts.year, facts.year + 1))
        return replace(facts, start=start, end=end, year=None) if start and end else facts

    def _line_of(self, policy: str | None) -> str | None:
        """Return the line of business that was read of a policy before."""
        held = self.reading.known.get((policy_key(policy), None)) if policy else None
        return held.line if held else None

    def _open(self, at: Strip | None) -> Term:
        said = self.section
        term = self.reading.term(said.policy, said.start, said.year)
        if term is not self.term:
            self.term, self.began = term, len(self.reading.claims)
        term.end, term.line = term.end or said.end, said.line or term.line
        term.insured, term.carrier = term.insured or said.insured, term.carrier or said.carrier
        term.valued = term.valued or said.valued
        if self.pending is not None:
            term.printed, term.count = self.pending
            self.pending = None
        if at is not None and term.at.page is None:
            term.at = at.at
        return term

    def _described(self, strip: Strip, cells: Mapping[str, str]) -> Term | None:
        """Return the term of a row: by its own policy and dates, else the one whose rows are being read."""
        start, end = span_of(cells["term"], self.as_of) if "term" in cells else (None, None)
        start = dated(cells["term_from"], self.as_of) or start if "term_from" in cells else start
        end = dated(cells["term_to"], self.as_of) or end if "term_to" in cells else end
        year = year_of(cells["term"]) if "term" in cells and not start else None
        policy = " ".join(cells["policy_number"].split()).upper() if "policy_number" in cells else None
        if policy is None and start is None and year is None:
            return self.term
        held = self.term
        if held and start is None and (policy is None or policy_key(policy) == policy_key(held.policy)):
            return held
        term = self.reading.term(policy or (held.policy if held else self.section.policy), start, year)
        if term is not held:
            self.term, self.began = term, len(self.reading.claims)
            term.insured = term.insured or self.section.insured
            term.carrier = term.carrier or self.section.carrier
            term.at = strip.at if term.at.page is None and term.at.cell is None else term.at
        term.end = term.end or end
        term.line = line_id(cells.get("line", "")) or term.line or self.section.line
        return term
