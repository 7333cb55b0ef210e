"""What can be wrong around us, told in one sentence: the settings, the database, a source, the disk, the readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from tomllib import TOMLDecodeError
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import ArgumentError, DatabaseError

from intake.errors import IntakeError
from parsers.sandbox import SandboxError
from pipeline.records.session import DATABASE_UNREACHABLE, RecordsError

FAILED = 1
WRONG_USE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One sentence for a person who can mend it, and the exit code of a command that ends with it."""

    sentence: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class _Family:
    errors: tuple[type[Exception], ...]
    words: Callable[[Any], str]
    exit_code: int


def _settings(error: ValidationError) -> str:
    # What was given may be a password and is not repeated.
    told = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]
    return f"the settings are wrong ({'; '.join(told)}): look at the INTAKE_ variables and intake.toml"


def _file(error: TOMLDecodeError) -> str:
    return f"the settings file is not TOML: {error}"


def _database(error: Exception) -> str:
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return f"the database cannot be used: {said} (INTAKE_DATABASE_URL says where it is)"


def _outside(error: OSError) -> str:
    said = error.strerror or type(error).__name__
    return f"{error.filename}: {said}" if error.filename else said


_FAMILIES: tuple[_Family, ...] = (
    _Family((ValidationError,), _settings, WRONG_USE),
    _Family((SettingsError,), lambda error: f"the settings are wrong: {error}", WRONG_USE),
    _Family((TOMLDecodeError,), _file, WRONG_USE),
    _Family((ArgumentError,), _database, WRONG_USE),
    _Family(DATABASE_UNREACHABLE, _database, FAILED),
    _Family((RecordsError, IntakeError, SandboxError), str, FAILED),
    _Family((OSError,), _outside, FAILED),
)

KNOWN: tuple[type[Exception], ...] = (*(kind for family in _FAMILIES for kind in family.errors), DatabaseError)
"""The errors that ``told`` has a sentence for; of DatabaseError the class itself only (a file that is no database)."""


def told(error: Exception) -> Trouble | None:
    """Return what to say about an error, or None when it is none of those a person outside can mend."""
    if type(error) is DatabaseError:
        return Trouble(sentence=_database(error), exit_code=FAILED)
    for family in _FAMILIES:
        if isinstance(error, family.errors):
            return Trouble(sentence=family.words(error), exit_code=family.exit_code)
    return None
