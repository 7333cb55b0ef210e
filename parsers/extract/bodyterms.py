"""Dates and amounts of a mail: which is the effective date, which the deadline, which the expiring premium.

Every date and every amount is found first, then told by the words beside it (``bodycues``); what no cue names is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from parsers.document import FieldCandidate, Location
from parsers.extract.bodycues import judge
from parsers.extract.candidates import stated
from parsers.extract.spoken import DATE, DAY, next_date, whole_date
from parsers.values.amounts import decimal_of, plain

_AT = Location()
_DATES = re.compile(rf"(?<![\d/.$-])(?:{DATE}|{DAY})", re.IGNORECASE)
_AMOUNTS = re.compile(
    r"(?<![\d,./#-])(?:\$\s?\d[\d,]{0,14}(?:\.\d{1,2})?\s?(?:[kKmM]\b)?|\d{1,3}(?:,\d{3}){1,3}(?:\.\d\d)?|\d{1,4}(?:\.\d)?\s?[kK]\b)(?![\d/]|\s?/\s?\$?\d)"
)
_MOST = 60
_WITHOUT_YEAR = 0.12
_LEAST_PREMIUM = 250
_OCCURRENCE = re.compile(
    r"(?P<v>\$\s?\d[\d,.]{0,12}\s?(?:mm|mil(?:lion)?|m|k)?|\b\d[\d,.]{0,12}\s?(?:mm|mil(?:lion)?|m|k))\s*(?:per\s+|each\s+|ea\.?\s+)?occ(?:urrence)?s?\b",
    re.IGNORECASE,
)
_AGGREGATE = re.compile(
    r"(?P<v>\$\s?\d[\d,.]{0,12}\s?(?:mm|mil(?:lion)?|m|k)?|\b\d[\d,.]{0,12}\s?(?:mm|mil(?:lion)?|m|k))\s*(?:general\s+|gen\.?\s+|annual\s+)?agg(?:regate)?\b",
    re.IGNORECASE,
)


def dates(text: str, as_of: date | None) -> Iterator[FieldCandidate]:
    """Yield the effective date and the deadline that sentences name."""
    found = list(islice(_DATES.finditer(text), _MOST))
    told = judge("date", text, [match.span() for match in found])
    for match, one in zip(found, told, strict=True):
        if one is None or not one.fact:
            continue
        value, sure = _value(match[0], as_of), one.sure
        if value is None:
            value, sure = next_date(match[0], as_of), one.sure - _WITHOUT_YEAR
        if value:
            yield stated(one.fact, value, match[0], method="text", at=_AT, confidence=round(sure, 2))


def _value(text: str, as_of: date | None) -> str | None:
    return whole_date(text, as_of) if re.fullmatch(DATE, text, re.IGNORECASE) else None


def amounts(text: str) -> Iterator[FieldCandidate]:
    """Yield target and expiring premium that sentences name."""
    found = list(islice(_AMOUNTS.finditer(text), _MOST))
    told = judge("amount", text, [match.span() for match in found])
    for match, one in zip(found, told, strict=True):
        number = decimal_of(match[0].strip()) if one and one.fact else None
        if one and number is not None and number >= _LEAST_PREMIUM:
            yield stated(one.fact, plain(number), match[0], method="text", at=_AT, confidence=one.sure)


def occurrences(text: str) -> Iterator[FieldCandidate]:
    """Yield limits said in words: ``$1M per occurrence, $2M aggregate``."""
    for pattern, field in ((_OCCURRENCE, "gl_limit_occurrence"), (_AGGREGATE, "gl_limit_general_aggregate")):
        found = pattern.search(text)
        number = decimal_of(found["v"].strip()) if found else None
        if found and number is not None:
            yield stated(field, plain(number), found["v"].strip(), method="text", at=_AT, confidence=0.85)
