"""Read the form maps and the alias table, and refuse what is wrong in them with file and entry."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from parsers.forms.maps import FORMS, Alias, FormField, FormMap, FormMapError, Implied, Spread
from parsers.values import TYPES

_HERE = Path(__file__).parent
_BOX_TYPES = frozenset(TYPES) | {"tick", "signature"}
_KEYS = {"elabel", "letters", "field", "start", "type", "value", "need", "label"}
_REQUIRED = {"elabel", "letters", "field", "type"}
_NEEDS = frozenset({"B", "Q", "I", "O", "-"})
_LETTER = re.compile(r"[A-Z]{1,2}\d?")
_FIELD = re.compile(r"[a-z][a-z0-9_]*(\[\d*\])?(\.[a-z0-9][a-z0-9_]*)*")


def _refuse(source: str, entry: object, why: str) -> FormMapError:
    return FormMapError(f"{source}: {entry}: {why}")


def _check(source: str, entry: Mapping[str, Any]) -> None:
    name = entry.get("elabel", entry)
    if missing := _REQUIRED - entry.keys():
        raise _refuse(source, name, f"lacks {', '.join(sorted(missing))}")
    if unknown := entry.keys() - _KEYS:
        raise _refuse(source, name, f"has unknown {', '.join(sorted(unknown))}")
    if entry["type"] not in _BOX_TYPES:
        raise _refuse(source, name, f"has the unknown type {entry['type']!r}")
    if "value" in entry and entry["type"] != "tick":
        raise _refuse(source, name, "has a value but is no tick")
    if entry.get("need", "O") not in _NEEDS:
        raise _refuse(source, name, f"has the unknown need {entry['need']!r}")
    if not entry["letters"] or not all(_LETTER.fullmatch(letter) for letter in entry["letters"]):
        raise _refuse(source, name, f"has bad letters {entry['letters']!r}")
    if not _FIELD.fullmatch(entry["field"]):
        raise _refuse(source, name, f"has the bad field {entry['field']!r}")
    if len(entry["letters"]) > 1 and "[]" not in entry["field"] and not entry["field"].startswith("attachments_"):
        raise _refuse(source, name, "has several letters but no row in its field")


def _fields(source: str, entry: Mapping[str, Any]) -> list[FormField]:
    _check(source, entry)
    start = entry.get("start", 0)
    return [
        FormField(
            elabel=f"{entry['elabel']}_{letter}",
            field=entry["field"].replace("[]", f"[{start + place}]"),
            type=entry["type"],
            need=entry.get("need", "O"),
            label=entry.get("label", ""),
            value=entry.get("value", True),
        )
        for place, letter in enumerate(entry["letters"])
    ]


def _collisions(source: str, fields: Mapping[str, FormField]) -> None:
    seen: dict[tuple[str, object], str] = {}
    for box in fields.values():
        key = (box.field, box.value if box.type == "tick" else None)
        shared = box.field.startswith("attachments_declared.")
        if key in seen and not shared:
            raise _refuse(source, box.elabel, f"and {seen[key]} both hold {box.field}")
        seen[key] = box.elabel


def read_form_map(data: Mapping[str, Any], source: str) -> FormMap:
    """Return the form map in ``data``; raises FormMapError naming ``source`` and the entry that is wrong."""
    if missing := {"form", "kind", "title", "editions", "field"} - data.keys():
        raise _refuse(source, "the file", f"lacks {', '.join(sorted(missing))}")
    fields: dict[str, FormField] = {}
    for entry in data["field"]:
        for box in _fields(source, entry):
            if box.elabel in fields:
                raise _refuse(source, box.elabel, "is mapped twice")
            fields[box.elabel] = box
    _collisions(source, fields)
    return FormMap(
        form=data["form"],
        kind=data["kind"],
        title=data["title"],
        editions=tuple(data["editions"]),
        fields=fields,
        implied=tuple(_implied(source, entry) for entry in data.get("implied", ())),
        spreads=tuple(_spread(source, entry) for entry in data.get("spread", ())),
    )


def _implied(source: str, entry: Mapping[str, Any]) -> Implied:
    try:
        return Implied(**entry)
    except TypeError as error:
        raise _refuse(source, entry, str(error)) from error


def _spread(source: str, entry: Mapping[str, Any]) -> Spread:
    try:
        return Spread(**entry)
    except TypeError as error:
        raise _refuse(source, entry, str(error)) from error


@cache
def form_map(form: str) -> FormMap | None:
    """Return the map of a form such as ``125``, or None for a form without one; raises FormMapError."""
    if form not in FORMS:
        return None
    path = _HERE / f"acord_{form}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except tomllib.TOMLDecodeError as error:
        raise FormMapError(f"{path.name}: {error}") from error
    return read_form_map(data, path.name)


_ALIAS_KEYS = {"name", "elabel", "blob", "form", "rows", "first"}
_ROWS = "ABCDEFGHIJKLM"


@cache
def aliases(form: str | None = None) -> Mapping[str, Alias]:
    """Return widget names that are no eLabels, in lower case → eLabel with letter; raises FormMapError.

    Without a form the names that agency systems give on any form, with one the names of that form only.
    """
    source = "aliases.toml"
    found: dict[str, Alias] = {}
    for entry in _alias_entries():
        if not {"name", "elabel"} <= entry.keys() <= _ALIAS_KEYS:
            raise _refuse(source, entry, "needs name and elabel, and may have blob, form, rows and first")
        if entry.get("form") != form:
            continue
        for name, elabel in _alias_rows(entry):
            if name in found:
                raise _refuse(source, entry["name"], "is there twice")
            found[name] = Alias(elabel=elabel, blob=entry.get("blob", ""))
    return found


@cache
def _alias_entries() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((_HERE / "aliases.toml").read_text(encoding="utf-8"))["alias"])


def _alias_rows(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (name in lower case, eLabel) of every row an entry stands for; one for a name without ``{n}``."""
    name, elabel = entry["name"].casefold(), entry["elabel"]
    if "{n}" not in name:
        return [(name, elabel)]
    letters = entry.get("rows", _ROWS)
    return [
        (name.replace("{n}", str(row)), f"{elabel}_{letter}")
        for row, letter in enumerate(letters, start=entry.get("first", 1))
    ]
