"""Folders, Maildirs and mailbox files as sources: the same order every time, and nothing skipped silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.errors import SourceError
from intake.sources.folder import FolderSource
from intake.sources.source import Fetched, Unreadable

ONE = b"From: a@b.example\nSubject: one\n\nfirst\n"
TWO = b"From: a@b.example\nSubject: two\n\nFrom here on a sentence.\n>From quoted\n"
THREE = b"From: a@b.example\nSubject: three\n\nthird\n"
SEPARATOR = b"From ann@fieldagency.example Tue Nov  3 10:15:00 2026\n"


def mbox(*messages: bytes) -> bytes:
    """Return an mbox of the messages."""
    return b"".join(SEPARATOR + message + b"\n" for message in messages)


def fetched(root: Path, after: str | None = None) -> list[Fetched]:
    """Return all messages of a source that has nothing unreadable."""
    found = list(FolderSource(root).messages(after))
    assert all(isinstance(one, Fetched) for one in found), found
    return [one for one in found if isinstance(one, Fetched)]


def test_mail_files_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.eml", "a.eml", "sub/c.EML"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "truth.json").write_text("{}")
    assert [(one.key, one.raw) for one in fetched(tmp_path)] == [
        ("a.eml", b"a.eml"),
        ("b.eml", b"b.eml"),
        ("sub/c.EML", b"sub/c.EML"),
    ]


def test_a_cursor_continues_behind_its_key(tmp_path: Path) -> None:
    for name in ("a.eml", "b.eml", "c.eml"):
        (tmp_path / name).write_bytes(ONE)
    assert [one.key for one in fetched(tmp_path, "a.eml")] == ["b.eml", "c.eml"]
    assert fetched(tmp_path, "c.eml") == []


def test_a_single_file_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(ONE)
    assert [(one.key, one.raw) for one in fetched(tmp_path / "one.eml")] == [("one.eml", ONE)]


def test_an_mbox_is_split_at_its_separators_and_only_there(tmp_path: Path) -> None:
    (tmp_path / "box.mbox").write_bytes(mbox(ONE, TWO, THREE))
    found = fetched(tmp_path)
    assert [one.raw.rstrip(b"\n") for one in found] == [
        ONE.rstrip(b"\n"),
        TWO.replace(b">From", b"From").rstrip(b"\n"),
        THREE.rstrip(b"\n"),
    ]
    assert [one.key for one in found] == sorted({one.key for one in found})
    assert found[0].key.startswith("box.mbox@000000000000000-")


def test_a_cursor_inside_an_mbox_continues_inside_it(tmp_path: Path) -> None:
    (tmp_path / "box.mbox").write_bytes(mbox(ONE, TWO, THREE))
    (tmp_path / "box.mbox-more.eml").write_bytes(ONE)
    whole = [one.key for one in fetched(tmp_path)]
    assert whole == sorted(whole)
    for index, key in enumerate(whole):
        assert [one.key for one in fetched(tmp_path, key)] == whole[index + 1 :]


def test_an_mbox_without_an_ending_is_known_by_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "Inbox").write_bytes(mbox(ONE, THREE))
    (tmp_path / "README").write_bytes(b"From us to you: not a mailbox")
    assert len(fetched(tmp_path)) == 2
    assert len(fetched(tmp_path / "Inbox")) == 2


def test_a_maildir_key_stays_when_the_mail_is_read(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1762160000.M1.host").write_bytes(ONE)
    (tmp_path / "cur" / "1762150000.M2.host:2,S").write_bytes(TWO)
    (tmp_path / "tmp" / "1762170000.M3.host").write_bytes(THREE)
    before = [one.key for one in fetched(tmp_path)]
    (tmp_path / "new" / "1762160000.M1.host").rename(tmp_path / "cur" / "1762160000.M1.host:2,RS")
    assert before == ["1762150000.M2.host", "1762160000.M1.host"]
    assert [one.key for one in fetched(tmp_path)] == before


def test_what_cannot_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty.mbox").write_bytes(b"")
    (tmp_path / "plain.mbox").write_bytes(b"no separator here")
    (tmp_path / "talk.mbox").write_bytes(b"hello\n" + mbox(ONE))
    (tmp_path / "torn.mbox").write_bytes(mbox(ONE) + SEPARATOR.rstrip(b"\n"))
    (tmp_path / "z.eml").write_bytes(ONE)
    found = list(FolderSource(tmp_path).messages())
    troubles = [one.key.partition("@")[0] for one in found if isinstance(one, Unreadable)]
    assert troubles == ["empty.eml", "empty.mbox", "gone.eml", "plain.mbox", "talk.mbox", "torn.mbox"]
    assert [one.key for one in found if isinstance(one, Fetched)][-1] == "z.eml"


def test_a_message_past_the_limit_is_reported_and_the_next_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"x" * 100)
    (tmp_path / "b.mbox").write_bytes(mbox(b"y" * 100, b"z"))
    found = list(FolderSource(tmp_path, message_bytes=50).messages())
    assert [type(one).__name__ for one in found] == ["Unreadable", "Unreadable", "Fetched"]


def test_a_missing_root_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="create it"):
        list(FolderSource(tmp_path / "nowhere").messages())


def test_two_visits_see_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(ONE)
    (tmp_path / "box.mbox").write_bytes(mbox(ONE, TWO))
    assert fetched(tmp_path) == fetched(tmp_path)
