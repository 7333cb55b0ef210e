"""What the wording of a page says for certain: phrases that stand together on papers of one kind only.

A rule asks for groups of phrases, of each group one at least (``all``), or for several out of many (``least`` and
``of``), or both; a phrase of ``none`` forbids it. Titles say most, but the same title heads a thing and its opposite: a
rule with ``instead_of`` corrects them. Data: ``cues.toml``; the first rule that fits decides.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_APOSTROPHES = str.maketrans("", "", "'’")
_ALNUM = re.compile(r"[a-z0-9]+")
_KEYS = frozenset({"kind", "confidence", "all", "of", "least", "none", "top", "instead_of"})
_TOP = 6
"""Lines at the head of a page in which ``top`` is looked for."""
CONFIDENCE = 0.92


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; phrases are plain words with a space between them, a last ``*`` stands for any ending of a word."""

    kind: str
    confidence: float
    groups: tuple[tuple[str, ...], ...]
    of: tuple[str, ...]
    least: int
    none: tuple[str, ...]
    top: tuple[str, ...]
    instead_of: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a rule said: the kind, how sure, and a phrase that stood there."""

    kind: str
    confidence: float
    phrase: str


def read(text: str, lines: Sequence[str]) -> Told | None:
    """Return what the wording of a page without a stronger sign says it is; ``lines`` are its first ones."""
    page = _Page(text, lines)
    return next((told for rule in rules() if not rule.instead_of and (told := _apply(rule, page))), None)


def correct(kind: str, text: str, lines: Sequence[str]) -> Told | None:
    """Return what a page is that a title, a footer or a guess called ``kind`` and its wording calls something else."""
    against = _against().get(kind)
    if not against:
        return None
    page = _Page(text, lines)
    return next((told for rule in against if (told := _apply(rule, page))), None)


class _Page:
    """The words of a page as one plain line, and which words there are, to look at few phrases closely."""

    def __init__(self, text: str, lines: Sequence[str]) -> None:
        self.plain = f" {plain(text)} "
        self.words = frozenset(self.plain.split())
        self.top = f" {plain(' '.join(lines[:_TOP]))} "

    def first(self, phrases: Collection[str]) -> str | None:
        """Return the first of ``phrases`` that stands on the page."""
        return next((phrase for phrase in phrases if self._has(phrase)), None)

    def count(self, phrases: Collection[str]) -> int:
        """Return how many of ``phrases`` stand on the page."""
        return sum(self._has(phrase) for phrase in phrases)

    def _has(self, phrase: str) -> bool:
        head = phrase.split(" ", 1)[0]
        if not head.endswith("*") and head not in self.words:
            return False
        return _stands(phrase, self.plain)


def _stands(phrase: str, text: str) -> bool:
    return f" {phrase[:-1]}" in text if phrase.endswith("*") else f" {phrase} " in text


def _apply(rule: Rule, page: _Page) -> Told | None:
    hits = [page.first(group) for group in rule.groups]
    if not all(hits) or (rule.of and page.count(rule.of) < rule.least):
        return None
    if rule.top and not (head := next((phrase for phrase in rule.top if _stands(phrase, page.top)), None)):
        return None
    if page.first(rule.none):
        return None
    phrase = next((hit for hit in hits if hit), None) or (head if rule.top else page.first(rule.of)) or ""
    return Told(kind=rule.kind, confidence=rule.confidence, phrase=phrase)


def plain(text: str) -> str:
    """Return ``text`` in lower case without anything but its words, ``&`` as ``and``."""
    return " ".join(_ALNUM.findall(text.lower().translate(_APOSTROPHES).replace("&", " and ")))


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Return the rules in their order; raises ValueError naming the entry of ``cues.toml`` that is wrong."""
    data = tomllib.loads((Path(__file__).parent / "cues.toml").read_text("utf-8"))
    return tuple(_rule(position, entry) for position, entry in enumerate(data["cue"], 1))


@lru_cache(maxsize=1)
def _against() -> Mapping[str, tuple[Rule, ...]]:
    found: dict[str, tuple[Rule, ...]] = {}
    for rule in rules():
        for kind in sorted(rule.instead_of):
            found[kind] = (*found.get(kind, ()), rule)
    return found


def _rule(position: int, entry: Mapping[str, object]) -> Rule:
    where = f"cues.toml, cue {position}"
    if unknown := entry.keys() - _KEYS:
        raise ValueError(f"{where}: unknown keys {sorted(unknown)}")
    groups = tuple(_phrases(group, where) for group in _list(entry.get("all", ()), where))
    of, least = _phrases(entry.get("of", ()), where), int(str(entry.get("least", 0)))
    top = _phrases(entry.get("top", ()), where)
    if not (groups or of or top) or bool(of) != (0 < least <= len(of)):
        raise ValueError(f"{where}: it asks for nothing, or for more than it names")
    return Rule(
        kind=str(entry["kind"]),
        confidence=float(str(entry.get("confidence", CONFIDENCE))),
        groups=groups,
        of=of,
        least=least,
        none=_phrases(entry.get("none", ()), where),
        top=top,
        instead_of=frozenset(_phrases(entry.get("instead_of", ()), where, names=True)),
    )


def _list(value: object, where: str) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{where}: {value!r} is no list")
    return value


def _phrases(value: object, where: str, *, names: bool = False) -> tuple[str, ...]:
    found = tuple(str(one) for one in _list(value, where))
    if wrong := next((one for one in found if not names and plain(one) != one.removesuffix("*").strip()), None):
        raise ValueError(f"{where}: {wrong!r} is not plain lower case")
    return found
