"""The mailboxes of the settings, ready to be watched: where each is, what is done there, and a try of one for real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from intake.errors import Refused
from intake.sources.account import Account
from intake.sources.imap import ImapSession
from pipeline.mailbox_secrets import Secret, secret_of
from pipeline.mailbox_settings import Login, Mailbox
from pipeline.office import Office
from pipeline.visiting import Mark, Post

#: What else may be missing when a mail server refuses a token that its provider has just given.
_REMEDIES: Final[dict[Login, str]] = {
    "password": "",
    "microsoft": " Is IMAP switched on for this mailbox? An application also has to be known to Exchange"
    " (New-ServicePrincipal) and be given the mailbox (Add-MailboxPermission).",
    "google": " Is IMAP switched on for this mailbox, and was the consent for https://mail.google.com/?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One mailbox of the settings: what to visit, and whom to ask for the secret before a login."""

    post: Post
    secret: Secret


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
    secret = secret_of(office, name, mailbox)()
    try:
        session = ImapSession(post.account, secret)
    except Refused as error:
        raise Refused(f"{error}{_REMEDIES[mailbox.login]}") from error
    with session:
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
