"""Expand templates: ``{slot}`` is filled by a world of facts, ``[a|b]`` is a choice; every list is cut into parts.

Parts 0 to 2 train (each is also left out once, for calibration), part 3 is held out. The mails' held-out part has a
file of its own; in the documents' lists it is every fourth item. So no sentence, title or header of a held-out text was
ever trained on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

HELD_OUT = 3
PARTS = 4

_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")


def part(items: Sequence[str], number: int, parts: int = PARTS) -> Sequence[str]:
    """Return the items of one part of ``parts``; a list too short to be cut serves every part."""
    return items[number::parts] if len(items) >= parts else items


def expand(template: str, rng: random.Random, fill: Callable[[str, random.Random], str]) -> str:
    """Return ``template`` with every choice made and every slot filled by ``fill(slot, rng)``."""
    chosen = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), template)
    return _SLOT.sub(lambda found: fill(found[1], rng), chosen)
