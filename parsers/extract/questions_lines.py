"""Questions in running lines: the answer behind, beside or beneath, or one of two printed boxes ticked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parsers.document import Location
from parsers.extract.paperrows import Row, Run
from parsers.extract.questions_said import Said, asks, is_numbered, without_number

_ON = r"(?:\[\s*[xX✓✔]\s*\]|\(\s*[xX✓✔]\s*\)|[☒☑✓✔■]|_+\s*[xX✓✔]\s*_*)"
_OFF = r"(?:\[\s*\]|\(\s*\)|[☐□]|_{2,})"
_BOX = rf"(?:{_ON}|{_OFF})"
_BEFORE = re.compile(rf"(?P<yes>{_BOX})\s*(?:yes|y)\b[\s/|]*(?P<no>{_BOX})\s*(?:no|n)\b", re.IGNORECASE)
_BEHIND = re.compile(rf"\b(?:yes|y)\s*:?\s*(?P<yes>{_BOX})[\s/|]*(?:no|n)\s*:?\s*(?P<no>{_BOX})", re.IGNORECASE)
_TICK = re.compile(_ON)
_HEAD = re.compile(r"^(?:\w+\s+)?questions?\b", re.IGNORECASE)
_REPLY = re.compile(r"^(?:answers?|responses?)\b", re.IGNORECASE)
_BEHIND_MARK = re.compile(
    r"^(?P<q>.{3,320}?\?)\s*[-–:.…_]*\s*(?P<a>\S.*)$|^(?P<label>[^:?]{3,160}):\s*(?P<value>\S.*)$"
)
_LEADERS = re.compile(r"^(?P<q>.{3,320}?)\s*(?:\.{4,}|_{4,}|…+)\s*(?P<a>[^._…\s].*)$")
_BLANK = re.compile(r"^[\s._…$%-]*$")


def line_answers(rows: Sequence[Row]) -> Iterator[Said]:
    """Yield the answered questions of ``rows`` from top to bottom."""
    at, column = 0, None
    while at < len(rows):
        row = rows[at]
        if (split := _column_head(row)) is not None:
            column, at = split, at + 1
            continue
        if column is not None:
            said, used = _in_columns(rows, at, column)
            if used:
                at += used
                yield from [said] if said else []
                continue
            column = None
        said, used = _in_line(rows, at)
        yield from [said] if said else []
        at += used


def _column_head(row: Row) -> float | None:
    """Return where the answers begin, for a row that heads columns of questions and answers."""
    if len(row.runs) != 2 or not _HEAD.match(row.runs[0].text) or not _REPLY.match(row.runs[1].text):
        return None
    box = row.runs[1].box
    return box[0] - 4 if box else 0.0


def _in_columns(rows: Sequence[Row], at: int, column: float) -> tuple[Said | None, int]:
    """Return the answer beside a question in columns, and how many rows both take; none where the columns end."""
    left, right = _cut(rows[at], column)
    box = rows[at].runs[0].box
    if not left or not right or (box and box[2] > column + 8):
        return None, 0
    used = 1
    while at + used < len(rows) and used < 4:
        more, other = _cut(rows[at + used], column)
        wide = any(run.box and run.box[0] < column < run.box[2] - 8 for run in rows[at + used].runs)
        if (other and more) or wide or not (more or other) or not _goes_on(left, more, other):
            break
        left, right, used = f"{left} {more}".strip(), f"{right} {other}".strip(), used + 1
    return Said(question=without_number(left), answer=right, at=rows[at].at, method="layout"), used


def _cut(row: Row, column: float) -> tuple[str, str]:
    if column == 0.0:
        return row.runs[0].text, " ".join(run.text for run in row.runs[1:])
    left = " ".join(run.text for run in row.runs if run.box and run.box[0] < column)
    return left, " ".join(run.text for run in row.runs if run.box and run.box[0] >= column)


def _goes_on(left: str, more: str, other: str) -> bool:
    """Return whether a row with one side only carries on the question or the answer above it."""
    if more:
        return not left.endswith(("?", ":")) and not is_numbered(more) and (more[0].islower() or more.endswith("?"))
    return other[:1].islower()


def _in_line(rows: Sequence[Row], at: int) -> tuple[Said | None, int]:
    row = rows[at]
    if _BEFORE.search(row.text) or _BEHIND.search(row.text):
        return _ticked(rows, at), 1
    beside = _beside(row)
    if beside:
        return beside, 1
    text = row.text
    for pattern in (_BEHIND_MARK, _LEADERS):
        found = pattern.match(text)
        parts = [part for part in found.groups() if part] if found else []
        if len(parts) == 2 and asks(_labelled(text, parts[0])) and not _BLANK.match(parts[1]):
            return _said(parts[0], parts[1], row.at), 1
    return _beneath(rows, at)


def _labelled(text: str, label: str) -> str:
    return text[: text.find(label) + len(label)] if label in text else label


def _ticked(rows: Sequence[Row], at: int) -> Said | None:
    text = rows[at].text
    found = _BEFORE.search(text) or _BEHIND.search(text)
    if found is None:
        return None
    yes, no = (_TICK.match(found[name]) is not None for name in ("yes", "no"))
    question = text[: found.start()].strip() or (rows[at - 1].text if at else "")
    if at and question and question[0].islower() and not rows[at - 1].text.endswith(("?", ".")):
        question = f"{rows[at - 1].text} {question}"
    if yes == no or not question:
        return None
    return _said(question, "Yes" if yes else "No", rows[at].at)


def _beside(row: Row) -> Said | None:
    """Return the answer that stands apart from its question in the same row."""
    if len(row.runs) != 2:
        return None
    question, answer = row.runs[0].text, row.runs[1].text
    if not asks(question) or _BLANK.match(answer) or asks(answer):
        return None
    return _said(question, answer, row.at)


def _beneath(rows: Sequence[Row], at: int) -> tuple[Said | None, int]:
    """Return the answer on the line beneath a question that ends with its line."""
    question, used = rows[at].text, 1
    if is_numbered(question) and not question.endswith(("?", ":")) and at + 1 < len(rows):
        more = rows[at + 1].text
        if more.endswith("?") and not is_numbered(more) and more[0].islower():
            question, used = f"{question} {more}", 2
    if not question.endswith(("?", ":")) or not asks(question) or at + used >= len(rows):
        return None, 1
    answer = rows[at + used]
    if asks(answer.text) or is_numbered(answer.text) or answer.text.endswith(("?", ":")) or _BLANK.match(answer.text):
        return None, 1
    if not _near(rows[at + used - 1].runs[0], answer.runs[0]):
        return None, 1
    return _said(question, answer.text, answer.at), used + 1


def _near(above: Run, below: Run) -> bool:
    if above.box is None or below.box is None:
        return True
    return above.at.page == below.at.page and below.box[1] - above.box[3] < 2.5 * (above.box[3] - above.box[1])


def _said(question: str, answer: str, at: Location) -> Said:
    return Said(question=without_number(question), answer=answer.strip(), at=at, method="layout" if at.box else "text")
