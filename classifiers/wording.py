"""Turn text into the closed set of features the two models know: words, pairs of words and shapes instead of values.

Values (dates, amounts, policy numbers, VINs, addresses of people) are replaced by their shape, so that a model learns
how a thing is said and never who is meant, and so that no new word grows the vocabulary of a running process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from classifiers import concepts

FEATURE_LIMIT = 2400
"""Words looked at per text; a page of a policy has about 700, so only joined sheets are ever cut."""

STEM = 5
"""Letters that stand for a longer word's family: rescind, rescinding, rescinded."""

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_SHAPES: tuple[tuple[str, str], ...] = (
    ("xref", r"\[?\bsub-\d{2}-\d{4,}\b\]?"),
    ("xmail", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("xlink", r"https?://\S+|www\.\S+"),
    ("xpct", r"\b\d+(?:\.\d+)?\s?%"),
    (
        "xdate",
        rf"\b\d{{1,2}}[/-]\d{{1,2}}(?:[/-]\d{{2,4}})?\b|\b\d{{1,2}}\.\d{{1,2}}\.\d{{2,4}}\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b{_MONTH}\s+\d{{1,2}}\b",
    ),
    ("xfein", r"\b\d{2}-\d{7}\b"),
    ("xphone", r"\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b|\b555-01\d\d\b"),
    (
        "xmoney",
        r"\$\s?\d[\d,]*(?:\.\d+)?\s?[km]?\b|\b\d{1,3}(?:,\d{3})+(?:\.\d+)?\b|\b\d+(?:\.\d+)?[km]\b|\b\d+\.\d\d\b",
    ),
    ("xvin", r"\b(?=[a-z\d]*\d)(?=[a-z\d]*[a-z])[a-hj-npr-z\d]{17}\b"),
    ("xyear", r"\b(?:19|20)\d\d\b"),
    ("xid", r"\b(?=[a-z\d-]*\d)(?=[a-z\d-]*[a-z])[a-z\d]+(?:-[a-z\d]+)*\b(?<=[a-z\d]{5})"),
    ("xlong", r"\b\d{5,}(?:-\d+)*\b"),
    ("xnum", r"\b\d+\b"),
)
_WORD = r"[a-z]+(?:['’&][a-z]+)*"
# Most words are plain ones that no shape can begin with; told first by what follows them, they cost one attempt.
_PLAIN_WORD = _WORD + r"(?![\w+@:'’&-]|\.\S|\.?\s+\d)"
_SCAN = re.compile("|".join([_PLAIN_WORD, *(f"(?P<{name}>{pattern})" for name, pattern in _SHAPES), _WORD, r"\?"]))


def words(text: str) -> Iterator[str]:
    """Yield the words of ``text`` in lower case, every value replaced by the name of its shape."""
    for found in _SCAN.finditer(text.lower()):
        yield found.lastgroup or found.group()


def features(text: str) -> tuple[str, ...]:
    """Return the distinct words, word stems (``resci*``) and neighbouring pairs (``a_b``) of ``text``, in order."""
    seen: dict[str, None] = {}
    last = ""
    for count, word in enumerate(words(text)):
        if count >= FEATURE_LIMIT:
            break
        seen[word] = None
        if len(word) > STEM:
            seen[f"{word[:STEM]}*"] = None
        if last and not (last == word and word.startswith("x")):
            seen[f"{last}_{word}"] = None
        last = word
    return tuple(seen)


_BOILERPLATE = re.compile(
    r"confidential|privileged|intended recipient|cannot be bound|can ?not bind|not effective until|may hold private|"
    r"not in force until|delete (?:it|this)|sent from my|virus|unauthori[sz]ed",
    re.IGNORECASE,
)


def without_boilerplate(text: str) -> str:
    """Return ``text`` without the lines of disclaimers: they speak of binding and cancelling and mean nothing by it."""
    return "\n".join(line for line in text.splitlines() if not (_BOILERPLATE.search(line) and len(line.split()) > 2))


def message_features(
    *, subject: str, text: str, attachment_kinds: Sequence[str], flags: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the features of a message: its text, its subject (also marked ``s:``), kinds attached and flags."""
    plain = without_boilerplate(text)
    seen = dict.fromkeys((*features(plain), *concepts.features(plain)))
    seen.update(dict.fromkeys(subject_features(subject)))
    seen.update(dict.fromkeys(f"att:{kind}" for kind in attachment_kinds))
    seen.update(dict.fromkeys(f"flag:{flag}" for flag in flags))
    if not attachment_kinds:
        seen["att:none"] = None
    return tuple(seen)


def subject_features(subject: str) -> tuple[str, ...]:
    """Return the features of a subject, its words also marked ``s:``."""
    marked = (mark for feature in features(subject) for mark in (feature, f"s:{feature}"))
    return tuple(dict.fromkeys((*marked, *(f"s:{concept}" for concept in concepts.features(subject)))))


def sentence_features(text: str) -> tuple[str, ...]:
    """Return the features of one sentence of a message."""
    return tuple(dict.fromkeys((*features(text), *concepts.features(text))))
