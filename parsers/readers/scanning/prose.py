"""Tell printed sentences from typed values on a page whose print is not known, by how words stand to the boxes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.document import Box, Word

_SPACE = 0.9
"""Words of one phrase stand no farther apart than this part of their height."""
_OUT = 4.0
_QUESTION = re.compile(r"\(?\d{1,2}[a-z]?[.)]$")


def printed(words: Sequence[Word], boxes: Sequence[Box]) -> frozenset[int]:
    """Return the indices of words that are print: of phrases that run out of a box, are numbered, or end in a colon.

    What is typed into a box stays in it; where an edition's print is not known, this tells its sentences apart.
    """
    found: set[int] = set()
    for phrase in _phrases(words):
        if _is_print(words, phrase, boxes):
            found.update(phrase)
    return frozenset(found)


def _phrases(words: Sequence[Word]) -> Iterator[list[int]]:
    order = sorted(range(len(words)), key=lambda i: (round(_middle(words[i].box) / 3), words[i].box[0]))
    phrase: list[int] = []
    for i in order:
        if phrase and not _follows(words[phrase[-1]].box, words[i].box):
            yield phrase
            phrase = []
        phrase.append(i)
    if phrase:
        yield phrase


def _follows(before: Box, after: Box) -> bool:
    height = max(before[3] - before[1], after[3] - after[1], 4.0)
    level = abs(_middle(before) - _middle(after)) < 0.5 * height
    return level and -2.0 < after[0] - before[2] < _SPACE * height


def _is_print(words: Sequence[Word], phrase: Sequence[int], boxes: Sequence[Box]) -> bool:
    if len(phrase) > 1 and (words[phrase[-1]].text.endswith(":") or _QUESTION.match(words[phrase[0]].text)):
        return True
    left, right = words[phrase[0]].box[0], words[phrase[-1]].box[2]
    middle = sum(_middle(words[i].box) for i in phrase) / len(phrase)
    crossed = [box for box in boxes if box[1] < middle < box[3] and box[0] < right and box[2] > left]
    return bool(crossed) and not any(box[0] - _OUT < left and right < box[2] + _OUT for box in crossed)


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2
