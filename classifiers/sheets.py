"""Tell what a sheet lists by the headers of its columns, wherever in the first rows they stand.

Data: ``headers.toml``. A sheet is compared with every family of headers; guards keep construction billing, fixed-asset
registers, fuel tax lists and pay registers from being taken for what they resemble.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from classifiers.judgement import Cue
from parsers.document import Cell, Table

HEADER_ROWS = 25
"""Rows searched for headers: a title block of 3-12 rows and filter criteria may stand above them."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9%]+")
_VALUED = re.compile(
    r"\b(?:(?:re)?e?valu(?:ed|ation|ated)|val\.?\s+(?:date|dt)|run (?:date|through|thru)|last updated)\b",
    re.I,
)
_REPORTED = re.compile(
    r"\b(?:as (?:of|at)|(?:data|current|information) (?:through|thru)|loss runs?"
    r"|(?:loss|claims?) (?:experience|detail|listing|activity))\b",
    re.I,
)
_RECAP = re.compile(
    r"\b(?:loss (?:history )?(?:summary|recap)|summary of losses|(?:prepared|compiled) by|per (?:the )?insured)\b",
    re.I,
)
_AGENCY = re.compile(r"(?!\s*(?:agency|agent|producer|broker)\b)[^:]*\bagency\b", re.I)
"""An agency in a letterhead; behind a label it is whose client the insured is, on carriers' runs too."""
_OF_SYSTEMS = frozenset({"claim_number", "reserve"})
"""Columns that lists typed in agencies do not have."""
_LIKELY = 0.85
_MANY_COLUMNS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The headers of one kind of sheet: header → column, the groups a sheet needs one of, how many, and the guards.

    ``cells`` are headers that name several things, with how most cells below must look to be of this kind.
    """

    kind: str
    headers: dict[str, str]
    needs: tuple[frozenset[str], ...]
    enough: int
    unless: frozenset[str]
    cells: dict[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMatch:
    """What a sheet lists, how sure, and the columns that say so."""

    kind: str
    confidence: float
    cues: tuple[Cue, ...]


def match(table: Table) -> SheetMatch | None:
    """Return what ``table`` lists by its headers, or None when no family fits."""
    best: tuple[int, int, Family, frozenset[str], int] | None = None
    for at, headers in _header_candidates(table):
        for family in families():
            columns = frozenset(_columns(family, table, at, headers))
            if _fits(family, columns) and (best is None or len(columns) > best[0]):
                best = (len(columns), len(headers), family, columns, at)
    if best is None:
        return None
    count, _, family, columns, at = best
    above = " ".join(cell.text for row in table.rows[: at + 2] for cell in row)
    if any(guard in f" {_plain(above)} " for guard in family.unless):
        return None
    confidence = min(0.8 + 0.04 * (count - family.enough + 1), 0.98)
    kind = family.kind
    if kind == "loss_run":
        kind, most = _summary_or_run([_first_cells(row) for row in table.rows[:at]], columns)
        confidence = min(confidence, most)
    return SheetMatch(kind=kind, confidence=confidence, cues=(Cue(how="vocabulary", what=", ".join(sorted(columns))),))


def is_run(table: Table, lines: Sequence[str]) -> bool:
    """Return whether a table lists claims by many of their columns, under ``lines`` as carriers head their runs."""
    found = match(table)
    if found is None or found.kind not in ("loss_run", "loss_summary_agent"):
        return False
    columns = frozenset(found.cues[0].what.split(", "))
    return len(columns) >= _MANY_COLUMNS and _summary_or_run(lines, columns) == ("loss_run", 1.0)


def _columns(family: Family, table: Table, at: int, headers: Mapping[str, int]) -> Iterator[str]:
    for header, index in headers.items():
        if header in family.headers and (header not in family.cells or _looks(family.cells[header], table, at, index)):
            yield family.headers[header]


def _looks(pattern: re.Pattern[str], table: Table, at: int, index: int) -> bool:
    """Return whether most cells below a header look as they must; a column without cells may be anything."""
    texts = [row[index].text.strip() for row in table.rows[at + 1 : at + 40] if index < len(row) and row[index].text]
    return 2 * sum(bool(pattern.fullmatch(text)) for text in texts) >= len(texts)


def is_billing_sheet(table: Table) -> bool:
    """Return whether a construction billing sheet stands here: it is called a schedule of values and is none."""
    top = _plain(" ".join(cell.text for row in table.rows[:HEADER_ROWS] for cell in row))
    signs = ("retainage", "scheduled value", "balance to finish", "complete", "stored")
    return sum(sign in top for sign in signs) >= 2


def _first_cells(row: Sequence[Cell]) -> str:
    return "  ".join(" ".join(cell.text.split()) for cell in row if cell.text)


def _summary_or_run(above: Sequence[str], columns: frozenset[str]) -> tuple[str, float]:
    """Return who made a list of claims, and how sure that is at most.

    Carriers print a valuation date, agents say whose summary it is. A bare export without a title block is taken as
    the carrier's, and so is a list of claim numbers and reserves whose title says nothing.
    """
    valued = any(map(_VALUED.search, above))
    if not valued and any(_RECAP.search(line) or _AGENCY.match(line) for line in above):
        return "loss_summary_agent", 1.0
    if valued or not above or any(map(_REPORTED.search, above)):
        return "loss_run", 1.0
    return ("loss_run" if columns >= _OF_SYSTEMS else "loss_summary_agent"), _LIKELY


def _fits(family: Family, columns: frozenset[str]) -> bool:
    return len(columns) >= family.enough and all(columns & group for group in family.needs)


def _header_candidates(table: Table) -> Iterator[tuple[int, dict[str, int]]]:
    """Yield each early row as plain headers with their columns, alone and joined with the row above it (merged)."""
    before: Sequence[Cell] = ()
    for at, row in enumerate(table.rows[:HEADER_ROWS]):
        plain = [_plain(cell.text) for cell in row]
        if sum(bool(text) for text in plain) >= 2:
            joined = [f"{_plain(up.text)} {text}".strip() for up, text in zip(before, plain, strict=False)]
            found: dict[str, int] = {}
            for texts in (plain, joined):
                for index, text in enumerate(texts):
                    found.setdefault(text, index)
            yield at, {text: index for text, index in found.items() if text}
        before = row


def _plain(text: str) -> str:
    spaced = _CAMEL.sub(" ", text).lower().replace("&", " and ")
    return " ".join(_NOT_WORD.sub(" ", spaced).split())


@lru_cache(maxsize=1)
def families() -> tuple[Family, ...]:
    """Return the header families; raises ValueError naming the entry of ``headers.toml`` that is wrong."""
    data = tomllib.loads((Path(__file__).parent / "headers.toml").read_text("utf-8"))
    return tuple(_family(position, entry) for position, entry in enumerate(data["family"], 1))


def _family(position: int, entry: dict[str, object]) -> Family:
    columns, needs, unless = entry["columns"], entry["needs"], entry["unless"]
    if not (isinstance(columns, dict) and isinstance(needs, list) and isinstance(unless, list)):
        raise ValueError(f"headers.toml, family {position}: columns, needs and unless have the wrong shape")
    for group in needs:
        if missing := set(group) - columns.keys():
            raise ValueError(f"headers.toml, family {position}: needs {sorted(missing)} without columns")
    cells = entry.get("cells", {})
    if not isinstance(cells, dict):
        raise ValueError(f"headers.toml, family {position}: cells is no table")
    headers: dict[str, str] = {}
    for column, variants in columns.items():
        for variant in variants:
            if headers.setdefault(variant, column) != column:
                raise ValueError(f"headers.toml, family {position}: {variant!r} stands under two columns")
    return Family(
        kind=str(entry["kind"]),
        headers=headers,
        needs=tuple(frozenset(group) for group in needs),
        enough=int(str(entry["enough"])),
        unless=frozenset(str(word) for word in unless),
        cells={header: re.compile(pattern) for header, pattern in cells.items()},
    )
