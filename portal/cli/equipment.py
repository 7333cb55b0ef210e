"""An office that can also send mail and ring the bell, or one sentence why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from outbound.delivering import courier_for
from pipeline.office import Office, open_office
from pipeline.settings import Settings
from portal import wiring
from portal.cli.output import Problem


@contextmanager
def equipped(settings: Settings) -> Iterator[Office]:
    """Open an office whose addresses of the mail server and of Redis have been looked at; nothing is sent yet."""
    with open_office(settings) as office:
        try:
            courier_for(office)
            wiring.bell_only(office).broker.close()
        except ValueError as error:
            raise Problem(f"the settings are wrong: {error}", exit_code=2) from error
        yield office
