"""The named insureds of a submission: an ordered list with the role of each, the first one flagged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline import names
from pipeline.schedules import GROUP
from pipeline.submission import ResolvedField

Role = Literal["first named insured", "named insured", "trade name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedInsured:
    """One insured as the application names it. ``index`` is its row of ``named_insureds``."""

    index: int
    name: str
    role: Role

    @property
    def is_first(self) -> bool:
        """Return whether it is the first named insured: whom premiums, notices and losses go by."""
        return self.role == "first named insured"


def roster(fields: Mapping[str, ResolvedField]) -> tuple[NamedInsured, ...]:
    """Return the named insureds in the order of the application.

    A row whose name is what an earlier one does business as is a trade name, not an insured of its own.
    """
    rows = dict(_names(fields))
    found: list[NamedInsured] = []
    for index in sorted(rows):
        name = rows[index]
        role: Role = "named insured" if found else "first named insured"
        if found and _is_trade_name(name, fields, [one.index for one in found]):
            role = "trade name"
        found.append(NamedInsured(index=index, name=name, role=role))
    return tuple(found)


def _names(fields: Mapping[str, ResolvedField]) -> Iterator[tuple[int, str]]:
    for field, fact in fields.items():
        match = GROUP.match(field) if field.startswith("named_insureds[") else None
        if match is not None and match[3] == "name" and fact.value:
            yield int(match[2]), str(fact.value)


def _is_trade_name(name: str, fields: Mapping[str, ResolvedField], earlier: list[int]) -> bool:
    for index in earlier:
        legal, trade = (fields.get(f"named_insureds[{index}].{column}") for column in ("name", "dba"))
        known = [str(trade.value)] if trade is not None and trade.value else []
        known += names.variants(str(legal.value))[1:] if legal is not None and legal.value else ()
        if any(names.same_name(name, other) for other in known):
            return True
    return False
