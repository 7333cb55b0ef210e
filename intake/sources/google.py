"""Access tokens for mailboxes of Google, from the refresh token a user's consent gave."""

from __future__ import annotations

from typing import Any, Final

from intake.errors import Refused, SourceError, Throttled, Unreachable
from intake.sources.grants import Grant, Granted
from intake.sources.server_words import said

_TOKENS: Final = "https://oauth2.googleapis.com/token"
_HELP: Final = {
    "invalid_grant": "The consent for this mailbox ended or was taken back: sign in again for a new refresh_token.",
    "invalid_client": "The client_secret does not belong to the client_id.",
    "unauthorized_client": "The application is not allowed to read this mailbox.",
}


def access(grant: Grant) -> Granted:
    """Ask Google for an access token. The refresh token stays good; a newer one is returned when one is given.

    Raises:
        Refused: a person has to look. Throttled, Unreachable: try again later.
    """
    from authlib.integrations.base_client.errors import OAuthError  # type: ignore[import-untyped]
    from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]
    from requests.exceptions import RequestException

    verify: bool | str = str(grant.authority) if grant.authority else True
    try:
        with OAuth2Session(grant.client_id, grant.client_secret) as session:
            told = session.refresh_token(
                grant.token_url or _TOKENS, refresh_token=grant.refresh_token, verify=verify, timeout=30
            )
    except OAuthError as error:
        raise _refusal(error) from error
    except (RequestException, ValueError) as error:
        raise Unreachable(f"Google's token service cannot be reached: {said(error)}.") from error
    if "access_token" not in told:
        raise Unreachable("Google's token service gives an answer without a token.")
    newer = told.get("refresh_token")
    return Granted(
        access_token=told["access_token"],
        seconds=int(told.get("expires_in", 0)),
        refresh_token=newer if newer != grant.refresh_token else None,
    )


def _refusal(error: Any) -> SourceError:
    kind = str(error.error or "no answer")
    if kind in ("temporarily_unavailable", "server_error", "rate_limit_exceeded"):
        return Throttled(f"Google asks for patience: {said(error.description or kind)}.")
    return Refused(_HELP.get(kind) or f"Google gives no token: {said(error.description or kind)}.")
