"""Vehicle identification numbers: check digit and model year of 49 CFR 565, and one suggested repair."""

from __future__ import annotations

import re

from parsers.document import Defect
from parsers.values.answers import unanswered
from parsers.values.parsed import Context, Parsed, refused

_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_VALUES |= {str(digit): digit for digit in range(10)}
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
# Characters people and scanners mistake for one another; tried before transpositions.
_CONFUSED = {
    "O": "0",
    "Q": "0",
    "I": "1",
    "S": "5",
    "5": "S",
    "B": "8",
    "8": "B",
    "Z": "2",
    "2": "Z",
    "G": "6",
    "6": "G",
    "0": "D",
}


def check_digit_fits(vin: str) -> bool:
    """Return whether 17 characters carry the right check digit in position 9; False for I, O and Q."""
    if len(vin) != 17 or any(char not in _VALUES for char in vin):
        return False
    remainder = sum(_VALUES[char] * weight for char, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return vin[8] == ("X" if remainder == 10 else str(remainder))


def model_years(vin: str) -> tuple[int, ...]:
    """Return the model years that position 10 may stand for, 30 years apart, or nothing for an unused character."""
    if len(vin) != 17 or vin[9] not in _YEAR_CODES:
        return ()
    offset = _YEAR_CODES.index(vin[9])
    return (1980 + offset, 2010 + offset)


def suggestion(vin: str) -> str | None:
    """Return the one single-character repair or transposition that makes the check digit fit, if just one does."""
    text = vin.translate(str.maketrans("OQI", "001"))
    if text != vin and check_digit_fits(text):
        return text
    repairs = [
        text[:at] + _CONFUSED[char] + text[at + 1 :] for at, char in enumerate(text) if char in _CONFUSED and at != 8
    ]
    fitting = {repair for repair in repairs if check_digit_fits(repair)}
    if len(fitting) == 1:
        return fitting.pop()
    swaps = (
        text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(len(text) - 1) if text[at] != text[at + 1]
    )
    swapped = {swap for swap in swaps if check_digit_fits(swap)}
    return swapped.pop() if not fitting and len(swapped) == 1 else None


def _defect(vin: str, context: Context) -> Defect | None:
    if re.search(r"[IOQ]", vin) or not check_digit_fits(vin):
        repair = suggestion(vin)
        return Defect(reason="check_digit", detail=f"perhaps {repair}" if repair else "the check digit does not fit")
    if context.year and context.year.isdigit() and int(context.year) not in model_years(vin):
        return Defect(reason="contradictory", detail=f"the number does not say model year {context.year}")
    return None


def vin(raw: str, context: Context) -> Parsed:
    """Read a VIN; 17 characters are kept even when a check fails (defect ``check_digit`` or ``contradictory``)."""
    text = re.sub(r"[\s\-.*]", "", raw).upper()
    if not re.fullmatch(r"[A-Z0-9]{17}", text):
        return unanswered(raw) or refused("bad_format", f"{len(text)} characters, not 17")
    defect = _defect(text, context)
    repair = suggestion(text) if defect and defect.reason == "check_digit" else None
    return Parsed(value=text, defect=defect, note=f"suggestion: {repair}" if repair else "")
