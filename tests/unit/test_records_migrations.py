"""The migrations lead to the very tables the models describe, all or nothing."""

import threading
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from pipeline.migrations import config, head, revision, upgrade
from pipeline.records.models import Row
from pipeline.records.session import Engine, open_engine, reading, transaction


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/empty.db"
    else:
        server = str(request.getfixturevalue("postgres"))
        name = f"empty_{abs(hash(request.node.nodeid))}"
        admin = open_engine(server)
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        url = server.rpartition("/")[0] + f"/{name}"
    engine = open_engine(url)
    yield engine
    engine.dispose()


def test_models_and_migrations_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Row.metadata) == []


def test_the_check_constraints_of_the_models_are_in_the_database(engine: Engine) -> None:
    found = inspect(engine)
    for table in Row.metadata.tables.values():
        wanted = {str(check.name) for check in table.constraints if type(check).__name__ == "CheckConstraint"}
        assert {check["name"] for check in found.get_check_constraints(table.name)} == wanted


def test_upgrading_again_changes_nothing(empty: Engine) -> None:
    upgrade(empty)
    upgrade(empty)
    with reading(empty) as tx:
        assert revision(tx) == head()


def test_an_upgrade_that_is_broken_off_leaves_nothing(empty: Engine) -> None:
    with pytest.raises(ZeroDivisionError), transaction(empty) as tx:
        command.upgrade(config(tx), "head")
        _ = 1 / 0
    assert inspect(empty).get_table_names() == []
    upgrade(empty)
    assert "submissions" in inspect(empty).get_table_names()


def test_two_upgrades_at_once_make_the_tables_once(empty: Engine) -> None:
    errors: list[Exception] = []

    def run() -> None:
        try:
            upgrade(empty)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with reading(empty) as tx:
        assert revision(tx) == head()
