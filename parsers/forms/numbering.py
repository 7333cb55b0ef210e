"""Questions by the numbers they are printed with: a layout never seen still counts them as its relatives do.

A question's own words are not kept, so no label holds its yes/no box. But the map of the form says which question of
which section it answers, and a number at the left margin of the page says where that question stands.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from parsers.document import Word
from parsers.forms.fitting import Affine, moved
from parsers.forms.geometry import Edition, FormPage, PlacedField
from parsers.forms.loader import form_map
from parsers.forms.names import resolve

_NUMBER = re.compile(r"(.*?)\s*\b(\d{1,2}[a-z]?)")
"""The label of a question in a form map: its section, where the form has several, and its number there."""
_PRINTED = re.compile(r"(\d{1,2}[a-zA-Z]?)[.)].*")
_MARGIN = 45.0
"""Numbers of questions stand so close to the left edge of a form, in points of it."""


class Question(NamedTuple):
    """A numbered question of a form page: its section and number, and the height of its yes/no box's middle."""

    section: str
    number: str
    middle: float


def questions_of(edition: Edition, page: FormPage) -> tuple[Question, ...]:
    """Return the numbered questions of a form page, in the order they stand on it."""
    labels = _numbers(edition.form)
    found = (_question(field, labels.get(resolve(field.name).elabel, "")) for field in page.fields if not field.hidden)
    return tuple(sorted((one for one in found if one), key=lambda one: one.middle))


def _question(field: PlacedField, label: str) -> Question | None:
    match = _NUMBER.fullmatch(label)
    return Question(match[1], match[2].lower(), (field.box[1] + field.box[3]) / 2) if match else None


@cache
def _numbers(form: str) -> dict[str, str]:
    """Return the label in the map of every yes/no box of a form."""
    fields = form_map(form)
    return {elabel: box.label for elabel, box in fields.fields.items() if box.type == "yn"} if fields else {}


class Bounds(NamedTuple):
    """Between which heights of the page a question stands, as far as labels around it were found, and where most
    likely, by the one above it."""

    low: float
    high: float
    likely: float


def numbered(
    words: Sequence[Word], questions: Sequence[Question], fit: Affine, left: float, bounds: Sequence[Bounds] = ()
) -> Iterator[tuple[int, int]]:
    """Yield pairs of a question's index and the index of the word that is its number on the page.

    A section is looked for among the runs of rising numbers at the left margin, ``left`` points from the form's edge:
    it is the run with most of its numbers between the labels they stand between (``bounds``, one a question, where
    labels were found) and none beyond them, the nearest where several are.
    """
    if not questions:
        return
    bounds = bounds or [Bounds(-math.inf, math.inf, moved(fit, 0.0, one.middle)[1]) for one in questions]
    runs = list(_runs(words, moved(fit, left + _MARGIN, 0.0)[0]))
    free = set(range(len(runs)))
    sizes = Counter(one.section for one in questions)
    for section in sorted(sizes, key=lambda name: (-sizes[name], name)):
        mine = {one.number: n for n, one in enumerate(questions) if one.section == section}
        best = max(((_likeness(runs[n], mine, words, bounds), n) for n in sorted(free)), default=None)
        if best and best[0][0] > 0:
            free.discard(best[1])
            yield from ((mine[number], at) for number, at in runs[best[1]] if number in mine)


_Run = Sequence[tuple[str, int]]


def _runs(words: Sequence[Word], margin: float) -> Iterator[_Run]:
    """Yield the numbers at the left margin from the top as runs in which they rise: number, index of its word."""
    run: list[tuple[str, int]] = []
    for number, index in _at_margin(words, margin):
        if run and _rank(number) <= _rank(run[-1][0]):
            yield run
            run = []
        run.append((number, index))
    if run:
        yield run


def _at_margin(words: Sequence[Word], margin: float) -> Iterable[tuple[str, int]]:
    found = [
        (match[1].lower(), n)
        for n, word in enumerate(words)
        if word.box[0] <= margin and (match := _PRINTED.fullmatch(word.text))
    ]
    return sorted(found, key=lambda one: (words[one[1]].box[1], one[0]))


def _rank(number: str) -> tuple[int, str]:
    digits = number.rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits), number[len(digits) :]


def _likeness(run: _Run, mine: dict[str, int], words: Sequence[Word], bounds: Sequence[Bounds]) -> tuple[int, float]:
    """Return how many numbers a run and a section share, none where the run goes on beyond it, and their nearness."""
    common = [(mine[number], (words[at].box[1] + words[at].box[3]) / 2) for number, at in run if number in mine]
    last = max(map(_rank, mine))
    if not common or any(_rank(number)[0] > last[0] for number, _ in run):
        return 0, 0.0
    off = sum(abs(middle - bounds[n].likely) for n, middle in common) / len(common)
    between = sum(bounds[n].low - _SLACK <= middle <= bounds[n].high + _SLACK for n, middle in common)
    if 2 * between < len(common) or (len(common) < min(_LEAST, len(mine)) and off > _RIGHT_THERE):
        return 0, 0.0
    return between, -off


_LEAST = 2
_RIGHT_THERE = 12.0
"""A single number of a section of several is one of it where it stands so near its place, in points."""
_SLACK = 6.0
