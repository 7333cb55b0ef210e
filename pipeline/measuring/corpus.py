"""What is measured against: files with the truth beside them.

The generated ones come from ``fixtures.formcases``, which draws with packages that reading does not need. Anything of
the same shape can be measured; nothing here knows how a case was made.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, Protocol, cast

Split = Literal["tune", "calibrate", "test"]


class Truth(Protocol):
    """One document inside a file as it really is.

    ``pages`` are first and last, 1-based. ``values`` are normalised and have an entry for every box that shows a
    value, ``True`` for a ticked one, but none for those of ``conflicts``, where the widget says one thing and the page
    shows another. ``known`` says whether the product knows the layout.
    """

    @property
    def kind(self) -> str: ...
    @property
    def form(self) -> str | None: ...
    @property
    def edition(self) -> str | None: ...
    @property
    def pages(self) -> tuple[int, int]: ...
    @property
    def known(self) -> bool: ...
    @property
    def values(self) -> Mapping[str, str | bool]: ...
    @property
    def conflicts(self) -> Mapping[str, tuple[str, str]]: ...


class Case(Protocol):
    """One file and the documents inside it, in page order."""

    @property
    def name(self) -> str: ...
    @property
    def rung(self) -> str: ...
    @property
    def file(self) -> bytes: ...
    @property
    def file_name(self) -> str: ...
    @property
    def documents(self) -> tuple[Truth, ...]: ...


class Corpus(Protocol):
    """A source of cases, rung by rung; the same call gives the same cases."""

    @property
    def RUNGS(self) -> tuple[str, ...]: ...  # noqa: N802 - a constant of a module

    def cases(self, split: Split, rung: str, count: int) -> Iterator[Case]:
        """Yield so many cases of a rung."""


class NoCorpusError(RuntimeError):
    """The generated forms cannot be drawn here; the text says what is missing."""


def generated() -> Corpus:
    """Return the generated forms; raises NoCorpusError where the packages that draw them are not installed."""
    try:
        return cast(Corpus, importlib.import_module("fixtures.formcases"))
    except ImportError as error:
        raise NoCorpusError(
            f"drawing forms needs {error.name}: install submission-intake with its extra called fixtures"
        ) from error


def drawn(corpus: Corpus, split: Split, counts: Mapping[str, int]) -> Iterable[Case]:
    """Yield the cases of all rungs, so many each."""
    for rung, count in counts.items():
        yield from corpus.cases(split, rung, count)
