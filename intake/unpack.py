"""Open everything a message holds, under limits, and account for every attachment.

A message is opened part by part; archives, attached mails and winmail.dat are opened in turn, each one level deeper.
Every attachment becomes a file to read, an artefact of the mail, an opened container, or a refusal with its reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from intake import archives, artefacts, mime, names, tnef
from intake.archives import Entry, Quota
from intake.budget import Budget
from intake.ledger import DEFAULT_LIMITS, Artefact, Fate, Limits, Line, Refused, Unpacked
from intake.message import Attachment, InboundMessage
from intake.reasons import REFUSALS, UNREAD

Opener = Callable[[bytes, str, Limits, Quota], Iterable[Entry] | str]
"""Takes the files out of a container of a kind (``other_archive``, ``saved_mail``), or says why not."""

__all__ = ["Artefact", "Limits", "Line", "Refused", "Unpacked", "unpack"]

_PROGRAM_ENDINGS: Final = frozenset(
    {".exe", ".dll", ".scr", ".pif", ".bat", ".cmd", ".msi", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".hta", ".ps1"}
    | {".lnk", ".jar", ".iso", ".img", ".reg"}
)
_OTHER_ARCHIVES: Final = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00")
_OFFICE_ENDINGS: Final = frozenset({".docx", ".xlsx", ".xlsm", ".pptx", ".docm", ".dotx", ".odt", ".ods"})
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OUTLOOK_STREAM: Final = "__substg1.0_".encode("utf-16-le")
#: The CMS object ids for enveloped and authenticated-enveloped data (RFC 5652, RFC 5083), and for signed data.
_ENVELOPED: Final = (bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117"))
_SIGNED: Final = bytes.fromhex("2a864886f70d010702")

#: Defects that stand for a part which did not become an attachment.
_NOT_TAKEN: Final = (UNREAD | {"too_large"}) & frozenset(REFUSALS)


def unpack(message: InboundMessage, *, limits: Limits = DEFAULT_LIMITS, opener: Opener | None = None) -> Unpacked:
    """Return the files, artefacts, inner messages and refusals of a message, with one ledger line for each.

    ``opener`` takes apart what only a confined process should: other archives than zip, and mails saved by Outlook.
    Without one they are refused.
    """
    sorter = _Sorter(limits, opener)
    sorter.message(message, (), 0)
    return Unpacked(
        files=tuple(sorter.files),
        artefacts=tuple(sorter.artefacts),
        messages=tuple(sorter.messages),
        refused=tuple(sorter.refused),
        ledger=tuple(sorter.ledger),
    )


class _Sorter:
    """Carries the account while containers are opened depth first; one object per message, never shared."""

    def __init__(self, limits: Limits, opener: Opener | None) -> None:
        self._limits = limits
        self._opener = opener
        self._quota = Quota(limits.total_bytes)
        self.files: list[Attachment] = []
        self.artefacts: list[Artefact] = []
        self.messages: list[InboundMessage] = []
        self.refused: list[Refused] = []
        self.ledger: list[Line] = []

    def message(self, message: InboundMessage, prefix: tuple[str, ...], depth: int) -> None:
        """Sort every attachment of a message; what was not even decoded stands among the refusals."""
        shown_ids = artefacts.content_ids(message.html)
        for attachment in message.attachments:
            self._sort(replace(attachment, path=prefix + attachment.path), shown_ids, depth)
        for defect in message.defects:
            if defect.reason in _NOT_TAKEN:
                where = (*prefix, defect.where) if defect.where else prefix
                self._refuse(defect.detail, where, defect.reason, None)

    def _sort(self, attachment: Attachment, shown_ids: frozenset[str], depth: int) -> None:
        if len(self.ledger) >= self._limits.files:
            self._refuse(attachment.name, attachment.path, "too_many_files", attachment.sha256)
            return
        reason = _refusal(attachment, opens=self._opener is not None)
        verdict = None if reason else artefacts.judge(attachment, shown_ids)
        container = None if reason or verdict else _container(attachment)
        if reason:
            self._refuse(attachment.name, attachment.path, reason, attachment.sha256)
        elif verdict is not None:
            self.artefacts.append(Artefact(attachment=attachment, kind=verdict.kind, why=verdict.why))
            self._line(attachment, "artefact", verdict.kind)
        elif container is None:
            self.files.append(attachment)
            self._line(attachment, "file")
        elif depth >= self._limits.depth:
            self._refuse(attachment.name, attachment.path, "too_deep", attachment.sha256)
        else:
            self._open(attachment, container, depth + 1)

    def _open(self, attachment: Attachment, container: str, depth: int) -> None:
        inside = (
            attachment.path if attachment.path[-1].endswith(attachment.name) else (*attachment.path, attachment.name)
        )
        if container == "nested_mail":
            self._line(attachment, "opened", container)
            self._open_message(attachment, inside, depth)
            return
        entries = self._entries(attachment, container)
        if isinstance(entries, str):
            self._refuse(attachment.name, attachment.path, entries, attachment.sha256)
            return
        self._line(attachment, "opened", container)
        for entry in entries:
            if entry.reason:
                self._refuse(entry.path.rpartition("/")[2], (*inside, entry.path), entry.reason, None)
            else:
                self._sort(_child(entry, inside), frozenset(), depth)

    def _open_message(self, attachment: Attachment, inside: tuple[str, ...], depth: int) -> None:
        budget = Budget(decoded_bytes=max(0, min(Budget().decoded_bytes, self._quota.left)))
        inner = mime.parse(attachment.content, budget=budget)
        self._quota.take(sum(one.size for one in inner.attachments))
        self.messages.append(inner)
        self.message(inner, inside, depth)

    def _entries(self, attachment: Attachment, container: str) -> Iterable[Entry] | str:
        if container == "tnef":
            return self._tnef(attachment)
        if container == "archive":
            return self._zip(attachment)
        return self._packed(attachment, container)

    def _packed(self, attachment: Attachment, container: str) -> Iterable[Entry] | str:
        if self._opener is None:
            return "archive_kind"
        opened = self._opener(attachment.content, container, self._limits, self._quota)
        if isinstance(opened, str):
            return opened
        if container == "saved_mail":
            return opened
        return [_renamed(entry, attachment.name) for entry in opened]

    def _zip(self, attachment: Attachment) -> Iterable[Entry] | str:
        return archives.read(attachment.content, self._limits, self._quota)

    def _tnef(self, attachment: Attachment) -> Iterable[Entry] | str:
        opened = tnef.read(attachment.content)
        if opened.damaged and not opened.files:
            return "tnef_damaged"
        return _tnef_entries(opened, self._quota)

    def _refuse(self, name: str, path: tuple[str, ...], reason: str, sha256: str | None) -> None:
        self.refused.append(Refused(name=name, path=path, reason=reason, sha256=sha256, detail=REFUSALS[reason]))
        self.ledger.append(Line(path=path, name=name, fate="refused", detail=reason, sha256=sha256))

    def _line(self, attachment: Attachment, fate: Fate, detail: str = "") -> None:
        line = Line(path=attachment.path, name=attachment.name, fate=fate, detail=detail, sha256=attachment.sha256)
        self.ledger.append(line)


def _tnef_entries(opened: tnef.Opened, quota: Quota) -> Iterator[Entry]:
    for name, content in opened.files:
        if len(content) > quota.left:
            yield Entry(path=names.shown(name) or "unnamed", reason="total_too_large")
            continue
        quota.take(len(content))
        yield Entry(path=names.shown(name) or "unnamed", content=content)
    if opened.damaged:
        yield Entry(path="(rest)", reason="tnef_damaged")


def _child(entry: Entry, inside: tuple[str, ...]) -> Attachment:
    return Attachment(
        name=entry.path.rpartition("/")[2],
        media_type="application/octet-stream",
        content=entry.content,
        sha256=hashlib.sha256(entry.content).hexdigest(),
        path=(*inside, entry.path),
    )


def _refusal(attachment: Attachment, *, opens: bool) -> str:
    """Return why an attachment is not looked into at all, or an empty string."""
    content = attachment.content
    if not content:
        return "empty"
    if names.ending(attachment.name) in _PROGRAM_ENDINGS or _is_program(content):
        return "executable"
    if _is_other_archive(content) and not opens:
        return "archive_kind"
    if _is_saved_mail(attachment) and not opens:
        return "outlook_item"
    if content[:40].lstrip().startswith(b"-----BEGIN PGP MESSAGE"):
        return "encrypted"
    if attachment.media_type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        head = content[:64]
        if any(oid in head for oid in _ENVELOPED):
            return "encrypted"
        return "opaque_signed" if _SIGNED in head else ""
    return ""


def _is_other_archive(content: bytes) -> bool:
    return content.startswith(_OTHER_ARCHIVES) or content[257:262] == b"ustar"


def _is_saved_mail(attachment: Attachment) -> bool:
    content = attachment.content
    return content.startswith(_OLE) and (names.ending(attachment.name) == ".msg" or _OUTLOOK_STREAM in content)


def _renamed(entry: Entry, outer: str) -> Entry:
    """Give what was packed without a name that of what it was packed in."""
    return replace(entry, path=outer.rpartition(".")[0] or outer) if entry.path == "data" else entry


def _is_program(content: bytes) -> bool:
    if content.startswith(b"\x7fELF"):
        return True
    at = int.from_bytes(content[0x3C:0x40], "little")
    return content.startswith(b"MZ") and content[at : at + 4] == b"PE\0\0"


def _container(attachment: Attachment) -> str | None:
    """Return which kind of container an attachment is, by its content, or None for a file."""
    ending = names.ending(attachment.name)
    if attachment.media_type in ("message/rfc822", "message/global") or ending == ".eml":
        return "nested_mail"
    if tnef.is_tnef(attachment.content):
        return "tnef"
    if _is_saved_mail(attachment):
        return "saved_mail"
    if _is_other_archive(attachment.content):
        return "other_archive"
    if not archives.is_zip(attachment.content) or archives.is_document(attachment.content):
        return None
    return None if ending in _OFFICE_ENDINGS else "archive"
