"""Hand a composed mail over, to a folder of .eml files or an SMTP server; the outcome says permanent or transient."""

from __future__ import annotations

import os
import smtplib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a hand-over ended.

    ``ambiguous`` means that the server may have taken the mail before the line broke; it is sent again once, under the
    same Message-ID. ``failed`` with ``permanent`` is never tried again; without, it is deferred.
    """

    status: Literal["sent", "failed", "ambiguous"]
    permanent: bool = False
    detail: str = ""


class Courier(Protocol):
    """Whoever carries mail out of the house."""

    def deliver(self, raw: bytes, *, sender: str, recipient: str, message_id: str) -> Delivery:
        """Hand one mail over; never raise for what the other side does."""


class FolderCourier:
    """Writes each mail as ``<message id>.eml``; the same mail written twice is one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, raw: bytes, *, sender: str, recipient: str, message_id: str) -> Delivery:
        """Write the mail beside its final name, force it to disk, then rename it into place."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = message_id.partition("@")[0].replace("/", "_")
        temporary = self.folder / f".{name}.{os.getpid()}.part"
        try:
            with temporary.open("wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.folder / f"{name}.eml")
        except OSError as error:
            return Delivery(status="failed", detail=f"the mail folder cannot be written: {error.strerror}")
        return Delivery(status="sent")


class SmtpCourier:
    """Speaks to one server, ``smtp://user:password@host:port`` or ``smtps://…``; STARTTLS wherever it is offered."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("the SMTP address must look like smtp://host:port or smtps://user:password@host")
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or (465 if self._tls else 587)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")

    def deliver(self, raw: bytes, *, sender: str, recipient: str, message_id: str) -> Delivery:
        """Send the mail to one recipient and translate what the server said."""
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            return Delivery(status="failed", detail=f"no connection to {self._host}: {_said(error)}")
        try:
            server.sendmail(sender, [recipient], raw)
        except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
            return Delivery(status="ambiguous", detail=_said(error))
        except (smtplib.SMTPException, OSError) as error:
            return Delivery(status="failed", permanent=_code(error) >= 500, detail=_said(error))
        finally:
            server.close()
        return Delivery(status="sent")

    def trouble(self) -> str:
        """Return why the server does not take us, or nothing when it does; no mail is sent."""
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            return _said(error)
        server.close()
        return ""

    def _connect(self) -> smtplib.SMTP:
        kind = smtplib.SMTP_SSL if self._tls else smtplib.SMTP
        server = kind(self._host, self._port, timeout=TIMEOUT_SECONDS)
        server.ehlo()
        if not self._tls and server.has_extn("starttls"):
            server.starttls()
            server.ehlo()
        if self._user:
            server.login(self._user, self._password)
        return server


def _code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _ in error.recipients.values())
    return getattr(error, "smtp_code", 0)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {text!r}" for code, text in error.recipients.values())
    return str(error)[:300]
