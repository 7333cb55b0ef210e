"""Which reader of meaning a document of a kind goes to."""

from __future__ import annotations

import re
from datetime import date

from parsers.document import Extraction, ParsedDocument
from parsers.extract import letters
from parsers.extract.lossruns import read_loss_run
from parsers.extract.schedules import TABLES, read_schedule
from parsers.extract.widgets import read_widgets
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
) -> Extraction:
    """Return what a document of a known kind says on its pages (first and last, 1-based).

    ``form`` is the form number, else taken from the kind. ``as_of`` turns two-digit years. A kind without a reader of
    its own gives an empty extraction; nothing is raised for what stands in the document.
    """
    number = form or (found[1] if (found := _FORM_KIND.match(kind)) else None)
    if number and kind not in letters.KINDS:
        return Extraction(fields=read_widgets(document, pages, form_map(number), as_of))
    if kind in _LOSS_RUNS:
        return read_loss_run(document, pages, as_of)
    if kind in TABLES:
        return read_schedule(document, kind, pages, as_of)
    if kind in letters.KINDS:
        return letters.read_letter(document, kind, pages, as_of)
    return Extraction()
