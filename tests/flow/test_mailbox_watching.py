"""A watcher of a real mailbox comes back after every kind of trouble, tells it, and never takes a message twice."""

from __future__ import annotations

import time

import pytest

from pipeline.office import Office
from tests.dovecot import Dovecot
from tests.mailboxes import arrived, bodies, eventually, letter, post, standing, watching


def test_two_folders_are_read_and_a_missing_one_is_told_while_the_other_goes_on(
    office: Office, dovecot: Dovecot, user: str
) -> None:
    with dovecot.client(user) as client:
        client.create_folder("Clear")
        client.append("Clear", letter(1))
        client.append("INBOX", letter(2))
    with watching(office, post(dovecot, user, folders=("INBOX", "Clear", "Nowhere")), idle=1.0, poll=1.0):
        eventually(lambda: len(arrived(office)) == 2)
        eventually(lambda: standing(office, user).trouble_kind == "FolderMissing")


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
