"""Find text that was typed into boxes in the form's own font: it begins where typing begins in a box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from parsers.document import Box, Word
from parsers.extract.plan import Place
from parsers.forms.anchors import in_lines

_FROM, _TO = 0.5, 4.5
"""Points from the left edge of a box between which viewers begin to type; print begins elsewhere."""
_LEVEL = 2.5
_ONE_LINE = 19.0
_FIRST_LINE = 6.5
_SPACE = 0.6
_SURE = 0.6
"""Boxes less surely placed than this are no measure of a few points."""


def typed_at_edges(words: Sequence[Word], homes: Mapping[int, Place | None]) -> frozenset[int]:
    """Return the words of runs that begin at the edge of their box, in the middle of its height, and end inside it."""
    found: set[int] = set()
    for run in _runs(words, homes):
        place = homes[run[0]]
        known = place is not None and (place.sure >= 1.0 or not _reads_printed(words, run))
        if place and known and place.kind == "text" and place.sure >= _SURE and _fits(words, run, place.box):
            found.update(run)
    return frozenset(found)


def label_ends(words: Sequence[Word], homes: Mapping[int, Place | None]) -> frozenset[int]:
    """Return the words that end a label, with a colon, and reach into a box: the label begins left of the box."""
    ends = [n for n, home in homes.items() if home is not None and words[n].text.endswith(":")]
    return frozenset(n for n in ends if any(_runs_in(words[m].box, words[n].box) for m in _outside(words, homes)))


def _outside(words: Sequence[Word], homes: Mapping[int, Place | None]) -> Iterator[int]:
    return (m for m in range(len(words)) if homes.get(m) is None)


def _runs_in(before: Box, box: Box) -> bool:
    level = abs((before[1] + before[3]) - (box[1] + box[3])) / 2
    return level <= _LEVEL and _follows(before, box)


def _reads_printed(words: Sequence[Word], run: Sequence[int]) -> bool:
    """Return whether a run reads like a label or a sentence of the form, which on an unknown layout may stand anywhere.

    Known layouts have all their print; there a sentence in a box was typed.
    """
    said = [words[n].text for n in run]
    return said[0].endswith(":") or sum(word.casefold() in _SENTENCE_WORDS for word in said) >= _SENTENCE


_SENTENCE_WORDS = frozenset({"the", "is", "are", "be", "was", "were", "any", "each", "this", "shall", "which", "that"})
_SENTENCE = 2


def _runs(words: Sequence[Word], homes: Mapping[int, Place | None]) -> list[list[int]]:
    """Return the words that stand in boxes as runs: one line, no wide gap. A run may reach out of its box."""
    runs: list[list[int]] = []
    for line in in_lines(words):
        for place, n in enumerate(line):
            before = line[place - 1] if place else n
            if place and not _anew(words, homes, before, n) and _follows(words[before].box, words[n].box):
                runs[-1].append(n)
            else:
                runs.append([n])
    return [run for run in runs if homes.get(run[0]) is not None]


def _anew(words: Sequence[Word], homes: Mapping[int, Place | None], before: int, n: int) -> bool:
    """Return whether a word begins a run: behind a label, or at the edge of a box that the word before is not in."""
    home = homes.get(n)
    if before not in homes:
        return True
    return home is not None and homes[before] is not home and _FROM <= words[n].box[0] - home.box[0] <= _TO


def _follows(before: Box, box: Box) -> bool:
    high = box[3] - box[1]
    return -1 <= box[0] - before[2] <= _SPACE * high


def _fits(words: Sequence[Word], run: Sequence[int], box: Box) -> bool:
    first, last = words[run[0]].box, words[run[-1]].box
    x0, top, x1, bottom = box
    aim = top + _FIRST_LINE if bottom - top > _ONE_LINE else (top + bottom) / 2
    return _FROM <= first[0] - x0 <= _TO and last[2] <= x1 + 1 and abs((first[1] + first[3]) / 2 - aim) <= _LEVEL
