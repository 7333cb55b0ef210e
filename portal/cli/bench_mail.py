"""``intake bench mail``: what is made of mail itself, against made mails whose truth is known."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.measuring import mail
from pipeline.measuring.intervals import Share
from pipeline.measuring.measures import Measure
from portal import wiring
from portal.cli.bench import bench, share_text
from portal.cli.output import Problem, chosen_of, console, print_json, shown

WIDTH = 46


def register() -> None:
    """Add the command of this module to ``intake bench``."""
    bench.command("mail")(read_mail)


def read_mail(
    part: Annotated[list[str] | None, typer.Option(help="machine, hostile, who, intents or record.")] = None,
    split: Annotated[str, typer.Option(help="Which made mails: test or tune.")] = "test",
    count: Annotated[int, typer.Option(min=0, help="Mails of each part; 0 for as many as its goal speaks of.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Screen, unwind, judge and file made mails, and show what went wrong beside the goals.

    Exit code 1 when a goal is missed. Shares stand with their n and 95 % interval.
    """
    chosen = chosen_of("split", split, mail.SPLITS)
    parts = [chosen_of("part", name, tuple(mail.PARTS)) for name in part or mail.PARTS]
    met = True
    for name in parts:
        usual, measure = mail.PARTS[name]
        try:
            found = measure(chosen, count or usual, wiring.all_handlers)
        except ImportError as error:
            raise Problem("made mails lie beside the source; run this from a checkout") from error
        if not json:
            console.print(f"[bold]{shown(name)}[/]")
        for one in found:
            print_json({"part": name, "split": chosen} | one.values()) if json else _show(one)
        met = met and all(one.met for one in found)
    raise typer.Exit(0 if met else 1)


def _show(one: Measure) -> None:
    told = share_text(one.found) if isinstance(one.found, Share) else f"{one.found:>9.3f}"
    console.print(f"  {shown(one.name):<{WIDTH}}{told}{_goal(one)}", soft_wrap=True)


def _goal(one: Measure) -> str:
    if one.goal is None:
        return ""
    side = "at least" if one.least else "at most"
    return f"  {'[green]met[/]' if one.met else '[red]missed[/]'} (goal {side} {one.goal:g})"
