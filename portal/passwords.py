"""Passwords of our staff: argon2id, one answer and one duration for an unknown address and a wrong password."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_LENGTH = 12
"""Characters that a password of our staff needs at least."""

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, with its own salt and costs in it."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Return whether a password is the one behind a hash; without a hash, the same work is done for nothing."""
    try:
        good = _hasher.verify(kept or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return good and kept is not None


@cache
def _decoy() -> str:
    return _hasher.hash("nobody has this password")
