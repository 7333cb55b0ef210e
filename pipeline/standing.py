"""How much of one document inside a file was read: its own pages count, not those of its neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parsers.document import Defect, ParsedDocument, Status

LOWERING = frozenset({"unexplained_ink", "no_layout"})
"""What a reader of meaning may find that leaves a document partly read."""
_ILLEGIBLE = frozenset({"no_text", "no_ocr_engine"})


@dataclass(frozen=True, slots=True)
class Standing:
    """``read``, ``partial`` or ``unreadable``, the last two with a reason from the closed list."""

    status: Status
    reason: str | None = None


def standing(document: ParsedDocument, pages: tuple[int, int], defects: Iterable[Defect]) -> Standing:
    """Return how much was read of the document on ``pages`` (first and last, 1-based) of a file.

    ``defects`` are those its reader of meaning found. A document on whose every page nothing was legible is unreadable.
    """
    if document.status == "unreadable":
        return Standing("unreadable", document.reason)
    own = list(own_defects(document, pages))
    blind = {each.page: each.reason for each in own if each.reason in _ILLEGIBLE and each.page is not None}
    if len(blind) == pages[1] - pages[0] + 1:
        return Standing("unreadable", blind[pages[0]])
    own += [each for each in defects if each.reason in LOWERING]
    return Standing("partial", own[0].reason) if own else Standing("read")


def own_defects(document: ParsedDocument, pages: tuple[int, int]) -> tuple[Defect, ...]:
    """Return what was wrong with a file as far as it concerns some of its pages."""
    return tuple(each for each in document.defects if each.page is None or pages[0] <= each.page <= pages[1])


def together(document: ParsedDocument, parts: Sequence[Standing]) -> Standing:
    """Return how much was read of a whole file, from its documents' standings."""
    if document.status != "read" or not parts:
        return Standing(document.status, document.reason)
    lacking = [part for part in parts if part.status != "read"]
    return Standing("partial", lacking[0].reason) if lacking else Standing("read")
