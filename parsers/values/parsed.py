"""What a typed parser gives back, and the closed list of reasons why a value is not to be believed."""

from __future__ import annotations

from datetime import date

import msgspec

from parsers.document import Defect, Scalar

VALUE_REASONS: frozenset[str] = frozenset(
    {
        "non_answer",
        "pointer",
        "tooltip",
        "bad_format",
        "out_of_range",
        "ambiguous",
        "impossible_date",
        "unknown_code",
        "out_of_scope",
        "check_digit",
        "contradictory",
    }
)
"""Reasons of value defects; the detail never repeats a restricted value."""


class Context(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a parser may know beside the raw text.

    ``as_of`` turns two-digit years and ages; without it two-digit years below 50 are 20xx. ``serial`` says the text
    is from a spreadsheet: day numbers are dates, leading zeros may be lost. ``individual`` says the insured is a
    natural person, so nine bare digits are an SSN. ``state`` is the two-letter state the value belongs
    to, ``year`` the model year written beside a VIN.
    """

    as_of: date | None = None
    serial: bool = False
    individual: bool = False
    state: str | None = None
    year: str | None = None


class Parsed(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One value read from raw text.

    ``value`` is normalised (ISO dates, decimal strings, two-letter states, booleans) or None with a ``defect``. A value
    may carry a defect too: it was read, but a check of it failed. ``note`` says what was done or suggested.
    """

    value: Scalar = None
    defect: Defect | None = None
    restricted: bool = False
    note: str = ""


def refused(reason: str, detail: str = "", *, restricted: bool = False) -> Parsed:
    """Return a Parsed without a value; ``reason`` is one of VALUE_REASONS."""
    return Parsed(defect=Defect(reason=reason, detail=detail), restricted=restricted)
