"""Blocks beside each other: a line that says the same header or label twice tells where the right block begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.document import Word
from parsers.extract.headers import meanings, vocabulary
from parsers.extract.runlines import Strip, of_words

_KEYS = frozenset({"claim_number", "date_of_loss", "policy_number"})
_AIR = 0.6
"""Blocks stand at least this share of a line's height apart."""


@dataclass(frozen=True, slots=True)
class _Twice:
    """Where the second of two equal headers begins, and whether a block begins with this line."""

    left: float
    begins: bool


def in_order(lines: Sequence[Strip]) -> list[Strip]:
    """Return the lines of a page, those of blocks beside each other block by block."""
    seen = [_twice(strip) if strip.words else None for strip in lines]
    if not any(seen):
        return list(lines)
    done: list[Strip] = []
    pending: tuple[list[Strip], list[Strip]] = ([], [])
    cut = 0.0
    for strip, twice in zip(lines, seen, strict=True):
        if twice:
            if twice.begins and _holds_rows(pending[0]):
                done += [*pending[0], *pending[1]]
                pending = ([], [])
            cut = twice.left
        halves = _halves(strip, cut) if cut and strip.words else None
        if halves is None:
            done += [*pending[0], *pending[1], strip]
            pending = ([], [])
            continue
        for side, words in zip(pending, halves, strict=True):
            if words:
                side.append(of_words(words, strip.page, 1 if side is pending[0] else 2))
    return [*done, *pending[0], *pending[1]]


def _holds_rows(lines: Sequence[Strip]) -> bool:
    return len(lines) > 1


def _halves(strip: Strip, cut: float) -> tuple[list[Word], list[Word]] | None:
    """Return the words left and right of a cut, or None where one stands across it."""
    left = [word for word in strip.words if word.box[2] <= cut]
    right = [word for word in strip.words if word.box[2] > cut]
    if right and right[0].box[0] < cut - 1.5:
        return None
    if left and right:
        height = left[-1].box[3] - left[-1].box[1]
        if right[0].box[0] - left[-1].box[2] < _AIR * height:
            return None
    return left, right


def _twice(strip: Strip) -> _Twice | None:
    """Return where a header or label of a claim or a policy stands a second time."""
    first: dict[str, int] = {}
    words = strip.words
    if not 4 <= len(words) <= 80:
        return None
    names = _labels(words)
    for at, name in names:
        if name in first and name in _KEYS:
            return _Twice(words[at].box[0], names[0][1] == name or name != "policy_number")
        first.setdefault(name, at)
    return None


def _labels(words: Sequence[Word]) -> list[tuple[int, str]]:
    """Return the longest known headers from left to right, and where each begins."""
    known = vocabulary("claims")
    found: list[tuple[int, str]] = []
    at = 0
    while at < len(words):
        for length in (3, 2, 1):
            text = " ".join(word.text for word in words[at : at + length]).rstrip(":")
            named = meanings(text, known)
            if named and at + length <= len(words):
                found.append((at, max(named, key=lambda name: named[name])))
                at += length
                break
        else:
            at += 1
    return found
