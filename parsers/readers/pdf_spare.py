"""Read a PDF with pypdf, slowly and roughly, after the fast engines failed on it.

Word boxes are estimated from the place and size of the text, good enough to classify a page and to find a label.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader
from pypdf.errors import PdfReadError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from parsers import sniff
from parsers.document import Defect, Page, ParsedDocument, Widget, Word
from parsers.readers import widget_rules
from parsers.readers.space import PageSpace, page_space
from parsers.readers.widget_rules import FormFound

if TYPE_CHECKING:
    from parsers.limits import Limits

_BROKEN = (PyPdfError, RecursionError, OSError, *widget_rules.UNREADABLE)
_MOST_PAGES = 200
"""As many as pypdf reads in the time given to one file."""
_CHARACTER = 0.5
"""The mean width of a character in parts of its size."""

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read(data: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Return pages with roughly placed words, and widgets."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return _unreadable("locked")
        most = min(limits.pages, _MOST_PAGES)
        sheets = [page for page, _ in zip(reader.pages, range(most), strict=False)]
        if not sheets:
            return _unreadable("damaged")
        spaces = [_space(sheet) for sheet in sheets]
        form = _widgets(sheets, spaces, limits.widgets)
        count = len(reader.pages)
    except _BROKEN:
        return _unreadable("damaged")
    more = (Defect(reason="too_many_pages", detail=f"{count} pages"),) if count > most else ()
    pages, broken = _pages(sheets, spaces)
    return _document(pages, form.widgets, (*more, *form.defects, *broken))


def widgets(data: bytes, spaces: Sequence[PageSpace], most: int) -> FormFound:
    """Return the widgets of the first ``len(spaces)`` pages, and what could not be read of them."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            reader.decrypt("")
        return _widgets(list(reader.pages)[: len(spaces)], spaces, most)
    except _BROKEN:
        return FormFound(defects=(Defect(reason="damaged", detail="the form fields"),))


def _document(pages: tuple[Page, ...], found: tuple[Widget, ...], defects: tuple[Defect, ...]) -> ParsedDocument:
    return ParsedDocument(
        sha256="",
        media_type=sniff.PDF,
        status="partial" if defects else "read",
        reason=defects[0].reason if defects else None,
        pages=pages,
        widgets=found,
        defects=defects,
    )


def _unreadable(reason: str) -> ParsedDocument:
    defects = (Defect(reason=reason),)
    return ParsedDocument(sha256="", media_type=sniff.PDF, status="unreadable", reason=reason, defects=defects)


def _space(sheet: Any) -> PageSpace:
    media = tuple(float(number) for number in sheet.mediabox)
    crop = tuple(float(number) for number in sheet.cropbox)
    return page_space(media, crop, int(sheet.rotation or 0))


def _pages(sheets: Sequence[Any], spaces: Sequence[PageSpace]) -> tuple[tuple[Page, ...], tuple[Defect, ...]]:
    pages, defects = [], []
    for number, (sheet, space) in enumerate(zip(sheets, spaces, strict=True), start=1):
        try:
            words = tuple(_words(sheet, space))
        except _BROKEN:
            words = ()
            defects.append(Defect(reason="damaged", page=number))
        pages.append(
            Page(
                number=number,
                width=round(space.width, 2),
                height=round(space.height, 2),
                words=words,
                rotation=space.rotation,
            )
        )
    return tuple(pages), tuple(defects)


def _words(sheet: Any, space: PageSpace) -> list[Word]:
    words: list[Word] = []

    def visit(text: str, outer: Sequence[float], inner: Sequence[float], _font: object, size: float) -> None:
        x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
        y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        words.extend(_placed(text, x, y, abs(size * (inner[3] or 1.0)), space))

    sheet.extract_text(visitor_text=visit)
    return words


def _placed(text: str, x: float, y: float, size: float, space: PageSpace) -> Iterator[Word]:
    step = size * _CHARACTER
    for row, line in enumerate(text.strip("\n").split("\n")):
        at = 0
        for word in line.split():
            at = line.index(word, at)
            left, bottom = x + at * step, y - row * size
            box = space.box(left, bottom - 0.2 * size, left + len(word) * step, bottom + 0.8 * size)
            yield Word(word, box)
            at += len(word)


def _widgets(sheets: Sequence[Any], spaces: Sequence[PageSpace], most: int) -> FormFound:
    found: list[Widget] = []
    defects: list[Defect] = []
    for number, (sheet, space) in enumerate(zip(sheets, spaces, strict=False), start=1):
        for listed in sheet.get("/Annots") or ():
            if len(found) >= most:
                defects.append(Defect(reason="too_many_widgets", page=number))
                return FormFound(widgets=tuple(found), defects=tuple(defects))
            try:
                widget = _widget(listed.get_object(), number, space)
            except _BROKEN:
                defects.append(Defect(reason="damaged", detail="a form field", page=number))
                continue
            if widget is not None:
                found.append(widget)
    return FormFound(widgets=tuple(found), defects=tuple(defects))


def _widget(annotation: Any, page: int, space: PageSpace) -> Widget | None:
    if annotation.get("/Subtype") != "/Widget":
        return None
    chain = _chain(annotation)
    flags = int(_inherited(chain, "/Ff") or 0)
    kind = widget_rules.kind_of(str(_inherited(chain, "/FT") or ""), flags)
    name = ".".join(str(node["/T"]) for node in reversed(chain) if "/T" in node)
    if kind is None or not name:
        return None
    x0, y0, x1, y1 = (float(number) for number in annotation["/Rect"])
    value, longest = _inherited(chain, "/V"), _inherited(chain, "/MaxLen")
    on, shown = _ticked(annotation, value, flags) if kind == "check" else (None, None)
    said = _value(kind, value, chain)
    shown = widget_rules.seen(shown, bool(said or on), kind, int(annotation.get("/F", 0)))
    return Widget(
        name=name,
        kind=kind,
        page=page,
        box=space.box(x0, y0, x1, y1),
        value=said,
        on=on,
        max_len=None if longest is None else int(longest),
        shown=shown,
    )


def _chain(annotation: Any) -> list[Any]:
    """Return a widget and the fields above it."""
    chain = [annotation]
    while "/Parent" in chain[-1] and len(chain) <= widget_rules.DEEPEST:
        parent = chain[-1]["/Parent"].get_object()
        if not isinstance(parent, DictionaryObject):
            raise PdfReadError("a field hangs on something else")
        chain.append(parent)
    return chain


def _inherited(chain: list[Any], key: str) -> Any:
    return next((node[key] for node in chain if key in node), None)


def _value(kind: widget_rules.Kind, value: Any, chain: list[Any]) -> str | None:
    if kind in ("check", "button"):
        return None
    if kind == "signature":
        return None if value is None else str(value.get("/Name", "")).strip() or "signed"
    if kind == "choice":
        chosen = list(value) if isinstance(value, ArrayObject) else [] if value is None else [value]
        options = _inherited(chain, "/Opt") or ()
        pairs = [(str(o[0]), str(o[1])) for o in options if isinstance(o, ArrayObject) and len(o) == 2]
        return widget_rules.tidy(", ".join(widget_rules.displayed(str(one), pairs) for one in chosen)) or None
    text = "" if value is None else _text(value)
    rich = "" if text else _text(_inherited(chain, "/RV") or "")
    return widget_rules.entered(text, rich, str(_inherited(chain, "/TU") or ""))


def _text(value: Any) -> str:
    if hasattr(value, "get_data"):
        return str(value.get_data().decode("latin-1"))
    if isinstance(value, NameObject):
        return "" if value == "/Off" else str(value).removeprefix("/")
    return str(value)


def _ticked(annotation: Any, value: Any, flags: int) -> tuple[bool, str | None]:
    state = annotation.get("/AS")
    states = _states(annotation)
    shown, said = None if state is None else str(state), None if value is None else str(value)
    strange = widget_rules.foreign(said, flags, states)
    on = widget_rules.ticked(said, shown, states, flags, _other_states(annotation) if strange else ())
    return on, "off" if on and strange else widget_rules.other_tick(on, shown, states)


def _other_states(annotation: Any) -> set[str]:
    """Return the names for on of all boxes that share a field with one that has no name of its own."""
    if "/T" in annotation or "/Parent" not in annotation:
        return set()
    kids = annotation["/Parent"].get_object().get("/Kids") or ()
    return set().union(*(_states(kid.get_object()) for kid in kids))


def _states(annotation: Any) -> set[str]:
    normal = annotation.get("/AP", {}).get("/N")
    return set(normal) - {"/Off"} if isinstance(normal, DictionaryObject) else set()
