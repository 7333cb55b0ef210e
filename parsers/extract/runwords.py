"""The wording of loss runs: totals, carried sums, "no losses"; from ``runwords.toml``, checked when it is loaded."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_ENTRIES = frozenset({"total", "grand", "page", "starred", "carried", "continued", "zero", "unmatched", "partial"})
_COUNT = re.compile(
    r"\b(?:claims?|clms?|loss(?:es)?|occurrences?)\s+(?:count|cnt)\s*[:=(]?\s*(\d{1,6})\b"
    r"|\b(?:count|cnt)\s*[:=]?\s*(\d{1,6})\b(?!\s*[,.]?\d)"
    r"|(?:\#|\bno\b\.?|\bnumber|\bnum\b\.?)\s*(?:of\s+)?(?:claims?|clms?|loss(?:es)?)\s*[:=(]?\s*(\d{1,6})\b"
    r"|(?<![\w.,/-])(\d{1,6})\s+(?:open\s+|closed\s+)?(?:claims?|loss(?:es)?|clms?|items?)\b"
    r"|(?:claims?|clms?|loss(?:es)?|occurrences?)\s*[:=(]\s*(\d{1,6})\b(?![,./-]\d)(?!\s*(?:open|closed|re-?opened)\b(?!\s*[:=]))",
    re.IGNORECASE,
)

_LABELLED_COUNT = re.compile(r"^\W*[A-Za-z]+(?: [A-Za-z]+){0,3}\s*:\s*(\d{1,5})\s*$")


class WordTableError(ValueError):
    """The table of wording is wrong; the message names the entry."""


@cache
def words() -> Mapping[str, re.Pattern[str]]:
    """Return the expressions by name."""
    data = tomllib.loads((Path(__file__).parent / "runwords.toml").read_text(encoding="utf-8"))
    if data.keys() != _ENTRIES:
        raise WordTableError(f"runwords.toml: {sorted(data.keys() ^ _ENTRIES)} missing or unknown")
    return {name: _compiled(name, expression) for name, expression in data.items()}


def _compiled(name: str, expression: object) -> re.Pattern[str]:
    try:
        return re.compile(str(expression), re.IGNORECASE)
    except re.error as error:
        raise WordTableError(f"runwords.toml: {name}: {error}") from error


def says(name: str, text: str) -> bool:
    """Return whether a text has the wording of a name."""
    return words()[name].search(text) is not None


def without(name: str, text: str) -> str:
    """Return a text without the wording of a name."""
    return words()[name].sub("", text).strip()


def counted(text: str) -> int | None:
    """Return the number of claims a text states, or None: ``Term total: 5 claims`` is 5."""
    found = _COUNT.search(text)
    if found:
        return int(next(filter(None, found.groups())))
    bare = _LABELLED_COUNT.match(text)
    return int(bare[1]) if bare else None
