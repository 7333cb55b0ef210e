"""Who a message is really from, when somebody passed it on; with the evidence, and the others it could be.

The house's own people forward agents' mail: then the first outside sender in the chain is meant. An agent who forwards
mail from another house stays the sender, because the inner one is usually the insured or a carrier.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from intake import addresses, headers
from intake.budget import DEFAULT_BUDGET, Meter
from intake.message import Address, InboundMessage
from intake.quotes import QuotedBlock

_ROBOT: Final = re.compile(r"(?:no|do-?not)[-_.]?reply|notifications?|mailer[-_.]?daemon", re.I)
_HEAD_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The person behind a message. ``confidence`` is 0 when nobody could be found."""

    sender: Address | None
    confidence: float
    evidence: tuple[str, ...] = ()
    rivals: tuple[Address, ...] = ()


def true_sender(message: InboundMessage, heads: tuple[QuotedBlock, ...], *, forward: bool, own_domain: str) -> Origin:
    """Return whom the message is really from; ``heads`` are the quoted blocks that name a writer, topmost first."""
    outside = _outside((head.sender for head in heads), own_domain)
    if message.sender is None:
        return _first(outside, 0.5, "the message names no sender; first outside sender of the quoted blocks")
    if _is_own(message.sender, own_domain):
        return _from_inside(message, outside, forward=forward, own_domain=own_domain)
    if _ROBOT.search(message.sender.email.partition("@")[0]):
        return _from_robot(message, outside, own_domain)
    if not forward or not outside:
        return Origin(sender=message.sender, confidence=0.95, evidence=("From header",))
    return _from_agent(message.sender, outside)


def _from_inside(message: InboundMessage, outside: tuple[Address, ...], *, forward: bool, own_domain: str) -> Origin:
    if not forward:
        return Origin(sender=message.sender, confidence=0.6, evidence=("From header, our own domain",), rivals=outside)
    if outside:
        several = len({address.domain for address in outside}) > 1
        return _first(outside, 0.75 if several else 0.9, "first outside sender of the forwarded blocks")
    attached = _outside(_attached_senders(message), own_domain)
    return _first(attached, 0.85, "sender of the attached message")


def _from_robot(message: InboundMessage, outside: tuple[Address, ...], own_domain: str) -> Origin:
    answers = _outside(message.reply_to, own_domain)
    people = tuple(one for one in answers if not _ROBOT.search(one.email.partition("@")[0]))
    if people:
        return _first(people, 0.8, "Reply-To of an automatic sender")
    if outside:
        return _first(outside, 0.7, "first outside sender quoted by an automatic sender")
    return Origin(sender=message.sender, confidence=0.4, evidence=("From header of an automatic sender",))


def _from_agent(sender: Address, outside: tuple[Address, ...]) -> Origin:
    """A colleague's mail passed on is the colleague's; another house's mail passed on stays the forwarder's."""
    inner = outside[0]
    if inner.email.lower() == sender.email.lower():
        return Origin(sender=sender, confidence=0.95, evidence=("From header and forwarded block agree",))
    if inner.domain == sender.domain:
        rivals = (sender, *(one for one in outside[1:] if one.email != sender.email))
        return Origin(
            sender=inner, confidence=0.7, evidence=("forwarded by a colleague of the same domain",), rivals=rivals
        )
    return Origin(
        sender=sender, confidence=0.6, evidence=("From header; the forwarded mail is another house's",), rivals=outside
    )


def _first(found: tuple[Address, ...], confidence: float, evidence: str) -> Origin:
    if not found:
        return Origin(sender=None, confidence=0.0, evidence=("no outside sender with an address could be read",))
    return Origin(sender=found[0], confidence=confidence, evidence=(evidence,), rivals=found[1:])


def _outside(found: Iterable[Address | None], own_domain: str) -> tuple[Address, ...]:
    outside = {one.email.lower(): one for one in reversed([*found]) if one is not None and not _is_own(one, own_domain)}
    return tuple(reversed(outside.values()))


def _is_own(address: Address, own_domain: str) -> bool:
    own = own_domain.lower().lstrip("@")
    return bool(own) and (address.domain == own or address.domain.endswith("." + own))


def _attached_senders(message: InboundMessage) -> list[Address]:
    found: list[Address] = []
    for attachment in message.attachments:
        if attachment.media_type in ("message/rfc822", "message/global") or attachment.name.lower().endswith(".eml"):
            head = attachment.content[:_HEAD_BYTES]
            fields, _ = headers.split(head, 0, len(head), Meter(DEFAULT_BUDGET))
            found.extend(addresses.parse(headers.first(fields, "from"), Meter(DEFAULT_BUDGET), "From")[:1])
    return found
