"""The amounts of a table and the arithmetic its rows obey: paid and reserve make incurred, parts make a TIV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import product
from types import NoneType

from parsers.document import Row, Scalar
from parsers.values.amounts import decimal_of

_CLAIM_PARTS = ("medical_paid", "indemnity_paid", "medical_reserve", "indemnity_reserve")
_OF_CLAIMS = ("paid", "expense", "reserve", "recovery", "incurred", *_CLAIM_PARTS)
AMOUNTS: Mapping[str, tuple[str, ...]] = {
    "claims": _OF_CLAIMS,
    "terms": _OF_CLAIMS,
    "buildings": ("building_value", "contents_value", "bi_value", "tiv"),
    "vehicles": ("cost_new",),
    "equipment": ("value",),
    "class_rows": ("payroll",),
    "prior_carriers": ("premium",),
}
"""Table → the columns whose every value must be held."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "paid": ("medical_paid", "indemnity_paid"),
    "reserve": ("medical_reserve", "indemnity_reserve"),
}
_LAWS: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "claims": ("incurred", ("paid", "reserve"), ("expense", "-recovery")),
    "terms": ("incurred", ("paid", "reserve"), ("expense", "-recovery")),
    "buildings": ("tiv", ("building_value",), ("contents_value", "bi_value")),
}
_NOUNS: Mapping[str, str] = {
    "class_rows": "classes",
    "equipment": "pieces of equipment",
    "prior_carriers": "prior policies",
}
NOTHING = Decimal(0)

Law = tuple[str, ...]
"""A whole and the parts it is the sum of: ``("incurred", "paid", "reserve", "expense", "-recovery")``."""


def law_of(name: str, rows: Sequence[Row]) -> Law:
    """Return the arithmetic that most rows of a table obey, to be kept in its evidence; empty without one.

    Some carriers' paid holds the expense already, some incurred are before recoveries: the fullest way that holds for
    most rows is the law.
    """
    if name not in _LAWS or not rows:
        return ()
    whole, needed, open_parts = _LAWS[name]
    columns = {column for row in rows for column in row.values}
    if not {whole, *needed} <= columns:
        return ()
    free = [part for part in open_parts if part.strip("-") in columns]
    ways = [
        (whole, *needed, *(part for part, taken in zip(free, chosen, strict=True) if taken))
        for chosen in product((True, False), repeat=len(free))
    ]
    told = {part.strip("-"): column_amounts(rows, part.strip("-")) for part in ways[0]}
    held, law = max(((_held(way, told), way) for way in ways), key=lambda one: one[0])
    return law if held * 2 > len(rows) and len(law) > 2 else ()


def _held(law: Law, told: Mapping[str, Sequence[Decimal]]) -> int:
    """Return how many rows obey a law; ``told`` are the amounts of all rows by column."""
    parts = [[-amount for amount in told[part[1:]]] if part[0] == "-" else told[part] for part in law[1:]]
    return sum(whole == sum(row, NOTHING) for whole, *row in zip(told[law[0]], *parts, strict=True))


def is_sum(row: Row, whole: str) -> bool:
    """Return whether an amount is the sum of the parts its row tells, or its row tells none."""
    parts = [amount_in(row, part) for part in PARTS.get(whole, ()) if part in row.values]
    return not parts or amount_in(row, whole) == sum(parts, NOTHING)


def noun(name: str, count: int = 2) -> str:
    """Return what a person calls the rows of a table: ``claims``, ``1 claim``'s ``claim``."""
    plural = _NOUNS.get(name, name)
    if count != 1:
        return plural
    return {"classes": "class", "pieces of equipment": "piece of equipment", "prior policies": "prior policy"}.get(
        plural, plural.removesuffix("s")
    )


def amount_in(row: Row, column: str) -> Decimal:
    """Return an amount of a row; what is not there is nothing."""
    return _amount_of(row.values.get(column))


def _amount_of(value: Scalar) -> Decimal:
    return NOTHING if value is None or isinstance(value, bool) else _amount(str(value))


def column_amounts(rows: Sequence[Row], column: str) -> list[Decimal]:
    """Return the amounts of a column, row by row."""
    values = [row.values.get(column) for row in rows]
    if not set(map(type, values)) <= {str, NoneType}:
        return list(map(_amount_of, values))  # True is the same key as 1.
    told = {value: _amount_of(value) for value in dict.fromkeys(values)}
    return list(map(told.__getitem__, values))


@lru_cache(maxsize=8192)  # The checks of a list ask for the same amounts again and again.
def _amount(value: str) -> Decimal:
    amount = decimal_of(value)
    return amount if amount is not None else NOTHING


def law_words(law: Law) -> str:
    """Return a law as a person reads it: ``paid + expense - recovery = incurred``."""
    whole, *parts = (part.replace("_", " ") for part in law)
    return " + ".join(parts).replace("+ -", "- ") + f" = {whole}"


def gap(row: Row, law: Law) -> Decimal:
    total = NOTHING
    for part in law[1:]:
        total += -amount_in(row, part[1:]) if part[0] == "-" else amount_in(row, part)
    return amount_in(row, law[0]) - total
