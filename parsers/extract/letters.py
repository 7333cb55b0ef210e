"""Papers in words: narratives, remarks, and the supplements and applications that carriers print themselves.

What they say in prose is read as a mail's body is; of what they ask, every answer is kept (``questions``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from parsers.document import Extraction, FieldCandidate, Location, ParsedDocument
from parsers.extract import papers, prose
from parsers.extract.candidates import candidate
from parsers.extract.lines import Line, lines_of
from parsers.extract.paperrows import rows_of
from parsers.extract.questions import read_questions
from parsers.values import TYPES, Context

KINDS: frozenset[str] = frozenset({"narrative", "acord_101"}) | papers.APPLICATIONS
"""Document kinds read here."""

_SHORT = 3
"""Letters a value needs before its repetition is no accident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """Where one field stands in a letter: an expression for a line, with the value as ``<v>``."""

    field: str
    type: str
    words: re.Pattern[str]


class LettersError(ValueError):
    """The table of letters is wrong; the message names the entry."""


@cache
def _patterns() -> tuple[_Pattern, ...]:
    """Return the entries of the table of letters; raises LettersError."""
    data = tomllib.loads((Path(__file__).parent / "letters.toml").read_text(encoding="utf-8"))
    return tuple(_pattern(entry) for entry in data["line"])


def _pattern(entry: Mapping[str, str]) -> _Pattern:
    words = re.compile(entry["words"], re.IGNORECASE)
    if entry["type"] not in TYPES or "v" not in words.groupindex:
        raise LettersError(f"letters.toml: line {entry['field']}: unknown type, or no value")
    return _Pattern(field=entry["field"], type=entry["type"], words=words)


def read_letter(document: ParsedDocument, kind: str, pages: tuple[int, int], as_of: date | None = None) -> Extraction:
    """Return what a letter or an unmapped application says; whose it is stands in ``document_insured``."""
    lines = lines_of(document, pages)
    if kind in papers.APPLICATIONS:
        named = list(papers.labelled_facts(rows_of(document, pages), kind, as_of))
        asked = read_questions(document, pages, as_of, known=[item.raw for item in named if len(item.raw) > _SHORT])
        found = [*named, *asked]
    else:
        found = list(_labelled(lines, as_of))
    text = "\n".join(line.text for line in lines)
    known = {item.field for item in found}
    found.extend(replace(item, at=_place(item, lines)) for item in _facts(text, as_of) if item.field not in known)
    return Extraction(fields=_once(found))


def _once(found: Sequence[FieldCandidate]) -> tuple[FieldCandidate, ...]:
    """Return the candidates with one for each field: a label says more than a question, a question more than prose."""
    kept: dict[str, FieldCandidate] = {}
    for item in found:
        kept.setdefault(item.field, item)
    return tuple(kept.values())


def _facts(text: str, as_of: date | None) -> Sequence[FieldCandidate]:
    """Return what the prose says, without the insured: a letter names many companies."""
    return [item for item in prose.read(text, as_of=as_of).fields if item.field != "named_insureds[0].name"]


def _place(item: FieldCandidate, lines: Sequence[Line]) -> Location:
    return next((line.at for line in lines if item.raw and item.raw in line.text), item.at)


def _labelled(lines: Sequence[Line], as_of: date | None) -> Iterator[FieldCandidate]:
    done: set[str] = set()
    for pattern in _patterns():
        if pattern.field not in done:
            item = next((item for line in lines if (item := _read_line(pattern, line, as_of))), None)
            if item:
                done.add(pattern.field)
                yield item


def _read_line(pattern: _Pattern, line: Line, as_of: date | None) -> FieldCandidate | None:
    found = pattern.words.search(line.text)
    if not found:
        return None
    context = Context(as_of=as_of)
    item = candidate(pattern.field, found["v"].strip(), pattern.type, method="text", at=line.at, context=context)
    return item if item.value is not None else None
