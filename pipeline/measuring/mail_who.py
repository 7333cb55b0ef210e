"""Who really sent mails that somebody passed on, and whose proof is real: forwarded chains and forged results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, Final, Literal, cast

from intake import authentication, forwards, mime, signing, unpack
from intake.forwards import Unwound
from intake.message import Address
from parsers.sandbox import Sandbox
from pipeline import containers, vouching
from pipeline.measuring.intervals import Share
from pipeline.measuring.measures import Measure
from pipeline.stages import Reader

Split = Literal["tune", "test"]
CHAINS: Final = 300
FORGERIES: Final = 152
GOAL: Final = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was said of one mail: ``right`` about the address, ``named`` about the name as well, ``asked`` of a person.

    ``must_ask`` is whether nobody could know.
    """

    name: str
    confidence: float
    right: bool
    named: bool
    asked: bool
    must_ask: bool


def measure_who(split: Split = "tune", count: int = CHAINS) -> tuple[Measure, ...]:
    """Unwind forwarded chains and weigh results of servers, and hold both against their truth."""
    with Sandbox() as reader:
        told = tuple(chains(split, count, cast(Reader, reader)))
    known = [one for one in told if not one.must_ask]
    unknown = [one for one in told if one.must_ask]
    answered = [one for one in told if not one.asked]
    sure = [one for one in answered if one.confidence >= 0.9]
    less = [one for one in answered if one.confidence < 0.9]
    return (
        Measure(name="true sender right, or rightly asked", found=_share(one.right for one in told), goal=GOAL),
        Measure(name="true sender right where it can be known", found=_share(one.right for one in known), goal=GOAL),
        Measure(name="true sender's name right", found=_share(one.named for one in known)),
        Measure(name="asked where nobody can know", found=_share(one.asked for one in unknown), goal=1.0),
        Measure(name="asked without need", found=_share(one.asked for one in known), goal=0.02, least=False),
        Measure(name="said and wrong", found=_share(not one.right for one in answered), goal=0.02, least=False),
        Measure(name="right of those said with 0.9 or more", found=_share(one.right for one in sure), goal=0.95),
        Measure(name="right of those said with less", found=_share(one.right for one in less), goal=0.8),
        *_proofs(split),
    )


def chains(split: Split, count: int, reader: Reader) -> Iterable[Told]:
    """Yield what is said of each forwarded mail; people on record settle names, as in the product."""
    corpus: Any = import_module("fixtures.mailcases.forwards")
    for case in corpus.cases(split, count):
        message = mime.parse(case.raw)
        inside = unpack.unpack(message, opener=containers.opener(reader)).messages
        unwound = _settled(forwards.unwind(message, own_domain=corpus.HOUSE, attached=inside), case, corpus.HOUSE)
        asked = unwound.is_unclear or unwound.true_sender is None
        email = "" if asked or unwound.true_sender is None else unwound.true_sender.email.lower()
        name = unwound.true_sender.name if unwound.true_sender else ""
        yield Told(
            name=case.name,
            confidence=unwound.confidence,
            right=email == (case.sender or ""),
            named=email == (case.sender or "") and signing.key(name) == signing.key(case.sender_name),
            asked=asked,
            must_ask=case.sender is None,
        )


def _settled(unwound: Unwound, case: Any, house: str) -> Unwound:
    if not unwound.named or not unwound.is_unclear:
        return unwound
    wanted = signing.key(unwound.named)
    found = [one for one in case.known if signing.key(one.name) == wanted]
    if len(found) != 1:
        return unwound
    (person,) = found
    ours = person.email.endswith(f"@{house}")
    meant = unwound.true_sender if ours else Address(email=person.email, name=person.name)
    return unwound if meant is None else replace(unwound, true_sender=meant, confidence=vouching.BY_NAME)


def _proofs(split: Split) -> tuple[Measure, ...]:
    corpus: Any = import_module("fixtures.mailcases.forgeries")
    said = [
        (case.verdict, authentication.authenticate(mime.parse(case.raw), trusted=[case.trusted]).verdict)
        for case in corpus.cases(split, FORGERIES)
    ]
    believed = _share(found == "proven" for truth, found in said if truth != "proven")
    return (
        Measure(name="verdicts on senders right", found=_share(truth == found for truth, found in said), goal=1.0),
        Measure(name="forged or unproven, and believed", found=believed, goal=0.0, least=False),
    )


def _share(held: Iterable[bool]) -> Share:
    each = list(held)
    return Share(hits=sum(each), n=len(each))
