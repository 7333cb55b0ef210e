"""Find the ticked boxes of a page: by signs set as text, and by small drawn shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from parsers.document import Box, Mark, Page, Word
from parsers.extract.contents import Content
from parsers.extract.fonts import Fonts
from parsers.extract.plan import Grid, Place

_TICKS = frozenset("xX✓✔✗✘✕✖☑☒■●•◼√×")
_TICK_CODES = frozenset("34678lnu")
"""What text layers say for the signs of symbol fonts: tick, cross, disc, square, diamond."""
_PRINTED_SHARE, _PRINTED_LEAST = 0.6, 5
"""Filled squares along the edges of so many of a page's tick boxes are the boxes' own drawing."""
_EDGE = 1.0
"""Points by which the drawing of a box stands off its edges at most."""

Look = tuple[str, float, int]
"""What a mark in a box looks like: its shape, its width by the box's, its height in points."""


def is_tick(word: Word, home: Place) -> bool:
    """Return whether a word is a sign that ticks its box, in whatever font."""
    return home.kind == "check" and set(word.text) <= _TICKS


def tick_words(page: Page, fonts: Fonts, contents: Iterable[Content], loose: list[int]) -> None:
    """Turn the signs in tick boxes into ticks; other text in a tick box is put back among the loose words."""
    for content in contents:
        if content.place.kind != "check":
            continue
        for n in content.words:
            text = page.words[n].text
            if set(text) <= _TICKS or fonts.is_symbol(n) or (not fonts.known and text in _TICK_CODES):
                content.ticked = True
            else:
                loose.append(n)
        content.words = []


def tick_marks(marks: Sequence[Mark], grid: Grid, contents: Mapping[int, Content]) -> list[Box]:
    """Tick the boxes that hold a mark, and return the marks in no box at all that look like ticks."""
    inside: list[tuple[Mark, Place]] = []
    stray: list[Box] = []
    for mark in marks:
        home = grid.home(mark.box)
        if home is not None and home.kind == "check":
            inside.append((mark, home))
        elif home is None and mark.shape == "cross":
            stray.append(mark.box)
    drawn = _drawing(inside, sum(content.place.kind == "check" for content in contents.values()))
    for mark, home in inside:
        if _look(mark, home) not in drawn:
            contents[id(home)].ticked = True
    return stray


def _look(mark: Mark, home: Place) -> Look:
    wide, high = mark.box[2] - mark.box[0], mark.box[3] - mark.box[1]
    return mark.shape, round(wide / max(home.box[2] - home.box[0], 1.0), 1), round(high)


def _drawing(inside: Sequence[tuple[Mark, Place]], boxes: int) -> set[Look]:
    """Return the looks of marks that are how the boxes are drawn: squares along their edges, or in every one of them.

    Crosses and strokes are never the drawing of a box, however many of them there are: somebody ticked nearly all.
    """
    fills = [(mark, home) for mark, home in inside if mark.shape == "fill"]
    squares = {(_look(mark, home), id(home), _at_edges(mark.box, home.box)) for mark, home in fills}
    edges = Counter(look for look, _, at_edges in squares if at_edges)
    every = Counter(look for look, _ in {(look, home) for look, home, _ in squares})
    along = {look for look, count in edges.items() if count >= max(_PRINTED_LEAST, _PRINTED_SHARE * boxes)}
    return along | {look for look, count in every.items() if count >= max(_PRINTED_LEAST, boxes)}


def _at_edges(mark: Box, box: Box) -> bool:
    return all(abs(one - other) <= _EDGE for one, other in zip(mark, box, strict=True))
