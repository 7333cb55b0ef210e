"""Whether a message's From is proven: what our own mail server found out, read from where only that server writes.

Anybody can send ``Authentication-Results`` along. One counts when it bears the id of a server we trust, stands above
the hop on which the message came in from outside, and no result of ours stands above it. Failed is what a server says
failed; everything else that is not proven is unproven.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from intake import addresses, domains
from intake.budget import DEFAULT_BUDGET, Meter
from intake.message import InboundMessage

Verdict = Literal["proven", "unproven", "failed", "unchecked"]
Signers = Callable[[], Sequence[str]]
"""Returns the domains whose signature on the message holds; asked only where nothing else proves the sender."""
Sealed = Callable[[], tuple[str, str]]
"""Returns who first sealed the message on a way that is trusted, and the results it had then; empty where nobody."""

NO_ID: Final = "none"
"""Stands in the list of trusted ids for a server that writes none, as Microsoft 365 does."""

_HEADERS: Final = 200
_RESULTS: Final = 40
_CHARS: Final = 8_000
_FIELD: Final = "authentication-results"
#: Servers that write their results below the hop they received from.
_BELOW: Final = ("google.com", "googlemail.com")
_ADDRESS: Final = re.compile(r"[\[(\s](?:IPv6:)?([0-9a-f.:]{3,45})[\])\s]", re.I)
#: Private networks, and the one in which Microsoft's servers pass mail on among themselves.
_INTERNAL: Final = tuple(
    ipaddress.ip_network(one)
    for one in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7",
        "fe80::/10", "2603:1000::/24",
    )
)  # fmt: skip
_RESULT: Final = re.compile(r"\s*([a-z0-9-]{1,30})\s*(?:/\s*\d+\s*)?=\s*([a-z]{1,20})\b(.*)", re.I | re.S)
_PROPERTY: Final = re.compile(
    r"\b(smtp|header|policy|body)\.([a-z0-9-]{1,20})\s*=\s*(\"[^\"]{0,320}\"|[^\s;]{0,320})", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is known of a message's From. ``domain`` is that of From; ``evidence`` are the results that count."""

    verdict: Verdict
    domain: str = ""
    evidence: tuple[str, ...] = ()


UNCHECKED: Final = Proof(verdict="unchecked")
"""Nobody named a server to trust: nothing is known either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One result of a server: ``dkim=pass`` with what it is about, by ``type.property``."""

    method: str
    outcome: str
    properties: dict[str, str]

    @property
    def domain(self) -> str:
        """Return the domain the result speaks of."""
        names = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",), "dmarc": ("header.from",)}
        said = next((self.properties[one] for one in names.get(self.method, ()) if self.properties.get(one)), "")
        return domains.plain(said.rpartition("@")[2])

    @property
    def words(self) -> str:
        """Return the result as a line of evidence."""
        return f"{self.method}={self.outcome}" + (f" ({self.domain})" if self.domain else "")


def authenticate(
    message: InboundMessage, *, trusted: Iterable[str], signers: Signers | None = None, sealed: Sealed | None = None
) -> Proof:
    """Return whether the From of a message is proven.

    ``trusted`` are ids of servers whose results count. ``signers`` is a second opinion, asked where the first proves
    nothing. With neither, the message is unchecked. ``sealed`` is asked last: what was passed on fails where it
    arrives, and whoever passed it on may be believed about how it came there.
    """
    ids = frozenset(one.strip().lower() for one in trusted)
    if not ids and signers is None:
        return UNCHECKED
    domain, trouble = _author(message)
    results = tuple(_results(message, ids)) if ids else ()
    if trouble:
        return Proof(verdict="unproven", domain=domain, evidence=(trouble,))
    if NO_ID in ids and _is_inside_microsoft(message):
        return Proof(verdict="proven", domain=domain, evidence=("sent inside our own organisation",))
    proof = _judged(domain, results)
    signed = signers() if proof.verdict == "unproven" and signers is not None else ()
    own = next((one for one in signed if domains.aligned(one, domain)), "")
    if own:
        return Proof(verdict="proven", domain=domain, evidence=(f"signature of {own} holds", *proof.evidence))
    return proof if proof.verdict == "proven" or sealed is None else _as_sealed(proof, *sealed())


def _as_sealed(proof: Proof, sealer: str, said: str) -> Proof:
    """Return the proof as whoever first sealed the message had it, where that proves the sender."""
    before = _judged(proof.domain, tuple(_read(said)))
    if before.verdict != "proven":
        return proof
    evidence = (f"sealed by {sealer}: {', '.join(before.evidence)}", *proof.evidence)
    return Proof(verdict="proven", domain=proof.domain, evidence=evidence)


def _is_inside_microsoft(message: InboundMessage) -> bool:
    """Return whether Microsoft's server says that its own user sent it; it takes such fields out of outsiders' mail."""
    said = message.header_all("X-MS-Exchange-Organization-AuthAs")
    inside = bool(message.header("Received")) and _border(message.headers[:_HEADERS]) is None
    return inside and len(said) == 1 and said[0].strip().lower() == "internal"


def _author(message: InboundMessage) -> tuple[str, str]:
    """Return the domain of From, and what is wrong with it: a From that says two things proves neither."""
    values = message.header_all("From")
    meter = Meter(DEFAULT_BUDGET)
    found = [one for value in values[:3] for one in addresses.parse(value, meter, "From")]
    domain = domains.plain(found[0].domain) if found else ""
    if len(values) > 1 or len(found) > 1:
        return domain, "several addresses in From"
    return domain, "" if domain else "no address in From"


def _judged(domain: str, results: Sequence[Result]) -> Proof:
    """Judge by DMARC where the server did, else by an aligned signature or envelope."""
    evidence = tuple(result.words for result in results) or ("no results of a trusted server",)

    def says(method: str, *outcomes: str) -> bool:
        return any(
            one.method == method and one.outcome in outcomes and domains.aligned(one.domain or domain, domain)
            for one in results
        )

    if says("dmarc", "fail"):
        return Proof(verdict="failed", domain=domain, evidence=evidence)
    if says("dmarc", "pass"):
        return Proof(verdict="proven", domain=domain, evidence=evidence)
    if _named(results, "dkim", domain, "pass") or _named(results, "spf", domain, "pass"):
        return Proof(verdict="proven", domain=domain, evidence=evidence)
    # A signature alone breaks on the way, by a list or by our own banner; a wrong address of origin does not.
    soft = _named(results, "spf", domain, "softfail") and _named(results, "dkim", domain, "fail")
    if soft or _named(results, "spf", domain, "fail"):
        return Proof(verdict="failed", domain=domain, evidence=evidence)
    return Proof(verdict="unproven", domain=domain, evidence=evidence)


def _named(results: Sequence[Result], method: str, domain: str, outcome: str) -> bool:
    """Return whether a result of that method names the domain itself; one that names none speaks for nobody."""
    return any(
        one.method == method and one.outcome == outcome and domains.aligned(one.domain, domain) for one in results
    )


def _results(message: InboundMessage, ids: frozenset[str]) -> Iterator[Result]:
    for value in _trusted_values(message.headers[:_HEADERS], ids):
        yield from _read(value)


def _read(value: str) -> Iterator[Result]:
    """Yield the results in one field; its id, and the number of a seal, are none."""
    for piece in _pieces(_uncommented(value[:_CHARS]))[:_RESULTS]:
        found = _RESULT.fullmatch(piece)
        if found is not None:
            method, outcome, rest = found.groups()
            properties = {f"{kind}.{name}".lower(): said.strip('"') for kind, name, said in _PROPERTY.findall(rest)}
            yield Result(method=method.lower(), outcome=outcome.lower(), properties=properties)


def _trusted_values(fields: Sequence[tuple[str, str]], ids: frozenset[str]) -> Iterator[str]:
    """Yield what trusted servers wrote: the topmost run of their fields, and only where none but they could write.

    A server that writes below its own hop writes one field, always; a second one there is the sender's.
    """
    border = _border(fields)
    if border is None:
        return
    begun = ""
    for number, (name, value) in enumerate(fields):
        server = _server(value) if name.lower() == _FIELD else None
        below = number > border
        if server in ids and (not below or _writes_below(server, fields[border:number])):
            if begun and (below or server != begun):
                return
            begun = server
            yield value
        elif begun and name.lower() == "received":
            return


def _writes_below(server: str, between: Sequence[tuple[str, str]]) -> bool:
    """Return whether a server may write below its own hop, and nothing of the sender's stands between."""
    known = domains.registered(server) in _BELOW
    prelude = ("received-spf", _FIELD, "arc-authentication-results", "arc-message-signature", "arc-seal")
    return known and all(name.lower() in prelude for name, _ in between[1:])


def _server(value: str) -> str:
    """Return the id of the server that wrote a field, ``none`` where it names none."""
    first = _pieces(_uncommented(value[:_CHARS]))[0].strip().lower()
    if "=" in first:
        return NO_ID
    return first.split()[0] if first else NO_ID


def _border(fields: Sequence[tuple[str, str]]) -> int | None:
    """Return where the hop stands that brought the message in from outside: below it anybody may have written.

    Hops between our own servers carry no sender, or one in a private network; names in them are the sender's words.
    """
    for number, (name, value) in enumerate(fields):
        if name.lower() == "received" and not _is_internal(value):
            return number
    return None


def _is_internal(hop: str) -> bool:
    origin, _, _ = hop.partition(" by ")
    if not origin.lower().lstrip().startswith("from "):
        return True
    found = [_address(one) for one in _ADDRESS.findall(f"{origin[:500]} ")]
    known = [one for one in found if one is not None]
    return bool(known) and all(any(one in network for network in _INTERNAL) for one in known)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _uncommented(text: str) -> str:
    """Return a field without its comments, which nest, and are the place to hide results in."""
    kept: list[str] = []
    depth, quoted, skip = 0, False, False
    for char in text:
        if skip:
            skip = False
        elif char == "\\":
            skip = True
        elif char == '"' and not depth:
            quoted = not quoted
            kept.append(char)
        elif char == "(" and not quoted:
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            kept.append(" ")
        elif not depth:
            kept.append(char)
    return "".join(kept)


def _pieces(text: str) -> list[str]:
    """Split at semicolons outside quotes."""
    pieces, quoted, start = [], False, 0
    for index, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            pieces.append(text[start:index])
            start = index + 1
    return [*pieces, text[start:]]
