"""Look and store nothing: what is in files, and what would happen to messages. Same stages, same decisions."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake import unpack
from intake.message import Attachment, InboundMessage
from intake.sources.folder import FolderSource
from intake.sources.source import Fetched, Unreadable
from parsers.document import Defect, ParsedDocument, Status
from parsers.limits import Limits
from parsers.sandbox import Sandbox
from parsers.sniff import MAIL, MSG, ZIP, sniff
from pipeline import containers, drafts, gathering
from pipeline.deciding import Decision
from pipeline.filing import opens
from pipeline.gathering import REFUSED_AS
from pipeline.house import House
from pipeline.matching import Match
from pipeline.office import house_of
from pipeline.records.documents import ReadDocument
from pipeline.report import SCHEMA, file_report, message_report, submission_report
from pipeline.rulebook import Rules, default_rules
from pipeline.settings import Settings
from pipeline.stages import ReadFile, ReadMessage, read_file, read_message

CONTAINERS = frozenset(
    {MAIL, ZIP, MSG, "application/x-7z-compressed", "application/vnd.rar", "application/gzip", "application/x-tar"}
)
"""Files that hold files; their one line holds the documents of all of them, each with the inner file's name."""
UNREAD_HOLDS = frozenset({"encrypted", "encrypted_asked", "over_budget"})
"""Rules of the screen that hold a message because it could not be read, or not to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One message with the path a person knows it by."""

    shown: str
    found: Fetched | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A place to look at things, with readers and rules and no records."""

    sandbox: Sandbox
    rules: Rules
    house: House

    def read(self, path: Path, *, reveal: bool = False) -> dict[str, Any]:
        """Return the report of one file; of a message or an archive, with the documents of the files inside it."""
        found = _content(path)
        if isinstance(found, Defect):
            return _unread(path, found)
        whole = _attachment(path.name, found)
        if sniff(found, path.name) in CONTAINERS:
            return self._read_inside(whole, str(path), reveal)
        return self._read(whole, str(path), reveal)

    def _read(self, attachment: Attachment, shown: str, reveal: bool) -> dict[str, Any]:
        return file_report(read_file(attachment, reader=self.sandbox), shown=shown, reveal=reveal)

    def _read_inside(self, container: Attachment, shown: str, reveal: bool) -> dict[str, Any]:
        started = time.perf_counter()
        unpacked = _unpacked(container, self.sandbox)
        files = [one for one in unpacked.files if one.path != container.path]
        inner = [self._read(one, "/".join(one.path[1:]), reveal) for one in files]
        troubles = [one["reason"] for one in inner if one["status"] != "read"]
        troubles += [REFUSED_AS.get(one.reason, "unsupported") for one in unpacked.refused]
        opened = ParsedDocument(
            sha256=container.sha256,
            media_type=sniff(container.content, container.name),
            status=_standing(len(inner), troubles),
            reason=next(iter(troubles), None),
            seconds=time.perf_counter() - started,
        )
        file = ReadFile(
            name=container.name,
            sha256=container.sha256,
            size=container.size,
            path=container.path,
            document=opened,
            parts=(),
        )
        documents = [document | {"file": one["file"]} for one in inner for document in one["documents"]]
        return file_report(file, shown=shown) | {"documents": documents}

    def messages(self, paths: Sequence[Path]) -> Iterator[Named]:
        """Yield every message under the paths, in order."""
        for path in paths:
            for found in FolderSource(path).messages():
                yield Named(shown=str(path / found.key) if _is_folder(path) else str(path), found=found)

    def preflight(self, message: Named, *, reveal: bool = False) -> dict[str, Any]:
        """Return what would happen to one message if it came in now, as the first of its kind."""
        if isinstance(message.found, Unreadable):
            return {"schema": SCHEMA, "file": message.shown, "reason": message.found.reason} | _NOTHING
        started = time.perf_counter()
        read = read_message(message.found.raw, reader=self.sandbox, house=self.house)
        decided = self._decide(read) if read.screening.disposition == "accept" else None
        seconds = time.perf_counter() - started
        return message_report(read, shown=message.shown, seconds=seconds, decided=decided, reveal=reveal)

    def _decide(self, read: ReadMessage) -> dict[str, Any] | None:
        found = gathering.read_documents(read)
        if not opens(read, found) and not found:
            return None
        return submission_report(self.decision(read, found), Match(how="new", ref=None, confidence=1.0))

    def decision(self, read: ReadMessage, found: tuple[ReadDocument, ...]) -> Decision:
        """Return the decision on one message alone."""
        return drafts.decided_alone(read, found, self.rules)


_NOTHING: dict[str, Any] = {
    "message_id": None,
    "seconds": 0.0,
    "disposition": "hold",
    "sender": None,
    "true_sender": None,
    "intents": [],
    "attachments": 0,
    "artefacts": [],
    "refused": [],
    "defects": [],
    "documents": [],
    "submissions": [],
}


def wholly_read(message: Named, report: Mapping[str, Any]) -> bool:
    """Return whether a message and all that came with it could be read; ``report`` is its preflight."""
    return (
        isinstance(message.found, Fetched)
        and report["reason"] not in UNREAD_HOLDS
        and not report["refused"]
        and all(document["status"] == "read" for document in report["documents"])
    )


@contextmanager
def opened() -> Iterator[Desk]:
    """Open a desk; nothing is created on disk."""
    settings = Settings()
    house = house_of(settings)
    with Sandbox() as sandbox:
        yield Desk(sandbox=sandbox, rules=default_rules(), house=house)


def files_in(paths: Iterable[Path]) -> list[Path]:
    """Return the files under the paths, folders walked, in a stable order; a folder that cannot be listed is one."""
    found: list[Path] = []
    for path in paths:
        if _is_folder(path):
            for folder, below, names in os.walk(path, onerror=lambda error: found.append(Path(error.filename))):
                below.sort()
                found.extend(Path(folder) / name for name in sorted(names))
        else:
            found.append(path)
    return found


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _content(path: Path) -> bytes | Defect:
    """Return what is in a file, or why it is not looked at. A pipe or a device is never opened: it may not end."""
    most = Limits().input
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Defect(reason="unreadable_file", detail="It is no ordinary file.")
        if status.st_size > most:
            return Defect(reason="too_large", detail=f"{status.st_size:,} bytes")
        with path.open("rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        return Defect(reason="unreadable_file", detail=error.strerror or type(error).__name__)


def _unread(path: Path, defect: Defect) -> dict[str, Any]:
    document = ParsedDocument(
        sha256="",
        media_type="application/octet-stream",
        status="unreadable",
        reason=defect.reason,
        defects=(defect,),
    )
    file = ReadFile(name=path.name, sha256="", size=0, path=(path.name,), document=document, parts=())
    return file_report(file, shown=str(path)) | {"sha256": None}


def _unpacked(container: Attachment, sandbox: Sandbox) -> unpack.Unpacked:
    """Return what is in a message or archive, opened as if it had come attached."""
    carrier = InboundMessage(sha256="", size=0, message_id=None, subject="", sender=None, attachments=(container,))
    return unpack.unpack(carrier, opener=containers.opener(sandbox))


def _standing(inside: int, troubles: Sequence[str]) -> Status:
    if not troubles:
        return "read"
    return "partial" if inside else "unreadable"


def _attachment(name: str, content: bytes) -> Attachment:
    media_type = MAIL if sniff(content, name) == MAIL else "application/octet-stream"
    return Attachment(
        name=name,
        media_type=media_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        path=(name,),
    )
