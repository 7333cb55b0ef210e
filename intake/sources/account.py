"""Where a mailbox is and what one logs in with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """What a login with a password takes."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """What a login with XOAUTH2 takes: an access token."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where a mailbox is. TLS always; ``authority`` is a file with the certificates to trust besides the system's."""

    host: str
    user: str
    port: int = 993
    authority: Path | None = None
