"""Watch a mailbox for good: visit its folders, wait for news, come back after every kind of trouble.

One watcher at a time speaks to a mailbox; the others wait for its lease. Trouble is kept with the mailbox, told once
when it begins and then hourly, and is gone with the first visit that ends well.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Final
from uuid import uuid4

import structlog

from intake.errors import FolderMissing, IntakeError, Refused, SourceError, Throttled, Untrusted
from intake.sources.imap import ImapSession
from pipeline import jobs
from pipeline.mailbox_secrets import Secret, open_session
from pipeline.office import Office
from pipeline.records import mailboxes
from pipeline.records.mailboxes import Mailbox
from pipeline.records.session import DATABASE_UNREACHABLE, LeaseLost, Transaction, transaction
from pipeline.visiting import NotMarked, Post, Stopped, Visitor

log = structlog.get_logger()

#: Seconds between looks at folders that nothing announces, and the longest wait in one IDLE.
POLL: Final = 30.0
IDLE: Final = 45.0
#: Seconds a watcher is given to leave its server politely.
_GOODBYE: Final = 5.0
_TELL_AGAIN: Final = timedelta(hours=1)
#: First and longest pause in seconds after trouble, by its kind; each try doubles the pause.
_PAUSES: Final[tuple[tuple[type[IntakeError], float, float], ...]] = (
    (Throttled, 30.0, 900.0),
    (Refused, 60.0, 900.0),
    (Untrusted, 60.0, 900.0),
    (IntakeError, 1.0, 60.0),
)
#: Seconds until the next try when the database is away, and after a fault of our own.
_NO_DATABASE: Final = 5.0
_FAULT: Final = 60.0


@contextmanager
def watching(watchers: Sequence[Watcher]) -> Iterator[None]:
    """Run watchers, a thread each, until the block ends."""
    threads = [Thread(target=watcher.run, name=f"watch-{watcher.post.name}", daemon=True) for watcher in watchers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for watcher in watchers:
            watcher.stop.set()
        for thread in threads:
            thread.join(timeout=_GOODBYE)


def pause(error: IntakeError, tries: int, *, jitter: float) -> float:
    """Return how many seconds to wait before the next try; ``jitter`` in [0, 1) keeps many watchers apart."""
    first, longest = next((first, longest) for kind, first, longest in _PAUSES if isinstance(error, kind))
    return float(min(longest, first * 2 ** min(tries, 12)) * (0.75 + jitter / 2))


@dataclass(slots=True, kw_only=True)
class Watcher:
    """One mailbox's watcher. ``secret`` is asked before every login, so that a token is always a fresh one."""

    office: Office
    post: Post
    secret: Secret
    ring: Callable[[], object]
    stop: Event
    idle: float = IDLE
    poll: float = POLL
    owner: str = field(default_factory=lambda: f"{uuid4().hex[:6]}@{jobs.owner_name()}")
    _tries: int = 0
    _told: tuple[str, datetime] | None = None

    def run(self) -> None:
        """Watch until ``stop`` is set."""
        while not self.stop.is_set():
            try:
                waiting = self._try()
            except LeaseLost:
                log.warning("mailbox.lease_lost", mailbox=self.post.name)
                waiting = self.poll
            except DATABASE_UNREACHABLE as error:
                log.error("database.unreachable", error=type(error).__name__)
                waiting = _NO_DATABASE
            except Exception as error:
                # Whatever it is: a thread that ended would leave its mailbox unread without a word.
                log.error("mailbox.failed", mailbox=self.post.name, reason=jobs.where(error))
                waiting = _FAULT
            self.stop.wait(waiting)

    def _try(self) -> float:
        try:
            return self._hold_and_watch()
        except Stopped:
            return 0.0
        except IntakeError as error:
            return self._troubled(error)

    def _hold_and_watch(self) -> float:
        """Watch for as long as the lease and the line hold; return how long to wait when another has the lease."""
        with transaction(self.office.engine) as tx:
            mailbox = mailboxes.mailbox_of(tx, self.post.name)
            _release_dead(tx, mailbox)
            if not mailboxes.take_lease(tx, mailbox.id, self.owner):
                return min(self.poll, mailboxes.LEASE.total_seconds() / 3)
        visitor = Visitor(
            office=self.office,
            post=self.post,
            mailbox=mailbox.id,
            owner=self.owner,
            ring=self.ring,
            stopped=self.stop.is_set,
        )
        try:
            with open_session(self.post.account, self.secret) as session:
                self._stay(session, visitor)
        finally:
            with transaction(self.office.engine) as tx:
                mailboxes.drop_lease(tx, mailbox.id, self.owner)
        return 0.0

    def _stay(self, session: ImapSession, visitor: Visitor) -> None:
        while not self.stop.is_set():
            self._round(session, visitor)
            if session.tells_news:
                # The folder visited last, the first of the list, is the selected one; the others are looked at in turn.
                longest = self.idle if len(self.post.folders) == 1 else min(self.idle, self.poll)
                session.wait(longest, until=self.stop.is_set)
            else:
                self.stop.wait(self.poll)
                session.noop()
            # Only now: a server that answers well and will not be waited for is not asked every second.
            self._tries = 0

    def _round(self, session: ImapSession, visitor: Visitor) -> None:
        trouble: SourceError | None = None
        for name in reversed(self.post.folders):
            try:
                visitor.visit(session, name)
            except (FolderMissing, NotMarked) as error:
                trouble = error
        if isinstance(trouble, FolderMissing) and len(self.post.folders) == 1:
            raise trouble
        with transaction(self.office.engine) as tx:
            mailboxes.hold_lease(tx, visitor.mailbox, self.owner)
            mailboxes.note_contact(tx, visitor.mailbox, self.office.clock.now(), well=trouble is None)
        if trouble is not None:
            self._note(trouble)

    def _troubled(self, error: IntakeError) -> float:
        self._note(error)
        waiting = pause(error, self._tries, jitter=random.random())
        self._tries += 1
        return waiting

    def _note(self, error: IntakeError) -> None:
        """Keep the trouble with the mailbox; tell it when it begins and then once an hour."""
        kind, now = type(error).__name__, self.office.clock.now()
        with transaction(self.office.engine) as tx:
            mailbox = mailboxes.mailbox_of(tx, self.post.name)
            mailboxes.note_trouble(tx, mailbox.id, kind=kind, sentence=str(error), at=now)
        if self._told is None or self._told[0] != kind or now - self._told[1] >= _TELL_AGAIN:
            self._told = (kind, now)
            log.error("mailbox.trouble", mailbox=self.post.name, kind=kind, trouble=str(error))


def _release_dead(tx: Transaction, mailbox: Mailbox) -> None:
    """Take the lease from a process of this machine that is no more: nobody has to wait for it to run out."""
    owner = mailbox.lease_owner
    if owner is not None and not jobs.is_alive(owner.partition("@")[2]):
        mailboxes.drop_lease(tx, mailbox.id, owner)
