"""Put the commands together; errors end in one sentence and an exit code, never in a traceback without ``--debug``."""

from __future__ import annotations

import sys

import typer

from pipeline import log
from portal.cli import administering, reading, running
from portal.cli.output import Problem

INTRODUCTION = """\
[bold]intake[/] reads commercial insurance submissions from mail and answers with one precise checklist.

  intake demo --serve      the whole job on the sample mailbox, then the pages
  intake preflight PATH    what would happen to these messages; nothing is stored or sent
  intake doctor            check this installation, with the fix for what is wrong
"""

app = typer.Typer(
    name="intake",
    help="Read commercial insurance submissions from mail; answer with one precise checklist.",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """Say what this is when no command is given."""
    if context.invoked_subcommand is None:
        from rich.console import Console

        Console().print(INTRODUCTION)


reading.register(app)
running.register(app)
administering.register(app)


def main() -> None:
    """Run the command line.

    Exit codes: 0 done, 1 done with problems named, 2 wrong use.
    """
    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    log.configure(as_json=not sys.stderr.isatty(), level="debug" if debug else "warning")
    try:
        app()
    except Problem as problem:
        if debug:
            raise
        typer.echo(f"intake: {problem}", err=True)
        sys.exit(problem.exit_code)
    except KeyboardInterrupt:
        typer.echo("intake: stopped; run the same command again to go on where it was", err=True)
        sys.exit(130)
