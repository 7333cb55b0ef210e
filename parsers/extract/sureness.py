"""How sure a reading is: the reader's raw score becomes a probability by the table of its method and family.

The tables in ``confidence.json`` are learned by ``python -m pipeline.measuring.calibrate`` from generated forms that
are used for nothing else; the file says from what, when, and how well they held on cases they had not seen. A family
is a sort of value that is read, and checked, alike: a VIN proves itself by its check digit, a name by nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from parsers.calibration import StepTable
from parsers.document import Defect, FieldCandidate, Scalar
from parsers.forms import FormMap

ACCEPT = 0.99
"""From this probability on a value needs no person. What is capped stays below it, whatever its table says."""
CAPPED = 0.98
"""The most that a doubtful value or one of an unknown layout may be sure of."""
_DOUBTED = 0.8
"""Print whose reader doubted it below this, as where one box runs into the next, is seen by a person, however often
such print was right when it was learned."""
_BY_PLACE = 0.97
"""The highest raw score of a box that has its name from where it stands: its own name holds in every edition."""
POOR = 0.945
"""Mean raw score of a page's texts below which the page was hard to read. Clean scans have 0.945 to 0.965 (tune)."""
ASK: Mapping[str, float] = MappingProxyType({"layout": 0.3, "ocr": 0.6})
"""How a page was read → below this probability a value is asked about with its raw text, and not said.

Print says what it says, only its box may be another one: it is shown, for review. Pictures may be misread."""

FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": ("date", "dob", "start_date", "year"),
        "state": ("state",),
        "zip": ("zip", "phone"),
        "money": ("money", "cents", "limit", "rate", "factor", "percent", "coinsurance"),
        "number": ("number", "protection_class"),
        "checked": ("vin", "fein", "naics", "sic", "construction", "entity", "inc_exc", "premium_basis", "sprinklered"),
        "code": ("code", "gl_class", "licence", "naic_company", "npn", "policy_number", "ssn", "wc_class"),
        "yes_no": ("yn", "mark"),
        "tick": ("tick",),
        "name": ("insured", "person", "email", "url"),
        "text": ("text", "address", "signature"),
    }
)
"""Family → the value types in it. ``checked`` are those that a check digit or a closed list can refuse."""

_FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_RAW: ContextVar[bool] = ContextVar("raw_scores", default=False)
_FILE = Path(__file__).with_name("confidence.json")


class SurenessError(ValueError):
    """The table of probabilities is damaged; the message names the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """Step tables by source and family; family ``""`` is the source's own table, for families too small to have one."""

    tables: Mapping[tuple[str, str], StepTable]

    def probability(self, source: str, family: str, score: float) -> float:
        """Return the probability of a raw score; the score itself where nothing was ever measured of its source.

        Scores below all that were measured are values with a fault of their own, and stay as low as they are.
        """
        table = self.tables.get((source, family)) or self.tables.get((source, ""))
        if table is None:
            return score
        known = table.probability(score)
        return known if score >= table.scores[0] else min(score, known)


def sources(found: Sequence[FieldCandidate], *, known_edition: bool) -> tuple[str, ...]:
    """Return for each raw candidate of a document the name of the tables it is told by.

    A widget says what it says. Readings of an unknown layout have tables of their own, and so have those of a picture
    whose page was hard to read: the same score is worth less there.
    """
    poor = _poor_pages(found)
    return tuple(_source(one, one.at.page in poor, known_edition) for one in found)


def _source(one: FieldCandidate, poor: bool, known_edition: bool) -> str:
    if one.method == "ocr" and poor:
        return "ocr of a poor page"
    return one.method if known_edition or one.method == "widget" else f"{one.method} of a new edition"


def _poor_pages(found: Iterable[FieldCandidate]) -> frozenset[int | None]:
    """Return the pages whose texts were read off a picture with a mean score below ``POOR``; ticks have another."""
    scores: dict[int | None, list[float]] = {}
    for one in found:
        if one.method == "ocr" and one.value is not None and not isinstance(one.value, bool):
            scores.setdefault(one.at.page, []).append(one.confidence)
    return frozenset(page for page, some in scores.items() if sum(some) < POOR * len(some))


def family(found: FieldCandidate, fields: FormMap | None = None) -> str:
    """Return the family of a candidate: by its type in the form map, else by the shape of its value."""
    box = fields.fields.get(found.elabel) if fields and found.elabel else None
    return _FAMILY_OF[box.type] if box else family_by_shape(found.value)


def family_by_shape(value: Scalar) -> str:
    """Return the family of a value of which nothing else is known; boxes without a type hold text or a tick."""
    if isinstance(value, bool):
        return "tick"
    text = str(value or "")
    if _DATE.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) else "text"


def calibrated(
    found: FieldCandidate,
    source: str,
    *,
    known_edition: bool,
    fields: FormMap | None = None,
    tables: Sureness | None = None,
    widgets_too: bool = False,
) -> FieldCandidate:
    """Return the candidate with a probability for confidence, as a question where that is below its method's ``ASK``.

    One without a value keeps its raw score. Boxes called by their own name hold in editions nobody knows, unless
    ``widgets_too`` says that there is no layout at all to compare with what is drawn over them.
    """
    if found.value is None:
        return found
    sure = (tables or shipped()).probability(source, family(found, fields), found.confidence)
    if found.defect:
        sure = min(sure, found.confidence, CAPPED)
    if found.method == "layout" and found.confidence < _DOUBTED:
        sure = min(sure, CAPPED)
    named = found.method == "widget" and found.confidence > _BY_PLACE and not widgets_too
    if not known_edition and not named:
        sure = min(sure, CAPPED)
    if sure < ASK.get(found.method, 0.0):
        return replace(found, value=None, confidence=sure, defect=found.defect or _question(found))
    return found.trusted(sure)


def _question(found: FieldCandidate) -> Defect:
    reason = "doubtful_tick" if isinstance(found.value, bool) and found.raw in {"", "on"} else "unclear"
    return Defect(reason=reason, page=found.at.page, box=found.at.box)


def calibrate_all(
    found: Sequence[FieldCandidate],
    *,
    known_edition: bool,
    fields: FormMap | None = None,
    capped: bool = True,
    widgets_too: bool = False,
) -> tuple[FieldCandidate, ...]:
    """Return all candidates of one form with probabilities; ``fields`` is its map, where there is one.

    Those of an edition nobody knows have tables of their own, and stay below ``ACCEPT`` unless not ``capped``.
    """
    if _RAW.get():
        return tuple(found)
    return tuple(
        calibrated(one, source, known_edition=known_edition or not capped, fields=fields, widgets_too=widgets_too)
        for one, source in zip(found, sources(found, known_edition=known_edition), strict=True)
    )


@contextmanager
def raw_scores() -> Iterator[None]:
    """Leave the readers' raw scores as they are until the block ends, in this thread: tables are learned from them."""
    token = _RAW.set(True)
    try:
        yield
    finally:
        _RAW.reset(token)


@cache
def shipped() -> Sureness:
    """Return the tables that come with the product; none without the file. Raises SurenessError when it is damaged."""
    return read_tables(json.loads(_FILE.read_text("utf-8"))) if _FILE.exists() else Sureness(tables={})


def read_tables(data: Mapping[str, Any]) -> Sureness:
    """Return the tables of the parsed ``confidence.json``; raises SurenessError naming what is wrong."""
    tables = {}
    for source, families in data.get("tables", {}).items():
        for name, entry in families.items():
            if name and name not in FAMILIES:
                raise SurenessError(f"{source}: there is no family {name!r}")
            tables[source, name] = _table(f"{source}, {name or 'all'}", entry.get("steps", ()))
    return Sureness(tables=tables)


def _table(entry: str, steps: Iterable[tuple[float, float]]) -> StepTable:
    scores, probabilities = zip(*steps, strict=True) if steps else ((), ())
    if not scores or list(scores) != sorted(scores) or list(probabilities) != sorted(probabilities):
        raise SurenessError(f"{entry}: the steps do not rise")
    if not all(0 < one < 1 for one in probabilities):
        raise SurenessError(f"{entry}: a probability is not between 0 and 1")
    return StepTable(scores=tuple(scores), probabilities=tuple(probabilities))
