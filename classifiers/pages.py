"""Say which pages of a file are which document: kind, confidence, pages, and for forms number, edition and state.

Evidence in falling weight: widget names, printed form number, title, vocabulary, file name. Pages are judged one by
one and then chained (``grouping``). The pages of a workbook are its sheets, counted from 1 in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from classifiers import artefact, grouping, names, sheets, sightings
from classifiers.grouping import UNKNOWN
from classifiers.judgement import Classification, Cue
from parsers.document import ParsedDocument, Table

LOGO_AREA = 40_000
"""Square pixels below which a picture is a logo or a badge (domain reference, inline artefacts)."""
PHOTO_WORDS = 8
"""Words a photo may show (a sign, a number plate) before it counts as a picture of a document."""
PAPER_RATIOS = ((1.275, 1.315), (1.405, 1.425))
"""Long side by short side of letter and A4 paper: a picture of such a shape may be a scan waiting to be read."""
CARD_RATIO = (1.57, 1.597)
"""Long side by short side of identity cards (ISO/IEC 7810 ID-1, 85.60 x 53.98 mm); no camera or screen has it."""
NAME_FLOOR = 0.35
"""Probability from which a file name may tip a guess of the same kind over the threshold."""


def classify(document: ParsedDocument, *, name: str) -> tuple[Classification, ...]:
    """Return the documents of a file in page order; every page is in exactly one of them.

    Blank and filled forms are judged alike. A file that could not be read is one ``unknown`` over its whole range.
    Raises ModelUnavailable when vocabulary must decide and the shipped model is missing.
    """
    if document.status == "unreadable":
        return (_unknown(1, max(len(document.pages), 1), name),)
    if document.media_type.startswith("image/") and _few_words(document):
        return (_picture(document, name),)
    if _is_workbook(document):
        return _workbook(document.tables, name)
    if document.pages:
        seen = sightings.see(document)
    else:
        seen = (sightings.see_text(_running_text(document), _first_lines(document), document.tables),)
    tipped = tuple(_tip(page, name) for page in seen)
    return tuple(_named(found, name) for found in grouping.group(tipped, sure=_sure(tipped)))


def _sure(seen: Sequence[sightings.Sighting]) -> float:
    """Return the model's threshold, without loading the model when no page was judged by it."""
    if all(page.how != "vocabulary" for page in seen):
        return 1.0
    return artefact.model("kinds").facts.threshold


def _tip(page: sightings.Sighting, name: str) -> sightings.Sighting:
    """Return the page lifted just over the threshold when its own best guess is what the file name says too."""
    if page.how != "vocabulary" or page.confidence < NAME_FLOOR or names.suggests(name) != page.kind:
        return page
    sure = artefact.model("kinds").facts.threshold
    return replace(page, confidence=max(page.confidence, sure), cues=(*page.cues, Cue(how="name", what=name)))


def _named(found: Classification, name: str) -> Classification:
    """Return an unknown with what its name suggests as a cue for the people who look at it; the kind stays unknown."""
    if found.kind != UNKNOWN or not (suggestion := names.suggests(name)):
        return found
    return replace(found, cues=(*found.cues, Cue(how="name", what=suggestion)))


def _unknown(first: int, last: int, name: str) -> Classification:
    return _named(Classification(kind=UNKNOWN, confidence=0.0, pages=(first, last)), name)


def _few_words(document: ParsedDocument) -> bool:
    return sum(len(page.words) for page in document.pages) <= PHOTO_WORDS and not document.text.strip()


def _picture(document: ParsedDocument, name: str) -> Classification:
    """Return ``photo`` for a large picture without text, ``id_image`` for one of the shape of a card.

    Small, banner-shaped and paper-shaped ones are ``unknown``.
    """
    last = max(len(document.pages), 1)
    page = document.pages[0] if document.pages else None
    if page is None or page.width * page.height < LOGO_AREA or min(page.width, page.height) <= 0:
        return _unknown(1, last, name)
    ratio = max(page.width, page.height) / min(page.width, page.height)
    suggestion = names.suggests(name)
    if CARD_RATIO[0] <= ratio <= CARD_RATIO[1] and suggestion in (None, "id_image"):
        cue = Cue(how="layout", what=f"{page.width:.0f} x {page.height:.0f}, the shape of a card")
        return Classification(kind="id_image", confidence=0.75, pages=(1, last), cues=(cue,))
    paper = any(low <= ratio <= high for low, high in PAPER_RATIOS) and suggestion != "photo"
    if paper or ratio > 3 or suggestion not in (None, "photo"):
        return _unknown(1, last, name)
    cues = [Cue(how="layout", what=f"{page.width:.0f} x {page.height:.0f}, no text")]
    if suggestion:
        cues.append(Cue(how="name", what=name))
    return Classification(kind="photo", confidence=0.9 if suggestion else 0.8, pages=(1, last), cues=tuple(cues))


def _is_workbook(document: ParsedDocument) -> bool:
    return bool(document.tables) and not document.pages and all(table.sheet is not None for table in document.tables)


def _workbook(tables: Sequence[Table], name: str) -> tuple[Classification, ...]:
    """Return one document per run of sheets that list the same; sheets that list nothing go with the one before."""
    order = list(dict.fromkeys(table.sheet for table in tables))
    seen = [_sheet(n, [t for t in tables if t.sheet == sheet]) for n, sheet in enumerate(order, 1)]
    open_sheets = [n for n, page in enumerate(seen) if page.kind is None]
    if all(page.kind is None for page in seen):
        for n in open_sheets:
            seen[n] = _read_sheet(n + 1, [t for t in tables if t.sheet == order[n]])
    tipped = [_tip(page, name) for page in _first_kind_first(seen)]
    return tuple(_named(found, name) for found in grouping.group(tipped, sure=_sure(tipped)))


def _first_kind_first(seen: Sequence[sightings.Sighting]) -> list[sightings.Sighting]:
    """Return the sheets with leading cover or note sheets given to the first sheet that lists something."""
    first = next((page for page in seen if page.kind not in (None, UNKNOWN)), None)
    if first is None:
        return list(seen)
    return [replace(first, page=page.page) if page.page < first.page else page for page in seen]


def _sheet(number: int, tables: Sequence[Table]) -> sightings.Sighting:
    if any(sheets.is_billing_sheet(table) for table in tables):
        return sightings.Sighting(page=number, kind=UNKNOWN, confidence=0.9, how="title", titled=True)
    matches = [found for table in tables if (found := sheets.match(table))]
    if not matches or all(table.hidden for table in tables):
        return sightings.Sighting(page=number)
    best = max(matches, key=lambda found: found.confidence)
    return sightings.Sighting(
        page=number, kind=best.kind, confidence=best.confidence, how="title", cues=best.cues, titled=False
    )


def _read_sheet(number: int, tables: Sequence[Table]) -> sightings.Sighting:
    text = "\n".join(_table_text(table) for table in tables)
    return replace(sightings.see_text(text, text.split("\n")[:12], tables), page=number, titled=False)


def _table_text(table: Table) -> str:
    return "\n".join(" ".join(cell.text for cell in row if cell.text) for row in table.rows)


def _running_text(document: ParsedDocument) -> str:
    return "\n".join([document.text, *(_table_text(table) for table in document.tables)])


def _first_lines(document: ParsedDocument) -> tuple[str, ...]:
    lines = [line.strip() for line in document.text.splitlines() if line.strip()]
    return tuple(lines[:12])
