"""Senders that look like somebody we know and are not: changed letters, other endings, borrowed names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from rapidfuzz.distance import OSA

from intake import domains, signing
from intake.message import Address

How = Literal["letters", "ending", "misspelt", "inside", "shown_name"]

#: Letters of other scripts, and digits, that are read as a Latin letter.
_READ_AS: Final = str.maketrans(
    {
        **dict(zip("авгԁеһіјкӏмпорԛѕтухуԝѵ", "abrdehijklmnopqstuxywv", strict=True)),
        **dict(zip("αβεικνορτυχγωη", "abeiknoptuxywn", strict=True)),
        **dict(zip("0135$|!¡ıłøđŀ", "olesslliilodl", strict=True)),
    }
)
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))
_SHORT, _LONG = 5, 10
_INSIDE: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """A sender who looks like a known house: which domain, and what is alike."""

    how: How
    domain: str
    like: str
    house: str = ""

    @property
    def words(self) -> str:
        """Return the warning as people read it."""
        said = {
            "letters": "is written with other letters that look like",
            "ending": "has another ending than",
            "misspelt": "differs by a letter or two from",
            "inside": "contains the name of",
            "shown_name": "writes under the name of",
        }[self.how]
        return f"{self.domain} {said} {self.like}" + (f" ({self.house})" if self.house else "")


def look_alikes(sender: Address, known: Mapping[str, str]) -> tuple[LookAlike, ...]:
    """Return whom a sender looks like without being them. ``known`` are domains (ours among them) with their house."""
    domain = domains.plain(sender.domain)
    owners = {domains.registered(one): one for one in known}
    mine = domains.registered(domain)
    if not domain or mine in owners:
        return ()
    found = [
        LookAlike(how=how, domain=domain, like=like, house=known[like])
        for own, like in sorted(owners.items())
        if (how := _alike(domain, mine, own)) is not None
    ]
    found += [one for one in _borrowed(sender, domain, known) if all(one.like != two.like for two in found)]
    return tuple(found)


@lru_cache(maxsize=50_000)
def skeleton(label: str) -> str:
    """Return a label as the eye reads it: punycode decoded, scripts and digits as Latin letters, pairs joined."""
    if label.startswith("xn--"):
        try:
            label = label[4:].encode("ascii").decode("punycode")
        except (UnicodeError, ValueError):
            return label
    folded = unicodedata.normalize("NFKD", label.casefold())
    read = "".join(char for char in folded if not unicodedata.combining(char)).translate(_READ_AS)
    for pair, letter in _PAIRS:
        read = read.replace(pair, letter)
    return read.replace("i", "l").replace("-", "")


def _alike(domain: str, mine: str, own: str) -> How | None:
    label, _, ending = mine.partition(".")
    other, _, other_ending = own.partition(".")
    if skeleton(label) == skeleton(other):
        return "ending" if label == other else "letters"
    if _is_misspelt(label, other, less=int(ending != other_ending)):
        return "misspelt"
    return "inside" if len(other) >= _INSIDE and skeleton(other) in skeleton(domain.replace(".", "")) else None


def _is_misspelt(label: str, other: str, *, less: int) -> bool:
    shorter = min(len(label), len(other))
    if shorter < _SHORT:
        return False
    most = (2 if shorter >= _LONG else 1) - less
    return most > 0 and OSA.distance(label, other, score_cutoff=most) <= most


def _borrowed(sender: Address, domain: str, known: Mapping[str, str]) -> Iterator[LookAlike]:
    """Yield whose name or address the shown name claims."""
    shown = sender.name.casefold()
    words = signing.key(sender.name)
    for like, house in sorted(known.items()):
        named = signing.key(house)
        claims_address = f"@{like}" in shown or shown.strip() == like
        claims_house = len(named) > 1 and len(house) >= _INSIDE and set(named) <= set(words)
        if claims_address or claims_house:
            yield LookAlike(how="shown_name", domain=domain, like=like, house=house)
