"""Columns of claims in tables of cells: header rows of one or two lines, a title over several columns included."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.extract.runcolumns import heads_claims, heads_terms
from parsers.extract.runlines import Strip
from parsers.extract.runnames import meant
from parsers.extract.runvalues import figures_apart, guessed, idle_apart
from parsers.extract.runvalues import named as named_by

_LONG_NUMBER = re.compile(r"\d{3}")
_SAMPLE = 40


@dataclass(frozen=True, slots=True)
class GridColumns:
    """What the columns of a table mean by their place, and how many rows its header takes.

    ``unread``: it has columns of figures that nobody knows the meaning of. ``guessed``: only arithmetic tells some.
    """

    names: dict[int, str]
    depth: int
    heads: tuple[str, ...]
    unread: bool = False
    guessed: bool = False

    def cells(self, texts: Sequence[str]) -> dict[str, str]:
        """Return the filled cells of a row by their meaning."""
        return {name: texts[at] for at, name in self.names.items() if at < len(texts) and texts[at]}


def texts_of(strip: Strip) -> list[str]:
    """Return the texts of a row's cells with single spaces."""
    return [" ".join(cell.text.split()) for cell in strip.cells]


def find_in_grid(rows: Sequence[Strip], index: int, table: str = "claims") -> GridColumns | None:
    """Return the header that begins with a row of a table, or None."""
    first = texts_of(rows[index])
    if not _may_head(first, table):
        return None
    enough = heads_claims if table == "claims" else heads_terms
    best: GridColumns | None = None
    for depth, heads in _choices(first, rows, index):
        below = [
            texts
            for strip in rows[index + depth : index + depth + _SAMPLE]
            if strip.table == rows[index].table and len(texts := texts_of(strip)) > 2
        ]
        filled = [texts for texts in below if sum(map(bool, texts)) > 3]
        names = named_by(heads, filled, table)
        if depth > 1 and len(named_by(texts_of(rows[index + 1]), filled, table)) >= len(names):
            continue  # The second row says it all: the first is none of the header.
        if enough(frozenset(names.values())) and (best is None or len(names) > len(best.names)):
            known = [names.get(at, "") for at in range(len(heads))]
            unsure = table == "claims" and (guessed(heads, known) or idle_apart(heads, filled, known))
            best = GridColumns(names, depth, tuple(heads), figures_apart(filled, known), unsure)
    return best


def _may_head(texts: Sequence[str], table: str) -> bool:
    filled = [text for text in texts if text]
    if len(filled) < 2 or sum(_LONG_NUMBER.search(text) is not None for text in filled) > 1:
        return False
    return any(meant(text, table) for text in filled) or len(filled) > 2


def _choices(first: Sequence[str], rows: Sequence[Strip], index: int) -> list[tuple[int, list[str]]]:
    choices = [(1, list(first))]
    if index + 1 < len(rows) and rows[index + 1].table == rows[index].table:
        second = texts_of(rows[index + 1])
        if not any(_LONG_NUMBER.search(text) for text in second) and sum(map(bool, second)) > 2:
            choices.append((2, _joined(first, second)))
    return choices


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Put each title over the blanks that follow it: it was printed across them."""
    width = max(len(upper), len(lower))
    above, held = [], ""
    for at in range(width):
        text = upper[at] if at < len(upper) else ""
        under = lower[at] if at < len(lower) else ""
        held = text or (held if under else "")
        above.append(held)
    under_all = [*lower, *[""] * (width - len(lower))]
    return [f"{over} {under}".strip() if under else over for over, under in zip(above, under_all, strict=True)]
