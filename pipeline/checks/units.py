"""One row of a group as the checks see it: a driver, a vehicle, a building; and whether a cell of it is answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipeline.agreement import amount
from pipeline.submission import LookedAt, ResolvedField

NO_ANSWER = re.compile(
    r"^(?:tbd|t\.b\.d\.?|unknown|unk|\?+|various|pending|will advise|to follow|to be advised|xxx+|n/?a|-+|0000)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of a group: a driver, a vehicle, a building. ``index`` is its place in the group."""

    group: str
    index: int
    cells: Mapping[str, ResolvedField]

    def has(self, *names: str) -> bool:
        """Return whether every named cell is answered."""
        return all(answered(self.cells.get(name)) for name in names)

    def any(self, *names: str) -> bool:
        """Return whether at least one named cell is answered."""
        return any(answered(self.cells.get(name)) for name in names)

    def text(self, name: str) -> str:
        """Return an answered cell as text, else ''."""
        cell = self.cells.get(name)
        return str(cell.value).strip() if cell is not None and answered(cell) else ""

    def number(self, name: str) -> Decimal | None:
        """Return an answered cell as a number, else None."""
        return amount(self.text(name))

    def field(self, name: str) -> str:
        """Return the canonical name of a cell, there or not."""
        return f"{self.group}[{self.index}].{name}"

    def seen(self) -> tuple[LookedAt, ...]:
        """Return the papers the unit stands on."""
        sources = [cell.source for cell in self.cells.values()]
        return tuple({LookedAt(document=s.document, page=s.page): None for s in sources if s.document})


def answered(resolved: ResolvedField | None) -> bool:
    """Return whether a fact has a value; "TBD" and its like are none, a plain No is one."""
    if resolved is None or resolved.value is None:
        return False
    if isinstance(resolved.value, bool):
        return True
    text = str(resolved.value).strip()
    return bool(text) and not NO_ANSWER.match(text)
