"""``intake quarantine``: messages that gave up or wait for a person; nothing in it is ever deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import typer

from pipeline import events
from pipeline.jobs import drain
from pipeline.office import Office
from pipeline.reception import READ_AND_FILE
from pipeline.records import ledger, queue
from pipeline.records.ledger import Message
from pipeline.records.session import Transaction, reading, transaction
from pipeline.settings import Settings
from portal import wiring
from portal.cli.equipment import equipped
from portal.cli.output import Problem, console, print_json, shown

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Which = Annotated[int, typer.Argument(help="The id shown by list.")]
SET_ASIDE: tuple[Literal["shunted"], Literal["held"]] = ("shunted", "held")


def list_all(json: AsJson = False) -> None:
    """List the messages that could not be worked on, or that wait for a person."""
    with equipped(Settings()) as office, reading(office.engine) as tx:
        for state in SET_ASIDE:
            for message in ledger.messages_in(tx, state):
                _print(message, json=json)


def show(message: Which, json: AsJson = False) -> None:
    """Show one message: who sent it, when, why it was set aside, and what was attached."""
    with equipped(Settings()) as office, reading(office.engine) as tx:
        known = _known(tx, message)
        _print(known, json=json)
        if not json:
            console.print(f"        from {shown(known.sender or '?')}, received {known.received_at:%Y-%m-%d %H:%M} UTC")
            for one in ledger.attachments_of(tx, message):
                console.print(f"        {shown(one.name)}  {one.outcome}  {shown(one.reason or '')}")


def retry(message: Which) -> None:
    """Work on a message again, with today's code and what is known today."""
    with equipped(Settings()) as office:
        with transaction(office.engine) as tx:
            _known(tx, message)
            ledger.begin_message(tx, message)
            queue.enqueue(tx, READ_AND_FILE, message, due_at=office.clock.now())
        drain(office.engine, wiring.all_handlers(office), office.clock)
        _say_where(office, message)


def discard(message: Which, reason: Annotated[str, typer.Option(prompt=True, help="Why, for the record.")]) -> None:
    """End a message as discarded, with the reason; its bytes stay in the archive."""
    with equipped(Settings()) as office:
        with transaction(office.engine) as tx:
            _known(tx, message)
            now = office.clock.now()
            ledger.finish_message(tx, message, "discarded", f"by hand: {reason}", at=now)
            payload = {"message": message, "reason": reason}
            events.append(tx, events.message_stream(message), "message.discarded", payload, actor="console", at=now)
        _say_where(office, message)


COMMANDS: dict[str, Callable[..., Any]] = {"list": list_all, "show": show, "retry": retry, "discard": discard}


def _known(tx: Transaction, message: int) -> Message:
    known = ledger.message_by_id(tx, message)
    if known is None or known.state not in SET_ASIDE:
        raise Problem(f"message {message} is not in quarantine", exit_code=2)
    return known


def _print(message: Message, *, json: bool) -> None:
    if json:
        print_json({"id": message.id, "state": message.state, "reason": message.reason, "subject": message.subject})
    else:
        reason, subject = shown(message.reason or ""), shown(message.subject)
        console.print(f"{message.id:>6}  {message.state:<8} {reason}  {subject}")


def _say_where(office: Office, message: int) -> None:
    with reading(office.engine) as tx:
        after = ledger.message_by_id(tx, message)
    now = f"{after.state}: {shown(after.reason or '')}" if after else "gone"
    console.print(f"message {message} is now {now}")
