"""Form widgets → field candidates.

First every filled box is named by its eLabel and the canonical field of the form's map; then each is parsed knowing its
neighbours: the state beside a ZIP, the year beside a VIN, the entity boxes beside a tax number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from parsers.document import FieldCandidate, Location, ParsedDocument, Widget
from parsers.extract.candidates import candidate, of_parsed, stated
from parsers.forms import FormField, FormMap, resolve
from parsers.values import Context, parse, split_address, split_insured, unanswered

_MARKS = frozenset({"x", "xx", "y", "yes", "1", "on", "true", "✓", "✔", "☒"})
_PERSONS = frozenset({"individual", "sole_proprietor"})
_NAME_OF_INDEX = re.compile(r"^(\w+)\[(\d+)\]\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filled:
    """One filled box: what it is called, what stands in it, and what the map says of it."""

    elabel: str
    raw: str
    widget: Widget
    box: FormField | None


def visible(widget: Widget) -> bool:
    """Return whether a person can see the widget and fill it in: it has an area and is no push button."""
    x0, top, x1, bottom = widget.box
    return widget.kind != "button" and x1 - x0 > 0.5 and bottom - top > 0.5


def is_filled(widget: Widget) -> bool:
    """Return whether something was entered: text that is not blank, or a tick that is on."""
    if widget.kind == "check":
        return widget.on is True
    return bool(widget.value and widget.value.strip())


def read_widgets(
    document: ParsedDocument, pages: tuple[int, int], fields: FormMap | None, as_of: date | None = None
) -> tuple[FieldCandidate, ...]:
    """Return a candidate for every filled box on ``pages`` (first and last, 1-based); blank ones are absent.

    A box without a canonical name is reported under its eLabel. A box that stands on several pages is reported once.
    """
    filled = tuple(_filled(document.widgets, pages, fields))
    raws = {item.box.field: item.raw for item in filled if item.box and item.box.type not in {"tick", "signature"}}
    individuals = {
        item.box.field for item in filled if item.box and item.box.value in {"individual", "sole_proprietor"}
    }
    found: list[FieldCandidate] = []
    for item in filled:
        found.extend(_candidates(item, raws, individuals, as_of))
    if fields:
        found.extend(_implied(found, fields))
    return tuple(found)


def _filled(widgets: Iterable[Widget], pages: tuple[int, int], fields: FormMap | None) -> Iterable[_Filled]:
    seen: set[tuple[str, str]] = set()
    for widget in widgets:
        if not (pages[0] <= widget.page <= pages[1] and visible(widget) and is_filled(widget)):
            continue
        name = resolve(widget.name)
        raw = "on" if widget.kind == "check" else (widget.value or "").strip()
        for elabel, part in _parts(name.elabel, name.blob, raw):
            if (elabel, part) not in seen:
                seen.add((elabel, part))
                yield _Filled(elabel=elabel, raw=part, widget=widget, box=fields.fields.get(elabel) if fields else None)


def _parts(elabel: str, blob: str, raw: str) -> list[tuple[str, str]]:
    """Take an address box apart into the eLabels its parts would have had."""
    if not blob:
        return [(elabel, raw)]
    letter = elabel.rsplit("_", 1)[1]
    lines = raw.splitlines()
    parts: list[tuple[str, str]] = []
    if not elabel.startswith(blob):
        parts, lines = [(elabel, lines[0])], lines[1:]
    address = split_address("\n".join(lines))
    pairs = (
        ("LineOne", address.line1),
        ("LineTwo", address.line2),
        ("CityName", address.city),
        ("StateOrProvinceCode", address.state),
        ("PostalCode", address.zip),
    )
    return parts + [(f"{blob}_{name}_{letter}", part) for name, part in pairs if part]


def _candidates(
    item: _Filled, raws: Mapping[str, str], individuals: set[str], as_of: date | None
) -> list[FieldCandidate]:
    at = Location(page=item.widget.page, box=item.widget.box)
    box = item.box
    if box is None:
        if item.widget.kind == "check":
            return [stated(item.elabel, True, item.raw, method="widget", at=at, elabel=item.elabel)]
        return [candidate(item.elabel, item.raw, "text", method="widget", at=at, elabel=item.elabel)]
    if box.type == "tick" or (item.widget.kind == "check" and box.type == "yn"):
        ticked = item.widget.kind == "check" or item.raw.casefold() in _MARKS
        return [stated(box.field, box.value, item.raw, method="widget", at=at, elabel=item.elabel)] if ticked else []
    if box.type == "signature":
        return (
            []
            if unanswered(item.raw)
            else [stated(box.field, True, item.raw, method="widget", at=at, elabel=item.elabel)]
        )
    return _typed(item, box, _context(box.field, raws, individuals, as_of), at)


def _typed(item: _Filled, box: FormField, context: Context, at: Location) -> list[FieldCandidate]:
    parsed = parse(box.type, item.raw, context)
    field = box.field
    if box.type == "fein" and parsed.note == "ssn":
        field = field.removesuffix("fein") + "ssn"
    found = [of_parsed(field, item.raw, parsed, box.type, method="widget", at=at, elabel=item.elabel)]
    if box.type == "insured" and parsed.value and (trade := split_insured(item.raw).dba):
        dba = field.removesuffix("name") + "dba"
        found.append(stated(dba, trade, item.raw, method="widget", at=at, elabel=item.elabel, confidence=0.95))
    return found


_STATE_BESIDE = (("zip", "state"), ("license_number", "license_state"), ("class_code", "state"))


def _context(field: str, raws: Mapping[str, str], individuals: set[str], as_of: date | None) -> Context:
    state = raws.get("wc_rating_state") if field.startswith("class_rows[") else None
    for ending, beside in _STATE_BESIDE:
        if field.endswith(ending):
            state = raws.get(field.removesuffix(ending) + beside)
    read = parse("state", state).value if state else None
    return Context(
        as_of=as_of,
        individual=field.removesuffix("fein") + "entity_type" in individuals,
        state=read if isinstance(read, str) else None,
        year=raws.get(field.removesuffix("vin") + "year") if field.endswith(".vin") else None,
    )


def _implied(found: list[FieldCandidate], fields: FormMap) -> list[FieldCandidate]:
    """Return what follows from where a row stands: its building, the state of its sheet."""
    rows: dict[tuple[str, int], FieldCandidate] = {}
    for item in found:
        if match := _NAME_OF_INDEX.match(item.field):
            rows.setdefault((match[1], int(match[2])), item)
    more = [
        stated(f"{group}[{index}].{rule.name}", rule.value, "", method="widget", at=first.at, elabel=first.elabel)
        for (group, index), first in rows.items()
        for rule in fields.implied
        if rule.group == group and rule.first <= index <= rule.last
    ]
    for spread in fields.spreads:
        source = next((item for item in found if item.field == spread.field), None)
        if source:
            more.extend(_spread(source, spread.group, spread.name, rows))
    return more


def _spread(
    source: FieldCandidate, group: str, name: str, rows: Mapping[tuple[str, int], FieldCandidate]
) -> list[FieldCandidate]:
    return [
        FieldCandidate(
            field=f"{group}[{index}].{name}",
            value=source.value,
            raw=source.raw,
            confidence=source.confidence,
            method=source.method,
            elabel=source.elabel,
            at=source.at,
            defect=source.defect,
        )
        for row_group, index in rows
        if row_group == group
    ]


def filled_ratio(document: ParsedDocument, pages: tuple[int, int]) -> float | None:
    """Return filled boxes of any sort ÷ text boxes on ``pages``, at most 1; None where there is no form.

    Ticks count as filled but not as boxes to fill, because most tick boxes of a complete form stay empty.
    """
    names: dict[str, tuple[str, bool]] = {}
    for widget in document.widgets:
        if pages[0] <= widget.page <= pages[1] and visible(widget):
            names[widget.name] = (widget.kind, names.get(widget.name, ("", False))[1] or is_filled(widget))
    boxes = sum(kind in {"text", "choice"} for kind, _ in names.values())
    if not boxes:
        return None
    return min(1.0, sum(filled for _, filled in names.values()) / boxes)
