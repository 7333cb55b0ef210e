"""Who we are in mail, whom we believe about senders, and what that says of a message."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from intake import authentication, signatures
from intake.authentication import Proof
from intake.message import InboundMessage
from pipeline.rawmail import RawMail


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Who we are in mail: the addresses and the domain that are our own, and whom we believe about senders.

    ``trusted_authserv_ids`` are ids of mail servers whose results count; ``dkim_lookup`` finds the keys of signatures,
    where we check them ourselves, and ``trusted_sealers`` are domains believed about mail that they passed on.
    ``intent_threshold`` is the confidence below which a person says what a mail wants. ``company_names`` are those
    under which we write policies.
    """

    addresses: frozenset[str]
    domain: str
    trusted_authserv_ids: tuple[str, ...] = ()
    dkim_lookup: signatures.Lookup | None = None
    trusted_sealers: tuple[str, ...] = ()
    intent_threshold: float | None = None
    company_names: tuple[str, ...] = ()


def proof_of(message: InboundMessage, mail: RawMail, house: House) -> Proof:
    """Return whether the sender is proven; signatures are over bytes as they came, so cut mails have none."""
    lookup = house.dkim_lookup
    signers = None if lookup is None else lambda: () if mail.cut else signatures.signing_domains(mail.raw, lookup)
    sealers = house.trusted_sealers
    sealed = None
    if lookup is not None and sealers and not mail.cut:
        sealed = partial(signatures.sealed_results, mail.raw, lookup, sealers)
    return authentication.authenticate(message, trusted=house.trusted_authserv_ids, signers=signers, sealed=sealed)
