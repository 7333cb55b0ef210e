"""Messages in files: a single .eml, an mbox, a Maildir, or a folder of any of these, always in the same order.

A mail that arrives later under a name that sorts earlier stands before the cursor. Ask once in a while without a
cursor: what was taken before is known by its content and costs nothing but the reading.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from intake.errors import SourceError
from intake.sources import mailbox_file
from intake.sources.source import Fetched, Unreadable

#: The largest message read from a file, in bytes.
MESSAGE_BYTES: Final = 250 * 1024 * 1024
_MAIL_ENDINGS: Final = frozenset({".eml", ".mail", ".msg822", ".msg"})
_MBOX_ENDINGS: Final = frozenset({".mbox", ".mbx"})
_MAILDIR: Final = ("cur", "new")
_FOLDER_DEPTH: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One file with its key; ``trouble`` when the folder around it could not be listed."""

    key: str
    path: Path
    mbox: bool = False
    trouble: str = ""

    @property
    def order(self) -> str:
        """Return what files are sorted by, so that the keys of the messages inside an mbox sort along."""
        return f"{self.key}@" if self.mbox else self.key

    def is_behind(self, after: str | None) -> bool:
        """Tell whether a message of this file may stand behind the cursor."""
        return after is None or self.order > after or (self.mbox and after.startswith(self.order))


class FolderSource:
    """Read messages from a file or a folder.

    Keys are paths relative to the root; Maildir keys leave out ``cur``, ``new`` and the flags, which change when
    somebody reads the mail. Files that are neither Maildir entries nor mail by their ending are left alone.
    """

    def __init__(self, root: Path | str, *, message_bytes: int = MESSAGE_BYTES) -> None:
        self._root = Path(root)
        self._limit = message_bytes

    def messages(self, after: str | None = None) -> Iterator[Fetched | Unreadable]:
        """Yield the messages whose keys stand behind ``after``. Raises ``SourceError`` when the root is gone."""
        # A link to nothing is there: it is reported like any other file that cannot be read.
        if not os.path.lexists(self._root):
            raise SourceError(f"There is no file or folder {self._root}: create it or name another one.")
        for file in sorted(_files(self._root), key=lambda one: one.order):
            if file.is_behind(after):
                yield from (found for found in self._read(file) if after is None or found.key > after)

    def _read(self, file: _File) -> Iterator[Fetched | Unreadable]:
        if file.trouble:
            yield Unreadable(key=file.key, reason=file.trouble)
            return
        try:
            if not stat.S_ISREG(file.path.stat().st_mode):
                yield Unreadable(key=file.key, reason="It is no ordinary file.")
            elif file.mbox:
                yield from mailbox_file.read(file.path, file.key, self._limit)
            else:
                yield self._single(file)
        except OSError as error:
            yield Unreadable(key=file.key, reason=f"The file cannot be read: {error.strerror or error}.")

    def _single(self, file: _File) -> Fetched | Unreadable:
        size = file.path.stat().st_size
        if size > self._limit:
            return Unreadable(key=file.key, reason=f"The message has {size} bytes, more than {self._limit}.")
        raw = file.path.read_bytes()
        return Fetched(key=file.key, raw=raw) if raw else Unreadable(key=file.key, reason="The file is empty.")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _files(root: Path) -> Iterator[_File]:
    if _is_folder(root):
        yield from _walk(root, "", 0)
    else:
        yield _File(key=root.name, path=root, mbox=_is_mbox(root))


def _walk(folder: Path, prefix: str, depth: int) -> Iterator[_File]:
    if depth > _FOLDER_DEPTH:
        yield _File(key=prefix.rstrip("/"), path=folder, trouble="The folder is nested too deep.")
        return
    entries = _entries(folder)
    if isinstance(entries, str):
        yield _File(key=prefix.rstrip("/") or folder.name, path=folder, trouble=entries)
        return
    maildir = all(_is_folder(folder / name) for name in _MAILDIR)
    for entry in entries:
        if maildir and _is_folder(entry) and entry.name in (*_MAILDIR, "tmp"):
            if entry.name in _MAILDIR:
                yield from _maildir(entry, prefix)
        elif _is_folder(entry) and not entry.is_symlink():
            yield from _walk(entry, f"{prefix}{entry.name}/", depth + 1)
        elif not entry.name.startswith(".") or entry.suffix.lower() in _MAIL_ENDINGS:
            yield from _mail_file(entry, prefix)


def _entries(folder: Path) -> list[Path] | str:
    """Return a folder's entries by name, or a sentence saying why they cannot be listed."""
    try:
        return sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        return f"The folder cannot be read: {error.strerror or error}."


def _maildir(folder: Path, prefix: str) -> Iterator[_File]:
    entries = _entries(folder)
    if isinstance(entries, str):
        yield _File(key=prefix + folder.name, path=folder, trouble=entries)
        return
    for entry in entries:
        if not entry.name.startswith(".") and not _is_folder(entry):
            yield _File(key=prefix + entry.name.partition(":")[0], path=entry)


def _mail_file(path: Path, prefix: str) -> Iterator[_File]:
    ending = path.suffix.lower()
    if ending in _MBOX_ENDINGS or (not ending and _is_mbox(path)):
        yield _File(key=prefix + path.name, path=path, mbox=True)
    elif ending in _MAIL_ENDINGS:
        yield _File(key=prefix + path.name, path=path)


def _is_mbox(path: Path) -> bool:
    """Tell whether a file is an mbox; one that cannot be opened is none, and is reported when it is read.

    A pipe or a device is never opened: nobody may ever write to it.
    """
    if path.suffix.lower() in _MBOX_ENDINGS:
        return True
    try:
        return path.is_file() and mailbox_file.is_mbox(path)
    except OSError:
        return False
