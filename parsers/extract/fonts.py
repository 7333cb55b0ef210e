"""Tell by its font whether a word of a form page is the form's own print."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence

from parsers.document import Page
from parsers.extract.plan import Homes, Plan

_SYMBOLS = re.compile(r"dingbat|wingding|webding|symbol|zadb", re.IGNORECASE)
_FONT = re.compile(r"(.*?)[ ]?(\d+(?:\.\d+)?)")
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_SMALL_PRINT = 7.6
"""Up to this size in points, text of a label's family outside all boxes is the form's own."""
_LARGE_PRINT = 8.5
_SENTENCES = 10
"""Words of one font outside all boxes from which on they are sentences of the form."""
_MANY_BOXES = 4
"""From this many boxes on, text in the labels' own font is typed and not printed."""


class Fonts:
    """Which fonts of a page are the form's own, by the labels found in them; nothing is, where fonts are not known."""

    def __init__(self, page: Page, plan: Plan, homes: Homes, boilerplate: Collection[int]) -> None:
        self._exact = plan.exact
        self.known = bool(page.fonts) and len(page.word_fonts) == len(page.words)
        self._of = page.word_fonts if self.known else ()
        self._split = [_family(font) for font in page.fonts]
        counts: Counter[int] = Counter()
        if self.known:
            counts.update(self._of[n] for n in plan.labels)
            if plan.exact:
                counts.update(self._of[n] for n in boilerplate)
        self._print = {font for font, count in counts.items() if count > 1}
        self._families = {self._split[font][0] for font in self._print}
        self._typed: set[int] = set()
        self._running = self._running_text(homes) - self._print if self.known else set()
        self._shared: frozenset[int] = frozenset()
        if not plan.exact:
            self._print |= self._running
            self._shared = _typed_in(page, homes, self._of) & {n for n in self._print if self._is_large(n)}
            self._print -= self._shared

    def _running_text(self, homes: Homes) -> set[int]:
        """Return the fonts of sentences of the form that no label is printed in.

        Where values are typed in a family of their own, all text in the labels' families is print. Else only small
        text is, of which much stands outside all boxes.
        """
        inside: Counter[int] = Counter()
        outside: Counter[int] = Counter()
        for n, home in homes.items():
            (outside if home is None else inside)[self._of[n]] += 1
        if not self._exact and (own := self._of_other_families(inside)):
            return own
        share = 0.33 if self._exact else 3.0
        return {
            font
            for font, count in outside.items()
            if count + inside[font] >= _SENTENCES
            and count * share >= inside[font]
            and self._split[font][0] in self._families
            and self._split[font][1] <= _SMALL_PRINT
        }

    def _of_other_families(self, inside: Counter[int]) -> set[int]:
        """Return the fonts of the labels' families, where most of what stands in boxes is of another; else none."""
        typed: Counter[str] = Counter()
        for font, count in inside.items():
            family, size = self._split[font]
            if font not in self._print and (size > _SMALL_PRINT or family not in self._families):
                typed[family] += count
        own = sum(count for family, count in typed.items() if family not in self._families)
        if own <= sum(typed.values()) - own:
            return set()
        values = {_face(family) for family in typed if family not in self._families}
        faces = {_face(family) for family in self._families} - values
        return {
            font
            for font, (family, size) in enumerate(self._split)
            if size <= _LARGE_PRINT and (family in self._families or _face(family) in faces)
        }

    def _is_large(self, font: int) -> bool:
        return self._split[font][1] > _SMALL_PRINT

    def is_print(self, index: int) -> bool:
        """Return whether a word is in a font the form itself is printed in."""
        return self.known and self._of[index] in self._print

    def is_running(self, index: int) -> bool:
        """Return whether a word is in a font of the form's sentences, in which values may be typed too."""
        return self.known and self._of[index] in self._running

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
        if not plan.exact or plan.printed_in:
            return True
        return not self._typed and len({id(home) for n, home in inside.items() if self.is_print(n)}) < _MANY_BOXES

    def is_boilerplate(self, index: int) -> bool:
        """Return whether a word outside all boxes is the form's own, as far as its font tells."""
        if not self.known:
            return True
        font = self._of[index]
        if font in self._print or font in self._shared:
            return True
        family, size = self._split[font]
        if self._exact:
            return family in self._families and size <= _SMALL_PRINT
        # Headings of another edition read otherwise, and are no values either.
        return font not in self._typed and _face(family) in {_face(other) for other in self._families}


def _typed_in(page: Page, homes: Homes, fonts: Sequence[int]) -> frozenset[int]:
    """Return the fonts in which texts begin at the edges of boxes: headings may be set as values are typed."""
    first: dict[tuple[int, int], tuple[float, float]] = {}
    for n, home in homes.items() if fonts else ():
        if home is not None and home.kind == "text":
            x = page.words[n].box[0]
            first[id(home), fonts[n]] = min(first.get((id(home), fonts[n]), (math.inf, 0.0)), (x, x - home.box[0]))
    boxes = Counter(font for _, font in first)
    begun = Counter(font for (_, font), (_, off) in first.items() if _BEGUN_FROM <= off <= _BEGUN_TO)
    return frozenset(font for font, count in boxes.items() if count >= _BOXES and begun[font] >= _BEGUN * count)


_BOXES, _BEGUN = 6, 0.6
_BEGUN_FROM, _BEGUN_TO = -2.5, 5.0
"""From so many boxes on a font is one that was typed in, where that share of its texts begins so near their edges."""


def _family(font: str) -> tuple[str, float]:
    match = _FONT.fullmatch(font)
    name, size = (match[1], float(match[2])) if match else (font, 0.0)
    return _SUBSET.sub("", name), size


def _face(family: str) -> str:
    """Return the name that a font's weights and slants have in common."""
    return re.split(r"[-,]", family)[0]
