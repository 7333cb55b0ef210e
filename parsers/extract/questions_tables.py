"""Questions in tables: two columns of question and answer, or columns of Yes and No with a mark in one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parsers.document import Cell, ParsedDocument, Table
from parsers.extract.grids import place, tables_on
from parsers.extract.questions_said import YES_NO, Said, asks, is_numbered, without_number

_QUESTION = re.compile(r"^(?:questions?|item|description|information|underwriting\s+questions?|topic)\b", re.IGNORECASE)
_ANSWER = re.compile(r"^(?:answers?|responses?|reply|applicant'?s?\s+(?:answer|response)|details?)\b", re.IGNORECASE)
_MARK = re.compile(r"^(?:x|✓|✔|☒|☑|\[x\]|\(x\)|yes|no|y|n)$", re.IGNORECASE)
_SHARE = 0.5
"""Share of a table's rows that must ask something before the table is a questionnaire without headers."""


def table_answers(document: ParsedDocument, pages: tuple[int, int]) -> Iterator[Said]:
    """Yield the answered questions of the tables on ``pages``."""
    for table in tables_on(document, pages):
        yield from _read(table)


def _read(table: Table) -> Iterator[Said]:
    if not table.rows or max(len(row) for row in table.rows) < 2:
        return
    head = [cell.text.strip() for cell in table.rows[0]]
    ticks = [n for n, text in enumerate(head) if YES_NO.match(text)]
    if len(ticks) >= 2:
        yield from _ticked(table.rows[1:], head, ticks)
        return
    question = next((n for n, text in enumerate(head) if _QUESTION.match(text)), None)
    answer = next((n for n, text in enumerate(head) if _ANSWER.match(text)), None)
    if answer is not None and question != answer:
        yield from _paired(table.rows[1:], _filled_column(table, question, answer), answer)
    elif _is_questionnaire(table):
        yield from _paired(table.rows, _filled_column(table, None, _last(table)), _last(table))


def _filled_column(table: Table, question: int | None, answer: int) -> int:
    """Return the column of the questions: the one with the longest texts left of the answers, but for a numbering."""
    if question is not None:
        return question
    sizes = {n: sum(len(row[n].text) for row in table.rows if n < len(row)) for n in range(answer)}
    return max(sizes, key=lambda n: sizes[n], default=0)


def _last(table: Table) -> int:
    return 2 if max(len(row) for row in table.rows) > 2 and all(_is_number(row[0].text) for row in table.rows) else 1


def _is_number(text: str) -> bool:
    return text.strip().rstrip(".)").isdigit()


def _is_questionnaire(table: Table) -> bool:
    """Return whether a table without headers has questions on the left and something shorter on the right."""
    at = _last(table)
    column = _filled_column(table, None, at)
    if max(len(row) for row in table.rows) > at + 2:
        return False
    texts = [row[column].text.strip() for row in table.rows if len(row) > at and row[column].text.strip()]
    asked = sum(text.endswith(("?", ":")) or is_numbered(text) or asks(text) for text in texts)
    return bool(texts) and asked >= _SHARE * len(texts)


def _paired(rows: Sequence[Sequence[Cell]], question: int, answer: int) -> Iterator[Said]:
    for row in rows:
        if len(row) <= max(question, answer):
            continue
        asked, told = _flat(row[question]), _flat(row[answer])
        if asked and told and told != asked:
            yield Said(question=without_number(asked), answer=told, at=place(row), method="table")


def _ticked(rows: Sequence[Sequence[Cell]], head: Sequence[str], ticks: Sequence[int]) -> Iterator[Said]:
    for row in rows:
        marked = [n for n in ticks if n < len(row) and _MARK.match(row[n].text.strip())]
        asked = max((_flat(row[n]) for n in range(min(ticks[0], len(row)))), key=len, default="")
        if len(marked) == 1 and asked:
            answer = "Yes" if head[marked[0]].casefold().startswith("y") else "No"
            yield Said(question=without_number(asked), answer=answer, at=place(row), method="table")


def _flat(cell: Cell) -> str:
    return " ".join(cell.text.split())
