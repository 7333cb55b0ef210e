"""Filled boxes of a form, wherever they were read → field candidates.

Every filled box is named by its eLabel and, where the form's map knows it, by the canonical field; then each is parsed
knowing its neighbours: the state beside a ZIP, the year beside a VIN, the entity boxes beside a tax number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import msgspec

from parsers.document import FieldCandidate, Location, Method
from parsers.extract.candidates import CLEAN, of_parsed, stated
from parsers.extract.restricting import kind_by_name, may_be_one, speaks_of_one
from parsers.forms import FormField, FormMap
from parsers.forms.endings import type_by_ending
from parsers.forms.names import is_elabel
from parsers.values import Context, parse, split_address, split_insured, unanswered

_MARKS = frozenset({"x", "xx", "y", "yes", "1", "on", "true", "✓", "✔", "☒"})
_SIGNED = 0.93
"""What a signature is worth whose letters nobody can read."""
_PERSONS = frozenset({"individual", "sole_proprietor"})
_NAME_OF_INDEX = re.compile(r"^(\w+)\[(\d+)\]\.")


class Filled(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One filled box: its eLabel, what stands in it, where, and how it was read.

    ``tick`` is set for a tick box that is on, whose ``raw`` says nothing. ``confidence`` is the reading's own score;
    None takes the usual one of the method.
    """

    elabel: str
    raw: str
    tick: bool
    at: Location
    method: Method
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """What all boxes of a form say together: the texts by canonical field, and the entities that are persons."""

    raws: Mapping[str, str]
    individuals: frozenset[str]
    as_of: date | None

    def context(self, field: str) -> Context:
        """Return what a canonical field is parsed with: the state beside it, the year of its row, the entity."""
        if not field.endswith(_KNOWING) and not field.startswith(_WC_ROW):
            return Context(as_of=self.as_of)
        state = self.raws.get("wc_rating_state") if field.startswith(_WC_ROW) else None
        for ending, beside in _STATE_BESIDE:
            if field.endswith(ending):
                state = self.raws.get(field.removesuffix(ending) + beside)
        read = parse("state", state).value if state else None
        return Context(
            as_of=self.as_of,
            individual=field.removesuffix("fein") + "entity_type" in self.individuals,
            state=read if isinstance(read, str) else None,
            year=self.raws.get(field.removesuffix("vin") + "year") if field.endswith(".vin") else None,
        )


_STATE_BESIDE = (("zip", "state"), ("license_number", "license_state"), ("class_code", "state"))
_WC_ROW = "class_rows["
_KNOWING = ("fein", ".vin", *(ending for ending, _ in _STATE_BESIDE))
"""Fields that end so, and those of the rows of classes, are read with what stands beside them."""


def read_filled(
    filled: Iterable[Filled], fields: FormMap | None, as_of: date | None = None
) -> tuple[FieldCandidate, ...]:
    """Return the candidates of filled boxes, and what follows from where they stand; a box without a map is kept.

    A box without a canonical name is reported under its eLabel.
    """
    items = tuple(filled)
    around = neighbours(items, fields, as_of)
    found: list[FieldCandidate] = []
    for item in items:
        box = _field(item, fields)
        found.extend(_restricted(item, box, one, as_of) for one in _candidates(item, box, around))
    if fields:
        found.extend(_implied(found, fields))
        found = _combined(found)
    return tuple(found)


def neighbours(filled: Iterable[Filled], fields: FormMap | None, as_of: date | None = None) -> Neighbours:
    """Return what the boxes of a form say together."""
    pairs = [(item, box) for item in filled if (box := _field(item, fields))]
    return Neighbours(
        raws={box.field: item.raw for item, box in pairs if box.type not in {"tick", "signature"}},
        individuals=frozenset(box.field for _, box in pairs if box.value in _PERSONS),
        as_of=as_of,
    )


def parts(elabel: str, blob: str, raw: str) -> list[tuple[str, str]]:
    """Take an address box (``blob`` is its eLabel prefix, empty for other boxes) apart into (eLabel, text) pairs."""
    if not blob:
        return [(elabel, raw)]
    letter = elabel.rsplit("_", 1)[1]
    lines = raw.splitlines()
    found: list[tuple[str, str]] = []
    if not elabel.startswith(blob):
        found, lines = [(elabel, lines[0])], lines[1:]
    address = split_address("\n".join(lines))
    pairs = (
        ("LineOne", address.line1),
        ("LineTwo", address.line2),
        ("CityName", address.city),
        ("StateOrProvinceCode", address.state),
        ("PostalCode", address.zip),
    )
    return found + [(f"{blob}_{name}_{letter}", part) for name, part in pairs if part]


def _field(item: Filled, fields: FormMap | None) -> FormField | None:
    return fields.fields.get(item.elabel) if fields else None


def _candidates(item: Filled, box: FormField | None, around: Neighbours) -> list[FieldCandidate]:
    if box is None:
        if item.tick:
            return [_said(item, item.elabel, True)]
        return [_unmapped(item, around)]
    if box.type == "tick" or (item.tick and box.type == "yn"):
        return [_said(item, box.field, box.value)] if item.tick or item.raw.casefold() in _MARKS else []
    if box.type == "signature":
        return [] if unanswered(item.raw) else [_signed(item, box.field)]
    return _typed(item, box, around.context(box.field))


def _unmapped(item: Filled, around: Neighbours) -> FieldCandidate:
    """Return the value of a box that no map knows, of the type its name speaks of, else as the text it is."""
    kind = kind_by_name(item.elabel, item.raw) or type_by_ending(item.elabel)
    context = around.context(item.elabel)
    parsed = parse(kind, item.raw, context)
    if parsed.value is None and not unanswered(item.raw):
        kind, parsed = "text", parse("text", item.raw, context)
    return of_parsed(
        item.elabel,
        item.raw,
        parsed,
        kind,
        method=item.method,
        at=item.at,
        elabel=item.elabel,
        confidence=item.confidence,
    )


def _restricted(item: Filled, box: FormField | None, found: FieldCandidate, as_of: date | None) -> FieldCandidate:
    """Return the candidate restricted where the box's name or text speaks for it; a map's own type knows better."""
    if found.restricted or item.tick:
        return found
    if box is None:
        unknown = not is_elabel(item.elabel) and not item.elabel.startswith(_SPOKEN)
        secret = kind_by_name(item.elabel, item.raw) is not None or speaks_of_one(item.raw)
        secret = secret or (unknown and may_be_one(item.raw, as_of))
    else:
        secret = box.type in _FREE and speaks_of_one(item.raw)
    return replace(found, restricted=True) if secret else found


_FREE = frozenset({"text", "insured", "person", "address", "code"})
"""Types of boxes into which people write anything."""
_SPOKEN = "ACORD_"
"""An agency system's own names begin so, and say what the box holds as eLabels do."""


def _said(item: Filled, field: str, value: str | bool | int | None) -> FieldCandidate:
    score = item.confidence or 0.0
    return stated(field, value, item.raw, method=item.method, at=item.at, elabel=item.elabel, confidence=score)


def _signed(item: Filled, field: str) -> FieldCandidate:
    """Return that something is signed: the ink says so, however little of it could be read."""
    found = _said(item, field, True)
    return replace(found, confidence=max(found.confidence, _SIGNED))


def _typed(item: Filled, box: FormField, context: Context) -> list[FieldCandidate]:
    parsed = parse(box.type, item.raw, context)
    field = box.field
    if box.type == "fein" and parsed.note == "ssn":
        field = field.removesuffix("fein") + "ssn"
    found = [
        of_parsed(
            field,
            item.raw,
            parsed,
            box.type,
            method=item.method,
            at=item.at,
            elabel=item.elabel,
            confidence=item.confidence,
        )
    ]
    if box.type == "insured" and parsed.value and (trade := split_insured(item.raw).dba):
        dba = field.removesuffix("name") + "dba"
        # The trade name is cut out of a longer text, and where it ends is our guess.
        score = round((item.confidence or CLEAN[item.method]) * _CUT_OUT, 3)
        found.append(stated(dba, trade, item.raw, method=item.method, at=item.at, elabel=item.elabel, confidence=score))
    return found


_CUT_OUT = 0.955


def _implied(found: list[FieldCandidate], fields: FormMap) -> list[FieldCandidate]:
    """Return what follows from where a row stands: its building, the state of its sheet."""
    rows: dict[tuple[str, int], FieldCandidate] = {}
    for item in found:
        if match := _NAME_OF_INDEX.match(item.field):
            rows.setdefault((match[1], int(match[2])), item)
    more = [
        stated(
            f"{group}[{index}].{rule.name}",
            rule.value,
            "",
            method=first.method,
            at=first.at,
            elabel=first.elabel,
            confidence=0.0 if first.method == "widget" else first.confidence,
        )
        for (group, index), first in rows.items()
        for rule in fields.implied
        if rule.group == group and rule.first <= index <= rule.last
    ]
    for spread in fields.spreads:
        source = next((item for item in found if item.field == spread.field), None)
        if source:
            more.extend(
                replace(source, field=f"{spread.group}[{index}].{spread.name}")
                for group, index in rows
                if group == spread.group
            )
    return more


_COMBINED = tuple(
    (f"{cover}limit_type", f"{cover}{shared}", f"{cover}limit_csl")
    for cover, shared in (
        ("ca_", "limit_csl_or_bi_person"),
        ("ca_truckers_", "limit_csl_or_bi_person"),
        ("ca_motor_carrier_", "limit_csl_or_bi_person"),
        ("ca_um_", "bi_person"),
        ("ca_truckers_um_", "bi_person"),
        ("ca_motor_carrier_um_", "bi_person"),
    )
)
"""The field that says what a limit is, the limit it may be, and what that is called as a combined single limit."""


def _combined(found: list[FieldCandidate]) -> list[FieldCandidate]:
    """Return the values with the limits that are combined ones, as the tick beside their box says.

    Where both are ticked nobody knows which one it is. A name that says what else a limit may be stays beside the new
    one; a name that would then be wrong does not.
    """
    for kind, shared, combined in _COMBINED:
        ticks = [item for item in found if item.field == kind]
        if not ticks or any(item.value != "csl" for item in ticks):
            continue
        named = [_surely(replace(item, field=combined), ticks[0]) for item in found if item.field == shared]
        found = [*(item for item in found if item.field != shared or "_csl_or_" in shared), *named]
    return found


def _surely(found: FieldCandidate, tick: FieldCandidate) -> FieldCandidate:
    return replace(found, confidence=min(found.confidence, tick.confidence))
