"""What one submission asks for right now, as a numbered revision that mail and page both show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from pipeline.submission import CLOSED_ITEM_STATES, LINES, Gate, Item, Severity

ASKED: tuple[Severity, ...] = ("blocking", "needed_to_quote", "nice")
"""What an intake checklist asks for; what is needed to bind waits for the quote, internal work is never asked."""

SETTLED = CLOSED_ITEM_STATES | {"received_unverified"}
"""States in which an item is not asked again: closed, or answered and waiting for one of us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One numbered line of a checklist; ``code``, ``line`` and ``subject`` name the item it stands for."""

    number: int
    code: str
    line: str | None
    subject: str
    severity: Severity
    title: str
    text: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Return the item's lasting name inside its submission."""
        return (self.code, self.line or "", self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """One revision of what is asked.

    ``closed`` holds the titles that the last revision asked and this one does not; ``highest`` is the highest number
    that any revision gave.
    """

    revision: int
    ref: str
    insured: str
    lines: tuple[str, ...]
    effective: date | None
    gate: Gate
    score: int
    asks: tuple[Ask, ...]
    closed: tuple[str, ...] = ()
    highest: int = 0

    def of(self, severity: Severity) -> tuple[Ask, ...]:
        """Return the asks of one severity, in their order."""
        return tuple(ask for ask in self.asks if ask.severity == severity)

    @property
    def line_words(self) -> str:
        """Return the requested lines as agents read them: ``GL, auto and workers comp``."""
        return listed([LINES.get(line, line) for line in self.lines])


def number(items: Sequence[Item], before: Sequence[Ask] = (), highest: int = 0) -> tuple[Ask, ...]:
    """Return the asks of the open items, most pressing first.

    An item keeps the number it had in the last revision, so that "2) yes" still means what the agent read. New items
    take numbers above ``highest``, the highest ever given here: no number ever stands for two things.
    """
    wanted = [item for item in items if item.severity in ASKED and item.state not in SETTLED]
    wanted.sort(key=lambda item: ASKED.index(item.severity))
    kept = {ask.key: ask.number for ask in before}
    free = max(highest, *kept.values(), 0)
    asks = []
    for item in wanted:
        given = kept.get(item.key)
        if given is None:
            free += 1
            given = free
        asks.append(_ask(item, given))
    return tuple(asks)


def _ask(item: Item, given: int) -> Ask:
    return Ask(
        number=given,
        code=item.code,
        line=item.line,
        subject=item.subject,
        severity=item.severity,
        title=item.title,
        text=item.ask.removeprefix(f"{item.title}: "),
    )


def revise(
    *,
    ref: str,
    insured: str,
    lines: tuple[str, ...],
    effective: date | None,
    gate: Gate,
    score: int,
    items: Sequence[Item],
    last: Checklist | None,
) -> Checklist | None:
    """Return the next revision, or None when the last one still says it all."""
    before = last.asks if last else ()
    highest = last.highest if last else 0
    asks = number(items, before, highest)
    if last and asks == last.asks and gate == last.gate:
        return None
    still = {ask.key for ask in asks}
    return Checklist(
        revision=(last.revision if last else 0) + 1,
        ref=ref,
        insured=insured,
        lines=lines,
        effective=effective,
        gate=gate,
        score=score,
        asks=asks,
        closed=tuple(ask.title for ask in before if ask.key not in still),
        highest=max([highest, *(ask.number for ask in asks)]),
    )


def fingerprint(checklist: Checklist) -> str:
    """Return the sha256 of what the checklist says, whatever its revision number."""
    said = asdict(checklist) | {"revision": 0, "score": 0, "closed": (), "highest": 0}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def to_json(checklist: Checklist) -> dict[str, Any]:
    """Return the checklist as plain JSON values, for keeping."""
    plain = asdict(checklist)
    plain["effective"] = checklist.effective.isoformat() if checklist.effective else None
    return plain


def from_json(plain: Mapping[str, Any]) -> Checklist:
    """Return the checklist that ``to_json`` wrote."""
    effective = plain["effective"]
    return Checklist(
        **{
            **plain,
            "lines": tuple(plain["lines"]),
            "effective": date.fromisoformat(effective) if effective else None,
            "asks": tuple(Ask(**ask) for ask in plain["asks"]),
            "closed": tuple(plain["closed"]),
        }
    )


def listed(words: Sequence[str]) -> str:
    """Return words as an English list: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
