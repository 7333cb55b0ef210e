"""Turn a page laid over a form page into where its boxes, labels and boilerplate lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parsers.document import Box, Registration
from parsers.forms.anchors import PageText
from parsers.forms.fitting import moved, moved_box
from parsers.forms.geometry import PlacedField
from parsers.forms.laying import Laid
from parsers.forms.placement import PlacedBox, Placement
from parsers.forms.remains import remains
from parsers.forms.spots import printed, spots


def placement(text: PageText, laid: Sequence[Laid], *, exact: bool) -> Placement:
    """Return how a page lies: over the first of some form pages, with what moved here from the others."""
    host = laid[0]
    boxes = [box for one in laid for box in (_fixed(one) if exact else _followed(one))]
    words = {index for one in laid for hit in one.found.values() for index in hit.words}
    return Placement(
        registration=_registration(host),
        exact=exact,
        boxes=tuple(boxes),
        labels=frozenset(words.union(*(_signs(text, one) | one.counted for one in laid))),
        prints=tuple(_rounded(box) for one in laid for box in _printed(one, exact=exact)),
        transform=host.fit,
        variant=host.sheet.edition.variant,
        left=None if exact else remains(host),
    )


def _printed(laid: Laid, *, exact: bool) -> Iterator[Box]:
    """Yield the places of boilerplate, and of labels that read otherwise here than on the known layout."""
    if not exact:
        yield from printed(laid)
        return
    for box in laid.sheet.page.prints:
        yield moved_box(laid.fit, box)
    for n, anchor in enumerate(laid.sheet.anchors):
        if n not in laid.found and len(anchor.key) > 2:
            yield moved_box(laid.fit, anchor.label.box)


def _fixed(laid: Laid) -> Iterator[PlacedBox]:
    for field in laid.sheet.page.fields:
        if not field.hidden:
            yield _placed(field, moved_box(laid.fit, field.box), 1.0)


def _followed(laid: Laid) -> Iterator[PlacedBox]:
    for field, spot in zip(laid.sheet.page.fields, spots(laid), strict=True):
        if spot and not field.hidden:
            yield _placed(field, spot.box, spot.sure)


def _placed(field: PlacedField, box: Box, sure: float) -> PlacedBox:
    return PlacedBox(
        elabel=field.name,
        kind=field.kind,
        box=_rounded(box),
        multiline=field.multiline,
        max_len=field.max_len,
        sure=sure,
    )


def _signs(text: PageText, laid: Laid) -> frozenset[int]:
    """Return the words of labels too short to look for, such as ``$``, that stand where the fit puts them."""
    found: set[int] = set()
    near = 3 * max(laid.scale, _SIGN_SCALE)
    for anchor in laid.sheet.anchors:
        if len(anchor.key) < 3:
            x, y = moved(laid.fit, anchor.x, anchor.y)
            for index in text.near((x - 1, y - 1, x + 4, y + 1), 2.0 * laid.scale):
                if text.words[index].text == anchor.label.text and abs(text.words[index].box[0] - x) <= near:
                    found.add(index)
    return frozenset(found)


_SIGN_SCALE = 0.8
"""Signs of a page printed smaller than this are not set more exactly than this."""


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
