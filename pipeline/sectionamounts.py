"""Subjects of insurance of a property section as amounts of its buildings: building, contents, business income."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline import schedules
from pipeline.agreement import amount as as_amount
from pipeline.submission import SourcedCandidate

_CONTENTS = (
    "content",
    "bpp",
    "personal property",
    "stock",
    "machinery",
    "m&e",
    "tenant",
    "ti&b",
    "betterment",
    "equip",
)
_INCOME = ("bi", "business income", "bi/ee", "rents", "rental", "extra expense", "ee")


def building_amounts(claims: Sequence[SourcedCandidate]) -> list[SourcedCandidate]:
    """Turn a section's subjects of insurance into amounts of its buildings, per document."""
    rows: dict[tuple[str | None, str], dict[str, SourcedCandidate]] = {}
    for claim in claims:
        subject = claim.candidate.field.startswith("subjects[") and claim.source.document is not None
        if subject and (match := schedules.GROUP.match(claim.candidate.field)):
            rows.setdefault((claim.source.document, match[2]), {})[match[3]] = claim
    found: dict[tuple[str | None, str], SourcedCandidate] = {}
    for (document, _), row in rows.items():
        amount = _amount_of(row)
        if amount is not None:
            key = (document, amount.candidate.field)
            found[key] = _sum(found[key], amount) if key in found else amount
    return list(found.values())


def _amount_of(row: Mapping[str, SourcedCandidate]) -> SourcedCandidate | None:
    limit, subject = row.get("limit"), row.get("subject")
    if limit is None or limit.candidate.value in (None, ""):
        return None
    building = row["building"].candidate.value if "building" in row else 0
    kind = _amount_kind(str(subject.candidate.value or "").lower() if subject else "")
    index = int(as_amount(building) or 0)
    candidate = replace(limit.candidate, field=f"buildings[{index}].{kind}")
    return replace(limit, candidate=candidate, origin="derived")


def _amount_kind(subject: str) -> str:
    plain = subject.strip(" .")
    if plain in _INCOME or any(len(word) > 3 and word in plain for word in _INCOME):
        return "bi_value"
    if any(word in plain for word in _CONTENTS):
        return "contents_value"
    return "building_value"


def _sum(one: SourcedCandidate, other: SourcedCandidate) -> SourcedCandidate:
    """Add two amounts of one building and kind; an amount in words ("ALS") stays as it is."""
    left, right = as_amount(one.candidate.value), as_amount(other.candidate.value)
    if left is None or right is None:
        return one
    total = str(left + right)
    return replace(one, candidate=replace(one.candidate, value=total, raw=total))
