"""Words a torn word may be: those of the same page that were read surely."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z|!1]{2,}[A-Za-z]|[A-Za-z]{4,}")
_ALIKE: Final = 0.7
"""Words with so many letters in common, in their order, may be one."""


def words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of texts, in small letters."""
    return frozenset(word.casefold() for text in texts for word in _WORD.findall(text))


def suggested(text: str, known: frozenset[str]) -> str:
    """Return a text with each word that is not known changed for the known one most like it, where there is one."""
    return _WORD.sub(lambda found: _nearest(found.group(), known), text)


def _nearest(word: str, known: frozenset[str]) -> str:
    small = word.casefold()
    if small in known:
        return word
    near = [one for one in sorted(known) if abs(len(one) - len(small)) <= 2]
    best = difflib.get_close_matches(small, near, n=1, cutoff=_ALIKE)
    if not best:
        return word
    large = sum(map(str.isupper, word)) > len(word) / 2
    return best[0].upper() if large else best[0].capitalize() if word[0].isupper() else best[0]
