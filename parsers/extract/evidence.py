"""What a document offers to prove the rows of a list: printed counts and sums, and what was counted before reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from parsers.document import Scalar
from parsers.extract.laws import Law


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The rows a printed figure speaks of: those of a range, whose values are the ones of ``where``.

    ``section`` is what a person calls it: ``policy HM-1``; empty for all rows.
    """

    section: str = ""
    start: int = 0
    end: int | None = None
    where: Mapping[str, Scalar] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Return whether it speaks of rows by what they say, wherever they stand."""
        return not self.start and self.end is None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCount:
    """``12 claims`` as the document says it."""

    count: int
    scope: Scope = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSum:
    """A printed total of one column; ``said`` tells a total from a sum carried forward."""

    column: str
    amount: Decimal
    scope: Scope = Scope()
    said: str = "printed total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the document offers to prove its rows; what it does not offer stays empty or None.

    ``drawn``: rows that ruling lines or a sheet show, by page number or sheet name. ``figures``: every amount that
    stands among the rows, totals left out, found without regard to the row or column it was given to. ``derived``:
    columns that were computed and not printed (``paid`` from its parts); ``by_parts`` those of them that are nothing
    but the sum of the parts a row tells. ``seen``: column → every identifier of that
    sort among the rows, as a row would give it. ``numbered``: the column that counts rows from 1. ``law``: see
    ``law_of``. ``pages``: the last page number the document claims and the pages that are there. ``left_over``: lines
    among the rows that belong to none. ``scanned``: the words were read from a picture. ``cut_by_reader``: where one
    row ends and the next begins is the reader's own finding, no ruling line and no cell of a sheet says so.
    """

    counts: tuple[PrintedCount, ...] = ()
    sums: tuple[PrintedSum, ...] = ()
    drawn: Mapping[int | str, int] = field(default_factory=dict)
    figures: tuple[Decimal, ...] | None = None
    derived: frozenset[str] = frozenset()
    by_parts: frozenset[str] = frozenset()
    seen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbered: str | None = None
    law: Law = ()
    pages: tuple[int, int] | None = None
    left_over: int = 0
    scanned: bool = False
    cut_by_reader: bool = False
