"""Which row read is which row of the truth, and which cells of it are exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from parsers.document import ExtractedTable, Scalar
from parsers.extract.laws import AMOUNTS
from pipeline.measuring.intervals import Share

Cells = Mapping[str, Scalar]
MASK = "•"
_COMMON = 60
"""A value that more rows than this share tells none of them from the others."""
_LEAST = 0.3
"""The share of its told cells that a row must have right to be that row at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableResult:
    """One table beside its truth. ``wrong`` are the cells that differ: column, as printed, as read.

    ``sound`` says whether everything holds that a proof claims: every row once, every amount as printed.
    """

    name: str
    rows: Share
    extra: int
    cells: Share
    wrong: tuple[tuple[str, str, str], ...]
    proven: bool
    sound: bool


def compared_table(name: str, truth: Sequence[Cells], tables: Sequence[ExtractedTable]) -> TableResult:
    """Compare the tables of one name that a file gave with the rows it really has."""
    read = [row.values for table in tables for row in table.rows]
    pairs = matched(truth, read)
    wrong = [cell for index, row in enumerate(truth) for cell in _wrong(row, pairs.get(index))]
    told = sum(value is not None for row in truth for value in row.values())
    amounts = frozenset(AMOUNTS.get(name, ()))
    extra = len(read) - len(pairs)
    missed = sum(_told(row) for index, row in enumerate(truth) if index not in pairs)
    invented = sum(stands is None for _, stands, _ in wrong)
    return TableResult(
        name=name,
        rows=Share(hits=len(pairs), n=len(truth)),
        extra=extra,
        cells=Share(hits=max(told - missed - (len(wrong) - invented), 0), n=told),
        wrong=tuple((column, str(stands), str(said)) for column, stands, said in wrong),
        proven=bool(tables) and all(table.proof.proven for table in tables),
        sound=len(pairs) == len(truth) and not extra and not any(column in amounts for column, _, _ in wrong),
    )


def _told(row: Cells) -> int:
    return sum(value is not None for value in row.values())


def _wrong(row: Cells, read: Cells | None) -> list[tuple[str, Scalar, Scalar]]:
    """Return the cells of a paired row that differ; a blank one that was given a value is one of them."""
    if read is None:
        return []
    return [(column, value, read.get(column)) for column, value in row.items() if not equal(value, read.get(column))]


def matched(truth: Sequence[Cells], read: Sequence[Cells]) -> dict[int, Cells]:
    """Return for each row of the truth the row read that is it; rows alike in everything are paired in their order."""
    columns = tuple(dict.fromkeys(column for row in truth for column in row))
    pairs = _alike(truth, read, columns)
    taken = set(pairs.values())
    index = _index([(at, row) for at, row in enumerate(read) if at not in taken], columns)
    for at, row in enumerate(truth):
        if at not in pairs and (best := _best(row, at, index, taken)) is not None:
            pairs[at] = best
            taken.add(best)
    return {at: read[found] for at, found in pairs.items()}


def _alike(truth: Sequence[Cells], read: Sequence[Cells], columns: tuple[str, ...]) -> dict[int, int]:
    """Pair rows whose every cell agrees."""
    waiting: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in range(len(read) - 1, -1, -1):
        waiting[tuple(plain(read[at].get(column)) for column in columns)].append(at)
    pairs = {}
    for at, row in enumerate(truth):
        if same := waiting.get(tuple(plain(row.get(column)) for column in columns)):
            pairs[at] = same.pop()
    return pairs


Index = Mapping[tuple[str, str], Sequence[int]]


def _index(rows: Sequence[tuple[int, Cells]], columns: tuple[str, ...]) -> Index:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, row in rows:
        for column in columns:
            if row.get(column) is not None:
                found[column, plain(row[column])].append(at)
    return found


def _best(row: Cells, at: int, index: Index, taken: set[int]) -> int | None:
    """Return the free row that shares most values with this one, of equals the one nearest by place."""
    shared: dict[int, int] = defaultdict(int)
    common = []
    for column, value in row.items():
        if value is None:
            continue
        places = index.get((column, plain(value)), ())
        if len(places) > _COMMON:
            common.append(frozenset(places))
            continue
        for place in places:
            if place not in taken:
                shared[place] += 1
    scores = {place: count + sum(place in one for one in common) for place, count in shared.items()}
    least = max(1, round(_LEAST * _told(row)))
    best = max(scores, key=lambda place: (scores[place], -abs(place - at)), default=None)
    return best if best is not None and scores[best] >= least else None


def equal(truth: Scalar, read: Scalar) -> bool:
    """Return whether a value is the printed one: amounts as numbers, texts but for white space, masks where alike."""
    said, stands = plain(read), plain(truth)
    if said == stands:
        return True
    if MASK in said:
        return len(said) == len(stands) and all(a in (MASK, b) for a, b in zip(said, stands, strict=True))
    return False


def plain(value: Scalar) -> str:
    """Return a value as it is compared."""
    if value is None or isinstance(value, bool):
        return str(value)
    text = " ".join(str(value).split())
    if text[:1].isdigit() or text[:1] in "-.":
        if "." not in text and text[:1] != "-":
            return text
        try:
            return format(Decimal(text).normalize(), "f")
        except InvalidOperation:
            return text
    return text
