"""Whether two names mean one insured: normalise, compare, and never take a common word for agreement.

1. Split the "doing business as" part off; both parts are names of the insured.
2. Fold case, accents and punctuation, spell out trade abbreviations, drop legal suffixes at the end.
3. Numerals, roman ones too, must agree: Oak Hollow II is not Oak Hollow III.
4. Compare token sets and Jaro-Winkler; without a distinctive token in common (not "construction", not a state), or
   with one of its own on each side, the names do not agree however alike they look.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

SAME_NAME = 0.92
"""At or above, two names are one insured."""
OTHER_NAME = 0.70
"""Below, they are clearly two; between the two a person looks."""

_DBA = re.compile(
    r"\s*[,;(]?\s*\b(?:d\s*/\s*b\s*/\s*a|d\.\s?b\.\s?a\.?|dba|t\s*/\s*a|doing business as"
    r"|a\s*/\s*k\s*/\s*a|aka|f\s*/\s*k\s*/\s*a|fka)\b[:.]?\s*",
    re.IGNORECASE,
)
_TRADE = re.compile(
    r"\b(?:d/b/a|dba|t/a|do(?:es|ing) business as|trading as)[:.]?\s{1,3}"
    r"(?P<name>[A-Z0-9][\w'&-]*(?: (?:[A-Z0-9&][\w'&-]*|and|of|the))*)"
)
_TAIL = re.compile(r"\b(?:c\s*/\s*o|et\s+al|isaoa|atima)\b.*$", re.IGNORECASE)
_SUFFIX_WORDS = "inc incorporated corp corporation co company llc ltd limited lp llp lllp pllc pc pa plc the and of"
_SUFFIXES = frozenset(_SUFFIX_WORDS.split())
_SPELLED_OUT = {
    "bros": "brothers",
    "mfg": "manufacturing",
    "intl": "international",
    "svc": "service",
    "svcs": "services",
    "mgmt": "management",
    "assoc": "associates",
    "assn": "association",
    "ctr": "center",
    "natl": "national",
    "const": "construction",
    "constr": "construction",
    "props": "properties",
    "mech": "mechanical",
    "elec": "electric",
    "mgt": "management",
}
_COMMON_WORDS = (
    "construction services service properties property management group holdings enterprises enterprise partners "
    "associates contractors contractor contracting company international national american united general builders "
    "building industries solutions systems realty trust estate investments development brothers sons center "
    "mechanical electric electrical plumbing heating cooling roofing landscaping transport trucking logistics freight "
    "restaurant grill church school academy manufacturing machine shop tool works supply consulting apartments "
    "association carpentry drywall painting auto repair north south east west new first "
    "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois "
    "indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri "
    "montana nebraska nevada hampshire jersey mexico york carolina dakota ohio oklahoma oregon pennsylvania island "
    "tennessee texas utah vermont virginia washington wisconsin wyoming"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_ROMAN = frozenset(("ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii", "xiii", "xiv", "xv"))


@lru_cache(maxsize=4096)
def tokens(name: str) -> tuple[str, ...]:
    """Return the words of one name that count, in order, without legal suffixes."""
    folded = unicodedata.normalize("NFKD", _TAIL.sub("", name))
    plain = "".join(char for char in folded if not unicodedata.combining(char)).lower()
    plain = plain.replace("&", " and ").replace(".", "").replace("'", "").replace("\u2019", "")
    words = [_SPELLED_OUT.get(word, word) for word in re.findall(r"[a-z0-9]+", plain)]
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    kept = [word for word in words if word not in ("the", "and")]
    return tuple(kept or words)


def normalise(name: str) -> str:
    """Return the name as a key: folded words without suffixes, the DBA part left out."""
    legal = variants(name)
    return " ".join(tokens(legal[0])) if legal else ""


@lru_cache(maxsize=4096)
def variants(name: str) -> tuple[str, ...]:
    """Return the legal name and what follows "dba", as written."""
    return tuple(part.strip(" ,;()") for part in _DBA.split(name) if part.strip(" ,;()"))


def similarity(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 1; each DBA part counts as a name of its own."""
    pairs = [(left, right) for left in variants(one) for right in variants(other)]
    return max((_alike(left, right) for left, right in pairs), default=0.0)


def same_name(one: str, other: str) -> bool:
    """Return whether two names are one insured as far as names can say."""
    return similarity(one, other) >= SAME_NAME


def best_similarity(name: str, known: Sequence[str]) -> float:
    """Return how alike a name is to the nearest of several."""
    return max((similarity(name, other) for other in known if other), default=0.0)


def telling(name: str) -> tuple[str, ...]:
    """Return the words of a name that tell it from others, its DBA part included: no common words, no numerals."""
    words = (word for part in variants(name) for word in tokens(part))
    return tuple(dict.fromkeys(word for word in words if len(word) > 2 and word not in _COMMON and word not in _ROMAN))


def trade_names_in(text: str) -> tuple[str, ...]:
    """Return what words say that somebody does business as."""
    return tuple(dict.fromkeys(found["name"].strip(" ,.;") for found in _TRADE.finditer(text)))


def holds(name: str, known: str) -> bool:
    """Return whether a name has another of two words or more in itself: ``X Hauling LLC and Y Freight Inc``."""
    words, part = tokens(name), tokens(known)
    if len(part) < 2 or _numerals(words) != _numerals(part):
        return False
    return any(words[at : at + len(part)] == part for at in range(len(words) - len(part) + 1))


@lru_cache(maxsize=4096)
def _alike(one: str, other: str) -> float:
    left, right = tokens(one), tokens(other)
    if not left or not right:
        return 0.0
    if sorted(left) == sorted(right):
        return 1.0
    score = max(_by_order(left, right), _by_set(left, right))
    if _numerals(left) != _numerals(right):
        return min(score, 0.6)
    return min(score, _ceiling(left, right))


def _by_order(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    return fuzz.token_sort_ratio(" ".join(left), " ".join(right)) / 100


def _by_set(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    one, other = " ".join(left), " ".join(right)
    return (fuzz.token_set_ratio(one, other) / 100 + JaroWinkler.similarity(one, other)) / 2


def _numerals(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for word in words if word.isdigit() or word in _ROMAN)


def _ceiling(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    """How alike the distinctive words let two names be: each side having one of its own means two insureds."""
    ours = [word for word in left if word not in _COMMON]
    theirs = [word for word in right if word not in _COMMON]
    if not ours or not theirs:
        return 1.0 if set(left) & set(right) else 0.5
    lone = [word for word in ours if not _has(theirs, word)]
    if len(lone) == len(ours):
        return 0.5
    return 0.65 if lone and any(not _has(ours, word) for word in theirs) else 1.0


def _has(words: list[str], word: str) -> bool:
    return any(JaroWinkler.similarity(word, other) >= 0.88 for other in words)
