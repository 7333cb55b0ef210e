"""Access tokens for mailboxes of Microsoft 365, as an application or for one user."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from intake.errors import Refused, SourceError, Throttled, Unreachable
from intake.sources.grants import Grant, Granted
from intake.sources.server_words import said

_APPLICATION: Final = ["https://outlook.office365.com/.default"]
_USER: Final = ["https://outlook.office365.com/IMAP.AccessAsUser.All"]
_AUTHORITY: Final = "https://login.microsoftonline.com"
#: What a person can do about an answer, by its first words (the provider's own numbers).
_HELP: Final = {
    "invalid_grant": "The consent for this mailbox ended or was taken back: sign in again for a new refresh_token.",
    "invalid_client": "The client_secret is wrong or ran out: make a new one at the provider.",
    "unauthorized_client": "The application is not allowed to read mail in this tenant: an administrator has to agree.",
}
_PATIENCE: Final = frozenset({"temporarily_unavailable", "server_error", "too_many_requests"})


def access(grant: Grant) -> Granted:
    """Ask Microsoft for an access token.

    A refresh token is used up by asking: keep the new one before anything else.

    Raises:
        Refused: a person has to look. Throttled, Unreachable: try again later.
    """
    import msal  # type: ignore[import-untyped]
    from requests.exceptions import RequestException

    try:
        application = _application(msal, grant)
        if grant.refresh_token:
            told = application.acquire_token_by_refresh_token(grant.refresh_token, scopes=_USER)
        else:
            told = application.acquire_token_for_client(scopes=_APPLICATION)
    except (RequestException, ValueError) as error:
        raise Unreachable(f"Microsoft's token service cannot be reached: {said(error)}.") from error
    if "access_token" not in told:
        raise _refusal(told)
    return Granted(
        access_token=told["access_token"],
        seconds=int(told.get("expires_in", 0)),
        refresh_token=told.get("refresh_token"),
    )


def _application(msal: Any, grant: Grant) -> Any:
    options: dict[str, Any] = {
        "authority": f"{(grant.token_url or _AUTHORITY).rstrip('/')}/{grant.tenant}",
        "http_client": _session(grant),
    }
    if grant.token_url:
        options["instance_discovery"] = False
    if grant.client_secret:
        return msal.ConfidentialClientApplication(grant.client_id, client_credential=grant.client_secret, **options)
    return msal.PublicClientApplication(grant.client_id, **options)


def _session(grant: Grant) -> Any:
    """Return what speaks HTTP for the library: with an end to every wait, and with our own authority where one is set.

    The authority goes with each request, since one of the environment would win over one of the session.
    """
    from requests import Session

    session = Session()
    verify: bool | str = str(grant.authority) if grant.authority else True
    session.request = partial(session.request, verify=verify, timeout=30)  # type: ignore[method-assign]
    return session


def _refusal(told: dict[str, Any]) -> SourceError:
    kind = str(told.get("error", "no answer"))
    if kind in _PATIENCE:
        return Throttled(f"Microsoft asks for patience: {said(told.get('error_description', kind))}.")
    return Refused(_HELP.get(kind) or f"Microsoft gives no token: {said(told.get('error_description', kind))}.")
