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


_Fields = dict[tuple[int, int], _Field]
_NOTHING = _Field()
_WANTED = frozenset({"/Subtype", "/Rect", "/Parent", "/T", "/FT", "/Ff", "/V", "/Opt", "/MaxLen", "/AS", "/AP"})


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
    fields: _Fields = {}
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


def _widget(annotation: Any, page: int, space: PageSpace, fields: _Fields) -> Widget | None:
    entries = _entries(annotation)
    if entries.get("/Subtype") != "/Widget":
        return None
    field = _field(entries, fields, widget_rules.DEEPEST)
    kind = widget_rules.kind_of(field.type, field.flags)
    if kind is None or not field.name:
        return None
    x0, y0, x1, y1 = map(float, entries["/Rect"].as_list())
    return Widget(
        name=field.name,
        kind=kind,
        page=page,
        box=space.box(x0, y0, x1, y1),
        value=_value(kind, field),
        on=_on(entries, field) if kind == "check" else None,
        max_len=field.max_len,
    )


def _entries(node: Any) -> dict[str, Any]:
    """Take out what is there at once: asking an engine for an absent entry costs seven times as much."""
    return {key: node[key] for key in node.keys() & _WANTED}


def _field(entries: dict[str, Any], fields: _Fields, depth: int) -> _Field:
    """Resolve a field with everything it inherits; parents are remembered, because their kids are many."""
    above = _NOTHING
    parent = entries.get("/Parent")
    if isinstance(parent, pikepdf.Dictionary) and depth > 0:
        key = parent.objgen
        known = fields.get(key) if key[0] else None
        above = known or _field(_entries(parent), fields, depth - 1)
        if key[0]:
            fields[key] = above
    return _Field(
        _name(above.name, entries.get("/T")),
        str(entries.get("/FT", above.type)),
        int(entries.get("/Ff", above.flags)),
        entries.get("/V", above.value),
        _options(entries.get("/Opt")) or above.options,
        _number(entries.get("/MaxLen"), above.max_len),
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


def _on(entries: dict[str, Any], field: _Field) -> bool:
    shown = entries.get("/AS")
    looks = entries.get("/AP")
    normal = looks.get("/N") if isinstance(looks, pikepdf.Dictionary) else None
    states = set(normal.keys()) - {"/Off"} if isinstance(normal, pikepdf.Dictionary) else set()
    value = None if field.value is None else str(field.value)
    return widget_rules.ticked(value, None if shown is None else str(shown), states)
