"""What a transaction promises on both databases."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from pipeline.records import counters, ledger, submissions
from pipeline.records.session import (
    Engine,
    RecordsError,
    StaleVersion,
    database_now,
    filing_lock,
    open_engine,
    reading,
    transaction,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def receive(engine: Engine, key: str = "1", **more: object) -> int:
    given = {"source": "box", "source_key": key, "sha256": "a" * 64, "size": 10, "received_at": NOW, **more}
    with transaction(engine) as tx:
        return ledger.record_received(tx, **given)[0]  # type: ignore[arg-type]


def make_submission(engine: Engine) -> int:
    with transaction(engine) as tx:
        return submissions.create(tx, ref=submissions.next_ref(tx, 2026), received_at=NOW, at=NOW)


def test_sqlite_writes_ahead_syncs_fully_and_checks_foreign_keys(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
        assert found == ["wal", 2]
    with pytest.raises(IntegrityError), transaction(engine) as tx:
        submissions.create(tx, ref="SUB-26-000001", received_at=NOW, at=NOW, account_id=99)
    engine.dispose()


def test_eight_threads_that_read_and_write_lose_no_update(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    submission = make_submission(engine)
    errors: list[Exception] = []

    def raise_version() -> None:
        try:
            for _ in range(25):
                with transaction(engine) as tx:
                    version = submissions.existing(tx, submission).version
                    submissions.set_flags(tx, submission, ["seen"], version=version, at=NOW)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=raise_version) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as tx:
        assert submissions.existing(tx, submission).version == 201
    assert errors == []
    engine.dispose()


def test_a_save_on_an_old_version_is_refused(engine: Engine) -> None:
    submission = make_submission(engine)
    with transaction(engine) as tx:
        submissions.set_flags(tx, submission, ["angry"], version=1, at=NOW)
    with pytest.raises(StaleVersion), transaction(engine) as tx:
        submissions.set_flags(tx, submission, [], version=1, at=NOW)
    with reading(engine) as tx:
        assert submissions.existing(tx, submission).flags == ("angry",)


def test_what_is_raised_takes_everything_back(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), transaction(engine) as tx:
        submissions.next_ref(tx, 2026)
        _ = 1 / 0
    with transaction(engine) as tx:
        assert submissions.next_ref(tx, 2026) == "SUB-26-000001"


def test_reading_never_keeps_what_it_writes(engine: Engine) -> None:
    try:
        with reading(engine) as tx:
            counters.next_value(tx, "x")
    except DBAPIError:
        pass
    with reading(engine) as tx:
        assert counters.current(tx, "x") == 0


def test_reading_does_not_wait_for_a_writer(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with transaction(engine) as tx:
        counters.next_value(tx, "x")
        with reading(engine) as other:
            assert counters.current(other, "x") == 0
    engine.dispose()


def test_times_come_back_as_the_same_moment_in_utc(engine: Engine) -> None:
    elsewhere = datetime(2026, 11, 20, 6, 30, 15, 123456, tzinfo=timezone(timedelta(hours=-6)))
    message = receive(engine, received_at=elsewhere)
    with reading(engine) as tx:
        found = ledger.message_by_id(tx, message)
    assert found is not None
    assert found.received_at == elsewhere
    assert found.received_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        receive(engine, received_at=datetime(2026, 11, 20))


def test_text_that_postgresql_refuses_is_kept_without_its_nul_and_surrogates(engine: Engine) -> None:
    message = receive(engine, subject="a\x00b", sender="x\udce9\U0001f600é")
    with transaction(engine) as tx:
        ledger.begin_message(tx, message)
        found = ledger.message_by_id(tx, message)
    assert found is not None
    assert (found.subject, found.sender) == ("a�b", "x�\U0001f600é")


def test_two_transactions_that_hold_the_filing_lock_come_one_after_the_other(engine: Engine) -> None:
    order: list[str] = []
    holds = threading.Event()

    def second() -> None:
        holds.wait()
        with transaction(engine) as tx:
            filing_lock(tx)
            order.append("second")

    thread = threading.Thread(target=second)
    with transaction(engine) as tx:
        filing_lock(tx)
        thread.start()
        holds.set()
        thread.join(timeout=0.1)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_the_database_tells_its_time_in_utc(engine: Engine) -> None:
    with transaction(engine) as tx:
        assert abs(database_now(tx) - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("url", ["sqlite://", "mysql://host/x"])
def test_a_database_we_do_not_speak_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(RecordsError, match="database_url must be"):
        open_engine(url)


def test_references_count_up_within_their_year(engine: Engine) -> None:
    with transaction(engine) as tx:
        refs = [submissions.next_ref(tx, year) for year in (2026, 2026, 2027)]
    assert refs == ["SUB-26-000001", "SUB-26-000002", "SUB-27-000001"]
