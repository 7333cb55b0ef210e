"""Schedules: statements of values, drivers, vehicles, equipment, payroll, prior carriers. Rows, and proof of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from parsers.document import (
    Defect,
    ExtractedTable,
    Extraction,
    ParsedDocument,
    Row,
)
from parsers.extract.accounting import hidden_lists, nameless_columns, other_lists, unread_rows, unread_words
from parsers.extract.blocks import blocks_of
from parsers.extract.booking import FREE, Block, Record, records
from parsers.extract.certificate import Evidence, PrintedCount, Scope, certify, law_of
from parsers.extract.grids import Grid
from parsers.extract.laws import AMOUNTS, amount_in
from parsers.extract.lines import lines_of
from parsers.extract.listed import Listed, kinds, listed
from parsers.extract.prints import Print, printed_list, unread_pages
from parsers.extract.sheetwise import sheet_grids
from parsers.extract.tally import Tally
from parsers.extract.typed import Typing, amounts_in, typed
from parsers.extract.whole import pages_printed
from parsers.extract.whoselist import names
from parsers.extract.wrapped import joined

TABLES = kinds()
"""Document kind → the table it holds."""

_FORMER = re.compile(
    r"\b(?:prior|previous|past|former)\s+(?:\w+\s+){0,2}(?:carriers?|insur\w+|coverages?|polic\w+)\b"
    r"|\b(?:carrier|coverage|insurance|policy|premium)\s+history\b",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(
    r"(?<![\d,.])(?:\$\s?)?0{3}['’]?s\b|\$\s?000\b|\(0{3}\)"
    r"|\bin\s+(?:\$\s*)?(?:0{3}['’]?s|thousands)\b|\bx\s?1,?000\b",
    re.IGNORECASE,
)

_WRONG = 3
"""Cells of a row that do not look like their columns from which on it is asked whether it is one."""
_AMOUNT = re.compile(r"\$\s?\d|\d,\d{3}\b|\d\.\d\d\b")
_TOTAL = re.compile(r"\W*(?:grand |sub-?)?totals?\b", re.IGNORECASE)


def read_schedule(document: ParsedDocument, kind: str, pages: tuple[int, int], as_of: date | None = None) -> Extraction:
    """Return the one table a schedule holds, all its sheets and pages together, and whose schedule it is."""
    return read_list(document, TABLES[kind], pages, as_of)


def read_list(document: ParsedDocument, name: str, pages: tuple[int, int], as_of: date | None = None) -> Extraction:
    """Return the table ``name`` as it stands in a document, and whose it is."""
    return held_list(document, name, pages, as_of)[0]


def prior_carriers_in(
    document: ParsedDocument, pages: tuple[int, int], as_of: date | None = None
) -> tuple[ExtractedTable, ...]:
    """Return the prior carriers that stand as a table in any paper or mail; none where there is no such table."""
    found = read_list(document, "prior_carriers", pages, as_of)
    return tuple(table for table in found.tables if table.rows)


def speaks_of_former_policies(document: ParsedDocument, pages: tuple[int, int]) -> bool:
    """Return whether a paper names former carriers: policies of today stand in tables of the same columns."""
    return any(_FORMER.search(line.text) for line in lines_of(document, pages))


def held_list(
    document: ParsedDocument, name: str, pages: tuple[int, int], as_of: date | None = None
) -> tuple[Extraction, Evidence]:
    """Return the table ``name`` of a document, and what the document offers to prove it."""
    sort = listed(name)
    laid = printed_list(document, pages, sort) if document.pages else None
    grids = laid.grids if laid else tuple(sheet_grids(document, pages, sort))
    found = Tally(sort=sort)
    for run in _runs(grids, paged=laid is not None):
        _read(run, Typing(listed=sort, as_of=as_of, scale=_scale(run[0])), found)
    scanned = any(page.scan for page in document.pages if pages[0] <= page.number <= pages[1])
    for defect in _passed_over(document, pages, grids, laid, sort):
        found.leave(defect)
    found.defects.extend(_doubts(sort, found))
    found.defects.extend(other_lists(document, pages, grids, sort) if laid is None else ())
    found.loose += _unnamed(grids) if scanned and name in AMOUNTS else 0
    evidence = _evidence(document, found, laid, scanned=scanned)
    table = ExtractedTable(name=name, rows=tuple(found.rows), proof=certify(name, found.rows, evidence))
    extraction = Extraction(fields=names(document, grids, pages), tables=(table,), defects=tuple(found.defects))
    return extraction, evidence


def _passed_over(
    document: ParsedDocument, pages: tuple[int, int], grids: Sequence[Grid], laid: Print | None, sort: Listed
) -> Iterator[Defect]:
    """Yield what may be rows and was read as none: lines beside the list, pages behind it, columns nobody named."""
    if laid:
        yield from unread_words(document, pages, laid.parts, sort)
        for page in unread_pages(document, pages, grids):
            said = f"{sort.name} page {page}: lines that were not read"
            yield Defect(reason="unclear", detail=said, page=page)
    else:
        yield from unread_rows(document, pages, grids, sort)
        yield from hidden_lists(document, sort)
    for grid in grids if laid is None or laid.ruled else ():
        for column in nameless_columns(grid):
            said = f"{sort.name}: figures in column {column + 1}, which has no head of its own"
            yield Defect(reason="unclear", detail=said)


def _unnamed(grids: Sequence[Grid]) -> int:
    """Return how many columns that are totalled mean nothing: on a picture their heads may have been misread."""
    found: set[tuple[int, int]] = set()
    for number, grid in enumerate(grids):
        for row in grid.body:
            if any(_TOTAL.match(cell.text) for cell in row):
                figures = {index for index, cell in enumerate(row) if _AMOUNT.search(cell.text)}
                found |= {(number, index) for index in figures - grid.columns.keys()}
    return len(found)


def _doubts(sort: Listed, found: Tally) -> Iterator[Defect]:
    if not found.rows:
        yield Defect(reason="no_rows", detail=sort.name)
    if "area" in sort.columns and _looks_like_thousands(found.rows):
        yield Defect(reason="ambiguous", detail=f"{sort.name}: values may be in thousands")


def _looks_like_thousands(rows: Sequence[Row]) -> bool:
    """Return whether most buildings are worth less than a dollar a square foot, which none is."""
    both = [(amount_in(row, "building_value"), amount_in(row, "area")) for row in rows if row.values.get("area")]
    told = [(value, area) for value, area in both if value and area]
    return len(told) > 1 and sum(value < area for value, area in told) * 2 > len(told)


def _evidence(document: ParsedDocument, found: Tally, laid: Print | None, *, scanned: bool) -> Evidence:
    name, drawn = found.sort.name, laid is None or laid.ruled
    return Evidence(
        counts=tuple(found.counts),
        sums=found.sums(),
        drawn={where: lines for where, lines in found.drawn.items() if lines} if drawn else {},
        figures=tuple(found.figures) if name in AMOUNTS else None,
        seen=found.seen(),
        numbered=_numbered(found.rows),
        law=law_of(name, found.rows),
        pages=pages_printed(document),
        left_over=found.loose,
        scanned=scanned,
        cut_by_reader=not drawn,
    )


def _runs(grids: Sequence[Grid], *, paged: bool) -> list[list[Grid]]:
    """Return grids that share their totals: the pages of a print, or one sheet."""
    if paged:
        return [list(grids)] if grids else []
    runs: dict[int, list[Grid]] = {}
    for grid in grids:
        runs.setdefault(id(grid.table), []).append(grid)
    return list(runs.values())


def _scale(grid: Grid) -> int:
    """Return 1000 where the lines above, the heads or the units say that amounts are in thousands."""
    said = [cell.text for row in (*grid.above, *grid.body[:2]) for cell in row if cell.text]
    return 1000 if any(_THOUSANDS.search(text) for text in (*said, *grid.heads)) else 1


def _read(run: Sequence[Grid], how: Typing, found: Tally) -> None:
    """Read the grids of one sheet or print, and hold their printed totals against the rows before them."""
    start, section = len(found.rows), len(found.rows)
    carried: dict[str, str] = {}
    amounts = frozenset(AMOUNTS.get(how.listed.name, ()))
    for grid in run:
        found.count_lines(grid)
    for record in _settled(run, how):
        if isinstance(record, Block):
            found.take_block(record)
            _with_place(record.cells, carried, how.listed)
            continue
        if record.role in ("row", "loose"):
            found.figures.extend(number for _, number in amounts_in(record, how, amounts))
        elif record.role != "blank":
            found.know(record.at)
        if record.role == "row":
            row, defects = _typed(record, how, carried)
            if not row.values or _is_alien(record, defects, how.listed):
                found.leave(_loose(record, how.listed), record.cells)
            else:
                found.take(row, defects)
        elif record.role == "place":
            carried.clear()
            carried.update(record.cells)
        elif record.role in ("total", "subtotal"):
            _total(record, how, found, start, section)
            section = len(found.rows)
        elif record.role in ("loose", "more"):
            found.leave(_loose(record, how.listed), record.cells if record.role == "loose" else None)
        elif record.role == "note" and (number := _counted(record, how.listed)) is not None:
            found.counts.append(PrintedCount(count=number, scope=Scope(start=start, end=len(found.rows))))


def _settled(run: Sequence[Grid], how: Typing) -> Iterator[Record]:
    """Yield the lines of a run; a line with nothing but a place is a row of its own unless rows without one follow."""
    held: Record | None = None
    for grid in run:
        for record in joined(records(grid, how.listed, blocks_of(grid, how)), how.listed):
            if held:
                under = record.role == "row" and "street" not in record.cells
                yield held if under else _as(held, "row")
                held = None
            if record.role == "place":
                held = record
            else:
                yield record
    if held:
        yield _as(held, "row")


def _as(record: Record, role: str) -> Record:
    return Record(role="row" if role == "row" else "place", cells=record.cells, texts=record.texts, at=record.at)


def _typed(record: Record, how: Typing, carried: dict[str, str]) -> tuple[Row, tuple[Defect, ...]]:
    cells = _with_place(record.cells, carried, how.listed) if how.listed.name == "buildings" else record.cells
    return typed(record, cells, how)


def _is_alien(record: Record, defects: Sequence[Defect], sort: Listed) -> bool:
    """Return whether nearly nothing of a row is what its columns hold: it belongs to some other list."""
    wrong = sum(defect.reason == "bad_format" for defect in defects)
    told = sum(sort.columns[name].type not in FREE for name in record.cells)
    figures = any(any(map(str.isdigit, text)) for text in record.cells.values())
    return wrong * 3 >= told * 2 and wrong >= (_WRONG if figures else _WRONG - 1)


def _with_place(cells: Mapping[str, str], carried: dict[str, str], sort: Listed) -> dict[str, str]:
    """Give a building under another the address of the row above, where only that one was written out."""
    own = dict(cells)
    if "street" in own:
        carried.clear()
        carried.update({name: own[name] for name in sort.place if name in own})
        return own
    same = "number" not in own or own["number"] == carried.get("number")
    return {**carried, **own} if same else own


def _total(record: Record, how: Typing, found: Tally, start: int, section: int) -> None:
    """Note the sums of a totals row; one that has sums and no rows to sum up belongs to rows that were not read."""
    sums = dict(amounts_in(record, how, frozenset(how.listed.summed)))
    if sums and not found.total(sums, part=record.role == "subtotal", start=start, section=section):
        found.leave(_loose(record, how.listed))


def _counted(record: Record, sort: Listed) -> int | None:
    found = sort.called.search(" ".join(text for text in record.texts if text))
    return int((found[1] or found[2]).replace(",", "")) if found else None


def _loose(record: Record, sort: Listed) -> Defect:
    where = record.at.cell or (f"page {record.at.page}" if record.at.page else "line")
    sheet = f"{record.at.sheet} " if record.at.sheet else ""
    what = "a line joined to the row above" if record.role == "more" else "a line that is no row"
    said = f"{sort.name} {sheet}{where}: {what}"
    return Defect(reason="unclear", detail=said, page=record.at.page, box=record.at.box)


def _numbered(rows: Sequence[Row]) -> str | None:
    """Return ``number`` where rows count from 1; other numbers prove nothing."""
    if len(rows) < 2 or rows[0].values.get("number") != "1":
        return None
    return "number" if len({row.values.get("number") for row in rows}) == len(rows) else None
