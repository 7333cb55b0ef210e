"""Lists that stand in a mail itself: a table in its text or on its HTML page becomes a document of its own.

Only new words count: a table that was quoted is not read again. Where a page's table stands among quoted and new words
is told by its text, with a mark in the place of each table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from classifiers import sheets
from classifiers.judgement import Classification
from intake import forwards, hypertext
from intake.forwards import Unwound
from intake.message import InboundMessage
from parsers import extract, sniff
from parsers.document import Extraction, ParsedDocument, Table
from parsers.extract import bodytables
from pipeline import kinds

AGENTS_RUN = "loss_summary_agent"
"""Claims listed in a mail are the agent's words, whatever carrier they name."""
INSURED = "named_insureds[0].name"
SURE_OF_A_NAME = 0.8
"""What a reply must say a name with before it counts as whose mail it is."""
_LEAST = 0.8
_TOP = 3
_GUARDS = frozenset({"loss_run", AGENTS_RUN})


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyList:
    """One list of a mail's own words, read like a file of that kind."""

    classification: Classification
    extraction: Extraction
    document: ParsedDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The lists of a mail, and its words without the lines they take."""

    lists: tuple[BodyList, ...]
    prose: str


def called(kind: str, number: int) -> str:
    """Return what people call a list in a mail; ``number`` counts the lists of the mail from 1."""
    return f"{kinds.label(kind)} in the e-mail" + (f" ({number})" if number > 1 else "")


def shown(message: InboundMessage) -> tuple[bytes, str]:
    """Return what a person is shown of a mail's own words, and its media type: its page, else its text."""
    if message.html and "<table" in message.html.lower():
        return message.html.encode("utf-8", "replace"), sniff.HTML
    return message.text.encode("utf-8", "replace"), sniff.TEXT


def sha256_of(message: InboundMessage) -> str:
    """Return the name of a mail's own words as a file."""
    return hashlib.sha256(shown(message)[0]).hexdigest()


def read_body(message: InboundMessage, unwound: Unwound, words: str, *, own_domain: str, as_of: date) -> Body:
    """Return the lists among the new words of a mail. ``words`` are those words as text."""
    drawn = bodytables.text_tables(words)
    tables = list(_on_page(message, unwound, own_domain))
    lists = tuple(_lists(tables, as_of))
    names = {table.name for one in lists for table in one.extraction.tables}
    more = (one for one in _lists([one.table for one in drawn], as_of) if _names(one).isdisjoint(names))
    return Body(lists=(*lists, *more), prose=bodytables.without(words, drawn))


def sure_of_the_insured(facts: Extraction) -> Extraction:
    """Return the facts of a reply: a company it names by the way does not make it another insured's."""
    kept = tuple(one for one in facts.fields if one.field != INSURED or one.confidence >= SURE_OF_A_NAME)
    return replace(facts, fields=kept)


def pieces(text: str, unwound: Unwound) -> tuple[tuple[bool, str], ...]:
    """Return the text in order, cut where new words and quoted ones meet; endings such as signatures are left out."""
    new = [(start, end, True) for start, end in unwound.new_ranges]
    old = [
        (each.start, each.end, False) for each in unwound.quoted if each.kind in ("prefix", "on_wrote", "header_block")
    ]
    return tuple((is_new, text[start:end]) for start, end, is_new in sorted(new + old))


def _names(one: BodyList) -> frozenset[str]:
    return frozenset(table.name for table in one.extraction.tables)


def _on_page(message: InboundMessage, unwound: Unwound, own_domain: str) -> Iterator[Table]:
    """Yield the tables of a mail's page that stand among its new or forwarded words."""
    if not message.html:
        return
    page = bodytables.page_tables(message.html)
    kept = [number for number, table in enumerate(page.tables) if _kind(table)]
    if not kept:
        return
    told = forwards.unwind(replace(message, text=hypertext.flatten(page.html)), own_domain=own_domain)
    new = told.new_text + told.forwarded_text * (unwound.kind == "forward")
    yield from (page.tables[number] for number in kept if bodytables.mark(number) in new)


def _lists(tables: Sequence[Table], as_of: date) -> Iterator[BodyList]:
    for table in tables:
        kind = _kind(table)
        if kind is None:
            continue
        document = ParsedDocument(sha256="", media_type=sniff.HTML, status="read", tables=(table,))
        found = extract.extract(document, kind=kind.kind, pages=(1, 1), as_of=as_of)
        if any(one.rows for one in found.tables):
            yield BodyList(classification=kind, extraction=replace(found, fields=()), document=document)


def _kind(table: Table) -> Classification | None:
    """Return what a table lists: by the headers that tell kinds of sheets apart, else by those of the lists we read."""
    if sheets.is_billing_sheet(table):
        return None
    known = sheets.match(table)
    if known:
        kind = AGENTS_RUN if known.kind in _GUARDS else known.kind
        return Classification(kind=kind, confidence=known.confidence, pages=(1, 1), cues=known.cues)
    named = bodytables.kind_of(table)
    if named is None or _is_guarded(table, named):
        return None
    return Classification(kind=named, confidence=_LEAST, pages=(1, 1))


def _is_guarded(table: Table, kind: str) -> bool:
    """Return whether a header stands in the first rows that tells the kind from what resembles it."""
    top = {" ".join(cell.text.casefold().split()) for row in table.rows[:_TOP] for cell in row}
    return any(word in top for family in sheets.families() if family.kind == kind for word in family.unless)
