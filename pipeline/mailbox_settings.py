"""What can be set of a mailbox to watch: where it is, what to leave alone, how to log in, what to mark there."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr, field_validator, model_validator

Login = Literal["password", "microsoft", "google"]


class Mailbox(BaseModel):
    """One mailbox to watch, a table ``[mailboxes.<name>]`` of the file.

    ``ignore_before`` has no default: a mailbox that is old when it is set up must not be answered from its beginning.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    """``imaps://user@host:993``; an ``@`` in the user may be written ``%40``. TLS always."""
    ignore_before: date
    """Mail that arrived on an earlier day is never looked at. The server's days count, by its own clock and zone."""
    folders: tuple[str, ...] = ("INBOX",)
    """Folders to watch; news in the first one is heard at once, the others are looked at twice a minute."""
    after: str = ""
    """What happens there to a message that is ours: nothing, ``flag:$Intake``, or ``move:Processed``."""
    authority: Path | None = None
    """A file with certificates to trust besides the system's."""

    login: Login = "password"
    password: SecretStr | None = None
    tenant: str = "common"
    client_id: str = ""
    client_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None
    """The first one; newer ones are kept in the database. Without one, Microsoft is asked as an application."""
    token_url: str = ""
    """Where tokens come from, when it is not the provider's usual place."""

    @field_validator("url")
    @classmethod
    def _is_imaps(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            named = bool(parts.hostname and parts.username and (parts.port is None or parts.port))
        except ValueError:
            named = False
        if not named or parts.scheme != "imaps":
            raise ValueError("use imaps://user@host or imaps://user@host:993")
        if parts.password:
            raise ValueError("the password does not belong into the address: set password")
        return url

    @field_validator("after")
    @classmethod
    def _is_known(cls, after: str) -> str:
        how, _, word = after.partition(":")
        if after and (how not in ("flag", "move") or not word):
            raise ValueError("use flag:<keyword> or move:<folder>, or leave it out")
        return after

    @field_validator("folders")
    @classmethod
    def _are_some(cls, folders: tuple[str, ...]) -> tuple[str, ...]:
        if not folders or len(set(folders)) != len(folders):
            raise ValueError("name at least one folder, each once")
        return folders

    @model_validator(mode="after")
    def _moves_away(self) -> Self:
        if self.after.startswith("move:") and self.after.removeprefix("move:") in self.folders:
            raise ValueError("move messages to a folder that is not watched itself")
        return self

    @model_validator(mode="after")
    def _can_log_in(self) -> Self:
        if self.login == "password" and self.password is None:
            raise ValueError("set password, or login to microsoft or google")
        if self.login != "password" and not self.client_id:
            raise ValueError("set client_id, the number of the application registered with the provider")
        if self.login == "google" and self.refresh_token is None:
            raise ValueError("set refresh_token, the one Google gave for this mailbox")
        if self.login == "microsoft" and self.refresh_token is None and self.client_secret is None:
            raise ValueError("set client_secret, or the refresh_token Microsoft gave for this mailbox")
        return self

    @property
    def user(self) -> str:
        """Return the user's name at the server."""
        return unquote(urlsplit(self.url).username or "")

    @property
    def host(self) -> str:
        """Return the server's name."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """Return the server's port."""
        return urlsplit(self.url).port or 993
