"""Whether two values of one fact say the same: each type of fact has its own idea of sameness.

A difference in writing is no conflict. Free text never conflicts; names agree by normalisation, money by amount, a FEIN
by its digits, an industry code by prefix, a start date given as a year by the year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from parsers.document import Scalar
from pipeline import names

Comparer = Callable[[str, str], bool]

_STREET_WORDS = {
    "street": "st",
    "avenue": "ave",
    "road": "rd",
    "drive": "dr",
    "boulevard": "blvd",
    "lane": "ln",
    "court": "ct",
    "highway": "hwy",
    "parkway": "pkwy",
    "place": "pl",
    "suite": "ste",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
}


def agree(field: str, one: Scalar, other: Scalar) -> bool:
    """Return whether two values of a field mean the same. None agrees with everything."""
    if one is None or other is None or one == other:
        return True
    if isinstance(one, bool) or isinstance(other, bool):
        return one == other
    return _comparer(field)(str(one), str(other))


def amount(value: Scalar) -> Decimal | None:
    """Return a number written as a decimal string, or None."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value).replace(",", "").replace("$", "").strip())
    except InvalidOperation:
        return None


def digits(value: Scalar) -> str:
    """Return the digits of a value."""
    return re.sub(r"\D", "", str(value)) if value is not None else ""


def street_key(value: Scalar) -> str:
    """Return a street address as a key: ``1180 Mill Street`` and ``1180 MILL ST.`` are one."""
    words = re.findall(r"[a-z0-9]+", str(value).lower()) if value else []
    return " ".join(_STREET_WORDS.get(word, word) for word in words)


def _comparer(field: str) -> Comparer:
    last = field.rsplit(".", 1)[-1].split("[", 1)[0]
    if last.endswith(("_explanation", "_text", "_description")):
        return _never_differ
    return COMPARERS.get(last, _same_words)


def _same_words(one: str, other: str) -> bool:
    left, right = amount(one), amount(other)
    if left is not None and right is not None:
        return left == right
    return re.findall(r"[a-z0-9]+", one.lower()) == re.findall(r"[a-z0-9]+", other.lower())


def _same_insured(one: str, other: str) -> bool:
    return names.similarity(one, other) >= names.SAME_NAME


def _same_digits(one: str, other: str) -> bool:
    return digits(one) == digits(other)


def _same_phone(one: str, other: str) -> bool:
    return digits(one)[-10:] == digits(other)[-10:]


def _same_zip(one: str, other: str) -> bool:
    return digits(one)[:5] == digits(other)[:5]


def _same_prefix(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _same_date(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _same_street(one: str, other: str) -> bool:
    return street_key(one) == street_key(other)


def _same_site(one: str, other: str) -> bool:
    return _host(one) == _host(other)


def _host(value: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", value.lower()).rstrip("/")


def _same_entity(one: str, other: str) -> bool:
    """An S corporation is a corporation, and an LLC may be taxed as one: forms tick different boxes for one firm."""
    return frozenset((one, other)) in _ONE_ENTITY


_ONE_ENTITY = frozenset(
    {
        frozenset({"corporation", "s_corporation"}),
        frozenset({"llc", "s_corporation"}),
        frozenset({"individual", "sole_proprietor"}),
    }
)


def _never_differ(one: str, other: str) -> bool:
    return True


COMPARERS: Mapping[str, Comparer] = {
    "name": _same_insured,
    "dba": _same_insured,
    "fein": _same_digits,
    "phone": _same_phone,
    "agency_phone": _same_phone,
    "zip": _same_zip,
    "mailing_zip": _same_zip,
    "garage_zip": _same_zip,
    "naics": _same_prefix,
    "sic": _same_prefix,
    "business_start_date": _same_date,
    "street": _same_street,
    "mailing_line1": _same_street,
    "garage_street": _same_street,
    "website": _same_site,
    "entity_type": _same_entity,
    "operations": _never_differ,
    "description": _never_differ,
    "duties": _never_differ,
    "remarks": _never_differ,
    "occupancy": _never_differ,
    "form_completed_date": _never_differ,
    "form_edition": _never_differ,
    "applicant_signature": _never_differ,
    "applicant_signature_date": _never_differ,
}
