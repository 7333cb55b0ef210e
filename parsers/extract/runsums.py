"""Sums over the claims read so far, kept while they are read: a run of many totals is gone through once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from parsers.extract.runclaims import amounts_of
from parsers.extract.runterms import Claim

_NOTHING = Decimal(0)


_STEP = 16
"""Of so many claims the sums up to one are kept: those up to each are as many as the amounts."""


@dataclass(slots=True)
class Running:
    """The sums of every amount up to each claim."""

    claims: list[Claim]
    _until: list[dict[str, Decimal]] = field(default_factory=list)
    _total: dict[str, Decimal] = field(default_factory=dict)
    _done: int = 0

    def are(self, amounts: Mapping[str, Decimal], start: int) -> bool:
        """Return whether amounts are the sums of all claims from the one at ``start`` on."""
        self._extend()
        before = self._before(start)
        return all(
            self._total.get(name, _NOTHING) - before.get(name, _NOTHING) == each for name, each in amounts.items()
        )

    def _before(self, start: int) -> dict[str, Decimal]:
        """Return the sums of all claims before one."""
        known = start // _STEP
        sums = dict(self._until[known] if known < len(self._until) else self._total)
        for claim in self.claims[known * _STEP : start] if known < len(self._until) else ():
            _add(sums, claim)
        return sums

    def _extend(self) -> None:
        for claim in self.claims[self._done :]:
            if self._done % _STEP == 0:
                self._until.append(dict(self._total))
            _add(self._total, claim)
            self._done += 1


def _add(sums: dict[str, Decimal], claim: Claim) -> None:
    for name, amount in amounts_of(claim.cells).items():
        sums[name] = sums.get(name, _NOTHING) + amount


def sums_are(claims: list[Claim], amounts: Mapping[str, Decimal]) -> bool:
    """Return whether amounts are the sums of some claims, wherever they stand."""
    told = [amounts_of(claim.cells) for claim in claims]
    return all(sum((one.get(name, _NOTHING) for one in told), _NOTHING) == each for name, each in amounts.items())
