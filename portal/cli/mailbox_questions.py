"""What ``intake init`` asks about a mailbox: where it is, and what its server or its provider wants to see."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import typer
from pydantic import ValidationError

from pipeline.mailbox_secrets import sign_in
from pipeline.mailbox_settings import Login, Mailbox
from portal.cli.output import Problem, chosen_of, console, shown

LOGINS: Final[tuple[Login, ...]] = ("password", "microsoft", "google")
_SERVERS: Final[Mapping[Login, str]] = {"microsoft": "outlook.office365.com", "google": "imap.gmail.com"}
#: Secrets of mailboxes are never given on the command line, where others may read them.
_VARIABLE: Final = "INTAKE_INIT_{}"

Ask = Callable[[str, str, str | None], str]
"""Return what was given under a name on the command line, or ask; the last is what stands there to be taken."""


def asked(ask: Ask, address: str, *, token_url: str, authority: Path | None) -> Mailbox:
    """Return the mailbox of an address, with all that its questions were answered with.

    Raises:
        Problem: the answers do not fit together. SourceError: signing in failed.
    """
    login = chosen_of("login", ask("login", f"How to log in ({', '.join(LOGINS)})", "password"), LOGINS)
    host = ask("imap", "Its IMAP server", _SERVERS.get(login, f"imap.{_domain(address)}"))
    told: dict[str, Any] = {
        "url": f"imaps://{address.replace('@', '%40')}@{host.removeprefix('imaps://')}",
        "login": login,
        "token_url": token_url,
        "authority": authority,
        "ignore_before": _day(ask("since", "Look at mail from this day on", date.today().isoformat())),
    }
    match login:
        case "password":
            told["password"] = _secret("password", "Password of the mailbox")
        case "microsoft":
            told |= _of_microsoft(ask, address, token_url, authority)
        case "google":
            told["client_id"] = ask("client_id", "client_id of the application at Google", None)
            told["client_secret"] = _secret("client_secret", "Its client_secret")
            told["refresh_token"] = _secret("refresh_token", "refresh_token that Google gave for this mailbox")
    return _valid(told)


def said_by_environment() -> str:
    """Return how to log in where a password in the environment says it, else nothing."""
    return "password" if _VARIABLE.format("PASSWORD") in os.environ else ""


def _of_microsoft(ask: Ask, address: str, token_url: str, authority: Path | None) -> dict[str, str]:
    """Ask for an application of its own, or let a person sign in where neither secret nor token is there."""
    told = {
        "tenant": ask("tenant", "Tenant at Microsoft: its domain or number", _domain(address)),
        "client_id": ask("client_id", "client_id of the application registered there", None),
    }
    refresh = os.environ.get(_VARIABLE.format("REFRESH_TOKEN"), "")
    unasked = "" if refresh else None
    told["client_secret"] = _secret("client_secret", "Its client_secret (nothing to sign in as a user)", unasked)
    if not refresh and not told["client_secret"]:
        refresh = sign_in(
            tenant=told["tenant"],
            client_id=told["client_id"],
            token_url=token_url,
            authority=authority,
            show=lambda words: console.print(shown(words), soft_wrap=True),
        )
    return {key: value for key, value in (told | {"refresh_token": refresh}).items() if value}


def _secret(name: str, question: str, unasked: str | None = None) -> str:
    """Return a secret from the environment, else from a prompt that does not show it."""
    given = os.environ.get(_VARIABLE.format(name.upper()), unasked)
    if given is not None:
        return given
    return str(typer.prompt(question, hide_input=True, default="", show_default=False))


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Problem(f"{said} is no day; write it as 2026-11-22", exit_code=2) from None


def _valid(told: dict[str, Any]) -> Mailbox:
    try:
        return Mailbox.model_validate(told)
    except ValidationError as error:
        raise Problem("; ".join(one["msg"] for one in error.errors()), exit_code=2) from None
