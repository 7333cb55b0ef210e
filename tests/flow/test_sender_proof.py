"""Mail that nobody vouches for is read and filed, and answered only after a proven domain or one of us says so."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline import confirming, events
from pipeline.office import Office
from pipeline.reception import receive
from pipeline.records import agencies, ledger, outbox, people, senders, submissions
from pipeline.records.ledger import Message
from pipeline.records.session import RecordsError, reading, transaction
from pipeline.records.submissions import Filter, Submission
from tests.flow.installation import MAILBOX, differences, ingest, installation, mails_out, portable, work_off

SERVER = "mx.intake.example"
CHURCH = MAILBOX / "22-nested-mail-year-typo.eml"
BORDER = f"Received: from mail.sender.example (unknown [203.0.113.9]) by {SERVER}; Fri, 20 Nov 2026 09:00 +0000\n"


def church(said: str = "", **fields: str) -> bytes:
    """Return a sample submission as our server handed it over, with what it found out about the sender."""
    mail = message_from_bytes(CHURCH.read_bytes())
    for name in ("Received", "Return-Path"):
        del mail[name]
    for name, value in fields.items():
        field = name.replace("_", "-")
        del mail[field]
        mail[field] = value
    domain = str(mail["From"]).rpartition("@")[2].strip("<> ")
    results = f"Authentication-Results: {SERVER}; {said.format(domain=domain)}\n" if said else ""
    return (results + BORDER).encode() + mail.as_bytes()


def take(office: Office, raw: bytes, key: str) -> Message:
    arrival = receive(office, raw=raw, source="test", key=key)
    work_off(office)
    with reading(office.engine) as tx:
        message = ledger.message_by_source(tx, "test", key)
    assert message is not None, arrival
    return message


def records(office: Office) -> tuple[Submission, ...]:
    with reading(office.engine) as tx:
        return submissions.listing(tx, Filter(), limit=100).submissions


def reasons(office: Office) -> list[tuple[str, str | None]]:
    with reading(office.engine) as tx:
        return [(one.state, one.reason) for record in records(office) for one in outbox.outgoing_of(tx, record.id)]


def confirm(office: Office, message: int, said: str | None = None) -> None:
    with transaction(office.engine) as tx:
        confirming.confirm(office, tx, message, by="person:1", said=said)
    work_off(office)


PASSED = "dmarc=pass header.from={domain}"
FAILED = "dmarc=fail header.from={domain}"
NOTHING = "spf=none smtp.mailfrom=x@{domain}; dkim=none; dmarc=none header.from={domain}"


@pytest.fixture
def office(tmp_path: Path):  # type: ignore[no-untyped-def]
    with installation(tmp_path, trusted_authserv_ids=(SERVER,)) as opened:
        yield opened


def test_a_proven_sender_is_answered(office: Office, tmp_path: Path) -> None:
    assert take(office, church(PASSED), "one").state == "filed"
    assert len(mails_out(tmp_path)) == 1


def test_an_unproven_sender_is_read_and_filed_and_answered_once_after_one_of_us_spoke(
    office: Office, tmp_path: Path
) -> None:
    message = take(office, church(NOTHING), "one")
    assert message.state == "filed"
    assert len(records(office)) == 1
    assert reasons(office) == [("suppressed", "sender_unproven")]
    assert mails_out(tmp_path) == {}
    confirm(office, message.id)
    assert reasons(office) == [("sent", None)]
    assert len(mails_out(tmp_path)) == 1
    confirm(office, message.id)
    assert len(mails_out(tmp_path)) == 1
    with reading(office.engine) as tx:
        told = [one.kind for one in events.events_of(tx, events.message_stream(message.id))]
        assert told == ["message.sender_doubted", "sender.confirmed", "sender.confirmed"]
        assert events.verify_all(tx) == ()


def test_a_sender_once_confirmed_is_answered_again_while_nothing_failed(office: Office, tmp_path: Path) -> None:
    first = take(office, church(NOTHING), "one")
    confirm(office, first.id)
    with reading(office.engine) as tx:
        assert senders.is_confirmed(tx, str(first.sender))
        second = EmailMessage()
        second["From"], second["To"] = str(first.sender), "submissions@intake.example"
        second["Subject"], second["Message-ID"] = f"RE: [{records(office)[0].ref}]", "<again@test.example>"
        second["Date"] = "Fri, 20 Nov 2026 10:00:00 +0000"
        second.set_content("The effective date is 03/15/2027.\n")
    take(office, BORDER.encode() + second.as_bytes(), "two")
    states = reasons(office)
    assert all(reason != "sender_unproven" for _, reason in states), states


@pytest.mark.parametrize("said", [FAILED, "spf=fail smtp.mailfrom=x@{domain}"])
def test_a_mail_that_claims_to_be_from_a_known_agency_and_failed_is_held(
    office: Office, tmp_path: Path, said: str
) -> None:
    first = take(office, church(PASSED), "one")
    before = records(office)
    forged = church(said, Message_ID="<forged@evil.example>", Subject=f"RE: [{before[0].ref}] changed")
    held = take(office, forged, "two")
    assert (held.state, held.reason) == ("held", "sender_unproven")
    assert records(office) == before
    assert len(mails_out(tmp_path)) == 1
    assert first.state == "filed"


def test_a_held_mail_is_filed_after_one_of_us_spoke_for_it(office: Office, tmp_path: Path) -> None:
    domain = str(message_from_bytes(CHURCH.read_bytes())["From"]).rpartition("@")[2].strip("<> ")
    with transaction(office.engine) as tx:
        agencies.create_agency(tx, name="The Agency", status="active", domains=(domain,), at=office.clock.now())
    held = take(office, church(FAILED), "one")
    assert (held.state, held.reason, records(office)) == ("held", "sender_unproven", ())
    confirm(office, held.id)
    with reading(office.engine) as tx:
        after = ledger.message_by_id(tx, held.id)
    assert after is not None
    assert after.state == "filed"
    assert len(mails_out(tmp_path)) == 1


def test_results_the_sender_wrote_himself_prove_nothing(office: Office, tmp_path: Path) -> None:
    raw = church() + b""
    forged = f"Authentication-Results: {SERVER}; {PASSED}\n".format(domain="x.example")
    assert take(office, raw.replace(b"From:", forged.encode() + b"From:", 1), "one").state == "filed"
    assert reasons(office) == [("suppressed", "sender_unproven")]


def test_a_forward_of_one_of_us_speaks_for_the_agent_only_when_ours_is_proven(office: Office, tmp_path: Path) -> None:
    domain = "intake.example"
    raw = (MAILBOX / next(one.name for one in MAILBOX.glob("*forwarded*.eml"))).read_bytes()
    mail = message_from_bytes(raw)
    assert str(mail["From"]).strip("<>").endswith(domain)
    for name in ("Received", "Return-Path"):
        del mail[name]
    take(office, BORDER.encode() + mail.as_bytes(), "bare")
    assert reasons(office) == [("suppressed", "sender_unproven")]
    with reading(office.engine) as tx:
        (waits,) = senders.waiting(tx)
    confirm(office, waits.message_id)
    assert reasons(office) == [("sent", None)]
    second = mail.as_bytes().replace(b"Message-ID: <", b"Message-ID: <again.")
    (second_mail := message_from_bytes(second)).replace_header("Subject", f"FW: another, {mail['Subject']}")
    again = take(office, BORDER.encode() + second_mail.as_bytes(), "again")
    with reading(office.engine) as tx:
        found = senders.check_of(tx, again.id)
    assert found is not None
    assert found.vouched


def test_a_look_alike_is_warned_of_and_never_answered_by_itself(office: Office, tmp_path: Path) -> None:
    with transaction(office.engine) as tx:
        agencies.create_agency(
            tx, name="Harbor Field", status="active", domains=("harborfield.example",), at=office.clock.now()
        )
    raw = church("dmarc=pass header.from=harborfie1d.example", From="Ann <ann@harborfie1d.example>")
    message = take(office, raw, "one")
    assert mails_out(tmp_path) == {}
    with reading(office.engine) as tx:
        check = senders.check_of(tx, message.id)
        assert records(office)[0].agency_id != agencies.agency_by_domain(tx, "harborfield.example").id  # type: ignore[union-attr]
    assert check is not None
    assert "harborfield.example" in check.warnings[0]


def test_whoever_cannot_be_named_is_asked_for_and_the_word_of_one_of_us_settles_it(
    office: Office, tmp_path: Path
) -> None:
    mail = message_from_bytes(church("dmarc=pass header.from=intake.example", From="Pat <pat@intake.example>"))
    del mail["Subject"]
    mail["Subject"] = "FW: church"
    text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    text.set_payload("see below\n\nFrom: Ann Field\nSent: Monday\nTo: Pat\nSubject: church\n\nPlease quote.\n")
    for part in list(mail.walk()):
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            part.set_payload([one for one in part.get_payload() if one.get_content_type() != "message/rfc822"])  # type: ignore[union-attr]
    held = take(office, mail.as_bytes(), "one")
    assert (held.state, held.reason) == ("held", "sender_unclear")
    with pytest.raises(RecordsError, match="needs the address"):
        confirm(office, held.id)
    confirm(office, held.id, said="ann@fieldagency.example")
    with reading(office.engine) as tx:
        after = ledger.message_by_id(tx, held.id)
    assert after is not None
    assert (after.state == "held" and after.reason == "sender_unclear", after.sender) == (
        False,
        "ann@fieldagency.example",
    )


def test_a_signature_is_a_hint_until_one_of_us_confirms_it(office: Office) -> None:
    with transaction(office.engine) as tx:
        agency = agencies.create_agency(
            tx, name="Harbor Field Insurance", status="active", domains=("harborfield.example",), at=office.clock.now()
        )
    mail = message_from_bytes(church("dmarc=pass header.from=gmail.com", From="Ann Moss <ann.moss@gmail.com>"))
    text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    text.set_payload("Please quote the enclosed.\n\nThanks,\nAnn Moss\nHarbor Field Insurance\n555-0110\n")
    message = take(office, mail.as_bytes(), "one")
    assert records(office)[0].agency_id is None
    confirm(office, message.id)
    assert records(office)[0].agency_id == agency
    with reading(office.engine) as tx:
        person = people.person_by_email(tx, "ann.moss@gmail.com")
        assert person is not None
        assert [one.agency_id for one in people.memberships_on(tx, person.id, office.clock.today())] == [agency]


def test_without_a_trusted_server_nothing_changes(tmp_path: Path) -> None:
    with installation(tmp_path / "plain") as plain:
        ingest(plain, CHURCH)
        found = portable(plain.engine)
        assert reasons(plain) == [("sent", None)]
    with installation(tmp_path / "again") as again:
        take(again, church(FAILED), "22-nested-mail-year-typo.eml")
        assert reasons(again) == [("sent", None)]
        assert differences(found, portable(again.engine)) == []


def test_the_doubt_stands_in_the_submissions_own_story(office: Office) -> None:
    take(office, church(NOTHING), "one")
    with reading(office.engine) as tx:
        (record,) = records(office)
        told = [one for one in events.events_of(tx, events.submission_stream(record.id)) if "sender" in one.kind]
    assert [one.kind for one in told] == ["message.sender_doubted"]
    assert "dmarc=none" in told[0].payload["doubts"]


def test_a_stranger_may_not_speak_for_a_registered_agency_and_a_registered_system_may(office: Office) -> None:
    with transaction(office.engine) as tx:
        agencies.create_agency(tx, name="Field", status="active", domains=("field.example",), at=office.clock.now())
    fields = {"From": "Robot <no-reply@system.example>", "Reply_To": "Ann Moss <ann@field.example>"}
    held = take(office, church("dmarc=pass header.from=system.example", **fields), "one")
    assert (held.state, held.reason, held.sender) == ("held", "sender_unproven", "ann@field.example")
    with transaction(office.engine) as tx:
        agencies.create_agency(tx, name="System", status="active", domains=("system.example",), at=office.clock.now())
    other = church(
        "dmarc=pass header.from=system.example", **fields, Message_ID="<second@system.example>", Subject="two"
    )
    assert take(office, other, "two").state == "filed"
    assert [state for state, _ in reasons(office)] == ["suppressed"]


def test_without_a_trusted_server_a_look_alike_is_told_and_answered_as_before(tmp_path: Path) -> None:
    with installation(tmp_path) as office:
        with transaction(office.engine) as tx:
            agencies.create_agency(
                tx, name="Harbor Field", status="active", domains=("harborfield.example",), at=office.clock.now()
            )
        message = take(office, church(From="Ann <ann@harborfie1d.example>"), "one")
        assert reasons(office) == [("sent", None)]
        with reading(office.engine) as tx:
            (told,) = events.events_of(tx, events.message_stream(message.id))
        assert told.kind == "message.sender_doubted"
        assert "harborfield.example" in told.payload["warnings"][0]
