"""Form widgets → field candidates: which boxes are filled, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from parsers.document import Box, Defect, FieldCandidate, Location, ParsedDocument, Widget
from parsers.extract.boxes import Filled, parts, read_filled
from parsers.extract.naming import Form, Named, named
from parsers.extract.restricting import restricted_text
from parsers.forms import FormMap, resolve


def visible(widget: Widget) -> bool:
    """Return whether a person can see the widget and fill it in: it has an area and is no push button."""
    x0, top, x1, bottom = widget.box
    return widget.kind != "button" and x1 - x0 > 0.5 and bottom - top > 0.5


def is_filled(widget: Widget) -> bool:
    """Return whether something was entered: text that is not blank, or a tick that is on."""
    if widget.kind == "check":
        return widget.on is True
    return bool(widget.value and widget.value.strip())


def read_widgets(
    document: ParsedDocument,
    pages: tuple[int, int],
    fields: FormMap | None,
    as_of: date | None = None,
    *,
    form: Form | None = None,
) -> tuple[FieldCandidate, ...]:
    """Return a candidate for every filled box on ``pages`` (first and last, 1-based); blank ones are absent.

    A box without a canonical name is reported under its eLabel. A box that stands on several pages is reported once.
    Boxes whose names mean nothing are named by place and label where ``form`` says which form this is. A box that shows
    something else than its value has the defect ``value_differs``.
    """
    mine = [widget for widget in document.widgets if pages[0] <= widget.page <= pages[1] and visible(widget)]
    entered = [(widget, raw) for widget in mine if (raw := _raw(widget))]
    names = named(document, mine, (widget for widget, _ in entered), form) if form else {}
    number = form.number if form else fields.form if fields else None
    found = read_filled(_filled(entered, names, number), fields, as_of)
    doubted = {(widget.page, widget.box): widget for widget, _ in entered if widget.shown is not None}
    return tuple(_doubted(one, doubted) for one in found) if doubted else found


def _raw(widget: Widget) -> str:
    """Return what a box says: its value, else what it shows nevertheless; empty for a blank one."""
    if widget.kind == "check":
        return "on" if widget.on or widget.shown == "on" else ""
    return (widget.value or "").strip() or (widget.shown or "").strip()


def _filled(entered: Iterable[tuple[Widget, str]], names: Named, form: str | None) -> Iterator[Filled]:
    seen: set[tuple[str, str]] = set()
    for widget, raw in entered:
        given = names.get((widget.page, widget.box))
        elabel, blob = (given.elabel, "") if given else resolve(widget.name, form)
        at = Location(page=widget.page, box=widget.box)
        for name, part in parts(elabel, blob, raw):
            if (name, part) not in seen:
                seen.add((name, part))
                yield Filled(
                    elabel=name,
                    raw=part,
                    tick=widget.kind == "check",
                    at=at,
                    method="widget",
                    confidence=given.sure if given else None,
                )


def _doubted(found: FieldCandidate, doubted: Mapping[tuple[int, Box], Widget]) -> FieldCandidate:
    """Return the candidate with its doubt, where its box shows something else than it holds."""
    widget = doubted.get((found.at.page or 0, found.at.box or _NOWHERE))
    if widget is None:
        return found
    said = _contradiction(widget)
    secret = found.restricted or restricted_text(widget.shown or "", found.elabel or "")
    detail = "the box shows another text" if secret else said[:80]
    return replace(
        found,
        confidence=round(found.confidence * DIFFERS, 4),
        # A value that was refused says more about itself.
        defect=found.defect or Defect(reason="value_differs", detail=detail, page=found.at.page, box=found.at.box),
    )


def _contradiction(widget: Widget) -> str:
    if not _holds(widget):
        return "the box holds no value, yet shows one"
    return f"the box shows {widget.shown!r}" if widget.shown else "the box is hidden"


def _holds(widget: Widget) -> bool:
    return bool(widget.on if widget.kind == "check" else (widget.value or "").strip())


DIFFERS = 0.6
"""What a value is worth that its own box or the page contradicts."""
_NOWHERE: Box = (0.0, 0.0, 0.0, 0.0)


def filled_ratio(document: ParsedDocument, pages: tuple[int, int]) -> float | None:
    """Return filled boxes of any sort ÷ text boxes on ``pages``, at most 1; None where there is no form.

    Ticks count as filled but not as boxes to fill, because most tick boxes of a complete form stay empty.
    """
    names: dict[str, tuple[str, bool]] = {}
    for widget in document.widgets:
        if pages[0] <= widget.page <= pages[1] and visible(widget):
            names[widget.name] = (widget.kind, names.get(widget.name, ("", False))[1] or is_filled(widget))
    boxes = sum(kind in {"text", "choice"} for kind, _ in names.values())
    if not boxes:
        return None
    return min(1.0, sum(filled for _, filled in names.values()) / boxes)
