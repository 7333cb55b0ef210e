"""What the boxes of a registered page say → field candidates, whether read from print or from a picture.

A box that can hold only a date, a state or a number chooses among what its ink may say: the reading itself, other
readings of it, and both with the signs corrected that readers take for each other. The first that the type accepts is
taken; a name or a remark is taken as read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Literal, NamedTuple

import msgspec

from parsers.document import BoxReading, Defect, FieldCandidate, Location
from parsers.extract.boxes import Filled, Neighbours, neighbours, parts, read_filled
from parsers.forms import FormMap, resolve
from parsers.values import Parsed, parse, unanswered

TICK_ON = 0.10
"""Share of ink over the blank boxes' from which a tick box is ticked: a thin cross at 150 dots per inch has as much."""
TICK_OFF = 0.06
"""Below this share it is not: dust, and rules that touch the box (one of 1,400 blank ones has 0.08)."""

_NUMERIC = frozenset(
    {"cents", "coinsurance", "date", "dob", "factor", "fein", "gl_class", "limit", "money", "naic_company", "naics"}
    | {"npn", "number", "percent", "phone", "rate", "sic", "ssn", "start_date", "wc_class", "year", "zip"}
)
_FREE = frozenset({"text", "insured", "person", "address", "signature", "tick", "code", "policy_number"})
"""Types that accept nearly anything, so that acceptance says nothing."""
_TO_DIGITS = str.maketrans("OoQDIil|!SsBZzGgq", "00001111155822699")
_TO_LETTERS = str.maketrans("0156824|", "OISGBZAI")
_YES_OR_NO = {"v": "Y", "¥": "Y", "y'": "Y", "y.": "Y", "и": "N", "n'": "N", "n.": "N"}
_TWINS = {"S": "5", "5": "S", "B": "8", "8": "B", "Z": "2", "2": "Z", "G": "6", "6": "G", "O": "0", "D": "0", "L": "1"}
_VIN_SIGNS = str.maketrans("OQIL|!", "001111")
_VIN_TRIES = 64
_SECOND, _CORRECTED = 0.9, 0.85
"""What a reading is worth that was not the reader's first, or is right only with a sign corrected."""
_WHOLE = frozenset({"money", "limit", "number"})
_GROUPED = re.compile(r"\W{0,2}[Ss$]?\W?\d{1,3}[.,:' ]{1,2}\d{3}(?:[.,:' ]{0,2}\d{3})*\W{0,2}")
_BILLIONS = re.compile(r"\d+B")
"""Thousands set apart by whatever a comma was read as: these types have no three decimals."""
_DATE_GAPS = re.compile(r"\s*([/.\-])\s*")


class _Choice(NamedTuple):
    """A text a box may say, and what it is worth beside the reader's own first reading."""

    text: str
    worth: float


class Read(NamedTuple):
    """A filled box with the other ways to read it."""

    filled: Filled
    others: tuple[str, ...]


def boxes_of(
    readings: Iterable[BoxReading], page: int, method: Literal["layout", "ocr"]
) -> tuple[tuple[Read, ...], tuple[FieldCandidate, ...]]:
    """Return the filled boxes of a page under their eLabels, and the ticks in doubt."""
    filled: list[Read] = []
    doubtful: list[FieldCandidate] = []
    for reading in readings:
        at = Location(page=page, box=reading.box)
        if reading.kind == "check":
            state = _ticked(reading)
            if state is None:
                doubtful.append(_doubtful(reading, at, method))
            elif state:
                elabel = resolve(reading.elabel).elabel
                # Of a picture's tick the ink is the score: what it is worth, the table of probabilities knows.
                sure = reading.confidence or reading.ink or 0.0
                filled.append(Read(_filled(elabel, "on", True, at, method, sure), ()))
        elif reading.text.strip():
            filled.extend(_texts(reading, at, method))
    return tuple(filled), tuple(doubtful)


def read_all(
    read: Iterable[Read], doubtful: Iterable[FieldCandidate], fields: FormMap | None, as_of: date | None
) -> tuple[FieldCandidate, ...]:
    """Return the candidates of the filled boxes of a document, each read knowing the others."""
    items = tuple(read)
    around = neighbours((item.filled for item in items), fields, as_of)
    chosen = [_chosen(item, fields, around) for item in items]
    # What was corrected is what its neighbours should know.
    found = [_unclear(one) for one in read_filled(chosen, fields, as_of)]
    for one in doubtful:
        box = fields.fields.get(one.field) if fields else None
        found.append(replace(one, field=box.field) if box else one)
    return tuple(found)


def _filled(elabel: str, raw: str, tick: bool, at: Location, method: Literal["layout", "ocr"], score: float) -> Filled:
    return Filled(elabel=elabel, raw=raw, tick=tick, at=at, method=method, confidence=max(score, 0.01))


def _texts(reading: BoxReading, at: Location, method: Literal["layout", "ocr"]) -> Iterator[Read]:
    name = resolve(reading.elabel)
    for elabel, part in parts(name.elabel, name.blob, reading.text.strip()):
        others = () if name.blob else reading.others
        # An address of which nobody knows where the street ends and the city begins is no street.
        unparted = bool(name.blob) and _PLACE_AT_END.search(part) is not None
        sure = reading.confidence * (_UNPARTED if unparted else 1.0)
        yield Read(_filled(elabel, part, False, at, method, sure), others)


_PLACE_AT_END = re.compile(r",? [A-Z]{2},? +\d{5}(?:-\d{4})?$", re.IGNORECASE)
_UNPARTED = 0.5


def _ticked(reading: BoxReading) -> bool | None:
    """Return whether a tick box is ticked, None where its ink leaves that open."""
    if reading.ink is None:
        return bool(reading.text)
    if reading.ink >= TICK_ON:
        return True
    return None if reading.ink >= TICK_OFF else False


def _doubtful(reading: BoxReading, at: Location, method: Literal["layout", "ocr"]) -> FieldCandidate:
    elabel = resolve(reading.elabel).elabel
    ink = f"ink {reading.ink:.2f} over the blank boxes"
    return FieldCandidate(
        field=elabel,
        value=None,
        # The ink is all there is to see: whoever decides reads it where others have their text.
        raw=ink,
        confidence=round(min(reading.confidence, 0.5), 4),
        method=method,
        elabel=elabel,
        at=at,
        defect=Defect(reason="doubtful_tick", detail=ink),
    )


def _chosen(item: Read, fields: FormMap | None, around: Neighbours) -> Filled:
    """Return the box with the first of its readings that its type accepts, or as it was read where none is."""
    box = fields.fields.get(item.filled.elabel) if fields else None
    if box is None or box.type in _FREE or item.filled.tick:
        return item.filled
    context = around.context(box.field)
    second: _Choice | None = None
    for choice in _choices(item, box.type):
        parsed = parse(box.type, choice.text, context)
        if _clean(parsed):
            return _taken(item.filled, choice)
        if parsed.value is not None and second is None:
            second = choice
        if choice.worth == 1.0 and unanswered(choice.text):
            return item.filled
    return _taken(item.filled, second) if second else item.filled


def _clean(parsed: Parsed) -> bool:
    return parsed.value is not None and parsed.defect is None and "not listed" not in parsed.note


def _taken(filled: Filled, choice: _Choice) -> Filled:
    if choice.worth == 1.0:
        return filled
    return msgspec.structs.replace(
        filled, raw=choice.text, confidence=round((filled.confidence or 0.0) * choice.worth, 4)
    )


def _choices(item: Read, type_name: str) -> Iterator[_Choice]:
    """Yield what the box may say, the likeliest first."""
    first = item.filled.raw
    # Print says what it says; only pictures are misread.
    if item.filled.method != "ocr":
        yield _Choice(first, 1.0)
        return
    if type_name in _WHOLE and _BILLIONS.fullmatch(first):
        yield _Choice(first.replace("B", "8"), _CORRECTED)
    if type_name in _WHOLE and _GROUPED.fullmatch(first):
        yield _Choice(re.sub(r"\D", "", first), 1.0 if "." not in first else _SECOND)
    yield _Choice(first, 1.0)
    for other in item.others:
        yield _Choice(other, _SECOND)
    for text in (first, *item.others):
        for corrected in corrections(type_name, text):
            if corrected != text:
                yield _Choice(corrected, _CORRECTED)


def corrections(type_name: str, text: str) -> Iterator[str]:
    """Yield ``text`` with the signs changed that readers take for each other, as far as the type knows better."""
    if type_name in {"state", "licence_state"}:
        yield text.strip(" .,|_").translate(_TO_LETTERS)
    elif type_name == "yn":
        yield _YES_OR_NO.get(text.strip().casefold(), text)
    elif type_name == "vin":
        yield from _vins(text)
    elif type_name in _NUMERIC:
        digits = text.strip(" .,|_'").translate(_TO_DIGITS) if type_name not in _WORDED else text.strip(" .,|_'")
        yield digits
        yield _DATE_GAPS.sub(r"\1", digits)
        yield re.sub(r"\s+", "", digits)


_WORDED = frozenset({"limit"})
"""Numbers that are also written in words: Included, Statutory, 1M."""


def _vins(text: str) -> Iterator[str]:
    bare = re.sub(r"[^A-Za-z0-9|!]", "", text).upper().translate(_VIN_SIGNS)
    yield bare
    doubts = [n for n, sign in enumerate(bare) if sign in _TWINS]
    if len(bare) != 17 or 2 ** len(doubts) > _VIN_TRIES:
        return
    for flips in sorted(product((0, 1), repeat=len(doubts)), key=sum)[1:]:
        signs = list(bare)
        for n, flip in zip(doubts, flips, strict=True):
            signs[n] = _TWINS[signs[n]] if flip else signs[n]
        yield "".join(signs)


def _unclear(found: FieldCandidate) -> FieldCandidate:
    """Return a reading of a picture that its type refused with the reason that a person must look at it."""
    refused = found.value is None and found.defect is not None
    if found.method != "ocr" or not refused or _said_nothing(found):
        return found
    return replace(found, defect=Defect(reason="unclear", detail=found.defect.reason if found.defect else ""))


def _said_nothing(found: FieldCandidate) -> bool:
    return found.defect is not None and found.defect.reason in {"non_answer", "pointer", "tooltip"}


def alike(one: FieldCandidate, other: FieldCandidate) -> bool:
    """Return whether two candidates of one box say the same, however it was typed."""
    if one.value is not None and other.value is not None and not isinstance(one.value, str):
        return one.value == other.value
    return _folded(one) == _folded(other)


def _folded(found: FieldCandidate) -> str:
    text = str(found.value if found.value is not None else found.raw)
    return re.sub(r"[\W_]+", "", text).casefold()
