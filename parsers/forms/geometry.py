"""Where everything stands on the form pages we know: one CSV an edition, named ``form[_state]_year_month[_variant]``.

Rows are the pages, the boxes to fill (``text``, ``check``) with their eLabels, the short printed labels (``label``) and
the places of longer printed text (``print``), which is boilerplate whatever it says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from parsers.document import Box

_HERE = Path(__file__).parent / "geometry"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedField:
    """One box to fill: its name (an eLabel, or what an agency system calls it), its kind and its place in points."""

    name: str
    kind: Literal["text", "check"]
    box: Box
    max_len: int | None = None
    multiline: bool = False

    @property
    def hidden(self) -> bool:
        """Return whether the box has no area, like the one that carries the edition."""
        return self.box[2] - self.box[0] < 1 or self.box[3] - self.box[1] < 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLabel:
    """One short printed label, its place and its font size in points."""

    text: str
    box: Box
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """One page of an edition; ``prints`` are the places of printed text that is no short label."""

    number: int
    width: float
    height: float
    fields: tuple[PlacedField, ...]
    labels: tuple[PlacedLabel, ...]
    prints: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One known layout of a form. ``variant`` names an agency system's own one of the same edition."""

    form: str
    edition: str
    pages: tuple[FormPage, ...]
    state: str | None = None
    variant: str | None = None


@cache
def known() -> tuple[tuple[str, str | None, str, str | None], ...]:
    """Return (form, state, edition, variant) of every known layout, in the order of the files' names."""
    return tuple(_named(path.stem) for path in sorted(_HERE.glob("*.csv")))


def editions(form: str) -> tuple[Edition, ...]:
    """Return the known layouts of a form number, the newest edition first; none for a form without geometry."""
    names = [name for name in known() if name[0] == form]
    return tuple(_load(*name) for name in sorted(names, key=lambda name: (name[2], name[3] or "~"), reverse=True))


@cache
def _load(form: str, state: str | None, edition: str, variant: str | None) -> Edition:
    year, month = edition.split("/")
    parts = (form, (state or "").lower(), year, month, variant or "")
    path = _HERE / f"{'_'.join(part for part in parts if part)}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return Edition(form=form, edition=edition, state=state, variant=variant, pages=tuple(_pages(rows)))


def _named(stem: str) -> tuple[str, str | None, str, str | None]:
    form, *rest = stem.split("_")
    state = rest.pop(0).upper() if rest[0].isalpha() else None
    year, month, *variant = rest
    return form, state, f"{year}/{month}", variant[0] if variant else None


def _pages(rows: list[dict[str, str]]) -> Iterator[FormPage]:
    for number in sorted({int(row["page"]) for row in rows}):
        mine = [row for row in rows if int(row["page"]) == number]
        sheet = next(row for row in mine if row["kind"] == "page")
        yield FormPage(
            number=number,
            width=float(sheet["x1"]),
            height=float(sheet["bottom"]),
            fields=tuple(_field(row) for row in mine if row["kind"] in {"text", "check"}),
            labels=tuple(
                PlacedLabel(text=row["text"], box=_box(row), size=float(row["size"]))
                for row in mine
                if row["kind"] == "label"
            ),
            prints=tuple(_box(row) for row in mine if row["kind"] == "print"),
        )


def _field(row: dict[str, str]) -> PlacedField:
    return PlacedField(
        name=row["text"],
        kind="check" if row["kind"] == "check" else "text",
        box=_box(row),
        max_len=int(row["max_len"]) if row["max_len"] else None,
        multiline=row["multiline"] == "1",
    )


def _box(row: dict[str, str]) -> Box:
    return float(row["x0"]), float(row["top"]), float(row["x1"]), float(row["bottom"])
