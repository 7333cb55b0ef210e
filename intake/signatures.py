"""Signatures of mail (DKIM) and seals of who passed it on (ARC), checked by ourselves with keys the caller looks up."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

Lookup = Callable[[str], bytes | None]
"""Returns the text record of a name (``selector._domainkey.house.example``), None where there is none."""

_SIGNATURES: Final = 5
_MOST_BYTES: Final = 40 * 1024 * 1024
_PARTLY: Final = re.compile(rb"[;\s]l\s*=\s*\d")
_FIELDS: Final = re.compile(rb"(?:^|[;\s])h\s*=([^;]*)")


def signing_domains(raw: bytes, lookup: Lookup) -> tuple[str, ...]:
    """Return the domains whose signature holds over the whole message. Never raises for bad mail or bad keys.

    A signature over part of the body (``l=``) is not counted: anything may be added behind it.
    """
    if b"dkim-signature" not in raw[:200_000].lower() or len(raw) > _MOST_BYTES:
        return ()
    import dkim  # type: ignore[import-untyped]

    signer = dkim.DKIM(raw, minkey=1024)
    values = [value for name, value in signer.headers if name.lower() == b"dkim-signature"][:_SIGNATURES]
    found: list[str] = []
    for number, value in enumerate(values):
        if _PARTLY.search(value):
            continue
        try:
            holds = signer.verify(number, dnsfunc=lambda name, timeout=5: lookup(_text(name)))
        except (dkim.DKIMException, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
            # The library meets strangers' keys and fields, and fails on them in all these ways.
            continue
        domain = getattr(signer, "domain", b"") or b""
        if holds and domain:
            found.append(_text(domain).lower())
    return tuple(dict.fromkeys(found))


def sealed_results(raw: bytes, lookup: Lookup, sealers: Collection[str]) -> tuple[str, str]:
    """Return who first sealed a message on its way, and the results which that server then had (RFC 8617).

    Both are empty unless every seal holds and every one is by a domain of ``sealers``: each of them may have changed
    the message, and vouches only for what it was given. The newest seal must be over the whole body and From.
    """
    if b"arc-seal" not in raw[:200_000].lower() or len(raw) > _MOST_BYTES:
        return "", ""
    import dkim

    try:
        chain = dkim.ARC(raw, minkey=1024)
        signatures = [value for name, value in chain.headers if name.lower() == b"arc-message-signature"]
        if len(signatures) > _SIGNATURES or not all(map(_is_over_everything, signatures)):
            return "", ""
        outcome, sets, _ = chain.verify(dnsfunc=lambda name, timeout=5: lookup(_text(name)))
    except (dkim.DKIMException, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
        return "", ""
    owners = {_text(one[name]).lower() for one in sets for name in ("as-domain", "ams-domain")}
    if outcome != dkim.CV_Pass or not owners <= {one.lower() for one in sealers}:
        return "", ""
    return _text(sets[-1]["as-domain"]).lower(), _text(sets[-1]["aar-value"])


def _is_over_everything(signature: bytes) -> bool:
    fields = _FIELDS.search(signature)
    named = re.split(rb"[\s:]+", fields[1].lower()) if fields else []
    return b"from" in named and not _PARTLY.search(signature)


def over_network(name: str) -> bytes | None:
    """Return a text record from the system's DNS servers; None where there is none or none answers in time."""
    import dkim
    from dkim import dnsplug

    try:
        record: bytes | None = dnsplug.get_txt_dnspython(name, timeout=5)
    except (dkim.DnsTimeoutError, OSError):
        return None
    return record


def _text(value: bytes | str) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else value
