"""``intake demo``, ``ingest``, ``worker``, ``portal`` and ``up``: do the work."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from threading import Event
from typing import Annotated

import typer

from pipeline import intake_from
from pipeline.jobs import drain
from pipeline.office import Office, open_office
from pipeline.records import queue
from pipeline.records.session import reading
from pipeline.settings import Settings
from portal import wiring
from portal.cli import telling
from portal.cli.output import Problem, console, print_json, progress

SAMPLE = Path(__file__).parents[2] / "fixtures" / "mailbox"
SAMPLE_DAY = date(2026, 11, 20)
"""The last day of the sample mailbox; the demonstration happens on it, whatever the calendar says."""

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Address = Annotated[str, typer.Option("--listen", help="Where the pages are served.")]
DEFAULT_ADDRESS = "127.0.0.1:8000"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (demo, ingest, worker, portal, up):
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
    started = time.perf_counter()
    settings = Settings(data=folder, today=SAMPLE_DAY, public_url=f"http://{listen}")
    with open_office(settings) as office:
        _take_in(office, [SAMPLE], quiet=json)
        _work_off(office, quiet=json)
        telling.tell(office, json=json)
        if not json:
            console.print(f"\n{time.perf_counter() - started:.1f} s · mails are in {folder / 'outgoing'}")
        balanced = telling.accounting_line(office, json=json)
        if serve:
            password = telling.demo_reviewer(office)
            console.print(f"Staff: http://{listen}/staff/  reviewer@intake.example  {password}")
            _serve(office, listen)
    raise typer.Exit(0 if balanced else 1)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Messages: .eml, mbox, maildir or folders.", show_default=False)],
    json: AsJson = False,
) -> None:
    """Take messages in for real: store them, create or update submissions, queue and send the answers."""
    for path in paths:
        if not path.exists():
            raise Problem(f"there is no file or folder {path}", exit_code=2)
    with open_office(Settings()) as office:
        new = _take_in(office, paths, quiet=json)
        _work_off(office, quiet=json)
        if json:
            for report in telling.message_lines(office, new):
                print_json(report)
        else:
            console.print(f"{len(new)} new messages")
        balanced = telling.accounting_line(office, json=json)
    raise typer.Exit(0 if balanced else 1)


def worker(threads: Annotated[int, typer.Option(help="Steps worked on side by side.")] = 2) -> None:
    """Work on whatever is due until told to stop."""
    stop = Event()
    with open_office(Settings()) as office, wiring.working(office, threads=threads):
        console.print("working; stop with Ctrl+C")
        wiring.wait_for_signal(stop)


def portal(listen: Address = DEFAULT_ADDRESS) -> None:
    """Serve the pages; a worker elsewhere does the work, rung by Redis or its own ticker."""
    with open_office(Settings()) as office:
        bell = wiring.bell_only(office)
        _run_server(office, listen, bell.ring if office.settings.redis_url else lambda: None)


def up(listen: Address = DEFAULT_ADDRESS) -> None:
    """Serve the pages and work on whatever is due, in one process on the embedded defaults."""
    with open_office(Settings(public_url=f"http://{listen}")) as office:
        _serve(office, listen)


def _take_in(office: Office, paths: list[Path], *, quiet: bool) -> list[int]:
    """Receive what the paths hold; return the ids of messages never seen before."""
    new = []
    for path in paths:
        for arrival in intake_from.folder(office, path):
            if isinstance(arrival, str):
                console.print(f"[yellow]![/] {arrival}")
            elif arrival.is_new:
                new.append(arrival.message)
    return new


def _work_off(office: Office, *, quiet: bool) -> None:
    """Do everything that is due, in order, in this thread."""
    with reading(office.engine) as tx:
        waiting = queue.due_count(tx, office.clock.now())
    steps = iter(progress(range(waiting), total=waiting, doing="reading mail", quiet=quiet))

    def advance(outcome: object) -> None:
        next(steps, None)

    advance(None)
    drain(office.engine, wiring.all_handlers(office), office.clock, on_step=advance)


def _serve(office: Office, listen: str) -> None:
    with wiring.working(office) as works:
        console.print(f"The pages are at http://{listen}/  (Ctrl+C ends)")
        _run_server(office, listen, works.bell.ring)


def _run_server(office: Office, listen: str, ring: Callable[[], object]) -> None:
    import uvicorn

    from portal.app import create_app

    host, _, port = listen.rpartition(":")
    uvicorn.run(create_app(office, ring), host=host or "127.0.0.1", port=int(port), log_level="warning")
