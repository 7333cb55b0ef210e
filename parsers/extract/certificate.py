"""The list certificate: what a document itself prints about its rows, held against the rows that were read.

A list is proven when no check fails and the document's own figures hold every row and every amount of it: deleting a
row, reading it twice or altering one of its amounts would then make a check fail. What holds what:

- a row: a printed count, the rows drawn on its page or sheet, a printed sum or the figures among the rows (where it has
  an amount other than nothing there), or an identifier among the rows (``seen``);
- an amount: a printed sum of its column over its row, or the figures among the rows; in a row that obeys the ``law`` of
  its table, the one amount that nothing else holds.

On scanned pages only what is printed as a count or a sum holds anything: rows, figures and identifiers that the reading
of the picture missed are missing from the evidence as well, and can only disprove.

Numbering, continuity of pages and lines left over can only disprove: a last row that was lost leaves no gap. A figure
given to a wrong column of its own row is seen by sums and by the law, not by the figures as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import TypeVar

from parsers.document import Check, ExtractedTable, Proof, Row, Scalar
from parsers.extract.evidence import Evidence, PrintedCount, PrintedSum, Scope
from parsers.extract.laws import (
    AMOUNTS,
    NOTHING,
    PARTS,
    Law,
    amount_in,
    column_amounts,
    gap,
    is_sum,
    law_of,
    law_words,
    noun,
)

__all__ = ["Evidence", "Law", "PrintedCount", "PrintedSum", "Scope", "certify", "law_of", "recheck"]


One = TypeVar("One", str, Decimal)


def certify(name: str, rows: Sequence[Row], evidence: Evidence) -> Proof:
    """Hold the rows of a table against what its document prints."""
    ledger = _Ledger(name, rows, evidence)
    checks = (*ledger.checks(),)
    proven = bool(checks) and all(check.ok for check in checks) and ledger.holds_all()
    return Proof(proven=proven, rows=len(rows), checks=checks)


def recheck(table: ExtractedTable, evidence: Evidence) -> Proof:
    """Hold a table that may have been altered since against the evidence of its document."""
    return certify(table.name, table.rows, evidence)


class _Held:
    """Which rows of so many are held; one sign a row, for lists may be long."""

    def __init__(self, rows: int) -> None:
        self._signs = bytearray(rows)
        self.all = not rows

    def update(self, rows: Iterable[int]) -> None:
        """Hold more rows."""
        if self.all:
            return
        if isinstance(rows, range) and rows.step == 1:
            self._signs[rows.start : rows.stop] = b"\1" * len(rows)
        else:
            for row in rows:
                self._signs[row] = 1
        self.all = 0 not in self._signs

    def __contains__(self, row: int) -> bool:
        return self.all or bool(self._signs[row])


class _Ledger:
    """Keeps book of which rows and which columns of them some check holds."""

    def __init__(self, name: str, rows: Sequence[Row], evidence: Evidence) -> None:
        self.name, self.rows, self.evidence = name, rows, evidence
        self.columns = tuple(c for c in AMOUNTS.get(name, ()) if any(self._told(row, c) for row in rows))
        self.amounts = {c: column_amounts(rows, c) for c in self.columns}
        self.held_rows = _Held(len(rows))
        self.held = {c: _Held(len(rows)) for c in self.columns}
        self.complete = False
        self._groups: dict[tuple[str, ...], dict[tuple[Scalar, ...], list[int]]] = {}

    def checks(self) -> Iterator[Check]:
        """Yield every check the evidence allows, and note what each one holds."""
        yield from self._counts()
        yield from self._sums()
        yield from self._drawn()
        yield from self._figures()
        yield from self._seen()
        yield from self._disproofs()

    def holds_all(self) -> bool:
        """Return whether what the checks hold is every row and every amount."""
        if not self.complete or not self.held_rows.all:
            return False
        if self.evidence.law:
            self._imply()
        return all(map(self._holds, self.columns))

    def _holds(self, column: str) -> bool:
        held = self.held[column]
        if held.all and self.name != "terms":
            return None not in [row.values.get(column, "") for row in self.rows]
        told = (index for index, row in enumerate(self.rows) if self._told(row, column))
        return all(index in held and self.rows[index].values[column] is not None for index in told)

    def _told(self, row: Row, column: str) -> bool:
        """Return whether a row has an amount there; None is one that could not be read, but in terms none at all."""
        return column in row.values and (self.name != "terms" or row.values[column] is not None)

    def _counts(self) -> Iterator[Check]:
        tiled = self._tiled(printed.scope for printed in self.evidence.counts)
        for printed in self.evidence.counts:
            indexes = self._within(printed.scope)
            if tiled or printed.scope.is_whole:
                self.held_rows.update(indexes)
            self.complete = True
            said = f"{printed.count} {noun(self.name, printed.count)} printed, {len(indexes)} read"
            yield Check(name=_named(said, printed.scope), ok=len(indexes) == printed.count)

    def _sums(self) -> Iterator[Check]:
        scopes: dict[str, list[Scope]] = {}
        for printed in self.evidence.sums:
            scopes.setdefault(printed.column, []).append(printed.scope)
        tiled = {column: self._tiled(found) for column, found in scopes.items()}
        for printed in self.evidence.sums:
            column, indexes = printed.column, self._within(printed.scope)
            values = self._values(column)
            if self.rows and not any(column in row.values for row in self.rows):
                continue  # A total of a column that no row has: nothing can be said of it.
            read = sum((values[index] for index in indexes), NOTHING)
            self.held.setdefault(column, _Held(len(self.rows))).update(indexes)
            if tiled[column] or printed.scope.is_whole:
                self.held_rows.update(index for index in indexes if values[index])
            self.complete = True
            said = _named(f"sum {column} = {printed.said}", printed.scope)
            ok = read == printed.amount
            yield Check(name=said if ok else f"{said} (printed {printed.amount}, read {read})", ok=ok)

    def _tiled(self, scopes: Iterable[Scope]) -> bool:
        """Return whether ranges lie end to end over all rows.

        Only then do they hold rows: where one is lost beside a gap, the next row takes its place unseen.
        """
        whole, reached = len(self.rows), {0}
        for start, end in sorted((s.start, whole if s.end is None else s.end) for s in scopes if not s.where):
            if start in reached and end > start:
                reached.add(end)
        return whole in reached

    def _values(self, column: str) -> list[Decimal]:
        """Return a column as amounts; also of one that is summed but not an amount, such as an area."""
        if column not in self.amounts:
            self.amounts[column] = column_amounts(self.rows, column)
        return self.amounts[column]

    def _drawn(self) -> Iterator[Check]:
        if not self.evidence.drawn:
            return
        read = Counter([at.page if at.page is not None else (at.sheet or "") for at in [row.at for row in self.rows]])
        wrong = [where for where, drawn in self.evidence.drawn.items() if read[where] != drawn]
        wrong.extend(where for where in read if where not in self.evidence.drawn)
        self._hold(range(len(self.rows)))
        drawn, name = sum(self.evidence.drawn.values()), "rows drawn = rows read"
        if wrong:
            said = ", ".join(f"{_place_words(w)}: {self.evidence.drawn.get(w, 0)} and {read[w]}" for w in wrong[:3])
            name = f"{name} ({said})"
        else:
            name = f"{name}, {drawn}"
        yield Check(name=name, ok=not wrong)

    def _figures(self) -> Iterator[Check]:
        if self.evidence.figures is None:
            return
        left, unprinted = _differing(list(filter(None, self.evidence.figures)), list(self._used()))
        for recovery in filter(None, self.amounts.get("recovery", ())):  # Printed with or without a minus.
            sign = next((figure for figure in (recovery, -recovery) if left[figure] > 0), None)
            if sign is None:
                unprinted += 1
            else:
                left[sign] -= 1
        unused = left.total()
        for column in self.columns if not self.evidence.scanned else ():
            self.held[column].update(range(len(self.rows)))
            self._hold(i for i, amount in enumerate(self.amounts[column]) if amount)
        said = "every figure among the rows is used once"
        ok = not unused and not unprinted
        yield Check(name=said if ok else f"{said} ({unused} not used, {unprinted} not printed)", ok=ok)

    def _hold(self, rows: Iterable[int]) -> None:
        """Note rows that evidence found among them holds; on a picture, or where the reader cut them, it holds none."""
        if not self.evidence.scanned and not self.evidence.cut_by_reader:
            self.complete = True
            self.held_rows.update(rows)

    def _used(self) -> Iterable[Decimal]:
        """Return the figures of all rows but recoveries, column by column where each stands for itself."""
        if self.evidence.derived:
            return (amount for row in self.rows for amount in self._own_figures(row) if amount)
        columns = (self.amounts[column] for column in self.columns if column != "recovery")
        return filter(None, chain.from_iterable(columns))

    def _own_figures(self, row: Row) -> Iterator[Decimal]:
        """Yield the amounts of a row that must stand in the document; of a derived one what its parts leave over.

        Recoveries are left to the caller.
        """
        for column in self.columns:
            if column not in row.values or column == "recovery":
                continue
            amount = amount_in(row, column)
            if column not in self.evidence.derived:
                yield amount
            elif self.evidence.law and column == self.evidence.law[0]:
                yield gap(row, self.evidence.law)
            else:
                yield amount - sum((amount_in(row, part) for part in PARTS.get(column, ())), NOTHING)

    def _seen(self) -> Iterator[Check]:
        for column, texts in self.evidence.seen.items():
            read = tuple([str(value) for row in self.rows if (value := row.values.get(column)) is not None])
            lost, doubled = _differing(texts, read)
            self._hold(i for i, row in enumerate(self.rows) if row.values.get(column) is not None)
            said = f"every {column.replace('_', ' ')} among the rows is read once"
            ok = not lost and not doubled
            yield Check(name=said if ok else f"{said} ({lost.total()} not read, {doubled} too many)", ok=ok)

    def _disproofs(self) -> Iterator[Check]:
        evidence = self.evidence
        if evidence.numbered:
            numbers = [str(row.values.get(evidence.numbered)) for row in self.rows]
            fits = numbers == [str(number) for number in range(1, len(numbers) + 1)]
            yield Check(name="rows numbered without a gap", ok=fits)
        if evidence.law:
            wrong = [index for index, row in enumerate(self.rows, start=1) if gap(row, evidence.law)]
            said = f"{law_words(evidence.law)} in every row"
            yield Check(name=f"{said} (not in row {wrong[0]})" if wrong else said, ok=not wrong)
        for whole in sorted(evidence.by_parts):
            wrong = [index for index, row in enumerate(self.rows, start=1) if not is_sum(row, whole)]
            said = f"{whole} is the sum of its parts in every row"
            yield Check(name=f"{said} (not in row {wrong[0]})" if wrong else said, ok=not wrong)
        if evidence.pages:
            told, there = evidence.pages
            yield Check(name=f"{told} pages printed, {there} here", ok=told == there)
        if evidence.left_over:
            yield Check(name=f"no line among the rows is left over ({evidence.left_over})", ok=False)

    def _imply(self) -> None:
        """Hold, row by row, the one amount of the law that nothing else holds: all others say what it must be."""
        names = [part.strip("-") for part in self.evidence.law]
        for index, row in enumerate(self.rows):
            loose = [name for name in names if name in row.values and index not in self.held.get(name, ())]
            if len(loose) == 1:
                self.held[loose[0]].update((index,))

    def _within(self, scope: Scope) -> Sequence[int]:
        stop = len(self.rows) if scope.end is None else min(scope.end, len(self.rows))
        if not scope.where:
            return range(scope.start, stop)
        columns = tuple(scope.where)
        if columns not in self._groups:
            groups: dict[tuple[Scalar, ...], list[int]] = {}
            for index, row in enumerate(self.rows):
                groups.setdefault(tuple(row.values.get(column) for column in columns), []).append(index)
            self._groups[columns] = groups
        found = self._groups[columns].get(tuple(scope.where.values()), [])
        return [index for index in found if scope.start <= index < stop]


def _differing(printed: Sequence[One], read: Sequence[One]) -> tuple[Counter[One], int]:
    """Return what is printed and not read, and how many are read and not printed."""
    if printed == read:
        return Counter(), 0
    told, found = Counter(printed), Counter(read)
    return told - found, (found - told).total()


def _named(said: str, scope: Scope) -> str:
    return f"{said}, {scope.section}" if scope.section else said


def _place_words(where: int | str) -> str:
    return f"page {where}" if isinstance(where, int) else f"sheet {where}" if where else "table"
