"""Tell the ink of a form page apart: printed labels, boilerplate, values in their boxes, and what nobody can explain.

A value betrays itself by its font where it has one of its own, and by its place everywhere: it stands in a box to fill
and is no label. A page whose print is all in the form's own fonts is a blank one, however much of it lies in boxes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from parsers.document import Box, Page, Word
from parsers.extract.contents import (
    Content,
    crowded,
    join_overflowing,
    mark_beside,
    mark_clashing,
    mark_hidden,
    mark_overflowing,
    mark_wavering,
    part_wide,
    run_on,
)
from parsers.extract.edges import label_ends, typed_at_edges
from parsers.extract.fonts import Fonts
from parsers.extract.leftovers import settled
from parsers.extract.plan import Grid, Homes, Plan, in_any
from parsers.extract.siding import sided
from parsers.extract.snapping import snapped
from parsers.extract.ticking import is_tick, tick_marks, tick_words

_ANSWERS = frozenset("YN")
_FOOT = re.compile(r"ACORD[®™]? \d{1,4}( [A-Z]{2})? \(\d{4}/\d{2}\)|Page \d+ of \d+")


@dataclass(slots=True)
class Ink:
    """The ink of one page: what its boxes hold, and the boxes of words and marks that nothing explains."""

    contents: list[Content] = field(default_factory=list)
    stray_words: list[Box] = field(default_factory=list)
    stray_marks: list[Box] = field(default_factory=list)
    misfits: int = 0

    @property
    def against(self) -> Mapping[Box, str]:
        """The boxes of which it is not known what is meant, and why."""
        return {content.place.box: content.against for content in self.contents if content.against}


def read_ink(page: Page, plan: Plan) -> Ink:
    """Return what the boxes of a page hold and what on it stays unexplained; blank boxes are absent."""
    grid = Grid(plan.places)
    printed = plan.labels | feet(page.words)
    homes = {n: grid.home(word.box) for n, word in enumerate(page.words) if n not in printed}
    boilerplate = in_any(page.words, plan.prints)
    fonts = Fonts(page, plan, homes, boilerplate)
    if not plan.exact and fonts.known:
        answers = [page.words[n].box for n in homes if page.words[n].text in _ANSWERS]
        plan = replace(plan, places=sided(plan.places, answers))
        typed = [n for n in homes if fonts.is_foreign(n) and not fonts.is_symbol(n)]
        plan = replace(plan, places=snapped(plan.places, [page.words[n].box for n in typed]))
        grid = Grid(plan.places)
        inside = {n: grid.home(page.words[n].box) for n in typed}
        lost = [page.words[n].box for n, home in inside.items() if home is None and n not in boilerplate]
        plan = replace(plan, places=settled(plan.places, [home for home in inside.values() if home], lost))
        grid = Grid(plan.places)
        homes = {n: grid.home(page.words[n].box) for n in homes}
    contents = {id(place): Content(place) for place in plan.places}
    loose = _put_in_boxes(page.words, contents, homes, boilerplate, fonts, quiet=fonts.printed_in_boxes(homes, plan))
    if page.unseen or page.struck:
        mark_hidden(contents.values(), frozenset(page.unseen), frozenset(page.struck))
        unseen = frozenset(page.unseen)
        loose = [n for n in loose if n not in unseen]
    tick_words(page, fonts, contents.values(), loose)
    return _told_apart(page, fonts, grid, contents, loose, exact=plan.exact)


def _put_in_boxes(
    words: Sequence[Word],
    contents: Mapping[int, Content],
    homes: Homes,
    boilerplate: frozenset[int],
    fonts: Fonts,
    *,
    quiet: bool,
) -> list[int]:
    """Put the words that were typed into their boxes, and return those in no box that are not known to be print."""
    in_print = {n for n in homes if (quiet and fonts.is_print(n)) or fonts.is_running(n)}
    ends = label_ends(words, homes) if quiet else frozenset()
    # Only what is in the form's own fonts and yet in a box has to show that it was typed there.
    settled = typed_at_edges(words, homes) if any(homes[n] for n in in_print) else frozenset()
    loose: list[int] = []
    for n, home in homes.items():
        if n in ends or (n in boilerplate and not (home is not None and fonts.is_foreign(n))):
            continue
        if home is None:
            loose.append(n)
        elif n not in in_print or n in settled or is_tick(words[n], home):
            contents[id(home)].words.append(n)
    return loose


def _told_apart(
    page: Page, fonts: Fonts, grid: Grid, contents: Mapping[int, Content], loose: list[int], *, exact: bool
) -> Ink:
    ink = Ink()
    join_overflowing(page.words, contents.values())
    # Where the layout is not known, neither are the edges of its boxes, and nothing is accepted anyhow.
    if exact:
        mark_overflowing(page.words, contents, grid)
    else:
        part_wide(page.words, contents.values())
    rest = run_on(page.words, contents.values(), loose)
    ink.stray_words = [page.words[n].box for n in rest if not fonts.is_boilerplate(n)]
    if exact:
        mark_beside(ink.stray_words, contents, grid)
    ink.stray_marks = tick_marks(page.marks, grid, contents)
    ink.contents = [content for content in contents.values() if content.words or content.ticked]
    mark_clashing(page.words, ink.contents)
    mark_wavering(ink.contents)
    ink.misfits = len(ink.stray_words) + sum(crowded(page.words, content) for content in ink.contents)
    return ink


def feet(words: Sequence[Word]) -> frozenset[int]:
    """Return the words that name the form at the foot of its pages: ``ACORD 125 (2016/03)``, ``Page 1 of 4``."""
    found: set[int] = set()
    for n, word in enumerate(words):
        if word.text.startswith(("ACORD", "Page")):
            found.update(range(n, n + _foot(words, n)))
    return frozenset(found)


def _foot(words: Sequence[Word], start: int) -> int:
    """Return how many words from one on are the foot of a form page."""
    for size in (4, 5, 3):
        if _FOOT.fullmatch(" ".join(word.text for word in words[start : start + size])):
            return size
    return 0
