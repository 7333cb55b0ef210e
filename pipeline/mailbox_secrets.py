"""The secrets that mailboxes are logged in with: a password, or a token that is asked for when it is needed.

A provider that gives a new refresh token with every access token voids the old one. The new one is therefore sealed and
stored before the access token it came with is used; a process that dies in between starts from the newest.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr

from intake.errors import Refused
from intake.sources import google, microsoft
from intake.sources.account import Account, Bearer, Password
from intake.sources.grants import Grant, Granted
from intake.sources.imap import ImapSession
from pipeline.mailbox_settings import Mailbox
from pipeline.office import Office
from pipeline.records import mailboxes
from pipeline.records.session import reading, transaction

Secret = Callable[[], Password | Bearer]
#: An access token is not used in its last minutes: a login may take some.
_MARGIN: Final = timedelta(minutes=5)
_PROVIDERS: Final[dict[str, Callable[[Grant], Granted]]] = {"microsoft": microsoft.access, "google": google.access}


def open_session(account: Account, secret: Secret) -> ImapSession:
    """Log in; where a token that was good before is refused now, a new one is asked for and tried once.

    Raises:
        SourceError: see ``intake.errors``.
    """
    try:
        return ImapSession(account, secret())
    except Refused:
        # Rights that were given, or taken and given back, are in new tokens only.
        if not (isinstance(secret, Tokens) and secret.drop()):
            raise
    return ImapSession(account, secret())


def secret_of(office: Office, name: str, mailbox: Mailbox) -> Secret:
    """Return what gives the secret for a login: the password, or a token that is good for some minutes at least."""
    if mailbox.login == "password":
        password = Password(text=_plain(mailbox.password) or "")
        return lambda: password
    return Tokens(office=office, name=name, grant=_grant(mailbox), ask=_PROVIDERS[mailbox.login])


def sign_in(*, tenant: str, client_id: str, token_url: str, authority: Path | None, show: Callable[[str], None]) -> str:
    """Let a person sign in to a mailbox of Microsoft 365 with a browser; return the refresh token that comes of it.

    ``show`` is given the sentence that tells the page and the code.

    Raises:
        SourceError: says what stands in the way.
    """
    trusted = authority if token_url else None
    grant = Grant(client_id=client_id, tenant=tenant, token_url=token_url, authority=trusted)
    granted = microsoft.sign_in(grant, show)
    if granted.refresh_token is None:
        raise Refused("Microsoft gave no refresh_token: the application has to ask for offline_access.")
    return granted.refresh_token


@dataclass(slots=True, kw_only=True)
class Tokens:
    """The access tokens of one mailbox, one after the other; each is used until shortly before it ends."""

    office: Office
    name: str
    grant: Grant
    ask: Callable[[Grant], Granted]
    _token: str = ""
    _until: datetime | None = field(default=None)
    _was_kept: bool = False

    def __call__(self) -> Bearer:
        """Return a token that is good for some minutes at least."""
        now = self.office.clock.now()
        self._was_kept = self._until is not None and now < self._until - _MARGIN
        if not self._was_kept:
            self._until = None
            granted = self.ask(replace(self.grant, refresh_token=self._newest()))
            if granted.refresh_token:
                self._store(granted.refresh_token, now)
            self._token = granted.access_token
            self._until = now + timedelta(seconds=granted.seconds)
        return Bearer(token=self._token)

    def drop(self) -> bool:
        """Forget the token, which a mail server refused; tell whether it was an older one, so that a new one may do."""
        self._until = None
        return self._was_kept

    def _newest(self) -> str | None:
        with reading(self.office.engine) as tx:
            stored = mailboxes.token_of(tx, self.name)
        if stored is None or self.grant.refresh_token is None:
            return self.grant.refresh_token
        try:
            origin, _, token = _seal(self.office).decrypt(stored.sealed.encode()).decode().partition(" ")
        except InvalidToken:
            # The secret of the installation was changed: the token of the settings is all we have.
            return self.grant.refresh_token
        # Somebody signed in again and set the token got by that: what came of the one before is void.
        return token if origin == self._origin() else self.grant.refresh_token

    def _store(self, token: str, at: datetime) -> None:
        sealed = _seal(self.office).encrypt(f"{self._origin()} {token}".encode()).decode()
        with transaction(self.office.engine) as tx:
            mailboxes.store_token(tx, self.name, sealed, at=at)

    def _origin(self) -> str:
        """Return a name for the token of the settings that all newer ones come from."""
        return hashlib.sha256((self.grant.refresh_token or "").encode()).hexdigest()


def _grant(mailbox: Mailbox) -> Grant:
    return Grant(
        client_id=mailbox.client_id,
        client_secret=_plain(mailbox.client_secret),
        refresh_token=_plain(mailbox.refresh_token),
        tenant=mailbox.tenant,
        token_url=mailbox.token_url,
        authority=mailbox.authority if mailbox.token_url else None,
    )


def _seal(office: Office) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"mailbox tokens:" + office.secret).digest()))


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
