"""``intake senders``: mail whose sender is in doubt, and the word of one of us on it."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Annotated, Any

import typer

from pipeline import confirming
from pipeline.jobs import drain
from pipeline.records import ledger, senders
from pipeline.records.session import RecordsError, reading, transaction
from pipeline.settings import Settings
from portal import wiring
from portal.cli.equipment import equipped
from portal.cli.output import Problem, console, print_json, shown

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Which = Annotated[int, typer.Argument(help="The id of the message, as list shows it.")]
From = Annotated[str, typer.Option("--from", help="The address it is really from, where that is another one.")]
By = Annotated[str, typer.Option(help="Who says so, for the record; the account you are logged in with if not given.")]


def list_all(json: AsJson = False) -> None:
    """List the messages whose sender is in doubt; nothing answers them until one of us says who they are from."""
    with equipped(Settings()) as office, reading(office.engine) as tx:
        for check in senders.waiting(tx):
            message = ledger.message_by_id(tx, check.message_id)
            told = {"message": check.message_id, "author": check.author, "verdict": check.verdict}
            doubts = [*check.warnings, *check.evidence]
            if json:
                print_json({**told, "state": message.state if message else "gone", "doubts": doubts})
                continue
            console.print(f"{check.message_id:>6}  {check.verdict:<10} {shown(check.author or '?')}")
            for doubt in doubts:
                console.print(f"        {shown(doubt)}")


def confirm(message: Which, real: From = "", by: By = "") -> None:
    """Say that a message is from whom it says; what waited for that goes on, and its answer goes out once."""
    if real and "@" not in real:
        raise Problem(f"{real} is no address", exit_code=2)
    with equipped(Settings()) as office:
        try:
            with transaction(office.engine) as tx:
                confirming.confirm(office, tx, message, by=f"console:{by or getpass.getuser()}", said=real or None)
        except RecordsError as error:
            raise Problem(str(error), exit_code=2) from error
        drain(office.engine, wiring.all_handlers(office), office.clock)
        with reading(office.engine) as tx:
            after = ledger.message_by_id(tx, message)
    console.print(f"✓ message {message} is {after.state if after else 'gone'}")


COMMANDS: dict[str, Callable[..., Any]] = {"list": list_all, "confirm": confirm}
