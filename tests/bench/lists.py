"""What reading long lists costs: beside pdfplumber and calamine, and by pages up to a thousand, with memory.

``python -m tests.bench lists``. Lists are those of ``fixtures.lists``; each length is read in a process of its own.
"""

from __future__ import annotations

import importlib
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers import pages
from fixtures import lists
from fixtures.lists import ListCase
from parsers import extract, registry
from parsers.document import ParsedDocument
from parsers.limits import Limits
from parsers.sniff import sniff
from tests.bench.cpu import cost

RUN_PAGES, SHEET_ROWS = 45, 50_000
LENGTHS = (10, 20, 45, 100, 200, 500, 1000)
TOLD = (45, 200, 1000)
STYLES = ("table", "harborline")
"""A report of one table, and one of ruled blocks by policy."""
MEMORY = 300_000_000
LINEAR = 1.5
"""A page of the longest run costs at most so many times a page of the shortest but one."""
UNLIMITED = Limits(cpu_seconds=1_000_000, wall_seconds=1_000_000)
BAR = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """One run of so many pages: processor seconds of reading and of meaning, and peak memory in bytes."""

    pages: int
    rows: int
    proven: bool
    reading: float
    meaning: float
    child_peak: int
    own_peak: int

    @property
    def each(self) -> float:
        """Return processor seconds a page."""
        return (self.reading + self.meaning) / self.pages


def main(runs: int, plot: Path | None = None) -> None:
    """Measure and print everything; ``plot`` is where the picture of the lengths goes."""
    for style in STYLES:
        _say(beside_pdfplumber(style, runs))
    _say(beside_calamine(max(1, runs // 5)))
    for style in STYLES:
        found = tuple(lengths(style))
        _say("\n".join(table_of(style, found)))
        if plot:
            plot.with_stem(f"{plot.stem}-{style}").write_text(drawing(style, found), "utf-8")


def beside_pdfplumber(style: str, runs: int) -> str:
    """Compare a run of 45 pages, read, classified and understood, with the tables of its pages by pdfplumber."""
    case = run_of(style, RUN_PAGES)
    ours = cost(lambda: product(case), runs=max(1, runs // 5))
    theirs = cost(lambda: _pdfplumber(case.file), runs=1)
    return _ratio(
        f"loss run of {case.pages} pages ({style}): pdfplumber extract_tables", ours, theirs, 5.0, faster=True
    )


def beside_calamine(runs: int) -> str:
    """Compare a workbook of 50,000 rows with its cells by calamine alone: only read, and understood as well."""
    case = next(lists.cases("tune", "vehicles", 1, style="xlsx", rows=SHEET_ROWS))
    theirs = cost(lambda: _calamine(case.file), runs=runs)
    name = f"workbook of {SHEET_ROWS:,} rows: calamine alone"
    read, whole = cost(lambda: _read(case), runs=runs), cost(lambda: product(case), runs=runs)
    return "\n".join(
        _ratio(f"{name}, {what}", ours, theirs, 2.0, faster=False)
        for what, ours in (("reading", read), ("rows understood", whole))
    )


def lengths(style: str) -> Iterator[Length]:
    """Yield what runs of each length cost, each in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="intake-bench-") as folder:
        warm = Path(folder) / "warm.pdf"
        warm.write_bytes(run_of(style, 2).file)
        for wanted in LENGTHS:
            path = Path(folder) / f"{style}-{wanted}.pdf"
            path.write_bytes(run_of(style, wanted).file)
            yield _once(path, warm)


def run_of(style: str, wanted: int) -> ListCase:
    """Return a loss run of so many pages, or of the several drawn the one that comes nearest."""
    found: list[ListCase] = []
    rows = 30 * wanted
    for _ in range(10):
        case = next(lists.cases("tune", "loss_run", 1, style=style, rows=rows))
        found.append(case)
        if case.pages == wanted:
            break
        rows = max(1, round(rows * wanted / case.pages)) + len(found)  # Each number of rows is drawn in its own layout.
    return min(found, key=lambda case: abs(case.pages - wanted))


def product(case: ListCase) -> int:
    """Read, classify and extract one file in this process; count the rows."""
    document = _read(case)
    rows = 0
    for kind in pages.classify(document, name=case.file_name):
        told = extract.extract(
            document, kind=kind.kind, pages=kind.pages, form=kind.form, edition=kind.edition, state=kind.state
        )
        rows += sum(len(table.rows) for table in told.tables)
    if rows < max(map(len, case.tables.values())):
        sys.stdout.write(f"  ! {case.name}: {rows} rows read of {max(map(len, case.tables.values()))}\n")
    return rows


def _read(case: ListCase) -> ParsedDocument:
    reader: Any = importlib.import_module(registry.READERS[sniff(case.file)][0])
    document: ParsedDocument = reader.read(case.file, case.file_name, UNLIMITED)
    return document


def table_of(style: str, found: Sequence[Length]) -> Iterator[str]:
    """Yield the lines people see of one style by length."""
    yield f"loss runs by length ({style}), each in a process of its own"
    heads = ("pages", "rows", "proven", "reading s", "meaning s", "ms a page", "child MB", "own MB")
    yield "".join(f"{head:>11}" for head in heads)
    most = max(one.each for one in found)
    for one in found:
        figures = (one.pages, one.rows, "yes" if one.proven else "no", f"{one.reading:.2f}", f"{one.meaning:.2f}")
        costs = (f"{1000 * one.each:.2f}", round(one.child_peak / 1e6), round(one.own_peak / 1e6))
        yield "".join(f"{figure:>11}" for figure in (*figures, *costs)) + f"  {'█' * round(BAR * one.each / most)}"
    grown = found[-1].each / found[1].each
    yield (
        f"a page of {found[-1].pages} costs {grown:.2f} times a page of {found[1].pages}, goal at most {LINEAR:g}: "
        f"{_met(grown <= LINEAR)}"
    )
    told = [one for one in found if _wanted(one) in TOLD]
    yield "by page, and by claim, as pages are filled differently: " + ", ".join(
        f"{1000 * one.each:.1f} ms and {1000 * one.each * one.pages / one.rows:.2f} ms at {one.pages} pages"
        for one in told
    )
    by_row = [one.each * one.pages / one.rows for one in told]
    yield f"a claim of the longest costs {by_row[-1] / by_row[0]:.2f} times one of the shortest of these"
    read, own = max(one.child_peak for one in found), max(one.own_peak for one in found)
    for what, peak in (("reading process", read), ("worker, its models among it,", own)):
        yield f"largest {what} {peak / 1e6:.0f} MB, goal at most {MEMORY / 1e6:.0f}: {_met(peak <= MEMORY)}"


def _wanted(one: Length) -> int:
    """Return the length that a run was asked for: the one nearest to what it has."""
    return min(LENGTHS, key=lambda pages: abs(pages - one.pages))


def drawing(style: str, found: Sequence[Length]) -> str:
    """Return processor seconds over pages as an SVG, with the straight line through the first lengths."""
    width, height, left, low = 640, 360, 60, 320
    seconds = [one.reading + one.meaning for one in found]
    across = (width - left - 20) / found[-1].pages
    up = (low - 30) / max(*seconds, found[1].each * found[-1].pages)
    spots = [(left + one.pages * across, low - spent * up) for one, spent in zip(found, seconds, strict=True)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    straight = low - found[1].each * found[-1].pages * up
    marks = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in spots)
    ticks = "".join(
        f'<text x="{x:.1f}" y="{low + 18}" text-anchor="middle">{one.pages}</text>'
        for (x, _), one in zip(spots, found, strict=True)
        if one.pages >= 100
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"'
        ' font-size="12">'
        f'<text x="{left}" y="18">{style}: processor seconds by pages; dashed: as a page of {found[1].pages}</text>'
        f'<path d="M{left} 30V{low}H{width - 20}" fill="none" stroke="#888"/>'
        f'<path d="M{left} {low}L{spots[-1][0]:.1f} {straight:.1f}" stroke="#888" stroke-dasharray="4 4"/>'
        f'<polyline points="{line}" fill="none" stroke="#046"/>{marks}{ticks}'
        f'<text x="{left - 6}" y="{spots[-1][1]:.1f}" text-anchor="end">{seconds[-1]:.1f} s</text></svg>\n'
    )


def _once(path: Path, warm: Path) -> Length:
    command = [sys.executable, "-m", "tests.bench.lists_once", str(path), str(warm)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    status, reason = told.pop("status"), told.pop("reason")
    if status != "read":
        sys.stdout.write(f"  ! {path.name} is {status}: {reason}\n")
    return Length(**told)


def _pdfplumber(content: bytes) -> int:
    import pdfplumber

    found = 0
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            found += len(page.extract_tables())
            page.close()
    return found


def _calamine(content: bytes) -> int:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def _ratio(name: str, ours: float, theirs: float, goal: float, *, faster: bool) -> str:
    value = theirs / ours if faster else ours / theirs
    met = value >= goal if faster else value <= goal
    words = "times faster, goal at least" if faster else "times, goal at most"
    return f"{name:<62}{1000 * ours:>9.0f} ms{1000 * theirs:>9.0f} ms{value:>8.2f} {words} {goal:g}: {_met(met)}"


def _met(is_met: bool) -> str:
    return "met" if is_met else "missed"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
