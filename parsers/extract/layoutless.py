"""Read a flat page of a form of which no layout is known: by its captions, and what they cannot tell, by its labels.

Nothing that was typed is dropped: what no name could be found for is reported under its printed caption, and what no
caption explains is unexplained ink.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from parsers.document import Box, BoxReading, Defect, Page
from parsers.extract.captioned import named
from parsers.extract.captionrows import Named, Rows
from parsers.extract.captions import Apart, Run, apart
from parsers.extract.cells import Cell, cells_of
from parsers.extract.labelled import SHAPED, boxes_by_label, proven, unread_by_label
from parsers.extract.lettering import stems_of
from parsers.extract.printed import union
from parsers.forms import FormField, FormMap
from parsers.forms.wording import captions_of
from parsers.values import parse, unanswered

__all__ = ("NO_LAYOUT", "Layoutless", "Rows", "read_layoutless")

NO_LAYOUT = Defect(reason="no_layout", detail="read by its captions")
"""Stands at a form of which some page was read so."""
_NAMED, _UNNAMED = 0.75, 0.5
"""Raw confidence of a value whose caption names it for certain, and of one under its caption alone."""
_LEVEL = 4.0
_LONG = ("Description", "RemarkText", "Explanation", "Text")
"""Ends of names whose boxes hold several lines."""
_ANSWERS = frozenset({"Y", "N", "YES", "NO"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Layoutless:
    """What such a page says: readings, places of words and marks nobody can explain, and rows by group so far."""

    readings: tuple[BoxReading, ...] = ()
    words: tuple[Box, ...] = ()
    marks: tuple[Box, ...] = ()
    rows: Mapping[str, Rows]


def read_layoutless(
    page: Page, fields: FormMap, *, taken: Collection[str] = (), rows: Mapping[str, Rows] | None = None
) -> Layoutless:
    """Return what stands on a page; ``taken`` are the eLabels of earlier pages, ``rows`` the rows they have by group.

    A blank page says nothing. Where fonts do not tell what was typed, only values stay that their type proves.
    """
    before = dict(rows or {})
    parts = apart(page, captions_of(fields.form))
    if parts is None or not (parts.typed or parts.signs or page.marks or _figures(parts)):
        return _by_labels(page, fields, taken, before, told=parts is None)
    cells, rest = cells_of(parts, page.marks)
    answers = list(_answers(parts, rest))
    asked = {run.words for _, run in answers}
    singles = frozenset(name for elabel in taken if (name := elabel.rpartition("_")[0]))
    long = frozenset(name for elabel in fields.fields if (name := elabel.rpartition("_")[0]).endswith(_LONG))
    values, counted = named(cells, parts.headings, stems_of(fields), fields.form, page.height, before, singles, long)
    readings = list(_once([*_readings(values, fields, taken), *_asked(answers)]))
    left = [run for run in (*rest, *_figures(parts)) if run.words not in asked]
    readings += _more(page, fields, taken, readings, left)
    inside = [reading.box for reading in readings]
    ticks = {cell.tick for cell in cells if cell.tick}
    return Layoutless(
        readings=tuple(readings),
        words=tuple(page.words[n].box for run in left for n in run.words if not _within(run.box, inside)),
        marks=tuple(mark.box for mark in page.marks if mark.shape == "cross" and mark.box not in ticks),
        rows={**before, **counted},
    )


def _by_labels(
    page: Page, fields: FormMap, taken: Collection[str], rows: Mapping[str, Rows], *, told: bool
) -> Layoutless:
    """Return what labels alone tell; where fonts tell values from print, only what is proven of it."""
    found = boxes_by_label(page, fields, taken=taken)
    readings = tuple(one for one in found if told or proven(one, fields))
    words, marks = unread_by_label(page, fields, readings) if told or readings else ([], [])
    return Layoutless(readings=readings, words=tuple(words), marks=tuple(marks), rows=rows)


def _readings(values: Sequence[Named], fields: FormMap, taken: Collection[str]) -> Iterator[BoxReading]:
    for value in values:
        box = union([run.box for run in value.runs] or [value.cell.tick or value.cell.caption.box])
        text = "X" if value.kind == "check" else _text(value)
        known = value.elabel not in taken and _may_hold(fields.fields.get(value.elabel), text)
        sure = _NAMED * value.sure if known else _UNNAMED
        name = value.elabel if known else _plain(value.cell)
        yield BoxReading(elabel=name, kind=value.kind, box=box, text=text, confidence=round(sure, 4))


def _may_hold(box: FormField | None, text: str) -> bool:
    """Return whether a box of a form may say a text: one of another shape than its type was typed in another box."""
    if box is None:
        return False
    return box.type not in SHAPED or parse(box.type, text).value is not None or unanswered(text) is not None


def _text(value: Named) -> str:
    ordered = sorted(value.runs, key=lambda run: (round(run.middle / _LEVEL), run.box[0]))
    return " ".join(run.text for run in ordered)


def _plain(cell: Cell) -> str:
    return cell.caption.text.rstrip(": ")


def _figures(page: Apart) -> tuple[Run, ...]:
    """Return print of another face than the form's that may be typed after all: headings have no figures in them."""
    return page.foreign if any(sign.isdigit() for run in page.foreign for sign in run.text) else ()


def _answers(page: Apart, rest: Sequence[Run]) -> Iterator[tuple[Run, Run]]:
    """Yield the yes and no at the end of a question's line, each with the question."""
    for run in rest:
        line = [one for one in (*page.captions, *page.print) if abs(one.middle - run.middle) < _LEVEL]
        before = [one for one in line if one.box[2] < run.box[0]]
        if run.text.upper() in _ANSWERS and before:
            yield min(before, key=lambda one: one.box[0]), run


def _asked(answers: Sequence[tuple[Run, Run]]) -> Iterator[BoxReading]:
    for question, run in answers:
        yield BoxReading(elabel=question.text, kind="text", box=run.box, text=run.text, confidence=_UNNAMED)


def _once(readings: Sequence[BoxReading]) -> Iterator[BoxReading]:
    """Yield the readings; of several under one name, each after the first with the number of its occurrence."""
    seen: Counter[str] = Counter()
    for reading in readings:
        seen[reading.elabel] += 1
        count = seen[reading.elabel]
        name = reading.elabel if count == 1 else f"{reading.elabel} (row {count})"
        yield BoxReading(
            elabel=name, kind=reading.kind, box=reading.box, text=reading.text, confidence=reading.confidence
        )


def _more(
    page: Page, fields: FormMap, taken: Collection[str], readings: Sequence[BoxReading], left: Sequence[Run]
) -> list[BoxReading]:
    """Return what labels alone tell of the text that no caption stands over; of rows they tell nothing for certain."""
    if not left:
        return []
    grouped = [stem for some in stems_of(fields).values() for stem in some if stem.group]
    rows = {f"{stem.name}_{letter}" for stem in grouped for letter in stem.letters}
    names = {reading.elabel for reading in readings}
    orphans = [run.box for run in left]
    found = boxes_by_label(page, fields, taken=(*taken, *names))
    return [one for one in found if one.elabel not in names and one.elabel not in rows and _within(one.box, orphans)]


def _within(box: Box, places: Sequence[Box]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(x0 - 1 <= x <= x1 + 1 and top - 1 <= y <= bottom + 1 for x0, top, x1, bottom in places)
