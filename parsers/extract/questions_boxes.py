"""Questions of fillable forms whose boxes have any names: the words beside and above a box say what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parsers.document import Location, Page, ParsedDocument, Widget, Word
from parsers.extract.questions_said import YES_NO, Said, without_number
from parsers.extract.widgets import is_filled, visible

_NEAR = 34.0
"""Points between a tick box and the word that says what it means."""
_ABOVE = 16.0
"""Points between a text box and the label over it."""
_LONG = 40


def box_answers(document: ParsedDocument, pages: tuple[int, int]) -> Iterator[Said]:
    """Yield an answer for each filled box on ``pages`` that words stand beside, in the order of the boxes."""
    words = {page.number: page for page in document.pages if pages[0] <= page.number <= pages[1]}
    for widget in document.widgets:
        if widget.page not in words or not visible(widget) or not is_filled(widget):
            continue
        page = words[widget.page]
        said = _tick(page, widget) if widget.kind == "check" else _text(page, widget)
        if said:
            yield said


def _tick(page: Page, widget: Widget) -> Said | None:
    """Return the meaning of a tick: the word right of the box, else left of it; the question is what stands before."""
    row = _row(page, widget)
    right = [word for word in row if 0 <= word.box[0] - widget.box[2] + 2 < _NEAR]
    left = [word for word in row if 0 <= widget.box[0] - word.box[2] + 2 < _NEAR]
    meaning = next((word for word in (*right[:1], *left[-1:]) if YES_NO.match(word.text.strip(":"))), None)
    if meaning is None:
        return None
    before = [word for word in row if word.box[2] <= widget.box[0] + 2 and not YES_NO.match(word.text.strip(":"))]
    return _said(page, widget, before, "Yes" if meaning.text.casefold().startswith("y") else "No")


def _text(page: Page, widget: Widget) -> Said | None:
    before = [word for word in _row(page, widget) if word.box[2] <= widget.box[0] + 2]
    if not before:
        before = [word for word in page.words if _over(word, widget)]
    return _said(page, widget, before, (widget.value or "").strip())


def _said(page: Page, widget: Widget, before: Sequence[Word], answer: str) -> Said | None:
    question = without_number(" ".join(word.text for word in _last_run(page, widget, before)))
    if len(question) < 3 or not answer:
        return None
    return Said(question=question, answer=answer, at=Location(page=widget.page, box=widget.box), method="widget")


def _last_run(page: Page, widget: Widget, before: Sequence[Word]) -> Sequence[Word]:
    """Return the words since the last box of the row, with the line above where the question began there."""
    run = list(before)[-_LONG:]
    if run and run[0].text[:1].islower():
        top = run[0].box[1]
        height = max(run[0].box[3] - top, 6.0)
        run = [
            word for word in page.words if 0 < top - word.box[1] < 1.8 * height and word.box[0] < widget.box[0]
        ] + run
    return run


def _row(page: Page, widget: Widget) -> list[Word]:
    """Return the words of the box's line, from left to right."""
    middle = (widget.box[1] + widget.box[3]) / 2
    low, high = min(widget.box[1], middle - 7), max(widget.box[3], middle + 7)
    found = [word for word in page.words if low <= (word.box[1] + word.box[3]) / 2 <= high]
    return sorted(found, key=lambda word: word.box[0])


def _over(word: Word, widget: Widget) -> bool:
    gap = widget.box[1] - word.box[3]
    return -2 <= gap < _ABOVE and word.box[0] < widget.box[2] and word.box[2] > widget.box[0]
