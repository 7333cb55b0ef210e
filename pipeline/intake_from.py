"""Take in what a place holds: a folder of messages for now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from intake.sources.folder import FolderSource
from intake.sources.source import Unreadable
from pipeline.office import Office
from pipeline.reception import Arrival, receive_all


def folder(office: Office, path: Path) -> Iterator[Arrival | str]:
    """Yield what became of each message under a path, or the sentence saying why one could not be read."""
    source = f"folder:{path.resolve()}"
    for arrival in receive_all(office, FolderSource(path).messages(), source=source):
        yield f"{arrival.key}: {arrival.reason}" if isinstance(arrival, Unreadable) else arrival
