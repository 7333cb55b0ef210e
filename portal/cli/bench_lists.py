"""``intake bench lists``: how well loss runs and schedules are read, against drawn ones whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Annotated

import typer

from pipeline.measuring import forms, listgoals, lists
from pipeline.measuring.corpus import NoCorpusError
from pipeline.measuring.listcorpus import SPLITS, ListCorpus, Split, families, generated
from pipeline.measuring.listgoals import ListGoal
from pipeline.measuring.lists import Style
from pipeline.measuring.listvalues import faults, style_values
from portal.cli.bench import bench, share_text
from portal.cli.output import Problem, chosen_of, console, print_json, progress, shown

WHY = 12
"""Errors told of each style on ``--why``."""
LINES = MappingProxyType(
    {
        "rows": "rows found",
        "cells": "cells exact",
        "terms": "terms exact",
        "valuation": "valuation date",
        "claim_count": "claim count",
        "total_incurred": "total incurred",
        "proven": "proven",
        "false": "falsely proven",
        "kinds": "kind right",
        "unknown": "kind unknown",
        "wrong_sure": "wrong and sure",
    }
)
"""The shares of a style with the words people see."""


def register() -> None:
    """Add the command of this module to ``intake bench``."""
    bench.command("lists")(read_lists)


def read_lists(
    split: Annotated[str, typer.Option(help="Which drawn lists: test, tune or aside.")] = "test",
    family: Annotated[list[str] | None, typer.Option(help="A family of lists; several may be named.")] = None,
    style: Annotated[list[str] | None, typer.Option(help="A style of a family; several may be named.")] = None,
    count: Annotated[int, typer.Option(min=1, help="Files of each style.")] = 4,
    why: Annotated[bool, typer.Option("--why", help="Show the commonest errors of each style.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Read drawn loss runs, schedules and what only looks like them, and show what was lost beside the goals.

    Exit code 1 when a goal is missed. Shares stand with their n and 95 % interval.
    """
    corpus, chosen = _corpus(), chosen_of("split", split, SPLITS)
    named = _styles(corpus, chosen, family or [], style or [])
    measured = []
    for each in _measured(corpus, chosen, named, count, quiet=json):
        if json:
            print_json(style_values(each, split=chosen))
        else:
            _show(each)
        for fault in faults(each, most=WHY) if why and not json else ():
            console.print(f"    [yellow]{shown(fault)}[/]", soft_wrap=True)
        measured.append(each)
    raise typer.Exit(0 if _show_whole(measured, chosen, json=json) else 1)


def _corpus() -> ListCorpus:
    try:
        return generated()
    except NoCorpusError as error:
        raise Problem(str(error)) from error


def _styles(corpus: ListCorpus, split: Split, named: list[str], styles: list[str]) -> list[tuple[str, str]]:
    if unknown := [name for name in named if name not in corpus.FAMILIES]:
        raise Problem(f"there is no family {unknown[0]}; there are {', '.join(corpus.FAMILIES)}", exit_code=2)
    found = [(family, style) for family in families(corpus, split, named) for style in corpus.styles(split, family)]
    if unknown := [name for name in styles if name not in {style for _, style in found}]:
        known = ", ".join(dict.fromkeys(style for _, style in found))
        raise Problem(f"there is no style {unknown[0]}; there are {known}", exit_code=2)
    return [one for one in found if not styles or one[1] in styles]


def _measured(
    corpus: ListCorpus, split: Split, named: Sequence[tuple[str, str]], count: int, *, quiet: bool
) -> Iterator[Style]:
    total = count * len(named)
    ticks = iter(progress(range(total), total=total, doing="reading lists", quiet=quiet))
    next(ticks, None)
    with forms.opened() as sandbox:
        for family, style in named:
            yield lists.measure(
                family,
                style,
                count,
                split=split,
                advance=lambda _: next(ticks, None),
                corpus=corpus,
                sandbox=sandbox,
            )


def _show_whole(measured: Sequence[Style], split: Split, *, json: bool) -> bool:
    """Show all styles together by scope beside their goals; return whether all goals are met."""
    met = True
    for scope, scanned in (("digital", False), ("scanned", True), ("all", None)):
        whole = lists.together(measured, scanned=scanned)
        goals = tuple(listgoals.reached(whole, scope)) if whole.files else ()
        met = met and all(goal.met for goal in goals)
        if json:
            print_json(style_values(whole, split=split, goals=goals))
        elif whole.files:
            _show(whole, goals)
    return met


def _show(style: Style, goals: Sequence[ListGoal] = ()) -> None:
    console.print(
        f"[bold]{shown(style.family)} {shown(style.style)}[/]  {style.files} files, {style.seconds:.2f} s a file",
        soft_wrap=True,
    )
    bounds = {goal.name: goal for goal in goals}
    for name, words in LINES.items():
        share = getattr(style, name)
        if share.n:
            console.print(f"  {words:<20}{share_text(share)}{_goal(bounds.get(name))}", soft_wrap=True)
    if style.extra or "extra" in bounds:
        console.print(f"  {'rows too many':<20}{style.extra:>9}{_goal(bounds.get('extra'))}", soft_wrap=True)


def _goal(goal: ListGoal | None) -> str:
    if goal is None or goal.value is None:
        return ""
    side = "at least" if goal.name in listgoals.LEAST else "at most"
    bound = f"{goal.bound:g}" if goal.name == "extra" else f"{100 * goal.bound:g} %"
    return f"  {'[green]met[/]' if goal.met else '[red]missed[/]'} (goal {side} {bound})"
