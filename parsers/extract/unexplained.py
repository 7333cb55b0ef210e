"""Count the ink of a form page that is neither label nor value nor boilerplate, so that a person looks at it."""

from __future__ import annotations

from parsers.document import Box, Defect, Page
from parsers.extract.ink import Ink


def unexplained(page: int, ink: Ink) -> Defect | None:
    """Return the defect of one page with how much there is and the box around it, without its text; None for none."""
    boxes = [*ink.stray_words, *ink.stray_marks]
    if not boxes:
        return None
    words, marks = len(ink.stray_words), len(ink.stray_marks)
    said = [f"{count} {name}{'s' * (count != 1)}" for count, name in ((words, "word"), (marks, "mark")) if count]
    return Defect(reason="unexplained_ink", detail=" and ".join(said), page=page, box=around(boxes))


def stamped(page: Page) -> Defect | None:
    """Return the defect of a page read from a picture with stamps or writing in no box on it; None for one without."""
    boxes = list(page.scan.stray) if page.scan else []
    if not boxes:
        return None
    detail = f"stamps or writing in {len(boxes)} place{'s' * (len(boxes) != 1)}"
    return Defect(reason="unexplained_ink", detail=detail, page=page.number, box=around(boxes))


def around(boxes: list[Box]) -> Box:
    """Return the box around all of some boxes, at least one."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
