"""Databases for tests: every test that asks for ``engine`` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.migrations import upgrade
from pipeline.records.session import Engine, open_engine

# The folder above holds what all kinds of tests share.
sys.path.insert(0, str(Path(__file__).parents[1]))

from servers import running, start_postgres

TEMPLATE = "intake_template"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the URL of a PostgreSQL server of our own that holds a migrated template database."""
    with running(start_postgres()) as server:
        _admin(server.url, f"CREATE DATABASE {TEMPLATE}")
        engine = open_engine(_database(server.url, TEMPLATE))
        upgrade(engine)
        engine.dispose()
        yield server.url


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Return the URL of a migrated, empty SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "intake.db")
    return f"sqlite:///{tmp_path / 'intake.db'}"


@pytest.fixture
def postgres_url(postgres: str, request: pytest.FixtureRequest) -> str:
    """Return the URL of a migrated, empty PostgreSQL database."""
    name = f"test_{abs(hash(request.node.nodeid))}"
    _admin(postgres, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    return _database(postgres, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a migrated, empty database of either kind."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Return an engine on a migrated, empty database of either kind."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


def _database(url: str, name: str) -> str:
    return url.rpartition("/")[0] + f"/{name}"


def _admin(url: str, statement: str) -> None:
    engine = open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()
