"""Due work is done once whatever dies on the way, and the broker only rings."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from servers import running, start_redis

from pipeline import broker, jobs, ticker
from pipeline.broker import Doorbell
from pipeline.jobs import Handlers, Worked, Workplace
from pipeline.records import ledger, queue
from pipeline.records.queue import Step
from pipeline.records.session import Engine, reading, transaction
from pipeline.settings import FixedClock, SystemClock

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CLOCK = FixedClock(NOW)
ROOT = Path(__file__).parents[2]

DIE_AT_WORK = """
import os, signal, sys
from pipeline.jobs import Workplace, work_one
from pipeline.records.session import open_engine
from pipeline.settings import SystemClock
handlers = {"message.file": lambda step: os.kill(os.getpid(), signal.SIGKILL)}
work_one(Workplace(engine=open_engine(sys.argv[1]), handlers=handlers, clock=SystemClock()))
"""


def enqueue(engine: Engine, *subjects: int, kind: str = "work.do") -> None:
    with transaction(engine) as tx:
        for subject in subjects:
            queue.enqueue(tx, kind, subject, due_at=NOW)


def receive(engine: Engine) -> int:
    with transaction(engine) as tx:
        given = {"source": "b", "source_key": "1", "sha256": "a", "size": 1}
        message, _ = ledger.record_received(tx, received_at=NOW, **given)  # type: ignore[arg-type]
        queue.enqueue(tx, "message.file", message, due_at=NOW)
    return message


def states(engine: Engine) -> dict[str, int]:
    with reading(engine) as tx:
        counts = {state: len(queue.steps_in(tx, state)) for state in ("due", "leased", "done", "dead")}
    return {state: count for state, count in counts.items() if count}


def test_drain_does_everything_that_is_due_in_order(engine: Engine) -> None:
    done: list[int] = []
    enqueue(engine, 3, 1, 2)
    worked = jobs.drain(engine, {"work.do": lambda step: done.append(step.subject_id)}, CLOCK)
    assert (done, worked) == ([3, 1, 2], Worked(done=3))


def test_drain_also_does_what_a_step_makes_due(engine: Engine) -> None:
    done: list[str] = []

    def first(step: Step) -> None:
        done.append(step.kind)
        enqueue(engine, step.subject_id, kind="mail.send")

    enqueue(engine, 1)
    outcomes: list[str] = []
    handlers: Handlers = {"work.do": first, "mail.send": lambda step: done.append(step.kind)}
    jobs.drain(engine, handlers, CLOCK, on_step=outcomes.append)
    assert (done, outcomes) == (["work.do", "mail.send"], ["done", "done"])


def test_a_poison_message_is_shunted_and_its_neighbours_are_done(engine: Engine) -> None:
    message = receive(engine)
    enqueue(engine, 5)

    def poison(step: Step) -> None:
        raise ValueError("social security number 123-45-6789")

    worked = jobs.drain(engine, {"message.file": poison, "work.do": lambda step: None}, CLOCK)
    assert worked == Worked(done=1, failed=2, dead=1)
    with reading(engine) as tx:
        found = ledger.message_by_id(tx, message)
        assert ledger.accounting(tx).adds_up
    assert found is not None
    assert found.state == "shunted"
    assert found.reason is not None
    assert found.reason.startswith("message.file: ValueError at test_pipeline_jobs.py:")
    assert "6789" not in found.reason


def test_a_patient_worker_waits_between_attempts(engine: Engine) -> None:
    def broken(step: Step) -> None:
        raise OSError

    enqueue(engine, 1)
    place = Workplace(engine=engine, handlers={"work.do": broken}, clock=CLOCK)
    assert (jobs.work_one(place), jobs.work_one(place)) == ("due", None)
    later = Workplace(engine=engine, handlers={"work.do": broken}, clock=FixedClock(NOW + timedelta(seconds=5)))
    assert jobs.work_one(later) == "due"


def test_a_worker_that_is_asked_to_stop_gives_its_step_back(engine: Engine) -> None:
    def interrupted(step: Step) -> None:
        raise KeyboardInterrupt

    enqueue(engine, 1)
    with pytest.raises(KeyboardInterrupt):
        jobs.drain(engine, {"work.do": interrupted}, CLOCK)
    with reading(engine) as tx:
        assert [(step.state, step.attempts) for step in queue.steps_in(tx, "due")] == [("due", 0)]


def test_a_worker_stops_between_steps(engine: Engine) -> None:
    stop = threading.Event()
    enqueue(engine, 1, 2)
    place = Workplace(engine=engine, handlers={"work.do": lambda step: stop.set()}, clock=CLOCK)
    assert jobs.work_due(place, stop=stop) == Worked(done=1)


def test_a_handler_that_lost_its_lease_changes_nothing(engine: Engine) -> None:
    def frozen(step: Step) -> None:
        with transaction(engine) as tx:
            queue.release_dead(tx, "", lambda owner: False, now=NOW)
            queue.claim(tx, "other:1:1", NOW)

    enqueue(engine, 1)
    assert jobs.drain(engine, {"work.do": frozen}, CLOCK) == Worked(failed=1)
    assert states(engine) == {"leased": 1}


def test_a_message_that_kills_its_worker_three_times_is_shunted(engine: Engine, database_url: str) -> None:
    message = receive(engine)
    for _ in range(3):
        died = subprocess.run([sys.executable, "-c", DIE_AT_WORK, database_url], cwd=ROOT, check=False)
        assert died.returncode == -signal.SIGKILL
        assert states(engine) == {"leased": 1}
        assert jobs.release_dead_workers(engine, SystemClock()) == 1
    with reading(engine) as tx:
        found = ledger.message_by_id(tx, message)
    assert found is not None
    assert (found.state, states(engine)) == ("shunted", {"dead": 1})


def test_an_owner_is_alive_while_that_very_process_lives() -> None:
    mine = jobs.owner_name()
    host, pid, started = mine.rsplit(":", 2)
    assert jobs.is_alive(mine)
    assert int(pid) == os.getpid()
    assert not jobs.is_alive(f"{host}:{pid}:{int(started) - 1}")
    assert not jobs.is_alive(f"{host}:4194400:{started}")
    assert jobs.is_alive(f"elsewhere:{pid}:1")


def test_a_worker_whose_body_was_not_collected_yet_is_dead() -> None:
    child = subprocess.Popen(["/bin/true"])
    started = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[19]
    owner = f"{jobs.owner_name().rsplit(':', 2)[0]}:{child.pid}:{started}"
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not jobs.is_alive(owner)
    child.wait()


def test_the_ticker_rings_when_something_is_due_and_only_then(engine: Engine) -> None:
    rings: list[int] = []
    assert ticker.tick(engine, CLOCK, lambda: rings.append(1)) == 0
    enqueue(engine, 1)
    assert ticker.tick(engine, CLOCK, lambda: rings.append(1)) == 1
    assert rings == [1]


def test_the_ticker_frees_what_a_dead_worker_of_this_machine_held(engine: Engine) -> None:
    enqueue(engine, 1)
    with transaction(engine) as tx:
        queue.claim(tx, f"{jobs.owner_name().rsplit(':', 2)[0]}:4194400:1", NOW)
    assert ticker.tick(engine, CLOCK, lambda: None) == 1


def test_the_ticker_goes_on_when_the_database_is_away(tmp_path: Path) -> None:
    from pipeline.records.session import open_engine

    engine = open_engine(f"sqlite:///{tmp_path}/missing/intake.db")
    stop = threading.Event()
    thread = threading.Thread(target=ticker.run, args=(engine, CLOCK, lambda: None), kwargs={"stop": stop, "period": 0})
    thread.start()
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with running(start_redis()) as server:
        yield server.url


@pytest.fixture(params=["in process", "redis"])
def bell_broker(request: pytest.FixtureRequest) -> Iterator[object]:
    made = broker.connect(None if request.param == "in process" else request.getfixturevalue("redis_url"))
    yield made
    made.close()


class Shop:
    """A workplace with a bell, a worker and a flag for when so many steps are done."""

    def __init__(self, engine: Engine, bell_broker: object, wanted: int) -> None:
        self.done: list[int] = []
        self.finished = threading.Event()
        self.wanted = wanted
        place = Workplace(engine=engine, handlers={"work.do": self.work}, clock=CLOCK)
        self.bell: Doorbell = broker.hang(bell_broker, lambda: jobs.work_due(place))  # type: ignore[arg-type]

    def work(self, step: Step) -> None:
        self.done.append(step.subject_id)
        if len(self.done) >= self.wanted:
            self.finished.set()


def test_one_ring_gets_all_that_is_due_done(engine: Engine, bell_broker: object) -> None:
    enqueue(engine, *range(5))
    shop = Shop(engine, bell_broker, 5)
    worker = shop.bell.worker(threads=2)
    worker.start()
    try:
        assert shop.bell.ring()
        assert shop.finished.wait(timeout=30)
    finally:
        worker.stop()
    assert sorted(shop.done) == [0, 1, 2, 3, 4]
    assert states(engine) == {"done": 5}


def test_emptying_redis_loses_no_work(engine: Engine, redis_url: str) -> None:
    connected = broker.connect(redis_url)
    enqueue(engine, *range(3))
    shop = Shop(engine, connected, 3)
    shop.bell.ring()
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    worker = shop.bell.worker(threads=1)
    worker.start()
    try:
        ticker.tick(engine, CLOCK, shop.bell.ring)
        assert shop.finished.wait(timeout=30)
    finally:
        worker.stop()
        connected.close()
    assert states(engine) == {"done": 3}


def test_a_bell_that_cannot_ring_says_so_and_raises_nothing() -> None:
    connected = broker.connect("redis://127.0.0.1:1/0")
    assert broker.hang(connected, lambda: None).ring() is False
    connected.close()


def test_rings_in_process_do_not_pile_up() -> None:
    bell = broker.hang(broker.connect(None), lambda: None)
    for _ in range(3):
        assert bell.ring()
    assert bell.broker.queues[broker.QUEUE].qsize() == 1
