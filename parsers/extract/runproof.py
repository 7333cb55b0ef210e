"""What proves that no claim of a loss run was lost: printed totals and counts, carried sums, the arithmetic of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, islice

from parsers.document import Check, Row, Scalar
from parsers.extract.certificate import Evidence, PrintedCount, PrintedSum, Scope
from parsers.extract.laws import PARTS, column_amounts, gap, is_sum, law_of
from parsers.extract.runterms import AMOUNTS, Printed, Reading, Term, amount_of

Sums = Mapping[str, Decimal]
_SPLITS = ("medical_paid", "indemnity_paid", "medical_reserve", "indemnity_reserve")
_NAMES = (*AMOUNTS, *_SPLITS)
_NOTHING = Decimal(0)
_STEP = 16
"""Of so many running sums one is kept: those of a long run are many times its amounts."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """How many rows a printed figure may stand for, and their sums."""

    count: int
    sums: Sums


class Scopes:
    """Sums over rows: any range at once, and those of a line of business or an insured."""

    def __init__(self, rows: Sequence[Row], reading: Reading) -> None:
        self.known = {name for row in rows for name in row.values.keys() & set(_NAMES)}
        amounts = {name: column_amounts(rows, name) for name in self.known}
        self._until = {name: _every(_STEP, accumulate(each, initial=_NOTHING)) for name, each in amounts.items()}
        self._groups: dict[tuple[str, str | None], list[int]] = {}
        for at, claim in enumerate(reading.claims):
            if claim.term:
                self._groups.setdefault(("line", claim.term.line), []).append(at)
                self._groups.setdefault(("insured", claim.term.insured), []).append(at)
        self._summed: dict[tuple[str, str | None], _Scope] = {}
        self._amounts = amounts
        self.rows = len(rows)

    def between(self, start: int, end: int) -> _Scope:
        """Return the sums of a range of rows."""
        start, end = min(start, self.rows), min(end, self.rows)
        return _Scope(end - start, {name: self._to(name, end) - self._to(name, start) for name in self._until})

    def _to(self, name: str, end: int) -> Decimal:
        known = end // _STEP
        return sum(self._amounts[name][known * _STEP : end], self._until[name][known])

    def of(self, kind: str, name: str | None) -> _Scope:
        """Return the sums of the rows of one line of business or insured."""
        key = (kind, name)
        if key not in self._summed:
            places = self._groups.get(key, [])
            sums = {each: sum((self._amounts[each][at] for at in places), _NOTHING) for each in self.known}
            self._summed[key] = _Scope(len(places), sums)
        return self._summed[key]


def _every(step: int, sums: Iterable[Decimal]) -> list[Decimal]:
    return list(islice(sums, 0, None, step))


def checks(reading: Reading, rows: Sequence[Row], scopes: Scopes) -> Iterator[Check]:
    """Yield the checks a run allows; ``scopes`` are those of the rows."""
    for each in reading.printed:
        told = [_told(reading)] if not rows or reading.partial else []
        yield from _of_printed(each, scopes, told)
    yield from _of_terms(reading, rows)
    for position, amounts in reading.carried:
        yield Check(name="carried forward = rows so far", ok=_carried(rows, position, amounts))
    for name, ok in reading.sums:
        yield Check(name=name, ok=ok)
    if any({"incurred", "paid", "reserve"} <= row.values.keys() for row in rows):
        yield Check(name="paid + expense + reserve - recovery = incurred", ok=_rows_add_up(rows))
    if reading.figures:
        yield Check(name="every figure among the rows is used", ok=reading.unused == 0)
    yield from _doubts(reading, rows)


def _doubts(reading: Reading, rows: Sequence[Row]) -> Iterator[Check]:
    """Yield what a run tells and no row does, and what rows lack: nothing where all is well."""
    if reading.unknown and rows and not _lawful(rows):
        yield Check(name="every column of figures is known", ok=False)
    if reading.beside and rows and not _lawful(rows):
        yield Check(name=f"every figure beside a claim is one of its amounts ({reading.beside} are not)", ok=False)
    told = {name for row in rows for name in row.values}
    if {"medical_paid", "indemnity_paid"} <= told and len(told & {"medical_reserve", "indemnity_reserve"}) == 1:
        yield Check(name="both halves of what is reserved are told", ok=False)
    if reading.guessed and rows:
        yield Check(name="every amount is named by its column", ok=False)
    rows_of = ((claim, claim.row.values if claim.row else {}) for claim in reading.claims)
    lost = sum("date_of_loss" in claim.blank and not values.get("date_of_loss") for claim, values in rows_of)
    if lost:
        yield Check(name=f"every claim has its date of loss ({lost} without)", ok=False)
    if loose := _untold(reading):
        yield Check(name=f"every policy term that is named is one of those read ({loose[0]} is not)", ok=False)
    if reading.strange:
        yield Check(name=f"every number of a claim is read ({reading.strange[0]} is not)", ok=False)
    if reading.twice:
        yield Check(name=f"no claim is listed twice ({reading.twice})", ok=False)
    if reading.cropped:
        yield Check(name="no figure is cut off at the edge of the page", ok=False)


def _of_terms(reading: Reading, rows: Sequence[Row]) -> Iterator[Check]:
    for term in reading.terms:
        own = [claim.row for claim in term.claims if claim.row]
        label = f"{term.policy or 'term'} {term.start or ''}".strip()
        known = {name for row in own for name in row.values} or set(term.printed)
        sums = {name: sum((amount_of(row, name) for row in own), _NOTHING) for name in term.printed if name in known}
        if not term.summed or not (reading.partial or not rows):
            yield from _against(_Scope(len(own), sums), term.printed, term.count, label)
        if _is_silent(term, own):
            yield Check(name=f"{label}: its claims are told, or that there are none", ok=False)
        if own and term.summed and (reading.partial or not rows):
            yield Check(name=f"{label}: no more claims than printed", ok=len(own) <= (term.count or 0))


def _untold(reading: Reading) -> list[str]:
    """Return the days on which terms begin that the run names anywhere and no term that was read has."""
    known = {term.start for term in reading.terms} | {term.end for term in reading.terms}
    return sorted(start for start in reading.spans if start not in known)


def _is_silent(term: Term, own: Sequence[Row]) -> bool:
    """Return whether nothing that was understood is said of a term's claims."""
    return bool(term.start) and not own and not term.zero and term.count is None and not term.printed


def _told(reading: Reading) -> _Scope:
    """Return what is told of all terms where their claims are not listed."""
    names = {name for term in reading.terms for name in term.printed}
    sums = {name: sum((term.printed.get(name, _NOTHING) for term in reading.terms), _NOTHING) for name in names}
    return _Scope(sum(term.count or 0 for term in reading.terms), sums)


def _of_printed(each: Printed, scopes: Scopes, told: Sequence[_Scope]) -> Iterator[Check]:
    """A printed total must hold for one of the spans it may stand for.

    All rows, those so far, those since an earlier such total, those of the line of business or of the insured.
    """
    spans = [scopes.between(start, end) for start, end in each.spans]
    choices = [
        *told,
        *spans,
        scopes.between(0, scopes.rows),
        scopes.of("line", each.line),
        scopes.of("insured", each.insured),
    ]
    outcomes = [list(_against(scope, each.amounts, each.count, each.label)) for scope in choices]
    yield from max(outcomes, key=lambda outcome: sum(check.ok for check in outcome), default=[])


def _against(scope: _Scope, printed: Sums, count: int | None, label: str) -> Iterator[Check]:
    for name, amount in printed.items():
        if name in scope.sums:
            yield Check(name=f"{label}: sum {name} = printed total", ok=scope.sums[name] == amount)
    if count is not None:
        yield Check(name=f"{label}: claims = printed count", ok=scope.count == count)


def evidence(reading: Reading, rows: Sequence[Row], scopes: Scopes) -> Evidence:
    """Return what the run prints of its claims, for the certificate of the table ``claims``."""
    counts: list[PrintedCount] = []
    sums: list[PrintedSum] = []
    named = Counter((term.policy, term.start) for term in reading.terms)
    for term in reading.terms:
        if term.summed and (reading.partial or not rows):
            continue
        section = f"{term.policy or 'term'} {term.start or ''}".strip()
        own: dict[str, Scalar] = {"policy_number": term.policy, "term_from": term.start}
        if named[term.policy, term.start] > 1:
            own["line"] = term.line  # A package: its parts have one policy and one term.
        where = Scope(section=section, where=own)
        _printed(counts, sums, where, term.count, term.printed)
    for each in reading.printed if not reading.partial else ():
        _printed(counts, sums, _scope(each, scopes), each.count, each.amounts)
    return Evidence(
        counts=tuple(counts),
        sums=tuple(each for each in sums if each.column in scopes.known),
        figures=_figures(reading) or None,
        derived=_derived(reading),
        by_parts=frozenset(w for w in _derived(reading) & PARTS.keys() if all(is_sum(row, w) for row in rows)),
        seen={"claim_number": tuple(reading.numbers)} if reading.numbers else {},
        law=law_of("claims", rows),
        left_over=reading.unused,
        scanned=reading.scanned,
        cut_by_reader=reading.set_apart,
    )


def _figures(reading: Reading) -> tuple[Decimal, ...]:
    """Return the figures of claims as their rows tell them: what is reserved in two columns is one there."""
    if not reading.merged:
        return tuple(reading.amounts)
    told = Counter(reading.amounts)
    for loss, expense in reading.merged:
        told[loss] -= 1
        told[expense] -= 1
        told[loss + expense] += 1
    return tuple(told.elements())


def _printed(
    counts: list[PrintedCount], sums: list[PrintedSum], scope: Scope, count: int | None, amounts: Sums
) -> None:
    if count is not None:
        counts.append(PrintedCount(count=count, scope=scope))
    sums += [PrintedSum(column=name, amount=amount, scope=scope) for name, amount in amounts.items()]


def _scope(each: Printed, scopes: Scopes) -> Scope:
    """Return the rows a printed total speaks of: of those it may, the ones that come nearest."""
    choices = [
        (Scope(section=each.label, start=start, end=end), scopes.between(start, end)) for start, end in each.spans
    ]
    choices.append((Scope(section=each.label), scopes.between(0, scopes.rows)))
    choices.append((Scope(section=each.label, where={"line": each.line}), scopes.of("line", each.line)))
    return max(choices, key=lambda pair: sum(check.ok for check in _against(pair[1], each.amounts, each.count, "")))[0]


def _derived(reading: Reading) -> frozenset[str]:
    """Return the amounts that no claim prints: sums of their parts, and recoveries that are nothing."""
    return frozenset(name for name in AMOUNTS if name not in reading.columns)


def _carried(rows: Sequence[Row], position: int, amounts: Sums) -> bool:
    """Return whether carried sums are those of the last rows read, however far back the sum began."""
    sums = dict.fromkeys(amounts, _NOTHING)
    for row in reversed(rows[:position]):
        for name in sums:
            sums[name] += amount_of(row, name)
        if sums == amounts:
            return True
    return not any(amounts.values())


def _lawful(rows: Sequence[Row]) -> bool:
    """Return whether paid and reserve make the incurred of every row: what is printed besides adds nothing."""
    law = law_of("claims", rows)
    if not any({"paid", "reserve", "incurred"} <= row.values.keys() for row in rows):
        return False
    return bool(law) and not any(gap(row, law) for row in rows)


def _rows_add_up(rows: Sequence[Row]) -> bool:
    """Return whether every row adds up one way; some carriers' paid holds the expense already."""

    def gap(row: Row, with_expense: bool) -> Decimal:
        parts = amount_of(row, "paid") + amount_of(row, "reserve") - amount_of(row, "recovery")
        return parts + (amount_of(row, "expense") if with_expense else 0) - amount_of(row, "incurred")

    return any(all(gap(row, way) == 0 for row in rows) for way in (True, False))
