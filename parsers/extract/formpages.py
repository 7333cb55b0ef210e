"""Read every page of an application form by what it carries: widgets, text of the page, or a picture, and compare.

A value that stands twice, in a widget and drawn over it, is one candidate; where the two say different things it is in
doubt and says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from parsers.document import (
    Box,
    BoxReading,
    Defect,
    Extraction,
    FieldCandidate,
    Page,
    ParsedDocument,
    Registration,
    Widget,
)
from parsers.extract.flat import FlatPage, once, plan_of, read_page, readings
from parsers.extract.ink import Ink, read_ink
from parsers.extract.laid import KEPT, laid_over
from parsers.extract.layoutless import NO_LAYOUT, Rows, read_layoutless
from parsers.extract.naming import Form
from parsers.extract.newness import new_by_names, new_edition, no_layout
from parsers.extract.overdrawn import NamedBox, OverWidgets, over_widgets, place_of
from parsers.extract.overwriting import overwritten
from parsers.extract.plan import Place, bare, fitting
from parsers.extract.registered import Read, alike, boxes_of, read_all
from parsers.extract.rewording import cut_at_edges, cut_behind_signs, drawn_once
from parsers.extract.unexplained import stamped, unexplained
from parsers.extract.widgets import DIFFERS, read_widgets, visible
from parsers.forms import FormMap, resolve
from parsers.forms.geometry import editions
from parsers.forms.names import is_elabel, last_part
from parsers.forms.placement import Placement
from parsers.forms.registration import register, variants

_LAID_SHARE, _LAID_OFF = 0.5, 2.0
"""A scan on which so much of the labels was found, so close in points, is of the layout it was laid over."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which form a document is said to be, and how its values are to be read."""

    form: str
    state: str | None
    edition: str | None
    fields: FormMap | None
    as_of: date | None


@dataclass(slots=True)
class _Found:
    """What the pages of a form say besides their widgets."""

    read: list[Read] = field(default_factory=list)
    doubtful: list[FieldCandidate] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    laid: list[tuple[Registration, bool]] = field(default_factory=list)
    before: Placement | None = None
    unlaid: bool = False
    rows: Mapping[str, Rows] = field(default_factory=dict)
    against: dict[tuple[int, Box], str] = field(default_factory=dict)
    overwritten: set[tuple[int, Box]] = field(default_factory=set)

    def take(self, number: int, ink: Ink, read: Sequence[BoxReading]) -> None:
        """Add what a page shows in its boxes, and what on it nobody can explain."""
        self.read += boxes_of(read, number, "layout")[0]
        self.against.update({(number, box): why for box, why in ink.against.items()})
        self.defects += _some(unexplained(number, ink))

    def doubted(self, one: FieldCandidate) -> FieldCandidate:
        """Return a value shown by the page with the defect ``value_differs`` where it is not known what is meant."""
        why = self.against.get((one.at.page or 0, one.at.box)) if one.at.box else None
        if why is None:
            return one
        return replace(one, defect=Defect(reason="value_differs", detail=why, page=one.at.page, box=one.at.box))

    def entered(self, one: FieldCandidate) -> FieldCandidate:
        """Return a widget's value with the defect ``value_differs`` where another text is typed over its box."""
        if one.at.box is None or one.defect or (one.at.page, one.at.box) not in self.overwritten:
            return one
        detail = "another text is typed over the box"
        defect = Defect(reason="value_differs", detail=detail, page=one.at.page, box=one.at.box)
        return replace(one, confidence=round(one.confidence * DIFFERS, 4), defect=defect)


def read_form(document: ParsedDocument, pages: tuple[int, int], asked: Asked) -> Extraction:
    """Return what a form says on its pages (first and last, 1-based), every page read by what it carries.

    Defects: ``new_edition`` and ``no_layout`` for the form, ``unexplained_ink`` for a page; ``value_differs`` stands at
    its candidate.
    """
    form = Form(asked.form, asked.state, asked.edition, asked.fields)
    entered = read_widgets(document, pages, asked.fields, asked.as_of, form=form)
    found = _Found()
    widgets = _by_page(document.widgets)
    for page in document.pages:
        if pages[0] <= page.number <= pages[1]:
            # Packed words are made each time they are asked for, and no page is known again by them.
            whole = replace(page, words=tuple(page.words))
            _look_at(whole, widgets.get(page.number, ()), asked, found)
    read = read_all(once(found.read), found.doubtful, asked.fields, asked.as_of)
    shown = [found.doubted(one) for one in read]
    if found.unlaid:
        found.defects.append(NO_LAYOUT)
    newer = no_layout(asked.form) if found.unlaid else new_edition(asked.form, asked.edition, found.laid)
    if newer is None and entered:
        newer = new_by_names(asked.form, asked.edition)
    return Extraction(
        fields=compared(map(found.entered, entered), shown),
        defects=tuple([newer, *found.defects] if newer else found.defects),
    )


def _by_page(widgets: Iterable[Widget]) -> dict[int, list[Widget]]:
    pages: dict[int, list[Widget]] = {}
    for widget in widgets:
        if visible(widget):
            pages.setdefault(widget.page, []).append(widget)
    return pages


def _look_at(page: Page, widgets: Sequence[Widget], asked: Asked, found: _Found) -> None:
    if page.scan is not None:
        _scanned(page, asked, found)
    elif widgets:
        _drawn_over(page, widgets, asked, found)
    elif flat := read_page(page, asked.form, asked.state, asked.edition, found.before):
        found.before = flat.placement
        found.laid.append((flat.placement.registration, flat.placement.exact))
        found.take(page.number, flat.ink, flat.readings)
    else:
        _by_labels(page, asked, found)


def _by_labels(page: Page, asked: Asked, found: _Found, entered: Collection[str] = ()) -> None:
    """Read a printed page of a form without a known layout; what its labels do not explain is said to be there.

    ``entered`` are the eLabels that widgets answer already.
    """
    if asked.fields is None or editions(asked.form):
        return
    page = cut_behind_signs(drawn_once(page))
    taken = {item.filled.elabel for item in found.read} | set(entered)
    told = read_layoutless(page, asked.fields, taken=taken, rows=found.rows)
    found.rows = told.rows
    found.read += boxes_of(told.readings, page.number, "layout")[0]
    found.defects += _some(unexplained(page.number, Ink(stray_words=[*told.words], stray_marks=[*told.marks])))
    found.unlaid = found.unlaid or bool(told.readings or told.words or told.marks)


def _some(defect: Defect | None) -> Iterator[Defect]:
    if defect:
        yield defect


def _scanned(page: Page, asked: Asked, found: _Found) -> None:
    """Take what was read from the picture, if it was laid over this very form."""
    laid = page.scan.registration if page.scan else None
    if page.scan is None or laid is None or laid.form != asked.form:
        return
    read, doubtful = boxes_of(page.scan.readings, page.number, "ocr")
    found.read += read
    found.doubtful += doubtful
    found.defects += _some(stamped(page))
    exact = laid.matched >= _LAID_SHARE * laid.expected and laid.residual <= _LAID_OFF
    found.laid.append((laid, exact))


def _drawn_over(page: Page, widgets: Sequence[Widget], asked: Asked, found: _Found) -> None:
    """Look for text and ticks that were drawn over a page with widgets instead of put into them."""
    if not page.fonts:
        return
    filled = [widget for widget in widgets if widget.value]
    telling = any(is_elabel(resolve(widget.name).elabel) for widget in widgets)
    boxes = tuple((widget.name, widget.kind == "check", widget.box) for widget in widgets) if telling else ()
    nearly_none = len(filled) <= _NEARLY_NONE * len(widgets)
    if not editions(asked.form) and _standard(boxes):
        over = over_widgets(page, boxes)
        if not nearly_none or 0 < len(over.ink.contents) >= len(over.ink.stray_words):
            _take_over(page, over, filled, found)
            found.overwritten.update(
                (page.number, box) for box in overwritten(page, filled, [one.box for one in widgets])
            )
            return
    if nearly_none:
        _by_labels(page, asked, found, [resolve(widget.name).elabel for widget in filled])
    if drawn := _print_of(page, asked.form, asked.state, asked.edition, boxes):
        found.take(page.number, drawn.ink, drawn.readings)
        if len(widgets) < _FEW * len(drawn.placement.boxes):
            found.laid.append((drawn.placement.registration, drawn.placement.exact))
    elif telling:
        _note_overwritten(page, widgets, found)


def _note_overwritten(page: Page, widgets: Sequence[Widget], found: _Found) -> None:
    filled = [widget for widget in widgets if widget.value]
    found.overwritten.update((page.number, box) for box in overwritten(page, filled, [one.box for one in widgets]))


@lru_cache(maxsize=KEPT)
def _print_of(
    page: Page, form: str, state: str | None, edition: str | None, boxes: tuple[NamedBox, ...]
) -> FlatPage | None:
    """Return what is printed and drawn on a page with widgets; remembered, as it is the same each time one is filled.

    ``boxes`` are the widgets, which know their own places better than any layout does; none where their names say
    nothing. A page flattened but for a few of them still has the boxes of its form where no widget is left.
    """
    page = drawn_once(page)
    left = tuple(place_of(*box) for box in boxes)
    standard = _standard(boxes)
    placement = _lying(page, form, state, edition, left, standard=standard)
    if placement is None:
        return None
    plan = plan_of(placement)
    if left:
        # Names of an agency system's own are those of its own layout, in which print stands where another has boxes.
        fits = standard or fitting(plan.places, left) >= _ITS_OWN
        plan = replace(plan, places=(*left, *(bare(plan.places, left) if fits else ())))
    page = cut_at_edges(page, plan)
    ink = read_ink(page, plan)
    return FlatPage(page, placement, tuple(readings(page, ink)), ink)


def _take_over(page: Page, over: OverWidgets, filled: Sequence[Widget], found: _Found) -> None:
    """Add what is drawn over the empty widgets of a page; what is typed over the others speaks against them."""
    entered = {widget.box for widget in filled}
    read = [reading for reading in over.readings if reading.box not in entered]
    found.take(page.number, over.ink, read)
    found.unlaid = found.unlaid or bool(read)


def _standard(boxes: Sequence[NamedBox]) -> bool:
    """Return whether most widgets are called by the form's own names, whatever path leads to them."""
    return 2 * sum(is_elabel(last_part(name)) for name, _, _ in boxes) >= len(boxes)


def _lying(
    page: Page, form: str, state: str | None, edition: str | None, left: Sequence[Place], *, standard: bool
) -> Placement | None:
    """Return how a page with some widgets lies: as an agency system has it where the widgets stand in its boxes.

    With few of them it was flattened, and lies as its print fits best.
    """
    placement = laid_over(page, form, state, edition)
    if placement is None:
        return None
    if left and not standard:
        fit = fitting(plan_of(placement).places, left)
        for variant in variants(form, placement.registration.edition):
            own = register(page.words, page.width, page.height, form, state=state, edition=edition, variant=variant)
            if own and (better := fitting(plan_of(own).places, left)) >= fit:
                placement, fit = own, better
        if fit >= _ITS_OWN:
            return placement
    if len(left) >= _FEW * len(placement.boxes):
        return placement
    flat = read_page(page, form, state, edition)
    return flat.placement if flat else placement


_NEARLY_NONE = 0.1
"""With this share of its widgets filled or less, a page may have been filled in some other way."""
_FEW = 0.5
"""With widgets on less than this share of its form's boxes a page was flattened, and some were left on it."""
_ITS_OWN = 0.95
"""Widgets of which this share stand in boxes of a layout are those of that layout."""


def compared(entered: Iterable[FieldCandidate], shown: Iterable[FieldCandidate]) -> tuple[FieldCandidate, ...]:
    """Return the candidates of both sources, one for each box that says the same in both.

    Where they differ the widget's value stays, with the defect ``value_differs``, and is trusted less.
    """
    others = {(one.elabel, one.field): one for one in shown}
    both = [_beside(one, others.pop((one.elabel, one.field), None)) for one in entered]
    return (*both, *others.values())


def _beside(entered: FieldCandidate, shown: FieldCandidate | None) -> FieldCandidate:
    if shown is None or alike(entered, shown):
        return entered
    secret = entered.restricted or shown.restricted
    detail = "the page shows another value" if secret else f"the page shows {shown.raw[:60]!r}"
    return replace(
        entered,
        confidence=round(entered.confidence * DIFFERS, 4),
        defect=Defect(reason="value_differs", detail=detail, page=entered.at.page, box=entered.at.box),
    )
