"""Access tokens for mailboxes of Microsoft 365, as an application or for one user."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final

from intake.errors import Refused, SourceError, Unreachable
from intake.sources.grants import Grant, Granted, refusal
from intake.sources.server_words import said

_APPLICATION: Final = ["https://outlook.office365.com/.default"]
_USER: Final = ["https://outlook.office365.com/IMAP.AccessAsUser.All"]
_AUTHORITY: Final = "https://login.microsoftonline.com"
#: What a person can do about the provider's own numbers, which tell more than the kind of its refusal.
_REMEDIES: Final = {
    50034: "There is no such user in this tenant.",
    50076: "The sign-in has to be confirmed by a second factor: sign in again for a new refresh_token.",
    65001: "Nobody agreed yet that the application may read this mailbox: let an administrator agree.",
    90002: "There is no such tenant: look at its domain or number.",
    700016: "The application is not known in this tenant: look at client_id and tenant.",
    7000218: "The application is not a public client: give its client_secret, or allow public client flows for it.",
    7000222: "The client_secret ran out: make a new one there.",
}


def access(grant: Grant) -> Granted:
    """Ask Microsoft for an access token.

    A refresh token is used up by asking: keep the new one before anything else.

    Raises:
        Refused: a person has to look. Throttled, Unreachable: try again later.
    """
    with _translated():
        application = _application(grant)
        if grant.refresh_token:
            told = application.acquire_token_by_refresh_token(grant.refresh_token, scopes=_USER)
        else:
            told = application.acquire_token_for_client(scopes=_APPLICATION)
    return _granted(told)


def sign_in(grant: Grant, show: Callable[[str], None]) -> Granted:
    """Let a person sign in with a browser, wherever that is, and wait until it is done: some minutes at most.

    ``show`` is given the sentence that says which page to open and which code to enter there.

    Raises:
        Refused: a person has to look. Throttled, Unreachable: try again later.
    """
    with _translated():
        application = _application(replace(grant, client_secret=None))
        flow = application.initiate_device_flow(scopes=_USER)
    if "user_code" not in flow:
        raise _refusal(flow)
    show(f"Open {flow['verification_uri']} and enter the code {flow['user_code']}.")
    with _translated():
        told = application.acquire_token_by_device_flow(flow)
    return _granted(told)


@contextmanager
def _translated() -> Iterator[None]:
    from requests.exceptions import RequestException

    try:
        yield
    except (RequestException, ValueError) as error:
        raise Unreachable(f"Microsoft's token service cannot be reached: {said(error)}.") from error


def _granted(told: dict[str, Any]) -> Granted:
    if "access_token" not in told:
        raise _refusal(told)
    return Granted(
        access_token=told["access_token"],
        seconds=int(told.get("expires_in", 0)),
        refresh_token=told.get("refresh_token"),
    )


def _application(grant: Grant) -> Any:
    import msal  # type: ignore[import-untyped]

    options: dict[str, Any] = {
        "authority": f"{(grant.token_url or _AUTHORITY).rstrip('/')}/{grant.tenant}",
        "http_client": _session(grant),
    }
    if grant.token_url:
        options["instance_discovery"] = False
    try:
        if grant.client_secret:
            return msal.ConfidentialClientApplication(grant.client_id, client_credential=grant.client_secret, **options)
        return msal.PublicClientApplication(grant.client_id, **options)
    except ValueError as error:
        # The line works: what the service answers about this tenant is no description of one.
        raise Refused(f"Microsoft knows no tenant {grant.tenant}: look at its domain or number.") from error


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
    numbers = told.get("error_codes") or ()
    remedy = next((_REMEDIES[number] for number in numbers if number in _REMEDIES), "")
    return refusal("Microsoft", str(told.get("error", "no answer")), told.get("error_description"), remedy=remedy)
