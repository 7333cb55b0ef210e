"""Sums over the claims read so far, kept while they are read: a run of many totals is gone through once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from parsers.extract.runclaims import amounts_of
from parsers.extract.runterms import Claim

_NOTHING = Decimal(0)


@dataclass(slots=True)
class Running:
    """The sums of every amount up to each claim."""

    claims: list[Claim]
    _until: dict[str, list[Decimal]] = field(default_factory=dict)
    _done: int = 0

    def are(self, amounts: Mapping[str, Decimal], start: int) -> bool:
        """Return whether amounts are the sums of all claims from the one at ``start`` on."""
        self._extend()
        return all(self._since(name, start) == amount for name, amount in amounts.items())

    def _since(self, name: str, start: int) -> Decimal:
        until = self._until.get(name)
        return until[-1] - until[start] if until else _NOTHING

    def _extend(self) -> None:
        for claim in self.claims[self._done :]:
            told = amounts_of(claim.cells)
            for name in told.keys() - self._until.keys():
                self._until[name] = [_NOTHING] * (self._done + 1)
            for name, until in self._until.items():
                until.append(until[-1] + told.get(name, _NOTHING))
            self._done += 1


def sums_are(claims: list[Claim], amounts: Mapping[str, Decimal]) -> bool:
    """Return whether amounts are the sums of some claims, wherever they stand."""
    told = [amounts_of(claim.cells) for claim in claims]
    return all(sum((one.get(name, _NOTHING) for one in told), _NOTHING) == each for name, each in amounts.items())
