"""A page without ruled lines → a grid of cells, by the columns of its header line.

Words go to the column whose header they stand under; a word under none goes to the nearest, text to the column on its
left because long text runs over to the right. Amounts that are as many as the amount columns go there in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.document import Box, Cell, Location, Page, Table, Word
from parsers.extract.grids import around
from parsers.extract.headers import meanings, normalised, vocabulary
from parsers.extract.lines import visual_lines
from parsers.values.amounts import decimal_of

_AMOUNTS = frozenset({"paid", "expense", "reserve", "recovery", "incurred"})
_LONGEST_HEADER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """One header on the page: its text, what it may mean, and from where to where it stands."""

    text: str
    names: frozenset[str]
    left: float
    right: float

    @property
    def amount(self) -> bool:
        """Return whether amounts stand under it."""
        return bool(self.names & _AMOUNTS)


def laid_out(page: Page) -> Table | None:
    """Return the page's lines as rows of cells under its header of claims, or None when it has none."""
    lines = visual_lines(page)
    heads: list[_Head] = []
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        found = _heads(line)
        if _is_header(found):
            heads = found
            rows.append(_cells([[] for _ in found], page.number, [head.text for head in found]))
        else:
            rows.append(_row(line, heads, page.number) if heads else _whole(line, page.number))
    return Table(rows=tuple(rows), page=page.number) if heads else None


def _is_header(found: Sequence[_Head]) -> bool:
    names = {name for head in found for name in head.names}
    amounts = sum(head.amount for head in found)
    return len(found) >= 5 and amounts >= 2 and bool(names & {"claim_number", "date_of_loss"})


def _heads(line: Sequence[Word]) -> list[_Head]:
    """Read the longest headers from left to right; a word that begins none ends the attempt."""
    columns = vocabulary("claims")
    found: list[_Head] = []
    at = 0
    while at < len(line):
        for length in range(min(_LONGEST_HEADER, len(line) - at), 0, -1):
            words = line[at : at + length]
            text = " ".join(word.text for word in words)
            names = frozenset(meanings(text, columns))
            if names and normalised(text):
                found.append(_Head(text=text, names=names, left=words[0].box[0], right=words[-1].box[2]))
                at += length
                break
        else:
            return []
    return found


def _row(line: Sequence[Word], heads: Sequence[_Head], page: int) -> tuple[Cell, ...]:
    cells: list[list[Word]] = [[] for _ in heads]
    amounts = [word for word in line if _is_amount(word.text)]
    places = [index for index, head in enumerate(heads) if head.amount]
    if not amounts:
        return _whole(line, page)
    ordered = dict(zip(map(id, amounts), places, strict=True)) if len(amounts) == len(places) else {}
    for word in line:
        cells[ordered[id(word)] if id(word) in ordered else _under(word, heads)].append(word)
    return _cells(cells, page, None)


def _whole(line: Sequence[Word], page: int) -> tuple[Cell, ...]:
    return (Cell(text=" ".join(word.text for word in line), at=Location(page=page, box=_around(line))),)


def _is_amount(text: str) -> bool:
    return "." in text and decimal_of(text) is not None


def _under(word: Word, heads: Sequence[_Head]) -> int:
    left, _, right, _ = word.box
    overlaps = [min(right, head.right) - max(left, head.left) for head in heads]
    if max(overlaps) > 0:
        return overlaps.index(max(overlaps))
    if _is_amount(word.text):
        wanted = [index for index, head in enumerate(heads) if head.amount]
        return min(wanted, key=lambda index: abs(heads[index].right - right))
    before = [index for index, head in enumerate(heads) if head.left <= left + 2]
    return before[-1] if before else 0


def _cells(words: Sequence[Sequence[Word]], page: int, texts: Sequence[str] | None) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            text=texts[index] if texts else " ".join(word.text for word in cell),
            at=Location(page=page, box=_around(cell)),
        )
        for index, cell in enumerate(words)
    )


def _around(words: Sequence[Word]) -> Box | None:
    return around([word.box for word in words])
