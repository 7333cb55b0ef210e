"""Forms that nobody mapped: questions with their answers, wherever a form puts them.

Read are tables of questions and answers, columns of Yes and No, questions with the answer behind, beside or beneath
them, ticked pairs of Yes and No, and the boxes of fillable forms by the words beside them. Every answered question
becomes ``answers[i].question`` and ``answers[i].answer``; one that asks for a fact we know gives that fact too
(``questions.toml``). Blank questions are no facts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from parsers.document import FieldCandidate, Location, Method, ParsedDocument
from parsers.extract.candidates import candidate, stated
from parsers.extract.paperrows import Row, rows_of
from parsers.extract.questions_boxes import box_answers
from parsers.extract.questions_lines import line_answers
from parsers.extract.questions_said import YES_NO, Said, bare
from parsers.extract.questions_tables import table_answers
from parsers.extract.restricting import restricted_text
from parsers.values import TYPES, Context, parse, unanswered

_ACCOUNT = re.compile(r"\b(?:account|routing|iban)\b|\bbank\b.*\b(?:no|number)\b", re.IGNORECASE)


class QuestionsError(ValueError):
    """The table of questions is wrong; the message names the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A fact that questions ask for in many words."""

    field: str
    type: str
    words: re.Pattern[str]


def read_questions(
    document: ParsedDocument, pages: tuple[int, int], as_of: date | None = None, *, known: Collection[str] = ()
) -> tuple[FieldCandidate, ...]:
    """Return the answered questions on ``pages`` in reading order, each once, and the facts they give.

    ``known`` are values, as printed, that were read with their labels already: what gives them is asked no more.
    """
    rows = rows_of(document, pages)
    tables = list(table_answers(document, pages))
    boxes = list(box_answers(document, pages))
    said = _once([*boxes, *tables, *line_answers(_outside(rows, tables))])
    new = [one for one in said if not any(one.answer.startswith(raw) for raw in known)]
    return (*_numbered(new), *_facts(said, as_of))


def _outside(rows: Sequence[Row], tables: Iterable[Said]) -> list[Row]:
    """Return the rows that no table has read already."""
    held = [(said.at.page, said.at.box) for said in tables if said.at.box]
    told = {bare(said.question) for said in tables} | {bare(f"{said.question} {said.answer}") for said in tables}
    return [row for row in rows if bare(row.text) not in told and not _inside(row.at, held)]


def _inside(at: Location, held: Iterable[tuple[int | None, tuple[float, float, float, float] | None]]) -> bool:
    if at.box is None:
        return False
    middle = (at.box[1] + at.box[3]) / 2
    return any(page == at.page and box and box[1] <= middle <= box[3] for page, box in held)


def _once(said: Iterable[Said]) -> list[Said]:
    """Return the answers in reading order; a question that was read twice counts once."""
    kept: dict[str, Said] = {}
    for one in said:
        if not unanswered(one.answer) or one.answer.casefold() in {"none", "n/a", "no", "0"}:
            kept.setdefault(bare(one.question), one)
    order = list(kept.values())
    if any(one.at.box is None for one in order):
        return order
    return sorted(order, key=lambda one: (one.at.page or 0, (one.at.box or ())[1::-1]))


def _numbered(said: Sequence[Said]) -> Iterator[FieldCandidate]:
    for number, one in enumerate(said):
        place, method = one.at, one.method
        yield stated(f"answers[{number}].question", one.question, one.question, method=method, at=place)
        answer = stated(f"answers[{number}].answer", _value(one.answer), one.answer, method=method, at=place)
        yield replace(answer, restricted=True) if _personal(one) else answer


def _personal(said: Said) -> bool:
    """Return whether an answer is somebody's own number, birth date or bank account, by its question or its shape."""
    return restricted_text(said.answer, said.question) or bool(_ACCOUNT.search(said.question))


def _value(answer: str) -> str | bool:
    """Return yes and no as what they are; "none" answers some questions with nothing and some with no."""
    told = parse("yn", answer).value if YES_NO.match(answer) else None
    return told if isinstance(told, bool) else answer


def _facts(said: Sequence[Said], as_of: date | None) -> Iterator[FieldCandidate]:
    """Yield the facts that known questions give, each once."""
    done: set[str] = set()
    for one in said:
        for known in _known():
            if known.field in done or not known.words.search(one.question):
                continue
            item = _fact(known, one, one.method, as_of)
            if item.value is not None:
                done.add(known.field)
                yield item
            break


def _fact(known: _Known, said: Said, method: Method, as_of: date | None) -> FieldCandidate:
    answer = "0" if known.type in {"money", "percent", "number"} and said.answer.casefold() == "none" else said.answer
    return candidate(known.field, answer, known.type, method=method, at=said.at, context=Context(as_of=as_of))


@cache
def _known() -> tuple[_Known, ...]:
    """Return the known questions in their order; raises QuestionsError naming a wrong entry of ``questions.toml``."""
    data = tomllib.loads((Path(__file__).parent / "questions.toml").read_text("utf-8"))["question"]
    if wrong := next((entry for entry in data if entry["type"] not in TYPES), None):
        raise QuestionsError(f"questions.toml: {wrong['field']}: unknown type {wrong['type']}")
    return tuple(
        _Known(field=entry["field"], type=entry["type"], words=re.compile(entry["words"], re.IGNORECASE))
        for entry in data
    )
