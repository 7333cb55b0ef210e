"""Random sessions with a real mailbox over a line that breaks, while a second client rearranges it: nothing is lost.

Each session may be cut, frozen or half closed at any byte. Between and during sessions the other person at the mailbox
appends (some mails twice), moves mail to another folder that is watched, deletes some, and voids the UIDs. In the end a
quiet session is held; then what the ledger has must be what was appended, but for what was deleted unread.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date

import imapclient
import pytest

from intake.errors import SourceError
from intake.sources.account import Account, Password
from intake.sources.imap import ImapSession
from pipeline.office import Office
from pipeline.records import ledger, mailboxes
from pipeline.records.session import reading, transaction
from pipeline.visiting import Post, Visitor
from tests.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.faulty_line import Fate, FaultyLine, drawn
from tests.flow.installation import installation, work_off
from tests.servers import quick_folder

SESSIONS = int(os.environ.get("INTAKE_TEST_SESSIONS", "200"))
SEED = int(os.environ.get("INTAKE_TEST_SEED", "20261122"))
FOLDERS = ("INBOX", "Clear")
ROUNDS = 5
ANSWER = 0.4
"""Seconds after which a line that says nothing counts as dead: many do, and each costs as much."""


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def office() -> Iterator[Office]:
    folder = quick_folder("intake-sessions-")
    with installation(folder, today=None) as opened:
        yield opened
    shutil.rmtree(folder)


class OtherPerson:
    """The second client at the mailbox, who appends, moves, deletes and remembers what was there."""

    def __init__(self, server: Dovecot, user: str, rng: random.Random) -> None:
        self.server, self.user, self.rng = server, user, rng
        self.appended: dict[bytes, int] = {}
        self.deleted: Counter[bytes] = Counter()
        self.client = server.client(user)
        self.client.create_folder("Clear")

    def meddle(self) -> None:
        """Do something, as people and rules do."""
        act = self.rng.choices(
            (self.append, self.append_again, self.move, self.delete, self.void), weights=(60, 12, 15, 8, 5)
        )[0]
        act()

    def append(self) -> None:
        for _ in range(self.rng.randint(1, 6)):
            number = len(self.appended)
            size = self.rng.choice((50, 2_000, 40_000))
            raw = _letter(number, size)
            self.appended[raw] = 1
            self.client.append(self.rng.choice(FOLDERS), raw)

    def append_again(self) -> None:
        if self.appended:
            raw = self.rng.choice(list(self.appended))
            self.client.append("INBOX", raw)

    def move(self) -> None:
        source, target = self.rng.sample(FOLDERS, 2)
        if uids := self._some(source):
            self.client.move(uids, target)

    def delete(self) -> None:
        folder = self.rng.choice(FOLDERS)
        if uids := self._some(folder):
            for one in self.client.fetch(uids, ["BODY.PEEK[]"]).values():
                self.deleted[one[b"BODY[]"]] += 1
            self.client.delete_messages(uids)
            self.client.expunge(uids)

    def void(self) -> None:
        self.server.change_uid_validity(self.user, self.rng.choice(FOLDERS))
        # The server ends sessions that have the folder open; a new one sees the new UIDs.
        self.come_back()

    def come_back(self) -> None:
        """Open a new session of our own."""
        self.client.shutdown()
        self.client = self.server.client(self.user)

    def _some(self, folder: str) -> list[int]:
        self.client.select_folder(folder)
        uids = self.client.search("ALL")
        return self.rng.sample(uids, min(len(uids), self.rng.randint(1, 3)))


def _letter(number: int, size: int) -> bytes:
    head = f"From: ann@agency.example\r\nTo: submissions@intake.example\r\nSubject: letter {number}\r\n"
    head += f"Message-ID: <{number}@agency.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n"
    # What fills it is no text: reading that takes longer than all the sessions.
    return f"{head}\r\n<p>Letter {number}.</p>\r\n<!--{'x' * size}-->\r\n".encode()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(SEED, SEED + ROUNDS))
def test_what_was_appended_is_what_was_taken_and_filed_once(office: Office, dovecot: Dovecot, seed: int) -> None:
    rng = random.Random(seed)
    person = OtherPerson(dovecot, f"user{seed}", rng)
    line = FaultyLine(dovecot.port, lambda: drawn(rng))
    broken = 0
    for _ in range(SESSIONS // ROUNDS):
        for _ in range(rng.randint(1, 3)):
            person.meddle()
        broken += not _session(office, person, line.port, meddling=rng.random() < 0.3)
    line.close()
    quiet = FaultyLine(dovecot.port, Fate)
    assert _session(office, person, quiet.port, meddling=False, answer=30)
    quiet.close()
    assert broken > SESSIONS // ROUNDS // 10
    person.client.shutdown()
    _check(office, person)


def _session(office: Office, person: OtherPerson, port: int, *, meddling: bool, answer: float = ANSWER) -> bool:
    """Hold one session through a line; return whether it ended well."""
    account = Account(host="localhost", user=person.user, port=port, authority=person.server.authority)
    post = Post(name=person.user, account=account, folders=FOLDERS, ignore_before=date(2020, 1, 1))
    with transaction(office.engine) as tx:
        mailbox = mailboxes.mailbox_of(tx, post.name)
    visitor = Visitor(
        office=office,
        post=post,
        mailbox=mailbox.id,
        owner="test",
        ring=person.meddle if meddling else lambda: None,
    )
    try:
        with ImapSession(account, Password(text=PASSWORD), answer=answer) as session:
            for name in FOLDERS:
                visitor.visit(session, name)
    except SourceError:
        return False
    except imapclient.exceptions.IMAPClientError:
        # The other person's own session ended with the UIDs it had open.
        person.come_back()
    return True


def _check(office: Office, person: OtherPerson) -> None:
    work_off(office)
    with reading(office.engine) as tx:
        account = ledger.accounting(tx)
        ended = ("filed", "held", "discarded", "shunted")
        seen = [one for state in ended for one in ledger.messages_in(tx, state, limit=100_000)]
    assert account.adds_up
    assert account.in_work == 0
    first = Counter(office.archive.get(one.sha256) for one in seen if one.size and one.reason != "duplicate")
    assert set(first) <= set(person.appended)
    assert set(person.appended) - set(first) <= set(person.deleted)
    assert max(first.values()) == 1
