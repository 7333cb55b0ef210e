"""Which line a term or claim of a loss run is of, where its own row does not say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline import losses
from pipeline.checks.units import Unit
from pipeline.schedules import PRIOR_COLUMNS
from pipeline.submission import Facts, Line


def with_lines(
    terms: tuple[losses.Term, ...], facts: Facts, units: Mapping[str, tuple[Unit, ...]]
) -> tuple[losses.Term, ...]:
    """Give a line to terms whose run does not say it: by the forms' policy numbers, or the only line asked for."""
    known = _lines_by_policy(units)
    only = facts.lines[0] if len(facts.lines) == 1 else None
    return tuple(
        term if term.line else replace(term, line=known.get(_policy_key(term.policy_number), only)) for term in terms
    )


def placed(claims: tuple[losses.LossClaim, ...], terms: tuple[losses.Term, ...]) -> tuple[losses.LossClaim, ...]:
    """Give a line to claims whose row does not say it: that of their policy, or the only one of their report."""
    by_policy = {_policy_key(term.policy_number): term.line for term in terms}
    by_paper: dict[str, set[Line | None]] = {}
    for term in terms:
        by_paper.setdefault(term.document.id, set()).add(term.line)
    placed = []
    for claim in claims:
        lines = by_paper.get(claim.document.id, set())
        line = by_policy.get(_policy_key(claim.policy_number)) or (next(iter(lines)) if len(lines) == 1 else None)
        placed.append(claim if claim.line else replace(claim, line=line))
    return tuple(placed)


def _lines_by_policy(units: Mapping[str, tuple[Unit, ...]]) -> dict[str, Line]:
    found = {_policy_key(unit.text("policy")): "workers_compensation" for unit in units.get("wc_prior", ())}
    for unit in units.get("prior_carriers", ()):
        for line, start in PRIOR_COLUMNS.items():
            found[_policy_key(unit.text(f"{start}_policy"))] = line
    found.pop("", None)
    return found


def _policy_key(number: str) -> str:
    """Return a policy number without blanks, dashes and its term suffix."""
    return re.sub(r"[^A-Z0-9]", "", re.sub(r"[-\s]\d{2}$", "", number.upper()))
