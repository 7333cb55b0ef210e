"""What words say of one numbered thing: the VIN of vehicle 5, driver 3's licence state, the roof of building 1-1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from parsers.document import FieldCandidate, Location
from parsers.extract.candidates import candidate, stated
from parsers.extract.spoken import DATE
from parsers.values import Context

_AT = Location()
_SENTENCE = re.compile(r"(?<=[a-z0-9)%][.;!?])\s+|\n+")
_VEHICLE = re.compile(r"\b(?:vehicle|veh|unit|truck)\s*(?:no\.?|#)?\s*(?P<n>\d{1,3})\b", re.IGNORECASE)
_DRIVER = re.compile(r"\b(?:driver|drv)\s*(?:no\.?|#)?\s*(?P<n>\d{1,3})\b", re.IGNORECASE)
_BUILDING = re.compile(
    r"\b(?:building|bldg|premises|loc(?:ation)?)\s*#?\s*(?P<p>\d{1,3})\s*[-/]\s*(?P<b>\d{1,3})\b", re.IGNORECASE
)

_Fact = tuple[re.Pattern[str], str, str]


def _facts(*facts: tuple[str, str, str]) -> tuple[_Fact, ...]:
    return tuple(
        (re.compile(pattern, re.RegexFlag(0) if name == "vin" else re.IGNORECASE), name, kind)
        for pattern, name, kind in facts
    )


_OF_VEHICLE = _facts(
    (r"\b(?P<v>[A-Z0-9]{17})\b", "vin", "vin"),
    (r"\bradius\b\D{0,15}(?P<v>\d[\d,]{0,14})", "radius", "number"),
    (r"\bgvwr?\b\D{0,15}(?P<v>\d[\d,]{0,14})", "gvw", "number"),
    (r"\bcost\s+new\b\D{0,15}(?P<v>\$?\d[\d,.]{0,14}\s?[kK]?)", "cost_new", "money"),
    (r"\bgarag\w*\b.{0,20}?\b(?P<v>\d{5}(?:-\d{4})?)\b", "garage_zip", "zip"),
)
_OF_DRIVER = _facts(
    (r"\b(?:lic\w*|dl)\s+state\b\W*(?:is\W*)?(?P<v>[A-Za-z]{2})\b", "license_state", "state"),
    (rf"\b(?:dob|date\s+of\s+birth|born)\b\W*(?:is\W*|on\W*)?(?P<v>{DATE})", "dob", "dob"),
    (
        r"\b(?:lic(?:ense)?|dl)\s*(?:no\.?|number|#)\W*(?:is\W*)?(?P<v>[A-Z]{0,2}\d[\dA-Z-]{4,18})",
        "license_number",
        "licence",
    ),
    (rf"\bhired?\b\W*(?:date\W*)?(?:is\W*|on\W*)?(?P<v>{DATE})", "hire_date", "date"),
)
_OF_BUILDING = _facts(
    (r"\bconstruction(?:\s+type)?\b\W*(?:is\W*)?(?P<v>[A-Za-z][A-Za-z -]{1,40})", "construction", "construction"),
    (r"\b(?:year\s+built|built(?:\s+in)?)\b\W*(?:is\W*)?(?P<v>(?:1[789]|20)\d\d)", "year_built", "year"),
    (r"\broof(?:ing)?\b[^.\d\n]{0,25}(?P<v>(?:19|20)\d\d)", "updated_roofing", "year"),
    (r"\b(?:wiring|electrical)\b[^.\d\n]{0,25}(?P<v>(?:19|20)\d\d)", "updated_wiring", "year"),
    (r"\bplumbing\b[^.\d\n]{0,25}(?P<v>(?:19|20)\d\d)", "updated_plumbing", "year"),
    (r"\bheating\b[^.\d\n]{0,25}(?P<v>(?:19|20)\d\d)", "updated_heating", "year"),
    (r"\b(?P<v>\d[\d,]{2,})\s*(?:sq\.?\s*ft|sqft|square\s+feet|sf)\b", "area", "number"),
)
_UPDATES = tuple(fact for fact in _OF_BUILDING if fact[1].startswith("updated_"))
_YEAR = re.compile(r"(?:19|20)\d\d")


def unit_facts(text: str, as_of: date | None) -> Iterator[FieldCandidate]:
    """Yield facts of vehicles, drivers and buildings that a sentence names by number.

    Vehicle 5 is row 4 of ``vehicles`` and says its number; a building says its premises and building number. Updates of
    no named building are ``building_updates.roofing`` and the like.
    """
    places: dict[tuple[str, str], int] = {}
    for sentence in _SENTENCE.split(text):
        if found := _VEHICLE.search(sentence):
            yield from _numbered("vehicles", found["n"], sentence, _OF_VEHICLE, as_of)
        if found := _DRIVER.search(sentence):
            yield from _numbered("drivers", found["n"], sentence, _OF_DRIVER, as_of)
        if found := _BUILDING.search(sentence):
            place = (found["p"], found["b"])
            yield from _building(places.setdefault(place, len(places)), place, sentence, as_of)
        else:
            yield from _updates(sentence)


def _numbered(
    group: str, number: str, sentence: str, patterns: tuple[_Fact, ...], as_of: date | None
) -> Iterator[FieldCandidate]:
    prefix = f"{group}[{max(int(number) - 1, 0)}]"
    found = list(_matches(prefix, sentence, patterns, as_of))
    if found:
        yield stated(f"{prefix}.number", str(int(number)), number, method="text", at=_AT, confidence=0.9)
        yield from found


def _building(index: int, place: tuple[str, str], sentence: str, as_of: date | None) -> Iterator[FieldCandidate]:
    prefix = f"buildings[{index}]"
    found = list(_matches(prefix, sentence, _OF_BUILDING, as_of))
    if found:
        yield stated(f"{prefix}.premises_number", place[0], place[0], method="text", at=_AT, confidence=0.9)
        yield stated(f"{prefix}.building_number", place[1], place[1], method="text", at=_AT, confidence=0.9)
        yield from found


def _matches(prefix: str, sentence: str, patterns: tuple[_Fact, ...], as_of: date | None) -> Iterator[FieldCandidate]:
    for pattern, name, kind in patterns:
        found = pattern.search(sentence)
        if found and (name != "vin" or re.search(r"\d", found["v"])):
            item = candidate(
                f"{prefix}.{name}", found["v"].strip(), kind, method="text", at=_AT, context=Context(as_of=as_of)
            )
            if item.value is not None:
                yield item


def _updates(sentence: str) -> Iterator[FieldCandidate]:
    if not _YEAR.search(sentence):
        return
    for pattern, name, kind in _UPDATES:
        if found := pattern.search(sentence):
            field = f"building_updates.{name.removeprefix('updated_')}"
            yield candidate(field, found["v"], kind, method="text", at=_AT, confidence=0.75)
