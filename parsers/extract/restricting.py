"""Tell which values are restricted though no form map says so: by the name of their box, or by what they look like.

Maps know the boxes of social security numbers, birth dates and licence numbers on known forms. A box that only its own
name tells of, or that nothing tells of at all, may hold one too, and what may be one is masked.
"""

from __future__ import annotations

import re
from datetime import date

from parsers.values import parse

_BIRTH = re.compile(r"birth_?date|date_?of_?birth|(?<![a-z])dob(?![a-z])|Birth", re.IGNORECASE)
_LICENCE = re.compile(
    r"licen[cs]e_?(?:number|num|no|identifier|id)(?![a-z])|driver'?s?_?licen[cs]e(?:_?[A-Z]{1,2}\d?)?$|(?<![a-z])dln?(?![a-z])",
    re.IGNORECASE,
)
_COMPANY_LICENCE = re.compile(r"Producer|Contractor|Agen(?:cy|t)", re.IGNORECASE)
_SECURITY = re.compile(r"social_?sec|(?<![a-z])ssn", re.IGNORECASE)
_TAX = re.compile(r"tax_?id", re.IGNORECASE)
_PARTED = re.compile(r"(?<=[a-z])(?=[A-Z])|[\s.\-#]+")
_SSN_SHAPE = re.compile(r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])")
_DIGIT = re.compile(r"\d")
_NINE = re.compile(r"\d{9}")
_BORN_SAID = re.compile(r"\b(?:dob|d\.o\.b\.?|born|birth\W?(?:date|day))\b.{0,12}\d", re.IGNORECASE)
_LICENCE_SAID = re.compile(
    r"\b(?:dl|dln|lic|licen[cs]e)\b\W{0,3}(?:no|number|num|#)?\W{0,3}[a-z]{0,3}\d[\w-]{4,}", re.I
)
_COMPANY_NUMBER = re.compile(r"\d{2}-\d{7}")
_MONEY = re.compile(r"\$\s*[\d,]+(?:\.\d\d)?|\d{1,3}(?:,\d{3})+(?:\.\d\d)?|\d+\.\d\d|\d+(?:\.\d+)?\s*%")
_DIGITS = 5
"""A text with fewer digits in it is a count, a year or a house number; licence numbers have more."""
_YOUNGEST = 14
"""Nobody younger stands on a form for drivers or employees: a later date is one of a policy."""


def kind_by_name(name: str, raw: str) -> str | None:
    """Return the restricted type (``ssn``, ``dob``, ``licence``) that the name of a box speaks of, else None.

    A tax number that is written as companies write theirs (2-7) is none.
    """
    parted = _PARTED.sub("_", name)
    if _SECURITY.search(parted) or (_TAX.search(parted) and not _COMPANY_NUMBER.fullmatch(raw.strip())):
        return "ssn"
    if _BIRTH.search(parted):
        return "dob"
    return "licence" if _LICENCE.search(parted) and not _COMPANY_LICENCE.search(name) else None


def speaks_of_one(raw: str) -> bool:
    """Return whether a text holds a social security number by its shape, or names a birth date or licence number."""
    if not _DIGIT.search(raw):
        return False
    return any(shape.search(raw) for shape in (_SSN_SHAPE, _BORN_SAID, _LICENCE_SAID))


def may_be_one(raw: str, as_of: date | None) -> bool:
    """Return whether the text of a box that nothing is known of may be restricted: it has digits, and is no amount.

    Nor is a date that nobody on a form was born on; without ``as_of`` every date may be a birth date.
    """
    text = raw.strip()
    if sum(sign.isdigit() for sign in text) < _DIGITS or _MONEY.fullmatch(text):
        return False
    day = parse("date", text).value
    if not isinstance(day, str) or as_of is None:
        return True
    return int(day[:4]) <= as_of.year - _YOUNGEST


def restricted_text(raw: str, name: str) -> bool:
    """Return whether a text must not be quoted beside the box called ``name``: it is, or may well be, restricted."""
    return kind_by_name(name, raw) is not None or speaks_of_one(raw) or bool(_NINE.fullmatch(raw.strip()))
