"""Names of people and insureds, address lines and other running text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.values.answers import unanswered
from parsers.values.parsed import Context, Parsed, refused
from parsers.values.places import STATE_CODES

_DBA = re.compile(
    r"[,;]?\s*\(?\b(?:d\s*/\s*b\s*/\s*a|dba|d\.b\.a\.?|t/a|a/?k/?a|doing\s+business\s+as)\b\.?:?\s*", re.IGNORECASE
)
_CARE_OF = re.compile(r"[,;]?\s*\bc/o\b.*$|[,;]?\s*\bet\.?\s+al\.?.*$|[,;]?\s*\bATIMA\b.*$", re.IGNORECASE)
_PO_BOX = re.compile(r"\bp\.?\s*o\.?\s*box\b", re.IGNORECASE)
_CITY_LINE = re.compile(r"^(?P<city>[A-Za-z .'\-]+?),?\s+(?P<state>[A-Z]{2})\.?,?\s+(?P<zip>\d{5}(?:-\d{4})?)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuredName:
    """A legal name and the trade name written with it; ``dba`` is empty when there is none."""

    name: str
    dba: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The parts of an address block; what was not found is empty."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""


def split_insured(raw: str) -> InsuredName:
    """Return legal and trade name of ``Saltbox Group, LLC dba The Tin Cup``; care-of and et al. are dropped."""
    text = " ".join(raw.split()).strip(" ,;")
    parts = _DBA.split(text, maxsplit=1)
    legal = _CARE_OF.sub("", parts[0]).strip(" ,;(")
    trade = parts[1].strip(" ,;)") if len(parts) > 1 else ""
    return InsuredName(name=legal or trade, dba=trade if legal else "")


def insured(raw: str, context: Context) -> Parsed:
    """Read an insured's legal name; the trade name, when written with it, is the note."""
    found = unanswered(raw)
    if found:
        return found
    split = split_insured(raw)
    return Parsed(value=split.name, note=split.dba) if split.name else refused("bad_format", "no name")


def person(raw: str, context: Context) -> Parsed:
    """Read a person's name in first-last order; ``Garcia, Maria L`` is turned round."""
    found = unanswered(raw)
    if found:
        return found
    text = " ".join(raw.split()).strip(" ,;")
    parts = [part.strip() for part in text.split(",")]
    suffixes = {"jr", "sr", "ii", "iii", "iv"}
    if len(parts) == 2 and parts[1].casefold().strip(".") not in suffixes and parts[0] and parts[1]:
        return Parsed(value=f"{parts[1]} {parts[0]}", note="turned round")
    return Parsed(value=text) if re.search(r"[^\W\d_]", text) else refused("bad_format", "no letters")


def text(raw: str, context: Context) -> Parsed:
    """Read running text with white space collapsed; non-answers, pointers and tooltips are refused."""
    joined = " ".join(raw.split())
    return unanswered(raw) or Parsed(value=joined)


def address(raw: str, context: Context) -> Parsed:
    """Read one address line; a PO box is noted, because it cannot be a location."""
    parsed = text(raw, context)
    if isinstance(parsed.value, str) and _PO_BOX.search(parsed.value):
        return Parsed(value=parsed.value, note="po box")
    return parsed


def split_address(raw: str) -> Address:
    """Return the parts of a block such as street, second line, ``City, ST 12345`` on separate lines or with commas."""
    lines = [line.strip(" ,") for line in re.split(r"[\r\n]+", raw) if line.strip(" ,")]
    if len(lines) == 1:
        lines = _split_one_line(lines[0])
    last = _CITY_LINE.match(lines[-1]) if lines else None
    if not last or last["state"] not in STATE_CODES:
        return Address(line1=lines[0] if lines else "", line2=", ".join(lines[1:]))
    street = lines[:-1]
    return Address(
        line1=street[0] if street else "",
        line2=", ".join(street[1:]),
        city=last["city"].strip(),
        state=last["state"],
        zip=last["zip"],
    )


def _split_one_line(line: str) -> list[str]:
    found = re.match(r"^(.*?),\s*([A-Za-z .'\-]+,?\s+[A-Z]{2},?\s+\d{5}(?:-\d{4})?)$", line)
    if found:
        return [part.strip() for part in found[1].split(",")] + [found[2]]
    drawn = _STREET_THEN_CITY.match(line)
    return [drawn[1], drawn[2]] if drawn else [line]


_STREET_THEN_CITY = re.compile(
    r"^(\d[\w-]* .*\b(?:ave(?:nue)?|st(?:reet)?|r(?:oa)?d|blvd|boulevard|dr(?:ive)?|lane|ln|way|court|ct|pkwy|parkway|"
    r"hwy|highway|circle|cir|pl(?:ace)?|ter(?:race)?|loop|trail|square|sq|pike)\b\.?"
    r"(?: \d+)?(?:,? (?:suite|ste|apt|unit|#)\.? ?\w+)?) "
    r"([a-z][a-z .'\-]*, ?[a-z]{2},? +\d{5}(?:-\d{4})?)$",
    re.IGNORECASE,
)
"""Two lines that were drawn as one: the street ends with its sort, the number of its road, or a suite."""
