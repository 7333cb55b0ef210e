"""Dates as agents write them, years, and birth dates. Day and month are never swapped to make a date fit."""

from __future__ import annotations

import re
from datetime import date, timedelta

from parsers.values.answers import unanswered
from parsers.values.parsed import Context, Parsed, refused

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january enero",
            "feb february febrero",
            "mar march marzo",
            "apr april abril",
            "may mayo",
            "jun june junio",
            "jul july julio",
            "aug august agosto",
            "sep sept september septiembre",
            "oct october octubre",
            "nov november noviembre",
            "dec december diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_US = re.compile(r"^(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|'?\d{2})$")
_ISO = re.compile(r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?$")
_WORDS = re.compile(r"^(?:\w+day,?\s+)?([a-z]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}|'\d{2})$", re.IGNORECASE)
_DAY_FIRST = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[\s-]+([a-z]{3,10})\.?,?[\s-]+(\d{4}|'?\d{2})$", re.IGNORECASE)
_PACKED = re.compile(r"^(\d{2})(\d{2})(\d{4})$")
_CLOCK = re.compile(r"\s+(?:at\s+)?\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?(?:\s+\w{2,3})?$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_YEARS_AGO = re.compile(r"^(\d{1,3})\s*\+?\s*(?:yrs?|years?)\b", re.IGNORECASE)
# 1899-12-30 is day 0 of spreadsheet serials after February 1900; 20000..60000 is 1954-10-03 to 2064-04-08.
_SERIAL_ZERO = date(1899, 12, 30)
_SERIAL_RANGE = (20000, 60000)
_CENTURY_SPLIT = 50


def full_year(text: str, as_of: date | None) -> int:
    """Return a four-digit year: two digits turn at one year after ``as_of``, or at 50 without it."""
    digits = text.lstrip("'")
    if len(digits) == 4:
        return int(digits)
    short = int(digits)
    if as_of is None:
        return 2000 + short if short < _CENTURY_SPLIT else 1900 + short
    century = (as_of.year + 1) // 100 * 100
    return century + short if century + short <= as_of.year + 1 else century - 100 + short


def _parts(text: str, as_of: date | None) -> tuple[int, int, int] | None:
    if found := _US.match(text):
        return full_year(found[3], as_of), int(found[1]), int(found[2])
    if found := _ISO.match(text):
        return int(found[1]), int(found[2]), int(found[3])
    if (found := _WORDS.match(text)) and found[1].casefold() in _MONTHS:
        return full_year(found[3], as_of), _MONTHS[found[1].casefold()], int(found[2])
    if (found := _DAY_FIRST.match(text)) and found[2].casefold() in _MONTHS:
        return full_year(found[3], as_of), _MONTHS[found[2].casefold()], int(found[1])
    if found := _PACKED.match(text):
        return int(found[3]), int(found[1]), int(found[2])
    return None


def _serial(text: str) -> date | None:
    digits = text.split(".", 1)[0]
    if digits.isdigit() and _SERIAL_RANGE[0] <= int(digits) <= _SERIAL_RANGE[1]:
        return _SERIAL_ZERO + timedelta(days=int(digits))
    return None


def calendar_date(raw: str, context: Context) -> Parsed:
    """Read a US date into ISO form; 02/30 is ``impossible_date``, 15/01/2027 is not turned into January."""
    text = " ".join(raw.split()).strip(" ,;")
    if ":" in text:
        text = _CLOCK.sub("", text)
    if context.serial and (day := _serial(text)):
        return Parsed(value=day.isoformat(), note="spreadsheet serial")
    parts = _parts(text, context.as_of) if _DIGIT.search(text) else None
    if parts is None:
        return unanswered(raw) or refused("bad_format", "not a date")
    try:
        day = date(*parts)
    except ValueError:
        return refused("impossible_date", "no such day")
    if not 1900 <= day.year <= 2100:
        return refused("out_of_range", "year outside 1900 to 2100")
    return Parsed(value=day.isoformat())


def start_date(raw: str, context: Context) -> Parsed:
    """Read when a business started: a date, a bare year (1 January of it) or "17 yrs" against ``context.as_of``."""
    text = raw.strip()
    if re.fullmatch(r"(18|19|20)\d{2}", text):
        return Parsed(value=f"{text}-01-01", note="year only")
    if found := re.fullmatch(r"(\d{1,2})\s*/\s*((?:19|20)\d{2})", text):
        return calendar_date(f"{found[1]}/1/{found[2]}", context)
    if found := _YEARS_AGO.match(text):
        if context.as_of is None:
            return refused("ambiguous", "a number of years")
        return Parsed(value=f"{context.as_of.year - int(found[1])}-01-01", note="years in business")
    return calendar_date(raw, context)


def birth_date(raw: str, context: Context) -> Parsed:
    """Read a birth date; restricted. Two-digit years never give somebody younger than 14 at ``as_of``."""
    turned = context.as_of.year - 14 if context.as_of else 2012
    text = " ".join(raw.split())
    if (found := _US.match(text)) and len(found[3].lstrip("'")) == 2:
        short = int(found[3].lstrip("'"))
        year = 2000 + short if 2000 + short <= turned else 1900 + short
        text = f"{found[1]}/{found[2]}/{year}"
    parsed = calendar_date(text, context)
    if isinstance(parsed.value, str) and context.as_of:
        age = context.as_of.year - int(parsed.value[:4])
        if not 13 <= age <= 100:
            return refused("out_of_range", "age outside 14 to 99", restricted=True)
    return Parsed(value=parsed.value, defect=parsed.defect, restricted=True, note=parsed.note)


def year(raw: str, context: Context) -> Parsed:
    """Read a year between 1700 and 2100 as text; ``'21`` and ``21`` are 2021; a date gives its year."""
    text = re.sub(r"^(c(?:irc)?a?\.?|est\.?|approx\.?)\s*", "", raw.strip(), flags=re.IGNORECASE)
    text = text.removesuffix(".0").rstrip("s+ ")
    if re.fullmatch(r"\d{4}", text):
        if 1700 <= int(text) <= 2100:
            return Parsed(value=text)
        return refused("out_of_range", "year outside 1700 to 2100") if text != "0000" else refused("non_answer", "0000")
    if re.fullmatch(r"'?\d{2}", text):
        return Parsed(value=str(full_year(text, context.as_of)), note="two-digit year")
    dated = calendar_date(raw, context)
    if isinstance(dated.value, str):
        return Parsed(value=dated.value[:4], note="year of a date")
    return unanswered(raw) or refused("bad_format", "not a year")
