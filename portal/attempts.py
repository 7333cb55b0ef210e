"""Failed sign-ins, counted for each address: five within fifteen minutes close the door for that address.

Counted in this process alone: a second web process counts for itself, which doubles the tries and no more.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

LIMIT = 5
WINDOW = timedelta(minutes=15)
REMEMBERED = 10_000
"""Addresses kept in mind; the one that failed longest ago is forgotten first."""


class Attempts:
    """Failed attempts by name; threads may share it."""

    def __init__(self) -> None:
        self._failed: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = Lock()

    def closed(self, name: str, now: datetime) -> bool:
        """Return whether a name has used up its attempts."""
        with self._lock:
            return len(self._recent(name, now)) >= LIMIT

    def failed(self, name: str, now: datetime) -> None:
        """Count one failure."""
        with self._lock:
            self._failed[name] = [*self._recent(name, now), now]
            self._failed.move_to_end(name)
            while len(self._failed) > REMEMBERED:
                self._failed.popitem(last=False)

    def clear(self, name: str) -> None:
        """Forget the failures of a name that got in."""
        with self._lock:
            self._failed.pop(name, None)

    def _recent(self, name: str, now: datetime) -> list[datetime]:
        return [at for at in self._failed.get(name, ()) if now - at < WINDOW]
