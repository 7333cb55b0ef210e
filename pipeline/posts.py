"""The mailboxes of the settings, ready to be watched: where each is and with what secret one logs in today.

A provider that gives a new refresh token with every access token voids the old one. The new one is therefore sealed and
stored before the access token it came with is used; a process that dies in between starts from the newest.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr

from intake.sources import google, microsoft
from intake.sources.account import Account, Bearer, Password
from intake.sources.grants import Grant, Granted
from intake.sources.imap import ImapSession
from pipeline.mailbox_settings import Mailbox
from pipeline.office import Office
from pipeline.records import mailboxes
from pipeline.records.session import reading, transaction
from pipeline.visiting import Mark, Post

#: An access token is not used in its last minutes: a login may take some.
_MARGIN: Final = timedelta(minutes=5)
_PROVIDERS: Final[dict[str, Callable[[Grant], Granted]]] = {"microsoft": microsoft.access, "google": google.access}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One mailbox of the settings: what to visit, and whom to ask for the secret before a login."""

    post: Post
    secret: Callable[[], Password | Bearer]


def watched(office: Office) -> Iterator[Watched]:
    """Yield the mailboxes of the settings."""
    for name, mailbox in office.settings.mailboxes.items():
        yield Watched(post=post_of(name, mailbox), secret=secret_of(office, name, mailbox))


def try_mailbox(office: Office, name: str, mailbox: Mailbox) -> str:
    """Log in for real, open every folder, and return a sentence about what is there.

    Raises:
        SourceError: says what stands in the way.
    """
    post = post_of(name, mailbox)
    with ImapSession(post.account, secret_of(office, name, mailbox)()) as session:
        waiting = sum(len(session.uids(session.select(folder), since=post.ignore_before)) for folder in post.folders)
        pushes = "tells of news at once" if session.offers("IDLE") else "is asked for news twice a minute"
    return f"IMAP: {post.account.host} takes us and {pushes}; {waiting} messages since {post.ignore_before}"


def post_of(name: str, mailbox: Mailbox) -> Post:
    """Return where a mailbox is and what is done there."""
    how, _, word = mailbox.after.partition(":")
    account = Account(host=mailbox.host, user=mailbox.user, port=mailbox.port, authority=mailbox.authority)
    return Post(
        name=name,
        account=account,
        folders=mailbox.folders,
        ignore_before=mailbox.ignore_before,
        mark=Mark(how="flag" if how == "flag" else "move", word=word) if word else None,
    )


def secret_of(office: Office, name: str, mailbox: Mailbox) -> Callable[[], Password | Bearer]:
    """Return what gives the secret for a login: the password, or a token that is good for some minutes at least."""
    if mailbox.login == "password":
        password = Password(text=_plain(mailbox.password) or "")
        return lambda: password
    return _Tokens(office=office, name=name, grant=_grant(mailbox), ask=_PROVIDERS[mailbox.login])


@dataclass(slots=True, kw_only=True)
class _Tokens:
    office: Office
    name: str
    grant: Grant
    ask: Callable[[Grant], Granted]
    _token: str = ""
    _until: datetime | None = field(default=None)

    def __call__(self) -> Bearer:
        now = self.office.clock.now()
        if self._until is None or now >= self._until - _MARGIN:
            granted = self.ask(replace(self.grant, refresh_token=self._newest()))
            if granted.refresh_token:
                self._store(granted.refresh_token, now)
            self._token = granted.access_token
            self._until = now + timedelta(seconds=granted.seconds)
        return Bearer(token=self._token)

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
