"""What each list needs to be one: its columns, its identity, what of it may be totalled. Data: ``schedules.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parsers.extract.headers import HeaderTableError, Vocabulary, normalised, vocabulary

_KEYS = frozenset({"kinds", "needs", "identity", "money", "summed", "place", "called", "unless"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One sort of list: its table, the words of its headers, and what a row of it is known by."""

    name: str
    kinds: tuple[str, ...]
    needs: tuple[tuple[frozenset[str], ...], ...]
    identity: frozenset[str]
    money: frozenset[str]
    summed: tuple[str, ...]
    place: tuple[str, ...]
    called: re.Pattern[str]
    columns: Vocabulary
    unless: frozenset[str] = frozenset()

    def refuses(self, heads: Iterable[str]) -> bool:
        """Return whether a header belongs to a list that only looks like this one."""
        return any(normalised(head) in self.unless for head in heads)

    def enough(self, names: Set[str]) -> bool:
        """Return whether a header with these columns is one of this list."""
        return any(all(names & group for group in groups) for groups in self.needs)


def listed(name: str) -> Listed:
    """Return what is known of a table such as ``buildings``; raises KeyError for another name."""
    return _lists()[name]


def others(name: str) -> tuple[Listed, ...]:
    """Return the other sorts of lists."""
    return tuple(one for one in _lists().values() if one.name != name)


def kinds() -> Mapping[str, str]:
    """Return document kind → the table it holds."""
    return {kind: one.name for one in _lists().values() for kind in one.kinds}


@cache
def _lists() -> Mapping[str, Listed]:
    data = tomllib.loads((Path(__file__).parent / "schedules.toml").read_text(encoding="utf-8"))
    return {name: _one(name, entry) for name, entry in data.items()}


def _one(name: str, entry: Mapping[str, object]) -> Listed:
    columns = vocabulary(name)
    if entry.keys() != _KEYS:
        raise HeaderTableError(f"schedules.toml: {name} needs {sorted(_KEYS)}")
    needs = tuple(tuple(frozenset(group) for group in groups) for groups in _lists_in(entry["needs"]))
    named = {key: tuple(str(one) for one in _lists_in(entry[key])) for key in ("identity", "money", "summed", "place")}
    used = {column for groups in needs for group in groups for column in group}.union(*named.values())
    if unknown := used - columns.keys():
        raise HeaderTableError(f"schedules.toml: {name} names unknown columns {sorted(unknown)}")
    said = rf"(?:{entry['called']})"
    called = rf"\b(\d[\d,]*)\s+(?:\w+\s+)?{said}\b|\b{said}\s*(?:listed|count)?\s*[:=]\s*(\d[\d,]*)\b"
    return Listed(
        name=name,
        kinds=tuple(str(kind) for kind in _lists_in(entry["kinds"])),
        needs=needs,
        identity=frozenset(named["identity"]),
        money=frozenset(named["money"]),
        summed=named["summed"],
        place=named["place"],
        called=re.compile(called, re.IGNORECASE),
        columns=columns,
        unless=frozenset(str(word) for word in _lists_in(entry["unless"])),
    )


def _lists_in(value: object) -> list[list[list[str]]]:
    if not isinstance(value, list):
        raise HeaderTableError(f"schedules.toml: {value!r} is no list")
    return value
