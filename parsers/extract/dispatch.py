"""Which reader of meaning a document of a kind goes to."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date

from parsers import collector
from parsers.document import Extraction, ParsedDocument
from parsers.extract import letters, papers
from parsers.extract.formpages import Asked, read_form
from parsers.extract.lossruns import read_loss_run
from parsers.extract.newness import EditionName
from parsers.extract.schedules import TABLES, prior_carriers_in, read_schedule, speaks_of_former_policies
from parsers.extract.shown import as_shown
from parsers.extract.sureness import calibrate_all
from parsers.extract.whole import doubted
from parsers.forms import form_map

_LOSS_RUNS = frozenset({"loss_run", "no_loss_carrier", "loss_summary_agent"})
_FORM_KIND = re.compile(r"^acord_(\d+)")


def extract(
    document: ParsedDocument,
    *,
    kind: str,
    pages: tuple[int, int],
    form: str | None = None,
    edition: str | None = None,
    state: str | None = None,
    as_of: date | None = None,
    lifted: Collection[EditionName] = (),
) -> Extraction:
    """Return what a document of a known kind says on its pages (first and last, 1-based).

    ``form`` is the form number, else taken from the kind. ``as_of`` turns two-digit years. ``lifted`` are editions
    without a known layout that people have confirmed often enough. A kind without a reader of its own gives an empty
    extraction; nothing is raised for what stands in the document.
    """
    number = form or (found[1] if (found := _FORM_KIND.match(kind)) else None)
    asked = Asked(number, state, edition, form_map(number), as_of) if number else None
    with collector.paused():
        return as_shown(document, doubted(document, _extract(document, kind, pages, asked, as_of, lifted)))


def _extract(
    document: ParsedDocument,
    kind: str,
    pages: tuple[int, int],
    asked: Asked | None,
    as_of: date | None,
    lifted: Collection[EditionName],
) -> Extraction:
    if asked:
        form_says = _form(document, pages, asked, lifted)
        return _with_remarks(form_says, document, kind, pages, as_of) if kind in letters.KINDS else form_says
    if kind in _LOSS_RUNS:
        return read_loss_run(document, pages, as_of)
    if kind in TABLES:
        return read_schedule(document, kind, pages, as_of)
    if kind in papers.KINDS:
        return papers.read_paper(document, kind, pages, as_of)
    if kind in letters.KINDS:
        said = letters.read_letter(document, kind, pages, as_of)
        if not speaks_of_former_policies(document, pages):
            return said
        return replace(said, tables=(*said.tables, *prior_carriers_in(document, pages, as_of)))
    return Extraction()


def _form(
    document: ParsedDocument, pages: tuple[int, int], asked: Asked, lifted: Collection[EditionName]
) -> Extraction:
    """Read a form, and say of every value how likely it is right; values of an edition never seen are capped."""
    found = read_form(document, pages, asked)
    known = all(defect.reason != "new_edition" for defect in found.defects)
    trusted = asked.edition is not None and EditionName(asked.form, asked.edition, asked.state) in lifted
    unlaid = any(defect.reason == "no_layout" for defect in found.defects)
    fields = calibrate_all(
        found.fields, known_edition=known, fields=asked.fields, capped=not trusted, widgets_too=unlaid
    )
    defects = tuple(each for each in found.defects if not trusted or each.reason != "new_edition")
    return replace(found, fields=fields, defects=defects)


def _with_remarks(
    found: Extraction, document: ParsedDocument, kind: str, pages: tuple[int, int], as_of: date | None
) -> Extraction:
    """Add to a form of free remarks what its text says, as of a letter, where no box said it."""
    said = letters.read_letter(document, kind, pages, as_of)
    boxes = {one.field for one in found.fields}
    more = (one for one in said.fields if one.field not in boxes)
    return replace(found, fields=(*found.fields, *more), tables=said.tables, defects=(*found.defects, *said.defects))
