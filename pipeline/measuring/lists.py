"""Measure the reading of lists, style by style: rows, cells, proofs, the facts of loss runs, and kinds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from parsers.sandbox import Sandbox
from pipeline.measuring.intervals import Share
from pipeline.measuring.listcompare import FACTS, SURE, FileResult, compared
from pipeline.measuring.listcorpus import ListCase, ListCorpus, Split
from pipeline.measuring.reading import attachment, side_by_side
from pipeline.stages import read_file

Advance = Callable[[FileResult], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What the files of one style, or of many, come to. Every share keeps its n.

    ``rows`` are the rows found of those printed, ``extra`` the rows read that stand nowhere. ``cells`` are the exact
    ones of those printed, lost rows included. ``proven`` is of the tables with rows that could be proven, ``false`` of
    those called proven. ``terms`` to ``total_incurred`` are of loss runs. ``kinds`` are right, ``unknown`` and
    ``wrong_sure`` (at 0.9 and above) are of all files.
    """

    family: str
    style: str
    files: int
    rows: Share
    extra: int
    cells: Share
    terms: Share
    valuation: Share
    claim_count: Share
    total_incurred: Share
    proven: Share
    false: Share
    kinds: Share
    unknown: Share
    wrong_sure: Share
    seconds: float
    results: tuple[FileResult, ...] = ()


def read_case(case: ListCase, sandbox: Sandbox) -> FileResult:
    """Read one case as ``intake read`` does and compare it; the seconds are those on the clock."""
    started = time.perf_counter()
    file = read_file(attachment(case.file_name, case.file), reader=sandbox)
    return compared(case, file.parts, seconds=time.perf_counter() - started)


def measure(
    family: str, style: str, count: int, *, split: Split, advance: Advance, corpus: ListCorpus, sandbox: Sandbox
) -> Style:
    """Read so many files of a style and say what they come to; ``advance`` is told of each."""
    results = []
    cases = corpus.cases(split, family, count, style=style)
    for result in side_by_side(cases, lambda case: read_case(case, sandbox)):
        advance(result)
        results.append(result)
    return summed(family, style, results)


def together(styles: Iterable[Style], *, scanned: bool | None = None) -> Style:
    """Return all files of some styles as one, or only the scanned or the digital ones."""
    results = [one for style in styles for one in style.results if scanned is None or one.scanned is scanned]
    name = {None: "all", True: "scanned", False: "digital"}[scanned]
    return summed("all", name, results)


def summed(family: str, style: str, results: Sequence[FileResult]) -> Style:
    """Return what some files come to."""
    tables = [table for one in results for table in one.tables]
    facts = {name: _share([one.facts[name] for one in results if name in one.facts]) for name in FACTS}
    provable = [table for one in results if one.provable for table in one.tables if table.rows.n]
    return Style(
        family=family,
        style=style,
        files=len(results),
        rows=_sum(table.rows for table in tables),
        extra=sum(table.extra for table in tables),
        cells=_sum(table.cells for table in tables),
        **facts,
        proven=_share([table.proven for table in provable]),
        false=_share([not table.sound for table in tables if table.proven]),
        kinds=_share([one.kind == "right" for one in results]),
        unknown=_share([one.kind == "unknown" for one in results]),
        wrong_sure=_share([one.kind == "wrong" and one.confidence >= SURE for one in results]),
        seconds=sum(one.seconds for one in results) / len(results) if results else 0.0,
        results=tuple(results),
    )


def _share(held: Sequence[bool]) -> Share:
    return Share(hits=sum(held), n=len(held))


def _sum(shares: Iterable[Share]) -> Share:
    return sum(shares, start=Share(hits=0, n=0))
