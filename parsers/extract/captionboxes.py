"""Name the boxes of a fillable page whose own names mean nothing by the captions printed at them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from parsers.document import Box, Mark, Word
from parsers.extract.captioned import named
from parsers.extract.captionrows import Rows
from parsers.extract.captions import Apart, Run, phrases
from parsers.extract.cells import cells_of
from parsers.extract.lettering import Kind, stems_of
from parsers.forms import FormMap
from parsers.forms.wording import captions_of


def together(
    by_label: Mapping[str, str], by_caption: Mapping[str, str], fields: FormMap, taken: Collection[str] = ()
) -> dict[str, str]:
    """Return the names of boxes that their labels and their captions tell, neither giving an eLabel twice.

    Where they differ the label is right, but in the rows of a table: whose state a column of states holds, the captions
    beside it say. Captions alone name what has one letter only, and rows.
    """
    letters = Counter(elabel.rpartition("_")[0] for elabel in fields.fields)
    rows = {stem.name for some in stems_of(fields).values() for stem in some if stem.group}
    found = dict(by_label)
    for path, elabel in by_caption.items():
        name, other = elabel.rpartition("_")[0], by_label.get(path, "").rpartition("_")[0]
        if (other and other != name and {name, other} <= rows) or (not other and (name in rows or letters[name] == 1)):
            found[path] = elabel
    held = Counter(found.values())
    return {path: elabel for path, elabel in found.items() if held[elabel] == 1 and elabel not in taken}


def names_by_caption(
    words: Sequence[Word],
    boxes: Sequence[tuple[str, Kind, Box]],
    fields: FormMap,
    *,
    height: float,
    taken: Collection[str] = (),
    rows: Mapping[str, Rows] | None = None,
) -> tuple[dict[str, str], dict[str, Rows]]:
    """Return path → eLabel for the boxes of one page, and the rows of each group counted up to here.

    ``boxes`` are (path, kind, place in points). No eLabel is given twice, and none of ``taken``.
    """
    before = dict(rows or {})
    captions, rest = phrases(words, captions_of(fields.form))
    typed = [Run(text=path, words=(n,), box=box, font=0) for n, (path, kind, box) in enumerate(boxes) if kind == "text"]
    marks = [Mark(shape="cross", box=box) for _, kind, box in boxes if kind == "check"]
    cells, _ = cells_of(Apart(captions=tuple(captions), print=tuple(rest), typed=tuple(typed)), marks)
    singles = frozenset(name for elabel in taken if (name := elabel.rpartition("_")[0]))
    values, counted = named(cells, rest, stems_of(fields), fields.form, height, before, singles)
    ticks = {box: path for path, kind, box in boxes if kind == "check"}
    found: dict[str, str] = {}
    for value in values:
        path = ticks.get(value.cell.tick, "") if value.kind == "check" and value.cell.tick else _path(value.runs)
        if path and value.elabel and value.elabel not in taken:
            found[path] = value.elabel
    given = list(found.values())
    return {path: elabel for path, elabel in found.items() if given.count(elabel) == 1}, {**before, **counted}


def _path(runs: Sequence[Run]) -> str:
    """Return the path of the one box that a value is; of several side by side nobody knows which is meant."""
    return runs[0].text if len(runs) == 1 else ""
