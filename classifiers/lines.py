"""Say which lines of business a text asks for: names and abbreviations, lists, and what is asked to stay out.

1. A phrase matcher finds every mention; longer mentions win over the shorter ones inside them. It is shown only the
   surroundings of words that stand in the vocabulary: cutting all of a long mail into tokens costs more than the rest.
2. A mention goes when the word beside it gives it another meaning ("comp and collision", "auto repair").
3. Mentions joined by commas, slashes, "and" form a list; a negation before a list denies all of it, one behind a
   mention denies that one ("no auto or WC", "WC is staying with the fund"). A line denied once is out.
"""

from __future__ import annotations

import re
import threading
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from classifiers.judgement import Cue, LineJudgement

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

CUE_CONTEXT = 24
"""Characters shown on each side of a mention in its cue."""
LONGEST = 40_000
"""Characters of a text that are read; what a mail asks for stands long before."""

_CHUNK = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]+")
_JOIN = re.compile(r"\s*(?:[/,&+;|-]|\band\b|\bor\b|\bplus\b|\bwith\b|\s)+\s*", re.IGNORECASE)
_DENIED_BEFORE = re.compile(
    r"\b(?:no|not|without|w/o|exclud\w+|except(?: for)?|minus|other than|but not|nor|"
    r"(?:do|does|did) ?n[o']t (?:need|want)|"
    r"not (?:looking for|interested in|including|quoting)|declin\w+|no need (?:for|to quote)|everything but|all but)"
    r"(?:\s+(?:the|any|for|on|a|their|quote|new|either))*[\s:]*$",
    re.IGNORECASE,
)
_DENIED_BEHIND = re.compile(
    r"^(?:\s+(?:coverage|policy|line|piece|portion|side|part))?\s*(?:,\s*(?:which|that)\s+)?[\s:(-]*"
    r"(?:(?:is|are|was|will|be|being|has|have|been|to|already|currently|'s|would|can|all)\s+)*"
    r"(?:stay\w*|remain\w*|elsewhere|excluded|separate(?:ly)?\b|placed|handled elsewhere|"
    r"written (?:with|by|through|elsewhere)|"
    r"not (?:needed|required|included|wanted|part|in play|applicable|at this time|being|moving|to be)|"
    r"n/a|bound elsewhere|"
    r"with (?:the (?:state )?fund|another|their current|a peo|the peo)|through (?:the|a|their) (?:peo|state fund|fund)|"
    r"done elsewhere|under a peo)",
    re.IGNORECASE,
)
_NO_HISTORY = re.compile(
    r"^\s*(?:liability\s+)?(?:losses|loss|claims?|accidents?|violations|changes?|incidents?)\b", re.IGNORECASE
)
_INSURANCE = re.compile(
    r"\b(?:quot\w+|coverage|cover|policy|policies|lines?|premium|renewal|bind|bound|rate|carrier|terms|incumbent|"
    r"submission|indication|package|monoline|eff)\b",
    re.IGNORECASE,
)
_NEAR = 30
_MARKS = str.maketrans({"’": "'", "\u00a0": " ", "\u200b": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One way of saying a line; see ``lines.toml`` for the fields."""

    line: str
    confidence: float
    words: tuple[str, ...]
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]
    weak: bool
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place where a line is said: characters ``start`` to ``end`` of the text, and whether it is denied there."""

    term: Term
    start: int
    end: int
    denied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Engine:
    """``keys`` are words of which every mention holds one, ``reach`` is the most tokens a mention has."""

    nlp: Language
    matcher: PhraseMatcher
    lock: threading.Lock
    keys: frozenset[str]
    reach: int


def judge(text: str) -> tuple[LineJudgement, ...]:
    """Return the lines ``text`` asks for, surest first, each with the places that say so; empty when it names none."""
    plain = text[:LONGEST].translate(_MARKS)
    lists = _lists(plain, _meant(plain, _mentions(plain)))
    told = [mention for members in lists for mention in _denials(plain, members)]
    denied = {mention.term.line for mention in told if mention.denied}
    asked: dict[str, list[Mention]] = {}
    for mention in told:
        if mention.term.line not in denied:
            asked.setdefault(mention.term.line, []).append(mention)
    judged = [_judgement(line, mentions, plain) for line, mentions in asked.items()]
    return tuple(sorted(judged, key=lambda one: (-one.confidence, one.line)))


def _judgement(line: str, mentions: Sequence[Mention], text: str) -> LineJudgement:
    cues = [Cue(how="vocabulary", what=_around(text, mention)) for mention in mentions[:3]]
    return LineJudgement(line=line, confidence=max(m.term.confidence for m in mentions), cues=tuple(cues))


def _around(text: str, mention: Mention) -> str:
    return " ".join(text[max(mention.start - CUE_CONTEXT, 0) : mention.end + CUE_CONTEXT].split())


def _mentions(text: str) -> list[Mention]:
    """Return every mention in order, the longest where several overlap."""
    from spacy.util import filter_spans

    engine, all_terms = _engine(), terms()
    found: list[tuple[int, int, int]] = []
    with engine.lock, engine.nlp.memory_zone():
        for start, end in _surroundings(text, engine):
            spans = filter_spans(engine.matcher(engine.nlp.make_doc(text[start:end]), as_spans=True))
            found += [(int(span.label_.split()[0]), start + span.start_char, start + span.end_char) for span in spans]
    in_order = sorted(found, key=lambda place: place[1])
    mentions = [Mention(term=all_terms[number], start=start, end=end) for number, start, end in in_order]
    return [m for m in mentions if not m.term.exact or text[m.start : m.end] in m.term.words]


def _surroundings(text: str, engine: _Engine) -> Iterator[tuple[int, int]]:
    """Yield from where to where a mention may stand: around each word of the vocabulary, overlapping ones together.

    Tokens never reach over white space, so a stretch cut there falls into the tokens it has in the whole text.
    """
    chunks = [found.span() for found in _CHUNK.finditer(text)]
    hits = [at for at, (start, end) in enumerate(chunks) if not engine.keys.isdisjoint(_words_in(text[start:end]))]
    first = last = -1
    for hit in hits:
        if last >= 0 and hit - engine.reach > last:
            yield chunks[first][0], chunks[last][1]
            last = -1
        first = first if last >= 0 else max(hit - engine.reach, 0)
        last = min(hit + engine.reach, len(chunks) - 1)
    if last >= 0:
        yield chunks[first][0], chunks[last][1]


def _words_in(chunk: str) -> list[str]:
    return _LETTERS.findall(chunk.lower())


def _meant(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions that mean the line, not something that is only called alike."""
    clear = [mention for mention in mentions if not _other_meaning(text, mention)]
    return [m for m in clear if not m.term.weak or _beside_line(text, m, clear) or _beside_insurance(text, m)]


def _other_meaning(text: str, mention: Mention) -> bool:
    before = " ".join(text[max(mention.start - _NEAR, 0) : mention.start].lower().split())
    after = " ".join(text[mention.end : mention.end + _NEAR].lower().split())
    if any(before == word or before.endswith((f" {word}", f"/{word}", f"-{word}")) for word in mention.term.not_before):
        return True
    if text[mention.end : mention.end + 1] == "-" and text[mention.end + 1 : mention.end + 2].isalpha():
        after = after[1:]
    bare = after.lstrip("/ ")
    return any(re.match(rf"{re.escape(word)}(?!\w)", side) for word in mention.term.not_after for side in (after, bare))


def _beside_line(text: str, mention: Mention, others: Sequence[Mention]) -> bool:
    """Return whether another line is named directly beside this mention."""
    for other in others:
        if other is mention or (other.term.weak and other.term.line == mention.term.line):
            continue
        first, second = sorted((other, mention), key=lambda m: m.start)
        if _JOIN.fullmatch(text[first.end : second.start]):
            return True
    return False


def _beside_insurance(text: str, mention: Mention) -> bool:
    """Return whether a word of insurance stands close by in the same line of text."""
    line_start = text.rfind("\n", 0, mention.start) + 1
    line_end = text.find("\n", mention.end)
    start = max(mention.start - _NEAR, line_start)
    end = min(mention.end + _NEAR, line_end if line_end >= 0 else len(text))
    return (
        _INSURANCE.search(text[start : mention.start]) is not None
        or _INSURANCE.search(text[mention.end : end]) is not None
    )


def _lists(text: str, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Return the mentions grouped into lists: neighbours with nothing but separators between them."""
    lists: list[list[Mention]] = []
    for mention in mentions:
        if lists and _JOIN.fullmatch(text[lists[-1][-1].end : mention.start]):
            lists[-1].append(mention)
        else:
            lists.append([mention])
    return lists


def _denials(text: str, members: Sequence[Mention]) -> list[Mention]:
    """Return the members of one list with their denials; a denied loss history says nothing about the line."""
    before = text[max(members[0].start - 40, 0) : members[0].start]
    before = re.split(r"[.;!?\n](?:\s|$)", before)[-1]
    behind = text[members[-1].end : members[-1].end + 70]
    all_denied = _DENIED_BEFORE.search(before) is not None
    if all_denied and _NO_HISTORY.match(behind):
        return []
    last_denied = _DENIED_BEHIND.match(behind.split("\n")[0]) is not None
    plural = last_denied and re.match(r"\s+(?:are|were|will)\b", behind) is not None
    return [
        Mention(
            term=m.term, start=m.start, end=m.end, denied=all_denied or plural or (last_denied and m is members[-1])
        )
        for m in members
    ]


@lru_cache(maxsize=1)
def terms() -> tuple[Term, ...]:
    """Return the vocabulary; raises ValueError naming the entry of ``lines.toml`` that is wrong."""
    data = tomllib.loads((Path(__file__).parent / "lines.toml").read_text("utf-8"))
    return tuple(_term(position, entry) for position, entry in enumerate(data["term"], 1))


def _term(position: int, entry: dict[str, object]) -> Term:
    known = {"line", "confidence", "words", "not_before", "not_after", "weak", "exact"}
    words, confidence = entry.get("words"), entry.get("confidence")
    if entry.keys() - known or not isinstance(words, list) or not words or not isinstance(confidence, float):
        raise ValueError(f"lines.toml, term {position}: needs line, confidence and words, and knows {sorted(known)}")
    return Term(
        line=str(entry["line"]),
        confidence=confidence,
        words=tuple(words),
        not_before=_words(entry.get("not_before")),
        not_after=_words(entry.get("not_after")),
        weak=entry.get("weak") is True,
        exact=entry.get("exact") is True,
    )


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


_ENGINE_LOCK = threading.Lock()


def _engine() -> _Engine:
    with _ENGINE_LOCK:
        return _made_engine()


@lru_cache(maxsize=1)
def _made_engine() -> _Engine:
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    cut: list[Doc] = []
    for number, term in enumerate(terms()):
        # A term in a list ("/GL/") may be cut otherwise than alone, so both cuts are patterns.
        patterns = [nlp.make_doc(form) for word in term.words for form in (word, word.replace("/", " / "))]
        matcher.add(f"{number} {term.line}", patterns)
        cut += patterns
    return _Engine(nlp=nlp, matcher=matcher, lock=threading.Lock(), keys=_keys(cut), reach=max(map(len, cut)))


def _keys(patterns: Sequence[Doc]) -> frozenset[str]:
    """Return few words of which each pattern holds one: a pattern of one word needs it, others add their longest."""
    keys: set[str] = set()
    for held in sorted(([word for token in doc for word in _words_in(token.text)] for doc in patterns), key=len):
        if keys.isdisjoint(held):
            keys.add(max(held, key=len))
    return frozenset(keys)
