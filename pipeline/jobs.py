"""Do what is due: claim a step from SQL, run its handler, complete it or give it back.

Handlers are passed in by whoever puts the program together, one for each kind of step; they open their own
transactions and get ids only. A step of an unknown kind is left for a worker that knows it.
"""

from __future__ import annotations

import os
import socket
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Final, Literal

import structlog

from pipeline.records import queue
from pipeline.records.queue import Step
from pipeline.records.session import Engine, LeaseLost, transaction
from pipeline.settings import Clock

log = structlog.get_logger()

COMPLETED: Final = "completed"
"""What a handler returns that completed its step itself, in the transaction of its effects."""

Handler = Callable[[Step], object]
Handlers = Mapping[str, Handler]


class NotYet(Exception):
    """What a step needs is still in another worker's hands; it costs no attempt and is due again after ``wait``."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"due again in {wait}")
        self.wait = wait


Outcome = Literal["done", "due", "dead", "lost"]


def owner_name() -> str:
    """Return ``host:pid:start`` of this process; the start tells it from a later process with the same number."""
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_started(pid)}"


def is_alive(owner: str) -> bool:
    """Return whether that owner may still be at work; of other machines nothing is known, so they count as alive."""
    host, pid, started = owner.rsplit(":", 2)
    return host != socket.gethostname() or _started(int(pid)) == started


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What one worker works with. ``patient`` waits between attempts; runs that nobody waits beside do not."""

    engine: Engine
    handlers: Handlers
    clock: Clock
    owner: str = field(default_factory=owner_name)
    patient: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """How many steps ended how."""

    done: int = 0
    failed: int = 0
    dead: int = 0


def work_one(place: Workplace) -> Outcome | None:
    """Claim and run one step; return how it ended, or None when nothing is due."""
    with transaction(place.engine) as tx:
        step = queue.claim(tx, place.owner, place.clock.now(), tuple(place.handlers))
    if step is None:
        return None
    try:
        if place.handlers[step.kind](step) != COMPLETED:
            with transaction(place.engine) as tx:
                queue.complete(tx, step)
    except NotYet as pause:
        with transaction(place.engine) as tx:
            queue.postpone(tx, step, place.clock.now() + pause.wait)
        return "due"
    except LeaseLost:
        log.warning("step.lost", step=step.id, kind=step.kind)
        return "lost"
    except Exception as error:
        return _failed(place, step, error)
    except BaseException:
        # Asked to stop: the step is not to blame and keeps its attempts.
        with transaction(place.engine) as tx:
            queue.give_back(tx, step)
        raise
    return "done"


def work_due(
    place: Workplace, *, stop: Event | None = None, on_step: Callable[[Outcome], None] | None = None
) -> Worked:
    """Work until nothing is due or ``stop`` is set, and return how the steps ended."""
    ended: Counter[str] = Counter()
    while not (stop and stop.is_set()):
        outcome = work_one(place)
        if outcome is None:
            break
        ended[outcome] += 1
        if on_step:
            on_step(outcome)
    return Worked(done=ended["done"], failed=ended["due"] + ended["lost"], dead=ended["dead"])


def drain(
    engine: Engine, handlers: Handlers, clock: Clock, *, on_step: Callable[[Outcome], None] | None = None
) -> Worked:
    """Do everything that is due in this thread, in order, failed steps again at once; return how the steps ended."""
    release_dead_workers(engine, clock)
    return work_due(Workplace(engine=engine, handlers=handlers, clock=clock, patient=False), on_step=on_step)


def release_dead_workers(engine: Engine, clock: Clock) -> int:
    """Give back the steps that dead processes of this machine held; return how many."""
    with transaction(engine) as tx:
        return queue.release_dead(tx, f"{socket.gethostname()}:", is_alive, now=clock.now())


def _failed(place: Workplace, step: Step, error: Exception) -> Outcome:
    reason = where(error)
    log.error("step.failed", step=step.id, kind=step.kind, attempt=step.attempts, reason=reason, frames=_frames(error))
    log.debug("step.traceback", step=step.id, exc_info=error)
    with transaction(place.engine) as tx:
        return "dead" if queue.fail(tx, step, reason, now=place.clock.now(), patient=place.patient) == "dead" else "due"


def where(error: Exception) -> str:
    """Return the class of an exception and its place; its message may quote a document and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def _frames(error: Exception) -> list[str]:
    """Return where an exception came from, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def _started(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "gone"
    # Fields 3 and 22, counted behind the command name, which may hold blanks and brackets itself.
    fields = stat.rpartition(")")[2].split()
    return "gone" if fields[0] == "Z" else fields[19]
