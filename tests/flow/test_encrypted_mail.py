"""A mail that is encrypted as a whole waits for a person; who is known and proven is asked once to send it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from outbound.policy import ASK_AGAIN_AFTER
from pipeline import confirming, mending
from pipeline.office import Office
from pipeline.reception import receive
from pipeline.records import agencies, ledger, resends
from pipeline.records.ledger import Message
from pipeline.records.session import reading, transaction
from tests.flow.installation import MAILBOX, ingest, installation, work_off
from tests.inbox import Inbox, running_inbox

SERVER = "mx.intake.example"
REF = "SUB-26-000001"
PASSED = f"Authentication-Results: {SERVER}; dmarc=pass header.from={{domain}}\n"
NOTHING = f"Authentication-Results: {SERVER}; spf=none; dkim=none; dmarc=none header.from={{domain}}\n"
BORDER = f"Received: from mail.agency.example (unknown [203.0.113.9]) by {SERVER}; Fri, 20 Nov 2026 09:00 +0000\n"
SMIME = """\
Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m
Content-Transfer-Encoding: base64

MIIBHgYJKoZIhvcNAQcDoIIBDzCCAQsCAQAxgcAwgb0CAQAwJjASMRAwDgYDVQQDDAdDYXJs
"""
PGP = """\
Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b

--b
Content-Type: application/pgp-encrypted

Version: 1

--b
Content-Type: application/octet-stream

-----BEGIN PGP MESSAGE-----

hQEMA1234
-----END PGP MESSAGE-----
--b--
"""
INLINE = """\
Content-Type: text/plain

-----BEGIN PGP MESSAGE-----

hQEMA1234
-----END PGP MESSAGE-----
"""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with running_inbox() as opened:
        yield opened


@pytest.fixture
def office(tmp_path: Path, inbox: Inbox) -> Iterator[Office]:
    with installation(tmp_path, trusted_authserv_ids=(SERVER,), smtp_url=SecretStr(inbox.url)) as opened:
        with transaction(opened.engine) as tx:
            agencies.create_agency(tx, name="Field", at=opened.clock.now(), status="active", domains=("field.example",))
        yield opened


def sealed(body: str = SMIME, *, sender: str = "ann@field.example", said: str = PASSED, head: str = "") -> bytes:
    """Return an encrypted mail as our server hands it over."""
    results = said.format(domain=sender.rpartition("@")[2])
    fields = f"From: Ann Field <{sender}>\nTo: submissions@intake.example\nSubject: Redstone renewal\n"
    return f"{results}{BORDER}{fields}{head}Date: Fri, 20 Nov 2026 09:00:00 +0000\nMIME-Version: 1.0\n{body}".encode()


def take(office: Office, raw: bytes, key: str = "1") -> Message:
    numbered = b"Message-ID: <" + key.encode() + b"@field.example>\n" + raw
    arrival = receive(office, raw=numbered, source="test", key=key)
    work_off(office)
    with reading(office.engine) as tx:
        found = ledger.message_by_id(tx, arrival.message)
    assert found is not None
    return found


def stopped_by(office: Office, message: Message) -> str | None:
    with reading(office.engine) as tx:
        return resends.by_message(tx, message.id).reason


@pytest.mark.parametrize("body", [SMIME, PGP, INLINE])
def test_a_known_and_proven_sender_is_asked_to_send_it_again(office: Office, inbox: Inbox, body: str) -> None:
    message = take(office, sealed(body))
    assert (message.state, message.reason) == ("held", "encrypted_asked")
    assert "asked to send it" in mending.why(message)
    [mail] = inbox.mails
    assert mail["To"].addresses[0].addr_spec == "ann@field.example"
    assert mail["In-Reply-To"] == "<1@field.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Ann" in text
    assert "send it again without encryption" in text
    assert "/l/" not in text
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "send it again without encryption" in html


def test_a_reply_to_our_list_is_asked_for_by_the_private_page(office: Office, inbox: Inbox) -> None:
    ingest(office, MAILBOX / "04-machine-shop-loss-years.eml")
    with reading(office.engine) as tx:
        first = ledger.message_by_id(tx, 1)
    assert first is not None and first.sender is not None
    head = f"In-Reply-To: <{REF.lower()}.1@intake.example>\n"
    message = take(office, sealed(sender=first.sender, head=head), "2")
    assert message.reason == "encrypted_asked"
    mail = inbox.mails[-1]
    assert mail["Subject"].endswith(f"[{REF}]")
    assert "+" in mail["Reply-To"].addresses[0].addr_spec
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "private page" in text
    assert "http://127.0.0.1:8000/l/" in text


def test_a_stranger_who_names_our_mail_gets_nothing_of_it(office: Office, inbox: Inbox) -> None:
    ingest(office, MAILBOX / "04-machine-shop-loss-years.eml")
    before = len(inbox.got)
    head = f"In-Reply-To: <{REF.lower()}.1@intake.example>\n"
    message = take(office, sealed(sender="eve@elsewhere.example", head=head), "2")
    assert (message.state, message.reason) == ("held", "encrypted")
    assert stopped_by(office, message) == "sender_unproven"
    assert len(inbox.got) == before


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (sealed(said=NOTHING), "sender_unproven"),
        (sealed(said="Authentication-Results: mx.other.example; dmarc=pass header.from=field.example\n"), None),
        (sealed(said=f"Authentication-Results: {SERVER}; dmarc=fail header.from={{domain}}\n"), "sender_unproven"),
        (sealed(sender="ann@stranger.example"), "sender_unproven"),
        (sealed(sender="noreply@field.example"), "machine_sender"),
    ],
)
def test_anybody_else_waits_for_a_person(office: Office, inbox: Inbox, mail: bytes, why: str | None) -> None:
    message = take(office, mail)
    assert (message.state, message.reason) == ("held", "encrypted")
    assert stopped_by(office, message) == (why or "sender_unproven")
    assert inbox.got == []


@pytest.mark.parametrize("mail", [sealed(said=NOTHING), sealed(sender="ann@stranger.example")])
def test_the_word_of_one_of_us_lets_the_ask_go_once(office: Office, inbox: Inbox, mail: bytes) -> None:
    message = take(office, mail)
    for _ in range(2):
        with transaction(office.engine) as tx:
            confirming.confirm(office, tx, message.id, by="person:1")
        work_off(office)
    with reading(office.engine) as tx:
        after = ledger.message_by_id(tx, message.id)
    assert after is not None and (after.state, after.reason) == ("held", "encrypted_asked")
    assert len(inbox.got) == 1


@pytest.mark.parametrize(
    "mail",
    [
        sealed(head="Precedence: bulk\n"),
        sealed(head="Auto-Submitted: auto-generated\n"),
        sealed(head="X-Spam-Flag: YES\n"),
        sealed(sender="notifications@field.example"),
    ],
)
def test_machines_are_never_asked_whoever_speaks_for_them(office: Office, inbox: Inbox, mail: bytes) -> None:
    message = take(office, mail)
    assert (message.state, message.reason) == ("held", "encrypted")
    assert stopped_by(office, message) == "machine_sender"
    with transaction(office.engine) as tx:
        confirming.confirm(office, tx, message.id, by="person:1")
    work_off(office)
    assert inbox.got == []


def test_an_address_nobody_spoke_for_is_not_asked(office: Office, inbox: Inbox) -> None:
    message = take(office, sealed(said=NOTHING))
    with transaction(office.engine) as tx:
        confirming.confirm(office, tx, message.id, by="person:1", said="kim@field.example")
    work_off(office)
    assert stopped_by(office, message) == "sender_unproven"
    assert inbox.got == []


def test_an_ask_let_go_later_does_not_ask_anew(office: Office, inbox: Inbox) -> None:
    first = take(office, sealed(said=NOTHING), "1")
    assert take(office, sealed(PGP), "2").reason == "encrypted_asked"
    with transaction(office.engine) as tx:
        confirming.confirm(office, tx, first.id, by="person:1")
    work_off(office)
    assert stopped_by(office, first) == "asked_before"
    assert len(inbox.got) == 1


def test_who_goes_on_encrypting_is_asked_once_and_then_left_to_a_person(office: Office, inbox: Inbox) -> None:
    assert take(office, sealed(), "1").reason == "encrypted_asked"
    again = take(office, sealed(PGP), "2")
    assert again.reason == "encrypted"
    assert stopped_by(office, again) == "asked_before"
    assert len(inbox.got) == 1


def test_the_same_mail_delivered_twice_is_asked_about_once(office: Office, inbox: Inbox) -> None:
    take(office, sealed(), "1")
    raw = b"X-Copy: 2\nMessage-ID: <1@field.example>\n" + sealed()
    receive(office, raw=raw, source="test", key="copy")
    work_off(office)
    assert len(inbox.got) == 1


def test_a_server_that_is_away_is_tried_again(tmp_path: Path) -> None:
    with running_inbox("451 later") as inbox:
        options = {"trusted_authserv_ids": (SERVER,), "smtp_url": SecretStr(inbox.url)}
        with installation(tmp_path, **options) as office:
            with transaction(office.engine) as tx:
                agencies.create_agency(
                    tx, name="Field", at=office.clock.now(), status="active", domains=("field.example",)
                )
            message = take(office, sealed())
            assert message.reason == "encrypted"
            with reading(office.engine) as tx:
                assert resends.by_message(tx, message.id).state == "queued"
            assert inbox.got


def test_after_a_month_a_sender_is_asked_anew(office: Office, inbox: Inbox, tmp_path: Path) -> None:
    take(office, sealed(), "1")
    later = (office.clock.now() + ASK_AGAIN_AFTER + timedelta(days=1)).date().isoformat()
    options = {"trusted_authserv_ids": (SERVER,), "smtp_url": SecretStr(inbox.url), "today": later}
    with installation(tmp_path, **options) as again:
        assert take(again, sealed(), "2").reason == "encrypted_asked"
    assert len(inbox.got) == 2
