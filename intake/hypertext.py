"""HTML bodies to plain text that keeps the layout of tables, because brokers paste schedules as HTML tables."""

from __future__ import annotations

import html as entities
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

#: Laying out 1 MB of table rows was measured at about 1.5 s; beyond this a message keeps its text and loses its layout.
LAYOUT_CHARS: Final = 400_000
_BREAKING: Final = ("br", "p", "/p", "div", "/div", "tr", "/tr", "li", "h1", "h2", "h3", "h4", "table", "/table")
_UNSEEN: Final = {**dict.fromkeys((0x200B, 0x200C, 0x2060, 0xFEFF, 0xAD)), 0xA0: " "}
_SILENT: Final = ("script", "style", "title", "head")


def to_text(html: str, note: Callable[[str, str], None], *, layout_chars: int = LAYOUT_CHARS) -> str:
    """Return the visible text of a page; laid out when it is short enough, plain otherwise. Never raises."""
    if len(html) <= layout_chars:
        laid_out = _laid_out(html)
        # The HTML parser stops without a word at 256 levels: a page that lost half of its letters was cut.
        if laid_out is not None and _letters(laid_out) * 2 >= _letters(flat := flatten(html)):
            return laid_out
        if laid_out is not None and not flat.strip():
            return laid_out
    note("html_flattened", f"{len(html)} characters")
    return flatten(html)


def _laid_out(html: str) -> str | None:
    from inscriptis.html_engine import Inscriptis  # type: ignore[import-untyped]
    from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped]
    from lxml.etree import ParserError
    from lxml.html import HTMLParser, fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = fromstring(html.encode("utf-8", "replace"), parser=parser)
        _defuse(tree)
        return _tidy(str(Inscriptis(tree, ParserConfig()).get_text())).strip("\n")
    except (ParserError, ValueError, RecursionError):
        return None


def _tidy(text: str) -> str:
    """Take out what only a screen needs: zero-width characters, hard spaces, blanks at line ends."""
    return "\n".join(line.rstrip() for line in text.translate(_UNSEEN).split("\n"))


def _defuse(tree: HtmlElement) -> None:
    """Keep of every style only what hides text or keeps its line breaks: a margin of a million lines is a bomb."""
    for element in tree.iter():
        style = element.get("style")
        if style is None:
            continue
        squeezed = "".join(style.lower().split())
        if "display:none" in squeezed:
            element.set("style", "display:none")
        elif "white-space:pre" in squeezed:
            element.set("style", "white-space:pre-line" if "pre-line" in squeezed else "white-space:pre")
        else:
            del element.attrib["style"]


def _letters(text: str) -> int:
    return len(text) - sum(map(text.count, " \n\t\r\xa0"))


def flatten(html: str) -> str:
    """Return the text between the tags, one pass, with line breaks at block tags and without scripts and styles."""
    out: list[str] = []
    silent = ""
    for piece in html.split("<"):
        tag, closed, text = piece.partition(">")
        if not closed:
            tag, text = "", piece if not out else "<" + piece
        name = tag[:12].split(None, 1)[0].lower().rstrip("/") if tag[:1].isalpha() or tag[:1] == "/" else ""
        if silent:
            silent = "" if name == f"/{silent}" else silent
        elif name in _SILENT:
            silent = name
        if silent:
            continue
        out.append("\n" if name in _BREAKING else "\t" if name in ("td", "th") else "")
        out.append(text)
    text = entities.unescape("".join(out)).translate(_UNSEEN)
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
