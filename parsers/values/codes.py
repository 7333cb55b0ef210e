"""Numbers and codes with a shape: tax numbers, industry and class codes, states, ZIP codes, licence numbers."""

from __future__ import annotations

import re

from parsers.document import Defect
from parsers.values.answers import unanswered
from parsers.values.parsed import Context, Parsed, refused
from parsers.values.places import PROVINCES, STATE_CODES, STATE_NAMES, zip_fits

# IRS-listed prefixes; the list is revised now and then, so an unlisted one is noted and never refused.
_FEIN_PREFIXES = frozenset(
    f"{n:02d}"
    for low, high in ((1, 6), (10, 16), (20, 27), (30, 48), (50, 68), (71, 77), (80, 88), (90, 95), (98, 99))
    for n in range(low, high + 1)
)
_SECTORS = "11 21 22 23 31 32 33 42 44 45 48 49 51 52 53 54 55 56 61 62 71 72 81 92"
_NAICS_SECTORS = frozenset(_SECTORS.split())
# ISO ranges: mercantile, miscellaneous, manufacturing, premises, contracting and servicing.
_GL_RANGES = ((10000, 19999), (40000, 49999), (50000, 59999), (60000, 69999), (90000, 99999))
_DIGIT = re.compile(r"\d")
_SPACING = re.compile(r"[\s\-.]")
_LICENCE = re.compile(r"[A-Z0-9*]{3,20}")
_DAY = re.compile(r"(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}(?!\d)|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)?\d\d(?!\d)")
_SSN_SHAPE = re.compile(r"^\d{3}-\d{2}-\d{4}$")


def _is_ssn(digits: str) -> bool:
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in {"000", "666"} and group != "00" and serial != "0000"


def fein(raw: str, context: Context) -> Parsed:
    """Read the FEIN-or-SSN box: nine digits. What is written 3-2-4, or bare for an individual, is an SSN.

    An SSN is restricted and carries the note ``ssn``; it must never be filed as a FEIN.
    """
    text = raw.strip().rstrip(".")
    digits = re.sub(r"\D", "", text)
    if not digits:
        return unanswered(raw) or refused("bad_format", "no digits")
    if len(digits) != 9:
        return refused("non_answer", "zeros") if not digits.strip("0") else refused("bad_format", "not nine digits")
    if _SSN_SHAPE.match(text) or (context.individual and text == digits):
        return ssn(raw, context)
    if len(set(digits)) == 1 or digits == "123456789":
        return refused("non_answer", "placeholder")
    return Parsed(value=digits, note="" if digits[:2] in _FEIN_PREFIXES else "prefix not listed")


def ssn(raw: str, context: Context) -> Parsed:
    """Read a social security number: nine digits, restricted."""
    digits = re.sub(r"\D", "", raw)
    if not digits:
        return unanswered(raw) or refused("bad_format", "no digits", restricted=True)
    if len(digits) != 9 or not _is_ssn(digits):
        return refused("bad_format", "not a number of that shape", restricted=True)
    return Parsed(value=digits, restricted=True, note="ssn")


def naics(raw: str, context: Context) -> Parsed:
    """Read an industry code of 2 to 6 digits whose sector exists; 6 digits are preferred."""
    digits = re.sub(r"[\s-]|\.0$", "", raw.strip())
    if not re.fullmatch(r"\d{2,6}", digits):
        return unanswered(raw) or refused("bad_format", "not 2 to 6 digits")
    if digits[:2] not in _NAICS_SECTORS:
        return refused("unknown_code", "no such sector")
    return Parsed(value=digits, note="" if len(digits) == 6 else "short code")


def sic(raw: str, context: Context) -> Parsed:
    """Read a four-digit SIC; a leading zero lost on the way is put back and noted."""
    digits = raw.strip().removesuffix(".0")
    if re.fullmatch(r"\d{3}", digits) and digits[0] in "123456789" and 100 <= int(digits) <= 971:
        digits, note = "0" + digits, "leading zero put back"
    else:
        note = ""
    if not re.fullmatch(r"\d{4}", digits) or digits == "0000":
        return unanswered(raw) or refused("bad_format", "not four digits")
    return Parsed(value=digits, note=note)


def gl_class(raw: str, context: Context) -> Parsed:
    """Read a five-digit general liability class; outside the published ranges it is noted."""
    digits = re.sub(r"\D", "", raw.removesuffix(".0"))
    if len(digits) != 5:
        return unanswered(raw) or refused("bad_format", "not five digits")
    known = any(low <= int(digits) <= high for low, high in _GL_RANGES)
    return Parsed(value=digits, note="" if known else "outside the published ranges")


def wc_class(raw: str, context: Context) -> Parsed:
    """Read a workers compensation class: 4 digits, leading zeros kept; Pennsylvania and Delaware use 3."""
    text = raw.strip().removesuffix(".0")
    found = re.match(r"^(\d{2,4})(?:[-\s]?\d{1,2})?\b", text)
    if not found:
        return unanswered(raw) or refused("bad_format", "not a class code")
    digits, wanted = found[1], 3 if context.state in {"PA", "DE"} else 4
    if len(digits) < wanted:
        return Parsed(value=digits.zfill(wanted), note="leading zero put back")
    return Parsed(value=digits)


def naic_company(raw: str, context: Context) -> Parsed:
    """Read a carrier's five-digit NAIC company code."""
    digits = raw.strip().removesuffix(".0")
    if not re.fullmatch(r"\d{5}", digits):
        return unanswered(raw) or refused("bad_format", "not five digits")
    return Parsed(value=digits)


def producer_number(raw: str, context: Context) -> Parsed:
    """Read a national producer number of 1 to 10 digits."""
    digits = re.sub(r"\D", "", raw)
    if not 1 <= len(digits) <= 10:
        return unanswered(raw) or refused("bad_format", "not 1 to 10 digits")
    return Parsed(value=digits)


def state(raw: str, context: Context) -> Parsed:
    """Read a state code or name into its two letters; Canadian provinces are ``out_of_scope``."""
    if raw in STATE_CODES:
        return Parsed(value=raw)
    text = re.sub(r"[^A-Za-z ]", "", raw).strip()
    code = text.upper()
    if code in STATE_CODES:
        return Parsed(value=code)
    named = STATE_NAMES.get(" ".join(text.casefold().split()))
    if named:
        return Parsed(value=named)
    if code in PROVINCES or text.casefold() in PROVINCES.values():
        return refused("out_of_scope", "a Canadian province")
    return unanswered(raw) or refused("unknown_code", "no such state")


def zip_code(raw: str, context: Context) -> Parsed:
    """Read a ZIP of 5 or 9 digits as text; a lost leading zero is put back, a foreign prefix for the state is noted."""
    text = raw.strip().removesuffix(".0")
    if _DAY.match(text):
        return refused("bad_format", "a date")
    digits = re.sub(r"[\s-]", "", text)
    note = ""
    if re.fullmatch(r"\d{4}|\d{8}", digits) and "-" not in text[:4]:
        digits, note = "0" + digits, "leading zero put back"
    if not re.fullmatch(r"\d{5}(\d{4})?", digits) or digits[:5] == "00000":
        return unanswered(raw) or refused("bad_format", "not 5 or 9 digits")
    if context.state and not zip_fits(digits, context.state):
        note = f"not a {context.state} prefix"
    return Parsed(value=digits if len(digits) == 5 else f"{digits[:5]}-{digits[5:]}", note=note)


def policy_number(raw: str, context: Context) -> Parsed:
    """Read a policy number as written; "NEW", "TBD" and "renewal" are no number."""
    text = " ".join(raw.split())
    if text.casefold().strip(".") in {"new", "new business", "renewal", "none", "n/a", "assigned", "quote"}:
        return refused("non_answer", text)
    return unanswered(raw) or Parsed(value=text.upper() if re.search(r"\d", text) else text)


def code(raw: str, context: Context) -> Parsed:
    """Read a short code as written, in upper case."""
    text = " ".join(raw.split())
    return unanswered(raw) or Parsed(value=text.upper())


def premium_basis(raw: str, context: Context) -> Parsed:
    """Read a general liability premium basis into its letter: S, P, C, A, M, U or T."""
    text = raw.strip().casefold().strip("() .")
    for letter, words in _BASES:
        if text == letter.casefold() or text.startswith(words):
            return Parsed(value=letter)
    return unanswered(raw) or refused("unknown_code", "no such premium basis")


_BASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("S", ("sales", "gross sales", "receipts", "revenue", "gross receipts", "s -", "s)")),
    ("P", ("payroll", "remuneration", "p -", "p)")),
    ("C", ("cost", "total cost", "c -", "c)")),
    ("A", ("area", "sq", "a -", "a)")),
    ("M", ("admission", "m -", "m)")),
    ("U", ("unit", "u -", "u)", "each")),
    ("T", ("other", "t -", "t)", "pupil", "acre")),
)

_LICENCE_SHAPES = {
    "AL": r"\d{1,8}", "AZ": r"[A-Z]\d{8}|\d{9}", "AR": r"\d{4,9}", "CA": r"[A-Z]\d{7}", "CO": r"\d{9}", "CT": r"\d{9}",
    "FL": r"[A-Z]\d{12}", "GA": r"\d{7,9}", "IL": r"[A-Z]\d{11,12}", "IN": r"\d{10}|[A-Z]\d{9}",
    "KY": r"[A-Z]\d{8,9}|\d{9}", "LA": r"\d{1,9}", "MD": r"[A-Z]\d{12}", "MA": r"[A-Z]\d{8}|\d{9}",
    "MI": r"[A-Z]\d{10}|[A-Z]\d{12}", "MN": r"[A-Z]\d{12}", "MO": r"[A-Z]\d{5,9}|\d{9}", "NJ": r"[A-Z]\d{14}",
    "NV": r"\d{9,10}|\d{12}|X\d{8}", "NM": r"\d{8,9}", "NY": r"\d{9}|[A-Z]\d{7}|[A-Z]\d{18}", "NC": r"\d{1,12}",
    "OH": r"[A-Z]{2}\d{6}|[A-Z]\d{4,8}", "OK": r"[A-Z]\d{9}|\d{9}", "OR": r"\d{1,9}", "PA": r"\d{8}", "SC": r"\d{5,11}",
    "TN": r"\d{7,9}", "TX": r"\d{7,8}", "UT": r"\d{4,10}", "VA": r"[A-Z]\d{8,11}|\d{9}", "WA": r"[A-Z0-9*]{12}",
    "WI": r"[A-Z]\d{13}",
}  # fmt: skip
"""Public shapes of driver licence numbers; public lists disagree, so they only ever make a note."""

_PADDED = {"PA": 8, "TX": 8, "GA": 9, "TN": 9}
"""States whose numbers lose leading zeros in spreadsheets, and the length they are padded to."""


def licence(raw: str, context: Context) -> Parsed:
    """Read a driver licence number; restricted. Leading zeros a spreadsheet lost are put back, note ``repaired``."""
    text = _SPACING.sub("", raw.strip().removesuffix(".0")).upper()
    if not _LICENCE.fullmatch(text) or not _DIGIT.search(text):
        found = unanswered(raw)
        defect = found.defect if found else Defect(reason="bad_format", detail="not a licence number")
        return Parsed(defect=defect, restricted=True)
    wanted = _PADDED.get(context.state or "", 0)
    if text.isdigit() and wanted and wanted - 2 <= len(text) < wanted and context.serial:
        return Parsed(value=text.zfill(wanted), restricted=True, note="repaired")
    shape = _LICENCE_SHAPES.get(context.state or "")
    fits = shape is None or re.fullmatch(shape, text)
    return Parsed(value=text, restricted=True, note="" if fits else f"not the shape of {context.state}")
