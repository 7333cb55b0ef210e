"""``intake explain``, ``place``, ``move``, ``merge``, ``undo``: why mail is where it is, and putting it right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from pipeline import explaining, regrouping, run
from pipeline.jobs import drain
from pipeline.office import Office
from pipeline.records import correspondence, ledger, submissions
from pipeline.records.session import RecordsError, Transaction, reading, transaction
from pipeline.records.submissions import Submission
from pipeline.settings import Settings
from portal import wiring
from portal.cli.equipment import equipped
from portal.cli.output import Problem, console, shown

BY = "console"
NEW = "new"
Which = Annotated[int, typer.Argument(help="The id of the message.")]
Ref = Annotated[str, typer.Argument(help="The number of the submission.")]
Target = Annotated[str, typer.Argument(help=f"The number of the submission it belongs to, or {NEW!r}.")]
Why = Annotated[str, typer.Option("--reason", prompt="Why", help="Why, for the record.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("explain")(explain)
    app.command("place")(place)
    app.command("move")(move)
    app.command("merge")(merge)
    app.command("undo")(undo)


def explain(message: Which) -> None:
    """Say why a message went where it went: one sentence, and every submission that was weighed with its keys."""
    with equipped(Settings()) as office, reading(office.engine) as tx:
        if ledger.message_by_id(tx, message) is None:
            raise Problem(f"there is no message {message}", exit_code=2)
        told = explaining.placings_of(tx, message, correspondence.submissions_about(tx, message))
        if not told:
            console.print(f"message {message} was not weighed: nothing of it asked for a record")
        for one in told:
            console.print(shown(str(one["sentence"])))
            for candidate in one.get("candidates", ()):
                console.print(f"  {shown(explaining.weighed_words(candidate))}")


def place(message: Which, ref: Ref) -> None:
    """File a message that waits for a person to a submission."""
    with equipped(Settings()) as office:
        with _refusals():
            there = run.place(office, message, ref, by=BY)
        _work_off(office)
        console.print(f"message {message} is filed to {there}")


def move(message: Which, source: Ref, target: Target, reason: Why) -> None:
    """Move a message with its documents, words and answers from one submission to another, or to a new one."""
    with equipped(Settings()) as office:
        with transaction(office.engine) as tx, _refusals():
            one = _known(tx, source)
            if target.lower() == NEW:
                kept, ref = regrouping.split(office, tx, message, one.id, by=BY, reason=reason)
            else:
                ref = _known(tx, target).ref
                kept = regrouping.move(office, tx, message, one.id, _known(tx, target).id, by=BY, reason=reason)
        _work_off(office)
        console.print(f"message {message} is on {ref} now; take it back with: intake undo {kept}")


def merge(source: Ref, target: Ref, reason: Why) -> None:
    """Make a submission part of another; its number, reply address and links lead there."""
    with equipped(Settings()) as office:
        with transaction(office.engine) as tx, _refusals():
            one, other = _known(tx, source), _known(tx, target)
            kept = regrouping.merge(office, tx, one.id, other.id, by=BY, reason=reason)
        _work_off(office)
        console.print(f"{one.ref} is part of {other.ref} now; take it back with: intake undo {kept}")


def undo(number: Annotated[int, typer.Argument(help="The number that the move gave.")]) -> None:
    """Take a move or a merging back; both submissions are decided anew."""
    with equipped(Settings()) as office:
        with transaction(office.engine) as tx, _refusals():
            regrouping.undo(office, tx, number, by=BY)
        _work_off(office)
        console.print(f"move {number} is taken back")


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what the records refuse into one sentence for the person at the console."""
    try:
        yield
    except RecordsError as error:
        raise Problem(str(error), exit_code=2) from error


def _known(tx: Transaction, ref: str) -> Submission:
    found = submissions.by_ref(tx, ref)
    if found is None:
        raise Problem(f"there is no submission {ref}", exit_code=2)
    return submissions.standing(tx, found.id)


def _work_off(office: Office) -> None:
    drain(office.engine, wiring.all_handlers(office), office.clock)
