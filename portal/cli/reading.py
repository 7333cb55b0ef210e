"""``intake read`` and ``intake preflight``: look, and store nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import preview
from portal.cli.cards import show_submission
from portal.cli.output import console, must_exist, print_json, progress, shown

Paths = Annotated[list[Path], typer.Argument(help="Files or folders; folders are walked.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show birth dates, licence and social security numbers.")]

MARKS = {"read": "[green]✓[/]", "partial": "[yellow]![/]", "unreadable": "[red]✗[/]"}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("read")(read)
    app.command("preflight")(preflight)


def read(paths: Paths, json: AsJson = False, reveal: Reveal = False) -> None:
    """Show what is in these files: kinds, fields with the place they stood, tables with their proof."""
    must_exist(paths)
    files = preview.files_in(paths)
    clean = True
    with preview.opened() as desk:
        for path in progress(files, total=len(files), doing="reading", quiet=json):
            report = desk.read(path, reveal=reveal)
            clean = clean and report["status"] == "read"
            print_json(report) if json else _show_file(report)
    raise typer.Exit(0 if clean else 1)


def preflight(paths: Paths, json: AsJson = False, reveal: Reveal = False) -> None:
    """Show what would happen to these messages (.eml, .msg, maildir, mbox, folder); nothing is stored or sent."""
    must_exist(paths)
    clean = True
    with preview.opened() as desk:
        for message in progress(desk.messages(paths), total=None, doing="reading", quiet=json):
            report = desk.preflight(message, reveal=reveal)
            clean = clean and preview.wholly_read(message, report)
            print_json(report) if json else _show_message(report)
    raise typer.Exit(0 if clean else 1)


def _show_file(report: dict[str, Any]) -> None:
    reason = f"  [red]{shown(report['reason'])}[/]" if report["reason"] else ""
    console.print(f"{MARKS[report['status']]} [bold]{shown(report['file'])}[/]{reason}")
    for document in report["documents"]:
        first, last = document["pages"]
        inside = f"  [dim]{shown(document['file'])}[/]" if "file" in document else ""
        console.print(
            f"    {document['kind']:<22} pages {first}–{last}  sure {document['confidence']:.2f}  "
            f"{len(document['fields'])} fields  {sum(len(t['rows']) for t in document['tables'])} rows{inside}",
            soft_wrap=True,
        )


def _show_message(report: dict[str, Any]) -> None:
    why = f" ({shown(report['reason'])})" if report["reason"] else ""
    intent = f"  {report['intents'][0]['intent']}" if report["intents"] else ""
    console.print(f"[bold]{shown(report['file'])}[/]  {report['disposition']}{why}{intent}")
    for refused in report["refused"]:
        console.print(f"  [red]✗[/] {shown(refused['file'])}  [red]{shown(refused['reason'])}[/]")
    for document in report["documents"]:
        if document["status"] != "read":
            console.print(f"  {MARKS[document['status']]} {shown(document['file'])}")
    for submission in report["submissions"]:
        show_submission(submission)
