"""Read the widgets of a PDF form with pikepdf, and mend documents whose cross references are broken."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf

from parsers.document import Defect, Widget
from parsers.readers import widget_rules
from parsers.readers.space import PageSpace


class FormUnreadableError(Exception):
    """pikepdf does not open the document."""


@dataclass(frozen=True, slots=True)
class _Field:
    """What a widget inherits from the fields above it."""

    name: str = ""
    type: str = ""
    flags: int = 0
    value: Any = None
    options: tuple[tuple[str, str], ...] = ()
    max_len: int | None = None


def widgets(data: bytes, spaces: Sequence[PageSpace], most: int) -> tuple[tuple[Widget, ...], tuple[Defect, ...]]:
    """Return the widgets of the first ``len(spaces)`` pages in page order, and those that could not be read.

    Raises ``FormUnreadableError`` where the document itself does not open.
    """
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as document:
            return _collected(document, spaces, most)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise FormUnreadableError from error


def mended(data: bytes) -> bytes | None:
    """Rebuild a damaged document, or return None where nothing can be saved."""
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as document:
            if len(document.pages) == 0:
                return None
            document.save(out)
    except (pikepdf.PdfError, pikepdf.PasswordError, *widget_rules.UNREADABLE):
        return None
    return out.getvalue()


def _collected(
    document: pikepdf.Pdf, spaces: Sequence[PageSpace], most: int
) -> tuple[tuple[Widget, ...], tuple[Defect, ...]]:
    found: list[Widget] = []
    defects: list[Defect] = []
    fields: dict[tuple[int, int], _Field] = {}
    for number, (page, space) in enumerate(zip(document.pages, spaces, strict=False), start=1):
        for annotation in _annotations(page.obj):
            if len(found) >= most:
                return tuple(found), (*defects, Defect(reason="too_many_widgets", page=number))
            try:
                widget = _widget(annotation, number, space, fields)
            except (pikepdf.PdfError, *widget_rules.UNREADABLE):
                defects.append(Defect(reason="damaged", detail="a form field", page=number))
                continue
            if widget is not None:
                found.append(widget)
    return tuple(found), tuple(defects)


def _annotations(page: Any) -> Sequence[Any]:
    listed = page.get("/Annots")
    return list(listed) if isinstance(listed, pikepdf.Array) else ()


def _widget(annotation: Any, page: int, space: PageSpace, fields: dict[tuple[int, int], _Field]) -> Widget | None:
    if annotation.get("/Subtype") != "/Widget":
        return None
    field = _field(annotation, fields, widget_rules.DEEPEST)
    kind = widget_rules.kind_of(field.type, field.flags)
    if kind is None or not field.name:
        return None
    x0, y0, x1, y1 = (float(number) for number in annotation["/Rect"])
    return Widget(
        name=field.name,
        kind=kind,
        page=page,
        box=space.box(x0, y0, x1, y1),
        value=_value(kind, field),
        on=_on(annotation, field) if kind == "check" else None,
        max_len=field.max_len,
    )


def _field(node: Any, fields: dict[tuple[int, int], _Field], depth: int) -> _Field:
    """Resolve a field with everything it inherits; parents are remembered, because their kids are many."""
    parent = node.get("/Parent")
    above = _Field()
    if isinstance(parent, pikepdf.Dictionary) and depth > 0:
        key = parent.objgen
        known = fields.get(key) if key[0] else None
        above = known or _field(parent, fields, depth - 1)
        if key[0]:
            fields[key] = above
    return _Field(
        name=_name(above.name, node.get("/T")),
        type=str(node.get("/FT", above.type)),
        flags=int(node.get("/Ff", above.flags)),
        value=node.get("/V", above.value),
        options=_options(node.get("/Opt")) or above.options,
        max_len=_number(node.get("/MaxLen"), above.max_len),
    )


def _name(above: str, own: Any) -> str:
    if own is None:
        return above
    return f"{above}.{own}" if above else str(own)


def _number(own: Any, above: int | None) -> int | None:
    return above if own is None else int(own)


def _options(listed: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(listed, pikepdf.Array):
        return ()
    pairs = []
    for option in listed:
        if isinstance(option, pikepdf.Array) and len(option) == 2:
            pairs.append((str(option[0]), str(option[1])))
        else:
            pairs.append((str(option), str(option)))
    return tuple(pairs)


def _value(kind: widget_rules.Kind, field: _Field) -> str | None:
    if field.value is None or kind in ("check", "button"):
        return None
    if kind == "signature":
        return str(field.value.get("/Name", "")).strip() or "signed"
    if kind == "choice":
        chosen = list(field.value) if isinstance(field.value, pikepdf.Array) else [field.value]
        shown = [widget_rules.displayed(str(one), field.options) for one in chosen]
        return widget_rules.tidy(", ".join(shown)) or None
    return widget_rules.tidy(_text(field.value)) or None


def _text(value: Any) -> str:
    if isinstance(value, pikepdf.Stream):
        return str(pikepdf.String(value.read_bytes()))
    return str(value)


def _on(annotation: Any, field: _Field) -> bool:
    shown = annotation.get("/AS")
    normal = annotation.get("/AP", {}).get("/N")
    states = set(normal.keys()) - {"/Off"} if isinstance(normal, pikepdf.Dictionary) else set()
    value = None if field.value is None else str(field.value)
    return widget_rules.ticked(value, None if shown is None else str(shown), states)
