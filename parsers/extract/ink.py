"""Tell the ink of a form page apart: printed labels, boilerplate, values in their boxes, and what nobody can explain.

A value betrays itself by its font where it has one of its own, and by its place everywhere: it stands in a box to fill
and is no label. A page whose print is all in the form's own fonts is a blank one, however much of it lies in boxes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from parsers.document import Box, Mark, Page, Word
from parsers.extract.edges import typed_at_edges
from parsers.extract.plan import Place, Plan
from parsers.extract.snapping import snapped

_TICKS = frozenset("xX✓✔✗✘✕✖☑☒■●•◼√×")
_TICK_CODES = frozenset("34678lnu")
"""What text layers say for the signs of symbol fonts: tick, cross, disc, square, diamond."""
_SYMBOLS = re.compile(r"dingbat|wingding|webding|symbol|zadb", re.IGNORECASE)
_FONT = re.compile(r"(.*?)[ ]?(\d+(?:\.\d+)?)")
_SUBSET = re.compile(r"^[A-Z]{6}\+")

_ROW = 12.0
_SLACK_X, _SLACK_Y = 2.5, 2.5
"""Points by which the middle of a word may lie outside its box."""
_CLEAR = 1.0
_SMALL_PRINT = 7.6
"""Up to this size in points, text of a label's family outside all boxes is the form's own."""
_LARGE_PRINT = 8.5
_SENTENCES = 10
"""Words of one font outside all boxes from which on they are sentences of the form."""
_SPACE = 0.75
"""Most room between words of one value, in heights of the text: what runs on behind a box is still its value."""
_MANY_BOXES = 4
"""From this many boxes on, text in the labels' own font is typed and not printed."""
_PRINTED_SHARE, _PRINTED_LEAST = 0.6, 5
"""Marks of one shape in so many of a page's tick boxes are the boxes' own drawing."""


@dataclass(slots=True)
class Content:
    """What stands in one box: the indices of its words, whether it is ticked, and what speaks against it."""

    place: Place
    words: list[int] = field(default_factory=list)
    ticked: bool = False
    doubts: float = 0.0


@dataclass(slots=True)
class Ink:
    """The ink of one page: what its boxes hold, and the boxes of words and marks that nothing explains."""

    contents: list[Content] = field(default_factory=list)
    stray_words: list[Box] = field(default_factory=list)
    stray_marks: list[Box] = field(default_factory=list)
    misfits: int = 0


def read_ink(page: Page, plan: Plan) -> Ink:
    """Return what the boxes of a page hold and what on it stays unexplained; blank boxes are absent."""
    grid = _Grid(plan.places)
    printed = plan.labels | feet(page.words)
    homes = {n: grid.home(word.box) for n, word in enumerate(page.words) if n not in printed}
    fonts = Fonts(page, plan, homes)
    if not plan.exact and fonts.known:
        typed = [n for n in homes if fonts.is_foreign(n) and not fonts.is_symbol(n)]
        plan = replace(plan, places=snapped(plan.places, [page.words[n].box for n in typed]))
        grid = _Grid(plan.places)
        homes = {n: grid.home(page.words[n].box) for n in homes}
    return _told_apart(page, plan, fonts, grid, homes)


def _told_apart(page: Page, plan: Plan, fonts: Fonts, grid: _Grid, homes: Homes) -> Ink:
    contents = {id(place): Content(place) for place in plan.places}
    ink = Ink()
    loose: list[int] = []
    quiet = fonts.printed_in_boxes(homes, plan)
    settled = typed_at_edges(page.words, homes) if quiet else frozenset()
    for n, home in homes.items():
        if _in_any(page.words[n].box, plan.prints) and not (home is not None and fonts.is_foreign(n)):
            continue
        if home is not None and (not (fonts.is_print(n) and quiet) or n in settled or _is_tick(page.words[n], home)):
            contents[id(home)].words.append(n)
        elif home is None:
            loose.append(n)
    _ticks_of_words(page, fonts, contents.values(), loose)
    rest = _run_on(page.words, contents.values(), loose)
    ink.stray_words = [page.words[n].box for n in rest if not fonts.is_boilerplate(n)]
    ink.stray_marks = _tick(page.marks, grid, contents)
    ink.contents = [content for content in contents.values() if content.words or content.ticked]
    ink.misfits = len(ink.stray_words) + sum(_crowded(page.words, content) for content in ink.contents)
    return ink


Homes = dict[int, Place | None]
"""Words by index, with the box each stands in."""


class Fonts:
    """Which fonts of a page are the form's own, by the labels found in them; nothing is, where fonts are not known."""

    def __init__(self, page: Page, plan: Plan, homes: Homes) -> None:
        self._exact = plan.exact
        self.known = bool(page.fonts) and len(page.word_fonts) == len(page.words)
        self._of = page.word_fonts if self.known else ()
        self._split = [_family(font) for font in page.fonts]
        counts: Counter[int] = Counter()
        if self.known:
            counts.update(self._of[n] for n in plan.labels)
            if plan.exact:
                counts.update(self._of[n] for n, word in enumerate(page.words) if _in_any(word.box, plan.prints))
        self._print = {font for font, count in counts.items() if count > 1}
        self._families = {self._split[font][0] for font in self._print}
        self._typed: set[int] = set()
        if not plan.exact and self.known:
            self._print |= self._running_text(homes)

    def _running_text(self, homes: Homes) -> set[int]:
        """Return the fonts of sentences of the form that no label is printed in.

        Where values are typed in a family of their own, all text in the labels' families is print. Else only small
        text is, of which much stands outside all boxes.
        """
        inside: Counter[int] = Counter()
        outside: Counter[int] = Counter()
        for n, home in homes.items():
            (outside if home is None else inside)[self._of[n]] += 1
        typed: Counter[str] = Counter()
        for font, count in inside.items():
            family, size = self._split[font]
            if font not in self._print and (size > _SMALL_PRINT or family not in self._families):
                typed[family] += count
        own = sum(count for family, count in typed.items() if family not in self._families)
        if own > sum(typed.values()) - own:
            values = {_face(family) for family in typed if family not in self._families}
            faces = {_face(family) for family in self._families} - values
            return {
                font
                for font, (family, size) in enumerate(self._split)
                if size <= _LARGE_PRINT and (family in self._families or _face(family) in faces)
            }
        return {
            font
            for font, count in outside.items()
            if count + inside[font] >= _SENTENCES
            and 3 * count >= inside[font]
            and self._split[font][0] in self._families
            and self._split[font][1] <= _SMALL_PRINT
        }

    def is_print(self, index: int) -> bool:
        """Return whether a word is in a font the form itself is printed in."""
        return self.known and self._of[index] in self._print

    def is_foreign(self, index: int) -> bool:
        """Return whether a word is certainly in no font of the form's own."""
        return self.known and self._of[index] not in self._print

    def is_symbol(self, index: int) -> bool:
        """Return whether a word is in a font of signs."""
        return self.known and _SYMBOLS.search(self._split[self._of[index]][0]) is not None

    def printed_in_boxes(self, homes: Homes, plan: Plan) -> bool:
        """Return whether text in the form's own fonts inside boxes is print too, and note the fonts of values.

        On a known layout all print is known, so it is only where nothing else was typed and few boxes are touched.
        """
        if not self.known:
            return False
        inside = {n: home for n, home in homes.items() if home is not None and home.kind == "text"}
        self._typed = {self._of[n] for n in inside} - self._print
        if not plan.exact:
            return True
        return not self._typed and len({id(home) for n, home in inside.items() if self.is_print(n)}) < _MANY_BOXES

    def is_boilerplate(self, index: int) -> bool:
        """Return whether a word outside all boxes is the form's own, as far as its font tells."""
        if not self.known:
            return True
        font = self._of[index]
        if font in self._print:
            return True
        family, size = self._split[font]
        if self._exact:
            return family in self._families and size <= _SMALL_PRINT
        # Headings of another edition read otherwise, and are no values either.
        return font not in self._typed and _face(family) in {_face(other) for other in self._families}


def _family(font: str) -> tuple[str, float]:
    match = _FONT.fullmatch(font)
    name, size = (match[1], float(match[2])) if match else (font, 0.0)
    return _SUBSET.sub("", name), size


def _face(family: str) -> str:
    """Return the name that a font's weights and slants have in common."""
    return re.split(r"[-,]", family)[0]


class _Grid:
    """Boxes by the rows of a page, so that a word looks at few of them."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._rows: dict[int, list[Place]] = defaultdict(list)
        for place in places:
            for row in range(int((place.box[1] - _SLACK_Y) // _ROW), int((place.box[3] + _SLACK_Y) // _ROW) + 1):
                self._rows[row].append(place)

    def home(self, box: Box) -> Place | None:
        """Return the box to fill in which the middle of a word or mark lies, the closest one where several do."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        best: tuple[float, float, Place] | None = None
        for place in self._rows.get(int(y // _ROW), ()):
            x0, top, x1, bottom = place.box
            across, down = max(x0 - x, x - x1, 0.0), max(top - y, y - bottom, 0.0)
            if across <= _SLACK_X and down <= _SLACK_Y:
                # Inside beats beside; of nested boxes the smaller one is meant.
                rank = across + down, (x1 - x0) * (bottom - top)
                if best is None or rank < best[:2]:
                    best = *rank, place
        return best[2] if best else None


def feet(words: Sequence[Word]) -> frozenset[int]:
    """Return the words that name the form at the foot of its pages: ``ACORD 125 (2016/03)``, ``Page 1 of 4``."""
    found: set[int] = set()
    for n, word in enumerate(words):
        size = _foot(words, n) if word.text.startswith(("ACORD", "Page")) else 0
        found.update(range(n, n + size))
    return frozenset(found)


def _foot(words: Sequence[Word], start: int) -> int:
    """Return how many words from one on are the foot of a form page."""
    for size in (4, 5, 3):
        if _FOOT.fullmatch(" ".join(word.text for word in words[start : start + size])):
            return size
    return 0


_FOOT = re.compile(r"ACORD[®™]? \d{1,4}( [A-Z]{2})? \(\d{4}/\d{2}\)|Page \d+ of \d+")


def _in_any(box: Box, prints: Sequence[Box]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(place[0] - 1 <= x <= place[2] + 1 and place[1] - 1 <= y <= place[3] + 1 for place in prints)


def _is_tick(word: Word, home: Place) -> bool:
    """Return whether a word is a sign that ticks its box, in whatever font."""
    return home.kind == "check" and set(word.text) <= _TICKS


def _ticks_of_words(page: Page, fonts: Fonts, contents: Iterable[Content], loose: list[int]) -> None:
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


def _run_on(words: Sequence[Word], contents: Iterable[Content], loose: list[int]) -> list[int]:
    """Add to each box the words that run on behind its right edge, and return the words left over."""
    rest = sorted(loose, key=lambda n: words[n].box[0])
    last: list[tuple[Box, Content]] = [
        (max((words[n].box for n in content.words), key=lambda box: box[2]), content)
        for content in contents
        if content.words and content.place.kind == "text"
    ]
    left: list[int] = []
    for n in rest:
        box = words[n].box
        high = box[3] - box[1]
        for place, (end, content) in enumerate(last):
            level = abs((end[1] + end[3]) - (box[1] + box[3])) / 2
            if level <= 0.2 * high and -1.0 <= box[0] - end[2] <= _SPACE * high:
                content.words.append(n)
                content.doubts += 0.05
                last[place] = (box, content)
                break
        else:
            left.append(n)
    return left


def _tick(marks: Sequence[Mark], grid: _Grid, contents: dict[int, Content]) -> list[Box]:
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


Look = tuple[str, float, int]


def _look(mark: Mark, home: Place) -> Look:
    wide, high = mark.box[2] - mark.box[0], mark.box[3] - mark.box[1]
    return mark.shape, round(wide / max(home.box[2] - home.box[0], 1.0), 1), round(high)


def _drawing(inside: Sequence[tuple[Mark, Place]], boxes: int) -> set[Look]:
    """Return the looks of marks that stand in most tick boxes of the page: they are how the boxes are drawn."""
    counts = Counter(look for look, _ in {(_look(mark, home), id(home)) for mark, home in inside})
    return {look for look, count in counts.items() if count >= max(_PRINTED_LEAST, _PRINTED_SHARE * boxes)}


def _crowded(words: Sequence[Word], content: Content) -> bool:
    """Return whether a box for one line holds several, which says that the box is not the one the text was typed in."""
    if content.place.multiline or not content.words:
        return False
    levels = [(words[n].box[1] + words[n].box[3]) / 2 for n in content.words]
    return max(levels) - min(levels) > 0.6 * (words[content.words[0]].box[3] - words[content.words[0]].box[1])


def text_of(words: Sequence[Word], content: Content) -> str:
    """Return the words of a box line by line; the lines of a box for one line are joined by spaces."""
    lines: list[list[int]] = []
    for n in sorted(content.words, key=lambda n: (words[n].box[1] + words[n].box[3], words[n].box[0])):
        box = words[n].box
        if lines:
            other = words[lines[-1][0]].box
            if abs((box[1] + box[3]) - (other[1] + other[3])) / 2 <= 0.5 * (other[3] - other[1]):
                lines[-1].append(n)
                continue
        lines.append([n])
    said = (" ".join(words[n].text for n in sorted(line, key=lambda n: words[n].box[0])) for line in lines)
    return ("\n" if content.place.multiline else " ").join(said)
