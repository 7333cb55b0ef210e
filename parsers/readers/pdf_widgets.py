"""Read the widgets of a PDF form with pikepdf, what people wrote over its pages, and mend documents that are broken.

Every node is taken over in one call, written as JSON: asking the engine entry by entry takes three times as long. In
that JSON texts begin with ``u:`` or ``b:``, names with ``/``, and what stands elsewhere is ``12 0 R``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import pikepdf

from parsers.document import Defect, Widget
from parsers.readers import pdf_painted, widget_rules
from parsers.readers.pdf_nodes import NOTHING, Field, Node, plain, reference
from parsers.readers.pdf_notes import KINDS, noted
from parsers.readers.space import PageSpace
from parsers.readers.widget_rules import FormFound, Note


class FormUnreadableError(Exception):
    """pikepdf does not open the document."""


_DECODER = msgspec.json.Decoder(Node)
_STREAM_BYTES = 1 << 17
"""Appearances and long texts are read up to this size."""
_SHORT_BYTES = 1 << 10
"""Appearances up to this size are kept, because many blank widgets share one."""
_PLAIN_LOOKS = (None, 4)
"""What /F says of nearly every widget: nothing, or that it is printed."""
_BROKEN = (pikepdf.PdfError, *widget_rules.UNREADABLE)


def widgets(data: bytes, spaces: Sequence[PageSpace], most: int) -> FormFound:
    """Return the widgets of the first ``len(spaces)`` pages in page order, and those that could not be read.

    With them comes what people wrote over the pages. Raises ``FormUnreadableError`` where the document itself does not
    open.
    """
    try:
        # What pages inherit is not looked at, and takes as long to hand down as to open.
        with pikepdf.open(io.BytesIO(data), inherit_page_attributes=False) as document:
            return _Form(document).read(spaces, most)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise FormUnreadableError from error


def mended(data: bytes) -> bytes | None:
    """Rebuild a damaged document, or return None where nothing can be saved."""
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            if len(document.pages) == 0:
                return None
            document.save(out)
    except (pikepdf.PasswordError, *_BROKEN):
        return None
    return out.getvalue()


class _Form:
    """The form of one open document: its fields by reference, and what its appearances are made of."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        self._document = document
        self._fields: dict[str, Field] = {}
        self._contents: dict[str, bytes] = {}
        form = document.Root.get("/AcroForm")
        # Then every appearance is to be drawn anew, and the ones in the file mean nothing.
        self._stale = isinstance(form, pikepdf.Dictionary) and form.get("/NeedAppearances", False) is True

    def read(self, spaces: Sequence[PageSpace], most: int) -> FormFound:
        found: list[Widget] = []
        notes: list[Note] = []
        defects: list[Defect] = []
        for number, (page, space) in enumerate(zip(self._document.pages, spaces, strict=False), start=1):
            for annotation in _annotations(page.obj):
                if len(found) + len(notes) >= most:
                    defects.append(Defect(reason="too_many_widgets", page=number))
                    return FormFound(widgets=tuple(found), notes=tuple(notes), defects=tuple(defects))
                try:
                    node = _DECODER.decode(annotation.to_json(dereference=True))
                    if node.subtype == "/Widget":
                        if (widget := self._widget(node, number, space)) is not None:
                            found.append(widget)
                    elif str(node.subtype)[1:] in KINDS:
                        notes.extend(self._note(node, number, space))
                except _BROKEN:
                    defects.append(Defect(reason="damaged", detail="a form field", page=number))
        return FormFound(widgets=tuple(found), notes=tuple(notes), defects=tuple(defects))

    def _note(self, node: Node, page: int, space: PageSpace) -> Iterator[Note]:
        node.rect = self._whole(node.rect)
        node.ink = [self._whole(stroke) for stroke in self._whole(node.ink) or ()]
        painted = pdf_painted.painted(self._content(self._appearance(node)))
        note = noted(node, page, space, self._text(node.contents), painted)
        if note is not None:
            yield note

    def _widget(self, node: Node, page: int, space: PageSpace) -> Widget | None:
        field = self._field(node, widget_rules.DEEPEST)
        kind = widget_rules.kind_of(field.type, field.flags)
        if kind is None or not field.name:
            return None
        x0, y0, x1, y1 = node.rect if type(node.rect) is list else self._whole(node.rect)
        value, on, shown = None, None, None
        if kind == "check":
            on, shown = self._ticked(node, field)
        elif kind != "button":
            value = self._value(kind, field)
            shown = self._other(node, value) if widget_rules.one_line(kind, field.flags) else None
        if node.shown not in _PLAIN_LOOKS:
            shown = widget_rules.seen(shown, bool(value or on), kind, int(self._whole(node.shown)))
        return Widget(
            name=field.name,
            kind=kind,
            page=page,
            box=space.box(float(x0), float(y0), float(x1), float(y1)),
            value=value,
            on=on,
            max_len=field.max_len,
            shown=shown,
        )

    def _ticked(self, node: Node, field: Field) -> tuple[bool, str | None]:
        value, state = field.value, node.state
        if value == state == "/Off":
            return False, None
        normal = self._appearance(node)
        if value == state and type(normal) is dict and value in normal and value[1:]:
            return True, None
        if (key := reference(normal)) is not None:
            target = self._document.get_object(key)
            normal = dict.fromkeys(target.keys()) if isinstance(target, pikepdf.Dictionary) else None
        states = normal.keys() - {"/Off"} if isinstance(normal, dict) else set()
        shown = None if state is None else f"/{self._text(state)}"
        said = None if value is None else self._text(value)
        strange = widget_rules.foreign(said, field.flags, states)
        on = widget_rules.ticked(said, shown, states, field.flags, self._other_states(node) if strange else ())
        if on and strange:
            # No program can draw a state without a picture, not even one that draws all of them anew.
            return on, "off"
        return on, None if self._stale else widget_rules.other_tick(on, shown, states)

    def _other_states(self, node: Node) -> set[str]:
        """Return the names for on of all boxes that share a field with one that has no name of its own."""
        key = reference(node.parent) if node.title is None else None
        kids = self._document.get_object(key).get("/Kids") if key else None
        found: set[str] = set()
        for kid in list(kids) if isinstance(kids, pikepdf.Array) else ():
            looks = kid.get("/AP")
            normal = looks.get("/N") if isinstance(looks, pikepdf.Dictionary) else None
            found.update(normal.keys() if isinstance(normal, pikepdf.Dictionary) else ())
        return found - {"/Off"}

    def _appearance(self, node: Node) -> Any:
        """Return the normal appearance as it stands: a reference to a stream, or a dictionary of them by state."""
        looks = node.looks if type(node.looks) is dict else self._whole(node.looks)
        return looks.get("/N") if isinstance(looks, dict) else None

    def _field(self, node: Node, depth: int) -> Field:
        """Resolve a field with everything it inherits; parents are remembered, because their kids are many."""
        above = self._fields.get(node.parent, NOTHING) if type(node.parent) is str and depth > 0 else NOTHING
        if above is NOTHING and node.parent is not None and depth > 0:
            key = reference(node.parent)
            if key is None:
                above = self._field(msgspec.convert(node.parent, Node), depth - 1)
            else:
                upper = self._document.get_object(key)
                above = self._field(_DECODER.decode(upper.to_json(dereference=True)), depth - 1)
                self._fields[node.parent] = above
        return node.field(above, self._whole, self._text)

    def _whole(self, value: Any) -> Any:
        """Return a value that stands where it is wanted, or the one that a reference leads to."""
        key = reference(value)
        if key is None:
            return value
        return msgspec.json.decode(self._document.get_object(key).to_json(dereference=True))

    def _text(self, value: Any) -> str:
        """Return what a person reads in a text, a name, a number, or a stream of text."""
        if type(value) is str and value.startswith("u:"):
            return value[2:]
        key = reference(value)
        if key is not None:
            target = self._document.get_object(key)
            if isinstance(target, pikepdf.Stream):
                return str(pikepdf.String(target.read_bytes()[:_STREAM_BYTES]))
            value = msgspec.json.decode(target.to_json(dereference=True))
        if isinstance(value, str) and value.startswith("b:"):
            return str(pikepdf.String(bytes.fromhex(value[2:])))
        return plain(value)

    def _value(self, kind: widget_rules.Kind, field: Field) -> str | None:
        value = field.value
        if kind == "signature":
            whole = self._whole(value)
            return (self._text(whole.get("/Name", "")).strip() or "signed") if isinstance(whole, dict) else None
        if kind == "choice":
            chosen = value if isinstance(value, list) else [] if value is None else [value]
            shown = [widget_rules.displayed(self._text(one), field.options) for one in chosen]
            return widget_rules.tidy(", ".join(shown)) or None
        # "Off" is what some programs write into every field they leave blank.
        text = "" if value is None or value == "/Off" else self._text(value)
        if not text and field.rich is None:
            return None
        tooltip = "" if field.tooltip is None else self._text(field.tooltip)
        return widget_rules.entered(text, "" if text else self._text(field.rich), tooltip)

    def _other(self, node: Node, value: str | None) -> str | None:
        """Return what the appearance paints where it says otherwise than the value."""
        where = None if self._stale or node.looks is None else self._appearance(node)
        if where is None:
            return None
        content = self._content(where)
        if value is not None and pdf_painted.shows(content, value):
            return None
        painted = pdf_painted.painted(content)
        if painted is None or pdf_painted.agree(painted, value):
            return None
        return painted if self._plain_fonts(where) else None

    def _content(self, where: Any) -> bytes:
        """Return what an appearance is made of; widgets that stay blank often share one."""
        known = self._contents.get(where) if type(where) is str else None
        if known is None:
            key = reference(where)
            if key is None:
                return b""
            stream = self._document.get_object(key)
            raw = stream.read_raw_bytes() if isinstance(stream, pikepdf.Stream) else b""
            known = pdf_painted.inflated(raw, _STREAM_BYTES)
            if len(known) <= _SHORT_BYTES:
                self._contents[where] = known
        return known

    def _plain_fonts(self, where: Any) -> bool:
        """Return whether the letters of an appearance mean what they say: no font of it has codes of its own."""
        key = reference(where)
        stream = self._document.get_object(key) if key else None
        resources = stream.get("/Resources") if isinstance(stream, pikepdf.Stream) else None
        fonts = resources.get("/Font") if isinstance(resources, pikepdf.Dictionary) else None
        if not isinstance(fonts, pikepdf.Dictionary):
            return True
        return all(_plain_font(font) for _, font in fonts.items())


def _plain_font(font: Any) -> bool:
    if not isinstance(font, pikepdf.Dictionary) or font.get("/Subtype") in ("/Type0", "/Type3"):
        return False
    encoding = font.get("/Encoding")
    listed = encoding.get("/Differences") if isinstance(encoding, pikepdf.Dictionary) else None
    return not isinstance(listed, pikepdf.Array) or pdf_painted.keeps_letters(list(listed))


def _annotations(page: Any) -> Sequence[Any]:
    listed = page.get("/Annots")
    return list(listed) if isinstance(listed, pikepdf.Array) else ()
