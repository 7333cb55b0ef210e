"""A real SMTP server of our own: it keeps what it gets and answers as told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller

from tests.servers import free_port


class Inbox:
    """What came to ``url``; ``answer`` is what each mail is answered with."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.got: list[bytes] = []

    @property
    def mails(self) -> list[EmailMessage]:
        """Return the mails parsed."""
        return [message_from_bytes(raw, policy=default) for raw in self.got]  # type: ignore[misc,arg-type]

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        """Keep a mail and answer."""
        self.got.append(envelope.content)  # type: ignore[attr-defined]
        return self.answer


@contextmanager
def running_inbox(answer: str = "250 kept") -> Iterator[Inbox]:
    """Take mail while the block lasts."""
    inbox = Inbox(answer)
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()
