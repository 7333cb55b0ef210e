"""DKIM signatures checked by ourselves, with keys from a table instead of DNS."""

from __future__ import annotations

import base64

import dkim  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from intake import mime
from intake.authentication import authenticate
from intake.signatures import sealed_results, signing_domains
from pipeline.house import House
from pipeline.stages import read_message

MAIL = b"From: Ann <ann@field.example>\r\nTo: s@house.example\r\nSubject: quote\r\n\r\nPlease quote.\r\n"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
)
RECORDS = {
    "s1._domainkey.field.example.": b"v=DKIM1; k=rsa; p=" + PUBLIC,
    "s1._domainkey.other.example.": b"v=DKIM1; k=rsa; p=" + PUBLIC,
    "s1._domainkey.relay.example.": b"v=DKIM1; k=rsa; p=" + PUBLIC,
    "s1._domainkey.list.example.": b"v=DKIM1; k=rsa; p=" + PUBLIC,
    "s1._domainkey.broken.example.": b"v=DKIM1; k=rsa; p=!!!",
}


def signed(domain: bytes = b"field.example", **options: object) -> bytes:
    signature: bytes = dkim.sign(MAIL, b"s1", domain, PRIVATE, **options)
    return signature + MAIL


def lookup(name: str) -> bytes | None:
    return RECORDS.get(name)


def verdict(raw: bytes) -> str:
    signers = lambda: signing_domains(raw, lookup)  # noqa: E731
    return authenticate(mime.parse(raw), trusted=(), signers=signers).verdict


def test_a_signature_that_holds_proves_the_sender() -> None:
    assert signing_domains(signed(), lookup) == ("field.example",)
    assert verdict(signed()) == "proven"


def test_the_signature_of_another_house_proves_nothing() -> None:
    assert signing_domains(signed(b"other.example"), lookup) == ("other.example",)
    assert verdict(signed(b"other.example")) == "unproven"


@pytest.mark.parametrize(
    "raw",
    [
        signed().replace(b"Please", b"Kindly"),
        signed().replace(b"From: Ann <ann", b"From: Eve <eve"),
        signed(b"nokey.example"),
        signed(b"broken.example"),
        signed(length=True) + b"and pay to another account\r\n",
        MAIL,
        b"DKIM-Signature: v=1; d=field.example\r\n" + MAIL,
        b"DKIM-Signature: \xff\xfe=;;;\r\n" + MAIL,
        b"",
    ],
    ids=["body", "from", "no-key", "broken-key", "partly", "unsigned", "no-fields", "noise", "nothing"],
)
def test_what_was_changed_or_is_no_signature_proves_nothing(raw: bytes) -> None:
    assert signing_domains(raw, lookup) == ()


def test_one_sound_signature_among_broken_ones_counts() -> None:
    raw = b"DKIM-Signature: v=1; a=rsa-sha256; d=field.example; s=s1; h=from; bh=x; b=x\r\n" + signed()
    assert signing_domains(raw, lookup) == ("field.example",)


HOST = "mx.house.example"
HOP = f"Received: from out.relay.example ([198.51.100.7]) by {HOST}; x\r\n".encode()
FAILED = (
    f"Authentication-Results: {HOST}; spf=fail smtp.mailfrom=a@field.example; dmarc=fail header.from=field.example\r\n"
)
PASSED = "spf=pass smtp.mailfrom=a@field.example; dmarc=pass header.from=field.example"
RELAY, LIST = "relay.example", "list.example"


def passed_on(mail: bytes, sealer: str, said: str) -> bytes:
    """Return a mail as a relay passes it on: with what it found, sealed."""
    found = f"Authentication-Results: {sealer}; {said}\r\n".encode() + mail
    return b"".join(dkim.arc_sign(found, b"s1", sealer.encode(), PRIVATE, sealer.encode())) + found


def sealed_verdict(raw: bytes, *sealers: str, above: str = FAILED) -> str:
    arrived = above.encode() + HOP + raw
    sealed = lambda: sealed_results(arrived, lookup, sealers)  # noqa: E731
    return authenticate(mime.parse(arrived), trusted=[HOST], sealed=sealed).verdict


def test_mail_that_a_trusted_relay_passed_on_is_proven_by_what_the_relay_found() -> None:
    raw = passed_on(MAIL, RELAY, PASSED)
    assert sealed_verdict(raw) == "failed"
    assert sealed_verdict(raw, LIST) == "failed"
    assert sealed_verdict(raw, RELAY) == "proven"
    assert sealed_verdict(raw, RELAY.upper(), above="") == "proven"


def test_every_house_on_the_way_has_to_be_trusted() -> None:
    raw = passed_on(passed_on(MAIL, LIST, PASSED), RELAY, "arc=pass; dmarc=fail header.from=field.example")
    assert sealed_verdict(raw, RELAY) == "failed"
    assert sealed_verdict(raw, LIST) == "failed"
    assert sealed_verdict(raw, RELAY, LIST) == "proven"


@pytest.mark.parametrize(
    "said",
    [
        "dmarc=fail header.from=field.example",
        "dmarc=pass header.from=other.example",
        "spf=pass smtp.mailfrom=a@other.example",
        "dkim=pass",
        "(dmarc=pass header.from=field.example) dmarc=none",
    ],
)
def test_a_relay_that_found_nothing_proves_nothing(said: str) -> None:
    assert sealed_verdict(passed_on(MAIL, RELAY, said), RELAY) == "failed"


SEALED = passed_on(MAIL, RELAY, PASSED)


@pytest.mark.parametrize(
    "raw",
    [
        SEALED.replace(b"Please", b"Kindly"),
        SEALED.replace(b"From: Ann <ann@field", b"From: Ann <eve@field"),
        SEALED.replace(b"header.from=field.example", b"header.from=other.example"),
        SEALED.replace(b"d=relay.example", b"d=nokey.example"),
        SEALED.replace(b"ARC-Seal: i=1", b"ARC-Seal: i=2"),
        SEALED.replace(b"ARC-Message-Signature: i=1;", b"ARC-Message-Signature: i=1; l=5;"),
        SEALED[SEALED.index(b"ARC-Message-Signature") :],
        b"ARC-Seal: \xff\xfe;;=\r\n" + MAIL,
        b"ARC-Seal: i=999999999; a=rsa-sha256; cv=none; d=relay.example; s=s1; b=x\r\n" + MAIL,
        MAIL,
        b"",
    ],
    ids=["body", "from", "results", "no-key", "number", "partly", "torn", "noise", "far", "unsealed", "nothing"],
)
def test_a_seal_that_does_not_hold_says_nothing(raw: bytes) -> None:
    assert sealed_results(raw, lookup, (RELAY,)) == ("", "")


def test_a_message_is_read_with_the_seals_its_house_trusts() -> None:
    class Nobody:
        def read_all(self, files: object) -> tuple[()]:
            return ()

    arrived = FAILED.encode() + HOP + SEALED
    told = {}
    for name, sealers in {"none": (), "relay": (RELAY,)}.items():
        house = House(
            addresses=frozenset({"s@house.example"}),
            domain="house.example",
            trusted_authserv_ids=(HOST,),
            trusted_sealers=sealers,
            dkim_lookup=lookup,
        )
        told[name] = read_message(arrived, reader=Nobody(), house=house).proof  # type: ignore[arg-type]
    assert (told["none"].verdict, told["relay"].verdict) == ("failed", "proven")
    assert told["relay"].evidence[0].startswith("sealed by relay.example: spf=pass")
