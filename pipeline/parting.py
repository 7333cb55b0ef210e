"""Tell the insureds of one mail apart: which documents are whose, where each names its own.

Only applications make insureds: a loss run of somebody else, or a landlord on a certificate, is no account of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.extract.spoken import ENTITY
from pipeline import names
from pipeline.agreement import digits
from pipeline.records.documents import ReadDocument
from pipeline.stages import ReadMessage

LEADING = frozenset({"acord_125", "acord_130", "carrier_app"})
"""Kinds that say for whom insurance is asked."""
SURE = 0.8
_NAME, _FEIN = "named_insureds[0].name", "named_insureds[0].fein"
_LISTED = re.compile(
    rf"^\s{{0,8}}(?:\d{{1,2}}[.)]|[-*\u2022])\s{{1,4}}"
    rf"(?P<name>[A-Z][^\n,:;]{{2,60}}?,?\s{ENTITY})(?=[\s,:;.-]|$)",
    re.M,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One insured's part of a mail."""

    insured: str
    documents: tuple[ReadDocument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """The shares of a mail about several insureds; ``unclear`` are documents of which nobody can say whose they are."""

    shares: tuple[Share, ...]
    unclear: tuple[ReadDocument, ...] = ()


def parted(documents: Sequence[ReadDocument]) -> Parted | None:
    """Return the documents of a mail by insured, or None where they are about one."""
    leaders: list[ReadDocument] = []
    for document in documents:
        if _leads(document) and not any(_is_same(document, known) for known in leaders):
            leaders.append(document)
    if len(leaders) < 2:
        return None
    owned: dict[str, list[ReadDocument]] = {leader.filed.id: [] for leader in leaders}
    unclear: list[ReadDocument] = []
    for document in documents:
        owner = next((leader for leader in leaders if _is_same(document, leader)), None)
        (owned[owner.filed.id] if owner else unclear).append(document)
    shares = tuple(Share(insured=_called(one), documents=tuple(owned[one.filed.id])) for one in leaders)
    return Parted(shares=shares, unclear=tuple(unclear))


def listed(read: ReadMessage) -> tuple[str, ...]:
    """Return the insureds that the words of a mail count up, one a line; fewer than two mean nothing."""
    found: list[str] = []
    for each in _LISTED.finditer(read.said.text):
        name = " ".join(each["name"].split())
        if all(names.similarity(name, known) < names.OTHER_NAME for known in found):
            found.append(name)
    return tuple(found) if len(found) > 1 else ()


def _leads(document: ReadDocument) -> bool:
    return document.filed.kind in LEADING and bool(_called(document)) and document.filed.confidence >= SURE


def _is_same(document: ReadDocument, leader: ReadDocument) -> bool:
    if document is leader:
        return True
    ours, theirs = digits(_value(leader, _FEIN)), digits(_value(document, _FEIN))
    name = _called(document)
    if not name:
        return False
    alike = names.similarity(name, _called(leader))
    return alike >= names.OTHER_NAME or (len(ours) == 9 and ours == theirs)


def _called(document: ReadDocument) -> str:
    return _value(document, _NAME) or document.filed.insured or ""


def _value(document: ReadDocument, field: str) -> str:
    values = (one.candidate.value for one in document.candidates if one.candidate.field == field)
    return next((str(value) for value in values if value), "")
