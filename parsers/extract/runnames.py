"""What a header of a loss run means by the notions of its words: ``Dt. Occurred`` and ``Loss Occ Date`` are one thing.

Exact headers of ``headers.toml`` come first. Any other header is cut into words, each word stands for notions such as
``paid`` or ``medical``, and the first rule of ``runnames.toml`` that they fit names the column.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from parsers.extract.headers import meanings, normalised, vocabulary

COMPOSED = 0.9
"""How surely rules name a header that is in no table."""
_TABLES = ("claims", "run_terms")
_LONGEST = 6
_OUTSTANDING = re.compile(r"\bO/S\b", re.IGNORECASE)
_SIGNS = str.maketrans(
    {chr(code): "" for code in range(128) if not chr(code).isalnum()} | {"#": "no", "%": "pct", "&": "and"}
)
"""Signs as a header is spelt without spaces."""
_MEASURES = frozenset({"paid", "reserve", "incurred", "recovery"})
_SORTS = frozenset({"event", "expense", "medical", "indemnity", "whole"})
_OF_EVENTS = (("date_of_loss", 0.7), ("claim_number", 0.65), ("description", 0.6))


class NameTableError(ValueError):
    """The table of notions is wrong; the message names the entry."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A column, the notions its header must have, and those it may have besides."""

    name: str
    needs: tuple[str, ...]
    may: frozenset[str]

    def fits(self, words: tuple[frozenset[str], ...]) -> bool:
        """Return whether every need is met by a word of its own, and all other words are allowed."""
        left = list(words)
        for need in self.needs:
            # The word that stands for least else is meant.
            found = min((word for word in left if need in word), key=len, default=None)
            if found is None:
                return False
            left.remove(found)
        return all(word & self.may or "small" in word for word in left)


@cache
def _table() -> tuple[Mapping[str, frozenset[str]], Mapping[str, tuple[_Rule, ...]]]:
    data = tomllib.loads((Path(__file__).parent / "runnames.toml").read_text(encoding="utf-8"))
    notions: dict[str, set[str]] = {}
    for notion, words in data["notions"].items():
        for word in words:
            notions.setdefault(word, set()).add(notion)
    rules = {table: tuple(_rule(table, entry, data["notions"]) for entry in data[table]) for table in _TABLES}
    return {word: frozenset(found) for word, found in notions.items()}, rules


def _rule(table: str, entry: Mapping[str, Any], notions: Mapping[str, Any]) -> _Rule:
    if entry.keys() != {"name", "needs", "may"}:
        raise NameTableError(f"runnames.toml: {table}: needs name, needs and may")
    if unknown := {*entry["needs"], *entry["may"]} - notions.keys():
        raise NameTableError(f"runnames.toml: {table}.{entry['name']}: unknown notions {sorted(unknown)}")
    return _Rule(entry["name"], tuple(entry["needs"]), frozenset(entry["may"]))


@lru_cache(maxsize=8192)
def meant(header: str, table: str = "claims") -> Mapping[str, float]:
    """Return what a header may mean, with a weight; nothing where no table and no rule knows it."""
    exact, name = meanings(header, vocabulary(table)), _composed(header, table)
    if name == "gross":
        return {"gross": 1.0}  # What is incurred before recoveries, where another column says it after them.
    if exact and max(exact.values()) == 1.0:
        return exact
    if table == "claims" and not exact and _is_event(header):
        return dict(_OF_EVENTS)
    return {**exact, name: COMPOSED} if name else exact


@cache
def _run_together(table: str) -> str:
    """Return all headers of a table that mean something of themselves, without their spaces, behind one another."""
    return "\0".join(header.replace(" ", "") for header in vocabulary(table).meanings)


@lru_cache(maxsize=8192)
def may_name(word: str) -> bool:
    """Return whether a word may be part of a header of claims that one table or one rule knows for certain.

    It is when its letters stand in such a header, or when each of its parts has a notion. Most words of a run are
    figures, days and names: they are told here, before all that they may begin is looked up.
    """
    plain = word.casefold().translate(_SIGNS) if word.isascii() else normalised(word).replace(" ", "")
    if plain in _run_together("claims"):
        return True
    notions, _ = _table()
    return not plain.isdigit() and all(part in notions for part in _words(word))


def _is_event(header: str) -> bool:
    """Return whether a header says occurrence and no more: its day, its number or its story; cells tell."""
    words = _words(header)
    return len(words) == 1 and not words[0].startswith("loss") and "event" in _table()[0].get(words[0], ())


def _composed(header: str, table: str) -> str:
    if not any(map(str.isalpha, header)) or header.casefold().startswith("no "):
        return ""  # ``No losses`` is no number of a loss.
    notions, rules = _table()
    words = tuple(notions.get(word, frozenset()) for word in _words(header))
    if not words or len(words) > _LONGEST or not all(words):
        return ""
    return next((rule.name for rule in rules[table] if rule.fits(words)), "")


def _words(header: str) -> list[str]:
    plain = normalised(_OUTSTANDING.sub("OS", header.replace("'", "")))
    return plain.split()


def beside(header: str) -> bool:
    """Return whether a header is of something a row of a claim does not tell: days lost, adjuster, unit."""
    notions, _ = _table()
    return any("other" in notions.get(word, ()) for word in _words(header))


@lru_cache(maxsize=1024)
def is_measure(header: str) -> bool:
    """Return whether a header says only what was done with money: paid, reserved, incurred, recovered."""
    notions, _ = _table()
    return bool(words := _words(header)) and all(notions.get(word, frozenset()) & _MEASURES for word in words)


@lru_cache(maxsize=1024)
def is_sort(header: str) -> bool:
    """Return whether a header says only of what sort money is: loss, expense, medical, indemnity, total."""
    notions, _ = _table()
    return bool(words := _words(header)) and all(notions.get(word, frozenset()) & _SORTS for word in words)


@lru_cache(maxsize=8192)
def heads(word: str) -> bool:
    """Return whether a word may be one of a header."""
    notions, _ = _table()
    return bool(parts := _words(word)) and all(part in notions for part in parts)
