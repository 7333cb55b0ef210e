"""Which company a mail is about: names with a legal ending, told apart by what is said beside them.

Agencies, carriers, banks and other companies that mails name are not the insured. A name without any cue counts, with
little confidence, where it is the only one and does not stand in a signature.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from parsers.document import FieldCandidate, Location
from parsers.extract.bodycues import Judged, judge
from parsers.extract.candidates import candidate

FIELD = "named_insureds[0].name"

_ENDING = re.compile(
    r"(?<![\w&])(?:L\.L\.C\.?|LLC|Inc\b|INC\b|Incorporated|Corp\b|CORP\b|Corporation|Company|Co\b(?!-)|CO\b(?!-)|L\.P\.|LP\b|LLP\b|Ltd\b|PLLC\b|P\.C\."
    r"|Association|Trust|Partnership|Foundation|HOA\b|Church|Ministries)(?!\w)"
)
_DOTTED = frozenset({"inc", "corp", "co", "ltd", "incorporated"})
_NOT_INSURED = re.compile(
    r"\b(insurance|insurors|agency|brokerage|underwriters?|mutual|indemnity|assurance|casualty|risk\s+(?:partners|services|management)|bank|n\.a\.|brokers)\b",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"(?:^|(?<=[\s(\"“/]))(?:[A-Z0-9][\w.'’&/-]*|&|\+|and|of|the|at|by)(?P<comma>,?)[ \t]*(?P<wrap>\n?)[ \t]*$"
)
_SMALL = frozenset({"and", "of", "the", "at", "by", "&", "+"})
_CLOSING = re.compile(
    r"^[ \t]*(?:thanks|thank you|many thanks|best|best regards|kind regards|warm regards|regards"
    r"|sincerely|cheers|respectfully|talk soon)\b[^\n]{0,25}$",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE_END = re.compile(r"(?:[\w/-]*\d[\w/-]*[./]|[A-Za-z'’-]{4,}\.|\d{1,4}[/-]\d[\d/-]*)\s*$")
"""A word that ended the sentence before, or a date: no part of a name. ``St.`` and ``J.`` may be one."""
_MOST = 40
_SECTION = re.compile(r"\b(?:dba|d/b/a|t/a)\b", re.IGNORECASE)
_LONE = 0.62
_UNENDED = 0.18
"""How much less sure a name without a legal ending is."""
_BESIDE = 1
_RUN = re.compile(r"(?<![\w@./'’-])[A-Z0-9][\w'’&/-]*(?:[ \t]+(?:&|\+|and|of|the|at|[A-Z0-9][\w'’&/-]*)){1,7}")
_TOKEN = re.compile(r"\S+")


def named(text: str) -> Iterator[FieldCandidate]:
    """Yield the insured of running text, surest first; nothing where no company stands out."""
    spans = list(companies(text))[:_MOST]
    told = judge("company", text, spans)
    end = _closing(text)
    known = [(text[a:b], one, a) for (a, b), one in zip(spans, told, strict=True) if not _NOT_INSURED.search(text[a:b])]
    best = _best(known) or _called(text, spans)
    if best is not None:
        yield _candidate(*best)
        return
    plain = {_key(name): name for name, one, at in known if one is None and at < end}
    if len(plain) == 1:
        yield _candidate(next(iter(plain.values())), _LONE)


def _called(text: str, taken: Sequence[tuple[int, int]]) -> tuple[str, float] | None:
    """Return a name without a legal ending where the words beside it say that it is the insured's."""
    busy = {at for start, end in taken for at in (start, end - 1)}
    spans = [span for span in _capitalised(text) if busy.isdisjoint(range(*span))][:_MOST]
    told = judge("company", text, spans)
    known = [
        (text[a:b], one, a)
        for (a, b), one in zip(spans, told, strict=True)
        if one is not None and one.away <= _BESIDE and not _NOT_INSURED.search(text[a:b])
    ]
    best = _best(known)
    return (best[0], round(best[1] - _UNENDED, 2)) if best else None


def _capitalised(text: str) -> Iterator[tuple[int, int]]:
    """Yield runs of two and more capitalised words that are no words of insurance and no dates."""
    leading, never = _words("leading"), _words("never")
    for run in _RUN.finditer(text):
        words = list(_TOKEN.finditer(text, *run.span()))
        while words and words[0][0].casefold().strip(".,:") in leading | never | _SMALL:
            words.pop(0)
        while words and words[-1][0].casefold().strip(".,:") in _SMALL | _words("trailing"):
            words.pop()
        bare = [word[0].casefold().strip(".,:'’") for word in words]
        if len(words) > 1 and not never.issuperset(bare) and not set(bare) & _words("refused"):
            end = words[-1].end()
            yield words[0].start(), end - (text[end - 1] == ".")


def _best(known: Sequence[tuple[str, Judged | None, int]]) -> tuple[str, float] | None:
    """Return the name with the surest cue; the first of several, which is what a mail begins with."""
    said = [(name, one.sure, at) for name, one, at in known if one is not None and one.fact]
    refused = {_key(name) for name, one, _ in known if one is not None and not one.fact}
    said = [one for one in said if _key(one[0]) not in refused]
    if not said:
        return None
    name, sure, _ = max(said, key=lambda one: (one[1], -one[2]))
    return name, sure


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _closing(text: str) -> int:
    found = list(_CLOSING.finditer(text))
    return found[-1].start() if found else len(text)


def _candidate(name: str, sure: float) -> FieldCandidate:
    return candidate(FIELD, " ".join(name.split()), "insured", method="text", at=Location(), confidence=sure)


def companies(text: str) -> Iterator[tuple[int, int]]:
    """Yield where names with a legal ending stand, first to last."""
    floor = 0
    for ending in _ENDING.finditer(text):
        if ending.start() < floor:
            continue
        start = _start(text, ending.start(), floor)
        if start is None:
            continue
        end = ending.end()
        while further := re.compile(rf",?[ \t]+{_ENDING.pattern}").match(text, end):
            end = further.end()
        if text[end : end + 1] == "." and text[start:end].split()[-1].casefold() in _DOTTED:
            end += 1
        yield start, end
        floor = end


def _start(text: str, ending: int, floor: int) -> int | None:
    """Walk back from a legal ending over the capitalised words of the name; None where there are none."""
    at, words = ending, 0
    starts: list[int] = []
    while words < 8:
        found = _WORD.search(text[max(floor, at - 40) : at])
        if not found or (found["comma"] and words) or (found["wrap"] and not _wrapped(text, at)):
            break
        if _SENTENCE_END.match(found[0]):
            break
        at = max(floor, at - 40) + found.start()
        starts.append(at)
        words += 1
    while starts:
        word = text[starts[-1] : starts[-2] if len(starts) > 1 else ending].strip(" ,\n\t.:").casefold()
        if word in _words("leading") or word in _SMALL or _SECTION.fullmatch(word):
            starts.pop()
        else:
            break
    return starts[-1] if starts else None


@cache
def _words(name: str) -> frozenset[str]:
    """Return one list of words of the table of cues, such as those that stand before a name and are no part of it."""
    data = tomllib.loads((Path(__file__).parent / "bodycues.toml").read_text(encoding="utf-8"))
    return frozenset(data["names"][name].split())


def _wrapped(text: str, at: int) -> bool:
    """Return whether the line that ends before ``at`` was long enough to be broken by the mail program."""
    end = text.rfind("\n", 0, at)
    return end - (text.rfind("\n", 0, end) + 1) >= 55
