"""Facts in sentences and in ``label: value`` lines, by patterns; each with the confidence such a saying deserves."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from parsers.document import FieldCandidate, Location
from parsers.extract.bodynames import named
from parsers.extract.bodyterms import amounts, dates, occurrences
from parsers.extract.candidates import candidate, stated
from parsers.extract.spoken import DATE, DAY, next_date, whole_date
from parsers.values import TYPES, Context
from parsers.values.amounts import decimal_of, plain

_AT = Location()
_LABELLED = 0.93
_NUMERIC = frozenset({"money", "number", "factor"})
_BEHIND = r"\s*(?::|=|\t|\||\s{2,}|\s+-\s)\W{0,3}(?P<v>\S.*)$"
_SEPARATED = re.compile(r"[:=\t|]|\s\s|\s-\s")
"""What must stand somewhere in a line for ``_BEHIND`` to fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saying:
    """One way to say a fact; ``pattern`` holds the value as the group ``v``."""

    field: str
    type: str
    pattern: re.Pattern[str]
    confidence: float


class SayingsError(ValueError):
    """The table of sayings is wrong; the message names the entry."""


@cache
def _sayings() -> tuple[tuple[_Saying, ...], tuple[_Saying, ...]]:
    """Return labels and sentences of the table of sayings; raises SayingsError."""
    data = tomllib.loads((Path(__file__).parent / "sayings.toml").read_text(encoding="utf-8"))
    labels = [_saying(entry, rf"(?i)^\W{{0,4}}(?:{entry['words']}){_BEHIND}", _LABELLED) for entry in data["label"]]
    sentences = [
        _saying(entry, entry["words"].replace("{DATE}", DATE), entry["confidence"]) for entry in data["saying"]
    ]
    return tuple(labels), tuple(sentences)


def _saying(entry: Mapping[str, Any], pattern: str, confidence: float) -> _Saying:
    if entry["type"] not in TYPES and entry["type"] != "none":
        raise SayingsError(f"sayings.toml: {entry['field']}: unknown type {entry['type']!r}")
    compiled = re.compile(pattern)
    if "v" not in compiled.groupindex:
        raise SayingsError(f"sayings.toml: {entry['field']}: no value in {entry['words']!r}")
    return _Saying(field=entry["field"], type=entry["type"], pattern=compiled, confidence=confidence)


def labelled_facts(text: str, as_of: date | None) -> Iterator[FieldCandidate]:
    """Yield facts of lines such as ``Effective: 01/15/2027`` and of pasted two-column tables."""
    for line in text.splitlines():
        for label in _sayings()[0] if _SEPARATED.search(line) else ():
            if found := label.pattern.match(line):
                raw = re.split(r"\s{3,}|\t|\s\|\s", found["v"].strip(" |"))[0].strip()
                yield from _labelled(label, raw, as_of)
                break


def _labelled(label: _Saying, raw: str, as_of: date | None) -> Iterator[FieldCandidate]:
    if label.type == "date":
        yield from _date(label.field, raw, as_of, label.confidence)
    elif raw:
        item = _said(label.field, raw, label.type, label.confidence, as_of)
        if item.value is not None:
            yield item


def _date(field: str, raw: str, as_of: date | None, confidence: float) -> Iterator[FieldCandidate]:
    if found := re.match(DATE, raw, re.IGNORECASE):
        value, sure = whole_date(found[0], as_of), confidence
    elif found := re.match(DAY, raw, re.IGNORECASE):
        value, sure = next_date(found[0], as_of), confidence - 0.15
    else:
        return
    if value:
        yield stated(field, value, found[0], method="text", at=_AT, confidence=round(sure, 2))


def said_facts(text: str, as_of: date | None) -> Iterator[FieldCandidate]:
    """Yield facts said in sentences."""
    yield from dates(text, as_of)
    yield from amounts(text)
    yield from named(text)
    for saying in _sayings()[1]:
        if found := saying.pattern.search(text):
            raw = " ".join(found["v"].split()).rstrip(",." if saying.type in _NUMERIC else ",")
            yield _said(saying.field, raw, saying.type, saying.confidence, as_of)
    yield from _limits(text)
    yield from occurrences(text)


def _said(field: str, raw: str, kind: str, sure: float, as_of: date | None) -> FieldCandidate:
    if kind == "none":
        return stated(field, "none", raw, method="text", at=_AT, confidence=sure)
    return candidate(field, raw, kind, method="text", at=_AT, context=Context(as_of=as_of), confidence=sure)


# Lengths are bounded, so that a page of digits costs no more than a page of words.
_SIZE = r"(?<![\d,.])\$?\d[\d,]{0,14}(?:\.\d{1,4})?\s?(?:mm|mil(?:lion)?|m|k)?"
_CSL = re.compile(
    rf"(?P<v>{_SIZE})\s*(?:csl|combined\s+single(?:\s+limit)?)\b|\bcsl\b\W{{0,4}}(?P<w>{_SIZE})", re.IGNORECASE
)
_TRIPLE = re.compile(
    rf"(?<![\d/])(?P<a>{_SIZE})\s?/\s?(?P<b>{_SIZE})(?:\s?/\s?(?P<c>{_SIZE}))?(?![\d/])", re.IGNORECASE
)
_SCALED = re.compile(r"m|k|\d{3},\d{3}", re.IGNORECASE)
_CUES = {
    "employers": re.compile(r"\bel\b|employers?|\bwc\b", re.IGNORECASE),
    "auto": re.compile(r"\bauto\b|\bsplit\b|\bbi\b", re.IGNORECASE),
    "general": re.compile(r"\bgl\b|general\s+liab|\blimits?\b|\bocc", re.IGNORECASE),
}
_GL = ("gl_limit_occurrence", "gl_limit_general_aggregate", "gl_limit_products_agg")
_EL = ("wc_el_accident", "wc_el_disease_policy", "wc_el_disease_employee")
_SPLIT = ("ca_limit_csl_or_bi_person", "ca_limit_bi_accident", "ca_limit_pd")


def _limits(text: str) -> Iterator[FieldCandidate]:
    """Yield limits: ``1M/2M/2M`` is occurrence, aggregate, products; ``1M CSL`` the auto limit; ``EL 500/500/500``."""
    if found := _CSL.search(text):
        raw = (found["v"] or found["w"]).strip()
        yield candidate("ca_limit_csl_or_bi_person", raw, "money", method="text", at=_AT, confidence=0.88)
        yield stated("ca_limit_type", "csl", raw, method="text", at=_AT, confidence=0.88)
    for found in _TRIPLE.finditer(text):
        parts = [found[name].strip() for name in "abc" if found[name]]
        if not re.fullmatch(DATE, "/".join(parts)):
            yield from _ladder(parts, text[max(0, found.start() - 40) : found.start()])


def _cue(before: str) -> str:
    """Return which coverage the words before a ladder name last, or nothing."""
    places = {name: [found.end() for found in pattern.finditer(before)] for name, pattern in _CUES.items()}
    named = {name: ends[-1] for name, ends in places.items() if ends}
    return max(named, key=lambda name: named[name]) if named else ""


def _ladder(parts: list[str], before: str) -> Iterator[FieldCandidate]:
    cue, scaled = _cue(before), any(_SCALED.search(part) for part in parts)
    numbers = [decimal_of(part) for part in parts]
    if not all(numbers) or not (scaled or (cue and len(parts) == 3)):
        return
    small = all(number is not None and number <= 10 for number in numbers)
    if cue == "general" and not scaled and not small:
        return
    unit = 1 if scaled else 1_000_000 if small else 1_000
    names = {"employers": _EL, "auto": _SPLIT}.get(cue, _GL)
    if names is _SPLIT:
        yield stated("ca_limit_type", "split", "/".join(parts), method="text", at=_AT, confidence=0.85)
    for name, part, number in zip(names, parts, numbers, strict=False):
        if number is not None:
            yield stated(name, plain(number * unit), part, method="text", at=_AT, confidence=0.85)
