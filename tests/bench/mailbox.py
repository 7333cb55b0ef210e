"""What watching a mailbox costs: reading beside a bare batched fetch, one poll by the size of the mailbox, the push.

All of it runs against a real Dovecot over TLS on this machine, and in one run, so that the ratios share their weather.
The bare fetch is imapclient's with its slow log of literals switched off: the fastest the library can be.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from threading import Event, Thread

from intake.sources.account import Account, Password
from intake.sources.imap import ImapSession
from pipeline.office import Office, open_office
from pipeline.posts import Watched
from pipeline.records import ledger, mailboxes
from pipeline.records.session import reading, transaction
from pipeline.settings import Settings
from pipeline.visiting import Post, Visitor
from pipeline.watching import Watcher
from tests.dovecot import PASSWORD, Dovecot, running_dovecot

READ = 2_000
LETTER_BYTES = 9_000
SMALL, LARGE = 200, 50_000
PUSHES = 60
INDEXED = "mail_location = mdbox:{folder}/mail/%u"
"""A store with an index: one that lists a folder of 50,000 files for every look would hide what we cost."""
READ_GOAL, POLL_GOAL, PUSH_GOAL = 1.5, 1.5, 1.0


def main(runs: int) -> None:
    """Measure and print, a line each."""
    with running_dovecot(extra=INDEXED) as server, tempfile.TemporaryDirectory(prefix="intake-bench-") as folder:
        _say(_reading(server, runs))
        _say(_receiving(server, Path(folder)))
        _say(_polling(server, Path(folder), runs))
        _say(_pushing(server, Path(folder)))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _letters(count: int, *, size: int = LETTER_BYTES) -> list[bytes]:
    head = "From: ann@agency.example\r\nTo: us@intake.example\r\nSubject: letter {0}\r\nMessage-ID: <{0}@a.example>"
    return [(head.format(number) + "\r\n\r\n" + "x" * 70 * (size // 70)).encode() + b"\r\n" for number in range(count)]


def _fill(server: Dovecot, user: str, letters: Sequence[bytes]) -> None:
    """Put letters into a user's inbox, many in one command."""
    with server.client(user) as client:
        for at in range(0, len(letters), 2_000):
            client.multiappend("INBOX", letters[at : at + 2_000])


def _account(server: Dovecot, user: str) -> Account:
    return Account(host="localhost", user=user, port=server.port, authority=server.authority)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _reading(server: Dovecot, runs: int) -> str:
    _fill(server, "reader", _letters(READ))

    def ours() -> None:
        with ImapSession(_account(server, "reader"), Password(text=PASSWORD)) as session:
            folder = session.select("INBOX")
            read = sum(len(part) for body in session.bodies(session.uids(folder)) for part in body.parts or ())
            assert read > READ * LETTER_BYTES * 0.9

    def bare() -> None:
        with server.client("reader") as client:
            client._imap.debug = 0
            client.select_folder("INBOX", readonly=True)
            uids = client.search("ALL")
            for at in range(0, len(uids), 50):
                client.fetch(uids[at : at + 50], ["BODY.PEEK[]"])

    pairs = [(_timed(ours), _timed(bare)) for _ in range(max(3, runs // 3))]
    ratio = median(mine / theirs for mine, theirs in pairs)
    mine, theirs = (median(one) for one in zip(*pairs, strict=True))
    return _line(f"reading {READ} mails over a bare batched fetch", mine * 1000, theirs * 1000, ratio, READ_GOAL)


def _receiving(server: Dovecot, folder: Path) -> str:
    """Tell, without a goal, what it costs to make the same mails ours: on the disk, flushed, and on the ledger."""
    with _office(folder / "receiving") as office:
        seconds = _timed(lambda: _visit(office, _post(server, "reader")))
    return f"{'making them ours (archive flushed, ledger)':<56}{seconds * 1000:>9.1f} ms"


def _polling(server: Dovecot, folder: Path, runs: int) -> str:
    costs = []
    for count in (SMALL, LARGE):
        user = f"box{count}"
        _fill(server, user, _letters(count, size=70))
        with _office(folder / user) as office:
            post = _post(server, user)
            with transaction(office.engine) as tx:
                box = mailboxes.mailbox_of(tx, user)
            visitor = Visitor(office=office, post=post, mailbox=box.id, owner="bench", ring=lambda: None)
            with ImapSession(post.account, Password(text=PASSWORD)) as session:
                _pretend_read(office, visitor, session)
                with server.client(user) as other:
                    costs.append(median(_poll(session, visitor, other) for _ in range(max(5, runs))))
    small, large = costs
    return _line(
        f"one new mail in a box of {LARGE:,} over one of {SMALL}", large * 1000, small * 1000, large / small, POLL_GOAL
    )


def _pretend_read(office: Office, visitor: Visitor, session: ImapSession) -> None:
    """Set the cursor behind what is there: the old mails are not what is measured."""
    folder = session.select("INBOX")
    with transaction(office.engine) as tx:
        cursor = mailboxes.folder_of(tx, visitor.mailbox, "INBOX")
        mailboxes.begin_again(tx, cursor.id, folder.uid_validity)
        mailboxes.advance(tx, cursor.id, last_uid=(folder.uid_next or 1) - 1)
        mailboxes.note_reconciled(tx, cursor.id, office.clock.now())


def _poll(session: ImapSession, visitor: Visitor, other: object) -> float:
    other.append("INBOX", _letters(1)[0])  # type: ignore[attr-defined]
    return _timed(lambda: visitor.visit(session, "INBOX"))


def _pushing(server: Dovecot, folder: Path) -> str:
    """Append while a watcher idles; the time from the server's word that it has the mail to its line on the ledger."""
    with _office(folder / "push") as office, server.client("pusher") as client:
        post = _post(server, "pusher")
        watched = Watched(post=post, secret=lambda: Password(text=PASSWORD))
        stop = Event()
        watcher = Watcher(office=office, post=post, secret=watched.secret, ring=lambda: None, stop=stop)
        thread = Thread(target=watcher.run, daemon=True)
        thread.start()
        time.sleep(1)
        waits = [_pushed(office, client, raw, number) for number, raw in enumerate(_letters(PUSHES))]
        stop.set()
        thread.join()
    p95 = quantiles(waits, n=20)[-1]
    verdict = "met" if p95 < PUSH_GOAL else "missed"
    words = f"mail in the box to its line on the ledger, n={PUSHES}"
    return f"{words:<56}{median(waits):>8.2f} s p50{p95:>8.2f} s p95   goal below {PUSH_GOAL} s  {verdict}"


def _pushed(office: Office, client: object, raw: bytes, before: int) -> float:
    client.append("INBOX", raw)  # type: ignore[attr-defined]
    began = time.perf_counter()
    while True:
        with reading(office.engine) as tx:
            if ledger.accounting(tx).received > before:
                return time.perf_counter() - began
        time.sleep(0.005)


def _office(folder: Path):  # type: ignore[no-untyped-def]
    return open_office(Settings(data=folder))


def _post(server: Dovecot, user: str) -> Post:
    return Post(name=user, account=_account(server, user), folders=("INBOX",), ignore_before=date(2000, 1, 1))


def _visit(office: Office, post: Post) -> None:
    with transaction(office.engine) as tx:
        box = mailboxes.mailbox_of(tx, post.name)
    visitor = Visitor(office=office, post=post, mailbox=box.id, owner="bench", ring=lambda: None)
    with ImapSession(post.account, Password(text=PASSWORD)) as session, redirect_stdout(io.StringIO()):
        assert visitor.visit(session, "INBOX") == READ


def _line(what: str, ours: float, theirs: float, ratio: float, goal: float) -> str:
    verdict = "met" if ratio <= goal else "missed"
    return f"{what:<56}{ours:>9.1f} ms{theirs:>9.1f} ms{ratio:>7.2f} times, goal at most {goal}  {verdict}"
