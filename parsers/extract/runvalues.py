"""What the columns of claims mean by their cells, where headers leave a doubt: days, numbers, amounts by law.

Headers speak first, weighed by how the cells look. A column no header names is known by what stands in it: the only
dates, the only numbers of their own; and of amounts by the arithmetic of all rows, for what is incurred is what was
paid and is reserved, with or without expense, less what was recovered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import product

from parsers.extract.headers import looks_right, vocabulary
from parsers.extract.runcells import DAY, Cells, by_cells, column, is_day
from parsers.extract.runnames import beside, meant
from parsers.extract.runwords import counted, says
from parsers.values.amounts import decimal_of

_VALUE = re.compile(r"\d{3}|\d[/.-]\d")
"""What stands in rows, and in no header."""
_FEWEST_HEADS = 4
_ENOUGH = 0.4
_SAMPLE = 200
_LAWFUL = 0.9
_FEWEST = 2
_SHORT = 2
_MOST_PARTS = 6
_NOTHING = Decimal(0)
_BLANK = frozenset({"", "-", "--", "–", "—", "$ -", "$-", "$", "n/a", "nil"})
_MONEY = re.compile(r"\(?-?\$ ?[\d,.]+\)?|\(?-?\d[\d,]*\.\d\d\)?-?|\(?\d{1,3}(?:,\d{3})+\)?|\d+\.\d")
COMPACT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
"""A day as systems write it: 20240630."""
_PARTS = ("paid", "reserve", "expense", "recovery", "medical_paid", "indemnity_paid", "medical_reserve",
          "indemnity_reserve", "expense_reserve")  # fmt: skip
_DAYS = frozenset({"date_of_loss", "reported", "closed", "term_from", "term_to", "valuation_date"})
_AMOUNTS = frozenset({*_PARTS, "incurred", "gross", "part"})
_NEVER = 0.2
_ZERO = re.compile(r"\$? ?(?:0|0?\.00|-)")
_GROSS = 0.2
"""What was paid in all is told before what of it was paid net, where both stand."""
_HALVES = (("paid", "indemnity_paid", "medical_paid"), ("reserve", "indemnity_reserve", "medical_reserve"))
_WHO = frozenset({"insured", "carrier"})


def named(
    heads: Sequence[str], below: Cells, table: str = "claims", taken: frozenset[str] = frozenset()
) -> dict[int, str]:
    """Return column → meaning for the headers of a table; ``below`` are the cells under them, row by row.

    What is ``taken`` is the meaning of columns in another line of a record.
    """
    rows = below[:_SAMPLE]
    names = _by_headers(heads, rows, table, taken)
    if table == "claims" and (len(names) > 1 or (not taken and _may_be_heads(heads))):
        by_cells(heads, rows, names, taken)
    if table == "claims" and len(names) > 1:
        _by_law(rows, names, len(heads))
        _lone_halves(names)
    if table != "claims" and "claim_count" not in names.values():
        names |= dict.fromkeys(_said_none(rows, [at for at in range(len(heads)) if at not in names])[:1], "claim_count")
    if "incurred" not in names.values():
        names = {at: "incurred" if name == "gross" else name for at, name in names.items()}
    return names


def _may_be_heads(heads: Sequence[str]) -> bool:
    """Return whether texts of which hardly one is known may be headers: words all of them, no values and no total."""
    told = [head for head in heads if head]
    if len(told) < _FEWEST_HEADS or any(_VALUE.search(head) or not any(map(str.isalpha, head)) for head in told):
        return False
    return not any(says("total", head) and counted(head) is not None for head in told)


def _said_none(rows: Cells, free: Sequence[int]) -> list[int]:
    """Return the columns that say of each term how many claims it has, at least once in words: none."""
    columns = {at: [text for text in column(rows, at) if text] for at in free}
    return [
        at
        for at, cells in columns.items()
        if any(says("zero", text) for text in cells)
        and all(says("zero", text) or (text.isdigit() and len(text) < 4) for text in cells)
    ]


def _lone_halves(names: dict[int, str]) -> None:
    """Name what is called indemnity paid, or reserve, where no medical part stands beside it: it is all there is."""
    known = set(names.values())
    for whole, half, other in _HALVES:
        if half in known and not known & {whole, other}:
            names |= {at: whole for at, name in names.items() if name == half}


def _by_headers(heads: Sequence[str], rows: Cells, table: str, taken: frozenset[str]) -> dict[int, str]:
    columns = vocabulary(table)
    scored: list[tuple[float, int, str]] = []
    for at, head in enumerate(heads):
        found = meant(head, table) if head else {}
        cells = [text for text in column(rows, at) if not is_blank(text)] if found else []
        for name, weight in found.items():
            fit = _fit(name, cells, columns) if cells else 0.7
            if cells and fit < _NEVER and (name in _DAYS or name in _AMOUNTS):
                continue  # Whatever its head says, it holds no days, or no figures.
            if name == "paid" and "gross" in head.casefold():
                weight += _GROSS
            score = weight * (0.5 + 0.5 * fit) if weight > 0.8 else weight * (0.25 + 0.75 * fit)
            if score >= _ENOUGH:
                scored.append((-score, at, name))
    chosen: dict[int, str] = {}
    for _, at, name in sorted(scored):
        if at not in chosen and name not in chosen.values() and name not in taken:
            chosen[at] = name
    return chosen


def _fit(name: str, cells: Sequence[str], columns: Mapping[str, object]) -> float:
    sample = cells[:40]
    if name in _AMOUNTS:
        return sum(amount(text) is not None for text in sample) / len(sample)
    if name == "claim_number":
        return sum(any(map(str.isdigit, text)) and not is_day(text) for text in sample) / len(sample)
    if name in _WHO:
        return sum(sum(map(str.isalpha, text)) > _SHORT for text in sample) / len(sample)
    if name in _DAYS and all(map(COMPACT.fullmatch, sample)):
        return 1.0
    column = vocabulary("claims" if name in vocabulary("claims") else "run_terms")[name]
    return sum(looks_right(column, text) for text in sample) / len(sample)


def is_blank(text: str) -> bool:
    """Return whether a cell holds nothing, or the dash that stands for it."""
    return text.strip().casefold() in _BLANK


@lru_cache(maxsize=8192)  # A cell is asked for its amount as header, as total and as row.
def amount(text: str) -> Decimal | None:
    """Return the amount in a cell: spaces inside are one with it, ``CR`` is negative, a dash is nothing."""
    bare = " ".join(text.split())
    if not any(map(str.isdigit, bare)):
        return _NOTHING if bare and is_blank(bare) else None
    credit = bare.upper().endswith("CR")
    bare = bare[:-2] if credit else bare
    found = decimal_of(bare.replace("$ ", "$").replace("( ", "(").replace(" )", ")").replace(" -", "-").strip())
    return -abs(found) if credit and found is not None else found


def figures_apart(rows: Cells, names: Sequence[str]) -> bool:
    """Return whether a column without a meaning holds amounts, as their cents, commas or dollars tell."""
    free = [at for at, name in enumerate(names) if not name]
    cells = [[row[at].strip() for row in rows if at < len(row)] for at in free]
    return any(
        any(_MONEY.fullmatch(part) for text in column for part in text.split())
        or sum(text.isdigit() and len(text) > _SHORT for text in column) > 1
        for column in cells
    )


def idle_apart(heads: Sequence[str], rows: Cells, names: Sequence[str]) -> bool:
    """Return whether a column without a meaning holds amounts that are all nothing: it may be any of those missing."""
    for at in [at for at, name in enumerate(names) if not name and not beside(heads[at])]:
        cells = [text for text in column(rows, at) if text]
        if cells and all(_ZERO.fullmatch(text) for text in cells):
            return True
    return False


def guessed(heads: Sequence[str], names: Sequence[str], table: str = "claims") -> bool:
    """Return whether arithmetic alone says what was paid, reserved or spent in a column: it may be another of these."""
    return any(
        name in ("paid", "reserve", "expense") and name not in meant(head, table)
        for head, name in zip(heads, names, strict=True)
    )


# By the law of amounts


def _by_law(rows: Cells, names: dict[int, str], width: int) -> None:
    """Name amounts no header names by what they add to, where all rows agree on one way."""
    claims = [row for row in rows if _is_claim(row, names)]
    table = {at: found for at in range(width) if (found := _figures(claims, at)) is not None}
    free = [at for at in table if at not in names]
    if len(claims) < _FEWEST or not free or len(free) > _MOST_PARTS:
        return
    signs = {at: -1 if names[at] == "recovery" else 1 for at in table if names.get(at) in _PARTS}
    told = [at for at, name in names.items() if name == "incurred" and at in table]
    if told and _holds(table, told[0], signs):
        return
    readings = [
        (whole, way)
        for whole in told or reversed(free)
        for way in _ways([at for at in free if at != whole], none=not told)
        if (signs or len(way) > 1) and _holds(table, whole, {**signs, **way})
    ]
    plainest = min((_strained(way) for _, way in readings), default=(0, 0))
    best = [one for one in readings if _strained(one[1]) == plainest]
    if len(best) == 1:
        whole, way = best[0]
        names[whole] = "incurred"
        closed = next((at for at, name in names.items() if name == "status"), None)
        _give(way, names, table, [_is_closed(row, closed) for row in claims])


def _strained(way: Mapping[int, int]) -> tuple[int, int]:
    """Return how far-fetched a reading is: what it takes off, and how many columns it needs."""
    return sum(sign < 0 for sign in way.values()), len(way)


def _is_claim(row: Sequence[str], names: Mapping[int, str]) -> bool:
    """Return whether a row is of a claim, and no total: its day, or its number, stands in its place."""
    day = next((row[at] for at, name in names.items() if name == "date_of_loss" and at < len(row)), None)
    if day is not None:
        return DAY.match(day) is not None
    number = next((row[at] for at, name in names.items() if name == "claim_number" and at < len(row)), "")
    return any(map(str.isdigit, number))


def _figures(rows: Cells, at: int) -> list[Decimal] | None:
    """Return a column as amounts, or None where it is none."""
    found = []
    for text in column(rows, at):
        value = amount(text) if text else _NOTHING
        if value is None or ("." not in text and "," not in text and "$" not in text and len(text) > 7):
            return None
        found.append(value)
    return found if any(found) else None


def _ways(free: Sequence[int], *, none: bool) -> Iterator[dict[int, int]]:
    """Yield how unnamed columns may count; ``none`` lets them count for nothing at all."""
    for signs in product((0, 1, -1), repeat=len(free)):
        way = {at: sign for at, sign in zip(free, signs, strict=True) if sign}
        if way or none:
            yield way


def _holds(table: Mapping[int, Sequence[Decimal]], whole: int, signs: Mapping[int, int]) -> bool:
    rows = range(len(table[whole]))
    held = sum(
        sum((sign * (abs(table[at][row]) if sign < 0 else table[at][row]) for at, sign in signs.items()), _NOTHING)
        == table[whole][row]
        for row in rows
    )
    return held >= _LAWFUL * len(rows)


def _is_closed(row: Sequence[str], at: int | None) -> bool:
    return at is not None and at < len(row) and row[at].strip()[:1].casefold() == "c"


def _give(way: Mapping[int, int], names: dict[int, str], table: Mapping[int, Sequence[Decimal]],
          closed: Sequence[bool]) -> None:  # fmt: skip
    """Name what adds to the whole: a reserve is nothing on closed claims, what lessens it was recovered."""
    for at, sign in way.items():
        known = set(names.values())
        idle = any(closed) and not any(figure for figure, shut in zip(table[at], closed, strict=True) if shut)
        wanted = "recovery" if sign < 0 else "reserve" if idle and "reserve" not in known else ""
        if not wanted:
            wanted = next((name for name in ("paid", "reserve", "expense") if name not in known), "")
        if wanted and wanted not in known:
            names[at] = wanted
