"""Last touches to typed rows of schedules: names taken apart, descriptions split, sprinklers as yes or no."""

from __future__ import annotations

import re
from collections.abc import Mapping

from parsers.document import Scalar
from parsers.values.places import STATE_CODES

Values = dict[str, Scalar]

_CITY_STATE = re.compile(r"^(?P<city>.+?),?\s+(?P<state>[A-Z]{2})\.?(?:\s+(?P<zip>\d{5}(?:-\d{4})?))?$")
_YEAR_MAKE_MODEL = re.compile(r"^(?P<year>(?:19|20)\d\d)\s+(?P<make>[A-Za-z-]+)\s*(?P<model>.*)$")


def finish(table: str, values: Mapping[str, Scalar]) -> Values:
    """Return the row as the rest of the product wants it; nothing that was read is lost."""
    done = dict(values)
    if table == "drivers":
        _split_name(done)
    if table == "vehicles":
        _split_description(done)
    if table == "buildings":
        _split_city(done)
        if isinstance(done.get("sprinklered"), str):
            done["sprinklered"] = done["sprinklered"] != "0"
    return done


def _split_name(values: Values) -> None:
    name = values.get("name")
    if isinstance(name, str) and "last_name" not in values:
        suffix = re.search(r",?\s+(jr|sr|ii|iii|iv)\.?$", name, re.IGNORECASE)
        bare = name[: suffix.start()] if suffix else name
        first, _, last = bare.rpartition(" ")
        values["first_name"] = first.split(" ")[0] if first else bare
        values["last_name"] = last + (suffix[0] if suffix else "") if first else ""
        if not values["last_name"]:
            del values["last_name"]


def _split_description(values: Values) -> None:
    text = values.pop("description", None)
    found = _YEAR_MAKE_MODEL.match(text) if isinstance(text, str) else None
    if found:
        for name in ("year", "make", "model"):
            if found[name] and name not in values:
                values[name] = found[name].strip()
    elif isinstance(text, str):
        values.setdefault("model", text)
    if isinstance(values.get("use"), str):
        values["use"] = str(values["use"]).casefold()


def _split_city(values: Values) -> None:
    """Take ``Tempe, AZ 85281`` in a city column apart; a street column may end with the whole."""
    city = values.get("city")
    found = _CITY_STATE.match(city) if isinstance(city, str) else None
    if found and found["state"] in STATE_CODES:
        values["city"] = found["city"]
        values.setdefault("state", found["state"])
        if found["zip"]:
            values.setdefault("zip", found["zip"])
