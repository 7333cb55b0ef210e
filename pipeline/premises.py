"""Where buildings stand that a section names by number or street only: on the premises of the application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipeline import agreement, schedules
from pipeline.submission import ResolvedField


def placed_buildings(fields: Mapping[str, ResolvedField]) -> dict[str, ResolvedField]:
    """Give each building without a city the city, state, county and ZIP of its premises."""
    buildings, premises = _rows(fields, "buildings"), _rows(fields, "locations")
    placed: dict[str, ResolvedField] = {}
    for index, building in buildings.items():
        home = _home(building, premises.values())
        for name in ("street", "city", "county", "state", "zip"):
            if home and name in home and name not in building:
                field_name = f"buildings[{index}].{name}"
                placed[field_name] = replace(home[name], field=field_name, status="derived", rivals=())
    return placed


def _home(
    building: Mapping[str, ResolvedField], premises: Iterable[Mapping[str, ResolvedField]]
) -> Mapping[str, ResolvedField] | None:
    """Return the premises row a building stands on: by street, else by its number."""
    rows = list(premises)
    street = agreement.street_key(building["street"].value) if "street" in building else ""
    for row in rows:
        if street and "street" in row and agreement.street_key(row["street"].value) == street:
            return row
    number = building["premises_number"].value if "premises_number" in building else None
    for row in rows:
        if number is not None and "number" in row and row["number"].value == number:
            return row
    return rows[0] if len(rows) == 1 else None


def _rows(fields: Mapping[str, ResolvedField], group: str) -> dict[int, dict[str, ResolvedField]]:
    rows: dict[int, dict[str, ResolvedField]] = {}
    for name, resolved in fields.items():
        if name.startswith(f"{group}[") and (match := schedules.GROUP.match(name)):
            rows.setdefault(int(match[2]), {})[match[3]] = resolved
    return rows
