"""Codes of the property line: ISO construction classes, protection classes, sprinkler answers."""

from __future__ import annotations

import re

from parsers.values.answers import unanswered
from parsers.values.parsed import Context, Parsed, refused

_CONSTRUCTION: tuple[tuple[str, str], ...] = (
    ("1", "f;frame;wood;wood frame;brick veneer;stucco on frame;stucco;v;va;vb;frm"),
    ("2", "jm;joisted masonry;masonry with wood roof;masonry w wood roof;ordinary;heavy timber;iii;iv;brick;masonry"),
    ("2", "jmas;joisted mas;brick joisted"),
    (
        "3",
        "nc;lnc;noncombustible;non combustible;non comb;all metal;metal;pre engineered;preengineered;butler;steel;iib",
    ),
    ("3", "light noncombustible"),
    ("4", "mnc;masonry nc;masonry non combustible;masonry noncombustible;tilt up with steel deck;tilt up;cmu steel"),
    ("4", "iia;mas nc;concrete tilt up"),
    ("5", "mfr;mod fr;semi fr;modified fire resistive;modified fr;semi fire resistive;ib"),
    ("6", "fr;fire resistive;fire res;reinforced concrete;superior;ia;fire resistant"),
)
"""ISO class and the words agents write for it, IBC types among them."""
_BY_WORDS = {words: digit for digit, group in _CONSTRUCTION for words in group.split(";")}


def construction(raw: str, context: Context) -> Parsed:
    """Read a construction type into its ISO digit 1 to 6; "mixed" is ``ambiguous``."""
    text = raw.strip().removesuffix(".0")
    found = re.match(r"^(?:iso\s*)?(?:class\s*)?([1-6])\b", text, re.IGNORECASE)
    if found:
        return Parsed(value=found[1])
    folded = " ".join(re.sub(r"[^a-z ]", " ", text.casefold()).split())
    if folded in _BY_WORDS:
        return Parsed(value=_BY_WORDS[folded])
    if folded.startswith("mixed"):
        return refused("ambiguous", "mixed construction")
    longest = max((words for words in _BY_WORDS if len(words) > 3 and words in folded), key=len, default=None)
    if longest:
        return Parsed(value=_BY_WORDS[longest])
    return unanswered(raw) or refused("unknown_code", "no such construction")


def protection_class(raw: str, context: Context) -> Parsed:
    """Read a public protection class: 1 to 10, split classes (``4/9``, ``3/8B``), ``8B`` and ``10W``."""
    text = raw.strip().upper().removesuffix(".0").removeprefix("PC").strip(" #:")
    if re.fullmatch(r"0?([1-9]|10)(\s*/\s*0?([1-9]|10)?[XYB]?)?|8B|10W", text):
        return Parsed(value=re.sub(r"\b0|\s", "", text))
    return unanswered(raw) or refused("bad_format", "not a protection class")


def sprinklered(raw: str, context: Context) -> Parsed:
    """Read whether a building is sprinklered as a percentage text: Y, Full and 100% are 100; N and None are 0."""
    text = raw.strip().casefold().rstrip(".")
    if text in {"y", "yes", "full", "fully", "fully sprinklered", "true", "wet", "dry"}:
        return Parsed(value="100")
    if text in {"n", "no", "none", "false", "not sprinklered", "0"}:
        return Parsed(value="0")
    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*%?", text)
    if found and float(found[1]) <= 100:
        share = float(found[1])
        return Parsed(
            value=str(round(share * 100)) if 0 < share <= 1 and "%" not in text else found[1].removesuffix(".0")
        )
    if text.startswith("part"):
        return Parsed(value="partial")
    return unanswered(raw) or refused("bad_format", "not a sprinkler answer")
