"""DKIM signatures checked by ourselves, with keys from a table instead of DNS."""

from __future__ import annotations

import base64

import dkim  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from intake import mime
from intake.authentication import authenticate
from intake.signatures import signing_domains

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
