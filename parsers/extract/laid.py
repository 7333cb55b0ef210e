"""Lay pages with widgets over their form once: the print of a form filled in its fields is the same every time."""

from __future__ import annotations

from functools import lru_cache

from parsers.document import Page, Word
from parsers.forms.placement import Placement
from parsers.forms.registration import register

KEPT = 64
"""Pages kept, each some 100 KB: a desk sees a few dozen forms, most of them filled in the same blank."""


def laid_over(page: Page, form: str, state: str | None, edition: str | None) -> Placement | None:
    """Return where the boxes of a form lie on a page with widgets, None where the page is not of that form."""
    return _laid(tuple(page.words), page.width, page.height, form, state, edition)


@lru_cache(maxsize=KEPT)
def _laid(
    words: tuple[Word, ...], width: float, height: float, form: str, state: str | None, edition: str | None
) -> Placement | None:
    return register(words, width, height, form, state=state, edition=edition)
