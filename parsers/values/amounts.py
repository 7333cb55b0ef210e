"""Money, counts, percentages and factors as decimal strings without ``$`` and commas."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from parsers.values.answers import unanswered
from parsers.values.parsed import Context, Parsed, refused

_SCALE = {
    "k": 1_000,
    "thou": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "mm": 1_000_000,
    "mil": 1_000_000,
    "mill": 1_000_000,
    "mio": 1_000_000,
    "million": 1_000_000,
    "b": 1_000_000_000,
    "bn": 1_000_000_000,
    "billion": 1_000_000_000,
}
_NUMBER = re.compile(r"^(\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)\s*([a-z]+)?\.?$", re.IGNORECASE)
_PRINTED = re.compile(r"\$?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)")
"""How nearly all amounts are printed; what else is an amount takes a longer look."""
_CURRENCY = re.compile(r"\b(?:cr|usd|us)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_LIMIT_WORDS = {
    "als": "ALS",
    "actual loss sustained": "ALS",
    "excluded": "excluded",
    "excl": "excluded",
    "none": "0",
    "nil": "0",
    "included": "included",
    "incl": "included",
    "if any": "if any",
    "ifany": "if any",
    "statutory": "statutory",
    "agreed value": "agreed value",
}
_ACRES = re.compile(r"\bacres?\b", re.IGNORECASE)
_UNITS = re.compile(
    r"\s*(?:sq\.?\s*\.?\s*f(?:ee)?t\.?|sqft|sf|square\s+feet|lbs?\.?|pounds|mi(?:les?)?\.?|ft\.?|feet|%|percent|yrs?|years?"
    r"|per\s+\w+|usd|dollars|employees|units)\s*$",
    re.IGNORECASE,
)


def plain(number: Decimal) -> str:
    """Return a decimal as text without exponent and without needless zeros."""
    text = format(number.normalize(), "f")
    return "0" if text in {"-0", ""} else text


def decimal_of(text: str) -> Decimal | None:
    """Return the number in ``$1,000,000``, ``(500.00)``, ``500.00-``, ``1.2 mil``; None when there is none."""
    if printed := _PRINTED.fullmatch(text):
        return Decimal(printed[1].replace(",", ""))
    return _decimal_of(text) if _DIGIT.search(text) else None


def _decimal_of(text: str) -> Decimal | None:
    bare = text.strip().replace("−", "-").replace("–", "-")
    negative = (bare.startswith("(") and bare.endswith(")")) or bare.endswith("-") or bare.startswith(("-", "$-"))
    bare = _CURRENCY.sub("", bare.strip("()-+ ")).replace("$", "").strip(" ()-+*")
    found = _NUMBER.match(bare)
    if not found:
        return None
    scale = _SCALE.get((found[2] or "").casefold()) if found[2] else 1
    if scale is None:
        return None
    try:
        number = Decimal(found[1].replace(",", "").replace(" ", "")) * scale
    except InvalidOperation:
        return None
    return -number if negative else number


def money(raw: str, context: Context) -> Parsed:
    """Read whole dollars ("$1,000,000", "1M", "500k"); cents are kept only when they are not zero."""
    number = decimal_of(_UNITS.sub("", raw.strip()))
    if number is None:
        return unanswered(raw) or refused("bad_format", "not an amount")
    return Parsed(value=plain(number))


def cents(raw: str, context: Context) -> Parsed:
    """Read an amount with two decimals, as losses are kept; parentheses and a trailing minus are negative."""
    number = decimal_of(raw)
    if number is None:
        return unanswered(raw) or refused("bad_format", "not an amount")
    return Parsed(value=str(number.quantize(Decimal("0.01"))))


def limit(raw: str, context: Context) -> Parsed:
    """Read an amount, or one of the words that stand for one: ``ALS``, ``excluded``, ``included``, ``if any``."""
    word = _LIMIT_WORDS.get(" ".join(raw.casefold().split()).strip(" .$"))
    return Parsed(value=word) if word else money(raw, context)


def number(raw: str, context: Context) -> Parsed:
    """Read a count or measure; units such as sq ft, lbs and miles are dropped, acres are refused."""
    if _ACRES.search(raw):
        return refused("ambiguous", "acres, not square feet")
    if raw.strip().casefold() in {"none", "nil", "zero"}:
        return Parsed(value="0")
    parsed = decimal_of(_UNITS.sub("", raw.strip().lstrip("~#≈<>+").rstrip("+")))
    if parsed is None:
        return unanswered(raw) or refused("bad_format", "not a number")
    return Parsed(value=plain(parsed))


def percent(raw: str, context: Context) -> Parsed:
    """Read a percentage from 0 to 100; ``0.8`` without a sign stays as written with the note ``fraction?``."""
    parsed = number(raw, context)
    if not isinstance(parsed.value, str):
        return parsed
    size = Decimal(parsed.value)
    if not 0 <= size <= 100:
        return refused("out_of_range", "not 0 to 100")
    return Parsed(value=parsed.value, note="fraction?" if 0 < size < 1 and "%" not in raw else "")


def coinsurance(raw: str, context: Context) -> Parsed:
    """Read a coinsurance percentage; ``0.8`` is 80. Agreed value and monthly limits (``1/4``) stay as written."""
    text = " ".join(raw.split())
    if re.fullmatch(r"1\s*/\s*[346]", text) or re.search(r"agreed|waived|monthly|no\s+coins", text, re.IGNORECASE):
        return Parsed(value=text.casefold())
    parsed = percent(raw, context)
    if parsed.note == "fraction?" and isinstance(parsed.value, str):
        return Parsed(value=plain(Decimal(parsed.value) * 100), note="fraction read as percent")
    return parsed


def factor(raw: str, context: Context) -> Parsed:
    """Read a rating factor such as 0.92; "not rated" and "unity" are answers."""
    text = raw.strip().casefold()
    if re.search(r"not\s+(exp\w*\s+)?rated|no\s+mod|does\s+not\s+qualify", text):
        return Parsed(value="not rated")
    if text == "unity":
        return Parsed(value="1")
    parsed = decimal_of(raw)
    if parsed is None:
        return unanswered(raw) or refused("bad_format", "not a factor")
    if parsed > 10 and parsed == parsed.to_integral_value():
        return Parsed(value=plain(parsed / 100), note="hundredths read as factor")
    return Parsed(value=plain(parsed))


def rate(raw: str, context: Context) -> Parsed:
    """Read a rate per unit of exposure, such as 8.10; its places are kept as written."""
    parsed = decimal_of(raw)
    return Parsed(value=str(parsed)) if parsed is not None else unanswered(raw) or refused("bad_format", "not a rate")
