"""The product's own road, with the processor time of each stage and of the processes that read the files."""

from __future__ import annotations

import dataclasses
import importlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from statistics import median
from typing import Any

from intake.archive import FolderArchive
from parsers import registry
from parsers.limits import Limits
from parsers.sandbox import Sandbox
from parsers.sniff import sniff
from pipeline import jobs
from pipeline.office import Office, open_office
from pipeline.reception import receive
from pipeline.settings import Settings
from portal import wiring
from tests.bench.cpu import Stopwatch, cost, descendants, of_others
from tests.bench.mails import Measured

TODAY = "2026-11-20"
EMPTY = "empty.db"
REST = "database"
"""The stage of all that is not another stage: the ledger, the queue, filing, facts, events."""

STAGES: Mapping[str, tuple[str, ...]] = {
    "mime and unpacking": (
        "intake.mime.parse",
        "intake.screen.screen",
        "intake.unpack.unpack",
        "intake.forwards.unwind",
        "intake.threads.keys",
        "intake.links.cloud_links",
    ),
    "reading files": ("parsers.sandbox.Sandbox.read_all",),
    "classifying": ("classifiers.pages.classify", "classifiers.intents.judge", "classifiers.lines.judge"),
    "extracting": (
        "parsers.extract.extract",
        "parsers.extract.filled_ratio",
        "parsers.extract.prose.read",
        "parsers.extract.prose.numbered_answers",
        "parsers.extract.prose.declared_attachments",
    ),
    "deciding": ("pipeline.deciding.decide", "outbound.checklist.revise", "outbound.policy.judge"),
    "composing": ("outbound.dispatch.render",),
}
"""Stage → the functions it consists of. Time inside one of them that belongs to another stage counts for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Processor and wall seconds of one mail: by stage, in the children that read, and altogether."""

    stages: Mapping[str, float]
    children: float
    wall: float

    @property
    def total(self) -> float:
        """Return all processor seconds, the children's included."""
        return sum(self.stages.values()) + self.children


@contextmanager
def ready(folder: Path) -> Iterator[Office]:
    """Open an installation; its empty database is kept beside, to begin every run with."""
    with open_office(Settings(data=folder, today=TODAY, secret="bench")) as office:  # type: ignore[arg-type]
        _copy(folder / "intake.db", folder / EMPTY)
        yield office


def whole_mail(office: Office, mail: Measured, *, runs: int) -> Cost:
    """Return what one mail costs from the raw bytes to the checklist on disk: medians, each run in a fresh database.

    The children's time is the mean of all runs: the kernel tells it in ticks only.
    """
    _run(office, mail, Stopwatch())
    before = of_others(descendants(os.getpid()))
    watches = [_run(office, mail, Stopwatch()) for _ in range(runs)]
    children = (of_others(descendants(os.getpid())) - before) / runs
    stages = {name: median(watch.spent.get(name, 0.0) for watch, _ in watches) for name in (*STAGES, REST)}
    return Cost(stages=stages, children=children, wall=median(wall for _, wall in watches))


def isolation(sandbox: Sandbox, mail: Measured, *, runs: int) -> tuple[float, float]:
    """Return the processor seconds of reading the mail's files in this process, and in children."""
    inside = sum(cost(lambda made=made: _read_here(made.content), runs=runs) for made in mail.files)
    files = [(made.content, made.filename, made.media_type) for made in mail.files]
    sandbox.read_all(files)
    before = of_others(descendants(os.getpid())) + time.process_time()
    for _ in range(runs):
        sandbox.read_all(files)
    return inside, (of_others(descendants(os.getpid())) + time.process_time() - before) / runs


def _read_here(content: bytes) -> Any:
    reader: Any = importlib.import_module(registry.READERS[sniff(content)][0])
    return reader.read(content, "file", Limits(cpu_seconds=1_000_000))


def _run(office: Office, mail: Measured, watch: Stopwatch) -> tuple[Stopwatch, float]:
    data = office.settings.data
    _copy(data / EMPTY, data / "intake.db")
    with tempfile.TemporaryDirectory(prefix="intake-bench-") as name:
        # The engine stays, with the statements it has compiled, as it does in a worker.
        fresh = dataclasses.replace(office, archive=FolderArchive(name))
        handlers = wiring.all_handlers(fresh)
        with _timed(watch):
            started = time.perf_counter()
            with watch.stage(REST):
                receive(fresh, raw=mail.raw, source="bench", key=mail.name)
                done = jobs.drain(fresh.engine, handlers, fresh.clock)
            wall = time.perf_counter() - started
    if done.failed or done.dead:
        raise RuntimeError(f"{mail.name}: {done}")
    return watch, wall


def _copy(source: Path, target: Path) -> None:
    """Make one database file the same as another, whoever has it open."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


@contextmanager
def _timed(watch: Stopwatch) -> Iterator[None]:
    """Time the functions of all stages until the block ends."""
    with ExitStack() as stack:
        for stage, names in STAGES.items():
            for name in names:
                owner, attribute = _owner(name)
                original = getattr(owner, attribute)
                setattr(owner, attribute, _counted(original, watch, stage))
                stack.callback(setattr, owner, attribute, original)
        yield


def _counted(call: Callable[..., Any], watch: Stopwatch, stage: str) -> Callable[..., Any]:
    @wraps(call)
    def counted(*arguments: Any, **named: Any) -> Any:
        with watch.stage(stage):
            return call(*arguments, **named)

    return counted


def _owner(name: str) -> tuple[Any, str]:
    path, _, attribute = name.rpartition(".")
    try:
        return importlib.import_module(path), attribute
    except ModuleNotFoundError:
        module, _, kind = path.rpartition(".")
        return getattr(importlib.import_module(module), kind), attribute
