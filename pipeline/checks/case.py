"""A submission as the checks see it: its facts with groups, documents and losses looked up once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline import guarding, losses
from pipeline.agreement import amount
from pipeline.checks.lists import Lists
from pipeline.checks.losslines import placed, with_lines
from pipeline.checks.units import Unit, answered
from pipeline.proofs import doubted, failing, unread
from pipeline.schedules import PRIOR_COLUMNS
from pipeline.submission import Facts, FiledDocument, Line, ResolvedField

_GROUP = re.compile(r"^(\w+)\[(\d+)\](?:\.(.+))?$")
_NO_DOCUMENTS: tuple[FiledDocument, ...] = ()

EQUAL_KINDS: Sequence[frozenset[str]] = (
    frozenset({"sov", "acord_139"}),
    frozenset({"driver_list", "acord_163"}),
    frozenset({"vehicle_schedule", "acord_129"}),
    frozenset({"loss_run", "no_loss_carrier"}),
    frozenset({"supplemental_app", "acord_186"}),
    frozenset({"no_known_loss_letter", "acord_37"}),
    frozenset({"acord_810", "acord_811", "acord_810/811"}),
)
"""Kinds that serve the same purpose: one stands for the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The facts with what every check looks up.

    ``open_kinds`` are the kinds that open items already ask for, ``doubted`` the documents whose lists are not proven,
    ``secrets`` the restricted values that no wording may repeat.
    """

    facts: Facts
    lists: Lists
    units: Mapping[str, tuple[Unit, ...]]
    documents: tuple[FiledDocument, ...]
    by_kind: Mapping[str, tuple[FiledDocument, ...]]
    terms: tuple[losses.Term, ...]
    claims: tuple[losses.LossClaim, ...]
    open_kinds: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()

    @property
    def unread(self) -> tuple[FiledDocument, ...]:
        """Return the lists of which no row could be read and that one of us has yet to look at."""
        return tuple(one for one in self.documents if one.id in self.doubted and unread(one))

    @property
    def failing(self) -> frozenset[str]:
        """Return the ids of the documents whose rows are shown to be wrong and that nobody of us vouches for."""
        return frozenset(one.id for one in self.documents if one.id in self.doubted and failing(one))

    @property
    def as_of(self) -> date:
        """Return the day of the decision."""
        return self.facts.as_of

    @property
    def effective(self) -> date | None:
        """Return the requested effective date."""
        return losses.as_date(self.facts.value("proposed_effective_date"))

    @property
    def insured(self) -> str:
        """Return the first named insured as written, or ''."""
        return self.text("named_insureds[0].name")

    def has(self, name: str) -> bool:
        """Return whether a fact is answered."""
        return answered(self.facts.fields.get(name))

    def text(self, name: str) -> str:
        """Return an answered fact as text, else ''."""
        resolved = self.facts.fields.get(name)
        return str(resolved.value).strip() if resolved is not None and answered(resolved) else ""

    def number(self, name: str) -> Decimal | None:
        """Return an answered fact as a number, else None."""
        return amount(self.text(name))

    def day(self, name: str) -> date | None:
        """Return a fact as a date; a bare year is its first day."""
        text = self.text(name)
        return losses.as_date(f"{text}-01-01" if re.fullmatch(r"\d{4}", text) else text)

    def is_true(self, name: str) -> bool:
        """Return whether a fact is a Yes or a ticked box."""
        return self.facts.value(name) is True

    def rows(self, group: str) -> tuple[Unit, ...]:
        """Return the rows of a group, in order."""
        return self.units.get(group, ())

    def requested(self, *lines: Line) -> bool:
        """Return whether one of the lines is asked for."""
        return any(line in self.facts.lines for line in lines)

    def any_document(self, *kinds: str) -> bool:
        """Return whether a usable document of one of the kinds (or one that serves the same purpose) is here."""
        return any(self.by_kind.get(kind) for kind in with_equals(kinds))

    def of_kind(self, *kinds: str) -> tuple[FiledDocument, ...]:
        """Return the usable documents of the kinds, as they came."""
        return tuple(document for document in self.documents if document.kind in kinds)

    def unusable(self, kinds: Sequence[str]) -> tuple[FiledDocument, ...]:
        """Return documents of the kinds that came but cannot count: unreadable, or of another insured."""
        wanted = with_equals(kinds)
        return tuple(d for d in self.facts.documents if d.kind in wanted and not usable(d))

    def said(self, text: str) -> bool:
        """Return whether the agent's words, or the text of a letter or a remark, contain ``text``."""
        if not text:
            return False
        if text in self.facts.said:
            return True
        return any(
            text in str(resolved.value)
            for name, resolved in self.facts.fields.items()
            if resolved.source.kind in ("message", "narrative", "acord_101") or "remark" in name
        )

    def prior_carriers(self, line: Line) -> Mapping[int, str]:
        """Return the carriers that the forms name for a line, by the year the policy starts in."""
        if line == "workers_compensation":
            pairs = [(unit.text("year"), "", unit.text("carrier")) for unit in self.rows("wc_prior")]
        else:
            start = PRIOR_COLUMNS.get(line, "other")
            pairs = [
                (unit.text("year"), unit.text(f"{start}_effective"), unit.text(f"{start}_carrier"))
                for unit in self.rows("prior_carriers")
            ]
        return {_year(day, year): carrier for year, day, carrier in pairs if carrier}

    def coverage(self, line: Line, *, sure: bool = False) -> losses.Coverage:
        """Return what the loss runs show for a line; ``sure`` leaves out runs whose rows are not proven."""
        terms = tuple(t for t in self.terms if t.document.id not in self.doubted) if sure else self.terms
        effective = self.effective or self.as_of
        started = self.day("business_start_date")
        return losses.coverage(line, terms, effective=effective, years=self.loss_years(line), started=started)

    def loss_years(self, line: Line) -> int:
        """Return the years of loss history a line needs: 5, or 3 for a small one; workers compensation always 5."""
        premium = self.number(f"lob_premium.{line}")
        small = premium is not None and premium < 10_000 and line not in ("workers_compensation", "umbrella")
        return 3 if small else 5

    @property
    def is_new_venture(self) -> bool:
        """Return whether the business is younger than a year at the effective date and names no prior carrier."""
        started = self.day("business_start_date")
        if started is None or (self.effective or self.as_of) >= losses.anniversary(started, 1):
            return False
        return not any(self.prior_carriers(line) for line in self.facts.lines)


def _year(day: str, year: str) -> int:
    found = re.search(r"\d{4}", day) or re.search(r"\d{4}", year)
    return int(found[0]) if found else 0


def with_equals(kinds: Sequence[str]) -> frozenset[str]:
    """Return the kinds and those that serve the same purpose."""
    wanted = set(kinds)
    for group in EQUAL_KINDS:
        if group & wanted:
            wanted |= group
    return frozenset(wanted)


def usable(document: FiledDocument) -> bool:
    """Return whether a document may satisfy anything."""
    return document.status != "unreadable" and not document.wrong_insured


def case_of(facts: Facts, lists: Lists) -> Case:
    """Index the facts of one submission."""
    documents = tuple(document for document in facts.documents if usable(document))
    by_kind: dict[str, tuple[FiledDocument, ...]] = {}
    for document in documents:
        by_kind[document.kind] = (*by_kind.get(document.kind, _NO_DOCUMENTS), document)
    units = _units(facts.fields)
    terms = with_lines(losses.read_terms(documents), facts, units)
    return Case(
        facts=facts,
        lists=lists,
        units=units,
        documents=documents,
        by_kind=by_kind,
        terms=terms,
        claims=placed(losses.read_claims(documents), terms),
        doubted=doubted(facts),
        secrets=guarding.secrets(facts.fields),
    )


def _units(fields: Mapping[str, ResolvedField]) -> dict[str, tuple[Unit, ...]]:
    rows: dict[str, dict[int, dict[str, ResolvedField]]] = {}
    for name, resolved in fields.items():
        match = _GROUP.match(name) if "[" in name else None
        if match:
            rows.setdefault(match[1], {}).setdefault(int(match[2]), {})[match[3] or "value"] = resolved
    return {
        group: tuple(Unit(group, index, cells) for index, cells in sorted(units.items()) if _in_use(cells))
        for group, units in rows.items()
    }


def _in_use(cells: Mapping[str, ResolvedField]) -> bool:
    """A row whose only entry is its printed number is an empty row."""
    return any(answered(cell) for name, cell in cells.items() if name not in ("number", "building_number"))
