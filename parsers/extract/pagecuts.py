"""A page without ruled lines → its stretches: what goes on from the page before, and one for each new header.

A list often ends in the middle of a page and the next begins there, with a title and a header of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import pairwise

from parsers.document import Page
from parsers.extract.headers import meanings, normalised
from parsers.extract.heads import Run, header_of, said
from parsers.extract.layout import lines_on
from parsers.extract.lines import visual_lines
from parsers.extract.listed import Listed
from parsers.extract.sheetwise import is_other_header

_DIGIT = re.compile(r"\d")
_HEADS = 3
_ROWS = 2
_APART = 3.0
"""Points by which the heads of one list may stand apart where they come again."""


def sections(page: Page, listed: Listed, *, going_on: bool) -> Iterator[Page]:
    """Yield the stretches of a page from top to bottom; the page itself where it has one header at most, on its top.

    A stretch under the header of a list of another sort is left out. ``going_on``: a list may go on above the header.
    """
    cuts = [] if page.scan else _cuts(page, listed, going_on=going_on)
    if not cuts:
        yield page
        return
    lines = visual_lines(page)
    for (start, of_another), (end, _) in pairwise([(0, False), *cuts, (len(lines), False)]):
        words = {id(word) for line in lines[start:end] for word in line}
        if words and not of_another:
            yield part_of_page(page, words)


def part_of_page(page: Page, kept: Set[int]) -> Page:
    """Return a page with some of its words, told by their identity."""
    words = tuple(word for word in page.words if id(word) in kept)
    return replace(page, words=words, word_fonts=(), word_confidences=())


def _cuts(page: Page, listed: Listed, *, going_on: bool) -> list[tuple[int, bool]]:
    """Return the lines at which a stretch begins, that of the title over its header, and whether it is of another."""
    runs, leading = lines_on(page)
    found: list[tuple[int, bool]] = []
    own: list[tuple[str, float]] | None = None
    skip = 0
    for index, line in enumerate(runs):
        if index < skip or len(line) < _HEADS or _figures(line):
            continue
        if is_other_header([said(run) for run in line], listed):
            found.append((_with_title(runs, index, skip), True))
            own, skip = [], index + 1
            continue
        heads, depth = _heads(runs[index : index + _ROWS + 1], listed, leading)
        if not heads:
            continue
        rows = going_on and any(len(other) >= _HEADS and _figures(other) for other in runs[skip:index])
        if rows if own is None else not _alike(heads, own):
            found.append((_with_title(runs, index, skip), False))
        own, skip = heads, index + depth
    return found


def _heads(runs: Sequence[Sequence[Run]], listed: Listed, leading: float) -> tuple[list[tuple[str, float]], int]:
    """Return the heads that begin in the first of some lines, each with its place, and over how many lines they go."""
    if sum(bool(meanings(said(run), listed.columns)) for run in runs[0]) < _ROWS:
        return [], 0
    header = header_of(runs, listed.columns, listed.enough, leading)
    if header is None or header[0]:
        return [], 0
    return [(normalised(said(run)), run[0].box[0]) for run in header[2]], header[1]


def _figures(line: Sequence[Run]) -> bool:
    return any(_DIGIT.search(word.text) for run in line for word in run)


def _with_title(runs: Sequence[Sequence[Run]], index: int, least: int) -> int:
    """Return where the title over a header begins: lines of one stretch of words right above it."""
    start = index
    while start > least and index - start < _ROWS and len(runs[start - 1]) == 1:
        start -= 1
    return start


def _alike(heads: Sequence[tuple[str, float]], own: Sequence[tuple[str, float]]) -> bool:
    """Return whether heads are the ones of before come again, at the same places."""
    return len(heads) == len(own) and all(
        one == other and abs(at - place) <= _APART for (one, at), (other, place) in zip(heads, own, strict=True)
    )
