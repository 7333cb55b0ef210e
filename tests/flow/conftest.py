"""A mailbox server of our own for each file of tests, a user in it for each test, and an installation beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.office import Office
from tests.dovecot import Dovecot, running_dovecot
from tests.flow.installation import installation


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """Return a running server."""
    with running_dovecot() as server:
        yield server


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """Return a user nobody else has: the name of the test."""
    return request.node.name.replace("[", "-").replace("]", "")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return an installation with SQLite."""
    with installation(tmp_path / "var", today=None) as opened:
        yield opened
