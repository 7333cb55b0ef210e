"""What a printed caption is likely to name: the captions of all known forms, and the words in the standard names.

A form of which no layout is known shares names with forms of which one is. What those print beside a box is what it
most likely prints too; where it says it in words of its own, the words of the name itself decide.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from parsers.forms.anchors import key, shortened
from parsers.forms.loader import form_map
from parsers.forms.maps import FORMS

_OWN, _SISTER, _SHORTER, _TAIL, _WORDS = 1.0, 0.95, 0.95, 0.9, 0.85
"""What a caption is worth: the map's, another form's, one of them shortened, that of all names that end so, one like
the name."""
_LEAST = 0.3
_HUMPS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_WORD = re.compile(r"[A-Z0-9]+|#|%")
_BRACKETS = re.compile(r"\([^)]*\)")
_SAME = {"#": "NUMBER", "NO": "NUMBER", "NUM": "NUMBER", "NBR": "NUMBER"}
_EMPTY = frozenset({"OF", "THE", "OR", "AND", "TO", "FOR", "IN", "A"})


@lru_cache(maxsize=4096)
def likely(form: str, caption: str, *, check: bool) -> Mapping[str, float]:
    """Return the names (without letters) a caption of a form may stand for, with how much speaks for each, in [0, 1].

    ``check`` asks for tick boxes, else for boxes of text.
    """
    plain = _BRACKETS.sub(" ", caption).strip()
    wanted = {found for text in (caption, plain) if (found := key(text))}
    said = _said(plain)
    worth: dict[str, float] = {}
    for name, labels in _labels(form, check).items():
        exact = max((labels.get(one, 0.0) for one in wanted), default=0.0)
        value = max(exact, _by_words(said, name) if said else 0.0, _SHORTER * _shortened(said, _own_words(form, name)))
        if value >= _LEAST:
            worth[name] = round(value, 3)
    return worth


def owner_said(caption: str, name: str) -> bool:
    """Return whether a caption has a word for what a name begins with, such as the insured or the vehicle."""
    owner = _words_of(name.partition("_")[0])
    return any(_means(word, part) for word in _said(_BRACKETS.sub(" ", caption)) for part in owner)


@cache
def captions_of(form: str) -> frozenset[str]:
    """Return the keys of all captions that name something on a form, as far as other forms and its map tell."""
    return frozenset(label for check in (False, True) for labels in _labels(form, check).values() for label in labels)


@cache
def _labels(form: str, check: bool) -> Mapping[str, Mapping[str, float]]:
    """Return for each name of a form's map the keys of its captions, with what they are worth."""
    fields = form_map(form)
    found: dict[str, dict[str, float]] = {}
    for elabel, box in fields.fields.items() if fields else ():
        if (box.type == "tick") is check:
            name = elabel.rpartition("_")[0]
            labels = found.setdefault(name, {})
            labels.update({one: _sister_worth(one) for one in _sisters().get(name, ()) if one not in labels})
            labels.update({key(text): _TAIL for text in _tails(name) if key(text) not in labels})
            if own := key(box.label):
                labels[own] = _OWN
                labels.setdefault(own.removesuffix("S"), _OWN)
                labels.setdefault(own + "S", _OWN)
    return found


@cache
def _sisters() -> Mapping[str, frozenset[str]]:
    """Return for each name the keys of the captions that all maps give it alone.

    Numbers of questions are none, nor what is printed once over a whole block.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for form in FORMS:
        fields = form_map(form)
        under: dict[str, set[str]] = defaultdict(set)
        for elabel, box in fields.fields.items() if fields else ():
            under[key(box.label)].add(elabel.rpartition("_")[0])
        for label, names in under.items():
            if len(names) == 1 and len(label) > 1 and not label[-1].isdigit():
                found[names.pop()].add(label)
    return {name: frozenset(labels) for name, labels in found.items()}


def _sister_worth(label: str) -> float:
    """Return what another form's caption is worth: less where forms print it for things of several owners."""
    return _SISTER if len(_owners().get(label, ())) == 1 else _TAIL


@cache
def _owners() -> Mapping[str, frozenset[str]]:
    """Return for each caption of any form what the names begin with that it is printed for."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, labels in _sisters().items():
        for label in labels:
            found[label].add(name.partition("_")[0])
    return {label: frozenset(owners) for label, owners in found.items()}


@cache
def _data() -> Mapping[str, Mapping[str, list[str]]]:
    """Return the table of words; raises KeyError for one without its two parts."""
    data = tomllib.loads(Path(__file__).with_name("wording.toml").read_text("utf-8"))
    return {part: data[part] for part in ("word", "tail")}


def _tails(name: str) -> list[str]:
    return _data()["tail"].get(name.rpartition("_")[2], [])


def _said(text: str) -> tuple[str, ...]:
    words = (_SAME.get(word, word) for word in _WORD.findall(text.upper().replace(".", "")))
    return tuple(word for word in words if word not in _EMPTY)


@cache
def _own_words(form: str, name: str) -> tuple[str, ...]:
    """Return the words of the caption that a form's map has for a name."""
    fields = form_map(form)
    mine = (box.label for elabel, box in fields.fields.items() if elabel.rpartition("_")[0] == name) if fields else ()
    return _said(next(iter(mine), ""))


def _shortened(said: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Return whether a caption is another one with some of its words shortened, or written out."""
    return len(said) == len(words) > 0 and all(
        one == other or shortened(one, other) or shortened(other, one) for one, other in zip(said, words, strict=True)
    )


def _by_words(said: tuple[str, ...], name: str) -> float:
    """Return how much of a caption the words of a name explain, and how much of the name's own end it says."""
    *_, tail = name.split("_")
    parts, end = _words_of(name), _words_of(tail)
    explained = sum(any(_means(word, part) for part in parts) for word in said) / len(said)
    if explained < 1.0:
        return 0.0
    told = sum(any(_means(word, part) for word in said) for part in end) / len(end)
    return _WORDS * (0.4 + 0.6 * told)


@cache
def _words_of(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of a name, each with what forms print for it."""
    words = _data()["word"]
    return tuple((word.upper(), *words.get(word, ())) for word in _HUMPS.findall(name))


def _means(said: str, part: tuple[str, ...]) -> bool:
    return any(said == word or shortened(said, word) for word in part)
