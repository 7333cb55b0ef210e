"""Tell a form page by the names of its widgets, whatever is printed on it and however much of it is filled.

Data: ``fingerprints.json``, form → page → the names that stand on that form only, without occurrence letter; in the
names of agency systems every number is ``#``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

from parsers.forms.names import is_elabel, last_part, plain

_LETTER = re.compile(r"_[A-Z]{1,2}\d?$")
_DIGITS = re.compile(r"\d+")
EDITION_FIELD = "Form_EditionIdentifier_A"
CERTAIN_HITS = 5
"""From five names that no other form has, a coincidence is out of the question; two or three may be a stray copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The form a page's widgets belong to, the page of the form they stand on, and how many own names were seen."""

    kind: str
    page: int
    hits: int

    @property
    def confidence(self) -> float:
        """Return the confidence in [0, 1]."""
        return 0.99 if self.hits >= CERTAIN_HITS else 0.95


def match(names: Iterable[str]) -> Match | None:
    """Return the form the widget names of one page point to, or None when they point to none or to two alike.

    At least two names of the form's own are needed, and twice as many as of any other form.
    """
    places = _places()
    told = [place for stem in {_stem(name) for name in names} if (place := places.get(stem))]
    ranked = Counter([kind for kind, _ in told]).most_common(2)
    if not ranked or ranked[0][1] < 2 or (len(ranked) == 2 and ranked[1][1] * 2 > ranked[0][1]):
        return None
    kind, hits = ranked[0]
    pages = Counter(chain.from_iterable(pages for form, pages in told if form == kind))
    return Match(kind=kind, page=max(pages, key=lambda page: (pages[page], -page)), hits=hits)


@lru_cache(maxsize=8192)
def elabel(name: str) -> str:
    """Return a widget name without XFA path and index: ``F[0].P1[0].Producer_FullName_A[0]`` is the plain one.

    So is what merging programs leave of it: ``Producer_FullName_A+1``, or one behind the name of its document.
    """
    part = last_part(name)
    return part if is_elabel(part) else plain(name)


# Few forms make up most mail, and each brings the same few hundred names every time.
@lru_cache(maxsize=8192)
def _stem(name: str) -> str:
    stem = elabel(name)
    if stem.startswith("ACORD_"):
        stem = _DIGITS.sub("#", stem)
    return _LETTER.sub("", stem)


@lru_cache(maxsize=1)
def _places() -> dict[str, tuple[str, tuple[int, ...]]]:
    data = json.loads((Path(__file__).parent / "fingerprints.json").read_text("utf-8"))
    places: dict[str, tuple[str, tuple[int, ...]]] = {}
    for kind, pages in data.items():
        for page, stems in pages.items():
            for stem in stems:
                owner, before = places.get(stem, (kind, ()))
                if owner != kind:
                    raise ValueError(f"fingerprints.json: {stem} stands under {owner} and {kind}")
                places[stem] = (kind, (*before, int(page)))
    return places
