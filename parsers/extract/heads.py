"""The header of a page without ruled lines: which lines are it, and which words make one head."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.document import Word
from parsers.extract.grids import Enough
from parsers.extract.headers import Vocabulary, meanings

_DEEPEST = 3

Run = list[Word]
"""Words of a line that stand together."""


def header_of(
    lines: Sequence[Sequence[Run]], vocabulary: Vocabulary, enough: Enough, leading: float
) -> tuple[int, int, list[Run]] | None:
    """Return the line where the header begins, over how many lines it goes, and the words of each head.

    Lines of one header stand as close as the lines of a cell; of headers that say as much, the one of more lines is
    meant, where the others hold no figures.
    """
    best: tuple[tuple[int, int], int, int, list[Run]] | None = None
    for start, line in enumerate(lines):
        if best and start > best[1] + best[2] + 2:
            break
        heads: list[Run] = []
        plain = True
        for depth, more in enumerate(lines[start : start + _DEEPEST], start=1):
            if depth > 1 and (gap(lines, start + depth - 1) > leading or len(line) < 2):
                break
            plain = depth == 1 or (plain and not _counts(more))
            heads = [list(run) for run in more] if depth == 1 else _stacked(heads, more)
            named = {min(names) for run in heads if (names := meanings(said(run), vocabulary))}
            if len(named) < 2 or len(named) * 10 < len(heads) * 4 or not enough(_possible(heads, vocabulary)):
                continue
            score = (len(named), depth if plain else -depth)
            if best is None or score > best[0]:
                best = (score, start, depth, heads)
    return best[1:] if best else None


def _counts(line: Sequence[Run]) -> bool:
    return any(character.isdigit() for run in line for word in run for character in word.text)


def _possible(heads: Sequence[Run], vocabulary: Vocabulary) -> set[str]:
    return {name for run in heads for name in meanings(said(run), vocabulary)}


def _stacked(heads: Sequence[Run], below: Sequence[Run]) -> list[Run]:
    """Put each run of a lower header line under the one head it stands below; one below several or none is its own."""
    found = [list(run) for run in heads]
    for run in below:
        left, right = run[0].box[0], run[-1].box[2]
        over = [head for head in found if left_of(head) < right and left < right_of(head)]
        if len(over) == 1 and not any(other is not run and _under(other, over[0]) for other in below):
            over[0].extend(run)
        else:
            found = [head for head in found if head not in over] if len(over) == 1 else found
            found.append(list(run))
    return sorted(found, key=left_of)


def _under(run: Run, head: Run) -> bool:
    return left_of(head) < run[-1].box[2] and run[0].box[0] < right_of(head)


def left_of(run: Run) -> float:
    """Return where the words begin."""
    return min(word.box[0] for word in run)


def right_of(run: Run) -> float:
    """Return where the words end."""
    return max(word.box[2] for word in run)


def said(run: Sequence[Word]) -> str:
    """Return the words as a person reads them."""
    return " ".join(word.text for word in run)


def _middle(line: Sequence[Run]) -> float:
    box = line[0][0].box
    return (box[1] + box[3]) / 2


def gap(lines: Sequence[Sequence[Run]], index: int) -> float:
    """Return how far a line stands below the one before it."""
    return _middle(lines[index]) - _middle(lines[index - 1])
