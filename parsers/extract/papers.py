"""Papers around a submission → the few facts each is sent for: whose it is, of when, and what it grants or states.

What a fact is called on paper stands in ``papers.toml``: a ``label`` with its value behind, beside or beneath it, or
``words``, an expression that holds the value as ``<v>``. The first saying that gives a value of its type is taken.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from parsers.document import Extraction, FieldCandidate, Location, ParsedDocument
from parsers.extract.candidates import candidate
from parsers.extract.carriers import names_a_carrier
from parsers.extract.decpages import read_policy
from parsers.extract.paperrows import Row, beside_or_beneath, rows_of
from parsers.extract.spoken import COMPANY, DATE
from parsers.values import TYPES, Context

KINDS = frozenset(
    {
        "bor_letter",
        "bor_rescission",
        "dec_page",
        "exmod_worksheet",
        "expiring_policy",
        "financial_statement",
        "inspection_report",
        "no_known_loss_letter",
        "signature_page",
        "w9",
    }
)
"""Kinds of paper read here."""
APPLICATIONS = frozenset({"carrier_app", "supplemental_app"})
"""Kinds whose labels are named here too; what else they ask is read by ``questions``."""
_POLICIES = frozenset({"dec_page", "expiring_policy"})
_KEYS = frozenset({"kinds", "field", "type", "label", "words", "top", "restricted"})
_FIRST_PAGES = 3
"""Pages of a long policy in which its facts stand."""
_ADDRESS = re.compile(r",?\s+(?:p\.?\s?o\.?\s+box\b|\d{1,6}\s+\w).*$", re.IGNORECASE)
_VALUE_ENDS = re.compile(r"\s{3,}|\s+[A-Z][\w/ ]{2,18}:\s")


class PapersError(ValueError):
    """The table of papers is wrong; the message names the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saying:
    """How one fact is said on papers of some kinds; ``top`` bounds the rows it is looked for in."""

    kinds: frozenset[str]
    field: str
    type: str
    label: re.Pattern[str] | None
    words: re.Pattern[str] | None
    top: int
    restricted: bool


def read_paper(document: ParsedDocument, kind: str, pages: tuple[int, int], as_of: date | None = None) -> Extraction:
    """Return the facts of a paper of one of ``KINDS``; whose it is stands in ``document_insured``."""
    last = min(pages[1], pages[0] + _FIRST_PAGES - 1) if kind in _POLICIES else pages[1]
    rows = rows_of(document, (pages[0], last))
    found = list(labelled_facts(rows, kind, as_of))
    if kind in _POLICIES:
        found += read_policy(rows, {one.field for one in found}, as_of)
    return Extraction(fields=tuple(found))


def labelled_facts(rows: Sequence[Row], kind: str, as_of: date | None) -> Iterator[FieldCandidate]:
    """Yield at most one candidate for each fact that papers of ``kind`` state, in the order of the table."""
    done: set[str] = set()
    joined = [*_singly(rows), *_in_pairs(rows)]
    for saying in _sayings():
        if kind in saying.kinds and saying.field not in done:
            item = next(_values(saying, rows, joined, as_of), None)
            if item:
                done.add(saying.field)
                yield item


def _singly(rows: Sequence[Row]) -> list[tuple[str, Location]]:
    """Return each row and, where it has several, its runs."""
    found: list[tuple[str, Location]] = []
    for row in rows:
        found += [(run.text, run.at) for run in row.runs] if len(row.runs) > 1 else []
        found.append((row.text, row.at))
    return found


def _in_pairs(rows: Sequence[Row]) -> list[tuple[str, Location]]:
    """Return each row with the one behind it: a sentence may be broken anywhere."""
    return [(f"{row.text} {after.text}", row.at) for row, after in pairwise(rows)]


def _values(
    saying: _Saying, rows: Sequence[Row], joined: Sequence[tuple[str, Location]], as_of: date | None
) -> Iterator[FieldCandidate]:
    seen = _by_label(saying, rows) if saying.label else _by_words(saying, rows, joined)
    for raw, at in seen:
        item = candidate(saying.field, raw, saying.type, method="text", at=at, context=Context(as_of=as_of))
        if item.value is not None and not (saying.top and saying.type == "insured" and names_a_carrier(raw)):
            yield replace(item, restricted=True) if saying.restricted else item


def _by_label(saying: _Saying, rows: Sequence[Row]) -> Iterator[tuple[str, Location]]:
    assert saying.label is not None  # noqa: S101 - asked for by _values
    for at, row in enumerate(rows[: saying.top or None]):
        for number, run in enumerate(row.runs):
            found = saying.label.match(run.text)
            if found is None:
                continue
            value = _VALUE_ENDS.split(found["v"], maxsplit=1)[0].strip(" :#")
            if value:
                yield _trimmed(saying, value), run.at
            elif other := beside_or_beneath(rows, at, number, _is_label):
                yield _trimmed(saying, other.text), other.at


def _is_label(text: str) -> bool:
    """Return whether a run is the label of some fact and nothing more."""
    return any((found := saying.label.match(text)) and not found["v"] for saying in _sayings() if saying.label)


def _by_words(
    saying: _Saying, rows: Sequence[Row], joined: Sequence[tuple[str, Location]]
) -> Iterator[tuple[str, Location]]:
    assert saying.words is not None  # noqa: S101 - asked for by _values
    for text, at in _singly(rows[: saying.top]) if saying.top else joined:
        if found := saying.words.search(text):
            yield _trimmed(saying, found["v"].strip()), at


def _trimmed(saying: _Saying, value: str) -> str:
    """Return a name without the address that is printed behind it."""
    return _ADDRESS.sub("", value).strip(" ,") if saying.type == "insured" else value


@cache
def _sayings() -> tuple[_Saying, ...]:
    """Return the sayings in their order; raises PapersError naming the entry of ``papers.toml`` that is wrong."""
    data = tomllib.loads((Path(__file__).parent / "papers.toml").read_text("utf-8"))
    return tuple(_saying(number, entry) for number, entry in enumerate(data["fact"], 1))


def _saying(number: int, entry: Mapping[str, object]) -> _Saying:
    where = f"papers.toml, fact {number}"
    kinds = frozenset(str(entry.get("kinds", "")).split())
    if unknown := (entry.keys() - _KEYS) | (kinds - KINDS - APPLICATIONS):
        raise PapersError(f"{where}: unknown keys or kinds {sorted(unknown)}")
    label, words = str(entry.get("label", "")), str(entry.get("words", ""))
    if entry["type"] not in TYPES or bool(label) == bool(words) or (words and "(?P<v>" not in words):
        raise PapersError(f"{where}: an unknown type, or not one of label and words with a value")
    return _Saying(
        kinds=kinds,
        field=str(entry["field"]),
        type=str(entry["type"]),
        label=re.compile(rf"^(?:\d{{1,2}}[.)]?\s+)?(?i:{label})(?:\s*[:#]\s*|\s+|$)(?P<v>.*)$") if label else None,
        words=re.compile(_filled(words)) if words else None,
        top=int(str(entry.get("top", 0))),
        restricted=bool(entry.get("restricted", False)),
    )


def _filled(words: str) -> str:
    return words.replace("{DATE}", f"(?i:{DATE})").replace("{COMPANY}", COMPANY)
