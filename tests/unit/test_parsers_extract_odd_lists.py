"""Lists drawn at random and then laid out as nobody foresaw: where rows are lost, the list is not proven."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

import pytest
from gridded import Cells, book, page, ruled, tabled
from gridded import printed as printed_on

from fixtures.lists.draws import plan
from fixtures.lists.schedule import printed
from parsers.document import ExtractedTable, Page, ParsedDocument, Table, Word
from parsers.extract.schedules import held_list

TODAY = date(2026, 11, 20)
TABLES = ("buildings", "drivers", "vehicles", "equipment", "class_rows", "prior_carriers")
Line = tuple[int, list[str]]
"""How many rows of the list stand on a line, and its cells."""


@dataclass(frozen=True)
class Sheet:
    """A list on its way to be laid out oddly: its heads, its lines, what stands on top and on further sheets."""

    heads: list[str]
    lines: tuple[Line, ...]
    top: tuple[Line, ...]
    more: tuple[tuple[Line, ...], ...] = ()

    @property
    def rows(self) -> int:
        return sum(count for part in (self.top, self.lines, *self.more) for count, _ in part)

    def sheets(self) -> list[list[list[str]]]:
        first = [*(cells for _, cells in self.top), self.heads, *(cells for _, cells in self.lines)]
        return [first, *([cells for _, cells in part] for part in self.more)]


def drawn(rng: random.Random, table: str) -> Sheet:
    done = plan(rng, "tune", table, rng.randrange(4, 14))
    lines = tuple((1, [printed(done, one, row[one.name]) for one in done.fields]) for row in done.rows)
    top: tuple[Line, ...] = ((0, [done.insured]), (0, [done.title]), (0, []))
    return Sheet(heads=[done.heads[one.name] for one in done.fields], lines=lines, top=top)


def cut(rng: random.Random, sheet: Sheet) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return the lines before and behind some place, at least one before."""
    at = rng.randrange(1, len(sheet.lines) + 1)
    return sheet.lines[:at], sheet.lines[at:]


def put_in(*cells: str) -> Callable[[random.Random, Sheet], Sheet]:
    def change(rng: random.Random, sheet: Sheet) -> Sheet:
        before, behind = cut(rng, sheet)
        return replace(sheet, lines=(*before, (0, list(cells)), *behind))

    return change


def headed_again(rng: random.Random, sheet: Sheet) -> Sheet:
    return put_in(*sheet.heads)(rng, sheet)


def in_part(rng: random.Random, sheet: Sheet) -> Sheet:
    """Leave but one to three cells of a row."""
    single = [index for index, (count, _) in enumerate(sheet.lines) if index and count == 1]
    if not single:
        return sheet
    at = rng.choice(single)
    count, cells = sheet.lines[at]
    some = rng.sample(range(len(cells)), min(len(cells), rng.choice((1, 1, 2, 3))))
    kept = {index for index in some if cells[index].casefold() not in ("", "-", "n/a", "none")}
    left = [text if index in kept else "" for index, text in enumerate(cells)]
    return replace(sheet, lines=(*sheet.lines[:at], (count if kept else 0, left), *sheet.lines[at + 1 :]))


def in_other_order(rng: random.Random, sheet: Sheet) -> Sheet:
    """Go on in other columns under a header of their own."""
    before, behind = cut(rng, sheet)
    order = rng.sample(range(len(sheet.heads)), len(sheet.heads))
    turned = tuple((count, [cells[at] for at in order if at < len(cells)]) for count, cells in behind)
    return replace(sheet, lines=(*before, (0, []), (0, [sheet.heads[at] for at in order]), *turned))


def under_unknown_heads(rng: random.Random, sheet: Sheet) -> Sheet:
    before, behind = cut(rng, sheet)
    heads = [f"Q{chr(97 + at)}x" for at in range(len(sheet.heads))]
    return replace(sheet, lines=before, more=(*sheet.more, ((0, heads), *behind)))


def without_heads(rng: random.Random, sheet: Sheet) -> Sheet:
    before, behind = cut(rng, sheet)
    return replace(sheet, lines=before, more=(*sheet.more, behind))


def narrower(rng: random.Random, sheet: Sheet) -> Sheet:
    before, behind = cut(rng, sheet)
    gone = rng.randrange(len(sheet.heads))
    part = tuple((count, [text for at, text in enumerate(cells) if at != gone]) for count, cells in behind)
    return replace(sheet, lines=before, more=(*sheet.more, part))


def aside(rng: random.Random, sheet: Sheet) -> Sheet:
    """Move the rest of the lines one column to the right."""
    before, behind = cut(rng, sheet)
    return replace(sheet, lines=(*before, *((count, ["", *cells]) for count, cells in behind)))


def side_by_side(rng: random.Random, sheet: Sheet) -> Sheet:
    half = (len(sheet.lines) + 1) // 2
    left, right = sheet.lines[:half], (*sheet.lines[half:], (0, []))
    if any(len(cells) != len(sheet.heads) for _, cells in sheet.lines):
        return sheet
    both = tuple((a + b, [*one, "", *other]) for (a, one), (b, other) in zip(left, right, strict=False))
    return replace(sheet, heads=[*sheet.heads, "", *sheet.heads], lines=both)


def above_the_header(rng: random.Random, sheet: Sheet) -> Sheet:
    before, behind = cut(rng, sheet)
    return replace(sheet, top=(*sheet.top, *before), lines=behind)


def without_a_head(rng: random.Random, sheet: Sheet) -> Sheet:
    at = rng.randrange(len(sheet.heads))
    return replace(sheet, heads=[*sheet.heads[:at], rng.choice(("", "Xyz")), *sheet.heads[at + 1 :]])


CHANGES: dict[str, Callable[[random.Random, Sheet], Sheet]] = {
    "a group": put_in("Houston terminal"),
    "a blank line": put_in(),
    "a page number": put_in("Page 1 of 2"),
    "a note": put_in("See the other schedule for details"),
    "the header again": headed_again,
    "a row in part": in_part,
    "other columns": in_other_order,
    "a sheet under unknown heads": under_unknown_heads,
    "a sheet without heads": without_heads,
    "a narrower sheet": narrower,
    "lines moved aside": aside,
    "lists beside each other": side_by_side,
    "rows above the header": above_the_header,
    "a column without a head": without_a_head,
}


def laid_out(seed: int) -> tuple[ExtractedTable, Sheet, list[str]]:
    rng = random.Random(seed)
    table = rng.choice(TABLES)
    sheet = drawn(rng, table)
    names = sorted(rng.sample(sorted(CHANGES), rng.randrange(1, 4)), key=lambda name: name == "a row in part")
    for name in names:
        sheet = CHANGES[name](rng, sheet) if sheet.lines else sheet
    return _read(sheet.sheets(), table, in_a_book=rng.random() < 0.5), sheet, [table, *names]


def _read(sheets: Sequence[list[list[str]]], table: str, *, in_a_book: bool) -> ExtractedTable:
    document = book(**{f"S{at}": rows for at, rows in enumerate(sheets)}) if in_a_book else tabled(*sheets)
    return held_list(document, table, (1, 9), TODAY)[0].tables[0]


def on_paper(rng: random.Random, sheets: Sequence[list[list[str]]], top: int) -> ParsedDocument:
    """Print sheets below each other with ruling lines, now and then without; lines of the title have none."""
    lengths = [max(len(row[at]) for rows in sheets for row in rows if at < len(row)) for at in range(_widest(sheets))]
    edges = list(accumulate((4.0 * max(length, 4) + 8 for length in lengths), initial=20.0))
    pages, tables, words, height = list[Page](), list[Table](), list[Word](), 30.0
    for number, rows in enumerate(sheets):
        drawn: list[tuple[float, Cells]] = []
        has_rules = number == 0 or rng.random() < 0.75
        for at, row in enumerate(rows):
            cells = tuple((edges[column] + 3, text) for column, text in enumerate(row) if text)
            words.extend(page((height, cells)).words)
            if has_rules and (at >= top or number) and (row or drawn):
                drawn.append((height, cells))
            height += 16
        if len(drawn) > 1:
            tables.append(ruled(drawn, edges, len(pages) + 1))
        height += 20
        if number == len(sheets) - 1 or rng.random() < 0.3:
            pages.append(Page(number=len(pages) + 1, width=edges[-1] + 20, height=height + 40, words=tuple(words)))
            words, height = [], 30.0
    return replace(printed_on(*pages), tables=tuple(tables))


def _widest(sheets: Sequence[list[list[str]]]) -> int:
    return max(len(row) for rows in sheets for row in rows)


@pytest.mark.parametrize("start", range(0, 300, 100))
def test_a_proven_print_has_all_its_rows_however_it_was_laid_out(start: int) -> None:
    proven = 0
    for seed in range(start, start + 100):
        rng = random.Random(seed)
        table = rng.choice(TABLES)
        sheet = drawn(rng, table)
        names = sorted(rng.sample(sorted(CHANGES), rng.randrange(3)), key=lambda name: name == "a row in part")
        for name in names:
            sheet = CHANGES[name](rng, sheet) if sheet.lines else sheet
        document = on_paper(rng, [rows for rows in sheet.sheets() if rows], len(sheet.top))
        found = held_list(document, table, (1, 9), TODAY)[0].tables[0]
        proven += found.proof.proven
        assert not found.proof.proven or len(found.rows) == sheet.rows, (seed, names, len(found.rows), sheet.rows)
        assert found.proof.proven or names, (seed, [check.name for check in found.proof.checks])
    assert proven > 40


@pytest.mark.parametrize("start", range(0, 1000, 100))
def test_a_proven_list_has_all_its_rows_however_it_was_laid_out(start: int) -> None:
    proven = 0
    for seed in range(start, start + 100):
        table, sheet, names = laid_out(seed)
        proven += table.proof.proven
        assert not table.proof.proven or len(table.rows) == sheet.rows, (seed, names, len(table.rows), sheet.rows)
    assert proven > 15


@pytest.mark.parametrize("name", ["a group", "a blank line", "a page number", "the header again", "other columns"])
def test_what_often_stands_among_rows_hides_none_and_leaves_most_lists_proven(name: str) -> None:
    read, proven = 0, 0
    for seed in range(40):
        rng = random.Random(seed)
        table = TABLES[seed % len(TABLES)]
        sheet = CHANGES[name](rng, drawn(rng, table))
        found = _read(sheet.sheets(), table, in_a_book=bool(seed % 2))
        read += len(found.rows) == sheet.rows
        proven += found.proof.proven
    assert (read, proven > 24) == (40, True), (read, proven)
