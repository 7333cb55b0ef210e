"""Put a running program together: the office, what each room does with a due step, the bell, the worker, the ticker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from outbound import delivering, dispatch, drafts, follower, resends, statuses
from pipeline import broker, jobs, posts, run, ticker, watching
from pipeline.broker import Doorbell
from pipeline.jobs import Handlers, Workplace
from pipeline.office import Office
from pipeline.watching import Watcher


def all_handlers(office: Office) -> Handlers:
    """Return what this program does with each kind of step."""
    courier = delivering.courier_for(office)
    return {
        **run.handlers(office),
        **follower.handlers(office),
        **dispatch.handlers(office, courier),
        **drafts.handlers(office, courier),
        **resends.handlers(office, courier),
        **statuses.handlers(office),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """Workers in this process: ring to wake them, set ``stop`` to let them end after their step."""

    bell: Doorbell
    stop: Event


@contextmanager
def working(office: Office, *, threads: int = 1) -> Iterator[Works]:
    """Work on whatever is due in the background until the block ends.

    Without a Redis URL the bell hangs inside this process; with one, any process that shares it may ring.
    """
    stop = Event()
    # A pretended day stands still: a wait between attempts would never end on it.
    patient = office.settings.today is None
    place = Workplace(engine=office.engine, handlers=all_handlers(office), clock=office.clock, patient=patient)
    bell = broker.hang(broker.connect(office.settings.redis_url), lambda: jobs.work_due(place, stop=stop))
    worker = bell.worker(threads)
    worker.start()
    ticking = Thread(
        target=ticker.run, args=(office.engine, office.clock, bell.ring), kwargs={"stop": stop}, daemon=True
    )
    ticking.start()
    bell.ring()
    try:
        yield Works(bell=bell, stop=stop)
    finally:
        stop.set()
        ticking.join()
        worker.stop()
        bell.broker.close()


@contextmanager
def watching_mailboxes(office: Office, ring: Callable[[], object]) -> Iterator[int]:
    """Watch the mailboxes of the settings until the block ends; yield how many there are."""
    stop = Event()
    watchers = [
        Watcher(office=office, post=one.post, secret=one.secret, ring=ring, stop=stop) for one in posts.watched(office)
    ]
    with watching.watching(watchers):
        yield len(watchers)


def bell_only(office: Office) -> Doorbell:
    """Return the bell for a process that has no workers of its own."""
    return broker.hang(broker.connect(office.settings.redis_url), lambda: None)
