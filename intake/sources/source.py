"""What every source of messages offers: raw messages in a fixed order, and a word about each it could not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One raw message. ``key`` names it within its source for good and sorts as the source delivers."""

    key: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A place where a message should be and could not be read; ``reason`` is a sentence for people."""

    key: str
    reason: str


class Source(Protocol):
    """A place messages come from."""

    def messages(self, after: str | None = None) -> Iterator[Fetched | Unreadable]:
        """Yield what stands behind the key ``after``, in order of keys; everything when it is None.

        What cannot be read is yielded too, never skipped. Raises ``SourceError`` when the source itself is gone.
        """
        ...
