"""Where one column of claims ends and the next begins, by the rows below a header; and which lines are such rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from parsers.document import Word
from parsers.extract.runcolumns import AMOUNT_NAMES, COVERAGES, Columns, Head, Tier
from parsers.extract.runlines import Strip
from parsers.extract.runvalues import COMPACT, amount, figures_apart, guessed, idle_apart
from parsers.extract.runvalues import named as named_by
from parsers.extract.runwords import counted, says
from parsers.values.amounts import decimal_of

_STEP = 2
"""Places are counted in halves of a point."""


def finished(columns: Columns, table: str = "claims") -> Columns:
    """Return the columns cut by the rows below their header, doubtful headers settled by the cells."""
    lines = _dealt(columns)
    share = len(columns.tiers)
    tiers: list[Tier] = []
    unread = unsure = False
    for tier, rows in zip(columns.tiers, lines, strict=True):
        if share == 1:
            tier = _with_bare_column(tier, rows)
        cut = replace(tier, cuts=_cuts(tier.heads, rows))
        below = [cut.cells(words) for words in rows[:200]]
        held = {head: name for done in tiers for head, name in zip(done.heads, done.names, strict=True)}
        named = named_by([head.text for head in tier.heads], below, table, frozenset(held.values()) - {""})
        names = tuple(
            held[head] if head in held else name if (name := named.get(at, "")) not in held.values() else ""
            for at, head in enumerate(tier.heads)
        )
        if sum(head.text.casefold() in COVERAGES for head in tier.heads) > 1:
            names = tuple("" if head.text.casefold() in COVERAGES else name
                          for head, name in zip(tier.heads, names, strict=True))  # fmt: skip
        tiers.append(replace(cut, names=names))
        apart = [name or head.text.casefold() * (head.text.casefold() in COVERAGES)
                 for head, name in zip(tier.heads, names, strict=True)]  # fmt: skip
        unread = unread or figures_apart(below, apart)
        unsure = (
            unsure
            or guessed([head.text for head in tier.heads], names)
            or idle_apart([head.text for head in tier.heads], below, apart)
        )
    return replace(columns, tiers=tuple(tiers), unread=unread, guessed=unsure)


def _with_bare_column(tier: Tier, rows: Sequence[Sequence[Word]]) -> Tier:
    """Return the columns with one more where most rows go on behind the last header: its own fell off the page."""
    beyond = [words[-1] for words in rows if words[-1].box[0] > tier.heads[-1].right]
    if len(beyond) * 5 < len(rows) * 3 or not beyond or not all(_figure(word.text) for word in beyond[:50]):
        return tier
    head = Head("", min(word.box[0] for word in beyond), max(word.box[2] for word in beyond))
    return Tier((*tier.heads, head), (*tier.names, ""))


def _dealt(columns: Columns) -> list[list[Sequence[Word]]]:
    """Return the lines below that show where columns end, for each line of a record."""
    if len(columns.tiers) == 1:
        return [[words for strip in columns.below if len(words := _telling(strip)) > 1]]
    first = columns.tiers[0]
    rough = replace(first, cuts=tuple((a.right + b.left) / 2 for a, b in pairwise(first.heads)))
    dealt: list[list[Sequence[Word]]] = [[] for _ in columns.tiers]
    at = len(dealt)
    for strip in columns.below:
        cells = {name: text for name, text in zip(rough.names, rough.cells(strip.words), strict=True) if text}
        if _HEADING.match(strip.text) or len(words := _telling(strip) or strip.words) < len(strip.words):
            at = len(dealt)
            continue
        at = 0 if starts_record(cells, rough.names) else at + 1
        if at < len(dealt):
            dealt[at].append(words)
    return dealt


_DAY = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}")


def starts(cells: Mapping[str, str], dated: bool = False) -> bool:
    """Return whether cells are those of a claim's first line: a date of loss, or a number with a digit in it.

    Where the table has a column for dates of loss (``dated``), a claim without one needs an amount.
    """
    if (day := cells.get("date_of_loss", "")) and (_DAY.match(day) or COMPACT.fullmatch(day)):
        return told(cells) > 1
    number = cells.get("claim_number", "") or cells.get("ordinal", "")
    if not _CLAIM_NUMBER.fullmatch(number) or _DAY.match(number):
        return False
    return not dated or bool(cells.keys() & AMOUNT_NAMES)


def told(cells: Mapping[str, str]) -> int:
    """Return how many cells of a row look like those of a claim, less those that look like something else."""
    number = cells.get("claim_number", "") or cells.get("ordinal", "") or cells.get("policy_number", "")
    figures = [amount(cells[name]) is not None for name in cells.keys() & AMOUNT_NAMES]
    days = [_DAY.match(cells[name]) is not None for name in ("date_of_loss", "reported", "closed") if name in cells]
    texts = sum(name in cells for name in ("claimant", "description"))
    coded = any(map(str.isdigit, number)) and _CLAIM_NUMBER.fullmatch(number) is not None
    state = 0 if "status" not in cells else 1 if status_like(cells["status"]) else -1
    wrong = figures.count(False) + days.count(False)
    return min(figures.count(True), 2) + days.count(True) + min(texts, 1) + coded + state - wrong


def status_like(text: str) -> bool:
    """Return whether a text is the state of a claim."""
    return bool(text) and text.strip().casefold()[:4] in _STATES


_STATES = frozenset(
    {"o", "c", "r", "open", "clos", "reop", "re-o", "cl", "op", "pend", "fina", "reo", "ro", "opn", "cls", "clsd"}
)


def starts_record(cells: Mapping[str, str], names: Sequence[str]) -> bool:
    """Return whether cells are those of the first of several lines: dates may stand below dates, numbers do not."""
    if "claim_number" in names and not _CLAIM_NUMBER.fullmatch(cells.get("claim_number", "")):
        return False
    return starts(cells, "date_of_loss" in names)


_HEADING = re.compile(
    r"(?:\W*(?:policy|pol\b|term\b|period\b|coverage\b|contract\b|insured|account|named))|.*\b(?:eff|exp)\b \d"
    r"|.*\bpolicy (?:no|number|#)",
    re.IGNORECASE,
)
_CLAIM_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9#][\w./#*+-]*(?: [\w./#-]+){0,2}", re.ASCII)


_PAGE = re.compile(r"\bpage:?\s+\d", re.IGNORECASE)
_FEWEST_PARTS = 3
"""What is no more than two parts runs on: it is a heading."""


def _telling(strip: Strip) -> Sequence[Word]:
    """Return the words of a line that show where columns end: all of a row, the figures of a total."""
    if len(strip.words) < 3 or len(strip.parts) < _FEWEST_PARTS or _PAGE.search(strip.text):
        return ()
    if sum(word.text.endswith(":") for word in strip.words) > 1:
        return ()
    if says("total", strip.text) or says("carried", strip.text) or counted(strip.text) is not None:
        return [word for word in strip.words if "." in word.text and _figure(word.text)]
    if sum(_figure(word.text) for word in strip.words) < 2 or _HEADING.match(strip.text):
        return ()
    return strip.words


@lru_cache(maxsize=8192)
def _figure(text: str) -> bool:
    return any(sign.isdigit() for sign in text) and (decimal_of(text) is not None or text.count("/") == 2
                                                    or text.count("-") == 2)  # fmt: skip


def _cuts(heads: Sequence[Head], rows: Sequence[Sequence[Word]]) -> tuple[float, ...]:
    right = max([head.right for head in heads] + [words[-1].box[2] for words in rows])
    covered = [0] * (int(right * _STEP) + 4)
    for words in rows:
        for word in words:
            covered[max(int(word.box[0] * _STEP), 0)] += 1
            covered[min(int(word.box[2] * _STEP) + 1, len(covered) - 1)] -= 1
    for at in range(1, len(covered)):
        covered[at] += covered[at - 1]
    cuts: list[float] = []
    for one, other in pairwise(heads):
        place = _cut(covered, one.right, other.left, len(rows)) or _cut(covered, one.left, other.right, len(rows), True)
        cuts.append(max(place or (one.right + other.left) / 2, cuts[-1] if cuts else 0.0))
    return tuple(cuts)


def _cut(covered: Sequence[int], low: float, high: float, rows: int, always: bool = False) -> float | None:
    start, end = max(int(low * _STEP), 0), min(int(high * _STEP) + 1, len(covered))
    if end <= start:
        return None
    least = min(covered[start:end])
    if least * 5 > rows and not always:
        return None
    best, run = (0, 0), start
    for at in range(start, end + 1):
        if at == end or covered[at] != least:
            if at - run > best[1] - best[0]:
                best = (run, at)
            run = at + 1
    return (best[0] + best[1]) / 2 / _STEP
