"""What no wording of ours may repeat: birth dates, licence and social security numbers, however they got into a text.

Known ones are found by their value, others by their shape and by what stands before them. In words about single rows a
date of many years ago is a birth date that was read in the wrong column; elsewhere it may be when a business started.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.submission import ResolvedField, Rival

MASK = "•••"
YOUNGEST = 14
"""Years ago before which a full date among the words for a driver or building is taken for a birth date."""
_LEAST = 6
"""Letters and digits of the shortest number looked for by its value: shorter ones are years and house numbers."""
_SSN = re.compile(r"(?<![\d-])(?!000|666)\d{3}-\d{2}-\d{4}(?![\d-])")
_BORN = re.compile(
    r"(\b(?:dob|d\.o\.b\.?|born(?: on)?|birth ?date|date of birth)\W{0,4})\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"(\b(?:driver'?s? licen[cs]e|licen[cs]e|dl|dln)\b[ .:]{0,3}(?:no|number|num|#)?[ .:#]{0,3})"
    r"(?=[a-z]{0,3}\d[a-z0-9-]{4,18})[a-z0-9-]+",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?<![\w/-])(?:(\d{4})-\d{1,2}-\d{1,2}|\d{1,2}[/-]\d{1,2}[/-](\d{4}))(?![\w/-])")
_NUMBER = re.compile(r"\w(?:[\w./-]*\w)?")
_DIGIT = re.compile(r"\d")


def secrets(fields: Mapping[str, ResolvedField]) -> frozenset[str]:
    """Return the restricted values of a submission as ``guarded`` looks for them."""
    said = (word for fact in fields.values() if fact.restricted for word in _ways(fact))
    return frozenset(key for word in said if len(key := _key(word)) >= _LEAST and _DIGIT.search(key))


def _ways(fact: ResolvedField) -> Iterable[str]:
    """Yield the ways to write a restricted value: as it is, as it stood there, and a date as people write it."""
    said: tuple[ResolvedField | Rival, ...] = (fact, *fact.rivals)
    for known in said:
        yield from (str(known.value), known.raw)
        day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", str(known.value))
        if day:
            year, month, of_month = day.groups()
            yield from (f"{month}{of_month}{year}", f"{int(month)}{int(of_month)}{year}")


def _key(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.casefold())


def _is_known(word: str, known: frozenset[str]) -> bool:
    """Return whether a word is a known value, also with the number of a building behind it: ``D01234567-1``."""
    return _key(word) in known or _key(word.rpartition("-")[0]) in known


def guarded(text: str, known: frozenset[str] = frozenset(), *, as_of: date | None = None) -> str:
    """Return a text with what is restricted masked: ``known`` values, and what looks like or is called one.

    With ``as_of`` full dates of fourteen and more years before that day are masked too.
    """
    if not any(len(word) >= _LEAST and _DIGIT.search(word) for word in text.split()):
        return text  # thousands of rows have a title each, and hardly one of them holds a long number
    plain = _LICENCE.sub(rf"\1{MASK}", _BORN.sub(rf"\1{MASK}", _SSN.sub(MASK, text)))
    if known:
        plain = _NUMBER.sub(lambda found: MASK if _is_known(found[0], known) else found[0], plain)
    if as_of is not None:
        latest = as_of.year - YOUNGEST
        plain = _DATE.sub(lambda found: MASK if int(found[1] or found[2]) <= latest else found[0], plain)
    return plain


def is_safe(text: str) -> bool:
    """Return whether a text holds nothing that looks restricted or is called so."""
    return guarded(text) == text
