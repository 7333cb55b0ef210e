"""Lay pages over known form pages by their printed labels, and say where the boxes to fill lie on them.

Coordinates are points from the page's top left corner as the page is shown. Nothing here looks at ruling lines: labels
alone fix a page to a fraction of a point, and they survive every way of printing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from parsers.document import Registration, Word
from parsers.forms.anchors import PageText, text_of
from parsers.forms.counting import count, counted
from parsers.forms.drift import SHORTEST_FOLLOWED, follow
from parsers.forms.geometry import editions, known
from parsers.forms.laying import SHORT_KEY, Laid, Sheet, fill_in, keeps_together, lay, loosely, scattered, sheet_of
from parsers.forms.placement import Placement
from parsers.forms.placing import placement
from parsers.forms.remains import without_strays

_LEAST_SHARE = 0.25
"""Less than this share of a form page's labels, and the page is not that form."""
_GARBLED_SHARE = 0.8
"""Below this share labels are looked for once more as a scan garbles them."""
_EXACT_SHARE = 0.5
_STRANGE_SHARE, _STRANGE_OFF = 0.8, 0.5
"""An edition that prints itself as another one has the known layout only where it has it to the point."""
_WHOLE = 0.9
"""Where so much of a form page is there, nothing of another one is."""
_EXACT_OFF = 1.5
_NAMED = 1.5
"""How much more a form counts whose number the page prints."""
_LEAST_GUEST = 5
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
    variant: str | None = None,
    after: Placement | None = None,
) -> Placement | None:
    """Return the page laid over the best page of the form's known layouts, None where its labels are not there.

    ``edition`` (``2016/03``) and ``state`` put their own layouts first; others serve as relatives. ``page`` is the page
    number within the form where it is known, ``variant`` the agency system whose own boxes are wanted. ``after`` is the
    placement of the page before, of an unknown layout: where it broke off within a form page, this one goes on.
    """
    sheets = _preferred(_sheets(form, variant), state, edition)
    if after:
        sheets = [rest for sheet in sheets if (rest := _rest(sheet, after))]
    text = text_of(tuple(words))
    wanted = [sheet for sheet in sheets if page in (None, sheet.page.number)]
    strange = edition is not None and all(sheet.edition.edition != edition for sheet in sheets)
    likely = _likely(text, wanted)
    found = _best(text, likely, width, strange=strange, parted=True) or _pieces(text, wanted, width)
    return found or (_questions_alone(text, wanted, width) if after else None)


def identify(
    words: Sequence[Word], width: float, height: float, forms: Iterable[str] | None = None
) -> Placement | None:
    """Return the page laid over the best page of any known form (or of ``forms``), None where it is none of them."""
    wanted = sorted({name[0] for name in known()} if forms is None else set(forms))
    sheets = [sheet for form in wanted for sheet in _sheets(form, None)]
    text = text_of(tuple(words))
    found = _best(text, _likely(text, sheets), width)
    return found if found and (found.exact or _many(found.registration)) else None


def _many(laid: Registration) -> bool:
    """Return whether enough labels of a form page were found elsewhere than known for the page to be of that form."""
    return laid.matched >= _MANY_FOUND or laid.matched >= _MOST_FOUND * laid.expected


_MANY_FOUND, _MOST_FOUND = 30, 0.4
"""Sister forms share rows of labels; so many, or this share, are more than that."""


def variants(form: str, edition: str) -> tuple[str, ...]:
    """Return the agency systems that have a layout of their own for an edition."""
    return tuple(name[3] for name in known() if name[0] == form and name[2] == edition and name[3])


@cache
def _sheets(form: str, variant: str | None) -> tuple[Sheet, ...]:
    layouts = [edition for edition in editions(form) if edition.variant == variant]
    return tuple(sheet_of(edition, page) for edition in layouts for page in edition.pages)


def _preferred(sheets: Sequence[Sheet], state: str | None, edition: str | None) -> list[Sheet]:
    """Return the pages to try: those of the edition alone where it is known, else all."""
    mine = [one for one in sheets if one.edition.edition == edition and one.edition.state in (None, state)]
    return mine or list(sheets)


def _rest(sheet: Sheet, before: Placement) -> Sheet | None:
    """Return what a page left of the form page it was laid over, and every other form page whole."""
    laid = before.registration
    if (sheet.page.number, sheet.edition.edition) != (laid.form_page, laid.edition):
        return sheet if sheet.page.number > laid.form_page else None
    return sheet_of(sheet.edition, before.left) if before.left and before.left.fields else None


@cache
def _rarity() -> Mapping[str, float]:
    """Return how much a word says about which form page it stands on: the logarithm of how few pages have it."""
    sheets = [sheet for form in sorted({name[0] for name in known()}) for sheet in _sheets(form, None)]
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


def _best(
    text: PageText, sheets: Sequence[Sheet], width: float, *, strange: bool = False, parted: bool = False
) -> Placement | None:
    """Return the best placement; ``strange`` says the page prints an edition we do not know, which we then doubt.

    ``parted`` says that the page is one of the form, of whose pages it may hold a part.
    """
    best = _closest(text, sheets)
    if best:
        together = keeps_together(text, best) and _straight(best)
        if best.share < _GARBLED_SHARE and not strange:
            fill_in(text, best)
        share, off = (_STRANGE_SHARE, _STRANGE_OFF) if strange else (_EXACT_SHARE, _EXACT_OFF)
        close = best.residual <= off * max(best.scale, 0.7)
        if close and together and best.share >= share and not _guests(text, best, width):
            return placement(text, [best], exact=True)
    return _drifted(text, sheets, width, parted=parted)


def _closest(text: PageText, sheets: Sequence[Sheet]) -> Laid | None:
    """Return the page laid over the form page that explains it best; those that cannot are not laid at all."""
    best, most = None, 0.0
    for sheet in sheets:
        if (
            _named(text, sheet) * _most(text, sheet, SHORT_KEY) > most
            and (found := lay(text, sheet))
            and (merit := _merit(text, found)) > most
        ):
            best, most = found, merit
    return best


def _drifted(text: PageText, sheets: Sequence[Sheet], width: float, *, parted: bool) -> Placement | None:
    """Return the page laid over the relative that explains most of it, its labels followed to where they went."""
    best, most = None, 0.0
    for sheet in sheets:
        if _most(text, sheet, SHORTEST_FOLLOWED) <= most:
            continue
        for found in (loosely(text, sheet, width / sheet.page.width), lay(text, sheet)):
            if found and _straight(found):
                follow(text, found)
                if len(found.found) * found.share > most:
                    best, most = found, len(found.found) * found.share
    if best is None or (best.share < _LEAST_SHARE and not (parted and _is_part(best))):
        return None
    without_strays(best)
    laid = [best, *_guests(text, best, width)]
    for one in laid:
        count(text, one)
    return placement(text, laid, exact=False)


def _is_part(laid: Laid) -> bool:
    """Return whether a form page broke off: of its labels as far as the page shows it, most are there."""
    levels = [laid.sheet.anchors[n].y for n in laid.found]
    near = sum(min(levels) <= anchor.y <= max(levels) and len(anchor.key) >= SHORT_KEY for anchor in laid.sheet.anchors)
    return len(levels) >= _LEAST_PART and len(levels) >= _PART_SHARE * near


_LEAST_PART, _PART_SHARE = 5, 0.6


def _pieces(text: PageText, sheets: Sequence[Sheet], width: float) -> Placement | None:
    """Return a page of an unknown layout that has little of its form page left, laid over it piece by piece."""
    found = [laid for sheet in sheets if (laid := scattered(text, sheet, width / sheet.page.width))]
    for laid in found:
        follow(text, laid)
    best = max(found, key=lambda laid: len(laid.found) * laid.share, default=None)
    if best is None or best.share < _LEAST_SHARE:
        return None
    count(text, best)
    return placement(text, [best], exact=False)


def _questions_alone(text: PageText, sheets: Sequence[Sheet], width: float) -> Placement | None:
    """Return a page that holds nothing of its form page but questions, laid by their numbers."""
    best: Laid | None = None
    for sheet in sheets:
        scale = width / sheet.page.width
        laid = Laid(sheet, (scale, 0.0, 0.0, scale, 0.0, 0.0), {}, len(sheet.anchors))
        count(text, laid)
        if len(laid.numbers) >= _LEAST_PART and (best is None or counted(laid) > counted(best)):
            best = laid
    return placement(text, [best], exact=False) if best else None


def _straight(laid: Laid) -> bool:
    """Return whether a fit shrinks a page alike both ways and only turns it: else blocks that moved bent it.

    Printers and fax drivers shrink pages more one way than the other; then every label fits to the point.
    """
    a, b, c, d, _, _ = laid.fit
    shrunk = abs(a - d)
    if _BENT * a < shrunk <= _SHRUNK * a and (laid.share < _SHRUNK_SHARE or laid.residual > _SHRUNK_OFF * laid.scale):
        return False
    return shrunk <= _SHRUNK * a and abs(b + c) <= _BENT * a


_BENT = 0.03
_SHRUNK, _SHRUNK_SHARE, _SHRUNK_OFF = 0.09, 0.7, 0.4
"""A page may be so much narrower than it is low, if such a share of its labels is off by so little, in points."""


def _guests(text: PageText, host: Laid, width: float) -> list[Laid]:
    """Return what moved here from other pages of the form, told by labels that the page's own form page has not."""
    if host.share >= _WHOLE:
        return []
    layout = host.sheet.edition
    taken = frozenset(index for hit in host.found.values() for index in hit.words)
    guests: list[Laid] = []
    for sheet in _sheets(layout.form, layout.variant):
        if sheet is host.sheet or sheet.edition is not layout:
            continue
        guest = loosely(text, sheet, width / sheet.page.width, taken)
        if guest:
            follow(text, guest, taken)
        own = sum(sheet.anchors[n].key not in host.sheet.counts for n in guest.found) if guest else 0
        if guest and own >= _LEAST_GUEST:
            taken |= {index for hit in guest.found.values() for index in hit.words}
            guests.append(guest)
    return guests


def _merit(text: PageText, laid: Laid) -> float:
    """Return how well a form page explains the page; sections end in like pages, told apart by half points."""
    explained = len(laid.found) * laid.share / (1.0 + laid.residual / max(laid.scale, 0.1))
    return _named(text, laid.sheet) * explained


def _most(text: PageText, sheet: Sheet, shortest: int) -> float:
    """Return the most a form page could explain of the page: if every label whose words are there fitted to the point.

    ``shortest`` is how long the key of a label is at least. A little more is said, so that rounding does not matter.
    """
    tried = sum(len(anchor.key) >= SHORT_KEY for anchor in sheet.anchors)
    here = sum(len(anchor.key) >= shortest and bool(text.hits(anchor.key)) for anchor in sheet.anchors)
    return 1.001 * here * here / max(tried, 1)


def _named(text: PageText, sheet: Sheet) -> float:
    return _NAMED if f"ACORD{sheet.edition.form}" in text.text else 1.0
