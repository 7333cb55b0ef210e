"""Values, dates and lists the way agents read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from parsers.document import Scalar
from pipeline.losses import as_date


def shown(value: Scalar) -> str:
    """Return a value the way agents write it: US dates, FEIN with its dash, entity types in words."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = str(value)
    day = as_date(text)
    if day is not None:
        return us_date(day)
    if re.fullmatch(r"\d{9}", text):
        return f"{text[:2]}-{text[2:]}"
    return "LLC" if text == "llc" else text.replace("_", " ")


def us_date(day: date) -> str:
    """Return ``01/15/2027``."""
    return f"{day:%m/%d/%Y}"


def in_words(words: Sequence[str]) -> str:
    """Return ``street, city and ZIP``."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
