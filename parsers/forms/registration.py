"""Lay pages over known form pages by their printed labels, and say where the boxes to fill lie on them.

Coordinates are points from the page's top left corner as the page is shown. Nothing here looks at ruling lines: labels
alone fix a page to a fraction of a point, and they survive every way of printing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from parsers.document import Box, Registration, Word
from parsers.forms.anchors import PageText
from parsers.forms.fitting import moved, moved_box
from parsers.forms.geometry import editions, known
from parsers.forms.laying import Laid, Sheet, fill_in, lay, sheet_of
from parsers.forms.placement import PlacedBox, Placement

_LEAST_SHARE = 0.3
"""Less than this share of a form page's labels, and the page is not that form."""
_EXACT_SHARE = 0.75
_EXACT_OFF = 1.5
_NAMED = 1.5
"""How much more a form counts whose number the page prints."""
_TRIED = 3
"""Form pages looked at closely, of those with the most distinctive words in common."""


def register(
    words: Sequence[Word],
    width: float,
    height: float,
    form: str,
    *,
    state: str | None = None,
    edition: str | None = None,
    page: int | None = None,
) -> Placement | None:
    """Return the page laid over the best page of the form's known layouts, None where its labels are not there.

    ``edition`` (``2016/03``) and ``state`` put their own layouts first; others serve as relatives. ``page`` is the page
    number within the form where it is known.
    """
    sheets = [sheet for sheet in _preferred(_sheets(form), state, edition) if page in (None, sheet.page.number)]
    text = PageText(words)
    return _best(text, _likely(text, sheets), edition)


def identify(
    words: Sequence[Word], width: float, height: float, forms: Iterable[str] | None = None
) -> Placement | None:
    """Return the page laid over the best page of any known form (or of ``forms``), None where it is none of them."""
    wanted = sorted({name[0] for name in known()} if forms is None else set(forms))
    sheets = [sheet for form in wanted for sheet in _sheets(form)]
    text = PageText(words)
    return _best(text, _likely(text, sheets), None)


@cache
def _sheets(form: str) -> tuple[Sheet, ...]:
    return tuple(sheet_of(edition, page) for edition in editions(form) for page in edition.pages)


def _preferred(sheets: Sequence[Sheet], state: str | None, edition: str | None) -> list[Sheet]:
    """Return the pages to try: those of the edition alone where it is known, else all."""
    mine = [one for one in sheets if one.edition.edition == edition and one.edition.state in (None, state)]
    return mine or list(sheets)


@cache
def _rarity() -> Mapping[str, float]:
    """Return how much a word says about which form page it stands on: the logarithm of how few pages have it."""
    sheets = [sheet for form in sorted({name[0] for name in known()}) for sheet in _sheets(form)]
    pages = Counter(token for sheet in sheets for token in sheet.tokens)
    return {token: math.log(1 + len(sheets) / seen) for token, seen in pages.items()}


def _likely(text: PageText, sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the few form pages that have most of their distinctive words on the page."""
    if len(sheets) <= _TRIED:
        return list(sheets)
    rarity = _rarity()

    def score(sheet: Sheet) -> float:
        total = sum(rarity[token] for token in sheet.tokens)
        common = sum(rarity[token] for token in sheet.tokens & text.tokens)
        return common * (common / total) if total else 0.0

    scored = sorted(((score(sheet), -n) for n, sheet in enumerate(sheets)), reverse=True)
    return [sheets[-n] for value, n in scored[:_TRIED] if value > 0]


def _best(text: PageText, sheets: Sequence[Sheet], edition: str | None) -> Placement | None:
    laid = [found for sheet in sheets if (found := lay(text, sheet))]
    if not laid:
        return None
    best = max(laid, key=lambda found: _merit(text, found))
    if best.share < _EXACT_SHARE:
        fill_in(text, best)
    if best.share < _LEAST_SHARE:
        return None
    return _placement(text, best)


def _merit(text: PageText, laid: Laid) -> float:
    """Return how well a form page explains the page; sections end in like pages, told apart by half points."""
    named = _NAMED if f"ACORD{laid.sheet.edition.form}" in text.text else 1.0
    return named * len(laid.found) * laid.share / (1.0 + laid.residual / max(laid.scale, 0.1))


def _placement(text: PageText, laid: Laid) -> Placement:
    page, fit = laid.sheet.page, laid.fit
    exact = laid.share >= _EXACT_SHARE and laid.residual <= _EXACT_OFF * max(laid.scale, 0.7)
    sure = 1.0 if exact else 0.5
    return Placement(
        registration=_registration(laid),
        exact=exact,
        boxes=tuple(
            PlacedBox(
                elabel=field.name,
                kind=field.kind,
                box=_rounded(moved_box(fit, field.box)),
                multiline=field.multiline,
                max_len=field.max_len,
                sure=sure,
            )
            for field in page.fields
            if not field.hidden
        ),
        labels=frozenset(index for hit in laid.found.values() for index in hit.words) | _signs(text, laid),
        prints=tuple(_rounded(moved_box(fit, box)) for box in page.prints),
        transform=fit,
        variant=laid.sheet.edition.variant,
    )


def _signs(text: PageText, laid: Laid) -> frozenset[int]:
    """Return the words of labels too short to look for, such as ``$``, that stand where the fit puts them."""
    found: set[int] = set()
    for anchor in laid.sheet.anchors:
        if len(anchor.key) < 3:
            x, y = moved(laid.fit, anchor.x, anchor.y)
            for index in text.near((x - 1, y - 1, x + 4, y + 1), 2.0 * laid.scale):
                if text.words[index].text == anchor.label.text and abs(text.words[index].box[0] - x) <= 3 * laid.scale:
                    found.add(index)
    return frozenset(found)


def _registration(laid: Laid) -> Registration:
    edition = laid.sheet.edition
    return Registration(
        form=edition.form,
        edition=edition.edition,
        form_page=laid.sheet.page.number,
        state=edition.state,
        matched=len(laid.found),
        expected=laid.tried,
        residual=round(laid.residual, 2),
    )


def _rounded(box: Box) -> Box:
    return round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2)
