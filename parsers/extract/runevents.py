"""Occurrences that several claimants' claims stand below: ``Occurrence 27967   DOL 08/04/19   Rear-ended at light``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from parsers.extract.runnames import heads, meant
from parsers.extract.runvalued import DATE, dated

_DAY = re.compile(DATE, re.IGNORECASE)
_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9][\w./#-]*", re.ASCII)
_LONGEST = 4
_SURE = 0.6


def event_of(text: str, as_of: date | None) -> Mapping[str, str]:
    """Return the day and the story of an occurrence that a line is the head of; nothing where it is none."""
    days = list(_DAY.finditer(text))
    if len(days) != 1 or not dated(days[0].group(), as_of):
        return {}
    before = text[: days[0].start()].replace(":", " ").split()
    labelled = next((n for n in range(_LONGEST, 0, -1) if n < len(before) and _is_day(before[-n:])), 0)
    front = before[: len(before) - labelled]
    if not labelled or not any(map(_NUMBER.fullmatch, front)) or not heads(front[0]):
        return {}
    if sum(not heads(word) and not _NUMBER.fullmatch(word) for word in front):
        return {}
    told = " ".join(text[days[0].end() :].split())
    return {"date_of_loss": days[0].group()} | ({"description": told} if any(map(str.isalpha, told)) else {})


def _is_day(words: list[str]) -> bool:
    return meant(" ".join(words)).get("date_of_loss", 0.0) > _SURE
