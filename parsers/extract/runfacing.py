"""Facing pages: a table whose amounts stand on the page after its claims is put together again, line by line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from parsers.document import Cell, Location, Word
from parsers.extract.runcolumns import AMOUNT_NAMES, header_names
from parsers.extract.rungrids import texts_of
from parsers.extract.runlines import Strip, of_words
from parsers.extract.runnames import meant
from parsers.extract.runsections import facts_of
from parsers.extract.runwords import counted, says
from parsers.values.amounts import decimal_of

_DAY = re.compile(r"\d[/-]\d{1,2}[/-]\d|\d{4}-\d\d-\d\d")
_SEARCHED = 30
_LEVEL = 3.0
_KEYS = frozenset({"claim_number", "date_of_loss", "ordinal"})


def joined(sheets: Sequence[list[Strip]]) -> list[list[Strip]]:
    """Return the pages, claims without amounts joined with the amounts on the page after them."""
    found: list[list[Strip]] = []
    at = 0
    while at < len(sheets):
        left = _header(sheets[at]) if at + 1 < len(sheets) else None
        if left is not None and left[1] & _KEYS and not left[1] & AMOUNT_NAMES:
            right = _header(sheets[at + 1])
            if right is not None and right[1] and right[1] <= AMOUNT_NAMES:
                found.append(_glued(sheets[at], sheets[at + 1], left[0]))
                at += 2
                continue
        found.append(sheets[at])
        at += 1
    return found


def _header(sheet: Sequence[Strip]) -> tuple[Strip, frozenset[str]] | None:
    """Return the first line of a page that is all headers, and what they name."""
    for strip in sheet[:_SEARCHED]:
        names = _named(texts_of(strip)) if strip.cells else header_names(strip)
        if len(names) > 1 and "" not in names:
            return strip, names
    return None


def _named(texts: Sequence[str]) -> frozenset[str]:
    """Return what the cells of a row mean as headers; blank for one that is none."""
    return frozenset(next(iter(meant(text)), "") for text in texts if text)


def _glued(left: Sequence[Strip], right: Sequence[Strip], header: Strip) -> list[Strip]:
    """Put the rows of amounts beside the rows and totals they belong to, by their order, else by their height."""
    shift = max((word.box[2] for strip in left for word in strip.words), default=0.0) + 40.0
    width = len(header.cells)
    wanted = [
        at for at, strip in enumerate(left) if strip is header or (strip.top > header.top and _has_amounts(strip))
    ]
    amounts = [strip for strip in right if strip.top > header.top - _LEVEL and _only_amounts(strip)]
    if len(wanted) == len(amounts):
        beside = dict(zip(wanted, amounts, strict=True))
    else:
        levels = {round(strip.top): strip for strip in amounts}
        beside = {
            at: levels[level]
            for at in wanted
            for level in range(round(left[at].top) - 2, round(left[at].top) + 3)
            if level in levels
        }
    used = set(map(id, beside.values()))
    glued = [_beside(strip, beside[at], shift, width) if at in beside else strip for at, strip in enumerate(left)]
    return glued + [strip for strip in amounts if id(strip) not in used]


def _has_amounts(strip: Strip) -> bool:
    """Return whether a line of the left page is a row or a total, whose amounts stand on the right one."""
    if says("total", strip.text) or counted(strip.text) is not None:
        return not facts_of(strip.text, None).opens
    return not facts_of(strip.text, None).opens and not says("zero", strip.text) and _DAY.search(strip.text) is not None


def _only_amounts(strip: Strip) -> bool:
    texts = [text for text in texts_of(strip) if text] if strip.cells else [word.text for word in strip.words]
    return all(decimal_of(text) is not None for text in texts) or bool(_named_all(strip) <= AMOUNT_NAMES)


def _named_all(strip: Strip) -> frozenset[str]:
    names = _named(texts_of(strip)) if strip.cells else header_names(strip)
    return names or frozenset({""})


def _beside(strip: Strip, other: Strip, shift: float, width: int) -> Strip:
    """Return a line with what stands level with it on the facing page; its place stays that of the left page."""
    if strip.cells and other.cells:
        more = tuple(Cell(text=cell.text, at=Location()) for cell in other.cells)
        blanks = (Cell(text="", at=Location()),) * (width - len(strip.cells))
        return replace(strip, cells=(*strip.cells, *blanks, *more), text=f"{strip.text}  {other.text}")
    words = [
        Word(word.text, (word.box[0] + shift, strip.top, word.box[2] + shift, strip.bottom)) for word in other.words
    ]
    if not strip.words or not words:
        return strip
    return replace(of_words([*strip.words, *words], strip.page), edge=shift - 1)
