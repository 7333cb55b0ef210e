"""Engines and transactions: one job, one transaction; on SQLite every writer begins IMMEDIATE."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import InterfaceError, OperationalError

from pipeline.records.storable import storable_json

__all__ = [
    "DATABASE_UNREACHABLE",
    "Engine",
    "LeaseLost",
    "RecordsError",
    "StaleVersion",
    "Transaction",
    "database_now",
    "events_lock",
    "filing_lock",
    "migration_lock",
    "open_engine",
    "reading",
    "transaction",
]

Transaction = Connection
"""What every store function takes first: an open transaction."""

DATABASE_UNREACHABLE = (OperationalError, InterfaceError)
"""What a lost connection or a locked file raises; the job is repeated."""

FILING_LOCK = 7_240_001
EVENTS_LOCK = 7_240_002
MIGRATION_LOCK = 7_240_003


class RecordsError(Exception):
    """Something the records cannot do; says what and how to go on."""


class StaleVersion(RecordsError):
    """Somebody else saved this submission since it was loaded: load it again and repeat."""


class LeaseLost(RecordsError):
    """Another worker holds this step now: drop what was done for it."""


def open_engine(url: str) -> Engine:
    """Return an engine for ``sqlite:///path`` or ``postgresql://…`` (psycopg 3), with both set up alike.

    SQLite runs in WAL with ``synchronous=FULL``: NORMAL survives a killed process but may lose the newest commits when
    the power goes, and a message whose cursor has moved on must not be lost that way. One fsync a commit is the price.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(
            parsed,
            json_serializer=storable_json,
            json_deserializer=msgspec.json.decode,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise RecordsError(f"database_url must be sqlite:///<file> or postgresql://…, not {parsed.drivername}")
    engine = create_engine(
        parsed,
        json_serializer=storable_json,
        json_deserializer=msgspec.json.decode,
        connect_args={"timeout": 30.0},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    # The driver must not open transactions itself: its deferred BEGIN loses updates under concurrent writers.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    reading_only = connection.get_execution_options().get("intake_read_only", False)
    connection.exec_driver_sql("BEGIN" if reading_only else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Transaction]:
    """Run one job in one transaction: committed at the end, rolled back when anything is raised."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Transaction]:
    """Run queries on one snapshot without taking the writer's place; whatever is written is rolled back."""
    options: dict[str, Any] = {"intake_read_only": True}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect() as plain:
        connection = plain.execution_options(**options)
        try:
            yield connection
        finally:
            connection.rollback()


def filing_lock(tx: Transaction) -> None:
    """Hold the right to create submissions until the transaction ends, so that two messages never both create one."""
    _lock(tx, FILING_LOCK)


def events_lock(tx: Transaction) -> None:
    """Hold the right to append events until the transaction ends, so that followers never see them out of order."""
    _lock(tx, EVENTS_LOCK)


def migration_lock(tx: Transaction) -> None:
    """Hold the right to change the tables until the transaction ends."""
    _lock(tx, MIGRATION_LOCK)


def _lock(tx: Transaction, key: int) -> None:
    # SQLite has one writer at a time since BEGIN IMMEDIATE.
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(key)))


def database_now(tx: Transaction) -> datetime:
    """Return the database's clock in UTC: leases of several machines must go by one clock."""
    if tx.dialect.name == "postgresql":
        moment: datetime = tx.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)
    return datetime.now(UTC)
