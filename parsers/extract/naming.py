"""Name the boxes whose own names mean nothing: by where they stand on a known form, else by their printed labels.

Every box is named on its own: a page may mix an agency system's names, standard ones, and numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from parsers.document import Box, Page, ParsedDocument, Widget
from parsers.extract.captionboxes import names_by_caption, together
from parsers.extract.captionrows import Rows
from parsers.extract.labelled import name_boxes
from parsers.extract.laid import laid_over
from parsers.forms import FormMap, resolve
from parsers.forms.names import is_elabel
from parsers.forms.placement import PlacedBox

_ALIKE = 0.5
"""Two boxes are the same one when they share this part of what they cover together."""
_MOST = 1_000
"""A page with more nameless boxes than this is no form; the densest known one has 400."""
_BY_PLACE, _BY_LABEL = 0.97, 0.8
"""What a name is worth that a box has from its place on the form, and from the label beside it."""

Named = Mapping[tuple[int, Box], "Name"]
"""Page and place of a widget → its name."""


class Name(NamedTuple):
    """The eLabel a box was given, and how sure that is, in [0, 1]."""

    elabel: str
    sure: float


class Form(NamedTuple):
    """Which form a document is: its number, the state of a state form, its edition, and its map if it has one."""

    number: str
    state: str | None = None
    edition: str | None = None
    fields: FormMap | None = None


def meaningless(widget: Widget, form: str | None) -> bool:
    """Return whether a widget's name is neither an eLabel nor another name that is known."""
    return not is_elabel(resolve(widget.name, form).elabel)


def named(document: ParsedDocument, widgets: Sequence[Widget], filled: Iterable[Widget], form: Form) -> Named:
    """Return the names of ``widgets`` whose own mean nothing, for the pages where a filled one is among them.

    A box that neither its place nor a label tells is absent. No eLabel is given twice, nor one that a widget has.
    """
    wanted = {widget.page for widget in filled if meaningless(widget, form.number)}
    found: dict[tuple[int, Box], Name] = {}
    rows: dict[str, Rows] = {}
    if not wanted:
        return found
    taken = {elabel for widget in widgets if is_elabel(elabel := resolve(widget.name, form.number).elabel)}
    for page in document.pages:
        if page.number in wanted:
            mine = [one for one in widgets if one.page == page.number and meaningless(one, form.number)]
            for box, name in _on_page(page, mine, form, taken, rows).items():
                found[page.number, box] = name
                taken.add(name.elabel)
    return found


def _on_page(
    page: Page, widgets: Sequence[Widget], form: Form, taken: set[str], rows: dict[str, Rows]
) -> dict[Box, Name]:
    """Return the names of a page's boxes by place, else by label and caption; ``rows`` are counted on."""
    if len(widgets) > _MOST:
        return {}
    placement = laid_over(page, form.number, form.state, form.edition)
    found = _by_place(widgets, placement.boxes) if placement else {}
    found = {box: name for box, name in found.items() if name.elabel not in taken}
    if form.fields and len(found) < len(widgets):
        boxes = [(str(n), _kind(widget), widget.box) for n, widget in enumerate(widgets)]
        used = taken | {name.elabel for name in found.values()}
        by_label = name_boxes(page.words, boxes, form.fields, taken=used)
        by_caption, counted = names_by_caption(
            page.words, boxes, form.fields, height=page.height, taken=used, rows=rows
        )
        rows.update(counted)
        for path, elabel in together(by_label, by_caption, form.fields, used).items():
            found.setdefault(widgets[int(path)].box, Name(elabel, _BY_LABEL))
    return found


def _kind(widget: Widget) -> Literal["text", "check"]:
    return "check" if widget.kind == "check" else "text"


def _by_place(widgets: Sequence[Widget], places: Sequence[PlacedBox]) -> dict[Box, Name]:
    """Return the names of the widgets that lie where the form has a box, the best fitting pairs first."""
    pairs = [
        (fit, n, m)
        for n, widget in enumerate(widgets)
        for m, place in enumerate(places)
        if place.kind == _kind(widget) and (fit := _fit(widget.box, place.box)) > 0
    ]
    found: dict[Box, Name] = {}
    given: set[int] = set()
    for fit, n, m in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if widgets[n].box not in found and m not in given:
            given.add(m)
            sure = _BY_PLACE * places[m].sure * (1.0 if fit >= _ALIKE else _BY_LABEL)
            found[widgets[n].box] = Name(resolve(places[m].elabel).elabel, round(sure, 4))
    return found


def _fit(one: Box, other: Box) -> float:
    """Return how much two boxes share of what they cover together, or 0 unless they are the same box.

    Boxes of tick marks are drawn larger or smaller: there it is enough that each holds the other's middle.
    """
    wide, high = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = (one[2] - one[0]) * (one[3] - one[1]), (other[2] - other[0]) * (other[3] - other[1])
    share = wide * high / (sum(areas) - wide * high)
    return share if share >= _ALIKE or (_holds(one, other) and _holds(other, one)) else 0.0


def _holds(one: Box, other: Box) -> bool:
    across, down = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return one[0] <= across <= one[2] and one[1] <= down <= one[3]
