"""The doorbell: dramatiq tells workers that something is due; what is due stands in SQL and nowhere else.

Losing every ring costs one round of the ticker and no work. Delayed messages, retries and time limits of dramatiq are
not used: they lose or double work when a process dies, and cannot stop code that is busy in C.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dramatiq
import structlog
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import BrokerConnectionError
from redis.exceptions import RedisError

log = structlog.get_logger()

QUEUE = "intake"
HEARTBEAT_TIMEOUT = 10_000
"""Milliseconds until a silent worker counts as dead; the default of 60,000 left its messages for over 400 s."""
MAINTENANCE_CHANCE = 1_000_000
"""Of 1,000,000: look for dead workers with every command."""
WORKER_TIMEOUT = 100
"""Milliseconds between looks at an empty queue: 50 picks up in 14 ms for 7 % of a core, 200 in 136 ms for 2.6 %."""


@dataclass(frozen=True, slots=True)
class Doorbell:
    """A broker with the one actor it knows."""

    broker: dramatiq.Broker
    actor: dramatiq.Actor[[], None]

    def ring(self) -> bool:
        """Wake a worker and return whether the broker took it; when it did not, the ticker rings again."""
        if isinstance(self.broker, StubBroker) and not self.broker.queues[QUEUE].empty():
            return True
        try:
            self.actor.send()
        except (BrokerConnectionError, RedisError) as error:
            log.warning("bell.unreachable", error=type(error).__name__)
            return False
        return True

    def worker(self, threads: int) -> dramatiq.Worker:
        """Return a worker of this process; the caller starts and stops it."""
        return dramatiq.Worker(self.broker, worker_threads=threads, worker_timeout=WORKER_TIMEOUT)


def connect(redis_url: str | None) -> dramatiq.Broker:
    """Return the Redis broker of that URL, or one inside this process."""
    if redis_url is None:
        return StubBroker(middleware=[])
    return RedisBroker(  # type: ignore[no-untyped-call]
        url=redis_url,
        middleware=[],
        heartbeat_timeout=HEARTBEAT_TIMEOUT,
        maintenance_chance=MAINTENANCE_CHANCE,
    )


def hang(broker: dramatiq.Broker, answer: Callable[[], object]) -> Doorbell:
    """Declare the one actor: a ring makes a worker call ``answer``, which does whatever is due."""

    def work_due() -> None:
        answer()

    declare = dramatiq.actor(broker=broker, queue_name=QUEUE, actor_name="work_due")
    return Doorbell(broker, declare(work_due))
