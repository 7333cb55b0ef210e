"""Put right what a page's text layer counts as words: words drawn twice, and texts of two boxes that touch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from parsers.document import Box, Page, Word
from parsers.extract.plan import Grid, Place, Plan, overlap

_AGAIN = 0.7
"""The same word whose box covers this share of another's is that other one, drawn again."""
_EARLY, _LATE = 1.5, 5.0
"""Points before and behind the left edge of a box between which typing in it begins."""

_Seam = tuple[int, float]


def drawn_once(page: Page) -> Page:
    """Return a page without the words drawn again over themselves, as for bold type or over a flattened field."""
    kept: list[int] = []
    seen: dict[str, list[Box]] = {}
    for n, word in enumerate(page.words):
        before = seen.setdefault(word.text, [])
        x0, top, x1, bottom = here = word.box
        over = [box for box in before if box[0] < x1 and x0 < box[2] and box[1] < bottom and top < box[3]]
        if not any(overlap(here, box) >= _AGAIN for box in over):
            before.append(here)
            kept.append(n)
    return page if len(kept) == len(page.words) else _only(page, kept)


def _only(page: Page, kept: Sequence[int]) -> Page:
    """Return a page with some of its words, by their places."""
    now = {n: place for place, n in enumerate(kept)}
    return replace(
        page,
        words=tuple(page.words[n] for n in kept),
        word_fonts=tuple(page.word_fonts[n] for n in kept) if page.word_fonts else (),
        word_confidences=tuple(page.word_confidences[n] for n in kept) if page.word_confidences else (),
        unseen=tuple(now[n] for n in page.unseen if n in now),
        struck=tuple(now[n] for n in page.struck if n in now),
        seams=tuple((now[n], sign, x) for n, sign, x in page.seams if n in now),
    )


def cut_behind_signs(page: Page) -> Page:
    """Return a page on which words are cut behind a sign where other text begins: labels that touch are two labels."""
    cuts = {n: (sign, x) for n, sign, x in page.seams if _two_labels(page.words[n].text, sign)}
    if not cuts:
        return page
    words, fonts, origins = list(page.words), list(page.word_fonts), list(range(len(page.words)))
    for n, (sign, x) in cuts.items():
        (x0, top, x1, bottom), text = page.words[n].box, page.words[n].text
        words[n] = Word(text[:sign], (x0, top, max(x, x0 + 1), bottom))
        words.append(Word(text[sign:], (x, top, x1, bottom)))
        fonts += [fonts[n]] if fonts else []
        origins.append(n)
    unseen, struck = frozenset(page.unseen), frozenset(page.struck)
    return replace(
        page,
        words=tuple(words),
        word_fonts=tuple(fonts),
        unseen=tuple(n for n, origin in enumerate(origins) if origin in unseen),
        struck=tuple(n for n, origin in enumerate(origins) if origin in struck),
        seams=(),
    )


def _two_labels(text: str, sign: int) -> bool:
    return text[sign - 1 : sign] in _SIGNS_BEHIND and text[sign : sign + 1].isalpha()


_SIGNS_BEHIND = ("#", "%", ")", ":")


def cut_at_edges(page: Page, plan: Plan) -> Page:
    """Return a page on which words that hold the texts of several boxes are cut where the text of the next one begins.

    The first part keeps its place among the words, the others follow behind all of them.
    """
    seams: dict[int, list[_Seam]] = defaultdict(list)
    for n, sign, x in page.seams:
        if n not in plan.labels:
            seams[n].append((sign, x))
    if not seams:
        return page
    grid = Grid(plan.places)
    words, fonts, origins = list(page.words), list(page.word_fonts), list(range(len(page.words)))
    for n, some in seams.items():
        first, *others = _parts(words[n], some, grid)
        words[n] = first
        words += others
        fonts += [fonts[n]] * len(others) if fonts else []
        origins += [n] * len(others)
    unseen, struck = frozenset(page.unseen), frozenset(page.struck)
    return replace(
        page,
        words=tuple(words),
        word_fonts=tuple(fonts),
        unseen=tuple(n for n, origin in enumerate(origins) if origin in unseen),
        struck=tuple(n for n, origin in enumerate(origins) if origin in struck),
        seams=(),
    )


def _parts(word: Word, seams: Sequence[_Seam], grid: Grid) -> list[Word]:
    """Return a word cut at the seams that stand where typing in another box begins; whole where none does."""
    x0, top, x1, bottom = word.box
    found: list[Word] = []
    start, left = 0, x0
    home = _home(grid, (x0, top, x0 + 2, bottom))
    for sign, x in sorted(seams):
        other = _home(grid, (x, top, x + 2, bottom))
        if other is None or other is home or not -_EARLY <= x - other.box[0] <= _LATE:
            continue
        found.append(Word(word.text[start:sign], (left, top, max(x, left + 1), bottom)))
        start, left, home = sign, x, other
    return [*found, Word(word.text[start:], (left, top, x1, bottom))]


def _home(grid: Grid, box: Box) -> Place | None:
    place = grid.home(box)
    return place if place is not None and place.kind == "text" else None
