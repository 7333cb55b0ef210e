"""Find boxes of a form without a known layout over whose values something else was typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from parsers.document import Box, Page, Widget

_PRINTED = 2
"""A font in which more words than this stand outside all boxes is the form's own."""
_MOST = 1_000


def overwritten(page: Page, filled: Sequence[Widget], boxes: Sequence[Box]) -> Iterator[Box]:
    """Yield the boxes of filled text widgets in which words are typed that say something else than the value.

    ``boxes`` are those of all widgets of the page. What is set in a font of the form's own print is no typing.
    """
    texts = [widget for widget in filled if widget.kind in ("text", "choice") and widget.value]
    if not texts or not page.word_fonts or len(boxes) > _MOST:
        return
    outside = Counter(
        font
        for word, font in zip(page.words, page.word_fonts, strict=True)
        if not any(_in(word.box, box) for box in boxes)
    )
    typed = [n for n, font in enumerate(page.word_fonts) if outside[font] <= _PRINTED]
    for widget in texts:
        said = "".join(page.words[n].text for n in typed if _in(page.words[n].box, widget.box))
        if (
            said
            and _folded(said) not in _folded(widget.value or "")
            and _folded(widget.value or "") not in _folded(said)
        ):
            yield widget.box


def _in(word: Box, box: Box) -> bool:
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _folded(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
