"""Join the rows that several documents give for the same driver, vehicle, building or class.

Documents are taken in the order they came, so an index once given stays with its unit. A row joins an earlier one when
a key of its group agrees (VIN before number, licence before name) and nothing clashes; otherwise it is a new unit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from parsers.document import ExtractedTable, FieldCandidate, Row, Scalar
from pipeline import kinds, names
from pipeline.agreement import digits, street_key
from pipeline.submission import LINES, FiledDocument, Line, Source, SourcedCandidate

GROUP = re.compile(r"^(\w+)\[(\d+)\]\.(.+)$")
Values = Mapping[str, Scalar]
Key = Callable[[Values], str]

TABLES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "buildings": ("buildings", {"number": "premises_number", "roof_year": "updated_roofing"}),
    "drivers": ("drivers", {}),
    "vehicles": ("vehicles", {}),
    "equipment": ("equipment", {}),
    "class_rows": ("class_rows", {}),
}
"""Extracted table → the group it feeds, and the columns that bear another name there."""

PRIOR_COLUMNS: Mapping[Line, str] = {
    "general_liability": "gl",
    "commercial_auto": "auto",
    "commercial_property": "property",
}
"""Line → the start of its columns among the prior carriers of the application, all others' is ``other``."""

_PRIOR: Mapping[str, str] = {
    "carrier": "carrier",
    "policy_number": "policy",
    "premium": "premium",
    "term_from": "effective",
    "term_to": "expiration",
}
_OF_COMP = ("carrier", "policy_number", "premium")

RESTRICTED = frozenset({"dob", "license_number", "ssn", "claimant"})
"""Columns of lists that are masked wherever people, logs or events see them."""


def _text(values: Values, name: str) -> str:
    value = values.get(name)
    return str(value).strip().lower() if value not in (None, True, False) else ""


def _joined(*columns: str) -> Key:
    """Return a key of columns that must all be there."""

    def key(values: Values) -> str:
        parts = [_text(values, column) for column in columns]
        return "|".join(parts) if all(parts) else ""

    return key


def _street(values: Values) -> str:
    return street_key(values.get("street"))


def _person(values: Values) -> str:
    name = _text(values, "name") or f"{_text(values, 'first_name')} {_text(values, 'last_name')}"
    words = [word for word in names.tokens(name) if len(word) > 1]
    return " ".join(sorted(words))


def _driver_licence(values: Values) -> str:
    return re.sub(r"[^a-z0-9]", "", _text(values, "license_number"))


def _vin(values: Values) -> str:
    vin = re.sub(r"[^a-z0-9]", "", _text(values, "vin"))
    return vin if len(vin) >= 11 else ""


def _insured_name(values: Values) -> str:
    return names.normalise(str(values.get("name") or ""))


def _far_apart(one: str, other: str) -> bool:
    """Return whether two VINs are two vehicles rather than one mistyped."""
    return len(one) == len(other) == 17 and sum(a != b for a, b in zip(one, other, strict=True)) > 3


def _vehicles_clash(one: Values, other: Values) -> bool:
    return _far_apart(_vin(one), _vin(other))


def _drivers_clash(one: Values, other: Values) -> bool:
    left, right = _person(one), _person(other)
    return bool(left and right) and not set(left.split()) & set(right.split())


def _house_number(values: Values) -> str:
    return digits(_street(values).split(" ", 1)[0])


def _places_clash(one: Values, other: Values) -> bool:
    """Two rows are two places when house numbers or building numbers differ."""
    houses = {_house_number(one), _house_number(other)} - {""}
    buildings = {_text(one, "building_number"), _text(other, "building_number")} - {""}
    return len(houses) > 1 or len(buildings) > 1


def _pieces_clash(one: Values, other: Values) -> bool:
    """Two pieces of equipment are two when serial numbers or descriptions differ."""
    return any(len({_text(one, name), _text(other, name)} - {""}) > 1 for name in ("serial", "description"))


def _classes_clash(one: Values, other: Values) -> bool:
    return len({_text(one, "location"), _text(other, "location")} - {""}) > 1


def _never(one: Values, other: Values) -> bool:
    return False


Clash = Callable[[Values, Values], bool]
Keys = tuple[tuple[Key, Clash], ...]

JOINTS: Mapping[str, Keys] = {
    "drivers": ((_driver_licence, _never), (_person, _never), (_joined("number"), _drivers_clash)),
    "vehicles": ((_vin, _never), (_joined("number"), _vehicles_clash)),
    "buildings": (
        (_joined("premises_number", "building_number"), _never),
        (_street, _places_clash),
        (_joined("premises_number"), _places_clash),
    ),
    "locations": (
        (_joined("number", "building_number"), _places_clash),
        (_street, _places_clash),
        (_joined("number"), _places_clash),
    ),
    "equipment": ((_joined("serial"), _never), (_joined("number"), _pieces_clash)),
    "class_rows": (
        (_joined("state", "location", "code", "description"), _never),
        (_joined("state", "location", "code"), _never),
        (_joined("state", "code"), _classes_clash),
    ),
    "hazards": ((_joined("location", "number"), _never), (_joined("class_code", "class_description"), _never)),
    "individuals": ((_person, _never),),
    "prior_carriers": ((_joined("year"), _never),),
    "wc_prior": ((_joined("year"), _never),),
    "losses": ((_joined("date", "description"), _never), (_joined("date", "paid"), _never)),
    "contacts": ((_insured_name, _never),),
    "subjects": (),
    "answers": (),
}
"""How rows of a group are told to be the same unit: keys in order of trust, each with what rules it out.

Subjects of insurance and answers have none: every property section counts its own rows, every questionnaire its own
questions, and two never share one.
"""


def from_tables(documents: Sequence[FiledDocument]) -> list[SourcedCandidate]:
    """Return the cells of schedules (SOV, driver list, vehicle schedule, payroll) as candidates of their groups."""
    found: list[SourcedCandidate] = []
    for document in documents:
        for table in document.tables:
            if table.name in TABLES:
                found.extend(_cells(document, table))
            elif table.name == "prior_carriers":
                found.extend(_prior_carriers(document, table))
    return found


def _prior_carriers(document: FiledDocument, table: ExtractedTable) -> Iterable[SourcedCandidate]:
    """Put policies of former years where the applications have them: a year is a unit, a line has columns in it.

    A policy whose line or year the list does not say is of no use to any of them; a second policy of a line in one year
    is a unit of its own.
    """
    places: dict[str, dict[tuple[str, int], int]] = {"wc_prior": {}, "prior_carriers": {}}
    times: Counter[tuple[str, str]] = Counter()
    for row in table.rows:
        line, year = str(row.values.get("line")), str(row.values.get("year") or row.values.get("term_from"))[:4]
        if line not in LINES or not year.isdecimal():
            continue
        is_comp = line == "workers_compensation"
        group, start = ("wc_prior", "") if is_comp else ("prior_carriers", PRIOR_COLUMNS.get(line, "other") + "_")
        times[year, start] += 1
        index = places[group].setdefault((year, times[year, start]), len(places[group]))
        told = {f"{start}{_PRIOR[column]}": row.values.get(column) for column in (_OF_COMP if is_comp else _PRIOR)}
        for column, value in ({"year": year} | told).items():
            if value is not None and value != "":
                cell = _cell(f"{group}[{index}].{column}", column, value, _confidence(table), row)
                yield SourcedCandidate(candidate=cell, source=_source(document, row))


def _confidence(table: ExtractedTable) -> float:
    return 0.97 if table.proof.proven else 0.9


def _cells(document: FiledDocument, table: ExtractedTable) -> Iterable[SourcedCandidate]:
    group, renamed = TABLES[table.name]
    confidence = _confidence(table)
    for index, row in enumerate(table.rows):
        source = _source(document, row)
        for column, value in row.values.items():
            if value is not None and value != "":
                field_name = f"{group}[{index}].{renamed.get(column, column)}"
                yield SourcedCandidate(candidate=_cell(field_name, column, value, confidence, row), source=source)


def _source(document: FiledDocument, row: Row) -> Source:
    return Source(
        label=kinds.label(document.kind),
        document=document.id,
        kind=document.kind,
        page=row.at.page,
        method="table",
        received_at=document.received_at,
    )


def _cell(field_name: str, column: str, value: Scalar, confidence: float, row: Row) -> FieldCandidate:
    return FieldCandidate(
        field=field_name,
        value=value,
        raw=str(value),
        confidence=confidence,
        method="table",
        at=row.at,
        restricted=column in RESTRICTED,
    )


@dataclass(slots=True)
class _Group:
    """The units of one group so far, with an index per key."""

    keys: Keys
    units: dict[int, dict[str, Scalar]] = field(default_factory=dict)
    found: dict[tuple[int, str], list[int]] = field(default_factory=dict)

    def place(self, wanted: int, values: Values, taken: set[int]) -> int:
        """Return the index of the unit that a row belongs to; ``taken`` holds the units its document already used."""
        keys = [(rank, key(values)) for rank, (key, _) in enumerate(self.keys)]
        known = self._known(keys, values, taken)
        index = self._free(wanted) if known is None else known
        unit = self.units.setdefault(index, {})
        for name, value in values.items():
            unit.setdefault(name, value)
        for rank, text in keys:
            if text:
                self.found.setdefault((rank, text), []).append(index)
        return index

    def named(self, wanted: int, values: Values) -> int | None:
        """Return the unit that words such as "the VIN of vehicle 5" speak of: by number, else by place; or None."""
        number = _text(values, "number")
        if not number and len(values) > 2:
            return None
        places = [i for i, unit in self.units.items() if _text(unit, "number") == (number or str(wanted + 1))]
        index = places[0] if places else wanted
        clash = _never if "vin" in values else self.keys[-1][1]
        return index if index in self.units and not clash(self.units[index], values) else None

    def _known(self, keys: Sequence[tuple[int, str]], values: Values, taken: set[int]) -> int | None:
        for rank, text in keys:
            clash = self.keys[rank][1]
            for index in self.found.get((rank, text), ()) if text else ():
                if index not in taken and not clash(self.units[index], values):
                    return index
        return None

    def _free(self, wanted: int) -> int:
        return wanted if wanted not in self.units else max(self.units) + 1


def join(candidates: Sequence[SourcedCandidate]) -> list[SourcedCandidate]:
    """Return the candidates with the rows of joined groups numbered across documents; the rest as they are.

    ``candidates`` come in the order their documents came. People's words keep their index: they speak of the units the
    person saw.
    """
    kept: list[SourcedCandidate] = []
    rows: dict[tuple[str, str, int], list[tuple[str, SourcedCandidate]]] = {}
    for sourced in candidates:
        name = sourced.candidate.field
        match = GROUP.match(name) if "[" in name else None
        if match is None or match[1] not in JOINTS or _of_a_seen_unit(sourced):
            kept.append(sourced)
            continue
        place = (match[1], _origin_of(sourced), int(match[2]))
        rows.setdefault(place, []).append((match[3], sourced))
    return kept + list(_numbered(rows))


def _of_a_seen_unit(sourced: SourcedCandidate) -> bool:
    return sourced.origin in ("agent_confirmed", "uw_overridden") and sourced.source.kind != "message"


def _origin_of(sourced: SourcedCandidate) -> str:
    return sourced.source.document or f"message:{sourced.source.message}"


def _numbered(rows: Mapping[tuple[str, str, int], list[tuple[str, SourcedCandidate]]]) -> Iterable[SourcedCandidate]:
    groups: dict[str, _Group] = {}
    taken: dict[tuple[str, str], set[int]] = {}
    for (group, origin, wanted), cells in rows.items():
        values: dict[str, Scalar] = {}
        for name, sourced in cells:
            values.setdefault(name, sourced.candidate.value)
        state = groups.setdefault(group, _Group(JOINTS[group]))
        used = taken.setdefault((group, origin), set())
        index = state.named(wanted, values) if origin.startswith("message:") else None
        index = state.place(wanted, values, used) if index is None else index
        used.add(index)
        yield from (_renamed(sourced, f"{group}[{index}].{name}") for name, sourced in cells)


def _renamed(sourced: SourcedCandidate, name: str) -> SourcedCandidate:
    if sourced.candidate.field == name:
        return sourced
    return replace(sourced, candidate=replace(sourced.candidate, field=name))
