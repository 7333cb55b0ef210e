"""What the words beside a mention say it is: the nearest cue wins, then the one in front, then the longest.

Data: ``bodycues.toml``. A mention is a date, an amount or a company's name; a cue says which fact it is, or that it is
some other thing. The words looked at end where the sentence ends, or where the next mention of the same sort stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Sort = Literal["date", "amount", "company"]

_LEFT, _RIGHT = 100, 40
_REACH_LEFT, _REACH_RIGHT = 30, 12
_KEYS = frozenset({"fact", "sure", "left", "right", "reach"})
_SENTENCE = re.compile(r"(?<=[a-z0-9)%][.!?])\s+(?=[\"'(]?[A-Z$0-9])|;\s|\n")
_ABBREVIATED = re.compile(
    r"\b(?:eff|exp|no|approx|prem|est|vs|attn|inc|co|corp|ltd|jan|feb|mar|apr|aug|sept?|oct|nov|dec)\.$", re.I
)
_WRAPPED = 55
"""A line at least this long was broken by the mail program and goes on in the next."""


class CueError(ValueError):
    """The table of cues is wrong; the message names the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words that say what stands beside them; ``fact`` is empty where they say that it is something else."""

    fact: str
    sure: float
    left: re.Pattern[str] | None
    right: re.Pattern[str] | None
    reach_left: int
    reach_right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a mention is, how sure, and how many characters the cue is away."""

    fact: str
    sure: float
    away: int


@cache
def cues(sort: Sort) -> tuple[Cue, ...]:
    """Return the cues for one sort of mention; raises CueError."""
    data = tomllib.loads((Path(__file__).parent / "bodycues.toml").read_text(encoding="utf-8"))
    return tuple(_cue(sort, number, entry) for number, entry in enumerate(data[sort], 1))


def _cue(sort: str, number: int, entry: Mapping[str, object]) -> Cue:
    where = f"bodycues.toml: {sort} {number}"
    if not {"fact", "sure"} <= entry.keys() <= _KEYS or not entry.keys() & {"left", "right"}:
        raise CueError(f"{where}: needs fact, sure, and left or right")
    try:
        left = re.compile(f"(?i:{entry['left']})") if "left" in entry else None
        right = re.compile(f"(?i:{entry['right']})") if "right" in entry else None
    except re.error as error:
        raise CueError(f"{where}: {error}") from error
    reach = int(str(entry.get("reach", 0)))
    return Cue(
        fact=str(entry["fact"]),
        sure=float(str(entry["sure"])),
        left=left,
        right=right,
        reach_left=reach or _REACH_LEFT,
        reach_right=reach or _REACH_RIGHT,
    )


def judge(sort: Sort, text: str, spans: Sequence[tuple[int, int]]) -> list[Judged | None]:
    """Return what each mention is; ``spans`` lie one behind the other and do not overlap."""
    found: list[Judged | None] = []
    for number, (start, end) in enumerate(spans):
        floor = spans[number - 1][1] if number else 0
        ceiling = spans[number + 1][0] if number + 1 < len(spans) else len(text)
        left = before(text, start, floor)
        right = behind(text, end, ceiling)
        found.append(_nearest(cues(sort), left, right))
    return found


def before(text: str, start: int, floor: int = 0) -> str:
    """Return the words in front of a place in its sentence, not further back than ``floor``."""
    left = text[max(floor, start - _LEFT) : start]
    for cut in reversed(list(_SENTENCE.finditer(left))):
        if cut[0].startswith("\n") and _is_wrap(text, max(floor, start - _LEFT) + cut.start()):
            continue
        if _ABBREVIATED.search(left[: cut.start()]):
            continue
        return left[cut.end() :]
    return left


def behind(text: str, end: int, ceiling: int) -> str:
    """Return the words behind a place in its sentence, not further than ``ceiling``."""
    right = text[end : min(ceiling, end + _RIGHT)]
    cut = re.search(r"[.!?;]\s|\n|[.!?;]$", right)
    return right[: cut.start()] if cut else right


def _is_wrap(text: str, at: int) -> bool:
    """Return whether a line break stands at the end of a long line, with words behind it."""
    begin = text.rfind("\n", 0, at) + 1
    return at - begin >= _WRAPPED and text[at + 1 : at + 2].strip() != ""


def _nearest(known: Sequence[Cue], left: str, right: str) -> Judged | None:
    found = [
        ((away, side, -length), cue)
        for cue in known
        for side, hits in enumerate((_on_left(cue, left), _on_right(cue, right)))
        for away, length in hits
    ]
    if not found:
        return None
    (away, _, _), cue = min(found, key=lambda one: one[0])
    return Judged(fact=cue.fact, sure=cue.sure, away=away)


def _on_left(cue: Cue, left: str) -> list[tuple[int, int]]:
    found = list(cue.left.finditer(left)) if cue.left else []
    return [
        (away, match.end() - match.start()) for match in found if (away := _gap(left[match.end() :])) <= cue.reach_left
    ]


def _on_right(cue: Cue, right: str) -> list[tuple[int, int]]:
    match = cue.right.search(right) if cue.right else None
    if match is None or (away := _gap(right[: match.start()])) > cue.reach_right:
        return []
    return [(away, match.end() - match.start())]


def _gap(between: str) -> int:
    """Return how far a cue is away: blanks, colons and small words beside it do not count."""
    return len(
        re.sub(
            r"^[\s:=,(*|-]*(?:(?:is|was|are|of|on|the|a|an|be|at|to|for|date|will)\b[\s:=,(*|-]*){0,3}|[\s:=,)*|-]+$",
            "",
            between,
        )
    )
