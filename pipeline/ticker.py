"""Ring for whatever is due, and give back what dead or frozen workers hold, whatever the broker lost."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import structlog

from pipeline.jobs import release_dead_workers
from pipeline.records import queue
from pipeline.records.session import DATABASE_UNREACHABLE, Engine, transaction
from pipeline.settings import Clock

log = structlog.get_logger()

PERIOD = 5.0
"""Seconds between rounds: what a lost ring may cost at most."""


def tick(engine: Engine, clock: Clock, ring: Callable[[], object]) -> int:
    """Go one round and return how many steps are due; any number of tickers may run side by side."""
    released = release_dead_workers(engine, clock)
    with transaction(engine) as tx:
        released += queue.release_expired(tx, now=clock.now())
        due = queue.due_count(tx, clock.now())
    if released:
        log.warning("lease.released", steps=released)
    if due:
        ring()
    return due


def run(engine: Engine, clock: Clock, ring: Callable[[], object], *, stop: Event, period: float = PERIOD) -> None:
    """Tick every ``period`` seconds until ``stop`` is set; a database that is away is waited for."""
    while not stop.is_set():
        try:
            tick(engine, clock, ring)
        except DATABASE_UNREACHABLE as error:
            log.error("database.unreachable", error=type(error).__name__)
        stop.wait(period)
