"""What stands in a watcher's way is told and outlived: disks, databases, quotas, clocks, tokens, slow stops."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from intake.sources.account import Password
from pipeline.office import Office
from pipeline.visiting import Mark
from pipeline.watching import Watcher
from tests.dovecot import Dovecot, running_dovecot
from tests.flow.installation import installation
from tests.mailboxes import arrived, bodies, eventually, letter, post, standing, visit, watching
from tests.servers import fresh_database, running, start_postgres

QUOTA = """
mail_plugins = quota
protocol imap {{
  mail_plugins = quota imap_quota
}}
plugin {{
  quota = count:User quota
  quota_rule = *:storage=40K
  quota_vsizes = yes
}}
"""
ACL = """
mail_plugins = acl
protocol imap {{
  mail_plugins = acl imap_acl
}}
plugin {{
  acl = vfile:{folder}/acls
}}
"""


@dataclass
class JumpingClock:
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def today(self) -> date:
        return self.now().date()


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Dovecot]:
    with running_dovecot(extra=QUOTA) as server:
        yield server


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Dovecot]:
    with running_dovecot(extra=ACL) as server:
        yield server


def test_a_full_mailbox_is_read_and_what_cannot_be_moved_is_told(office: Office, full: Dovecot, user: str) -> None:
    letters = [letter(number, size=9_000) for number in range(4)]
    with full.client(user) as client:
        client.create_folder("Done")
    full.append(user, letters)
    with pytest.raises(Exception, match=r"[Qq]uota"):
        full.append(user, [letter(9, size=9_000)])
    where = post(full, user, mark=Mark(how="move", word="Nowhere"))
    with watching(office, where, idle=0.5):
        eventually(lambda: len(arrived(office)) == 4)
        eventually(lambda: standing(office, user).trouble_kind == "NotMarked")
        since = standing(office, user).trouble_since
        time.sleep(1.5)
        assert standing(office, user).trouble_since == since
    with watching(office, post(full, user, mark=Mark(how="move", word="Done")), idle=0.5):
        eventually(lambda: standing(office, user).trouble is None)
    with full.client(user) as client:
        assert client.select_folder("INBOX", readonly=True)[b"EXISTS"] == 0
    assert bodies(office) == letters


def test_a_mailbox_that_may_only_be_read_is_read(office: Office, guarded: Dovecot, user: str) -> None:
    guarded.append(user, [letter(1)])
    (guarded.folder / "acls").write_text("* owner lr\n")
    with watching(office, post(guarded, user, mark=Mark(how="flag", word="$Intake")), idle=0.5):
        eventually(lambda: len(arrived(office)) == 1)
        eventually(lambda: standing(office, user).trouble_kind == "NotMarked")
        assert standing(office, user).contact_at is not None
    assert bodies(office) == [letter(1)]


def test_a_disk_that_is_full_is_trouble_of_the_mailbox_until_it_is_not(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, [letter(1, size=4_000_000)])
    archive = office.settings.data / "archive"
    archive.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", archive], check=False).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        with watching(office, post(dovecot, user)):
            eventually(lambda: standing(office, user).trouble_kind == "ArchiveError")
            assert not arrived(office)
            subprocess.run(["mount", "-o", "remount,size=20M", archive], check=True)
            eventually(lambda: len(arrived(office)) == 1, seconds=30)
            eventually(lambda: standing(office, user).trouble is None)
        assert bodies(office) == [letter(1, size=4_000_000)]
    finally:
        subprocess.run(["umount", archive], check=True)


def test_a_database_that_is_away_is_waited_for(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    with running(start_postgres()) as server:
        url = fresh_database(server.url)
        name = url.rpartition("/")[2]
        with (
            installation(tmp_path / "var", today=None, database_url=url) as office,
            psycopg.connect(server.url, autocommit=True) as admin,
            watching(office, post(dovecot, user), idle=0.5),
        ):
            dovecot.append(user, [letter(1)])
            eventually(lambda: len(arrived(office)) == 1)
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")  # type: ignore[call-overload]
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            dovecot.append(user, [letter(2)])
            time.sleep(1.5)
            # Now the mail server goes as well: there is nowhere to write that down.
            dovecot.restart()
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")  # type: ignore[call-overload]
            eventually(lambda: len(arrived(office)) == 2, seconds=30)


def test_a_clock_that_jumps_reads_nothing_twice_and_loses_nothing(office: Office, dovecot: Dovecot, user: str) -> None:
    clock = JumpingClock()
    jumping = replace(office, clock=clock)
    with watching(jumping, post(dovecot, user), idle=0.5) as watcher:
        for number, minutes in enumerate((0, 10, -10, 0)):
            clock.ahead = timedelta(minutes=minutes)
            dovecot.append(user, [letter(number)])
            eventually(lambda wanted=number + 1: len(arrived(office)) == wanted)  # type: ignore[misc]
            time.sleep(0.7)
            assert standing(office, user).lease_owner == watcher.owner
    assert bodies(office) == [letter(number) for number in range(4)]


def test_a_fault_of_our_own_does_not_end_the_watch_without_a_word(
    office: Office, dovecot: Dovecot, user: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.watching._FAULT", 0.2)
    secrets: list[Password] = []

    def secret() -> Password:
        secrets.append(Password(text="let-me-in"))
        return {3: secrets[0]}[len(secrets)]

    dovecot.append(user, [letter(1)])
    with watching(office, post(dovecot, user), secret=secret):
        eventually(lambda: len(arrived(office)) == 1)
    told = capsys.readouterr().out
    assert told.count("mailbox.failed") == 2
    assert "KeyError at test_mailbox_troubles.py" in told


def test_a_watcher_that_died_on_this_machine_keeps_nobody_waiting(office: Office, dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, [letter(1)])
    where = post(dovecot, user)
    with subprocess.Popen(["sleep", "0"]) as gone:
        gone.wait()
    host = Watcher.__dataclass_fields__["owner"].default_factory().partition("@")[2].partition(":")[0]  # type: ignore[misc,union-attr]
    visit(office, where, owner=f"abcdef@{host}:{gone.pid}:1")
    assert standing(office, user).lease_owner == f"abcdef@{host}:{gone.pid}:1"
    dovecot.append(user, [letter(2)])
    with watching(office, where):
        eventually(lambda: len(arrived(office)) == 2)


def test_a_watcher_told_to_stop_in_the_middle_of_much_mail_stops_and_gives_the_lease_back(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, [letter(number, size=20_000) for number in range(400)])
    with watching(office, post(dovecot, user), ring=lambda: time.sleep(0.2)) as watcher:
        eventually(lambda: len(arrived(office)) > 0)
        began = time.monotonic()
        watcher.stop.set()
        eventually(lambda: standing(office, user).lease_owner is None)
        assert time.monotonic() - began < 3
    taken = len(arrived(office))
    assert 0 < taken < 400
    assert visit(office, post(dovecot, user)) == 400 - taken
