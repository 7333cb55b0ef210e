"""``intake demo``, ``ingest``, ``worker``, ``portal`` and ``up``: do the work."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from socket import socket
from tempfile import mkdtemp
from typing import Annotated, Any

import typer

from pipeline import intake_from
from pipeline.jobs import drain
from pipeline.office import Office
from pipeline.preview import UNREAD_HOLDS
from pipeline.records import queue
from pipeline.records.session import reading
from pipeline.settings import Settings
from portal import wiring
from portal.cli import serving, telling
from portal.cli.equipment import equipped
from portal.cli.output import Problem, complain, console, errors, must_exist, print_json, progress, shown, stoppable

GO_ON = "what came in is kept and no work is lost: the same command goes on from here, so does intake worker"
SAMPLE = Path(__file__).parents[2] / "fixtures" / "mailbox"
SAMPLE_DAY = date(2026, 11, 20)
"""The last day of the sample mailbox; the demonstration happens on it, whatever the calendar says."""
_AT_HOME: dict[str, Any] = {"database_url": "", "archive_url": "", "redis_url": None, "smtp_url": None}
"""A demonstration stays in its folder: it writes to no database of ours and sends no mail, whatever is set."""

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Address = Annotated[str, typer.Option("--listen", help="Where the pages are served.", callback=serving.checked)]
DEFAULT_ADDRESS = "127.0.0.1:8000"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (demo, ingest, watch, worker, portal, up):
        app.command(command.__name__)(command)


def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Serve the pages afterwards.")] = False,
    json: AsJson = False,
    data: Annotated[Path | None, typer.Option(help="Where to keep it; a fresh folder unless given.")] = None,
    listen: Address = DEFAULT_ADDRESS,
) -> None:
    """Do the main job on the sample mailbox in a fresh data folder: records, scores, checklists, mails."""
    folder = data or Path(mkdtemp(prefix="intake-demo-"))
    if data and data.exists() and any(data.iterdir()):
        raise Problem(f"{data} is not empty; name a fresh folder or remove it", exit_code=2)
    with ExitStack() as stack:
        door = stack.enter_context(serving.opened(listen)) if serve else None
        url = serving.address(door) if door else f"http://{listen}"
        settings = serving.reachable(Settings(data=folder, today=SAMPLE_DAY, **_AT_HOME), url)
        office = stack.enter_context(equipped(settings))
        balanced = _demonstrate(office, json=json)
        if door:
            password = telling.demo_reviewer(office)
            errors.print(f"Staff: {serving.address(door)}/staff/  reviewer@intake.example  {password}", soft_wrap=True)
            _serve(office, door)
    raise typer.Exit(0 if balanced else 1)


def _demonstrate(office: Office, *, json: bool) -> bool:
    started = time.perf_counter()
    with stoppable("run intake demo again for a fresh one"):
        unread = _take_in(office, [SAMPLE]).unread
        _work_off(office, quiet=json)
    telling.tell(office, json=json)
    if not json:
        outgoing = shown(office.settings.data / "outgoing")
        console.print(f"\n{time.perf_counter() - started:.1f} s · mails are in {outgoing}", soft_wrap=True)
    return telling.accounting_line(office, json=json) and not unread


def ingest(
    paths: Annotated[
        list[Path], typer.Argument(help="Messages: .eml, .msg, mbox, maildir or folders.", show_default=False)
    ],
    json: AsJson = False,
) -> None:
    """Take messages in for real: store them, create or update submissions, queue and send the answers."""
    must_exist(paths)
    with equipped(Settings()) as office:
        with stoppable(GO_ON):
            taken = _take_in(office, paths)
            _work_off(office, quiet=json)
        unread = taken.unread
        for report in telling.message_lines(office, taken.new):
            unread = unread or report["reason"] in UNREAD_HOLDS
            if json:
                print_json(report)
        if not json:
            console.print(f"{len(taken.new)} new messages")
        balanced = telling.accounting_line(office, json=json)
    raise typer.Exit(0 if balanced and not unread else 1)


def watch() -> None:
    """Watch the mailboxes of the settings until told to stop; a worker elsewhere reads what comes in."""
    with equipped(Settings()) as office:
        if not office.settings.mailboxes:
            raise Problem("no mailbox is set up: intake init asks for one and tests it", exit_code=2)
        bell = wiring.bell_only(office)
        with wiring.watching_mailboxes(office, bell.ring) as mailboxes:
            errors.print(f"watching {mailboxes} mailboxes; stop with Ctrl+C")
            serving.wait()


def worker(threads: Annotated[int, typer.Option(help="Steps worked on side by side.")] = 2) -> None:
    """Work on whatever is due until told to stop."""
    with equipped(Settings()) as office, wiring.working(office, threads=threads):
        errors.print("working; stop with Ctrl+C")
        serving.wait()


def portal(listen: Address = DEFAULT_ADDRESS) -> None:
    """Serve the pages; a worker elsewhere does the work, rung by Redis or its own ticker."""
    with serving.opened(listen) as door, equipped(Settings()) as office:
        bell = wiring.bell_only(office)
        _announce(door)
        serving.serve(office, door, bell.ring if office.settings.redis_url else lambda: None)


def up(listen: Address = DEFAULT_ADDRESS) -> None:
    """Serve the pages, watch the mailboxes and work on whatever is due, in one process."""
    with (
        serving.opened(listen) as door,
        equipped(serving.reachable(Settings(), serving.address(door))) as office,
        wiring.working(office) as works,
        wiring.watching_mailboxes(office, works.bell.ring),
    ):
        _announce(door)
        serving.serve(office, door, works.bell.ring)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came in: the ids of messages never seen before, and whether something could not be read."""

    new: tuple[int, ...]
    unread: bool


def _take_in(office: Office, paths: Sequence[Path]) -> Taken:
    """Receive what the paths hold; what cannot be read is complained about."""
    new, unread = [], False
    for path in paths:
        for arrival in intake_from.folder(office, path):
            if isinstance(arrival, str):
                complain(arrival)
                unread = True
            elif arrival.is_new:
                new.append(arrival.message)
    return Taken(new=tuple(new), unread=unread)


def _work_off(office: Office, *, quiet: bool) -> None:
    """Do everything that is due, in order, in this thread."""
    with reading(office.engine) as tx:
        waiting = queue.due_count(tx, office.clock.now())
    steps = iter(progress(range(waiting), total=waiting, doing="reading mail", quiet=quiet))

    def advance(outcome: object) -> None:
        next(steps, None)

    advance(None)
    drain(office.engine, wiring.all_handlers(office), office.clock, on_step=advance)


def _serve(office: Office, door: socket) -> None:
    with wiring.working(office) as works:
        _announce(door)
        serving.serve(office, door, works.bell.ring)


def _announce(door: socket) -> None:
    errors.print(f"The pages are at {serving.address(door)}/  (Ctrl+C ends)", soft_wrap=True)
