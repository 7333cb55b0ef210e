"""Form widgets → field candidates: which boxes are filled, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from parsers.document import FieldCandidate, Location, ParsedDocument, Widget
from parsers.extract.boxes import Filled, parts, read_filled
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
    document: ParsedDocument, pages: tuple[int, int], fields: FormMap | None, as_of: date | None = None
) -> tuple[FieldCandidate, ...]:
    """Return a candidate for every filled box on ``pages`` (first and last, 1-based); blank ones are absent.

    A box without a canonical name is reported under its eLabel. A box that stands on several pages is reported once.
    """
    return read_filled(_filled(document.widgets, pages, fields.form if fields else None), fields, as_of)


def _filled(widgets: Iterable[Widget], pages: tuple[int, int], form: str | None) -> Iterator[Filled]:
    seen: set[tuple[str, str]] = set()
    for widget in widgets:
        if not (pages[0] <= widget.page <= pages[1] and visible(widget) and is_filled(widget)):
            continue
        name = resolve(widget.name, form)
        tick = widget.kind == "check"
        raw = "on" if tick else (widget.value or "").strip()
        at = Location(page=widget.page, box=widget.box)
        for elabel, part in parts(name.elabel, name.blob, raw):
            if (elabel, part) not in seen:
                seen.add((elabel, part))
                yield Filled(elabel=elabel, raw=part, tick=tick, at=at, method="widget")


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
