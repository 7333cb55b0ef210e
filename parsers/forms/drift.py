"""Follow labels that stand elsewhere than on the known layout: blocks moved, rows higher, columns narrower.

An edition never seen keeps most labels of its relatives. What lies on the page is found label by label, outward from
the unmistakable ones, and every box then goes where its own label went.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from statistics import median
from typing import TypeVar

from parsers.forms.anchors import Hit, PageText, key, shortened
from parsers.forms.fitting import Affine, moved
from parsers.forms.laying import Laid, Sheet, one_each, pair_of

_PLAIN = 8
"""From this length on a label that stands once on form and page is the same label, wherever it went."""
HEADING = 9
"""From this length on such a label is believed wherever it stands."""
_WANDER = 45.0
"""How far a shorter one may have gone on its word alone."""
_REACH = 9.0
"""How far a label may be off its neighbours' common shift at first: less than a row, which is 12 points."""
_STRAY = 32.0
"""A short label farther off than this from all around it is another that reads alike."""
_WIDER = ((_REACH, 30.0), (_REACH, 60.0), (2 * _REACH, 60.0), (2 * _REACH, 140.0), (3 * _REACH, 900.0))
"""Reach and distance to the nearest found label, in the order they are tried."""
_ROUNDS = 20
SHORTEST_FOLLOWED = 2
"""Keys shorter than this stand everywhere, also near where a label went."""
_ENOUGH = 4
WITNESSES = 4
_APART = 2.5
"""Labels around a box that went apart by more than this leave its place in doubt."""

Shift = tuple[float, float]
T = TypeVar("T")


def follow(text: PageText, laid: Laid, taken: frozenset[int] = frozenset()) -> None:
    """Pair the labels that went elsewhere; words in ``taken`` belong to another form page.

    Blocks repeat, and a fit may have laid one over the next. So only what stands once is believed at first, and the
    rest is found from there outward.
    """
    sure = {n: hit for n, hit in laid.found.items() if _only(text, laid.sheet, n) == hit}
    sure.update(_in_order(text, laid.sheet, laid.fit, taken))
    fitting = laid.found
    if len(sure) >= _ENOUGH:
        laid.found = sure
    _settle(text, laid, taken)
    if len(laid.found) < min(_ENOUGH, len(fitting)):
        laid.found = dict(fitting)
    for reach, within in _WIDER:
        for _ in range(_ROUNDS):
            more = one_each(list(_nearby(text, laid, taken, reach * laid.scale, within)))
            if not more:
                break
            laid.found.update(more)
    laid.found.update(one_each(list(_reworded(text, laid, taken))))


def _reworded(text: PageText, laid: Laid, taken: frozenset[int]) -> Iterator[tuple[float, int, Hit]]:
    """Yield the labels before a line that are printed shorter or longer here: their first word stands where they would.

    Heads of columns are left alone: words of the next line of a head are too like them.
    """
    shifts = shifts_of(laid)
    used = taken.union(*(hit.words for hit in laid.found.values()))
    aside, off = _BESIDE * laid.scale, _OFF * laid.scale
    for n, anchor in enumerate(laid.sheet.anchors):
        first = next((found for word in anchor.label.text.split() if (found := key(word))), "")
        before = n not in laid.found and len(first) >= _WORD and anchor.label.text.endswith(":")
        near = nearest(laid.sheet, n, shifts, WITNESSES) if before else []
        if not near or _apart(laid.sheet, n, near[0]) > _CLOSE:
            continue
        shift = common([shifts[m] for m in near])
        x, y = moved(laid.fit, anchor.x, anchor.y)
        x, y = x + shift[0], y + shift[1]
        for index in text.near((x - aside, y - off, x + 8 * aside, y + off), 0.0):
            x0, top, x1, bottom = text.words[index].box
            said = key(text.words[index].text)
            alike = len(said) >= _WORD and (shortened(said, first) or shortened(first, said))
            alike = alike and text.words[index].text.endswith(":")
            if index not in used and alike and abs(x0 - x) <= aside:
                yield abs((top + bottom) / 2 - y), n, Hit(x0, (top + bottom) / 2, x1, (index,))


_WORD = 3
_BESIDE, _OFF, _CLOSE = 8.0, 14.0, 60.0
"""Points a reworded label may be off its place sideways and up or down, and its nearest found neighbour away."""


def _in_order(text: PageText, sheet: Sheet, fit: Affine, taken: frozenset[int]) -> Iterator[tuple[int, Hit]]:
    """Pair the labels that stand as often on the page as on the form, more than once: they come in the same order.

    Of blocks that stand under each other a page that breaks off has the first ones.
    """
    places: dict[str, list[int]] = {}
    for n, anchor in enumerate(sheet.anchors):
        if len(anchor.key) > 2 and sheet.counts[anchor.key] > 1:
            places.setdefault(anchor.key, []).append(n)
    paired: dict[str, list[tuple[int, Hit]]] = {}
    for wanted, mine in places.items():
        hits = [hit for hit in text.hits(wanted) if taken.isdisjoint(hit.words)]
        ordered = _reading(mine, [(sheet.anchors[n].x, sheet.anchors[n].y) for n in mine])
        pairs = list(zip(ordered, _reading(hits, [(hit.x0, hit.middle) for hit in hits]), strict=False))
        if all(abs(hit.x0 - moved(fit, sheet.anchors[n].x, sheet.anchors[n].y)[0]) <= _ASIDE for n, hit in pairs):
            if len(hits) == len(mine):
                yield from pairs
            elif 0 < len(hits) < len(mine):
                paired[wanted] = pairs
    yield from _first_blocks(sheet, places, paired)


def _first_blocks(
    sheet: Sheet, places: Mapping[str, Sequence[int]], paired: Mapping[str, Sequence[tuple[int, Hit]]]
) -> Iterator[tuple[int, Hit]]:
    """Yield the pairs of labels of blocks of which the page has fewer than the form.

    Most labels of a block say the same number of them, and stand to each other as on the form.
    """
    blocks: dict[tuple[int, int], list[str]] = {}
    for wanted, pairs in paired.items():
        xs = [sheet.anchors[n].x for n in places[wanted]]
        if max(xs) - min(xs) <= _COLUMN:
            blocks.setdefault((len(places[wanted]), len(pairs)), []).append(wanted)
    for (count, here), keys in blocks.items():
        others = sum(len(blocks.get((count, other), ())) for other in range(1, count) if other != here)
        downs = [[hit.middle - sheet.anchors[n].y for n, hit in paired[wanted]] for wanted in keys]
        level = [median(shifts) for shifts in zip(*downs, strict=True)]
        together = [
            wanted
            for wanted, shifts in zip(keys, downs, strict=True)
            if all(abs(one - other) <= _ROW for one, other in zip(shifts, level, strict=True))
        ]
        if len(together) >= max(_AGREEING, _MOSTLY * (len(keys) + others)):
            for wanted in together:
                yield from paired[wanted]


_COLUMN = 4.0
_AGREEING, _MOSTLY = 4, 0.7
"""So many labels of a block, and such a share of those seen, say how often it stands on the page."""


def _reading(things: Sequence[T], places: Sequence[tuple[float, float]]) -> list[T]:
    """Return things row by row, each row from left to right."""
    order = sorted(range(len(things)), key=lambda n: places[n][1])
    rows: list[list[int]] = []
    for n in order:
        if rows and places[n][1] - places[rows[-1][0]][1] <= _ROW:
            rows[-1].append(n)
        else:
            rows.append([n])
    return [things[n] for row in rows for n in sorted(row, key=lambda n: places[n][0])]


_ROW = 4.0
_ASIDE = 45.0
"""Columns go sideways by less than this."""


def _only(text: PageText, sheet: Sheet, n: int) -> Hit | None:
    """Return where a label stands that is once on the form and once on the page."""
    wanted = sheet.anchors[n].key
    return text.only(wanted) if sheet.counts[wanted] == 1 else None


def _nearby(
    text: PageText, laid: Laid, taken: frozenset[int], reach: float, within: float
) -> Iterator[tuple[float, int, Hit]]:
    """Yield the labels not yet found that stand within ``reach`` of where their neighbours' shift would put them.

    Only those are looked for that have a found neighbour ``within`` that distance on the form.
    """
    shifts = shifts_of(laid)
    used = taken.union(*(hit.words for hit in laid.found.values()))
    for n, anchor in enumerate(laid.sheet.anchors):
        if n in laid.found or len(anchor.key) < SHORTEST_FOLLOWED:
            continue
        near = nearest(laid.sheet, n, shifts, WITNESSES)
        if not near or _apart(laid.sheet, n, near[0]) > within:
            continue
        hits = [hit for hit in text.hits(anchor.key) if used.isdisjoint(hit.words)]
        if hits:
            ways = dict.fromkeys((common([shifts[m] for m in near]), shifts[near[0]]))
            x, y = moved(laid.fit, anchor.x, anchor.y)
            off, hit = min((max(abs(h.x0 - x - u), abs(h.middle - y - v)), h) for h in hits for u, v in ways)
            if off <= reach:
                yield off, n, hit


def _settle(text: PageText, laid: Laid, taken: frozenset[int]) -> None:
    """Take the unmistakable labels, and drop those that went another way than everything around them."""
    used = taken.union(*(hit.words for hit in laid.found.values()))
    for n, anchor in enumerate(laid.sheet.anchors):
        hit = _only(text, laid.sheet, n) if len(anchor.key) > 3 else None
        if n in laid.found or hit is None or not used.isdisjoint(hit.words):
            continue
        laid.found[n] = hit
        if len(anchor.key) < _PLAIN and laid.off(n) > _WANDER * laid.scale:
            del laid.found[n]
    shifts = shifts_of(laid)
    for n in list(laid.found):
        if _heads(text, laid, shifts, n):
            # Sections that change places go another way than those around them, and their headings with them.
            continue
        near = [shifts[m] for m in nearest(laid.sheet, n, shifts, 6)]
        if near and all(differ(shifts[n], other) > _STRAY * laid.scale for other in near):
            del laid.found[n]


def _heads(text: PageText, laid: Laid, shifts: Mapping[int, Shift], n: int) -> bool:
    """Return whether a label is unmistakable and stands in the column where it should."""
    if len(laid.sheet.anchors[n].key) < HEADING or _only(text, laid.sheet, n) != laid.found[n]:
        return False
    x = laid.sheet.anchors[n].x
    beside = [across for m, (across, _) in shifts.items() if abs(laid.sheet.anchors[m].x - x) <= _BAND]
    return abs(shifts[n][0] - median(beside)) <= _IN_COLUMN * laid.scale


_BAND, _IN_COLUMN = 60.0, 12.0
"""Labels so near to a column say how far it went to the side; one of it is off that by no more, in points."""


def shifts_of(laid: Laid) -> dict[int, Shift]:
    """Return for each found label how far it went from where the fit puts it."""
    shifts: dict[int, Shift] = {}
    for n, hit in laid.found.items():
        pair = pair_of(laid.sheet.anchors[n], hit)
        x, y = moved(laid.fit, pair.x, pair.y)
        shifts[n] = pair.to_x - x, pair.to_y - y
    return shifts


def differ(one: Shift, other: Shift) -> float:
    """Return by how many points two shifts are apart."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def _apart(sheet: Sheet, one: int, other: int) -> float:
    """Return how far two labels are apart on the form; a row holds together more than a column."""
    a, b = sheet.anchors[one], sheet.anchors[other]
    return abs(a.x - b.x) * 0.35 + abs(a.y - b.y)


_KEPT = 20000
"""Labels whose neighbours are remembered: those of all known form pages, and of what a few pages left of some."""


@lru_cache(maxsize=_KEPT)
def _order(sheet: Sheet, index: int) -> tuple[int, ...]:
    """Return all labels by how near they stand to one."""
    others = (n for n in range(len(sheet.anchors)) if n != index)
    return tuple(sorted(others, key=lambda n: (_apart(sheet, index, n), n)))


@lru_cache(maxsize=_KEPT)
def tried_near(sheet: Sheet, index: int, count: int, shortest: int) -> tuple[int, ...]:
    """Return the ``count`` labels nearest to one, other than it, whose keys are no shorter than ``shortest``."""
    others = (n for n in _order(sheet, index) if len(sheet.anchors[n].key) >= shortest)
    return tuple(itertools.islice(others, count))


def nearest(sheet: Sheet, index: int, shifts: Mapping[int, Shift], count: int) -> list[int]:
    """Return the ``count`` labels with a shift that stand nearest to one."""
    found: list[int] = []
    for n in _order(sheet, index):
        if n in shifts:
            found.append(n)
            if len(found) == count:
                break
    return found


def common(near: Sequence[Shift]) -> Shift:
    """Return the shift of the nearest label, or the middle one of three where the nearest two differ."""
    if len(near) > 2 and differ(near[0], near[1]) > _APART:
        return median(x for x, _ in near[:3]), median(y for _, y in near[:3])
    return near[0]
