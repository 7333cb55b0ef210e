"""A real mailbox is read whole and once, whatever happens to it in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Event

import pytest

from intake.errors import FolderMissing, Refused, Untrusted
from intake.sources.imap import Account, ImapSession, Password
from pipeline.office import Office
from pipeline.records import ledger, mailboxes
from pipeline.records.ledger import Message
from pipeline.records.session import reading, transaction
from pipeline.visiting import Mark, Post, Visitor
from pipeline.watching import Watcher
from tests.certificates import make_certificate
from tests.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.flow.installation import installation

SINCE = date(2020, 1, 1)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    return request.node.name.replace("[", "-").replace("]", "")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with installation(tmp_path / "var", today=None) as opened:
        yield opened


def letter(number: int, *, size: int = 100) -> bytes:
    head = f"From: ann{number}@agency.example\r\nTo: submissions@intake.example\r\nSubject: letter {number}\r\n"
    return f"{head}Message-ID: <{number}@agency.example>\r\n\r\nLetter {number}.\r\n{'x' * size}\r\n".encode()


def post(server: Dovecot, user: str, *, folders: tuple[str, ...] = ("INBOX",), mark: Mark | None = None) -> Post:
    account = Account(host="localhost", user=user, port=server.port, authority=server.authority)
    return Post(name=user, account=account, folders=folders, ignore_before=SINCE, mark=mark)


def visit(office: Office, where: Post) -> int:
    with transaction(office.engine) as tx:
        mailbox = mailboxes.mailbox_of(tx, where.name)
    visitor = Visitor(office=office, post=where, mailbox=mailbox.id, owner="test", ring=lambda: None)
    with ImapSession(where.account, Password(text=PASSWORD)) as session:
        return sum(visitor.visit(session, folder) for folder in where.folders)


def arrived(office: Office, state: str = "received") -> list[Message]:
    with reading(office.engine) as tx:
        return list(reversed(ledger.messages_in(tx, state, limit=5000)))  # type: ignore[arg-type]


def bodies(office: Office) -> list[bytes]:
    return [office.archive.get(message.sha256) for message in arrived(office)]


@contextmanager
def watching(office: Office, where: Post, **settings: float) -> Iterator[Watcher]:
    stop = Event()
    watcher = Watcher(
        office=office, post=where, secret=lambda: Password(text=PASSWORD), ring=lambda: None, stop=stop, **settings
    )
    thread = threading.Thread(target=watcher.run, daemon=True)
    thread.start()
    try:
        yield watcher
    finally:
        stop.set()
        thread.join(timeout=20)
        assert not thread.is_alive()


def eventually(true: Callable[[], bool], *, seconds: float = 10.0) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come true in time"
        time.sleep(0.02)
    return time.monotonic() - began


def test_every_message_is_taken_once_with_the_bytes_it_has(office: Office, dovecot: Dovecot, user: str) -> None:
    letters = [letter(number) for number in range(260)]
    dovecot.append(user, letters)
    assert visit(office, post(dovecot, user)) == 260
    assert bodies(office) == letters
    assert visit(office, post(dovecot, user)) == 0


def test_a_large_message_comes_in_parts_and_is_the_same(office: Office, dovecot: Dovecot, user: str) -> None:
    letters = [letter(1), letter(2, size=7_000_000), letter(3)]
    dovecot.append(user, letters)
    assert visit(office, post(dovecot, user)) == 3
    assert bodies(office) == letters


def test_mail_that_arrived_before_the_day_is_never_looked_at(office: Office, dovecot: Dovecot, user: str) -> None:
    from datetime import UTC, datetime

    with dovecot.client(user) as client:
        client.append("INBOX", letter(1), msg_time=datetime(2019, 5, 1, tzinfo=UTC))
        client.append("INBOX", letter(2))
    assert visit(office, post(dovecot, user)) == 1
    assert bodies(office) == [letter(2)]


def test_reading_leaves_the_mailbox_as_it_is(office: Office, dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, [letter(1)])
    visit(office, post(dovecot, user))
    with dovecot.client(user) as client:
        client.select_folder("INBOX")
        assert b"\\Seen" not in client.get_flags([1])[1]


def test_mail_that_somebody_read_first_comes_in_all_the_same(office: Office, dovecot: Dovecot, user: str) -> None:
    with dovecot.client(user) as client:
        client.append("INBOX", letter(1), flags=[rb"\Seen"])
    assert visit(office, post(dovecot, user)) == 1


def test_new_uids_for_old_mail_bring_nothing_twice(office: Office, dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, [letter(1), letter(2)])
    visit(office, post(dovecot, user))
    dovecot.change_uid_validity(user)
    assert visit(office, post(dovecot, user)) == 2
    from tests.flow.installation import work_off

    work_off(office)
    with reading(office.engine) as tx:
        account = ledger.accounting(tx)
        again = [one for one in ledger.messages_in(tx, "discarded") if one.reason == "duplicate"]
    assert account.adds_up
    assert len(again) == 2


def test_a_mail_moved_back_from_another_folder_is_found_by_its_content(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, [letter(1), letter(2)])
    visit(office, post(dovecot, user))
    with dovecot.client(user) as client:
        client.create_folder("Away")
        client.select_folder("INBOX")
        client.move([1], "Away")
        client.select_folder("Away")
        client.move([1], "INBOX")
    assert visit(office, post(dovecot, user)) == 1
    assert bodies(office) == [letter(1), letter(2), letter(1)]


def test_a_mail_that_vanished_before_it_was_read_is_on_the_ledger(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, [letter(number) for number in range(3)])
    where = post(dovecot, user)
    with ImapSession(where.account, Password(text=PASSWORD)) as session:
        folder = session.select("INBOX")
        uids = session.uids(folder)
        with dovecot.client(user) as other:
            other.select_folder("INBOX")
            other.delete_messages([2])
            other.expunge()
        found = {body.uid: body.parts for body in session.bodies(uids)}
    assert found[2] is None
    assert found[1] is not None
    assert found[3] is not None


def test_flags_are_set_only_after_the_commit_and_asked_for_again(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, [letter(1), letter(2)])
    visit(office, post(dovecot, user, mark=Mark(how="flag", word="$Intake")))
    with dovecot.client(user) as client:
        client.select_folder("INBOX")
        assert all(b"$Intake" in flags for flags in client.get_flags([1, 2]).values())


def test_messages_are_moved_away_when_that_is_wanted_and_stay_when_the_folder_is_missing(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, [letter(1)])
    where = post(dovecot, user, mark=Mark(how="move", word="Done"))
    assert visit(office, where) == 1
    with dovecot.client(user) as client:
        assert client.select_folder("INBOX")[b"EXISTS"] == 1
        client.create_folder("Done")
    assert visit(office, where) == 0
    with dovecot.client(user) as client:
        assert client.select_folder("INBOX")[b"EXISTS"] == 0
        assert client.select_folder("Done")[b"EXISTS"] == 1


def test_what_appears_below_the_cursor_is_found_at_the_reconciliation(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, [letter(1), letter(2)])
    where = post(dovecot, user)
    visit(office, where)
    with transaction(office.engine) as tx:
        mailbox = mailboxes.mailbox_of(tx, user)
        cursor = mailboxes.folder_of(tx, mailbox.id, "INBOX")
        # As after a restore on the server: mail stands there that the cursor has long passed.
        mailboxes.advance(tx, cursor.id, last_uid=50)
    dovecot.append(user, [letter(3)])
    assert visit(office, where) == 0
    with transaction(office.engine) as tx:
        from datetime import UTC, datetime

        mailboxes.note_reconciled(tx, cursor.id, datetime(2020, 1, 1, tzinfo=UTC))
    assert visit(office, where) == 1
    assert bodies(office)[-1] == letter(3)


def test_two_folders_are_read_and_a_missing_one_is_told_while_the_other_goes_on(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    with dovecot.client(user) as client:
        client.create_folder("Clear")
        client.append("Clear", letter(1))
        client.append("INBOX", letter(2))
    with watching(office, post(dovecot, user, folders=("INBOX", "Clear", "Nowhere")), idle=1.0, poll=1.0):
        eventually(lambda: len(arrived(office)) == 2)
        eventually(lambda: _trouble(office, user) == "FolderMissing")


def test_new_mail_is_on_the_ledger_within_a_second(office: Office, dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, [letter(0)])
    with watching(office, post(dovecot, user)):
        eventually(lambda: len(arrived(office)) == 1)
        time.sleep(0.3)
        with dovecot.client(user) as client:
            for number in range(1, 6):
                client.append("INBOX", letter(number))
                took = eventually(lambda wanted=number + 1: len(arrived(office)) == wanted)  # type: ignore[misc]
                # A limit no healthy run comes near: it tells waiting for a poll from being woken.
                assert took < 10


@pytest.mark.parametrize("trouble", ["kicked", "restarted"])
def test_a_watcher_comes_back_when_the_server_hangs_up(
    office: Office, dovecot: Dovecot, user: str, trouble: str
) -> None:
    dovecot.append(user, [letter(0)])
    with watching(office, post(dovecot, user)):
        eventually(lambda: len(arrived(office)) == 1)
        time.sleep(0.3)
        if trouble == "kicked":
            dovecot.kick(user)
        else:
            dovecot.restart()
        dovecot.append(user, [letter(1)])
        eventually(lambda: len(arrived(office)) == 2)


def test_a_dead_line_does_not_spin_and_is_left(office: Office, dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, [letter(0)])
    with watching(office, post(dovecot, user), idle=1.0):
        eventually(lambda: len(arrived(office)) == 1)
        began = time.process_time()
        with dovecot.frozen():
            time.sleep(3)
        assert time.process_time() - began < 1
        dovecot.append(user, [letter(1)])
        eventually(lambda: len(arrived(office)) == 2, seconds=30)


def test_two_watchers_of_one_mailbox_take_every_message_once(office: Office, dovecot: Dovecot, user: str) -> None:
    where = post(dovecot, user)
    with watching(office, where, idle=0.5, poll=0.5), watching(office, where, idle=0.5, poll=0.5):
        dovecot.append(user, [letter(number) for number in range(100)])
        eventually(lambda: len(arrived(office)) >= 100)
        time.sleep(1)
    assert sorted(bodies(office)) == sorted(letter(number) for number in range(100))


def test_a_wrong_password_is_told_as_trouble_of_the_mailbox(office: Office, dovecot: Dovecot, user: str) -> None:
    where = post(dovecot, user)
    with pytest.raises(Refused, match="AUTHENTICATIONFAILED"):
        ImapSession(where.account, Password(text="wrong"))


def test_a_certificate_that_does_not_hold_ends_the_talk(dovecot: Dovecot, tmp_path: Path, user: str) -> None:
    stranger = make_certificate(tmp_path)
    with pytest.raises(Untrusted):
        ImapSession(
            Account(host="localhost", user=user, port=dovecot.port, authority=stranger.certificate),
            Password(text=PASSWORD),
        )


def test_a_folder_that_is_not_there_is_named(dovecot: Dovecot, user: str) -> None:
    where = post(dovecot, user)
    with ImapSession(where.account, Password(text=PASSWORD)) as session, pytest.raises(FolderMissing, match="Nowhere"):
        session.select("Nowhere")


def _trouble(office: Office, user: str) -> str | None:
    with transaction(office.engine) as tx:
        return mailboxes.mailbox_of(tx, user).trouble_kind
