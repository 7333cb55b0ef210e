"""The checklist leaves by SMTP where a server is named: once, and with the link that opens."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr

from pipeline.records import access, outbox
from pipeline.records.session import reading
from tests.flow.installation import MAILBOX, ingest, installation, work_off


class Inbox:
    """An SMTP server's handler that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        self.got.append(envelope.content)  # type: ignore[attr-defined]
        return "250 kept"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    handler = Inbox()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


def test_the_checklist_is_sent_once_with_a_link_that_opens(tmp_path: Path, inbox: tuple[Inbox, str]) -> None:
    handler, url = inbox
    with installation(tmp_path, smtp_url=SecretStr(url)) as office:
        ingest(office, MAILBOX / "04-machine-shop-loss-years.eml")
        work_off(office)
        (raw,) = handler.got
        body = message_from_bytes(raw, policy=default).get_body(("plain",))
        assert body is not None
        token = re.search(r"/l/(\S+)", body.get_content())
        assert token is not None
        with reading(office.engine) as tx:
            link = access.link_by_token(tx, token[1])
            assert link is not None and link.valid(office.clock.now())
            assert outbox.outbox_counts(tx) == {"sent": 1}
