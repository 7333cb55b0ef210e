"""The text of a document as rows and their runs, with what stands beside and beneath a label.

A row is one visual line over the whole width; its runs stand apart from each other. Running text has one run a line, or
one for each of the columns that tabs part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from parsers.document import Box, Location, ParsedDocument, Word
from parsers.extract.grids import around
from parsers.extract.lines import lines_of, visual_lines

_GAP = 9.0
"""Points between words from which they belong to different runs."""
_BENEATH = 2.6
"""Line heights within which a value stands beneath its label."""
_COLUMNS = re.compile(r"\t+|\s{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What stands together in a row; ``box`` is None in running text."""

    text: str
    at: Location

    @property
    def box(self) -> Box | None:
        """Return the place on the page in points."""
        return self.at.box


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a document, its runs from left to right."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Return the whole line; three blanks part its runs."""
        return "   ".join(run.text for run in self.runs)

    @property
    def at(self) -> Location:
        """Return where the line stands."""
        boxes = [run.box for run in self.runs if run.box]
        return Location(page=self.runs[0].at.page, box=around(boxes)) if boxes else self.runs[0].at


def rows_of(document: ParsedDocument, pages: tuple[int, int]) -> tuple[Row, ...]:
    """Return the rows of ``pages`` (first and last, 1-based) from top to bottom; of sheets and text all rows."""
    found: list[Row] = []
    for page in document.pages:
        if pages[0] <= page.number <= pages[1]:
            found += [Row(runs=_runs(line, page.number)) for line in visual_lines(page)]
    if found:
        return tuple(found)
    return tuple(
        Row(runs=tuple(Run(text=part.strip(), at=line.at) for part in _COLUMNS.split(line.text) if part.strip()))
        for line in lines_of(document, pages)
        if line.text.strip()
    )


def _runs(line: Sequence[Word], page: int) -> tuple[Run, ...]:
    cut = [0, *(n for n in range(1, len(line)) if line[n].box[0] - line[n - 1].box[2] > _GAP), len(line)]
    return tuple(_run(line[first:last], page) for first, last in pairwise(cut))


def _run(words: Sequence[Word], page: int) -> Run:
    at = Location(page=page, box=around([word.box for word in words]))
    return Run(text=" ".join(word.text for word in words), at=at)


def beside_or_beneath(rows: Sequence[Row], at: int, run: int, is_label: Callable[[str], bool]) -> Run | None:
    """Return the run right of a label that stands alone, unless that is a label too; else the one beneath it."""
    row = rows[at]
    if run + 1 < len(row.runs) and not is_label(row.runs[run + 1].text):
        return row.runs[run + 1]
    label = row.runs[run]
    if label.box is None:
        following = rows[at + 1].runs if at + 1 < len(rows) else ()
        return following[0] if following else None
    for below in rows[at + 1 : at + 3]:
        for other in below.runs:
            if _under(label, other):
                return other
    return None


def _under(label: Run, other: Run) -> bool:
    if label.box is None or other.box is None or label.at.page != other.at.page:
        return False
    height = max(label.box[3] - label.box[1], 6.0)
    near = 0 <= other.box[1] - label.box[1] <= height * _BENEATH
    return near and other.box[0] < label.box[2] and other.box[2] > label.box[0]
