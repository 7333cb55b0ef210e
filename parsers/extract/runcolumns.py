"""Columns of claims from the places of words: where a header stands, what it names, and where one column ends.

A header is one line, or two or three whose parts stand above each other, or two or three lines that each name columns
of their own: then a claim has as many lines. Between two headers a column ends where fewest words of the rows below
stand (``parsers.extract.runcuts``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from parsers.document import Word
from parsers.extract.runlines import Strip
from parsers.extract.runnames import heads as in_headers
from parsers.extract.runnames import is_measure, is_sort, meant
from parsers.extract.runvalued import DATE
from parsers.extract.runwords import counted, says
from parsers.values.amounts import decimal_of

AMOUNT_NAMES = frozenset(
    {"paid", "expense", "reserve", "recovery", "incurred", "medical_paid", "indemnity_paid", "medical_reserve",
     "indemnity_reserve", "expense_reserve", "gross", "part"}
)  # fmt: skip
_FEWEST = 3
_TEXTS = frozenset({"description", "claimant"})
_LONGEST = 5
_JOINT = 0.55
"""What a further word of a header is worth: less than a header of its own."""
_DEEPEST = 3
_GROUP = 60.0
"""Points from the middle of a title over two columns to the middle of one of them."""
_TIGHT_SPLIT = 1.2
_FEWEST_UNKNOWN = 4
_PART = 0.8
"""What stands apart by this share of a line's height is another head, where no word of it is known."""
_ORDINALS = frozenset("123456789")
"""Heads may be numbered."""
_DAYS = re.compile(DATE, re.IGNORECASE)
COVERAGES = frozenset({"al", "bi", "pd", "cargo", "apd", "med", "comp", "coll", "um"})
"""Headers of amounts by coverage: beside others of them ``PD`` is property damage, not paid."""


@dataclass(frozen=True, slots=True)
class Head:
    """One header on the page: its text and from where to where it stands."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Tier:
    """One line of a record: what its columns mean (empty: unknown), and where one ends and the next begins."""

    heads: tuple[Head, ...]
    names: tuple[str, ...]
    cuts: tuple[float, ...] = ()

    def cells(self, words: Sequence[Word]) -> list[str]:
        """Return the text of each column in one line."""
        found: list[list[str]] = [[] for _ in self.heads]
        for word in words:
            found[bisect_right(self.cuts, (word.box[0] + word.box[2]) / 2)].append(word.text)
        return [" ".join(texts) for texts in found]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table of claims, line by line of a record, and how many lines the header takes.

    ``unread``: it has columns of figures that nobody knows the meaning of. ``guessed``: only arithmetic tells some.
    """

    tiers: tuple[Tier, ...]
    depth: int
    below: list[Strip] = field(default_factory=list, compare=False)
    unread: bool = False
    guessed: bool = False

    @property
    def key(self) -> tuple[tuple[str, int, int], ...]:
        """Return what tells headers at the same place apart from others."""
        return tuple((head.text, round(head.left), round(head.right)) for tier in self.tiers for head in tier.heads)

    @property
    def names(self) -> frozenset[str]:
        """Return everything that its columns may mean."""
        return frozenset(name for tier in self.tiers for name in tier.names if name)


def find(lines: Sequence[Strip], index: int, table: str = "claims") -> Columns | None:
    """Return the header that begins with a line of words, or None; columns are not cut yet."""
    run = _header_lines(lines, index)
    if not run:
        return None
    choices = [Columns((_tier(_segments(run[0].words, table), table),), 1)]
    for depth in range(2, len(run) + 1):
        choices.append(Columns((_tier(_stacked(run[:depth]), table),), depth))
        own = [_tier(_segments(strip.words, table), table) for strip in run[:depth]]
        if sum(map(bool, own[0].names)) >= 2 and all(map(_is_line_of_record, own[1:])):
            choices.append(Columns(_with_open_columns(own), depth))
    best = max(choices, key=_score)
    if len(run) > 1 and best.depth > 1:
        second = Columns((_tier(_segments(run[1].words, table), table),), 1)
        if len(second.names) >= len(best.names) and _enough(second, table):
            return None  # The second line says it all: the first is a title above it.
    return best if _enough(best, table) else None


def _is_line_of_record(tier: Tier) -> bool:
    """Return whether heads are those of a further line of a record: several columns, or one of running text."""
    return sum(map(bool, tier.names)) >= 2 or (len(tier.names) == 1 and tier.names[0] in _TEXTS)


def stacked_names(lines: Sequence[Strip], index: int) -> list[str]:
    """Return what the heads of two or three lines say together; nothing where one line stands alone."""
    run = _header_lines(lines, index)
    if len(run) < 2:
        return []
    named = (meant(head.text) for head in _stacked(run))
    return [max(found, key=lambda name: found[name]) for found in named if found]


def find_unknown(lines: Sequence[Strip], index: int) -> Columns | None:
    """Return a header of words nobody knows: heads apart from each other right above a row of days and figures."""
    strip = lines[index]
    parts = strip.parts
    if not strip.words or len(parts) < _FEWEST_UNKNOWN or any(map(str.isdigit, strip.text)) or ":" in strip.text:
        return None
    below = next((line for line in lines[index + 1 : index + 3] if any(map(str.isdigit, line.text))), None)
    if below is None or not below.words or below.page != strip.page or len(below.parts) < _FEWEST_UNKNOWN:
        return None
    figures = sum(decimal_of(part) is not None for part in below.parts)
    days = sum(_DAYS.fullmatch(part) is not None for part in below.parts)
    if not days or figures < 2:
        return None
    return Columns((_tier(_runs(strip.words, _PART), "claims"),), 1)


def header_names(strip: Strip) -> frozenset[str]:
    """Return what a line of headers names, blank for what is none; nothing where it is no such line."""
    if not strip.words or not _likely(strip.text):
        return frozenset()
    return frozenset(_tier(_segments(strip.words, "claims"), "claims").names)


def _header_lines(lines: Sequence[Strip], index: int) -> list[Strip]:
    run: list[Strip] = []
    for strip in lines[index : index + _DEEPEST]:
        if not strip.words or strip.pane != lines[index].pane or not _likely(strip.text):
            break
        if run and strip.top - run[-1].bottom > 0.9 * (strip.bottom - strip.top):
            break
        run.append(strip)
    return run


@lru_cache(maxsize=4096)
def _likely(text: str) -> bool:
    words = text.split()
    if len(words) > 60 or sum(word.endswith(":") for word in words) > 1 or any(map(_is_figure, words)):
        return False
    if counted(text) is not None or ("  " not in text and says("zero", text)):
        return False  # ``Policy total  Claim count 1`` has only words of headers, ``No losses reported`` as well.
    apart = text.count("  ") >= _FEWEST_UNKNOWN
    if len(words) > 7 and not apart and 2 * sum(word[0].islower() for word in words) > len(words):
        return False  # A sentence.
    return 2 * sum(map(in_headers, words)) >= len(words)


def _is_figure(word: str) -> bool:
    return sum(sign.isdigit() for sign in word) > 3 or (decimal_of(word) is not None and word not in _ORDINALS)


def _segments(words: Sequence[Word], table: str) -> list[Head]:
    """Cut a line of headers where the pieces name most columns; a wide gap always cuts, a narrow one seldom."""
    ends: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        best = (float("-inf"), 0)
        for start in range(end - 1, max(end - _LONGEST, 0) - 1, -1):
            if start < end - 1 and _gap(words[start], words[start + 1]) > 1.0:
                break
            text = " ".join(word.text for word in words[start:end])
            named = meant(text, table)
            worth = max(named.values()) + _JOINT * (end - start - 1) if named else -0.15
            if start and (gap := _gap(words[start - 1], words[start])) < 0.7:
                worth -= _TIGHT_SPLIT if gap < 0.45 else _TIGHT_SPLIT / 2
            best = max(best, (ends[start][0] + worth, start))
        ends.append(best)
    cut: list[Head] = []
    end = len(words)
    while end:
        start = ends[end][1]
        cut.append(_head(words[start:end]))
        end = start
    return cut[::-1]


def _gap(one: Word, other: Word) -> float:
    return (other.box[0] - one.box[2]) / max(one.box[3] - one.box[1], 1.0)


def _head(words: Sequence[Word]) -> Head:
    return Head(" ".join(word.text for word in words), words[0].box[0], words[-1].box[2])


def _stacked(lines: Sequence[Strip]) -> list[Head]:
    """Join what stands above each other; a header over several columns belongs to each of them."""
    rows = [_runs(strip.words) for strip in lines]
    columns = rows[-1]
    for row in rows[-2::-1]:
        columns = _over(row, columns)
    return sorted(columns, key=lambda head: head.left)


def _runs(words: Sequence[Word], wide: float = 0.6) -> list[Head]:
    runs: list[list[Word]] = [[words[0]]]
    for word in words[1:]:
        if _gap(runs[-1][-1], word) > wide:
            runs.append([])
        runs[-1].append(word)
    return [_head(run) for run in runs]


def _over(upper: Sequence[Head], lower: Sequence[Head]) -> list[Head]:
    shared = [sum(_overlap(head, each) > 0 for each in lower) for head in upper]
    groups = [head for head in upper if is_measure(head.text)]
    found = []
    for each in lower:
        over = [(head, count) for head, count in zip(upper, shared, strict=True) if _overlap(head, each) > 0]
        if not over and is_sort(each.text):
            over = [(head, 2) for head in _nearest(groups, each)]
        text = " ".join([*(head.text for head, _ in over), each.text])
        own = [head for head, count in over if count == 1]
        found.append(Head(text, min([each.left, *(h.left for h in own)]), max([each.right, *(h.right for h in own)])))
    return [*found, *(head for head, count in zip(upper, shared, strict=True) if not count)]


def _nearest(groups: Sequence[Head], head: Head) -> list[Head]:
    """Return the title that stands over the middle of several columns, of which a head is one."""
    middle = (head.left + head.right) / 2
    near = sorted((abs((group.left + group.right) / 2 - middle), at) for at, group in enumerate(groups))
    return [groups[near[0][1]]] if near and near[0][0] < _GROUP else []


def _overlap(one: Head, other: Head) -> float:
    return min(one.right, other.right) - max(one.left, other.left)


def _tier(heads: Sequence[Head], table: str) -> Tier:
    names: list[str] = []
    coverages = sum(head.text.casefold() in COVERAGES for head in heads) > 1
    for head in heads:
        named = meant(head.text, table)
        free = [name for name in named if name not in names and not (coverages and name == "paid")]
        names.append(max(free, key=lambda name: named[name]) if free else "")
    return Tier(tuple(heads), tuple(names))


def _score(columns: Columns) -> float:
    heads = len({(head.text, head.left) for tier in columns.tiers for head in tier.heads})
    return len(columns.names) - 0.2 * (heads - len(columns.names)) - 0.1 * (columns.depth - 1)


def _enough(columns: Columns, table: str) -> bool:
    heads = len({(head.text, head.left) for tier in columns.tiers for head in tier.heads})
    enough = heads_claims if table == "claims" else heads_terms
    return len(columns.names) * 2 >= heads and enough(columns.names)


def heads_claims(names: frozenset[str]) -> bool:
    """Return whether columns are those of claims, or of the half of them that stands on a facing page."""
    if len(names) < _FEWEST or not names & {"claim_number", "date_of_loss", "ordinal"}:
        return False
    if names & {"claim_number", "date_of_loss"} and names & AMOUNT_NAMES:
        return True
    return len(names) > _FEWEST or bool("ordinal" in names and len(names & AMOUNT_NAMES) > 1) or (
        {"claim_number", "date_of_loss"} <= names
    )  # fmt: skip


def heads_terms(names: frozenset[str]) -> bool:
    """Return whether columns are those of a table with one row a term."""
    if {"policy_number", "term_from", "term_to"} <= names or {"policy_number", "term"} <= names:
        return True
    when = names & {"term", "term_from", "term_to", "policy_number"}
    return bool(when and names & {"claim_count", "incurred"} and len(names) > 2)


def _with_open_columns(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    """Let text of the first line go on in the next, where no header of the next stands below it."""
    first, *others = tiers
    done = [first]
    for tier in others:
        held = [
            (head, name)
            for head, name in zip(first.heads, first.names, strict=True)
            if name in _TEXTS and not any(_overlap(head, other) > 0 for other in tier.heads)
        ]
        both = sorted([*zip(tier.heads, tier.names, strict=True), *held], key=lambda pair: pair[0].left)
        done.append(Tier(tuple(head for head, _ in both), tuple(name for _, name in both)))
    return tuple(done)
