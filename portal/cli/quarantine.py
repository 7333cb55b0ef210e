"""``intake quarantine``: messages that gave up or wait for a person; nothing in it is ever deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import mending
from pipeline.jobs import drain
from pipeline.mending import SET_ASIDE, Bench, PartLine
from pipeline.office import Office
from pipeline.records import ledger
from pipeline.records.ledger import Message
from pipeline.records.session import reading
from pipeline.settings import Settings
from portal import wiring
from portal.cli.equipment import equipped
from portal.cli.output import Problem, console, print_json, shown

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Which = Annotated[int, typer.Argument(help="The id shown by list.")]
CONSOLE = "console"
"""Who did it, as the log tells."""


def list_all(json: AsJson = False) -> None:
    """List the messages that could not be worked on, or that wait for a person."""
    with equipped(Settings()) as office, reading(office.engine) as tx:
        for state in SET_ASIDE:
            for message in ledger.messages_in(tx, state):
                _print(message, json=json)


def show(message: Which, json: AsJson = False) -> None:
    """Show one message: why it was set aside, its parts with what is wrong where, and the repairs worth trying."""
    with equipped(Settings()) as office, _refusals():
        bench = mending.look(office, message)
        with reading(office.engine) as tx:
            attached = ledger.attachments_of(tx, message)
    if json:
        print_json(_plain(bench) | {"attachments": [asdict(one) for one in attached]})
        return
    known = bench.message
    _print(known, json=False)
    console.print(f"        {shown(bench.why)}", soft_wrap=True)
    console.print(f"        from {shown(known.sender or '?')}, received {known.received_at:%Y-%m-%d %H:%M} UTC")
    for part in bench.parts:
        _print_part(part)
    for one in attached:
        if "/" in one.path:
            console.print(f"        {shown(one.path)}  {one.outcome}  {shown(one.reason or '')}")
    _print_repairs(bench)


def repair(message: Which, name: Annotated[str, typer.Argument(help="The repair's name, as show prints it.")]) -> None:
    """Apply a repair and work on the message again; the original stays, and undo takes the repair back."""
    with equipped(Settings()) as office, _refusals():
        number = mending.mend(office, message, name, by=CONSOLE)
        console.print(f"repair {number} is kept beside the original")
        _work(office, message)


def undo(message: Which) -> None:
    """Take the newest repair of a message back and work on it again."""
    with equipped(Settings()) as office, _refusals():
        number = mending.take_back(office, message, by=CONSOLE)
        console.print(f"repair {number} is taken back")
        _work(office, message)


def retry(message: Which) -> None:
    """Work on a message again, with today's code and what is known today."""
    with equipped(Settings()) as office, _refusals():
        mending.retry(office, message, by=CONSOLE)
        _work(office, message)


def discard(message: Which, reason: Annotated[str, typer.Option(prompt=True, help="Why, for the record.")]) -> None:
    """End a message as discarded, with the reason; its bytes stay in the archive."""
    with equipped(Settings()) as office, _refusals():
        mending.discard(office, message, reason, by=CONSOLE)
        _say_where(office, message)


def fixture(
    message: Which,
    path: Annotated[Path, typer.Argument(help="The file to write; it must not exist.", show_default=False)],
    reveal: Annotated[bool, typer.Option("--reveal", help="Leave personal data as it is.")] = False,
) -> None:
    """Write a message as it is read now to a file, for a regression test; what people wrote is overwritten."""
    with equipped(Settings()) as office, _refusals():
        raw = mending.fixture(office, message, reveal=reveal)
    try:
        with path.open("xb") as file:
            file.write(raw)
    except FileExistsError as error:
        raise Problem(f"{path} exists already", exit_code=2) from error
    console.print(f"{len(raw):,} bytes written to {shown(path)}", soft_wrap=True)


COMMANDS: dict[str, Callable[..., Any]] = {
    "list": list_all,
    "show": show,
    "repair": repair,
    "undo": undo,
    "retry": retry,
    "discard": discard,
    "fixture": fixture,
}


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except mending.Refusal as refusal:
        raise Problem(str(refusal), exit_code=2) from refusal


def _work(office: Office, message: int) -> None:
    drain(office.engine, wiring.all_handlers(office), office.clock)
    _say_where(office, message)


def _print(message: Message, *, json: bool) -> None:
    if json:
        print_json({"id": message.id, "state": message.state, "reason": message.reason, "subject": message.subject})
    else:
        reason, subject = shown(message.reason or ""), shown(message.subject)
        console.print(f"{message.id:>6}  {message.state:<8} {reason}  {subject}")


def _print_part(part: PartLine) -> None:
    kind = part.declared if part.real in ("", part.declared) else f"{part.declared}, really {part.real}"
    facts = [kind, part.name, part.charset, part.encoding, f"{part.size:,} bytes" if part.real else "", part.outcome]
    line = "  ".join(shown(fact) for fact in facts if fact)
    console.print(f"        {'  ' * part.depth}{part.number}  {line}", soft_wrap=True)
    for one in part.troubles:
        detail = f" ({shown(one.detail)})" if one.detail else ""
        console.print(f"        {'  ' * part.depth}   ! {one.sentence}{detail}", soft_wrap=True)


def _print_repairs(bench: Bench) -> None:
    if bench.lost:
        console.print(f"        {shown(bench.lost)}", soft_wrap=True)
    for done in bench.history:
        taken_back = ", taken back" if done.undone_at else ""
        console.print(
            f"        repair {done.number}: {shown(done.name)} by {shown(done.by)}{taken_back}", soft_wrap=True
        )
    for offer in bench.offers:
        console.print(f"        intake quarantine repair {bench.message.id} {shown(offer.name)}", soft_wrap=True)
        console.print(f"            {shown(offer.what)}. {shown(offer.change)}", soft_wrap=True)


def _plain(bench: Bench) -> dict[str, Any]:
    message = bench.message
    return {
        "id": message.id,
        "state": message.state,
        "reason": message.reason,
        "subject": message.subject,
        "why": bench.why,
        "parts": [asdict(part) for part in bench.parts],
        "repairs": [asdict(offer) for offer in bench.offers],
        "done": [
            {"number": one.number, "name": one.name, "by": one.by, "undone": one.undone_at is not None}
            for one in bench.history
        ],
    }


def _say_where(office: Office, message: int) -> None:
    with reading(office.engine) as tx:
        after = ledger.message_by_id(tx, message)
    now = f"{after.state}: {shown(after.reason or '')}" if after else "gone"
    console.print(f"message {message} is now {now}")
