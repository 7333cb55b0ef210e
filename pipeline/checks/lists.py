"""The closed lists that the checks speak of, as read from ``rules/lists.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.submission import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A Yes/No question of a form whose Yes wants an explanation; ``remarks`` are the form's remark fields."""

    field: str
    words: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A fact that may not differ between documents, and what people call it; ``forms_only`` leaves mails aside."""

    field: str
    words: str
    forms_only: bool = False

    @property
    def subject(self) -> str:
        """Return the last part of the field's name: ``fein``."""
        return self.field.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """A column of a group that may not differ between documents; ``unit`` is what people call a row."""

    group: str
    column: str
    unit: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRows:
    """A group whose rows stand on forms and on lists of ``lists`` kinds; ``forms`` maps a kind to its room for rows."""

    group: str
    unit: str
    forms: Mapping[str, int]
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The closed lists the rules speak of, from ``lists.toml``."""

    editions: Mapping[str, frozenset[str]]
    sections: Mapping[Line, tuple[str, ...]]
    questions: tuple[Question, ...]
    compared: tuple[Compared, ...]
    roof_states: frozenset[str]
    monopolistic_states: frozenset[str]
    compared_rows: tuple[ComparedRow, ...] = ()
    compared_sets: tuple[ComparedRows, ...] = ()
