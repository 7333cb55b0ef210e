"""Mail domains: the part somebody registered, by the list of public suffixes, and whether two belong together."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def plain(domain: str) -> str:
    """Return a domain as it is compared: lower case, without the dot at its end."""
    return domain.strip().rstrip(".").lower()


@lru_cache(maxsize=20_000)
def registered(domain: str) -> str:
    """Return the part of a domain that somebody registered: one label more than its public suffix (RFC 7489 §3.2).

    Suffixes of registries (``co.uk``, ``k12.ca.us``) and of houses that give names to others (``github.io``) count. A
    domain that is such a suffix itself, or a single word, stays as it is.
    """
    named = plain(domain)
    return _suffixes().privatesuffix(named) or named


def aligned(one: str, other: str) -> bool:
    """Return whether two domains belong to one owner (DMARC's relaxed alignment)."""
    return bool(one and other) and "." in one and registered(one) == registered(other)


@cache
def _suffixes() -> PublicSuffixList:
    """Return the list that came with the library; no network is asked for a newer one."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
