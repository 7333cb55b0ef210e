"""What an OAuth provider is asked with and what it grants, whichever provider it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a mailbox's provider knows us by; without ``refresh_token`` we ask as an application."""

    client_id: str
    client_secret: str | None = None
    refresh_token: str | None = None
    tenant: str = "common"
    token_url: str = ""
    authority: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """An access token for so many seconds; ``refresh_token`` when the provider gave a newer one."""

    access_token: str
    seconds: int
    refresh_token: str | None = None
