"""What the columns of a grid mean: header synonyms from the table of headers, doubts settled by the cells below.

A header that names one thing alone wins outright. A weak or shared one needs its cells to look right: years, ZIPs,
money. Each meaning goes to one column, best score first.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parsers.values import TYPES, Context, parse
from parsers.values.amounts import decimal_of

# Headers that look like a wanted one and are another thing.
_GUARD = re.compile(
    r"\b(statement|status of|estate|building name|table of contents|total units|no of units|retainage|scheduled value"
    r"|pct complete|deductible(?! recov)|ded(?! recov)|rate|loan|mortgagee|notes?|comments?|lender)\b"
)
_PRICE = re.compile(r"\bpremium\b|\bprem (?:amt|total)\b")
_PRICED = frozenset({"prior_carriers"})
# Tables that have a column of premiums; in every other one a premium is no value.
_INNER = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_NOT_PLAIN = re.compile(r"[^a-z0-9 ]")
# Numbers and dates, which are most cells, name nothing; beyond ASCII more characters fold to letters.
_NAMING = re.compile(r"[A-Za-z#%&]|[^\x00-\x7f]")
_STRONG, _WEAK = 1.0, 0.55
_ENOUGH = 0.4
_SHORT = 5
"""Headers up to this long are never met run together: BLDGID is, ST NO is not."""
_LOOKED_AT = 200
"""Rows under a header that may speak for a column."""
_IN_A_SHEET = Context(serial=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One meaning a column may have: its value type, how its cells look, and the headers that name it."""

    name: str
    type: str
    fit: str
    headers: frozenset[str]
    weak: frozenset[str]


class Vocabulary(dict[str, Column]):
    """The columns of one table by name; ``meanings`` says for each header what it may mean, with a weight."""

    def __init__(self, columns: Mapping[str, Column], *, priced: bool = False) -> None:
        super().__init__(columns)
        self.meanings: dict[str, dict[str, float]] = {}
        for weight in (_WEAK, _STRONG):
            for name, column in columns.items():
                for header in column.weak if weight == _WEAK else column.headers:
                    if not _GUARD.search(header) and (priced or not _PRICE.search(header)):
                        self.meanings.setdefault(header, {})[name] = weight
        self.run_together: dict[str, dict[str, float]] = {}
        for header, named in self.meanings.items():
            if " " in header and len(header) > _SHORT:
                self.run_together.setdefault(header.replace(" ", ""), {}).update(named)


class HeaderTableError(ValueError):
    """The table of headers is wrong; the message names the entry."""


@cache
def vocabulary(table: str) -> Vocabulary:
    """Return the columns of a table such as ``buildings`` or ``claims``; raises KeyError for another name."""
    return _vocabularies()[table]


@cache
def _vocabularies() -> Mapping[str, Vocabulary]:
    data = tomllib.loads((Path(__file__).parent / "headers.toml").read_text(encoding="utf-8"))
    return {
        table: Vocabulary(
            {name: _column(table, name, entry) for name, entry in columns.items()}, priced=table in _PRICED
        )
        for table, columns in data.items()
    }


def _column(table: str, name: str, entry: Mapping[str, object]) -> Column:
    where = f"headers.toml: {table}.{name}"
    if not {"type", "fit", "headers"} <= entry.keys() <= {"type", "fit", "headers", "weak"}:
        raise HeaderTableError(f"{where}: needs type, fit and headers, and may have weak")
    headers, weak = entry["headers"], entry.get("weak", [])
    if entry["type"] not in TYPES or entry["fit"] not in _FITS:
        raise HeaderTableError(f"{where}: unknown type or fit")
    if not isinstance(headers, list) or not isinstance(weak, list):
        raise HeaderTableError(f"{where}: headers and weak are lists")
    for header in (*headers, *weak):
        if normalised(header) != header:
            raise HeaderTableError(f"{where}: {header!r} is never met; it reads {normalised(header)!r}")
    return Column(
        name=name, type=str(entry["type"]), fit=str(entry["fit"]), headers=frozenset(headers), weak=frozenset(weak)
    )


def normalised(header: str) -> str:
    """Return a header as the table of headers spells it: ``YrBlt`` → ``yr blt``, ``Loc. #`` → ``loc no``."""
    text = _INNER.sub(" ", header).casefold().replace("#", " no ").replace("%", " pct ").replace("&", " and ")
    return " ".join(_NOT_PLAIN.sub(" ", text).split())


def meanings(header: str, columns: Vocabulary) -> Mapping[str, float]:
    """Return what a header may mean, with a weight of 1 for its own synonyms and 0.55 for shared ones."""
    if not _NAMING.search(header):
        return {}
    plain = normalised(header)
    return columns.meanings.get(plain) or columns.run_together.get(plain.replace(" ", ""), {})


def assign(headers: Sequence[str], below: Sequence[Sequence[str]], columns: Vocabulary) -> dict[int, str]:
    """Return column index → meaning for a header row; ``below`` are the cells under it, row by row."""
    scored: list[tuple[float, int, str]] = []
    for index, header in enumerate(headers):
        named = meanings(header, columns)
        cells = [row[index] for row in below[:_LOOKED_AT] if index < len(row) and row[index].strip()] if named else []
        for name, weight in named.items():
            score = _score(weight, _fits(columns[name].fit, cells) if cells else 0.7)
            if score >= _ENOUGH:
                scored.append((-score, index, name))
    chosen: dict[int, str] = {}
    for _, index, name in sorted(scored):
        if index not in chosen and name not in chosen.values():
            chosen[index] = name
    return chosen


def _score(weight: float, fit: float) -> float:
    """A header of its own is enough even over odd cells; a shared one needs cells that look right."""
    return weight * (0.5 + 0.5 * fit) if weight == _STRONG else weight * (0.25 + 0.75 * fit)


def _fits(fit: str, cells: Sequence[str]) -> float:
    sample, looks_right = cells[:40], _FITS[fit]
    return sum([looks_right(cell.strip()) for cell in sample]) / len(sample)


def _number(low: int, high: int) -> Callable[[str], bool]:
    def fits(cell: str) -> bool:
        number = decimal_of(cell)
        return number is not None and low <= abs(number) <= high

    return fits


def _parses(type_name: str) -> Callable[[str], bool]:
    def fits(cell: str) -> bool:
        return parse(type_name, cell, _IN_A_SHEET).value is not None

    return fits


def _money(cell: str) -> bool:
    number = decimal_of(cell)
    return (number is not None and (number == 0 or number >= 500)) or cell.casefold() in {
        "als",
        "incl",
        "included",
        "-",
    }


_FITS: Mapping[str, Callable[[str], bool]] = {
    "amount": _number(0, 10**12),
    "area": _number(50, 5_000_000),
    "construction": _parses("construction"),
    "count": _number(0, 20_000),
    "date": _parses("date"),
    "few": _number(0, 120),
    "few_hundred": _number(0, 3_000),
    "licence": lambda cell: bool(re.fullmatch(r"[A-Za-z0-9* -]{4,20}", cell) and re.search(r"\d", cell)),
    "money": _money,
    "owned": lambda cell: bool(re.match(r"own|rent|lease|[yn]|[orl]$|full|100%|0%|true|false", cell.casefold())),
    "protection_class": _parses("protection_class"),
    "serial": lambda cell: bool(re.search(r"\d", cell)) and len(cell) <= 30,
    "short": lambda cell: len(cell) <= 12 and not re.fullmatch(r"\$?\d[\d,]{4,}(\.\d+)?", cell),
    "sprinklered": _parses("sprinklered"),
    "state": _parses("state"),
    "status": lambda cell: bool(re.match(r"(o|c|r|open|clos|re-?op|pend)", cell.casefold())),
    "street": lambda cell: bool(re.search(r"[A-Za-z]{2}", cell)),
    "text": lambda cell: bool(cell),
    "vin": lambda cell: bool(re.fullmatch(r"[A-Za-z0-9]{8,20}", cell.replace(" ", ""))),
    "wc_class": lambda cell: bool(re.match(r"\d{2,4}\b", cell)),
    "weight": _number(500, 120_000),
    "words": lambda cell: bool(re.search(r"[A-Za-z]{2}", cell)),
    "year": lambda cell: bool(re.fullmatch(r"(1[7-9]|20)\d\d(\.0)?", cell)),
    "zip": lambda cell: bool(re.fullmatch(r"\d{4,5}(-?\d{4})?", cell)),
}
"""How the cells of a column look, by name."""


def looks_right(column: Column, cell: str) -> bool:
    """Return whether a cell looks like those of a column."""
    return _FITS[column.fit](cell.strip())
