"""What the words of a mail speak of: concepts instead of words, so that a sentence never read still says something."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("concepts.toml")
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")


class ConceptsError(ValueError):
    """The concepts cannot be read; the message names the entry."""


def features(text: str) -> tuple[str, ...]:
    """Return the distinct concepts of ``text`` (``~bind``) and each pair of neighbours in a sentence, in order."""
    seen: dict[str, None] = {}
    for sentence in SENTENCE_END.split(text.lower()):
        last = ""
        for concept in _concepts(sentence):
            seen[f"~{concept}"] = None
            if last and last != concept:
                seen[f"~{last}~{concept}"] = None
            last = concept
        if "?" in sentence:
            seen[f"~{last}~?"] = None
    return tuple(seen)


def _concepts(sentence: str) -> Iterator[str]:
    found = [(match.start(), name) for name, pattern in _patterns() for match in pattern.finditer(sentence)]
    for _, name in sorted(found):
        yield name


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns; raise ConceptsError for one that is none."""
    entries = tomllib.loads(_FILE.read_text("utf-8"))["concepts"]
    patterns = []
    for name, pattern in entries.items():
        try:
            patterns.append((name, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")))
        except re.error as error:
            raise ConceptsError(f"{name}: {error}") from error
    return tuple(patterns)
