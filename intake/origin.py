"""Who a message is really from, when somebody passed it on; with the evidence, and the others it could be.

The house's own people forward agents' mail: then the first outside sender in the chain is meant. An agent who forwards
mail from another house stays the sender, because the inner one is usually the insured, a carrier, or a retail agent
who deals with that agent and not with us. Addresses that merely stand in the words are nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from intake import addresses, headers, signing
from intake.budget import DEFAULT_BUDGET, Meter
from intake.message import Address, InboundMessage
from intake.quotes import QuotedBlock

SURE: Final = 0.8
"""From here on the sender is believed; below, a person is asked."""

UNCLEAR: Final = 0.6
"""Below, a message that nobody passed on is unclear too: a machine that names no person sent it."""

PUBLIC_MAIL: Final = frozenset(
    {"gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "aol.com", "icloud.com", "msn.com", "live.com", "att.net"}
)
"""Mail providers open to everybody: an address there says nothing about a house."""

_ROBOT: Final = re.compile(r"(?:no|do-?not)[-_.]?reply|notifications?|mailer[-_.]?daemon", re.I)
_HEAD_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The person behind a message. ``confidence`` is 0 when nobody could be found.

    ``named`` is the name a quoted head gives without an address: who knows people by name may settle it.
    """

    sender: Address | None
    confidence: float
    evidence: tuple[str, ...] = ()
    rivals: tuple[Address, ...] = ()
    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A quoted mail that names its writer, with the words below its head."""

    block: QuotedBlock
    words: str


def true_sender(
    message: InboundMessage,
    heads: Sequence[Head],
    *,
    forward: bool,
    own_domain: str,
    inner: Sequence[Address] | None = None,
) -> Origin:
    """Return whom the message is really from.

    ``heads`` are the quoted mails, topmost first; ``inner`` the senders of attached mails, outermost first, looked up
    among the attachments when not given.
    """
    attached = _attached_senders(message) if inner is None else inner
    outside = _outside((head.block.sender for head in heads), own_domain)
    if message.sender is None:
        return _first(outside, 0.5, "the message names no sender; first outside sender of the quoted blocks")
    if _is_own(message.sender, own_domain):
        return _from_inside(message, heads, attached, forward=forward, own_domain=own_domain)
    if _ROBOT.search(message.sender.email.partition("@")[0]):
        return _from_robot(message, outside, own_domain)
    if not forward or not heads:
        return Origin(sender=message.sender, confidence=0.95, evidence=("From header",))
    return _from_agent(message, heads, outside)


def is_passed_on(message: InboundMessage, *, own_domain: str, inner: Sequence[Address] | None = None) -> bool:
    """Return whether one of our own people attached another house's mail."""
    if message.sender is None or not _is_own(message.sender, own_domain):
        return False
    return bool(_outside(_attached_senders(message) if inner is None else inner, own_domain))


def _from_inside(
    message: InboundMessage, heads: Sequence[Head], attached: Sequence[Address], *, forward: bool, own_domain: str
) -> Origin:
    outside = _outside((head.block.sender for head in heads), own_domain)
    if not forward:
        return Origin(sender=message.sender, confidence=0.6, evidence=("From header, our own domain",), rivals=outside)
    unnamed = ""
    for head in heads:
        sender = head.block.sender
        if sender is None:
            named = _by_name(message, heads, head)
            if named is None:
                unnamed = unnamed or signing.name_of(head.block.sender_text)
            elif not _is_own(named.sender, own_domain):
                return _of_chain(named.sender, outside, unnamed, named.evidence, named.confidence)
        elif not _is_own(sender, own_domain):
            alone = len(outside) == 1
            evidence = "first outside sender of the forwarded blocks"
            return _of_chain(sender, outside, unnamed, evidence, 0.95 if alone else 0.9)
    found = _first(_outside(attached, own_domain), 0.9, "sender of the attached message")
    return replace(found, named=unnamed, confidence=0.5 if unnamed and found.sender else found.confidence)


def _of_chain(sender: Address, outside: tuple[Address, ...], unnamed: str, evidence: str, confidence: float) -> Origin:
    """Return the sender found in a chain; a head above that names somebody without an address makes it doubtful."""
    rivals = tuple(one for one in outside if one.email.lower() != sender.email.lower())
    told: tuple[str, ...] = (evidence,)
    if unnamed:
        told, confidence = (evidence, "a head above it names somebody without an address"), 0.5
    return Origin(sender=sender, confidence=confidence, evidence=told, rivals=rivals, named=unnamed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """The address found for a name, with how sure that is."""

    sender: Address
    confidence: float
    evidence: str


def _by_name(message: InboundMessage, heads: Sequence[Head], head: Head) -> _Named | None:
    """Return the address of a head that shows a name alone: as it stands elsewhere in the chain, or signed below."""
    name = signing.name_of(head.block.sender_text)
    if not name:
        return None
    people = [*message.to, *message.cc, *message.reply_to]
    for each in heads:
        people += [*each.block.to, *([each.block.sender] if each.block.sender else [])]
    same = {one.email.lower(): one for one in people if signing.key(one.name) == signing.key(name)}
    if len(same) == 1:
        (found,) = same.values()
        evidence = "the head gives a name alone; the address stands beside it elsewhere in the chain"
        return _Named(sender=found, confidence=0.88, evidence=evidence)
    signed = signing.signed_address(head.words, name)
    if signed is None or len(same) > 1:
        return None
    evidence = "the head gives a name alone; the address stands in the signature below"
    return _Named(sender=Address(email=signed, name=name), confidence=0.85, evidence=evidence)


def _from_robot(message: InboundMessage, outside: tuple[Address, ...], own_domain: str) -> Origin:
    answers = _outside(message.reply_to, own_domain)
    people = tuple(one for one in answers if not _ROBOT.search(one.email.partition("@")[0]))
    if people:
        return _first(people, 0.85 if len(people) == 1 else 0.6, "Reply-To of an automatic sender")
    labelled = _outside(signing.labelled(message.text), own_domain)
    if labelled:
        return _first(labelled, 0.85 if len(labelled) == 1 else 0.6, "named as submitter by an automatic sender")
    if outside:
        return _first(outside, 0.7, "first outside sender quoted by an automatic sender")
    return Origin(sender=message.sender, confidence=0.4, evidence=("From header of an automatic sender",))


def _from_agent(message: InboundMessage, heads: Sequence[Head], outside: tuple[Address, ...]) -> Origin:
    """A colleague's mail passed on is the colleague's; another house's mail passed on stays the forwarder's."""
    sender, top = message.sender, heads[0]
    assert sender is not None  # noqa: S101  the only caller looked
    inner = top.block.sender
    if inner is None:
        named = _by_name(message, heads, top)
        inner = named.sender if named else None
    rivals = tuple(one for one in outside if one.email.lower() != sender.email.lower())
    if inner is None:
        return Origin(sender=sender, confidence=0.85, evidence=("From header; the head below has no address",))
    if inner.email.lower() == sender.email.lower():
        return Origin(sender=sender, confidence=0.95, evidence=("From header and forwarded block agree",))
    if inner.domain == sender.domain and inner.domain not in PUBLIC_MAIL and not _is_robot(inner):
        others = (sender, *(one for one in rivals if one.email.lower() != inner.email.lower()))
        return Origin(
            sender=inner, confidence=0.85, evidence=("forwarded by a colleague of the same domain",), rivals=others
        )
    evidence = ("From header; the forwarded mail is another house's",)
    return Origin(sender=sender, confidence=0.85, evidence=evidence, rivals=rivals)


def _is_robot(address: Address) -> bool:
    return bool(_ROBOT.search(address.email.partition("@")[0]))


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
