"""Papers that say two things about one fact: an item that names both values, each with its paper and page.

A value of one of us or of the agent settles it, and so does a corrected paper: an older version says nothing any more.
A paper that came after a person's word and says something new opens it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from parsers.document import Scalar
from pipeline import comparing, kinds, losses, names
from pipeline.agreement import agree, amount
from pipeline.checks.autos import numbered, short_name, vin_passes
from pipeline.checks.buildings import label as building_label
from pipeline.checks.case import Case
from pipeline.checks.finding import Finding, Rule, satisfied
from pipeline.checks.lists import Compared, ComparedRow
from pipeline.checks.units import Unit, answered
from pipeline.checks.words import shown
from pipeline.doubts import SETTLED
from pipeline.schedules import PRIOR_COLUMNS
from pipeline.submission import AGENTS_WORD, LINES, OUR_WORD, Line, LookedAt, ResolvedField, Source
from pipeline.vocabulary import word_of

MANY = 3
"""Rows differing in one column above which they are asked about together: somebody mixed up a column."""


def conflict(case: Case, rule: Rule, line: Line) -> tuple[Finding, ...]:
    """The facts that may not differ do not differ between papers, nor between a paper and a mail."""
    found = [finding for compared in case.lists.compared for finding in _fact(case, compared)]
    found += [finding for compared in case.lists.compared_rows for finding in _column(case, compared)]
    return (*found, *_payrolls(case), *_carriers(case), *_overtaken(case))


def stands(case: Case, source: Source) -> str:
    """Name the paper a value stands in, with its page: ``ACORD 125 (page 1)``."""
    if source.document is None:
        return _WORDS.get(source.label, "your e-mail")
    name = kinds.label(source.kind) if source.kind else source.label
    papers = {paper.id: paper.name for paper in case.of_kind(source.kind or "")}
    if len(papers) > 1 and source.document in papers:
        name = f"{name} {papers[source.document]}"
    return f"{name} (page {source.page})" if source.page else name


_WORDS = {AGENTS_WORD: "your answer", OUR_WORD: "our review"}


def place(source: Source) -> tuple[LookedAt, ...]:
    """Return where a value stands, for the places an item looked at."""
    return (LookedAt(document=source.document, page=source.page),) if source.document else ()


def _fact(case: Case, compared: Compared) -> Iterable[Finding]:
    resolved = case.facts.fields.get(compared.field)
    if resolved is None or not answered(resolved):
        return
    rival = _rival(resolved, forms_only=compared.forms_only)
    if rival is None:
        yield satisfied(compared.subject, field=compared.words)
        return
    yield _differ(case, compared.subject, compared.words, resolved, rival)


def _differ(
    case: Case, subject: str, words: str, resolved: ResolvedField, rival: tuple[Scalar, Source], count: int = 0
) -> Finding:
    one, other = (_written(resolved.field, value) for value in (resolved.value, rival[0]))
    told = {"field": words, "one": one, "other": other, "count": str(count)}
    sources = {"source": stands(case, resolved.source), "rival": stands(case, rival[1])}
    variant = "many" if count else "restricted" if resolved.restricted else ""
    return Finding(
        subject=subject,
        share=0.5,
        words=told | sources,
        variant=variant,
        field=None if count else resolved.field,
        severity="internal" if resolved.source.label == OUR_WORD else None,
        looked_at=place(resolved.source) + place(rival[1]),
    )


def _overtaken(case: Case) -> Iterable[Finding]:
    """The facts that people vouched for and that a later paper gives otherwise, where nothing above compares them."""
    facts = {one.field for one in case.lists.compared}
    columns = {(one.group, one.column) for one in case.lists.compared_rows}
    for name, resolved in case.facts.fields.items():
        group, column = name.partition("[")[0], name.rpartition("].")[2]
        if resolved.source.label not in _WORDS or name in facts or (group, column) in columns:
            continue
        rival = _rival(resolved)
        if rival is not None:
            words = word_of(name).label or column.replace("_", " ").replace(".", ", ")
            yield _differ(case, name, words, resolved, rival)


def _written(name: str, value: Scalar) -> str:
    number = amount(value) if comparing.comparer_of(name).kind == "number" else None
    return shown(value) if number is None else f"{number:,f}"


def _rival(resolved: ResolvedField, *, forms_only: bool = False) -> tuple[Scalar, Source] | None:
    if resolved.status != "conflict" or (forms_only and not _is_form(resolved.source)):
        return None
    for rival in resolved.rivals:
        elsewhere = rival.source.document != resolved.source.document
        if forms_only and not _is_form(rival.source):
            continue
        if elsewhere and not agree(resolved.field, resolved.value, rival.value):
            return rival.value, rival.source
    return None


def _is_form(source: Source) -> bool:
    return (source.kind or "").startswith("acord_") or source.kind == "carrier_app"


# -- rows that stand on a form and on a list ---------------------------------------------------------------------------


def _column(case: Case, compared: ComparedRow) -> Iterable[Finding]:
    differing = [
        (unit, number, cell, rival)
        for unit, number in numbered(case.rows(compared.group))
        if (cell := unit.cells.get(compared.column)) is not None
        and (rival := _rival(cell)) is not None
        and not (compared.column == "vin" and not _are_vins(cell.value, rival[0]))
    ]
    if len(differing) > MANY:
        _, _, cell, rival = differing[0]
        subject = f"{compared.unit}s, {compared.words}"
        yield _differ(case, subject, f"{compared.words} of {compared.unit}s", cell, rival, len(differing))
        return
    for unit, number, cell, rival in differing:
        name = f"{_called(compared, unit, number)}, {compared.words}"
        yield _differ(case, name, name, cell, rival)


def _called(compared: ComparedRow, unit: Unit, number: str) -> str:
    if compared.group == "buildings":
        return f"building {building_label(unit)}"
    name = short_name(unit) if compared.group == "drivers" else ""
    return f"{compared.unit} {number}" + (f", {name}" if name else "")


def _are_vins(one: Scalar, other: Scalar) -> bool:
    """Return whether both could be right; of one that fails its check digit AU-VIN speaks, or nobody."""
    vins = [comparing.letters(value).upper() for value in (one, other)]
    return all(len(vin) == 17 and vin_passes(vin) for vin in vins)


# -- payroll by class --------------------------------------------------------------------------------------------------


def _payrolls(case: Case) -> Iterable[Finding]:
    """The 130 and the payroll schedule give one payroll for each class they both list, over all locations."""
    forms, schedules = _on_form(case), _on_schedule(case)
    for key in [key for key in forms if key in schedules]:
        (form, source), (schedule, rival) = forms[key], schedules[key]
        name = f"payroll, class {' '.join(part for part in key if part)}"
        if agree("payroll", str(form), str(schedule)):
            yield satisfied(name, field=name)
            continue
        words = {"field": name, "one": f"{form:,.0f}", "other": f"{schedule:,.0f}"}
        words |= {"source": stands(case, source), "rival": stands(case, rival)}
        yield Finding(subject=name, share=0.5, words=words, looked_at=place(source) + place(rival))


def _on_form(case: Case) -> dict[tuple[str, str], tuple[Decimal, Source]]:
    """Return the payroll of each class on the 130, summed over its locations; people's words settle a class."""
    found: dict[tuple[str, str], tuple[Decimal, Source]] = {}
    settled: set[tuple[str, str]] = set()
    for unit in case.rows("class_rows"):
        cell, key = unit.cells.get("payroll"), _class_key(unit.text("state"), unit.text("code"))
        if cell is None or not key[1]:
            continue
        if cell.status in SETTLED:
            settled.add(key)
        for value, source in _said_by(cell, unit, "acord_130"):
            total, first = found.get(key, (Decimal(0), source))
            found[key] = (total + value, first)
    return {key: told for key, told in found.items() if key not in settled}


def _said_by(cell: ResolvedField, unit: Unit, kind: str) -> Iterable[tuple[Decimal, Source]]:
    """Yield what papers of a kind give for a cell; where they agree with what is believed, only that is kept."""
    told = [(cell.value, cell.source), *((rival.value, rival.source) for rival in cell.rivals)]
    mine = [(value, source) for value, source in told if source.kind == kind]
    if not mine:
        others = [other.source for other in unit.cells.values() if other.source.kind == kind]
        mine = [(cell.value, source) for source in others[:1]]
    number = amount(mine[0][0]) if mine else None
    if number is not None:
        yield number, mine[0][1]


def _on_schedule(case: Case) -> dict[tuple[str, str], tuple[Decimal, Source]]:
    """Return the payroll of each class on the payroll schedules; a schedule of one state need not name it."""
    states = {unit.text("state").upper() for unit in case.rows("class_rows") if unit.text("state")}
    only = next(iter(states)) if len(states) == 1 else ""
    found: dict[tuple[str, str], tuple[Decimal, Source]] = {}
    for paper in case.of_kind("payroll_schedule"):
        rows = (row for table in paper.tables if table.name == "class_rows" for row in table.rows)
        for row in rows:
            number = amount(row.values.get("payroll"))
            key = _class_key(str(row.values.get("state") or only), str(row.values.get("code") or ""))
            if number is not None and key[1]:
                source = Source(label=paper.kind, document=paper.id, kind=paper.kind, page=row.at.page)
                total, first = found.get(key, (Decimal(0), source))
                found[key] = (total + number, first)
    return found


def _class_key(state: str, code: str) -> tuple[str, str]:
    return state.strip().upper(), comparing.letters(code).lstrip("0")


# -- prior carriers ----------------------------------------------------------------------------------------------------


def _carriers(case: Case) -> Iterable[Finding]:
    """A policy year has one carrier group: that of the application and that of the loss run."""
    for line in case.facts.lines:
        for year, cell in _named_carriers(case, line):
            terms = [term for term in case.terms if term.carrier and losses.speaks_of(term, line)]
            terms = [term for term in terms if term.start.year == year]
            if not terms or any(_is_one_carrier(str(cell.value), term.carrier) for term in terms):
                continue
            term = terms[0]
            run = Source(label="loss run", document=term.document.id, kind=term.document.kind, page=term.page)
            name = f"{LINES.get(line, line)} carrier {year}"
            yield _differ(case, name, name, cell, (term.carrier, run))


def _named_carriers(case: Case, line: Line) -> Iterable[tuple[int, ResolvedField]]:
    is_comp = line == "workers_compensation"
    start = PRIOR_COLUMNS.get(line)
    if not is_comp and start is None:
        return
    for unit in case.rows("wc_prior" if is_comp else "prior_carriers"):
        cell = unit.cells.get("carrier" if is_comp else f"{start}_carrier")
        day = "" if is_comp else unit.text(f"{start}_effective")
        year = (day or unit.text("year"))[:4]
        if cell is not None and answered(cell) and year.isdecimal():
            yield int(year), cell


def _is_one_carrier(one: str, other: str) -> bool:
    """Names of carriers are cut and abbreviated at will: only clearly different ones are two."""
    if agree("carrier", one, other):
        return True
    left, right = (set(comparing.carrier_key(name).split()) for name in (one, other))
    return names.similarity(one, other) >= names.OTHER_NAME or left <= right or right <= left
