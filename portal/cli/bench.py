"""``intake bench forms``: measure how well forms are read, against drawn ones whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Annotated

import typer

from pipeline.measuring import forms
from pipeline.measuring.corpus import Corpus, NoCorpusError, Split, generated
from pipeline.measuring.forms import Fault, Rung, Summary
from pipeline.measuring.goals import MOST, Reached
from pipeline.measuring.intervals import Share
from pipeline.measuring.values import rung_values, summary_values
from portal.cli.output import Problem, chosen_of, console, print_json, progress, shown

SPLITS: tuple[Split, ...] = ("tune", "calibrate", "test")
WHY = 12
"""Errors told of each rung on ``--why``."""
BAR = 30
LINES = MappingProxyType(
    {
        "recall": "values found",
        "wrong": "wrong values",
        "ticks": "ticks",
        "yes_no": "yes and no",
        "documents": "kind and pages",
        "editions": "edition",
        "called_new": "called new",
        "falsely_new": "falsely called new",
        "accepted": "auto-accepted",
        "accepted_right": "  of these right",
        "doubtful": "doubtful",
        "conflicts": "conflicts flagged",
    }
)
"""The shares of a rung with the words people see."""

bench = typer.Typer(help="Measure this installation against documents whose truth is known.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(bench, name="bench")


@bench.command("forms")
def read_forms(
    split: Annotated[str, typer.Option(help="Which drawn forms: test, calibrate or tune.")] = "test",
    rung: Annotated[list[str] | None, typer.Option(help="A rung of the ladder; several may be named.")] = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="Files of each rung; a few minutes' worth unless given.")
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Show the commonest errors of each rung.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Read drawn forms, clean ones to bad photos, and show what was found, missed and wrong beside the goals.

    Exit code 1 when a goal is missed. Shares stand with their n and 95 % interval.
    """
    corpus = _corpus()
    chosen = chosen_of("split", split, SPLITS)
    measured = []
    for each in _measured(corpus, chosen, _rungs(corpus, rung or []), count, quiet=json):
        faults = forms.faults([each], most=WHY) if why else ()
        if json:
            print_json(rung_values(each, split=chosen, faults=faults))
        else:
            _show_rung(each, faults)
        measured.append(each)
    whole = forms.summary(measured)
    print_json(summary_values(whole, split=chosen)) if json else _show_summary(whole)
    goals = [goal for each in measured for goal in each.goals] + list(whole.goals)
    raise typer.Exit(0 if all(goal.met for goal in goals) else 1)


def _corpus() -> Corpus:
    try:
        return generated()
    except NoCorpusError as error:
        raise Problem(str(error)) from error


def _rungs(corpus: Corpus, named: list[str]) -> list[str]:
    if unknown := [name for name in named if name not in corpus.RUNGS]:
        raise Problem(f"there is no rung {unknown[0]}; there are {', '.join(corpus.RUNGS)}", exit_code=2)
    return named


def _measured(corpus: Corpus, split: Split, rungs: list[str], count: int | None, *, quiet: bool) -> Iterator[Rung]:
    counts = forms.counts(rungs, count, corpus)
    ticks = iter(progress(range(sum(counts.values())), total=sum(counts.values()), doing="reading forms", quiet=quiet))
    next(ticks, None)
    with forms.opened() as sandbox:
        for rung, files in counts.items():
            yield forms.measure(
                rung, files, split=split, advance=lambda _: next(ticks, None), corpus=corpus, sandbox=sandbox
            )


def _show_rung(rung: Rung, faults: tuple[Fault, ...]) -> None:
    found = rung.figures
    pace = f"{found.files} files, {found.pages} pages, {found.seconds_per_page:.2f} s a page"
    console.print(f"[bold]{shown(found.rung)}[/]  {pace}", soft_wrap=True)
    bounds = {goal.name: goal for goal in rung.goals}
    for name, words in LINES.items():
        share = getattr(found, name)
        if share.n or name in bounds:
            console.print(f"  {words:<20}{share_text(share)}{_goal(bounds.get(name))}", soft_wrap=True)
    if "reported" in bounds:
        console.print(f"  {'values reported':<20}{found.wrong.n:>9}{_goal(bounds['reported'])}", soft_wrap=True)
    if found.boundaries is not None:
        console.print(f"  {'boundary F1':<20}{found.boundaries:>9.4f}", soft_wrap=True)
    for fault in faults:
        _show_fault(fault)


def _show_fault(fault: Fault) -> None:
    where = f"{shown(fault.form)} {shown(fault.elabel)} ({fault.family})"
    what = f"stands: {shown(fault.truth[:60])}  read: {shown(fault.said[:60])}  sure {fault.confidence:.3f}"
    console.print(f"    [yellow]{fault.times:>4} × {fault.verdict:<8}[/] {where}  {what}", soft_wrap=True)


def _show_summary(summary: Summary) -> None:
    console.print("[bold]confidence of all values[/]")
    for one in summary.bins:
        value = one.right.value or 0.0
        bar = "█" * round(BAR * value)
        console.print(
            f"  {one.low:.3f}–{one.high:.3f}  {bar:<{BAR}}  said {one.sure:.4f}  right {share_text(one.right)}",
            soft_wrap=True,
        )
    for goal in summary.goals:
        console.print(f"  {'calibration error':<20}{summary.error:>9.4f}{_goal(goal)}", soft_wrap=True)
    for family, error in summary.error_by_family.items():
        console.print(f"    [dim]{family:<18}{error:>9.4f}[/]")
    console.print(f"  {'auto-accepted':<20}{share_text(summary.accepted)}", soft_wrap=True)
    console.print(f"  {'  of these right':<20}{share_text(summary.accepted_right)}", soft_wrap=True)


def share_text(share: Share) -> str:
    """Return percent, n and interval in columns."""
    if share.value is None:
        return f"{'–':>9}"
    low, high = share.interval
    return f"{100 * share.value:>8.2f}%  n {share.n:<6} [{100 * low:.2f}, {100 * high:.2f}]".replace("[", "\\[")


def _goal(goal: Reached | None) -> str:
    if goal is None:
        return ""
    side = "at most" if goal.name in MOST else "at least"
    bound = f"{goal.bound:g}" if goal.name in {"reported", "calibration_error"} else f"{100 * goal.bound:g} %"
    verdict = "nothing to measure" if goal.value is None else "[green]met[/]" if goal.met else "[red]missed[/]"
    return f"  {verdict} (goal {side} {bound})"
