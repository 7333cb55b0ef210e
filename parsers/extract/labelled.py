"""The last resort for boxes whose names mean nothing, and for known forms in an unknown layout: their printed labels.

A label stands to the left of its box, above it in the same column, or to the right of a tick box. Rows of a table are
counted downwards and blocks in reading order; both become the letters of eLabels, whatever the boxes are numbered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from parsers.document import Box, BoxReading, Page, Word
from parsers.extract.lettering import Attached, Kind, Stem, Stems, first_row, is_address, name_attached, stems_of
from parsers.extract.printed import Printed, find_labels, label_of, over, placed
from parsers.extract.unlaid import Found, cells, ticks, typed, unread, values
from parsers.forms import FormField, FormMap
from parsers.forms.anchors import key
from parsers.values import TYPES, parse, split_address

_SAME_EDGE = 4.0
"""Edges of boxes of one column differ by less, in points."""
SHAPED = frozenset(TYPES) - {"address", "code", "insured", "mark", "person", "policy_number", "text", "yn"}
"""Types that refuse running text."""
_KINDS: tuple[Kind, ...] = ("text", "check")


def name_boxes(
    words: Sequence[Word],
    boxes: Sequence[tuple[str, Literal["text", "check"], Box]],
    fields: FormMap,
    *,
    taken: Collection[str] = (),
) -> dict[str, str]:
    """Return widget path → eLabel for the boxes of one page that their printed labels tell; the rest are absent.

    ``boxes`` are (path, kind, place in points). No eLabel is given twice, and none of ``taken``, which are those of
    earlier pages: the rows of a table go on after them.
    """
    stems = stems_of(fields)
    found = _beside(boxes, _labels(words, boxes, fields), stems)
    _widen(boxes, found, stems)
    _descend(boxes, found, stems)
    return name_attached(list(found.values()), stems, taken)


def _labels(words: Sequence[Word], boxes: Sequence[tuple[str, Kind, Box]], fields: FormMap) -> list[Printed]:
    """Return the labels of the page with where they stand; those under the line for a signature belong to no box."""
    texts = [box for _, kind, box in boxes if kind == "text"]
    signed = {key(box.label) for box in fields.fields.values() if box.type == "signature"}
    found = find_labels(words, [box.label for box in fields.fields.values()])
    return [
        placed(label, words, texts)
        for label in found
        if label.label not in signed or not any(over(box, label.box) for box in texts)
    ]


def _beside(boxes: Sequence[tuple[str, Kind, Box]], labels: Sequence[Printed], stems: Stems) -> dict[str, Attached]:
    """Return by path the boxes that have a label of their own; a label of one fact is the nearest box's."""
    areas = [box for _, _, box in boxes]
    usable: dict[Kind, list[Printed]] = {
        kind: _plain([label for label in labels if (label.label, kind) in stems], kind, stems) for kind in _KINDS
    }
    found: dict[str, Attached] = {}
    owners: dict[tuple[int, ...], tuple[float, str]] = {}
    for path, kind, box in boxes:
        near = label_of(box, kind, usable[kind], areas)
        if near is None:
            continue
        printed, far = near
        if len(stems[printed.label, kind]) == 1 and not stems[printed.label, kind][0].group:
            before = owners.get(printed.words)
            if before and before[0] <= far:
                continue
            if before:
                del found[before[1]]
            owners[printed.words] = far, path
        edge = min(box[0], printed.box[0])
        found[path] = Attached(path=path, label=printed.label, kind=kind, box=box, edge=edge)
    return found


def _plain(labels: Sequence[Printed], kind: Kind, stems: Stems) -> list[Printed]:
    """Return the labels that stand alone or over another; heads of two lines a row are left to no one."""
    labels = [label for label in labels if kind == "check" or label.stands != "unclear"]
    kept: list[Printed] = []
    for label in labels:
        free = [other for other in labels if other.stands != "before"] if label.stands != "before" else []
        stacked = [other for other in free if over(other.box, label.box) or over(label.box, other.box)]
        grouped = any(stems[one.label, kind][0].group for one in (label, *stacked))
        if not stacked or not (grouped or any(over(other.box, label.box) for other in stacked)):
            kept.append(label)
    return kept


def _widen(boxes: Sequence[tuple[str, Kind, Box]], found: dict[str, Attached], stems: Stems) -> None:
    """Give a head over several columns, such as a name in parts, to all columns under it, where their number fits."""
    for item in list(found.values()):
        wanted = stems[item.label, item.kind]
        if len(wanted) < 2 or not wanted[0].group:
            continue
        run = _run(item, boxes, found)
        if len(run) == len(wanted):
            for path, kind, box in run:
                found[path] = Attached(path=path, label=item.label, kind=kind, box=box)


def _run(
    item: Attached, boxes: Sequence[tuple[str, Kind, Box]], found: dict[str, Attached]
) -> list[tuple[str, Kind, Box]]:
    """Return the boxes of one line that touch each other around ``item`` and have its label or none."""
    middle = (item.box[1] + item.box[3]) / 2
    free = [
        entry
        for entry in sorted(boxes, key=lambda entry: entry[2][0])
        if entry[1] == item.kind
        and entry[2][1] < middle < entry[2][3]
        and (entry[0] not in found or found[entry[0]].label == item.label)
    ]
    at = next(n for n, entry in enumerate(free) if entry[0] == item.path)
    first = last = at
    while first and free[first][2][0] - free[first - 1][2][2] < _SAME_EDGE:
        first -= 1
    while last + 1 < len(free) and free[last + 1][2][0] - free[last][2][2] < _SAME_EDGE:
        last += 1
    return free[first : last + 1]


def _descend(boxes: Sequence[tuple[str, Kind, Box]], found: dict[str, Attached], stems: Stems) -> None:
    """Let the boxes below a labelled one have its label: further rows of a column, further lines of an address."""
    for path, kind, box in sorted(boxes, key=lambda entry: (entry[2][1], entry[2][0])):
        if path in found:
            continue
        above = [item for item in found.values() if item.kind == kind and _under(box, item, stems)]
        if above:
            nearest = max(above, key=lambda item: item.box[3])
            found[path] = replace(nearest, path=path, box=box, direct=False)


def _under(box: Box, item: Attached, stems: Stems) -> bool:
    """Tell whether the box goes on where ``item`` ends: same column, or inside the width of an address above it."""
    gap = box[1] - item.box[3]
    if not -_SAME_EDGE < gap < 1.3 * (box[3] - box[1]):
        return False
    mine = stems[item.label, item.kind]
    if len(mine) > 1 and (not mine[0].group or is_address(mine)):
        left = item.box[0] if item.edge is None else item.edge
        return left - _SAME_EDGE < box[0] and box[2] < item.box[2] + _SAME_EDGE
    if not mine[0].group:
        return False
    return abs(box[0] - item.box[0]) < _SAME_EDGE and abs(box[2] - item.box[2]) < _SAME_EDGE


def boxes_by_label(page: Page, fields: FormMap, *, taken: Collection[str] = ()) -> tuple[BoxReading, ...]:
    """Return what stands beside and under the labels of a flat page of a known form in an unknown layout.

    Confidences are low, 0.8 at most: nothing but the nearness of a label says what a value is. Where fonts do not tell
    what was filled in from what was printed, only values stay that their type proves. ``taken`` as in ``name_boxes``.
    """
    stems = stems_of(fields)
    labels = find_labels(page.words, [box.label for box in fields.fields.values()])
    tables, heads = cells(page, labels, stems)
    rest = [printed for printed in labels if printed not in heads]
    found = [*values(page, rest, labels, stems, tables), *ticks(page, rest, stems)]
    attached = [Attached(path=str(n), label=item.label, kind=item.kind, box=item.at) for n, item in enumerate(found)]
    named = [(found[int(n)], elabel) for n, elabel in name_attached(attached, stems, taken).items()]
    named = [*_cell_names(tables, stems, taken), *named]
    told = typed(page, labels) is not None
    readings = [
        reading
        for item, elabel in named
        if item.text
        for reading in _readings(item, elabel, stems[item.label, item.kind])
        if told or _proven(reading, fields.fields[reading.elabel])
    ]
    held = Counter(reading.elabel for reading in readings)
    return tuple(reading for reading in readings if held[reading.elabel] == 1)


def unread_by_label(page: Page, fields: FormMap, readings: Sequence[BoxReading]) -> tuple[list[Box], list[Box]]:
    """Return the places of words and ticks on a flat page of an unknown layout that are in none of its readings."""
    labels = find_labels(page.words, [box.label for box in fields.fields.values()])
    return unread(page, labels, [reading.box for reading in readings])


def proven(reading: BoxReading, fields: FormMap) -> bool:
    """Tell whether a value has the shape of its type, which printed words have not."""
    return reading.elabel in fields.fields and _proven(reading, fields.fields[reading.elabel])


def _cell_names(tables: Sequence[Found], stems: Stems, taken: Collection[str]) -> Iterator[tuple[Found, str]]:
    """Yield the cells of columns that are one fact each, with the eLabel of their row."""
    first = first_row((stem for item in tables for stem in stems[item.label, "text"]), taken)
    for item in tables:
        mine = stems[item.label, "text"]
        if len(mine) == 1 and item.row is not None and (elabel := mine[0].lettered(first + item.row)):
            yield item, elabel


def _proven(reading: BoxReading, box: FormField) -> bool:
    """Tell whether the value has the shape of its type, which printed words have not."""
    return reading.kind == "check" or (box.type in SHAPED and parse(box.type, reading.text).value is not None)


def _readings(found: Found, elabel: str, mine: Sequence[Stem]) -> Iterator[BoxReading]:
    """Yield one reading, or where a whole address stands under one label, one for each of its parts."""
    lines = found.text.splitlines()
    if len(lines) < 2 or not is_address(mine):
        text = " ".join(lines)
        yield BoxReading(elabel=elabel, kind=found.kind, box=found.box, text=text, confidence=found.confidence)
        return
    letter = elabel.rpartition("_")[2]
    address = split_address("\n".join(lines[1:]))
    parts = {
        "LineOne": address.line1,
        "LineTwo": address.line2,
        "CityName": address.city,
        "StateOrProvinceCode": address.state,
        "PostalCode": address.zip,
    }
    for stem in mine:
        text = lines[0] if stem is mine[0] else next((parts[end] for end in parts if stem.name.endswith(end)), "")
        if text:
            name = f"{stem.name}_{letter}"
            yield BoxReading(elabel=name, kind="text", box=found.box, text=text, confidence=found.confidence)
