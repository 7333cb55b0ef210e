"""How the command line speaks: JSON lines for programs, short lines for people, progress only on a terminal."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

T = TypeVar("T")
Choice = TypeVar("Choice", bound=str)
STOPPED = 130
"""Exit code of a command that was stopped from the keyboard."""

console = Console(highlight=False, emoji=False)
errors = Console(stderr=True, highlight=False, emoji=False)

UNPRINTABLE = frozenset({"Cc", "Cf", "Cs"})
"""Categories of characters that steer a terminal, turn text around, or cannot be written at all."""


class Problem(Exception):
    """Something a person has to know and can mend; shown as one sentence."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def chosen_of(noun: str, name: str, choices: Sequence[Choice]) -> Choice:
    """Return the choice of that name; raise a Problem of wrong use that names all of them where there is none."""
    for choice in choices:
        if name == choice:
            return choice
    raise Problem(f"there is no {noun} {name}; there are {', '.join(choices)}", exit_code=2)


def plain(value: object) -> str:
    """Return foreign text on one line, without the characters that steer a terminal; nothing at all is a dash."""
    text = "–" if value is None else str(value)
    return text if text.isprintable() else "".join(map(_harmless, text))


def shown(value: object) -> str:
    """Return foreign text as it may stand in printed markup: it prints itself and nothing else."""
    return escape(plain(value))


def _harmless(character: str) -> str:
    if character.isspace():
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in UNPRINTABLE else character


def must_exist(paths: Iterable[Path]) -> None:
    """Refuse a path that is not there. A link to nothing is, and so may be one that we are not let near."""
    for path in paths:
        try:
            path.lstat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise Problem(f"there is no file or folder {path}", exit_code=2) from error
        except OSError:
            continue


@contextmanager
def stoppable(advice: str) -> Iterator[None]:
    """Say how to go on when somebody stops us with Ctrl+C."""
    try:
        yield
    except KeyboardInterrupt as stop:
        raise Problem(f"stopped; {advice}", exit_code=STOPPED) from stop


def complain(problem: object) -> None:
    """Say what is wrong on standard error, in one line."""
    sys.stderr.write(f"intake: {plain(problem)}\n")


def print_json(value: Mapping[str, Any]) -> None:
    """Print one object on one line. A name that is no text (broken bytes of a file name) stays what it was."""
    line = json.dumps(value, ensure_ascii="utf" not in (sys.stdout.encoding or "").lower())
    # Lone halves of characters cannot be encoded; as a JSON escape they can.
    sys.stdout.write(line.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stdout.flush()


def progress(items: Iterable[T], *, total: int | None, doing: str, quiet: bool = False) -> Iterator[T]:
    """Yield the items, with a bar on standard error when a person is watching; ``total`` is None when unknown."""
    if quiet or not errors.is_terminal:
        yield from items
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task(doing, total=total)
        for item in items:
            yield item
            bar.advance(task)
