"""One visit to one folder of a mailbox: what is new there goes to the archive and the ledger, then the cursor moves.

The cursor and the ledger lines move in one transaction, under the mailbox's lease, so a visit that dies half way is
simply made again: what was entered is known by its key. What is to be flagged or moved in the folder is noted in that
transaction too and done only after it; a server that refuses is asked again on the next visit. Reading never opens a
folder for writing, so one that must not be written to is read all the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import structlog

from intake.errors import SourceError, Vanished
from intake.sources.account import Account
from intake.sources.imap import Body, Folder, ImapSession
from pipeline.office import Office
from pipeline.reception import Delivery, receive_together
from pipeline.records import mailboxes
from pipeline.records.mailboxes import FolderCursor
from pipeline.records.session import Transaction, transaction

log = structlog.get_logger()

#: Every folder is held against the ledger once a day: UIDs may appear below the cursor after a restore.
RECONCILE: Final = timedelta(hours=24)
_TOGETHER: Final = 50
_PATIENCE: Final = 0.25
#: Seconds between looks at the lease while a large message comes in.
_HOLD: Final = 15.0


class Stopped(Exception):
    """The visit was asked to end; what came in before that is ours."""


class NotMarked(SourceError):
    """The server does not let us flag or move messages: all is read, and a person has to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What happens in the mailbox to a message that is ours: a flag is set, or it is moved to a folder."""

    how: Literal["flag", "move"]
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A mailbox to watch. Mail that arrived before ``ignore_before`` is never looked at."""

    name: str
    account: Account
    folders: tuple[str, ...]
    ignore_before: date
    mark: Mark | None = None

    def source(self, folder: str) -> str:
        """Return the name under which messages of a folder stand on the ledger."""
        return f"imap:{self.name}/{folder}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who visits: the lease of the mailbox is held in ``owner``'s name; ``ring`` wakes the workers.

    When ``stopped`` holds, a visit ends between two messages instead of at its end.
    """

    office: Office
    post: Post
    mailbox: int
    owner: str
    ring: Callable[[], object]
    stopped: Callable[[], bool] = lambda: False

    def visit(self, session: ImapSession, name: str) -> int:
        """Read what is new in one folder and return how many messages came in.

        Raises:
            SourceError: the server, the line or the folder failed; what came in before that is ours.
            LeaseLost: another watcher has the mailbox now.
            Stopped: the visit was asked to end.
            ArchiveError: the disk does not take the messages; none of those in hand counts as read.
        """
        folder = session.select(name)
        cursor = self._cursor(session, folder)
        new = 0 if _is_quiet(cursor, folder) else self._read(session, folder, cursor)
        if self._is_to_reconcile(cursor):
            new += self._reconcile(session, folder, cursor)
        if self.post.mark:
            self._mark(session, folder, cursor.id, self.post.mark)
        return new

    def _cursor(self, session: ImapSession, folder: Folder) -> FolderCursor:
        with transaction(self.office.engine) as tx:
            cursor = mailboxes.folder_of(tx, self.mailbox, folder.name)
        if cursor.uid_validity == folder.uid_validity and not _is_set_back(session, folder, cursor):
            return cursor
        with transaction(self.office.engine) as tx:
            mailboxes.begin_again(tx, cursor.id, folder.uid_validity)
            if cursor.uid_validity is not None:
                log.warning("mailbox.uids_void", mailbox=self.post.name, folder=folder.name)
            return mailboxes.folder_of(tx, self.mailbox, folder.name)

    def _read(self, session: ImapSession, folder: Folder, cursor: FolderCursor) -> int:
        uids = session.uids(folder, above=cursor.last_uid, since=self.post.ignore_before)
        new = self._take(session, folder, cursor, uids)
        with transaction(self.office.engine) as tx:
            mailboxes.hold_lease(tx, self.mailbox, self.owner)
            # Whatever has a lower UID and was not found is older than we look, or gone.
            mailboxes.advance(tx, cursor.id, last_uid=max([*uids, (folder.uid_next or 1) - 1]))
            mailboxes.note_modseq(tx, cursor.id, folder.modseq)
        return new

    def _take(self, session: ImapSession, folder: Folder, cursor: FolderCursor, uids: Sequence[int]) -> int:
        new = 0
        for together in _grouped(session.bodies(uids)):
            taken = [body.uid for body in together]
            deliveries = self._keep(folder, together)

            def also(tx: Transaction, taken: list[int] = taken) -> None:
                mailboxes.hold_lease(tx, self.mailbox, self.owner)
                mailboxes.advance(tx, cursor.id, last_uid=taken[-1])
                if self.post.mark:
                    mailboxes.add_marks(tx, cursor.id, taken)

            arrivals = receive_together(self.office, deliveries, source=self.post.source(folder.name), also=also)
            new += sum(arrival.is_new for arrival in arrivals)
            self.ring()
            if self.stopped():
                raise Stopped
        return new

    def _keep(self, folder: Folder, bodies: Sequence[Body]) -> list[Delivery]:
        """Bring a group of messages to the disk; a large one is a group of its own and comes in parts."""
        archive, first = self.office.archive, bodies[0]
        if first.parts is not None and not isinstance(first.parts, tuple):
            try:
                kept = archive.put_parts(self._holding(first.parts))
            except Vanished:
                return [Delivery(key=_key(folder, first.uid), sha256=archive.put(b""), size=0, gone=True)]
            return [Delivery(key=_key(folder, first.uid), sha256=kept.sha256, size=kept.size, reusable=True)]
        raws = [b"".join(body.parts or ()) for body in bodies]
        return [
            Delivery(key=_key(folder, body.uid), sha256=sha256, size=len(raw), gone=body.parts is None, reusable=True)
            for body, raw, sha256 in zip(bodies, raws, archive.put_together(raws), strict=True)
        ]

    def _holding(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """Pass parts on and hold the lease meanwhile: who takes long over a large message is not dead."""
        held = time.monotonic()
        for part in parts:
            if self.stopped():
                raise Stopped
            if time.monotonic() - held > _HOLD:
                with transaction(self.office.engine) as tx:
                    mailboxes.hold_lease(tx, self.mailbox, self.owner)
                held = time.monotonic()
            yield part

    def _is_to_reconcile(self, cursor: FolderCursor) -> bool:
        # A clock that ran ahead once must not put this off until its day comes.
        return cursor.reconciled_at is None or abs(self.office.clock.now() - cursor.reconciled_at) >= RECONCILE

    def _reconcile(self, session: ImapSession, folder: Folder, cursor: FolderCursor) -> int:
        """Hold the folder against the ledger and fetch what is missing there, wherever its UID stands."""
        with transaction(self.office.engine) as tx:
            known = mailboxes.keys_of(tx, self.post.source(folder.name))
        uids = session.uids(folder, since=self.post.ignore_before)
        missing = [uid for uid in uids if _key(folder, uid) not in known]
        new = self._take(session, folder, cursor, missing)
        with transaction(self.office.engine) as tx:
            mailboxes.note_reconciled(tx, cursor.id, self.office.clock.now())
        if new:
            log.warning("mailbox.found_late", mailbox=self.post.name, folder=folder.name, messages=new)
        return new

    def _mark(self, session: ImapSession, folder: Folder, cursor: int, mark: Mark) -> None:
        """Flag or move what became ours, all of which is read by now."""
        with transaction(self.office.engine) as tx:
            uids = mailboxes.marks_of(tx, cursor)
        if not uids:
            return
        try:
            if session.select(folder.name, readonly=False).uid_validity != folder.uid_validity:
                return
            if mark.how == "flag":
                session.flag(uids, mark.word)
            else:
                session.move(uids, mark.word)
        except SourceError as error:
            # On a line that broke this fails; on one that did not, all goes on as for reading.
            session.select(folder.name)
            raise NotMarked(f"{len(uids)} messages of {folder.name} are read but not marked. {error}") from error
        with transaction(self.office.engine) as tx:
            mailboxes.drop_marks(tx, cursor, uids)


def _is_quiet(cursor: FolderCursor, folder: Folder) -> bool:
    """Tell whether the folder says by itself that nothing changed since all of it was read."""
    return folder.modseq is not None and folder.modseq == cursor.modseq and folder.uid_next == cursor.last_uid + 1


def _is_set_back(session: ImapSession, folder: Folder, cursor: FolderCursor) -> bool:
    """Tell whether a folder was restored from a backup and gives UIDs once more that other messages had.

    Servers that tell a wrong next UID have messages at or above it; for them nothing was set back.
    """
    if folder.uid_next is None or folder.uid_next > cursor.last_uid:
        return False
    return not session.uids(folder, above=folder.uid_next - 1)


def _key(folder: Folder, uid: int) -> str:
    return f"{folder.uid_validity:010d}.{uid:010d}"


def _grouped(bodies: Iterable[Body]) -> Iterator[list[Body]]:
    """Group what is entered together: a message waits for its neighbours a moment only, a large one for none."""
    group: list[Body] = []
    began = time.monotonic()
    for body in bodies:
        if body.parts is not None and not isinstance(body.parts, tuple):
            if group:
                yield group
            yield [body]
            group, began = [], time.monotonic()
            continue
        group.append(body)
        if len(group) == _TOGETHER or time.monotonic() - began > _PATIENCE:
            yield group
            group, began = [], time.monotonic()
    if group:
        yield group
