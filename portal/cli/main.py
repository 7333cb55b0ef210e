"""Put the commands together; errors end in one sentence and an exit code, never in a traceback without ``--debug``."""

from __future__ import annotations

import io
import sys
import traceback
from pathlib import Path
from types import TracebackType

import typer

from pipeline import log, troubles
from portal.cli import administering, bench, bench_lists, bench_mail, reading, regrouping, running, setting_up
from portal.cli.output import STOPPED, Problem, complain, console

TOLD: tuple[type[Exception], ...] = (Problem, *troubles.KNOWN)
INTRODUCTION = """\
[bold]intake[/] reads commercial insurance submissions from mail and answers with one precise checklist.

  intake demo --serve      the whole job on the sample mailbox, then the pages
  intake init              set a mailbox up, tried live
  intake preflight PATH    what would happen to these messages; nothing is stored or sent
  intake doctor            check this installation, with the fix for what is wrong
"""

app = typer.Typer(
    name="intake",
    help="Read commercial insurance submissions from mail; answer with one precise checklist.",
    epilog="--debug, anywhere on the line, shows where an error came from.",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """Say what this is when no command is given."""
    if context.invoked_subcommand is None:
        console.print(INTRODUCTION)


reading.register(app)
running.register(app)
administering.register(app)
regrouping.register(app)
setting_up.register(app)
bench.register(app)
bench_lists.register()
bench_mail.register()


def main() -> None:
    """Run the command line.

    Exit codes: 0 done, 1 done with problems named, 2 wrong use, 130 stopped from the keyboard.
    """
    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    else:
        sys.excepthook = last_word
    _print_anything()
    log.configure(as_json=not sys.stderr.isatty(), level="debug" if debug else "warning")
    # Not app(): that puts a hook of its own in the place of ours.
    command = typer.main.get_command(app)
    try:
        command(prog_name="intake")
    except TOLD as error:
        problem = _problem(error)
        if debug or problem is None:
            raise
        complain(problem)
        sys.exit(problem.exit_code)
    except SystemExit as end:
        # Typer ends so, without a word, when it is stopped from the keyboard.
        if end.code == STOPPED:
            complain("stopped")
        raise


def _problem(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    trouble = troubles.told(error)
    return Problem(trouble.sentence, trouble.exit_code) if trouble else None


def last_word(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in one line that we failed; the words of the error may quote a document or a person and are left out."""
    frames = traceback.extract_tb(trace)[-1:]
    place = "".join(f" in {Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    complain(f"internal error ({kind.__name__}{place}); run again with --debug")


def _print_anything() -> None:
    """A terminal that does not know a character shows its number; it is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
