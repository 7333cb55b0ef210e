"""A real mailbox is read whole and once, whatever happens to it in between; on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from intake.errors import ArchiveError, FolderMissing, Refused, SourceError, Untrusted
from intake.sources import imap
from intake.sources.account import Account, Password
from intake.sources.imap import ImapSession
from pipeline.office import Office
from pipeline.records import ledger, mailboxes
from pipeline.records.session import LeaseLost, reading, transaction
from pipeline.visiting import Mark, NotMarked, Stopped
from tests.certificates import make_certificate
from tests.dovecot import PASSWORD, Dovecot
from tests.flow.installation import installation, work_off
from tests.mailboxes import arrived, bodies, letter, post, standing, visit
from tests.servers import fresh_database, running, start_postgres


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with running(start_postgres()) as server:
        yield server.url


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    url = "" if request.param == "sqlite" else fresh_database(request.getfixturevalue("postgres"))
    with installation(tmp_path / "var", today=None, database_url=url) as opened:
        yield opened


def once(act: Callable[[], object]) -> Callable[[], None]:
    """Return what does something the first time it is called."""
    acts = iter([act])

    def act_once() -> None:
        for one in acts:
            one()
            return

    return act_once


def delete(server: Dovecot, user: str, uid: int) -> None:
    """Delete a message as somebody else at the mailbox does."""
    with server.client(user) as client:
        client.select_folder("INBOX")
        client.delete_messages([uid])
        client.expunge()


@contextlib.contextmanager
def small_disk(folder: Path, *, size: str) -> Iterator[None]:
    """Have a folder on a disk of a few megabytes; what is there afterwards stays."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield
    finally:
        kept = folder.with_name("kept")
        shutil.copytree(folder, kept)
        subprocess.run(["umount", folder], check=True)
        shutil.copytree(kept, folder, dirs_exist_ok=True)


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


def test_a_mail_that_vanished_before_it_was_read_is_on_the_ledger(office: Office, dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, [letter(number, size=90_000) for number in range(110)])
    # Some dozens are fetched together; while the first fifty are entered, somebody deletes the last.
    where = post(dovecot, user)
    assert visit(office, where, ring=once(lambda: delete(dovecot, user, 110))) == 110
    assert bodies(office) == [letter(number, size=90_000) for number in range(109)]
    [gone] = arrived(office, "discarded")
    assert gone.reason == "gone_before_read"
    assert gone.source == f"imap:{user}/INBOX"
    assert gone.source_key.endswith(".0000000110")
    assert visit(office, where) == 0


def test_a_large_mail_that_vanishes_in_the_middle_is_on_the_ledger_and_the_rest_comes_in(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, [letter(0), letter(1, size=9_000_000), letter(2)])
    asked = itertools.count()

    def stopped() -> bool:
        if next(asked) == 2:
            delete(dovecot, user, 2)
        return False

    assert visit(office, post(dovecot, user), stopped=stopped) == 3
    assert bodies(office) == [letter(0), letter(2)]
    assert [one.source_key[-3:] for one in arrived(office, "discarded")] == ["002"]
    assert not list((office.settings.data / "archive" / ".incoming").iterdir())


def test_flags_are_set_only_after_the_commit_and_asked_for_again(office: Office, dovecot: Dovecot, user: str) -> None:
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
    with pytest.raises(NotMarked, match="1 messages of INBOX are read but not marked"):
        visit(office, where)
    assert bodies(office) == [letter(1)]
    with dovecot.client(user) as client:
        assert client.select_folder("INBOX")[b"EXISTS"] == 1
        client.create_folder("Done")
    assert visit(office, where) == 0
    with dovecot.client(user) as client:
        assert client.select_folder("INBOX")[b"EXISTS"] == 0
        assert client.select_folder("Done")[b"EXISTS"] == 1


def test_what_was_never_entered_though_the_cursor_passed_it_is_found_at_the_reconciliation(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, [letter(1), letter(2)])
    where = post(dovecot, user)
    visit(office, where)
    dovecot.append(user, [letter(3)])
    with transaction(office.engine) as tx:
        cursor = mailboxes.folder_of(tx, mailboxes.mailbox_of(tx, user).id, "INBOX")
        mailboxes.advance(tx, cursor.id, last_uid=3)
    assert visit(office, where) == 0
    for noted in (datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)):
        # A clock that once stood in 2090 does not put the next one off until then.
        with transaction(office.engine) as tx:
            mailboxes.note_reconciled(tx, cursor.id, noted)
        assert visit(office, where) == (1 if noted.year == 2020 else 0)
        with transaction(office.engine) as tx:
            assert mailboxes.folder_of(tx, cursor.mailbox_id, "INBOX").reconciled_at != noted
    assert bodies(office)[-1] == letter(3)


def test_other_mail_under_the_same_numbers_is_taken_after_a_restore(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    where = post(dovecot, user, folders=("Clear",))
    for letters in ([letter(1), letter(2), letter(3)], [letter(1), letter(7)]):
        # The second time as it was in the backup, and as it went on from there: number 2 is another mail.
        with dovecot.client(user) as client:
            if client.folder_exists("Clear"):
                client.delete_folder("Clear")
            client.create_folder("Clear")
        dovecot.admin("mailbox", "update", "-u", user, "--uid-validity", "77", "Clear")
        dovecot.append(user, letters, "Clear")
        visit(office, where)
    assert bodies(office) == [letter(1), letter(2), letter(3), letter(7)]
    assert visit(office, where) == 0


def test_a_folder_with_a_name_in_any_script_is_read_and_renamed_is_missing(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    name = "Anträge & 申請/Neu"
    with dovecot.client(user) as client:
        client.create_folder(name)
        client.append(name, letter(1))
    assert visit(office, post(dovecot, user, folders=(name,))) == 1
    assert arrived(office)[0].source == f"imap:{user}/{name}"
    with dovecot.client(user) as client:
        client.rename_folder(name, "Alt")
    with pytest.raises(FolderMissing, match="申請"):
        visit(office, post(dovecot, user, folders=(name,)))
    assert visit(office, post(dovecot, user, folders=("Alt",))) == 1


def test_a_lease_lost_in_the_middle_ends_the_visit_and_the_other_takes_the_rest(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    letters = [letter(number) for number in range(120)]
    dovecot.append(user, letters)
    where = post(dovecot, user)

    def take_it_away() -> None:
        mailbox = standing(office, user)
        with transaction(office.engine) as tx:
            mailboxes.drop_lease(tx, mailbox.id, "test")
            assert mailboxes.take_lease(tx, mailbox.id, "the other")

    with pytest.raises(LeaseLost):
        visit(office, where, ring=once(take_it_away))
    first = len(arrived(office))
    assert 0 < first < 120
    assert visit(office, where, owner="the other") == 120 - first
    assert bodies(office) == letters


def test_uids_that_become_void_in_the_middle_of_a_visit_lose_nothing(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    letters = [letter(number) for number in range(120)]
    dovecot.append(user, letters)
    where = post(dovecot, user, mark=Mark(how="flag", word="$Intake"))
    with contextlib.suppress(SourceError):
        visit(office, where, ring=once(lambda: dovecot.change_uid_validity(user)))
    visit(office, where)
    assert set(bodies(office)) == set(letters)
    with dovecot.client(user) as client:
        client.select_folder("INBOX")
        assert all(b"$Intake" in flags for flags in client.get_flags(client.search()).values())


def test_a_full_disk_stops_the_visit_and_the_cursor_stays(office: Office, dovecot: Dovecot, user: str) -> None:
    letters = [letter(number, size=5_000) for number in range(120)]
    dovecot.append(user, [*letters, letter(120, size=5_000_000)])
    where = post(dovecot, user)
    with small_disk(office.settings.data / "archive", size="2M"):
        with pytest.raises(ArchiveError, match="No space left"):
            visit(office, where)
        assert bodies(office) == letters
    assert visit(office, where) >= 1
    assert {one.source_key[-3:] for one in arrived(office)} == {f"{number:03d}" for number in range(1, 122)}


def test_a_visit_that_is_asked_to_end_ends_between_messages_and_goes_on_later(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    letters = [letter(number) for number in range(120)]
    dovecot.append(user, letters)
    with pytest.raises(Stopped):
        visit(office, post(dovecot, user), stopped=lambda: True)
    assert 0 < len(arrived(office)) < 120
    visit(office, post(dovecot, user))
    assert bodies(office) == letters


def test_a_folder_with_more_messages_than_one_search_may_find_is_read_whole(
    office: Office, dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "_SEARCHED", 40)
    letters = [letter(number) for number in range(130)]
    dovecot.append(user, letters)
    assert visit(office, post(dovecot, user)) == 130
    assert bodies(office) == letters


@pytest.mark.parametrize(("hours", "taken"), [(-12, 1), (0, 1), (14, 1), (-36, 0)])
def test_the_day_to_begin_at_is_the_day_of_the_server(
    office: Office, dovecot: Dovecot, user: str, hours: int, taken: int
) -> None:
    # Noon of the day, an hour at which any server is still or already in it but for the last.
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(hours=min(0, hours))
    with dovecot.client(user) as client:
        client.append("INBOX", letter(1), msg_time=moment.astimezone(timezone(timedelta(hours=max(0, hours)))))
    assert visit(office, post(dovecot, user, since=date(2026, 3, 1))) == taken


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
