"""``Label: value`` pairs of a claim told as a block: which labels stand in a line, and what stands behind each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.extract.runcells import is_day
from parsers.extract.runcuts import status_like
from parsers.extract.rungrids import texts_of
from parsers.extract.runlines import Strip
from parsers.extract.runnames import COMPOSED, meant

_LONGEST = 5
_AMOUNT = re.compile(r"(?P<label>[A-Za-z][\w /&.#-]*?)\s*[:=]?\s+(?P<amount>\(?-?\$?\d[\d,]*(?:\.\d\d)?\)?-?)$")
_FIGURE = re.compile(r"\(?-?\$?\d[\d,]*(?:\.\d\d)?\)?-?")
_CLAIM = re.compile(
    r"(?:claim|clm|file|occurrence)\b\W*(?:no\b|number\b|id\b)?\W*(?P<number>[\w./-]*\d[\w./-]*)", re.IGNORECASE
)
_APART = "\x00"
"""Stands for a wide gap."""
Pair = tuple[str, str]
"""What a label means (empty: unknown) and its value."""


def pairs_of(strip: Strip) -> list[Pair]:
    """Return the pairs of a line in their order; nothing where it has none with a known label."""
    if strip.cells:
        found = _in_cells(texts_of(strip))
    else:
        found = _bare_claim(strip.parts) or _in_text(strip.text) or _in_parts(strip.parts)
    found = [("" if name == "status" and value and not status_like(value) else name, value) for name, value in found]
    return found if any(name for name, _ in found) else []


def begins_claim(pairs: Sequence[Pair]) -> bool:
    """Return whether pairs are the first of a claim: its number, or its date of loss, is told."""
    names = {name for name, value in pairs if value}
    numbered = any(name == "claim_number" and any(map(str.isdigit, value)) for name, value in pairs)
    return numbered or ("date_of_loss" in names and len(names) > 2)


def _meaning(label: str) -> str:
    named = meant(label)
    return next((name for name, weight in named.items() if weight >= COMPOSED), "")


def _in_cells(texts: Sequence[str]) -> list[Pair]:
    """A cell with a label, then the cell with its value, or both in one cell."""
    filled = [text for text in texts if text]
    found: list[Pair] = []
    at = 0
    while at < len(filled):
        label = filled[at].rstrip(": ")
        if (name := _meaning(label)) and at + 1 < len(filled) and not _meaning(filled[at + 1].rstrip(": ")):
            found.append((name, filled[at + 1]))
            at += 2
            continue
        if ": " in filled[at]:
            found.extend(_in_text(filled[at]))
        at += 1
    return found


def _bare_claim(parts: Sequence[str]) -> list[Pair]:
    """Return what a line tells that begins a claim by its number and its day: ``Claim 23-0099  06/06/2023  Open``."""
    number = _CLAIM.fullmatch(parts[0]) if len(parts) > 1 else None
    if number is None or not is_day(parts[1]):
        return []
    found = [("claim_number", number["number"]), ("date_of_loss", parts[1])]
    for part in parts[2:]:
        name = "status" if status_like(part) else "description"
        if ":" in part or any(name == held for held, _ in found):
            return []
        found.append((name, part))
    return found


def _in_parts(parts: Sequence[str]) -> list[Pair]:
    """Labels without colons: each stands before its value, or with an amount behind it."""
    found: list[Pair] = []
    labels = [_meaning(part) for part in parts]
    if not labels[0]:
        amounts = [_AMOUNT.match(part) for part in parts]
        told = [(_meaning(each["label"]), each["amount"]) for each in amounts if each]
        return told if len(told) == len(parts) and all(name for name, _ in told) else []
    at = 0
    while at < len(parts):
        name = labels[at] or _whole(parts[at : at + 2])
        follows = at + 1 < len(parts) and (not labels[at + 1] or (name == "status" and labels[at + 1] == "closed"))
        found.append((name, parts[at + 1] if name and follows else ""))
        at += 2 if name and follows else 1
    return found if sum(bool(value) for _, value in found) * 2 >= len(found) else []


def _whole(parts: Sequence[str]) -> str:
    """Return what a bare ``Total`` right before an amount means among labels of a claim."""
    return "incurred" if len(parts) == 2 and parts[0].casefold() == "total" and _FIGURE.fullmatch(parts[1]) else ""


def _in_text(text: str) -> list[Pair]:
    if ":" not in text:
        return []
    tokens = text.replace("  ", f" {_APART} ").replace(":", ": ").split()
    labels: list[tuple[int, int, str]] = []
    for end, token in enumerate(tokens):
        if token.endswith(":"):
            start, name = _label(tokens, end, labels[-1][1] + 1 if labels else 0)
            labels.append((start, end, name))
    found = []
    for number, (_, end, name) in enumerate(labels):
        stop = labels[number + 1][0] if number + 1 < len(labels) else len(tokens)
        value = " ".join(part for part in tokens[end + 1 : stop] if part != _APART)
        found.append((name, value))
    return found


def _label(tokens: Sequence[str], end: int, low: int) -> tuple[int, str]:
    """Return where the label that ends with a colon begins, and what it means."""
    for start in range(max(end - _LONGEST + 1, low), end + 1):
        words = tokens[start : end + 1]
        if _APART not in words and (name := _meaning(" ".join(words).rstrip(":"))):
            return start, name
    start = end
    while start > low and tokens[start - 1] != _APART and end - start < 2:
        start -= 1
    return (start if start > low and tokens[start - 1] == _APART else end), ""
