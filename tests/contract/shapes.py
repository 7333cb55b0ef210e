"""The JSON of ``intake read`` and ``intake preflight`` as checkable shapes: every key there, every value in its form.

A shape is a dictionary of keys to shapes, a list of one shape, a tuple of alternatives, a type, a pattern, or a
predicate. Keys beyond the shape are allowed: the contract may be added to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any


def is_date(value: Any) -> bool:
    """Return whether this is an ISO date that exists."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_share(value: Any) -> bool:
    """Return whether this is a number from 0 to 1."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def is_box(value: Any) -> bool:
    """Return whether this is x0, top, x1, bottom with a right way round."""
    return isinstance(value, list) and len(value) == 4 and value[0] <= value[2] and value[1] <= value[3]


def is_span(value: Any) -> bool:
    """Return whether this is a first and a last page, counted from 1."""
    return isinstance(value, list) and len(value) == 2 and 1 <= value[0] <= value[1]


def one_of(*values: Any) -> Callable[[Any], bool]:
    """Return the check for one of these values."""
    return lambda value: value in values


ID = re.compile(r"[a-z][a-z0-9_]*")
SHA256 = re.compile(r"[0-9a-f]{64}")
FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\[\d+\])?(\.[a-z0-9][a-z0-9_]*){0,2}")
ELABEL = re.compile(r"[A-Z][A-Za-z0-9_]*_[A-Z]{1,2}|[A-Z][A-Za-z0-9_]*")
STATE = re.compile(r"[A-Z]{2}")
CODE = re.compile(r"[A-Z]{2,}(-[A-Z0-9]+)+")

DEFECT = {"reason": ID}
ROW = {"page": (int, None)}
TABLE = {
    "name": ID,
    "rows": [ROW],
    "proof": {"proven": bool, "rows": int, "checks": [{"name": str, "ok": bool}]},
}
FIELD = {
    "field": FIELD_NAME,
    "elabel": (ELABEL, None),
    "value": (str, bool, None),
    "raw": str,
    "confidence": is_share,
    "method": one_of("widget", "layout", "ocr", "table", "text"),
    "page": (int, None),
    "box": (is_box, None),
}
DOCUMENT = {
    "kind": ID,
    "confidence": is_share,
    "pages": is_span,
    "form": (str, None),
    "edition": (re.compile(r"\d{4}/\d{2}"), None),
    "defects": [DEFECT],
    "fields": [FIELD],
    "tables": [TABLE],
}
READ = {
    "schema": one_of(1),
    "file": str,
    "sha256": SHA256,
    "media_type": re.compile(r"[a-z]+/[a-z0-9.+-]+"),
    "pages": int,
    "status": one_of("read", "partial", "unreadable"),
    "reason": (ID, None),
    "seconds": (float, int),
    "documents": [DOCUMENT],
}
ITEM = {
    "code": CODE,
    "line": (ID, None),
    "subject": str,
    "severity": one_of("blocking", "needed_to_quote", "needed_to_bind", "nice", "internal"),
    "state": str,
    "ask": str,
    "have": [str],
    "looked_at": [{"document": str, "page": (int, None)}],
}
SUBMISSION = {
    "insured": (str, None),
    "lines": [ID],
    "effective_date": (is_date, None),
    "states": [STATE],
    "matched": {"how": str, "ref": (str, None)},
    "score": lambda value: isinstance(value, int) and 0 <= value <= 100,
    "gate": one_of("complete", "quotable", "blocked"),
    "status": str,
    "items": [ITEM],
}
PREFLIGHT = {
    "schema": one_of(1),
    "file": str,
    "message_id": (str, None),
    "seconds": (float, int),
    "disposition": one_of("accept", "hold", "discard"),
    "reason": (str, None),
    "sender": (str, None),
    "true_sender": (str, None),
    "intents": [{"intent": ID, "confidence": is_share}],
    "attachments": int,
    "documents": [DOCUMENT],
    "submissions": [SUBMISSION],
}

SHARE = {"value": (is_share, None), "n": int, "low": is_share, "high": is_share}
GOAL = {"figure": ID, "value": (float, int, None), "bound": (float, int), "met": bool}
BENCH_RUNG = {
    "schema": one_of(1),
    "rung": ID,
    "split": one_of("tune", "calibrate", "test"),
    "files": int,
    "pages": int,
    "recall": SHARE,
    "wrong": SHARE,
    "ticks": SHARE,
    "yes_no": SHARE,
    "documents": SHARE,
    "kinds": SHARE,
    "editions": SHARE,
    "called_new": SHARE,
    "falsely_new": SHARE,
    "accepted": SHARE,
    "accepted_right": SHARE,
    "doubtful": SHARE,
    "conflicts": SHARE,
    "invented": int,
    "unnamed": int,
    "boundary_f1": (is_share, None),
    "seconds_per_page": (float, int),
    "goals": [GOAL],
    "faults": [
        {
            "rung": ID,
            "form": str,
            "elabel": str,
            "family": ID,
            "verdict": one_of("wrong", "invented", "missed", "asked"),
            "times": int,
            "truth": str,
            "said": str,
            "confidence": is_share,
        }
    ],
}
BENCH_ALL = {
    "schema": one_of(1),
    "rung": one_of(None),
    "split": one_of("tune", "calibrate", "test"),
    "accepted": SHARE,
    "accepted_right": SHARE,
    "calibration_error": is_share,
    "reliability": [{"from": is_share, "to": is_share, "sure": is_share, "right": SHARE}],
    "goals": [GOAL],
}

BENCH_LISTS = {
    "schema": one_of(1),
    "family": ID,
    "style": ID,
    "split": one_of("tune", "test", "aside"),
    "files": int,
    "extra": int,
    "rows": SHARE,
    "cells": SHARE,
    "terms": SHARE,
    "valuation": SHARE,
    "claim_count": SHARE,
    "total_incurred": SHARE,
    "proven": SHARE,
    "false": SHARE,
    "kinds": SHARE,
    "unknown": SHARE,
    "wrong_sure": SHARE,
    "seconds_per_file": (float, int),
    "goals": [GOAL],
}


def misfits(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    """Yield where a value does not fit its shape."""
    if isinstance(shape, dict):
        yield from _in_object(value, shape, path)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{path} is no list: {value!r}"
            return
        for index, one in enumerate(value):
            yield from misfits(one, shape[0], f"{path}[{index}]")
    elif not _fits(value, shape):
        yield f"{path} is {value!r}"


def _in_object(value: Any, shape: dict[str, Any], path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is no object: {value!r}"
        return
    for key, inner in shape.items():
        if key in value:
            yield from misfits(value[key], inner, f"{path}.{key}")
        else:
            yield f"{path}.{key} is missing"


def _fits(value: Any, shape: Any) -> bool:
    if isinstance(shape, tuple):
        return any(_fits(value, one) for one in shape)
    if shape is None:
        return value is None
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and bool(shape.fullmatch(value))
    if isinstance(shape, type):
        return isinstance(value, shape) and (shape is bool or not isinstance(value, bool))
    return bool(shape(value))
