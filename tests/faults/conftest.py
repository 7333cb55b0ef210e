"""The nursery that all fault tests take their processes from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.nursery import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Return a warmed process that forks runs of the product."""
    with Nursery() as opened:
        yield opened
