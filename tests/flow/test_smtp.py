"""The checklist leaves by SMTP where a server is named: once, and with the link that opens."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import SecretStr

from pipeline.records import access, outbox
from pipeline.records.session import reading
from tests.flow.installation import MAILBOX, ingest, installation, work_off
from tests.inbox import running_inbox


def test_the_checklist_is_sent_once_with_a_link_that_opens(tmp_path: Path) -> None:
    with running_inbox() as inbox, installation(tmp_path, smtp_url=SecretStr(inbox.url)) as office:
        ingest(office, MAILBOX / "04-machine-shop-loss-years.eml")
        work_off(office)
        (mail,) = inbox.mails
        body = mail.get_body(("plain",))
        assert body is not None
        token = re.search(r"/l/(\S+)", body.get_content())
        assert token is not None
        with reading(office.engine) as tx:
            link = access.link_by_token(tx, token[1])
            assert link is not None and link.valid(office.clock.now())
            assert outbox.outbox_counts(tx) == {"sent": 1}
