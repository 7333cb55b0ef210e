"""Subject lines: whose submission it is and from when, without the words that every subject has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from parsers.document import FieldCandidate, Location
from parsers.extract.candidates import candidate, stated
from parsers.extract.spoken import DATE, DAY, ENTITY, next_date, whole_date
from parsers.values import split_insured

_PREFIX = re.compile(r"^\s*(?:(?:re|fw|fwd|aw|wg|tr)\s*:|\[[^\]]{1,40}\]|\*+\w+\*+)\s*", re.IGNORECASE)
_REFERENCE = re.compile(r"\[[^\]]*\]|\(?\b[A-Z]{2,5}-\d[\w-]*\)?")
_DATED = re.compile(
    rf"\(?\b(?:eff(?:ective|\.)?(?:\s+date)?\s*:?\s*)?(?:{DATE}|{DAY})\)?|\beff(?:ective|\.)?\s*$", re.IGNORECASE
)
_SEPARATOR = re.compile(r"\s+[-–—|]+\s+|\s*[:|;]\s+|\s*–\s*")
_COMMON = r"""new|submission|submissions|business|account|risk|quote|quotes|request|needed|please|pls|app|apps
|application|applications|package|pkg|renewal|status|for|on|of|update|updated|rush|urgent|market|mktg|the|prospect|and|with|attached|info|docs|documents
|gl|cgl|general|liability|auto|automobile|commercial|property|prop|wc|work|workers|worker|workers'|comp|compensation|umbrella|umb|bop
|businessowners|im|inland|marine|cyber|crime|e&o|epli|d&o|professional|excess|lines?|policy|eff|effective|coverage|cov|contractor"""
_FILLER = re.compile(rf"^(?:{''.join(_COMMON.split())})$", re.IGNORECASE)
_SERVICE = re.compile(
    r"\b(?:endorsement|certificate|coi|claim|cancel\w*|invoice|commission|undelivered|automatic\s+reply|circular|newsletter"
    r"|out\s+of\s+office|leads?|bor|webinar|payment|loss\s+runs?\s+request|add\s+vehicle)\b",
    re.IGNORECASE,
)
_SUBMITS = re.compile(
    r"\b(?:submission|quote|new\s+business|new\s+account|renewal|package|application|gl|cgl|wc|bop|auto|property|umbrella|comp|liability)\b",
    re.I,
)
_SUFFIX = re.compile(rf",?\s+{ENTITY}$")


def subject_facts(subject: str, as_of: date | None) -> Iterator[FieldCandidate]:
    """Yield insured and effective date of a subject line such as ``Westover Plaza LP - GL - eff 01/01/2027``.

    A name without a legal suffix counts only where the subject speaks of lines or of a submission.
    """
    text = subject
    while (shorter := _PREFIX.sub("", text, count=1)) != text:
        text = shorter
    if _SERVICE.search(text):
        return
    yield from _effective(text, as_of)
    name = _name(_REFERENCE.sub(" ", text))
    if name and (_SUFFIX.search(name) or _SUBMITS.search(text)):
        sure = 0.85 if _SUFFIX.search(split_insured(name).name) else 0.65
        yield candidate("named_insureds[0].name", name, "insured", method="text", at=Location(), confidence=sure)


def _effective(text: str, as_of: date | None) -> Iterator[FieldCandidate]:
    said = bool(re.search(r"\beff", text, re.IGNORECASE))
    if found := re.search(DATE, text, re.IGNORECASE):
        value, sure = whole_date(found[0], as_of), 0.88 if said else 0.8
    elif found := re.search(DAY, text, re.IGNORECASE):
        value, sure = next_date(found[0], as_of), 0.75 if said else 0.68
    else:
        return
    if value:
        yield stated("proposed_effective_date", value, found[0], method="text", at=Location(), confidence=sure)


def _name(text: str) -> str:
    """Return the first part of a subject that is left when dates, lines and common words are off its ends."""
    for part in _SEPARATOR.split(_DATED.sub(" \N{FULL BLOCK} ", text)):
        words = [word for piece in part.split("\N{FULL BLOCK}")[:1] for word in piece.replace("/", " / ").split()]
        while words and _droppable(words[0]):
            words.pop(0)
        while words and _droppable(words[-1]):
            words.pop()
        name = " ".join(words).replace(" / ", "/").strip(" ,;?!")
        if len(re.findall(r"[^\W\d_]", name)) >= 3:
            return name
    return ""


def _droppable(word: str) -> bool:
    bare = word.strip(" ,.;:?!()#")
    return not bare or bare in {"&", "/", "-", "+"} or bool(_FILLER.match(bare))
