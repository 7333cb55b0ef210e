"""Lists to measure against: files with the truth about their rows beside them, drawn by ``fixtures.lists``."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol, cast

from pipeline.measuring.corpus import NoCorpusError

Split = Literal["tune", "test", "aside"]
SPLITS: tuple[Split, ...] = ("tune", "test", "aside")
MAILS = frozenset({"bodies"})
"""Families whose files are mails: their lists stand in the text and are measured with the reading of mails."""


class ListCase(Protocol):
    """One file. ``tables`` are the rows it really has, ``also`` are kinds as right as ``kind``."""

    @property
    def name(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def style(self) -> str: ...
    @property
    def file(self) -> bytes: ...
    @property
    def file_name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def also(self) -> tuple[str, ...]: ...
    @property
    def tables(self) -> Mapping[str, tuple[Mapping[str, str | bool | None], ...]]: ...
    @property
    def facts(self) -> Mapping[str, str]: ...
    @property
    def provable(self) -> bool: ...
    @property
    def pages(self) -> int: ...


class ListCorpus(Protocol):
    """A source of cases, family by family; the same call gives the same cases."""

    @property
    def FAMILIES(self) -> tuple[str, ...]: ...  # noqa: N802 - a constant of a module

    def styles(self, split: Split, family: str) -> Sequence[str]:
        """Return the styles of a family in a split; every so many cases each comes once."""

    def cases(self, split: Split, family: str, count: int, *, style: str | None = None) -> Iterator[ListCase]:
        """Yield so many cases of a family, or of one style of it."""


def generated() -> ListCorpus:
    """Return the drawn lists; raises NoCorpusError where the packages that draw them are not installed."""
    try:
        return cast(ListCorpus, importlib.import_module("fixtures.lists"))
    except ImportError as error:
        raise NoCorpusError(
            f"drawing lists needs {error.name}: install submission-intake with its extra called fixtures"
        ) from error


def families(corpus: ListCorpus, split: Split, named: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the families to measure: those named, else every one whose files are no mails and that has styles."""
    if named:
        return tuple(named)
    return tuple(name for name in corpus.FAMILIES if name not in MAILS and corpus.styles(split, name))
