"""Locations of the application and of the statement of values, reconciled by address; and their total values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline import kinds
from pipeline.agreement import agree, digits, street_key
from pipeline.checks.buildings import mismatch
from pipeline.checks.case import Case
from pipeline.checks.conflicts import stands
from pipeline.checks.finding import Finding, Rule, satisfied
from pipeline.checks.units import Unit
from pipeline.checks.words import in_words
from pipeline.submission import Line, LookedAt, Source

FORMS = frozenset({"acord_125", "acord_823"})
ROOM = 4
"""Premises that an application without an overflow form has room for."""
NAMED = 4
"""Places named in one ask; the rest are counted."""

_UNITS = frozenset({"ste", "apt", "unit", "bldg", "fl", "rm"})
_POINTS = frozenset({"n", "s", "e", "w", "ne", "nw", "se", "sw"})
_WAYS = frozenset(
    {"st", "ave", "rd", "dr", "blvd", "ln", "ct", "hwy", "pkwy", "pl", "cir", "ter", "trl", "expy", "fwy", "rte", "way"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One address as a paper gives it."""

    street: str
    city: str
    zip: str
    number: str
    source: Source

    @property
    def words(self) -> str:
        """Return it as people write it."""
        return ", ".join(part for part in (self.street, self.city) if part) or f"location {self.number}"


def values_agree(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """PR-SOV-MISMATCH: forms and statement of values speak of the same values and the same places."""
    return (*mismatch(case, rule, line), *places_agree(case))


def places_agree(case: Case) -> tuple[Finding, ...]:
    """Every location of the application is on the statement of values, and the other way round."""
    listed, scheduled = _of_forms(case), _of_schedules(case)
    if not listed.places or not scheduled.places:
        return ()
    lacking = [place for place in listed.places if place not in scheduled]
    full = len(listed.places) >= ROOM and not case.of_kind("acord_823")
    extra = [] if full else [place for place in scheduled.places if place not in listed]
    if not lacking and not extra:
        return (satisfied("locations"),)
    variant = "locations" if lacking and extra else "lacking" if lacking else "extra"
    words = {
        "missing": _named(lacking),
        "extra": _named(extra),
        "source": stands(case, listed.places[0].source),
        "rival": stands(case, scheduled.places[0].source),
    }
    first = (listed.places[0].source, scheduled.places[0].source)
    looked = {LookedAt(document=source.document or "", page=source.page): None for source in first}
    return (Finding(subject="locations", variant=variant, share=0.5, words=words, looked_at=tuple(looked)),)


def same_place(one: Place, other: Place) -> bool:
    """Return whether two addresses are one place.

    A suite, a compass point or the word for the way may be left out on one side, city and ZIP too, but what both give
    must agree.
    """
    if one.street and other.street:
        return _same_street(one.street, other.street) and _same_town(one, other)
    return bool(one.number) and one.number == other.number and _same_town(one, other)


def _same_town(one: Place, other: Place) -> bool:
    if one.zip and other.zip:
        return agree("zip", one.zip, other.zip)
    return not (one.city and other.city) or agree("city", one.city, other.city)


def _same_street(one: str, other: str) -> bool:
    left, right = _street_words(one), _street_words(other)
    if left[:1] != right[:1]:
        return False
    lone = set(left) ^ set(right)
    core = [[word for word in words[1:] if word not in _POINTS | _WAYS] for words in (left, right)]
    points = [set(words) & _POINTS for words in (left, right)]
    ways = [set(words) & _WAYS for words in (left, right)]
    clash = any(ours and theirs and ours != theirs for ours, theirs in (points, ways))
    return core[0] == core[1] and not clash and (bool(core[0]) or not lone)


@lru_cache(maxsize=8192)
def _street_words(street: str) -> tuple[str, ...]:
    words = street_key(street).split()
    cut = next((place for place, word in enumerate(words) if place and word in _UNITS), len(words))
    return tuple(words[:cut])


class Gazetteer:
    """Places to be found again by address; schedules have thousands of rows."""

    def __init__(self, places: Iterable[Place] = ()) -> None:
        self.places: list[Place] = []
        self._by_house: dict[str, list[Place]] = {}
        self._by_number: dict[str, list[Place]] = {}
        for place in places:
            self.add(place)

    def add(self, place: Place) -> None:
        """Add a place unless it is here already."""
        if place in self:
            return
        self.places.append(place)
        self._by_house.setdefault(_house(place), []).append(place)
        self._by_number.setdefault(place.number, []).append(place)

    def __contains__(self, place: Place) -> bool:
        near = self._by_house.get(_house(place), []) if place.street else []
        numbered = self._by_number.get(place.number, []) if place.number else []
        lone = [other for other in numbered if not (place.street and other.street)]
        return any(same_place(place, other) for other in (*near, *lone))


def _house(place: Place) -> str:
    return next(iter(_street_words(place.street)), "")


def _of_forms(case: Case) -> Gazetteer:
    found = []
    for unit in case.rows("locations"):
        sources = [cell.source for cell in unit.cells.values() if cell.source.kind in FORMS]
        if sources and unit.any("street", "city", "zip"):
            found.append(_place(unit, sources[0]))
    return Gazetteer(found)


def _place(unit: Unit, source: Source) -> Place:
    street, city, zip_code, number = (unit.text(name) for name in ("street", "city", "zip", "number"))
    return Place(street=street, city=city, zip=digits(zip_code)[:5], number=number, source=source)


def _of_schedules(case: Case) -> Gazetteer:
    found = []
    for paper in case.of_kind("sov", "acord_139"):
        rows = [row for table in paper.tables if table.name == "buildings" for row in table.rows]
        for row in rows:
            street, city, zip_code, number = (
                str(row.values.get(name) or "").strip() for name in ("street", "city", "zip", "number")
            )
            source = Source(label=kinds.label(paper.kind), document=paper.id, kind=paper.kind, page=row.at.page)
            found.append(Place(street=street, city=city, zip=digits(zip_code)[:5], number=number, source=source))
    return Gazetteer(place for place in found if place.street or place.number)


def _named(places: Sequence[Place]) -> str:
    words = [place.words for place in places[:NAMED]]
    if len(places) > NAMED:
        words.append(f"{len(places) - NAMED} more")
    return in_words(words) if words else ""
