"""What a form map says: which canonical fact each box of a form holds, and of what type it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parsers.document import Scalar

FORMS: tuple[str, ...] = (
    *("125", "126", "127", "129", "130", "131", "133", "137", "140", "160", "163", "175", "186", "823"),
    *("24", "25", "27", "28", "35", "36", "37", "101"),
)
"""Forms with a map of their own, ``acord_<form>.toml`` beside this module: applications first, then the rest."""


class FormMapError(ValueError):
    """A form map is wrong; the message names the file and the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One box of one form.

    ``elabel`` carries its occurrence letter, ``field`` is the canonical name with its index. ``type`` is a value type,
    ``tick`` or ``signature``. ``value`` is what a tick stands for: a member of a choice, or True. ``need`` is B, Q, I,
    O or ``-``; ``label`` is the short printed label.
    """

    elabel: str
    field: str
    type: str
    need: str
    label: str
    value: Scalar = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Implied:
    """Rows ``first`` to ``last`` of ``group`` have ``name`` = ``value`` by where they stand on the form."""

    group: str
    first: int
    last: int
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The value of ``field`` holds as ``name`` for every row of ``group`` in use."""

    field: str
    group: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormMap:
    """All boxes of one form by eLabel with letter."""

    form: str
    kind: str
    title: str
    editions: tuple[str, ...]
    fields: Mapping[str, FormField]
    implied: tuple[Implied, ...] = ()
    spreads: tuple[Spread, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """What an agency system's own widget name stands for; ``blob`` is the eLabel prefix of a whole address in it."""

    elabel: str
    blob: str = ""
