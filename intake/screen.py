"""Tell machine mail from people's mail before anything else reads it.

Every rule of the table is asked, so that the record shows what spoke and what did not; the first one in the order of
the table that discards or holds decides. Nothing is deleted: a discarded message is kept with its reason and may be
taken back. Headers decide, words only second a header.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from intake import bounces, screening
from intake.bounces import Bounce
from intake.message import InboundMessage
from intake.screening import Desk, Rule

__all__ = ["RULES", "Bounce", "Desk", "Hit", "Rule", "Screening", "screen"]

Disposition = Literal["accept", "hold", "discard"]
RULES: Final = screening.RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A rule that spoke, with what it saw."""

    rule: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What happens to a message and why.

    ``reason`` is the id of the deciding rule, empty when the message is accepted without remarks. ``answerable`` is
    False when no automatic mail may ever go back to its sender. ``bounce`` is set for delivery reports.
    """

    disposition: Disposition
    reason: str = ""
    hits: tuple[Hit, ...] = ()
    misses: tuple[str, ...] = ()
    answerable: bool = True
    bounce: Bounce | None = None


def screen(message: InboundMessage, *, own_addresses: Iterable[str], own_domain: str) -> Screening:
    """Return whether to accept, hold or discard a message.

    ``own_addresses`` are those our own mail comes from (any plus-address of them counts); ``own_domain`` is the house's
    mail domain. Pure: the same message gets the same answer.
    """
    desk = Desk.of(message, own_addresses, own_domain)
    found = [(rule, rule.test(message, desk)) for rule in RULES]
    spoken = [rule for rule, evidence in found if evidence]
    deciding = next((rule for rule in spoken if rule.verdict != "silence"), None)
    remark = deciding or next(iter(spoken), None)
    return Screening(
        disposition="accept" if deciding is None else "discard" if deciding.verdict == "discard" else "hold",
        reason=remark.id if remark else "",
        hits=tuple(Hit(rule=rule.id, evidence=evidence) for rule, evidence in found if evidence),
        misses=tuple(rule.id for rule, evidence in found if not evidence),
        answerable=not spoken,
        bounce=bounces.read(message) if any(rule.id in screening.DELIVERY_RULES for rule in spoken) else None,
    )
