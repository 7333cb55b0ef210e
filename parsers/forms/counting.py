"""Find the numbers of a form page's questions on the page it is laid over."""

from __future__ import annotations

import math

from parsers.forms.anchors import PageText
from parsers.forms.fitting import moved
from parsers.forms.laying import SHORT_KEY, Laid
from parsers.forms.numbering import Bounds, Question, numbered

_LEFT = 22.0
"""Where the print of a form begins, in points of it; there stand the numbers of questions."""


def count(text: PageText, laid: Laid) -> None:
    """Find the numbers of the questions of a form page."""
    questions = laid.sheet.questions
    left = min((anchor.x for anchor in laid.sheet.anchors), default=_LEFT)
    for n, index in numbered(text.words, questions, laid.fit, left, [_bounds(laid, one) for one in questions]):
        box = text.words[index].box
        laid.numbers[n] = (box[1] + box[3]) / 2
        laid.counted.add(index)


def _bounds(laid: Laid, question: Question) -> Bounds:
    """Return between which of the found labels a question stands, and where by the shift of the one above it."""
    told = [(laid.sheet.anchors[n].y, hit.middle) for n, hit in laid.found.items() if _tells(laid, n)]
    above = max((one for one in told if one[0] <= question.middle), default=None)
    below = min((one for one in told if one[0] > question.middle), default=None)
    middle = moved(laid.fit, 0.0, question.middle)[1]
    if above:
        middle += above[1] - moved(laid.fit, 0.0, above[0])[1]
    low = above[1] if above else -math.inf
    high = below[1] if below and below[1] > low else math.inf
    return Bounds(low, high, middle)


def _tells(laid: Laid, n: int) -> bool:
    return len(laid.sheet.anchors[n].key) > SHORT_KEY


def counted(laid: Laid) -> float:
    """Return how many questions of a form page were counted, less where many of its own were not."""
    return len(laid.numbers) * len(laid.numbers) / len(laid.sheet.questions)
