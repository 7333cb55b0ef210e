"""Mail domains: the part somebody registered, and whether two belong together."""

from __future__ import annotations

from typing import Final

#: Second labels under which registries of countries sell names, as in ``house.co.uk``.
_SECOND: Final = frozenset({"ac", "co", "com", "edu", "gob", "gov", "gv", "ltd", "me", "ne", "net", "nom", "or", "org"})


def plain(domain: str) -> str:
    """Return a domain as it is compared: lower case, without the dot at its end."""
    return domain.strip().rstrip(".").lower()


def registered(domain: str) -> str:
    """Return the part of a domain that somebody registered: two labels, three where a registry's own is second.

    This is an estimate without the list of public suffixes; where it errs, two customers of one rare registry look
    alike.
    """
    labels = plain(domain).split(".")
    many = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND
    return ".".join(labels[-3:] if many else labels[-2:])


def aligned(one: str, other: str) -> bool:
    """Return whether two domains belong to one owner (DMARC's relaxed alignment)."""
    return bool(one and other) and "." in one and registered(one) == registered(other)
