"""Two or more sets of the same columns beside each other on one sheet or page: each set is a list of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from parsers.document import Cell
from parsers.extract.grids import Enough, Grid
from parsers.extract.headers import Vocabulary, assign, normalised

_SAMPLE = 240


def side_by_side(grid: Grid, vocabulary: Vocabulary, enough: Enough) -> list[Grid]:
    """Return the sets of columns of a grid from left to right; the grid alone where its heads come only once."""
    cuts = _cuts([normalised(head) for head in grid.heads])
    if not cuts:
        return [grid]
    found: list[Grid] = []
    for start, end in pairwise([0, *cuts, max(len(grid.heads), *(len(row) for row in grid.body), 0)]):
        body = tuple(row[start:end] for row in grid.body)
        heads = grid.heads[start:end]
        texts = [[cell.text for cell in row] for row in body[:_SAMPLE] if sum(bool(cell.text) for cell in row) > 1]
        columns = assign(heads, texts, vocabulary)
        if not enough(set(columns.values())):
            return [grid]
        above: Sequence[tuple[Cell, ...]] = () if found else grid.above
        found.append(replace(grid, columns=columns, above=above, body=body, heads=heads))
    return found


def _cuts(heads: Sequence[str]) -> list[int]:
    """Return where the heads begin again: where the first of them that comes more than once does."""
    first = next((index for index, head in enumerate(heads) if head and head in heads[index + 1 :]), None)
    if first is None:
        return []
    starts = [index for index, head in enumerate(heads) if head == heads[first]]
    if first:  # What stands before the first set belongs to it, as does a blank column to the set before.
        starts[0] = 0
    length = starts[1] - first
    sets = [[head for head in heads[start : start + length] if head] for start in (first, *starts[1:])]
    alike = all(sum(head in sets[0] for head in one) * 10 >= 8 * len(sets[0]) for one in sets[1:])
    return starts[1:] if alike else []
