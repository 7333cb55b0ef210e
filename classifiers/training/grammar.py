"""Parts of templates: every list is cut into parts, of which one is held out.

Parts 0 to 2 train (each is also left out once, for calibration), part 3 is held out: in the documents' lists it is
every fourth item. The mails' held-out part has a file of its own, and each hand that wrote mails to learn from is a
part. So no sentence, title or header of a held-out text was ever trained on.
"""

from __future__ import annotations

from collections.abc import Sequence

HELD_OUT = 3
PARTS = 4


def part(items: Sequence[str], number: int, parts: int = PARTS) -> Sequence[str]:
    """Return the items of one part of ``parts``; a list too short to be cut serves every part."""
    return items[number::parts] if len(items) >= parts else items
