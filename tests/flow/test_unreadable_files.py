"""What comes locked, behind a sign-in or behind a link ends as an item that asks for another copy."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from pipeline.reception import receive
from pipeline.records import items, ledger
from pipeline.records.session import reading
from tests.flow.installation import MAILBOX, installation, work_off

STUB = b"<html><body>You have received a secure message. Open the attachment to read the message.</body></html>"
LOCKED = b"-----BEGIN PGP MESSAGE-----\n\nhQEMA0o=\n-----END PGP MESSAGE-----\n"
LINK = "\nThe loss runs are here: https://www.dropbox.com/s/abc123/loss-runs.zip\n"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("securedoc.html", STUB, "DOC-SECURE-LINK"),
        ("losses.pgp", LOCKED, "DOC-LOCKED"),
        ("losses.pdf", b"", "DOC-UNREADABLE"),
        ("", LINK.encode(), "DOC-LINK-ONLY"),
    ],
)
def test_the_agent_is_asked_for_another_copy(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    mail = message_from_bytes((MAILBOX / "04-machine-shop-loss-years.eml").read_bytes(), policy=default)
    if name:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    else:
        body = mail.get_body(("plain",))
        assert body is not None
        body.set_content(body.get_content() + content.decode())
    with installation(tmp_path) as office:
        receive(office, raw=mail.as_bytes(), source="test", key="1")
        work_off(office)
        with reading(office.engine) as tx:
            message = ledger.message_by_id(tx, 1)
            asked = [(one.item.code, one.item.subject) for one in items.items_of(tx, 1) if one.item.is_open]
        assert message is not None and message.state == "filed"
        assert (code, name or "www.dropbox.com") in asked or (code, "dropbox.com") in asked
