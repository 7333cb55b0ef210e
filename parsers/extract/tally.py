"""What one list has given so far: its rows, what its document prints about them, and every line that was counted.

The lines of the list are counted as they stand before anybody asks what they are. Lines that are known for something
else are taken from the count; what is left must be the rows. A line that is neither stays in it, and what stood in it
among the figures and identifiers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate, islice

from parsers.document import Defect, Location, Row
from parsers.extract.booking import Block
from parsers.extract.certificate import PrintedCount, PrintedSum, Scope
from parsers.extract.grids import Grid, place
from parsers.extract.laws import NOTHING, column_amounts
from parsers.extract.listed import Listed
from parsers.packed import filled_lines

IDENTIFIERS: Mapping[str, tuple[str, ...]] = {
    "buildings": ("street",),
    "drivers": ("name", "last_name", "license_number"),
    "vehicles": ("vin",),
    "equipment": ("serial", "description"),
    "class_rows": ("code",),
    "prior_carriers": ("carrier", "policy_number"),
}
"""Table → the columns by which a row is told from others."""


@dataclass(slots=True)
class Tally:
    """Rows, printed counts and sums, and the lines, figures and identifiers found among them, of one sort of list."""

    sort: Listed
    rows: list[Row] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    counts: list[PrintedCount] = field(default_factory=list)
    drawn: dict[int | str, int] = field(default_factory=dict)
    figures: list[Decimal] = field(default_factory=list)
    loose: int = 0
    _left: dict[str, list[str]] = field(default_factory=dict)
    _sums: dict[tuple[str, int, int, Decimal], None] = field(default_factory=dict)
    _running: dict[str, list[Decimal]] = field(default_factory=dict)

    def count_lines(self, grid: Grid) -> None:
        """Count the lines below a header that are not blank; each is a row unless ``know`` is told otherwise."""
        if grid.table.page is None:
            self._add(grid.table.sheet or "", filled_lines(grid.body))
            return
        for row in grid.body:
            if any(cell.text.strip() for cell in row):
                self._add(_where(place(row)), 1)

    def know(self, at: Location) -> None:
        """Note a line of which something else is known than that it is a row."""
        self._add(_where(at), -1)

    def _add(self, where: int | str, lines: int) -> None:
        self.drawn[where] = self.drawn.get(where, 0) + lines

    def take(self, row: Row, defects: tuple[Defect, ...]) -> None:
        """Add a row."""
        self.rows.append(row)
        self.defects.extend(defects)

    def take_block(self, block: Block) -> None:
        """Add the rows of a block, and their figures."""
        self.figures.extend(block.figures)
        self.rows.extend(block.rows)

    def leave(self, defect: Defect, cells: Mapping[str, str] | None = None) -> None:
        """Note a line that belongs to no row, with the identifiers that stood in it."""
        self.loose += 1
        self.defects.append(defect)
        for column in IDENTIFIERS.get(self.sort.name, ()):
            if cells and column in cells:
                self._left.setdefault(column, []).append(cells[column])

    def seen(self) -> dict[str, tuple[str, ...]]:
        """Return the identifiers among the lines, those of rows and of lines that belong to none."""
        found = {}
        for column in IDENTIFIERS.get(self.sort.name, ()):
            told = [str(value) for row in self.rows if (value := row.values.get(column)) is not None]
            if texts := (*told, *self._left.get(column, ())):
                found[column] = texts
        return found

    def total(self, sums: Mapping[str, Decimal], *, part: bool, start: int, section: int) -> bool:
        """Note a line of sums over the rows it can mean: its section, its sheet or print, or everything.

        ``start`` is the first row of the sheet or print, ``section`` the first behind the last sums. False where it
        has no row to speak of.
        """
        wanted = (section, start, 0) if part else (start, 0, section)
        starts = [at for at in dict.fromkeys(wanted) if at < len(self.rows)]
        if not starts:
            return False
        fits = (at for at in starts if all(self._between(column, at) == amount for column, amount in sums.items()))
        first = next(fits, starts[0])
        self._sums.update({(column, first, len(self.rows), amount): None for column, amount in sums.items()})
        return True

    def sums(self) -> tuple[PrintedSum, ...]:
        """Return the printed sums, each once; the rows are named where they are not all of them."""
        return tuple(
            PrintedSum(column=column, amount=amount, scope=self._scope(start, end))
            for column, start, end, amount in self._sums
        )

    def _scope(self, start: int, end: int) -> Scope:
        whole = start == 0 and end == len(self.rows)
        return Scope(section="" if whole else f"rows {start + 1} to {end}", start=start, end=end)

    def _between(self, column: str, start: int) -> Decimal:
        """Return the sum of a column from a row on; what was added up before is not added up again."""
        running = self._running.setdefault(column, [NOTHING])
        more = column_amounts(self.rows[len(running) - 1 :], column)
        running.extend(islice(accumulate(more, initial=running[-1]), 1, None))
        return running[-1] - running[start]


def _where(at: Location) -> int | str:
    return at.page if at.page is not None else (at.sheet or "")
