"""Structured logs whose events are ``noun.verb``, and the masking of what no log and no event may hold.

Restricted: social security and driver licence numbers, birth dates, passwords and tokens. Federal tax numbers keep
their last four digits. Logs also shorten mail addresses.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any, Literal

import structlog

MASK = "•••"

RESTRICTED_NAMES = frozenset(
    {"ssn", "dob", "license_number", "driver_license", "birth_date", "tax_id"}
    | {"password", "password_hash", "secret", "csrf", "csrf_secret", "token", "authorization", "cookie"}
)
_VALUE_KEYS = frozenset({"value", "raw", "before", "after", "values"})
SHORTEST = 9
"""Characters below which a text holds nothing restricted: the shortest is ``dob 1-2-80``."""
_DIGIT = re.compile(r"\d")
_SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_FEIN = re.compile(r"(?<![\d-])\d{2}-\d{3}(\d{4})(?![\d-])")
_BORN = re.compile(
    r"(\b(?:dob|d\.o\.b\.?|born(?: on)?|birth ?date|date of birth)\W{0,4})\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}", re.I
)
_LICENCE = re.compile(
    r"(\b(?:licen[cs]e|dl|lic)\b[ .:]{0,3}(?:no|number|num|#)?[ .:#]{0,3})[a-z]{0,3}\d[a-z0-9-]{4,18}",
    re.I,
)
_NINE_DIGITS = re.compile(r"(?<![\w.-])\d{5}(\d{4})(?![\w-])")
_ADDRESS = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+'-]*@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")

Words = Callable[[str], str]


def configure(*, as_json: bool = True, level: Literal["debug", "info", "warning", "error"] = "info") -> None:
    """Set up structlog on standard error: one JSON object a line, or plain lines for a terminal."""
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def redact(logger: object, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask a log entry: restricted names and numbers, nine-digit numbers, mail addresses."""
    return {key: _masked(key, value, log_words) for key, value in entry.items()}


def mask_restricted(value: Any) -> Any:
    """Return ``value`` with what is restricted masked, by the names of keys and fields and by the shape of numbers."""
    return _masked("", value, event_words)


def event_words(text: str) -> str:
    """Mask social security and tax numbers, and birth dates and licence numbers that are called so, in a text."""
    if len(text) < SHORTEST or not _DIGIT.search(text):
        return text
    plain = _FEIN.sub(rf"{MASK}\1", _SSN.sub(MASK, text))
    return _LICENCE.sub(rf"\1{MASK}", _BORN.sub(rf"\1{MASK}", plain))


def log_words(text: str) -> str:
    """Mask a text as logs may hold it: also bare nine-digit numbers and mail addresses (``j…@agency.example``)."""
    return _ADDRESS.sub(r"\1…@\2", _NINE_DIGITS.sub(rf"{MASK}\1", event_words(text)))


@lru_cache(maxsize=4096)
def is_restricted(name: str) -> bool:
    """Return whether values of that key or field (``drivers[0].ssn``) are restricted."""
    return name.rpartition(".")[2].lower() in RESTRICTED_NAMES


def _masked(key: str, value: Any, words: Words) -> Any:
    if value is not None and is_restricted(key):
        return MASK
    if isinstance(value, str):
        return _last_four(value) if _is_fein(key) else words(value)
    if isinstance(value, Mapping):
        return {name: _masked(_name_of(value, name), inner, words) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(key, inner, words) for inner in value]
    return value


def _name_of(entry: Mapping[str, Any], key: str) -> str:
    # {"field": "drivers[0].ssn", "before": …}: the values go by the name of the field.
    field = entry.get("field")
    return field if key in _VALUE_KEYS and isinstance(field, str) else str(key)


@lru_cache(maxsize=4096)
def _is_fein(name: str) -> bool:
    return name.rpartition(".")[2].lower() == "fein"


def _last_four(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return f"{MASK}{digits[-4:]}" if len(digits) == 9 else text
