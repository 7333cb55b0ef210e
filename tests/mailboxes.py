"""Mailboxes of tests: letters to put there, visits to make, watchers to run, and what the ledger has afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from threading import Event
from typing import Any

from intake.sources.account import Account, Password
from intake.sources.imap import ImapSession
from pipeline.office import Office
from pipeline.records import ledger, mailboxes
from pipeline.records.ledger import Message
from pipeline.records.mailboxes import Mailbox
from pipeline.records.session import reading, transaction
from pipeline.visiting import Mark, Post, Visitor
from pipeline.watching import Watcher
from tests.dovecot import PASSWORD, Dovecot

SINCE = date(2020, 1, 1)


def letter(number: int, *, size: int = 100) -> bytes:
    """Return a mail, the same for the same number and size."""
    head = f"From: ann{number}@agency.example\r\nTo: submissions@intake.example\r\nSubject: letter {number}\r\n"
    return f"{head}Message-ID: <{number}@agency.example>\r\n\r\nLetter {number}.\r\n{'x' * size}\r\n".encode()


def post(
    server: Dovecot,
    user: str,
    *,
    folders: tuple[str, ...] = ("INBOX",),
    mark: Mark | None = None,
    port: int | None = None,
    since: date = SINCE,
) -> Post:
    """Return the mailbox of a user as it is to be watched; ``port`` when it is not the server's own."""
    account = Account(host="localhost", user=user, port=port or server.port, authority=server.authority)
    return Post(name=user, account=account, folders=folders, ignore_before=since, mark=mark)


def visit(office: Office, where: Post, *, owner: str = "test", **settings: Any) -> int:
    """Visit every folder once and return how many messages came in."""
    with transaction(office.engine) as tx:
        mailbox = mailboxes.mailbox_of(tx, where.name)
    options: dict[str, Any] = {"ring": lambda: None} | settings
    visitor = Visitor(office=office, post=where, mailbox=mailbox.id, owner=owner, **options)
    with ImapSession(where.account, Password(text=PASSWORD)) as session:
        return sum(visitor.visit(session, folder) for folder in where.folders)


def arrived(office: Office, state: str = "received") -> list[Message]:
    """Return the lines of the ledger in a state, oldest first."""
    with reading(office.engine) as tx:
        return list(reversed(ledger.messages_in(tx, state, limit=100_000)))  # type: ignore[arg-type]


def bodies(office: Office) -> list[bytes]:
    """Return the bytes of all messages received and not yet read, oldest first."""
    return [office.archive.get(message.sha256) for message in arrived(office)]


def standing(office: Office, name: str) -> Mailbox:
    """Return how the records have a mailbox."""
    with transaction(office.engine) as tx:
        return mailboxes.mailbox_of(tx, name)


@contextmanager
def watching(office: Office, where: Post, **settings: Any) -> Iterator[Watcher]:
    """Watch a mailbox while the block lasts."""
    stop = Event()
    options: dict[str, Any] = {"secret": lambda: Password(text=PASSWORD), "ring": lambda: None} | settings
    watcher = Watcher(office=office, post=where, stop=stop, **options)
    thread = threading.Thread(target=watcher.run, daemon=True)
    thread.start()
    try:
        yield watcher
    finally:
        stop.set()
        thread.join(timeout=20)
        assert not thread.is_alive()


def eventually(true: Callable[[], bool], *, seconds: float = 10.0) -> float:
    """Wait until something holds and return how long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come true in time"
        time.sleep(0.02)
    return time.monotonic() - began
