"""Widget names as they stand in a PDF → eLabels: exact, with XFA path, or in an agency system's own words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from parsers.forms.loader import aliases
from parsers.forms.maps import Alias

_XFA_PATH = re.compile(r"^(?:topmostSubform|form\d*|F)\[\d+\]\.(?:#?\w+\[\d+\]\.)*", re.IGNORECASE)
_XFA_INDEX = re.compile(r"\[\d+\]$")
# Writers that merge PDFs make equal names different by a suffix of their own, qpdf wherever the names part.
_MERGED_PART = re.compile(r"\+\d{1,3}(?=[.\[]|$)")
_MERGE_SUFFIX = re.compile(r"(?:[#_ ]\d{1,3}|\.\d{1,3}|\s*\(\d+\))$")
_ELABEL = re.compile(r"^[A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*_[A-Z]{1,2}\d?$")


def is_elabel(name: str) -> bool:
    """Return whether a name is built as eLabels are: words divided by ``_``, and the letter of its occurrence."""
    return _ELABEL.match(name) is not None


class WidgetName(NamedTuple):
    """The eLabel a widget name stands for, and the eLabel prefix of the address that its box holds, if it holds one."""

    elabel: str
    blob: str = ""


# Few forms make up most mail, and each brings the same few hundred names every time.
@lru_cache(maxsize=8192)
def resolve(name: str, form: str | None = None) -> WidgetName:
    """Return the eLabel of a widget name, or the bare name itself where it is no eLabel and no alias.

    ``form`` is the number of the form the widget stands on, where it is known: some names mean something there only.
    """
    bare = plain(name)
    alias = _alias(bare, form)
    if alias:
        return WidgetName(alias.elabel, alias.blob)
    if not _ELABEL.match(bare):
        shorter = _XFA_INDEX.sub("", _MERGE_SUFFIX.sub("", bare))
        if _ELABEL.match(shorter):
            return WidgetName(shorter)
        if shorter != bare and (alias := _alias(shorter, form)):
            return WidgetName(alias.elabel, alias.blob)
        # A path of other names than the usual ones, such as that of a merged document.
        if is_elabel(part := last_part(shorter)):
            return WidgetName(part)
    return WidgetName(bare)


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """Return a widget name without XFA path and index, nor what a merging program added to tell it from another."""
    return _XFA_INDEX.sub("", _XFA_PATH.sub("", _MERGED_PART.sub("", name.strip())))


def last_part(name: str) -> str:
    """Return what a widget is called itself, whatever path leads to it: the last part of its plain name."""
    return _XFA_INDEX.sub("", plain(name).rpartition(".")[2])


def _alias(bare: str, form: str | None) -> Alias | None:
    key = bare.casefold()
    return (aliases(form).get(key) if form else None) or aliases().get(key)
