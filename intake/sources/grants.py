"""What an OAuth provider is asked with, what it grants, and its refusals in words that a person can act on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from intake.errors import Refused, SourceError, Throttled
from intake.sources.server_words import said

_PATIENCE: Final = frozenset({"temporarily_unavailable", "server_error", "too_many_requests", "rate_limit_exceeded"})
#: What a person can do, by the kinds of refusal that providers have in common (RFC 6749 §5.2, RFC 8628 §3.5).
_REMEDIES: Final = {
    "invalid_grant": "The consent for this mailbox ended or was taken back: sign in again for a new refresh_token.",
    "invalid_client": "The client_secret is wrong, ran out or belongs to another client_id: make a new one there.",
    "unauthorized_client": "The application is not allowed to read this mailbox: look at the client_id, and let an"
    " administrator agree.",
    "authorization_declined": "The sign-in was declined.",
    "access_denied": "The sign-in was declined.",
    "expired_token": "Nobody signed in in time: begin again.",
}


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


def refusal(provider: str, kind: str, words: str | None, *, remedy: str = "") -> SourceError:
    """Return a provider's refusal as one of our errors; ``remedy`` is what is known better than by its kind."""
    if kind in _PATIENCE:
        return Throttled(f"{provider} asks for patience: {said(words or kind)}.")
    return Refused(remedy or _REMEDIES.get(kind) or f"{provider} gives no token: {said(words or kind)}.")
