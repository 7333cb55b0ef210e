"""Where the boxes of a page lie, and what of its print is known, before its values are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from parsers.document import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One box on a page to be filled: its name there, its kind, its box in points and how sure its place is."""

    name: str
    kind: Literal["text", "check"]
    box: Box
    multiline: bool = False
    sure: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is known of a page before its values are looked at.

    ``labels`` are indices of words that are printed labels, ``prints`` places of boilerplate. ``exact`` says that every
    printed word of this layout is known, so that what else stands in a box was typed.
    """

    places: tuple[Place, ...]
    labels: frozenset[int] = frozenset()
    prints: tuple[Box, ...] = ()
    exact: bool = False
