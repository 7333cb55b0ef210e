"""Papers around a submission: narrative, mod worksheet, no-loss letter, supplement, declarations. A few fields each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from parsers.document import Extraction, FieldCandidate, Location, ParsedDocument
from parsers.extract import prose
from parsers.extract.candidates import candidate
from parsers.extract.grids import tables_on
from parsers.extract.lines import Line, lines_of
from parsers.extract.spoken import DATE
from parsers.values import TYPES, Context

PROSE = frozenset({"narrative", "acord_101", "supplemental_app"})
KINDS: frozenset[str] = PROSE | {"exmod_worksheet", "no_known_loss_letter", "dec_page"}
"""Document kinds read here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """Where one field stands: an expression for a line or for a question, and the kind of paper it holds for."""

    kind: str
    field: str
    type: str
    words: re.Pattern[str]


class LettersError(ValueError):
    """The table of letters is wrong; the message names the entry."""


@cache
def _patterns(part: str) -> tuple[_Pattern, ...]:
    """Return the ``line`` or ``answer`` entries of the table of letters; raises LettersError."""
    data = tomllib.loads((Path(__file__).parent / "letters.toml").read_text(encoding="utf-8"))
    return tuple(_pattern(entry, part) for entry in data[part])


def _pattern(entry: Mapping[str, str], part: str) -> _Pattern:
    words = re.compile(entry["words"].replace("{DATE}", DATE), re.IGNORECASE)
    kind = entry.get("kind", "any")
    if entry["type"] not in TYPES or kind not in KINDS | {"any"} or (part == "line" and "v" not in words.groupindex):
        raise LettersError(f"letters.toml: {part} {entry['field']}: unknown type or kind, or no value")
    return _Pattern(kind=kind, field=entry["field"], type=entry["type"], words=words)


def read_letter(document: ParsedDocument, kind: str, pages: tuple[int, int], as_of: date | None = None) -> Extraction:
    """Return the labelled facts of a letter; whose it is stands in ``document_insured``."""
    lines = lines_of(document, pages)
    found = [*_labelled(kind, lines, as_of), *_answers(document, pages, as_of)]
    if kind in PROSE:
        text = "\n".join(line.text for line in lines)
        known = {item.field for item in found}
        found.extend(replace(item, at=_place(item, lines)) for item in _facts(text, as_of) if item.field not in known)
    return Extraction(fields=tuple(found))


def _facts(text: str, as_of: date | None) -> Sequence[FieldCandidate]:
    """Return what the prose says, without the insured: a letter names many companies."""
    return [item for item in prose.read(text, as_of=as_of).fields if item.field != "named_insureds[0].name"]


def _place(item: FieldCandidate, lines: Sequence[Line]) -> Location:
    return next((line.at for line in lines if item.raw and item.raw in line.text), item.at)


def _labelled(kind: str, lines: Sequence[Line], as_of: date | None) -> Iterator[FieldCandidate]:
    done: set[str] = set()
    for pattern in _patterns("line"):
        if pattern.kind in {kind, "any"} and pattern.field not in done:
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


def _answers(document: ParsedDocument, pages: tuple[int, int], as_of: date | None) -> Iterator[FieldCandidate]:
    """Yield known questions of a supplement from its two-column tables."""
    context = Context(as_of=as_of)
    for table in tables_on(document, pages):
        for row in table.rows:
            if len(row) < 2 or not row[1].text.strip():
                continue
            for pattern in _patterns("answer"):
                if pattern.words.search(row[0].text):
                    text, at = row[1].text.strip(), row[1].at
                    yield candidate(pattern.field, text, pattern.type, method="table", at=at, context=context)
