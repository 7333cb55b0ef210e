"""Access tokens for mailboxes of Google, from the refresh token a user's consent gave."""

from __future__ import annotations

from typing import Final

from intake.errors import Unreachable
from intake.sources.grants import Grant, Granted, refusal
from intake.sources.server_words import said

_TOKENS: Final = "https://oauth2.googleapis.com/token"


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
        raise refusal("Google", str(error.error or "no answer"), error.description) from error
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
