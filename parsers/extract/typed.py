"""The cells of a row → typed values, with what spreadsheets and writers do to them undone or named.

Thousands are multiplied where the list says so, lost leading zeros put back where the length is law, ages turned into
years. What is not certain is a defect that names the place, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from parsers.document import Defect, Row, Scalar
from parsers.extract.booking import Record
from parsers.extract.listed import Listed
from parsers.extract.rows import finish
from parsers.values import Context, Parsed, parse
from parsers.values.amounts import decimal_of, plain

_STATES = ("license_state", "state", "garage_state")
_ALWAYS_AS_LONG = frozenset({"PA", "TX"})
"""States all of whose licence numbers have one length, so that a shorter one has lost zeros in a spreadsheet."""
_SHORTENED = re.compile(r"^\d(?:\.\d+)?E\+?\d{1,2}$", re.IGNORECASE)
_GROUPED = re.compile(r"^\d{1,3}(?:,\d{3})+$")
_BLANKS = frozenset({"-", "--", "—", "–", "n/a", "na", "none", "tbd", "unknown", "."})
AGES = {"building_age": "year_built", "roof_age": "roof_year"}
_CODES = frozenset({"number", "building_number", "location"})
_WHOLE = re.compile(r"0|[1-9][0-9]{0,14}")
AS_IT_STANDS = {
    "money": _WHOLE,
    "number": _WHOLE,
    "vin": re.compile(r"[A-Z0-9]{17}"),
    "year": re.compile(r"(?:1[789]|20)[0-9]{2}"),
    "zip": re.compile(r"(?!00000)[0-9]{5}"),
}
"""Type → what nearly all its cells look like: such a text is its own value, and needs no longer look."""
OF_THE_STATE = frozenset({"licence", "wc_class"})
"""Types whose cells are read by the state beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """How the cells of one list are read: as of which day, and by what its amounts are multiplied."""

    listed: Listed
    as_of: date | None = None
    scale: int = 1
    known: dict[tuple[str, str | None], dict[str, tuple[Scalar, str]]] = field(default_factory=dict, compare=False)
    """Column and, where it matters, state → text → what it was read as: long lists say the same again and again."""
    states: dict[str, str | None] = field(default_factory=dict, compare=False)


def typed(record: Record, cells: Mapping[str, str], how: Typing) -> tuple[Row, tuple[Defect, ...]]:
    """Return one row, and what of it could not be read or was worked out."""
    defects: list[Defect] = []
    values: dict[str, Scalar] = {}
    state = state_of(cells, how)
    for name, text in cells.items():
        known = how.known.get((name, None)) or _known(name, state, how)
        read = known.get(text)
        if read is None:
            read = known[text] = value_of(name, text, state, how)
        value, reason = read
        if value is not None or reason != "non_answer":
            values[name] = value
        if reason and reason != "non_answer":
            defects.append(_defect(record, how.listed.name, name, reason))
    for age, year in AGES.items():
        if age in values:
            said = _born(values.pop(age), how.as_of)
            if year not in cells:
                values[year] = said
                defects.append(_defect(record, how.listed.name, f"{year} from an age", "ambiguous"))
    return Row(values=finish(how.listed.name, values), at=record.at), tuple(defects)


def _known(name: str, state: str | None, how: Typing) -> dict[str, tuple[Scalar, str]]:
    """Return what is known of the cells of a column, of one that is read by its state beside this one."""
    by_state = how.listed.columns[name].type in OF_THE_STATE
    return how.known.setdefault((name, (state or "") if by_state else None), {})


def state_of(cells: Mapping[str, str], how: Typing) -> str | None:
    """Return the state that a row's cells name, by which some of them are read."""
    text = next((cells[name] for name in _STATES if name in cells), None)
    if not text:
        return None
    if text not in how.states:
        read = parse("state", text).value
        how.states[text] = read if isinstance(read, str) else None
    return how.states[text]


def value_of(name: str, text: str, state: str | None, how: Typing) -> tuple[Scalar, str]:
    """Return a value and the reason against it, if any; ``non_answer`` is as good as a blank cell."""
    kind = how.listed.columns[name].type
    shape = AS_IT_STANDS.get(kind)
    if shape and shape.fullmatch(text) and not (how.scale != 1 and name in how.listed.money):
        return text, ""
    if kind in ("policy_number", "code", "vin", "licence") and _SHORTENED.match(text):
        return None, "bad_format"
    if text.casefold() in _BLANKS and kind != "sprinklered" and name != "owned":
        return None, "non_answer"
    if name in _CODES and _GROUPED.match(text):
        text = text.replace(",", "")
    if kind == "wc_class" and len(text) == 1 and text.isdigit():
        text = text.zfill(2)
    serial = kind != "licence" or state in _ALWAYS_AS_LONG
    context = Context(as_of=how.as_of, serial=serial, state=state)
    parsed = _parsed(kind, name, text, context)
    value = parsed.value
    if how.scale != 1 and name in how.listed.money and isinstance(value, str):
        value = scaled(value, how.scale)
    if value is not None:
        return value, ""
    return None, "non_answer" if parsed.defect and parsed.defect.reason == "non_answer" else "bad_format"


def _parsed(kind: str, name: str, text: str, context: Context) -> Parsed:
    if name == "owned":
        return Parsed(value=text)
    return parse(kind, text, context)


def scaled(value: str, scale: int) -> str:
    """Return an amount times a scale; words that stand for amounts stay."""
    number = decimal_of(value)
    return value if number is None else plain(number * scale)


def _born(age: Scalar, as_of: date | None) -> Scalar:
    number = decimal_of(age) if isinstance(age, str) else None
    return str(as_of.year - int(number)) if number is not None and as_of else None


def _defect(record: Record, table: str, column: str, reason: str) -> Defect:
    where = record.at.cell or (f"page {record.at.page}" if record.at.page else "row")
    return Defect(reason=reason, detail=f"{table} {where}: {column}", page=record.at.page)


def amounts_in(record: Record, how: Typing, columns: frozenset[str]) -> Iterator[tuple[str, Decimal]]:
    """Yield column and amount for the cells of a line that stand in columns of amounts."""
    for name, text in record.cells.items():
        number = decimal_of(text) if name in columns else None
        if number is not None:
            yield name, number * how.scale if how.scale != 1 and name in how.listed.money else number
