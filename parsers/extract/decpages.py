"""Declarations → carrier and limits of the policy that is in force; all of it goes under ``expiring_…``.

Nothing here names a fact that was asked for: what a policy grants is not what an applicant wants.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from parsers.document import FieldCandidate
from parsers.extract.candidates import candidate
from parsers.extract.carriers import names_a_carrier
from parsers.extract.paperrows import Row
from parsers.values import Context

_LETTERHEAD = 10
"""Rows at the top of a policy in which its insurer's name stands."""
_AMOUNT = re.compile(r"\$?\s?\d{1,3}(?:,\d{3})+(?:\.\d\d)?|\$\s?\d+(?:\.\d\d)?")


def read_policy(rows: Sequence[Row], known: Collection[str], as_of: date | None) -> Iterator[FieldCandidate]:
    """Yield the insurer of a letterhead, where no label named one, and the limits."""
    if "expiring_carrier" not in known:
        for row in rows[:_LETTERHEAD]:
            if names_a_carrier(row.text):
                context = Context(as_of=as_of)
                yield candidate("expiring_carrier", row.text, "text", method="text", at=row.at, context=context)
                break
    yield from _limits(rows, as_of)


def _limits(rows: Sequence[Row], as_of: date | None) -> Iterator[FieldCandidate]:
    done: set[str] = set()
    for row in rows:
        for name, words in _names():
            found = words.match(row.text)
            if not found or name in done:
                continue
            amount = _AMOUNT.search(row.text, found.end())
            if amount:
                done.add(name)
                field, context = f"expiring_limits.{name}", Context(as_of=as_of)
                yield candidate(field, amount.group(), "money", method="text", at=row.at, context=context)
            break


@cache
def _names() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the limits by name and wording, in the order of ``papers.toml``: the narrower wording first."""
    data = tomllib.loads((Path(__file__).parent / "papers.toml").read_text("utf-8"))["limit"]
    return tuple((str(one["name"]), re.compile(rf"^(?:{one['words']})\b", re.IGNORECASE)) for one in data)
