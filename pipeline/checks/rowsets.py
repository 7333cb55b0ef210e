"""Drivers and vehicles that stand only on the form or only on the list beside it: one item that names them all.

A form with all its rows taken may go on in the list, and one that says "see attached" leaves the rows to it. Otherwise
both speak of the same fleet, and whoever is on one of them alone is either forgotten or no longer there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pipeline.checks.autos import numbered, short_name
from pipeline.checks.case import Case
from pipeline.checks.conflicts import conflict, stands
from pipeline.checks.finding import Finding, Rule, satisfied
from pipeline.checks.lists import ComparedRows
from pipeline.checks.units import Unit
from pipeline.checks.words import in_words
from pipeline.submission import FiledDocument, Line, LookedAt, Source

NAMED = 6
"""Rows named in one ask; the rest are counted."""
_ELSEWHERE = re.compile(r"\b(?:see|per|refer|attach\w*|schedule|list)\b", re.IGNORECASE)


def disagreements(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """APP-CONFLICT: no fact is given in two ways, and no row stands on one of two papers alone."""
    sets = (finding for compared in case.lists.compared_sets for finding in _rows(case, compared))
    return (*conflict(case, rule, line), *sets)


def _rows(case: Case, compared: ComparedRows) -> Iterable[Finding]:
    places = case.facts.places.get(compared.group, {})
    forms, lists = (_standing(case, kinds, places) for kinds in (tuple(compared.forms), compared.lists))
    if not forms or not lists:
        return
    units = {unit.index: (unit, number) for unit, number in numbered(case.rows(compared.group))}
    on_form, on_list = (_on(papers, places, units) for papers in (forms, lists))
    goes_on = any(_says_elsewhere(units[index][0]) for index in on_form) or _is_full(compared, forms, on_form)
    on_form = [index for index in on_form if not _says_elsewhere(units[index][0])]
    lacking = [] if goes_on and not set(on_form) & set(on_list) else [i for i in on_form if i not in on_list]
    extra = [] if goes_on else [index for index in on_list if index not in on_form]
    if not lacking and not extra:
        yield satisfied(f"{compared.unit}s")
        return
    yield _finding(case, compared, (forms[0], lists[0]), *(_named(compared, units, one) for one in (lacking, extra)))


Places = Mapping[int, frozenset[str]]
Units = Mapping[int, tuple[Unit, str]]


def _standing(case: Case, kinds: Sequence[str], places: Places) -> tuple[FiledDocument, ...]:
    """Return the papers of the kinds on which a row of the group stands."""
    known = frozenset().union(*places.values())
    return tuple(paper for paper in case.of_kind(*kinds) if paper.id in known)


def _on(papers: Iterable[FiledDocument], places: Places, units: Units) -> list[int]:
    ids = {paper.id for paper in papers}
    return [index for index in sorted(units) if ids & places.get(index, frozenset())]


def _is_full(compared: ComparedRows, forms: Iterable[FiledDocument], on_form: Sequence[int]) -> bool:
    return len(on_form) >= sum(compared.forms[paper.kind] for paper in forms)


def _says_elsewhere(unit: Unit) -> bool:
    return any(_ELSEWHERE.search(unit.text(name)) for name in ("name", "first_name", "last_name", "make", "vin"))


def _named(compared: ComparedRows, units: Units, indices: Sequence[int]) -> str:
    names = [_name(compared, *units[index]) for index in indices[:NAMED]]
    if len(indices) > NAMED:
        names.append(f"{len(indices) - NAMED} more")
    return in_words(names) if names else ""


def _name(compared: ComparedRows, unit: Unit, number: str) -> str:
    about = (
        short_name(unit)
        if compared.group == "drivers"
        else " ".join(unit.text(name) for name in ("year", "make") if unit.text(name))
    )
    return f"{compared.unit} {number}" + (f" ({about})" if about else "")


def _finding(
    case: Case, compared: ComparedRows, papers: tuple[FiledDocument, FiledDocument], lacking: str, extra: str
) -> Finding:
    form, listed = papers
    words = {"field": f"{compared.unit}s", "one": lacking, "other": extra}
    words |= {"source": _paper(case, form), "rival": _paper(case, listed)}
    return Finding(
        subject=f"{compared.unit}s",
        share=0.5,
        words=words,
        variant="rows" if lacking and extra else "lacking" if lacking else "extra",
        # Rows of a list that may be misread are compared by one of us before anybody is asked.
        severity="internal" if listed.id in case.doubted else None,
        looked_at=tuple(LookedAt(document=paper.id, page=paper.pages[0]) for paper in papers),
    )


def _paper(case: Case, paper: FiledDocument) -> str:
    return stands(case, Source(label=paper.kind, document=paper.id, kind=paper.kind))
