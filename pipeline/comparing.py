"""How two writings of one value are compared: a comparer per type of value, a table of facts that says which is whose.

``alike`` asks whether they say the same thing about the world (abbreviations, legal suffixes, rounding within the
tolerance of the fact); ``unchanged`` whether the same thing is written (capitals and commas apart). Both are symmetric,
and every value is alike and unchanged to itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from parsers.document import Scalar
from parsers.extract.carriers import carrier_group
from pipeline import names

Same = Callable[[str, str, Decimal], bool]

_NONE = Decimal(0)
_YES, _NO = frozenset({"y", "yes", "true", "x"}), frozenset({"n", "no", "false"})
_LEAST_PREFIX = 2


class ComparerError(ValueError):
    """The table of comparers cannot be used; the message says which entry to mend."""


@dataclass(frozen=True, slots=True)
class Comparer:
    """How one fact is compared: the type of its values, and the share by which two figures may differ."""

    kind: str
    within: Decimal = _NONE


def alike(field: str, one: Scalar, other: Scalar) -> bool:
    """Return whether two values of a field say the same; None contradicts nothing."""
    if one is None or other is None or one == other:
        return True
    if isinstance(one, bool) or isinstance(other, bool):
        return _truth(one) == _truth(other)
    left, right = str(one), str(other)
    comparer = comparer_of(field)
    return _written(left, right, _NONE) or KINDS[comparer.kind](left, right, comparer.within)


def unchanged(field: str, one: Scalar, other: Scalar) -> bool:
    """Return whether two versions of a document write the same value there; nothing written is a value too."""
    if one is None or other is None or one == other:
        return one == other
    if isinstance(one, bool) or isinstance(other, bool):
        return _truth(one) == _truth(other)
    strict = STRICT.get(comparer_of(field).kind, _written)
    return strict(str(one), str(other), _NONE)


def amount(value: Scalar) -> Decimal | None:
    """Return a number written as a decimal string, or None."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value).replace(",", "").replace("$", "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def digits(value: Scalar) -> str:
    """Return the digits of a value."""
    return re.sub(r"\D", "", str(value)) if value is not None else ""


def letters(value: Scalar) -> str:
    """Return the letters and digits of a value, small: ``1FT-FW1`` and ``1ftfw1`` are one."""
    return re.sub(r"[^a-z0-9]", "", str(value).lower()) if value is not None else ""


def street_key(value: Scalar) -> str:
    """Return a street address as a key: ``1180 Mill Street`` and ``1180 MILL ST.`` are one."""
    words = re.findall(r"[a-z0-9]+", str(value).lower()) if value else []
    short: Mapping[str, str] = _table()["street"]
    return " ".join(short.get(word, word) for word in words)


def policy_key(number: Scalar) -> str:
    """Return a policy number without blanks, dashes and the suffix of its term."""
    return letters(re.sub(r"[-\s]\d{2}$", "", str(number).strip())) if number is not None else ""


def comparer_of(field: str) -> Comparer:
    """Return how values of a field such as ``vehicles[3].cost_new`` are compared."""
    head, _, last = field.rpartition(".")
    return _comparer(head.partition("[")[0] if "[" in head else "", last.partition("[")[0])


@lru_cache(maxsize=4096)
def _comparer(group: str, last: str) -> Comparer:
    known = _comparers()
    found = known.get(f"{group}[].{last}") or known.get(last)
    if found is None:
        endings: Mapping[str, str] = _table()["endings"]
        found = Comparer(next((kind for end, kind in endings.items() if last.endswith(end)), "words"))
    return found


@cache
def _comparers() -> Mapping[str, Comparer]:
    found: dict[str, Comparer] = {}
    for entry in _table()["comparer"]:
        if entry["kind"] not in KINDS:
            raise ComparerError(f"comparing.toml: {entry['kind']!r} is no kind; there are {', '.join(sorted(KINDS))}")
        comparer = Comparer(entry["kind"], Decimal(entry.get("within", "0")))
        twice = sorted(found.keys() & set(entry["facts"]))
        if twice or not 0 <= comparer.within < 1:
            raise ComparerError(f"comparing.toml, {entry['kind']}: {', '.join(twice) or entry['within']} cannot stand")
        found.update(dict.fromkeys(entry["facts"], comparer))
    return found


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "comparing.toml").read_text(encoding="utf-8"))


def _truth(value: Scalar) -> bool | str:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    return True if word in _YES else False if word in _NO else word


def _near(one: Decimal, other: Decimal, within: Decimal) -> bool:
    gap = abs(one - other)
    whole = one == one.to_integral_value() or other == other.to_integral_value()
    return gap <= max(abs(one), abs(other)) * within or (whole and gap < 1 and max(abs(one), abs(other)) >= 100)


def _numbers(one: str, other: str, within: Decimal) -> bool:
    left, right = amount(one), amount(other)
    if left is None or right is None:
        return _same_words(one, other, within)
    return _near(left, right, within)


def _exact(one: str, other: str, within: Decimal) -> bool:
    left, right = amount(one), amount(other)
    return left == right if left is not None and right is not None else _same_words(one, other, within)


def _same_words(one: str, other: str, within: Decimal) -> bool:
    left, right = amount(one), amount(other)
    return left == right if left is not None and right is not None else _written(one, other, within)


def _written(one: str, other: str, within: Decimal) -> bool:
    """Capitals, blanks and punctuation apart; a sign in front of a figure is none of these."""
    if amount(one) is not None and amount(other) is not None:
        return one.strip() == other.strip()
    return re.findall(r"\w+", one.lower()) == re.findall(r"\w+", other.lower())


def _insureds(one: str, other: str, within: Decimal) -> bool:
    return names.similarity(one, other) >= names.SAME_NAME


def _people(one: str, other: str, within: Decimal) -> bool:
    """``Ortiz, Jorge`` is Jorge Ortiz, J. Ortiz and Jorge M. Ortiz, never Juan Ortiz."""
    left, right = set(names.tokens(one)), set(names.tokens(other))
    less, more = sorted((left, right), key=lambda words: (len(words), sorted(words)))
    rest = sorted(more - less)
    lone = [word for word in sorted(less - more) if not any(_initial(word, full) for full in rest)]
    return bool(less) and not lone and any(len(word) > 1 for word in left & right)


def _initial(one: str, other: str) -> bool:
    return one[:1] == other[:1] and 1 in (len(one), len(other))


def _digits(one: str, other: str, within: Decimal) -> bool:
    return digits(one) == digits(other)


def _letters(one: str, other: str, within: Decimal) -> bool:
    return letters(one) == letters(other)


def _policies(one: str, other: str, within: Decimal) -> bool:
    return policy_key(one) == policy_key(other) or letters(one) == letters(other)


def _phones(one: str, other: str, within: Decimal) -> bool:
    return digits(one)[-10:] == digits(other)[-10:]


def _zips(one: str, other: str, within: Decimal) -> bool:
    return digits(one)[:5] == digits(other)[:5]


def _prefixes(one: str, other: str, within: Decimal) -> bool:
    less, more = sorted((digits(one), digits(other)), key=len)
    return more.startswith(less) and (len(less) >= _LEAST_PREFIX or less == more)


def _codes(one: str, other: str, within: Decimal) -> bool:
    """Sheets lose leading zeros: 42 is class 0042."""
    return letters(one).lstrip("0") == letters(other).lstrip("0")


def _dates(one: str, other: str, within: Decimal) -> bool:
    """A year agrees with every day of it, a month too."""
    less, more = sorted((one.strip(), other.strip()), key=len)
    return more == less or (more.startswith(less) and len(less) in (4, 7) and more[len(less)] == "-")


def _streets(one: str, other: str, within: Decimal) -> bool:
    return street_key(one) == street_key(other)


def _sites(one: str, other: str, within: Decimal) -> bool:
    return _host(one) == _host(other)


def _host(value: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", value.strip().lower()).rstrip("/")


def _entities(one: str, other: str, within: Decimal) -> bool:
    return one == other or {one, other} in [set(pair) for pair in _table()["entity"]["alike"]]


def _constructions(one: str, other: str, within: Decimal) -> bool:
    return _construction(one) == _construction(other)


def _construction(value: str) -> str:
    plain = " ".join(re.findall(r"[a-z0-9]+", value.lower()))
    known: Mapping[str, str] = _table()["construction"]
    return known.get(plain, plain)


def _carriers(one: str, other: str, within: Decimal) -> bool:
    """Travelers writes as Charter Oak Fire; a company's name without its last words is the company."""
    return carrier_key(one) == carrier_key(other) or names.similarity(one, other) >= names.SAME_NAME


def carrier_key(name: str) -> str:
    """Return the group of a carrier as a key."""
    return names.normalise(carrier_group(name))


def _percents(one: str, other: str, within: Decimal) -> bool:
    """80, 80 % and 0.80 are one."""
    left, right = amount(one.replace("%", "")), amount(other.replace("%", ""))
    if left is None or right is None:
        return _same_words(one, other, within)
    less, more = sorted((left, right))
    return less == more or (0 < less < 1 < more and less * 100 == more)


def _free(one: str, other: str, within: Decimal) -> bool:
    return True


KINDS: Mapping[str, Same] = {
    "name": _insureds,
    "person": _people,
    "digits": _digits,
    "letters": _letters,
    "policy": _policies,
    "phone": _phones,
    "zip": _zips,
    "prefix": _prefixes,
    "code": _codes,
    "date": _dates,
    "street": _streets,
    "site": _sites,
    "entity": _entities,
    "construction": _constructions,
    "carrier": _carriers,
    "percent": _percents,
    "number": _numbers,
    "words": _same_words,
    "free": _free,
}
"""Type of value → whether two writings of it say the same."""

STRICT: Mapping[str, Same] = {
    "digits": _digits,
    "letters": _letters,
    "phone": _digits,
    "percent": _percents,
    "number": _exact,
    "site": _sites,
    "words": _same_words,
    "free": _same_words,
}
"""Type of value → whether two writings of it are one value; all other types by how they are written."""
