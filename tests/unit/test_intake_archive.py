"""The archive keeps whole messages or none, whatever happens while it writes."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from intake.archive import FolderArchive
from intake.errors import ArchiveError

RAW = b"From: a@b.example\r\n\r\n" + bytes(range(256)) * 40
SHA = hashlib.sha256(RAW).hexdigest()


def files(root: Path) -> list[str]:
    """Return the names of all visible files below the root."""
    return sorted(path.name for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))


def test_what_is_put_comes_back_under_its_hash(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path / "raw")
    assert archive.put(RAW) == SHA
    assert archive.get(SHA) == RAW
    assert (archive.exists(SHA), archive.size(SHA)) == (True, len(RAW))
    assert (tmp_path / "raw" / SHA[:2] / SHA).is_file()
    assert FolderArchive(tmp_path / "raw").get(SHA) == RAW


def test_parts_are_kept_together_and_halves_that_a_crash_left_go_after_a_day(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    (tmp_path / ".incoming").mkdir()
    for name, seconds in (("tmpold", 100_000), ("tmpnew", 100)):
        half = tmp_path / ".incoming" / name
        half.write_bytes(b"half")
        os.utime(half, (time.time() - seconds,) * 2)
    kept = archive.put_parts(iter([RAW[:100], RAW[100:]]))
    assert (kept.sha256, kept.size) == (SHA, len(RAW))
    assert archive.get(SHA) == RAW
    assert [path.name for path in (tmp_path / ".incoming").iterdir()] == ["tmpnew"]


def test_the_same_bytes_are_written_once(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.put(RAW)
    before = (tmp_path / SHA[:2] / SHA).stat()
    archive.put(RAW)
    after = (tmp_path / SHA[:2] / SHA).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert files(tmp_path) == [SHA]


def test_an_empty_message_is_kept_too(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    assert archive.get(archive.put(b"")) == b""


@pytest.mark.parametrize("sha", ["0" * 64, "../../etc/passwd", "A" * 64, ""])
def test_what_is_not_there_is_an_error_and_leads_nowhere(tmp_path: Path, sha: str) -> None:
    with pytest.raises(ArchiveError):
        FolderArchive(tmp_path).get(sha)


def test_a_file_that_changed_is_not_given_back(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.put(RAW)
    (tmp_path / SHA[:2] / SHA).write_bytes(RAW[:-1] + b"!")
    with pytest.raises(ArchiveError, match="changed"):
        archive.get(SHA)


def test_half_a_file_under_the_name_is_replaced_by_the_whole_one(tmp_path: Path) -> None:
    (tmp_path / SHA[:2]).mkdir()
    (tmp_path / SHA[:2] / SHA).write_bytes(RAW[:100])
    archive = FolderArchive(tmp_path)
    archive.put(RAW)
    assert archive.get(SHA) == RAW


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_refuses_is_an_error_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / SHA[:2]).mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync", refuse) if step == "fsync" else (Path, "replace", refuse)))
        with pytest.raises(ArchiveError, match="No space left"):
            FolderArchive(tmp_path).put(RAW)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert FolderArchive(tmp_path).put(RAW) == SHA


@pytest.mark.parametrize("killed_at", [1, 2, 3])
def test_a_process_killed_at_any_flush_never_leaves_half_a_message(tmp_path: Path, killed_at: int) -> None:
    """Kill the writer at each fsync in turn: the new folder, the file's bytes, the folder's entry."""
    child = os.fork()
    if child == 0:
        calls = iter(range(1, 100))
        real = os.fsync
        os.fsync = lambda handle: os._exit(9) if next(calls) == killed_at else real(handle)  # type: ignore[assignment]
        FolderArchive(tmp_path).put(RAW)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9

    archive = FolderArchive(tmp_path)
    assert files(tmp_path) == ([SHA] if killed_at == 3 else [])
    assert archive.put(RAW) == SHA
    assert archive.get(SHA) == RAW
