"""What a received message is: headers, bodies and attachments as they stood, with the defects met on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One mail address; ``email`` is the addr-spec with its domain in lower case, ``name`` the decoded display name."""

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        """Return the part behind the last ``@``, or an empty string."""
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something wrong in a message or an attachment that did not stop the reading; ``reason`` is from a closed list."""

    reason: str
    detail: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One decoded leaf part that is not the message's own text.

    ``path`` is where it stood, outermost first: part numbers of the message, then names inside archives and
    nested messages, e.g. ``("2", "runs.zip", "2024.pdf")``. ``media_type`` is what the sender declared.
    """

    name: str
    media_type: str
    content: bytes
    sha256: str
    path: tuple[str, ...]
    disposition: str | None = None
    content_id: str | None = None

    @property
    def size(self) -> int:
        """Return the number of decoded bytes."""
        return len(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One message as received. Times are aware UTC; ids keep no angle brackets; header names keep their case.

    ``text`` is the plain body (made from ``html`` when no plain part came). ``received_at`` is the time of the topmost
    ``Received`` header, the server's own; ``date`` is what the sender claims.
    """

    sha256: str
    size: int
    message_id: str | None
    subject: str
    sender: Address | None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    return_path: str | None = None
    date: datetime | None = None
    received_at: datetime | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "text/plain"
    content_parameters: tuple[tuple[str, str], ...] = ()
    text: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    defects: tuple[Defect, ...] = ()

    def header(self, name: str) -> str | None:
        """Return the first header of that name (any case), or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def header_all(self, name: str) -> tuple[str, ...]:
        """Return every header of that name (any case), topmost first."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)
