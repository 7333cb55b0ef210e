"""Last touches to typed rows of schedules: names taken apart, descriptions split, sprinklers as yes or no."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from parsers.document import Scalar
from parsers.extract.runheads import line_id
from parsers.values import Context, parse
from parsers.values.places import STATE_CODES

Values = dict[str, Scalar]

_CITY_STATE = re.compile(r"^(?P<city>.+?),?\s+(?P<state>[A-Z]{2})\.?(?:\s+(?P<zip>\d{5}(?:-\d{4})?))?$")
_YEAR_MAKE_MODEL = re.compile(r"^(?P<year>(?:19|20)\d\d)\s+(?P<make>[A-Za-z-]+)\s*(?P<model>.*)$")
_WHOLE_ADDRESS = re.compile(
    r"^(?P<street>.+?),\s*(?P<city>[A-Za-z .'-]+),\s*(?P<state>[A-Z]{2})\.?(?:\s+(?P<zip>\d{5}(?:-\d{4})?))?$"
)
_TWO_NUMBERS = re.compile(r"^(\d{1,4})\s*[-/.]\s*(\d{1,3})$")
_LICENCE_AND_STATE = re.compile(
    r"^(?:(?P<a>[A-Z]{2})\s*[-/:,]\s*(?P<n>[A-Z0-9*-]{5,20})|(?P<m>[A-Z0-9*-]{5,20})\s*[/:,(]\s*(?P<b>[A-Z]{2})\)?)$"
)
_DAYS = re.compile(r"\d{1,4}[-/]\d{1,2}[-/]\d{2,4}")
_OWNED = re.compile(r"^(?:own|y|true|full|100\s*%|x$|o$)", re.IGNORECASE)
_NOT_OWNED = re.compile(r"^(?:rent|lease|n|false|none|0\s*%|r$|l$|hired|borrow)", re.IGNORECASE)


def finish(table: str, values: Mapping[str, Scalar]) -> Values:
    """Return the row as the rest of the product wants it; nothing that was read is lost."""
    done = dict(values)
    touch = _TOUCHES.get(table)
    if touch:
        touch(done)
    return done


def finish_columns(table: str, columns: dict[str, Sequence[Scalar | object]]) -> bool:
    """Do the same to the columns of many rows where each touch is of one cell; False where rows are needed whole."""
    if table == "vehicles" and "description" not in columns:
        if "use" in columns:
            uses = columns["use"]
            said = {use: use.casefold() if isinstance(use, str) else use for use in dict.fromkeys(uses)}
            columns["use"] = list(map(said.__getitem__, uses))
        return True
    return table not in _TOUCHES


def _driver(values: Values) -> None:
    name = values.get("name")
    if isinstance(name, str) and "last_name" not in values:
        suffix = re.search(r",?\s+(jr|sr|ii|iii|iv)\.?$", name, re.IGNORECASE)
        bare = name[: suffix.start()] if suffix else name
        first, _, last = bare.rpartition(" ")
        values["first_name"] = first.split(" ")[0] if first else bare
        values["last_name"] = last + (suffix[0] if suffix else "") if first else ""
        if not values["last_name"]:
            del values["last_name"]
    licence = values.get("license_number")
    found = _LICENCE_AND_STATE.match(licence) if isinstance(licence, str) else None
    state = (found["a"] or found["b"]) if found else None
    if found and state in STATE_CODES and "license_state" not in values:
        values["license_number"], values["license_state"] = found["n"] or found["m"], state


def _vehicle(values: Values) -> None:
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


def _building(values: Values) -> None:
    """Take ``Tempe, AZ 85281`` in a city column apart, a whole address in a street column, ``2-1`` in a number."""
    city = values.get("city")
    found = _CITY_STATE.match(city) if isinstance(city, str) else None
    if found and found["state"] in STATE_CODES:
        values["city"] = found["city"]
        values.setdefault("state", found["state"])
        if found["zip"]:
            values.setdefault("zip", found["zip"])
    _whole_address(values)
    number = values.get("number")
    both = _TWO_NUMBERS.match(number) if isinstance(number, str) and "building_number" not in values else None
    if both:
        values["number"], values["building_number"] = both[1], both[2]
    if isinstance(values.get("sprinklered"), str):
        values["sprinklered"] = values["sprinklered"] != "0"


def _whole_address(values: Values) -> None:
    street = values.get("street")
    found = _WHOLE_ADDRESS.match(street) if isinstance(street, str) and "city" not in values else None
    if found and found["state"] in STATE_CODES:
        values["street"] = found["street"]
        values["city"] = found["city"]
        values.setdefault("state", found["state"])
        if found["zip"]:
            values.setdefault("zip", found["zip"])


def _equipment(values: Values) -> None:
    owned = values.get("owned")
    if isinstance(owned, str):
        text = owned.strip()
        values["owned"] = True if _OWNED.match(text) else False if _NOT_OWNED.match(text) else None


def _prior(values: Values) -> None:
    """Name the line as the rest of the product does; a line nobody knows stays as it was written."""
    line = values.get("line")
    if isinstance(line, str):
        values["line"] = line_id(line) or line
    term = values.pop("term", None)
    if isinstance(term, str):
        days = [parse("date", text, Context(serial=True)).value for text in _DAYS.findall(term)]
        for name, day in zip(("term_from", "term_to"), days, strict=False):
            values.setdefault(name, day)


_TOUCHES: Mapping[str, Callable[[Values], None]] = {
    "drivers": _driver,
    "vehicles": _vehicle,
    "buildings": _building,
    "equipment": _equipment,
    "prior_carriers": _prior,
}
